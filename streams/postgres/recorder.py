"""Writes facts bound to those before them, and the receipts of their commands, into PostgreSQL in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.rows import tuple_row
from psycopg.sql import SQL

from streams.chaining import FactRow, PlacedReceipt, Witness, bound_rows, placed_receipts
from streams.postgres.connections import Datastore, Rows, committed
from streams.postgres.fact_tables import INSERT_FACTS, INSERT_RECEIPTS, LOCK, NOTIFY, SHARE_TURN, TAKE_TURN, hash_reader, read_head
from streams.store_of_record import ReceiptRow

_NOTIFICATIONS: Final = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events "
    "WHERE notification_id >= %s AND notification_id <= %s AND (%s OR topic = ANY(%s::text[])) ORDER BY notification_id LIMIT %s"
)
# Behind every position that there can be.
_BEYOND: Final = 2**63 - 1


class FactRecorder(PostgresApplicationRecorder):
    """The library's recorder, with positions of our own: head + 1 behind the lock, so that commits and positions have one order."""

    datastore: Datastore

    def __init__(self, datastore: Datastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        # How long it waits, and on what.
        self.lock_table_statements = [self.lock_table_statements[0], SQL(SHARE_TURN), SQL(LOCK)]
        self._witness = Witness()
        self._in_turn = threading.local()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401 -- the library's signature
        """The positions of the facts, which are on disk.

        Raises IntegrityError, ChainIsBroken where what was written before is not there any more, or StoreUnavailable.
        """
        receipts: Sequence[ReceiptRow] = kwargs.get("receipts", ())
        return self.datastore.run(lambda connection: self._write(connection, stored_events, receipts))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """As the library's, in binary and on a live connection. Raises StoreUnavailable at once, where that one tries for seconds."""
        first = 1 if start is None else start if inclusive_of_start else start + 1

        def read(connection: Rows) -> list[Notification]:
            with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
                values = (first, _BEYOND if stop is None else stop, not topics, list(topics), limit)
                rows = cursor.execute(_NOTIFICATIONS, values, prepare=True)
                return [Notification(name, version, topic, state, id=number) for number, name, version, topic, state in rows]

        return self.datastore.run(read)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Other processes do not write while this lasts, in this thread; where it is lost, they do."""
        if getattr(self._in_turn, "is_ours", False):
            yield
            return
        with self.datastore.held(f"SET LOCAL lock_timeout = '{self.datastore.lock_timeout}s'", TAKE_TURN):
            self._in_turn.is_ours = True
            try:
                yield
            finally:
                self._in_turn.is_ours = False

    def _write(self, connection: Rows, stored_events: Sequence[StoredEvent], receipts: Sequence[ReceiptRow]) -> list[int]:
        with committed(connection) as sent, connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            limit, share, lock = self.lock_table_statements
            cursor.execute(limit)
            if not getattr(self._in_turn, "is_ours", False):
                cursor.execute(share)
            cursor.execute(lock)
            before = read_head(cursor)
            self._witness.require(before, hash_reader(cursor))
            rows, head = bound_rows(before, stored_events)
            if rows:
                cursor.execute(INSERT_FACTS, _columns(rows), prepare=True)
                cursor.execute(NOTIFY)
            if receipts:
                cursor.execute(INSERT_RECEIPTS, _columns(placed_receipts(receipts, rows, head.position)), prepare=True)
            sent()
        self._witness.saw(head)
        return [row[0] for row in rows]


def _columns(rows: Sequence[FactRow] | Sequence[PlacedReceipt]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
