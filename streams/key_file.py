"""The keys of personal data in a SQLite file beside the log (`keys.db`), for `streams.vault`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from streams.failures import StoreIsNewer, StoreUnavailable

SCHEMA_VERSION = 1


class KeyFile:
    """A `streams.vault.KeyTable`. Deferred keys are one transaction, which the next flush commits."""

    is_shared = False

    def __init__(self, path: Path, locked_s_max: float) -> None:
        self._is_deferring = False
        try:
            self._connection = _opened(path, locked_s_max)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{path} cannot be opened: {error}.", f"无法打开 {path}:{error}。") from error

    def master(self, make: Callable[[], bytes]) -> bytes:
        """As promised by `streams.vault.KeyTable`."""
        row = self._connection.execute("SELECT fingerprint FROM master").fetchone()
        if row is not None:
            known: bytes = row[0]
            return known
        made = make()
        self._connection.execute("INSERT INTO master VALUES (?)", (made,))
        return made

    def find(self, subject: str) -> bytes | None:
        """As promised by `streams.vault.KeyTable`."""
        try:
            row = self._connection.execute("SELECT wrapped FROM keys WHERE subject = ?", (subject,)).fetchone()
        except sqlite3.Error as error:
            raise _unavailable(error) from error
        return (row[0] or b"") if row is not None else None

    def add(self, subject: str, wrapped: bytes, *, is_deferred: bool) -> bool:
        """As promised by `streams.vault.KeyTable`."""
        try:
            if is_deferred and not self._is_deferring:
                self._connection.execute("BEGIN IMMEDIATE")
                self._is_deferring = True
            return self._connection.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (subject, wrapped)).rowcount == 1
        except sqlite3.Error as error:
            self._roll_back()
            raise _unavailable(error) from error

    def flush(self, _used: Mapping[str, bytes]) -> None:
        """As promised by `streams.vault.KeyTable`: what is not of the open transaction was on disk when it was found."""
        if not self._is_deferring:
            return
        try:
            self._connection.execute("COMMIT")
            self._is_deferring = False
        except sqlite3.Error as error:
            self._roll_back()
            raise _unavailable(error) from error

    def erase(self, subject: str) -> None:
        """As promised by `streams.vault.KeyTable`."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO keys VALUES (?, NULL) ON CONFLICT (subject) DO UPDATE SET wrapped = NULL", (subject,))
            self._connection.execute("COMMIT")
            # The key is zeroed in its page (secure_delete); the journal's older copy of the page must go too.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._roll_back()
            raise _unavailable(error) from error

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _roll_back(self) -> None:
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


def _format(connection: sqlite3.Connection, path: Path) -> int:
    """The file's format, 0 where it is new; refuses one that only a newer program can read."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise StoreIsNewer(
            f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): upgrade before you start it.",
            f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请先升级再启动。",
        )
    return found


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    return StoreUnavailable(
        f"The key store cannot be used now ({error}): nothing was accepted. Send it again with the same key when the disk is well.",
        f"密钥库现在无法使用({error}):本条未受理。磁盘恢复后请用同一个幂等键重发。",
    )
