"""What is kept of secrets, in a SQLite file (`accounts.db`) of one machine, for `command_ui.accounts.credentials`."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.failures import StoreIsNewer, StoreUnavailable

SCHEMA_VERSION = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS passwords (
    account TEXT PRIMARY KEY, hash TEXT NOT NULL, must_change INTEGER NOT NULL, changed_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, account TEXT NOT NULL, created_at REAL NOT NULL, used_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_of_account ON sessions (account);
CREATE TABLE IF NOT EXISTS tokens (hash BLOB PRIMARY KEY, token TEXT NOT NULL UNIQUE, used_at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS addresses (account TEXT, address TEXT, at REAL NOT NULL, PRIMARY KEY (account, address)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_ins (at REAL NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sign_ins_at ON sign_ins (at);
"""


class CredentialFile:
    """A `command_ui.accounts.credentials.CredentialTables`. Look-ups have a connection of their own, and the file is in WAL mode."""

    def __init__(self, path: Path, locked_s_max: float) -> None:
        is_new = not path.exists()
        self._lock = threading.Lock()
        self._read_lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, timeout=locked_s_max, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(path, is_new=is_new)
                self._reader = sqlite3.connect(path, timeout=locked_s_max, isolation_level=None, check_same_thread=False)
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.Error as error:
            en, zh = f"{path} cannot be opened: {error}.", f"无法打开 {path}:{error}。"
            raise StoreUnavailable(f"The accounts cannot be read or written now: {en}", f"账号库现在无法读写:{zh}") from error

    def _prepare(self, path: Path, *, is_new: bool) -> None:
        if is_new:
            path.chmod(0o600)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): upgrade before you start it.",
                f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请先升级再启动。",
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A session that a power cut forgets is signed in again; passwords and revocations are synced one by one, below.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.executescript(_TABLES)
        if found < SCHEMA_VERSION:
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """As promised by `CredentialTables`."""
        with self._read_lock:
            try:
                yield self._reader
            except sqlite3.Error as error:
                raise _unavailable(error) from error

    @contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """As promised by `CredentialTables`."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _unavailable(error) from error

    @contextmanager
    def durably(self) -> Iterator[sqlite3.Connection]:
        """As promised by `CredentialTables`."""
        with self.using() as connection:
            connection.execute("PRAGMA synchronous = FULL")
            try:
                yield connection
            finally:
                connection.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Give the file back."""
        with self._lock, self._read_lock:
            self._reader.close()
            self._connection.close()


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    return StoreUnavailable(f"The accounts cannot be read or written now: {error}.", f"账号库现在无法读写:{error}。")
