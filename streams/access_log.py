"""Who opened the record of which incident: one entry an account and incident for each ten minutes that they read it.

A log of its own, and not the store of decisions. To look decides nothing: no view is folded from it, no replay needs it, and a fact for
every look would let readers outgrow deciders. It must also end: a list of who read what is itself personal data, so it is kept for as long
as a setting says, while decisions are kept for ever. What reads a caller's name stays a fact with its purpose (`reveal_caller`).
An entry that a power cut takes is written again with the next look; one that the disk refuses is counted and shown in the metrics, and
the reader still reads: in an emergency a full disk may not close the record.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from streams.failures import StoreIsNewer, StoreUnavailable

SCHEMA_VERSION = 1
# A page that follows an incident asks anew with every change: within this time it is the same look.
COALESCED_S = 600.0
# What one answer lists, newest first: more readers than this of one incident are read page by page in the file itself.
READERS_MAX = 500
# Old entries are looked for once in so many.
PRUNE_EVERY = 200
DAY_S = 86_400.0

log = logging.getLogger(__name__)

AccessRow = tuple[str, str, float, float, int]
"""Account, seat, the first and the last look, and how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An account had the record before it, from `at` to `last_at`, `times` times."""

    account: str
    seat: str
    at: datetime
    last_at: datetime
    times: int


class AccessRows(Protocol):
    """Where the entries lie. From any thread; what cannot be done now is a StoreUnavailable."""

    def note(self, incident: str, account: str, seat: str, at: float, *, same_since: float) -> None:
        """One look more: on the entry that began after `same_since`, else on a new one."""
        ...

    def remove(self, before: float) -> None:
        """Remove entries whose last look was before that."""
        ...

    def newest(self, incident: str, limit: int) -> Sequence[AccessRow]:
        """The entries of the incident, newest first."""
        ...

    def close(self) -> None:
        """Give the file or the connection back."""
        ...


class AccessLog:
    """From any thread; an entry takes some tens of microseconds in a file, and a millisecond in PostgreSQL."""

    def __init__(self, rows: Path | AccessRows, *, retention_days: float) -> None:
        """`rows`, or the path of their file."""
        self._retention = timedelta(days=retention_days)
        self._lock = threading.Lock()
        self._written = 0
        self.failed = 0
        self._rows = AccessFile(rows) if isinstance(rows, Path) else rows

    def opened(self, incident: str, account: str, seat: str, at: datetime) -> None:
        """The account has the record before it now."""
        moment = at.timestamp()
        with self._lock:
            try:
                self._rows.note(incident, account, seat, moment, same_since=moment - COALESCED_S)
                self._prune(at)
            except (sqlite3.Error, StoreUnavailable):
                self.failed += 1
                log.exception("the access of %s to the record of %s could not be kept", account, incident)

    def readers(self, incident: str) -> list[Access]:
        """Who had the record before them, newest first."""
        with self._lock:
            rows = self._rows.newest(incident, READERS_MAX)
        return [
            Access(
                account=account, seat=seat, at=datetime.fromtimestamp(at, UTC), last_at=datetime.fromtimestamp(last_at, UTC), times=times
            )
            for account, seat, at, last_at, times in rows
        ]

    def close(self) -> None:
        """Give the file or the connection back."""
        with self._lock:
            self._rows.close()

    def _prune(self, at: datetime) -> None:
        if self._written % PRUNE_EVERY == 0:
            self._rows.remove((at - self._retention).timestamp())
        self._written += 1


class AccessFile:
    """A SQLite file of entries; it raises as sqlite3 does."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}): upgrade before you start it.",
                f"{path} 由更新版本的鼓楼写成(格式 {found}):请升级后再启动。",
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS accesses (incident TEXT NOT NULL, account TEXT NOT NULL, seat TEXT NOT NULL, at REAL NOT NULL, "
            "last_at REAL NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (incident, account, at)) WITHOUT ROWID"
        )
        self._connection.execute("CREATE INDEX IF NOT EXISTS accesses_by_time ON accesses (last_at)")

    def note(self, incident: str, account: str, seat: str, at: float, *, same_since: float) -> None:
        """As promised by `AccessRows`."""
        extended = self._connection.execute(
            "UPDATE accesses SET last_at = max(last_at, ?), times = times + 1 WHERE incident = ? AND account = ? AND at > ?",
            (at, incident, account, same_since),
        ).rowcount
        if not extended:
            self._connection.execute("INSERT OR REPLACE INTO accesses VALUES (?, ?, ?, ?, ?, ?)", (incident, account, seat, at, at, 1))

    def remove(self, before: float) -> None:
        """As promised by `AccessRows`."""
        self._connection.execute("DELETE FROM accesses WHERE last_at < ?", (before,))

    def newest(self, incident: str, limit: int) -> Sequence[AccessRow]:
        """As promised by `AccessRows`."""
        return self._connection.execute(
            "SELECT account, seat, at, last_at, times FROM accesses WHERE incident = ? ORDER BY at DESC LIMIT ?", (incident, limit)
        ).fetchall()

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
