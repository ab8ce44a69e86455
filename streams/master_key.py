"""The master key's file: 32 bytes in base64url, readable by its owner only, made once and never written again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from streams.failures import StreamFailure

KEY_BYTES: Final = 32


class MasterKeyIsWrong(StreamFailure):
    """The master key is missing, can be read by others, or is not the one that these keys were wrapped with."""


def known_master_key(path: Path, expected: bytes) -> bytes:
    """The key of this fingerprint. Raises MasterKeyIsWrong where the file is missing or holds another."""
    if not path.exists():
        raise MasterKeyIsWrong(
            f"The master key {path} is missing: without it no personal data can be read. Bring it back from its backup.",
            f"主密钥 {path} 不存在:没有它无法读取任何个人信息。请从备份恢复。",
        )
    key = read_master_key(path)
    if fingerprint(key) != expected:
        raise MasterKeyIsWrong(
            f"{path} is not the master key that these keys were wrapped with: bring the right one back.",
            f"{path} 不是加密这些密钥所用的主密钥:请恢复正确的文件。",
        )
    return key


def made_master_key(path: Path) -> bytes:
    """A new key, on disk when this returns."""
    key = os.urandom(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64url(key).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read_master_key(path: Path) -> bytes:
    """The key in the file. Raises MasterKeyIsWrong for a file that others can read, and for one that holds none."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise MasterKeyIsWrong(
            f"The master key {path} can be read by others than its owner: `chmod 600 {path}`, and consider who may have copied it.",
            f"主密钥 {path} 可被他人读取:请执行 `chmod 600 {path}`,并考虑是否已被复制。",
        )
    try:
        key = from_base64url(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyIsWrong(
            f"{path} does not hold a master key ({KEY_BYTES} bytes in base64url): bring it back from its backup.",
            f"{path} 不是主密钥(应为 {KEY_BYTES} 字节的 base64url):请从备份恢复。",
        )
    return key


def fingerprint(key: bytes) -> bytes:
    """Tells master keys apart and gives nothing of them away."""
    return hashlib.sha256(b"drumtower master key\0" + key).digest()


def base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Raises ValueError for anything that `base64url` does not write."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64url(data) != text:
        raise binascii.Error("not canonical")
    return data
