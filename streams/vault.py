"""Personal data at rest: sealed with a key for each subject, so that erasing the key erases the person and leaves every fact as it is.

    v1.SUBJECT.NONCE.CIPHERTEXT        each part base64url without padding; AES-256-GCM, the subject is its associated data

The keys lie in a SQLite file beside the log (`streams.key_file`), or in PostgreSQL where several gateways share them
(`streams.postgres.keys`), each wrapped by a master key that lies in a file of its own, readable by its owner only. A copy of the log shows
nobody; a copy of the log and of the keys needs the master key too. What was erased is gone from the key store; a backup of it brings it
back until the backup expires.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.refusals import Conflict
from streams.failures import StoreUnavailable, StreamFailure
from streams.key_file import KeyFile
from streams.master_key import KEY_BYTES, base64url, fingerprint, from_base64url, known_master_key, made_master_key, read_master_key

FORMAT: Final = "v1"
# 96 bits, the size for which GCM is specified; random under a key that seals a few texts, so it does not repeat.
NONCE_BYTES: Final = 12
# Ciphers kept ready for sealing: the calls that are being taken, many times over, at some 200 bytes each.
CIPHERS_MAX = 4_096
# Another process (the command line) holds the file for milliseconds; beyond this something is wrong, and the operator is told.
LOCKED_S_MAX = 5.0

_SEALED = re.compile(rf"{FORMAT}\.(?P<subject>[\w-]+)\.(?P<nonce>[\w-]{{16}})\.(?P<ciphertext>[\w-]{{22,}})", re.ASCII)

log = logging.getLogger(__name__)


class PersonalDataIsErased(Conflict):
    """The subject's key was destroyed: nobody can read this again, or add to it."""

    en = "What was known about the person of {subject} was erased and cannot be read again."
    zh = "{subject} 的个人信息已被删除,无法再读取。"


class SealIsBroken(StreamFailure):
    """The sealed text was changed, cut, or sealed under another vault."""


class KeyTable(Protocol):
    """Where wrapped keys lie. Used by one thread at a time; what it cannot do now it says by StoreUnavailable."""

    @property
    def is_shared(self) -> bool:
        """Others write to it all the time: what was found is believed until the next flush only."""
        ...

    def master(self, make: Callable[[], bytes]) -> bytes:
        """The fingerprint of the master key; where there is none yet, the one that `make` gives, once for all who share the table."""
        ...

    def find(self, subject: str) -> bytes | None:
        """The subject's wrapped key as it is now; empty where it was erased, None where there never was one."""
        ...

    def add(self, subject: str, wrapped: bytes, *, is_deferred: bool) -> bool:
        """Keep it, found by all from now on; False where the subject has a key or was erased. Deferred, the next flush puts it on disk."""
        ...

    def flush(self, used: Mapping[str, bytes]) -> None:
        """All that was added is on disk, and so are these keys, which were found or added since the last flush."""
        ...

    def erase(self, subject: str) -> None:
        """The key is gone, on disk before this returns, and there never is another for this subject."""
        ...

    def close(self) -> None:
        """Give the file or the connection back."""
        ...


