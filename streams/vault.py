"""Personal data at rest: sealed with a key for each subject, so that erasing the key erases the person and leaves every fact as it is.

    v1.SUBJECT.NONCE.CIPHERTEXT        each part base64url without padding; AES-256-GCM, the subject is its associated data

The keys lie in a SQLite file beside the log (`keys.db`), each wrapped by a master key that lies in a file of its own, readable by its owner
only. A copy of the log shows nobody; a copy of the log and of the keys needs the master key too. What was erased is gone from these
files; a backup of `keys.db` brings it back until the backup expires.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.refusals import Conflict
from streams.failures import StoreIsNewer, StoreUnavailable, StreamFailure
from streams.master_key import KEY_BYTES, base64url, fingerprint, from_base64url, known_master_key, made_master_key, read_master_key

SCHEMA_VERSION = 1
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


class Vault:
    """Seals and opens, from any thread. A key is on disk before anything that it sealed is handed out, unless that is deferred."""

    def __init__(self, path: Path, master_key: Path | None = None, *, locked_s_max: float = LOCKED_S_MAX) -> None:
        """`master_key` is the file of the master key, `master.key` beside the keys unless said otherwise; made on the first start."""
        self._lock = threading.Lock()
        self._ciphers: OrderedDict[str, AESGCM] = OrderedDict()
        self._is_deferring = False
        try:
            self._connection = _opened(path, locked_s_max)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{path} cannot be opened: {error}.", f"无法打开 {path}:{error}。") from error
        try:
            self._master = AESGCM(_master_key(self._connection, master_key or path.with_name("master.key")))
        except BaseException:
            self._connection.close()
            raise

    def seal(self, subject: str, text: str, *, is_deferred: bool = False) -> str:
        """The text, readable only while the subject's key exists. Raises PersonalDataIsErased for a subject that was erased.

        With `is_deferred` a new key may not be on disk before the next `flush`: a group of commands then shares one sync of the disk.
        """
        with self._lock:
            cipher = self._ciphers.get(subject)
            if cipher is None:
                cipher = self._keep(subject, self._key(subject) or self._new_key(subject, is_deferred=is_deferred))
            elif not is_deferred:
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
            key = self._key(subject)
        if key is None:
            raise SealIsBroken(f"This vault has no key of {subject}.", f"密钥库中没有 {subject} 的密钥。")
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, subject.encode()).decode()
        except InvalidTag:
            raise SealIsBroken(
                f"The sealed data of {subject} were changed after they were sealed.", f"{subject} 的加密数据在加密后被改动。"
            ) from None

    def erase(self, subject: str) -> None:
        """Destroy the subject's key, on disk before this returns; erasing again, or what never was, is no error and lasts as well."""
        with self._lock:
            self._flush()
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("INSERT INTO keys VALUES (?, NULL) ON CONFLICT (subject) DO UPDATE SET wrapped = NULL", (subject,))
                self._connection.execute("COMMIT")
                # The key is zeroed in its page (secure_delete); the journal's older copy of the page must go too.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                self._roll_back()
                raise _unavailable(error) from error
            finally:
                self._ciphers.pop(subject, None)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            try:
                self._flush()
            finally:
                self._ciphers.clear()
                self._connection.close()

    def _key(self, subject: str) -> bytes | None:
        try:
            row = self._connection.execute("SELECT wrapped FROM keys WHERE subject = ?", (subject,)).fetchone()
        except sqlite3.Error as error:
            raise _unavailable(error) from error
        if row is None:
            return None
        if row[0] is None:
            raise PersonalDataIsErased(subject=subject)
        try:
            return self._master.decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], subject.encode())
        except InvalidTag:
            raise SealIsBroken(f"The key of {subject} was changed in the key store.", f"密钥库中 {subject} 的密钥被改动。") from None

    def _new_key(self, subject: str, *, is_deferred: bool) -> bytes:
        """Committed and synced before a fact that it sealed: a fact on disk whose key is not would be a person erased by accident."""
        key = os.urandom(KEY_BYTES)
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, key, subject.encode())
        try:
            if is_deferred and not self._is_deferring:
                self._connection.execute("BEGIN IMMEDIATE")
                self._is_deferring = True
            added = self._connection.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (subject, wrapped)).rowcount
            if not is_deferred:
                self._flush()
        except sqlite3.Error as error:
            self._roll_back()
            raise _unavailable(error) from error
        if added:
            return key
        known = self._key(subject)
        assert known is not None, f"the key of {subject} was there a moment ago."
        return known

    def _flush(self) -> None:
        if not self._is_deferring:
            return
        try:
            self._connection.execute("COMMIT")
            self._is_deferring = False
        except sqlite3.Error as error:
            self._roll_back()
            raise _unavailable(error) from error

    def _keep(self, subject: str, key: bytes) -> AESGCM:
        self._ciphers[subject] = cipher = AESGCM(key)
        while len(self._ciphers) > CIPHERS_MAX:
            self._ciphers.popitem(last=False)
        return cipher

    def _roll_back(self) -> None:
        # Keys that were never on disk must not seal anything more.
        self._ciphers.clear()
        self._is_deferring = False
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _opened(path: Path, locked_s_max: float) -> sqlite3.Connection:
    is_new = not path.exists()
    connection = sqlite3.connect(path, timeout=locked_s_max, isolation_level=None, check_same_thread=False)
    try:
        if is_new:
            path.chmod(0o600)
        found = _format(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("CREATE TABLE IF NOT EXISTS keys (subject TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID")
        connection.execute("CREATE TABLE IF NOT EXISTS master (fingerprint BLOB NOT NULL)")
        if found < SCHEMA_VERSION:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _master_key(connection: sqlite3.Connection, path: Path) -> bytes:
    """The key that these keys are wrapped with: read from its file, or made where there are no keys yet."""
    row = connection.execute("SELECT fingerprint FROM master").fetchone()
    if row is not None:
        return known_master_key(path, row[0])
    key = read_master_key(path) if path.exists() else made_master_key(path)
    connection.execute("INSERT INTO master VALUES (?)", (fingerprint(key),))
    return key


def _format(connection: sqlite3.Connection, path: Path) -> int:
    """The file's format, 0 where it is new; refuses one that only a newer program can read."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise StoreIsNewer(
            f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): upgrade before you start it.",
            f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请先升级再启动。",
        )
    return found


def _parts(sealed: str) -> tuple[str, bytes, bytes]:
    found = _SEALED.fullmatch(sealed)
    try:
        if found is not None:
            return from_base64url(found["subject"]).decode(), from_base64url(found["nonce"]), from_base64url(found["ciphertext"])
    except ValueError:
        log.warning("a sealed text is not canonical")
    raise SealIsBroken("This is not something that a vault has sealed.", "这不是由密钥库加密的数据。")


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    return StoreUnavailable(
        f"The key store cannot be used now ({error}): nothing was accepted. Send it again with the same key when the disk is well.",
        f"密钥库现在无法使用({error}):本条未受理。磁盘恢复后请用同一个幂等键重发。",
    )
