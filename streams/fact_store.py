"""The store of record for decisions, on SQLite: the library's application with a codec of our own and receipts beside the facts."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor
from eventsourcing.utils import register_topic

from domain.fact import Fact
from projections.projection import Recorded
from streams.codec import FactCodec, decode
from streams.failures import StoreIsNewer

# Raised when the tables change in a way that an older program would misread.
SCHEMA_VERSION = 1
# One read of the log: large enough to amortise the query, small enough to keep a reader's memory flat.
READ_FACTS = 2_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an idempotency key was answered with, kept in the transaction of its facts."""

    key: str
    digest: bytes
    position: int
    recorded_at: datetime
    reply: bytes


class FactRecorder(SQLiteApplicationRecorder):
    """Writes the receipts of commands in the transaction of their facts."""

    def construct_create_table_statements(self) -> list[str]:
        """The library's table of facts, and the receipts."""
        return [
            *super().construct_create_table_statements(),
            (
                "CREATE TABLE IF NOT EXISTS receipts (key TEXT PRIMARY KEY, digest BLOB, position INTEGER, recorded_at TEXT, reply BLOB) "
                "WITHOUT ROWID"
            ),
        ]

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401 -- the library's signature
        positions = super()._insert_events(c, stored_events, **kwargs) or []
        receipts: Sequence[tuple[str, bytes, int, str, bytes]] = kwargs.get("receipts", ())
        # A receipt names its last fact by its index in this transaction; without facts it points at the end of the log.
        c.executemany(
            "INSERT INTO receipts VALUES (?, ?, coalesce(?, (SELECT max(rowid) FROM stored_events), 0), ?, ?)",
            [(key, digest, positions[last] if last >= 0 else None, at, reply) for key, digest, last, at, reply in receipts],
        )
        return positions


class FactStore(Application[str]):
    """Every decision's facts, in the order in which they were accepted; positions count from 1 without gaps."""

    name = "drumtower"

    def __init__(self, path: Path) -> None:
        _require_schema(path)
        register_topic("streams.fact_store:FactRecorder", FactRecorder)
        super().__init__(
            env={
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": str(path),
                "SQLITE_LOCK_TIMEOUT": "5",
                "ORIGINATOR_ID_TYPE": "text",
                "APPLICATION_RECORDER_TOPIC": "streams.fact_store:FactRecorder",
            }
        )
        self.path = path
        self._local = threading.local()

    def construct_mapper(self) -> Mapper[str]:
        """Facts as JSON."""
        return cast("Mapper[str]", FactCodec())

    @property
    def last_position(self) -> int:
        """The position of the newest fact, 0 in an empty log."""
        return self.recorder.max_notification_id() or 0

    def facts(self, after: int, until: int | None = None) -> Iterator[Recorded]:
        """Facts in the order of the log, from the one after position `after` to `until`."""
        while True:
            rows = self.recorder.select_notifications(after, READ_FACTS, stop=until, inclusive_of_start=False)
            for row in rows:
                yield Recorded(row.id, decode(row.topic, row.state))
            if len(rows) < READ_FACTS:
                return
            after = rows[-1].id

    def facts_at(self, positions: Sequence[int]) -> list[Recorded]:
        """The facts at these positions, in their order."""
        found = []
        with self.reading() as connection:
            for position in positions:
                row = connection.execute("SELECT topic, state FROM stored_events WHERE rowid = ?", (position,)).fetchone()
                if row is not None:
                    found.append(Recorded(position, decode(row[0], row[1])))
        return found

    def facts_of(self, identifier: str, after_version: int = 0) -> list[Fact]:
        """The facts of one aggregate, oldest first."""
        return [decode(row.topic, row.state) for row in self.recorder.select_events(identifier, gt=after_version or None)]

    def first_position(self, identifier: str) -> int:
        """The position of the fact that began the aggregate; 0 where there is none."""
        with self.reading() as connection:
            row = connection.execute("SELECT min(rowid) FROM stored_events WHERE originator_id = ?", (identifier,)).fetchone()
        return row[0] or 0

    def position_at(self, moment: datetime) -> int:
        """The position of the newest fact recorded at or before `moment`; 0 before the first. Recorded times never go back."""
        low, high = 0, self.last_position
        with self.reading() as connection:
            while low < high:
                middle = (low + high + 1) // 2
                topic, state = connection.execute("SELECT topic, state FROM stored_events WHERE rowid = ?", (middle,)).fetchone()
                if decode(topic, state).timestamp <= moment:
                    low = middle
                else:
                    high = middle - 1
        return low

    def last_number(self, prefix: str) -> int:
        """The highest running number among identifiers `PREFIX-NNNN`, 0 where there is none."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT originator_id FROM stored_events WHERE originator_id >= ? AND originator_id < ? AND originator_version = 1 "
                "ORDER BY length(originator_id) DESC, originator_id DESC LIMIT 1",
                (f"{prefix}-", f"{prefix}."),
            ).fetchone()
        return int(row[0].rsplit("-", 1)[1]) if row else 0

    def receipt(self, key: str) -> Receipt | None:
        """What the key was answered with."""
        with self.reading() as connection:
            row = connection.execute("SELECT digest, position, recorded_at, reply FROM receipts WHERE key = ?", (key,)).fetchone()
        return Receipt(key, row[0], row[1], datetime.fromisoformat(row[2]), row[3]) if row else None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of this thread for reading only."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5, isolation_level=None)
            self._local.connection = connection
        yield connection


def _require_schema(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=5)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): upgrade before you start it.",
                f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请先升级再启动。",
            )
        if found < SCHEMA_VERSION:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    finally:
        connection.close()