class Vault:
    """Seals and opens, from any thread. A key is on disk before anything that it sealed is handed out, unless that is deferred."""

    def __init__(self, keys: Path | KeyTable, master_key: Path | None = None, *, locked_s_max: float = LOCKED_S_MAX) -> None:
        """`keys` is a table, or the path of its file; `master_key` is made on the first start, beside that file unless said otherwise."""
        assert master_key is not None or isinstance(keys, Path), "keys that lie in no file have no master key beside them: say where it is."
        self._lock = threading.Lock()
        self._ciphers: OrderedDict[str, AESGCM] = OrderedDict()
        # The keys of what was sealed since the last flush.
        self._used: dict[str, bytes] = {}
        self._keys = KeyFile(keys, locked_s_max) if isinstance(keys, Path) else keys
        path = keys.with_name("master.key") if master_key is None and isinstance(keys, Path) else master_key
        assert path is not None
        try:
            self._master = AESGCM(_master_key(self._keys, path))
        except BaseException:
            self._keys.close()
            raise

    def seal(self, subject: str, text: str, *, is_deferred: bool = False) -> str:
        """The text, readable only while the subject's key exists. Raises PersonalDataIsErased for a subject that was erased.

        With `is_deferred` a new key may not be on disk before the next `flush`: a group of commands then shares one sync of the disk.
        """
        with self._lock:
            cipher = self._ciphers.get(subject) or self._cipher(subject, is_deferred=is_deferred)
            if not is_deferred:
                self._flush()
        nonce = os.urandom(NONCE_BYTES)
        name = subject.encode()
        return f"{FORMAT}.{base64url(name)}.{base64url(nonce)}.{base64url(cipher.encrypt(nonce, text.encode(), name))}"

    def flush(self) -> None:
        """Every key that was handed out is on disk when this returns. To be called before the facts that hold sealed text are written."""
        with self._lock:
            self._flush()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises PersonalDataIsErased, or SealIsBroken for what this vault did not seal so."""
        subject, nonce, ciphertext = _parts(sealed)
        with self._lock:
            # Read anew each time: another process may have erased it.
            wrapped = self._keys.find(subject)
        if wrapped is None:
            raise SealIsBroken(f"This vault has no key of {subject}.", f"密钥库中没有 {subject} 的密钥。")
        try:
            return AESGCM(self._unwrapped(subject, wrapped)).decrypt(nonce, ciphertext, subject.encode()).decode()
        except InvalidTag:
            raise SealIsBroken(
                f"The sealed data of {subject} were changed after they were sealed.", f"{subject} 的加密数据在加密后被改动。"
            ) from None

    def erase(self, subject: str) -> None:
        """Destroy the subject's key, on disk before this returns; erasing again, or what never was, is no error and lasts as well."""
        with self._lock:
            self._flush()
            try:
                self._keys.erase(subject)
            except StoreUnavailable:
                self._ciphers.clear()
                raise
            finally:
                self._ciphers.pop(subject, None)

    def close(self) -> None:
        """Give the key store back."""
        with self._lock:
            try:
                self._flush()
            finally:
                self._ciphers.clear()
                self._keys.close()

    def _cipher(self, subject: str, *, is_deferred: bool) -> AESGCM:
        wrapped = self._keys.find(subject)
        if wrapped is None:
            wrapped = self._added(subject, is_deferred=is_deferred)
        self._ciphers[subject] = cipher = AESGCM(self._unwrapped(subject, wrapped))
        self._used[subject] = wrapped
        while len(self._ciphers) > CIPHERS_MAX:
            self._ciphers.popitem(last=False)
        return cipher

    def _added(self, subject: str, *, is_deferred: bool) -> bytes:
        """Committed and synced before a fact that it sealed: a fact on disk whose key is not would be a person erased by accident."""
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, os.urandom(KEY_BYTES), subject.encode())
        try:
            is_added = self._keys.add(subject, wrapped, is_deferred=is_deferred)
        except StoreUnavailable:
            # Keys that were never on disk must not seal anything more.
            self._ciphers.clear()
            raise
        known = wrapped if is_added else self._keys.find(subject)
        assert known is not None, f"the key of {subject} was there a moment ago."
        return known

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        if not wrapped:
            raise PersonalDataIsErased(subject=subject)
        try:
            return self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], subject.encode())
        except InvalidTag:
            raise SealIsBroken(f"The key of {subject} was changed in the key store.", f"密钥库中 {subject} 的密钥被改动。") from None

    def _flush(self) -> None:
        try:
            self._keys.flush(self._used)
        except StoreUnavailable:
            self._ciphers.clear()
            raise
        finally:
            self._used.clear()
        if self._keys.is_shared:
            self._ciphers.clear()


def _master_key(keys: KeyTable, path: Path) -> bytes:
    """The key that these keys are wrapped with: read from its file, or made where there are no keys yet."""
    return known_master_key(path, keys.master(lambda: fingerprint(read_master_key(path) if path.exists() else made_master_key(path))))


def _parts(sealed: str) -> tuple[str, bytes, bytes]:
    found = _SEALED.fullmatch(sealed)
    try:
        if found is not None:
            return from_base64url(found["subject"]).decode(), from_base64url(found["nonce"]), from_base64url(found["ciphertext"])
    except ValueError:
        log.warning("a sealed text is not canonical")
    raise SealIsBroken("This is not something that a vault has sealed.", "这不是由密钥库加密的数据。")
