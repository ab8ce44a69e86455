"""What the relay keeps beside the events: how far it is, in which epoch, and the topics as it left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

from streams.failures import opening

Partition = tuple[str, int]

_TABLE = "CREATE TABLE IF NOT EXISTS relay (name TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Kept:
    """`position` is on every partition; `identities` are the topics', `ends` the offsets that each partition had at least."""

    position: int = 0
    epoch: int = 0
    identities: dict[str, str] = field(default_factory=dict)
    ends: dict[str, list[int]] = field(default_factory=dict)


class RelayStore(Protocol):
    """Where it is kept. It may be older than the truth, which is on the topics, and never newer."""

    def read(self) -> Kept:
        """What was kept last."""
        ...

    def write(self, kept: Kept) -> None:
        """Keep it. An epoch that another relay has begun meanwhile is never taken back."""
        ...

    def close(self) -> None:
        """Nothing is read or written any more."""
        ...


class RelayFile:
    """A SQLite file of its own: several processes may hold it."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        with opening(path):
            self._connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
            # What a loss of power takes away is read from the topics again.
            self._connection.execute("PRAGMA journal_mode = WAL").close()
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_TABLE)

    def read(self) -> Kept:
        """What was kept last."""
        with closing(self._connection.execute("SELECT state FROM relay WHERE name = ?", (self._name,))) as rows:
            row = rows.fetchone()
        return msgspec.json.decode(row[0], type=Kept) if row else Kept()

    def write(self, kept: Kept) -> None:
        """Keep it, unless a later epoch is kept there."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            if self.read().epoch <= kept.epoch:
                self._connection.execute("INSERT OR REPLACE INTO relay VALUES (?, ?)", (self._name, msgspec.json.encode(kept)))
        finally:
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Nothing is read or written any more."""
        self._connection.close()
