"""The store of record for decisions, on SQLite: the library's application with our codec, a chain over the facts, and receipts."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from eventsourcing.utils import register_topic

from domain.fact import Fact
from projections.projection import Recorded
from streams.chain import Head
from streams.chaining import Witness, bound_rows, placed_receipts
from streams.codec import FactCodec, decode
from streams.fact_tables import (
    INSERT_FACT,
    INSERT_RECEIPT,
    TABLES,
    TAKE_WRITE_LOCK,
    bring_up_to_date,
    read_hash,
    read_head,
    read_witnessed_since,
)
from streams.store_of_record import READ_FACTS, Receipt, ReceiptRow, end_of, moment_around


class FactRecorder(SQLiteApplicationRecorder):
    """Writes facts bound to those before them, and the receipts of their commands, in one transaction."""

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name)
        self._witness = Witness()

    def construct_create_table_statements(self) -> list[str]:
        """The library's table of facts with the hashes, the receipts, and the chain's beginning."""
        return list(TABLES)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401 -- the library's signature
        """The positions of the facts, which are on disk. Raises ChainIsBroken where what was written before is not there any more."""
        with self.datastore.transaction(commit=True) as transaction:
            positions, head = self._chained(transaction.sqlite_cursor, stored_events, kwargs.get("receipts", ()))
        self._witness.saw(head)
        return positions

    def _chained(
        self, cursor: sqlite3.Cursor, stored_events: Sequence[StoredEvent], receipts: Sequence[ReceiptRow]
    ) -> tuple[list[int], Head]:
        cursor.execute(TAKE_WRITE_LOCK)
        before = read_head(cursor)
        self._witness.require(before, lambda position: read_hash(cursor, position))
        rows, head = bound_rows(before, stored_events)
        cursor.executemany(INSERT_FACT, rows)
        cursor.executemany(INSERT_RECEIPT, placed_receipts(receipts, rows, head.position))
        return [row[0] for row in rows], head


class FactStore(Application[str]):
    """Every decision's facts, in the order in which they were accepted; positions count from 1 without gaps."""

    name = "drumtower"

    def __init__(self, path: Path) -> None:
        bring_up_to_date(path)
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

    def append(self, facts: Sequence[Fact], receipts: Sequence[ReceiptRow]) -> Sequence[int]:
        """The positions of the facts, which are on disk with the receipts of their commands. Raises as the recorder does.

        The library's `save` asks of each fact whether it is one, which takes longer than writing it.
        """
        return self.recorder.insert_events(list(map(self.mapper.to_stored_event, facts)), receipts=receipts) or ()

    def in_turn(self) -> AbstractContextManager[None]:
        """Who writes to a file locks it for a moment only: processes that overtake each other do so seldom."""
        return nullcontext()

    @property
    def last_position(self) -> int:
        """The position of the newest fact, 0 in an empty log."""
        with self.reading() as connection:
            return cast("int", connection.execute("SELECT max(rowid) FROM stored_events").fetchone()[0] or 0)

    @property
    def head(self) -> Head:
        """Where the chain over the log stands."""
        with self.reading() as connection:
            return read_head(connection)

    @property
    def witnessed_since(self) -> int:
        """The position from which facts were hashed as they were written; those before it were hashed by an upgrade."""
        with self.reading() as connection:
            return read_witnessed_since(connection)

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

    def stream(self, identifier: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """The facts of one aggregate whose positions lie in (`after`, `until`], in the order of the log."""
        return self._streams("originator_id = ?", (identifier,), after, until)

    def streams(self, prefix: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """The same of all aggregates whose identifiers begin with `prefix`, which ends with a slash."""
        return self._streams("originator_id >= ? AND originator_id < ?", (prefix, end_of(prefix)), after, until)

    def positions_of(self, identifiers: Sequence[str]) -> list[int]:
        """The positions of every fact of these aggregates, in the order of the log."""
        found: list[int] = []
        with self.reading() as connection:
            for identifier in identifiers:
                rows = connection.execute("SELECT rowid FROM stored_events WHERE originator_id = ?", (identifier,))
                found.extend(row[0] for row in rows)
        return sorted(found)

    def positions_under(self, prefix: str) -> list[int]:
        """The same of all aggregates whose identifiers begin with `prefix`, which ends with a slash."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT rowid FROM stored_events WHERE originator_id >= ? AND originator_id < ?", (prefix, end_of(prefix))
            )
            return sorted(row[0] for row in rows)

    def places(self, identifier: str, after: int, before: int) -> list[tuple[int, str]]:
        """Position and topic of the facts of one aggregate between two positions."""
        with self.reading() as connection:
            return connection.execute(
                "SELECT rowid, topic FROM stored_events WHERE originator_id = ? AND +rowid > ? AND +rowid < ?", (identifier, after, before)
            ).fetchall()

    def moment_around(self, position: int) -> list[Recorded]:
        """The fact at a position, with all before and behind it that were recorded at the same moment: those of its command, at least."""
        return moment_around(self, position)

    def first_position(self, identifier: str) -> int:
        """The position of the fact that began the aggregate; 0 where there is none."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT rowid FROM stored_events WHERE originator_id = ? AND originator_version = 1", (identifier,)
            ).fetchone()
        return row[0] if row else 0

    def _streams(self, where: str, names: tuple[str, ...], after: int, until: int | None) -> list[Recorded]:
        # By the names, not by the positions, of which a range may be half the log: the signs say so to SQLite.
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT rowid, topic, state FROM stored_events WHERE {where} AND +rowid > ? AND +rowid <= ? ORDER BY +rowid",  # noqa: S608 -- of this class
                (*names, after, self.last_position if until is None else until),
            ).fetchall()
        return [Recorded(position, decode(topic, state)) for position, topic, state in rows]

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

    def receipts(self, keys: Sequence[str]) -> dict[str, Receipt]:
        """What those of the keys were answered with that came before."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT key, digest, position, recorded_at, reply FROM receipts WHERE key IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(keys).decode(),),
            ).fetchall()
        return {row[0]: Receipt(row[0], row[1], row[2], datetime.fromisoformat(row[3]), row[4]) for row in rows}

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of this thread for reading only."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5, isolation_level=None)
            self._local.connection = connection
        yield connection
