"""The store of record on PostgreSQL, with the promises of `streams.store_of_record`: several processes may write to it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, LiteralString, TypeVar, cast

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper, TrackingRecorder
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg import Cursor
from psycopg.rows import tuple_row

from domain.fact import Fact
from projections.projection import Recorded
from streams.chain import Head
from streams.codec import FactCodec, decode
from streams.failures import StoreUnavailable
from streams.postgres.connections import Datastore, Rows, connected
from streams.postgres.fact_tables import PART, STEPS, read_head, read_witnessed_since
from streams.postgres.failures import place_of
from streams.postgres.migrations import bring_up_to_date
from streams.postgres.recorder import FactRecorder
from streams.store_of_record import READ_FACTS, Receipt, ReceiptRow, end_of, moment_around

# Beyond any day of any city: running numbers have at most so many digits.
NUMBER_DIGITS_MAX = 12

Row = tuple[Any, ...]
T = TypeVar("T")


class FactStore(Application[str]):
    """Every decision's facts, in the order in which they were accepted; positions count from 1 without gaps."""

    name = "drumtower"

    def __init__(self, address: str) -> None:
        """Bring the tables up to date, and open. Raises StoreUnavailable, StoreIsNewer."""
        self.address = address
        with connected(address) as connection:
            bring_up_to_date(connection, place_of(address), PART, STEPS)
            _require_whole(connection, place_of(address))
        self.datastore = Datastore(address)
        # A mistaken environment of the process is none of the library's business here: everything is in the address.
        super().__init__(env={"ORIGINATOR_ID_TYPE": "text"})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[TrackingRecorder]:
        """The library's factory, on our connections."""
        # It wants the parts of an address before it makes connections, which are then ours.
        parts = dict.fromkeys(("POSTGRES_DBNAME", "POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASSWORD"), "")
        factory = PostgresFactory(Environment(name=env.name, env={**env, **parts}))
        factory.datastore = self.datastore
        return cast("InfrastructureFactory[TrackingRecorder]", factory)

    def construct_recorder(self) -> ApplicationRecorder:
        """Ours."""
        return FactRecorder(self.datastore)

    def construct_mapper(self) -> Mapper[str]:
        """Facts as JSON."""
        return cast("Mapper[str]", FactCodec())

    def append(self, facts: Sequence[Fact], receipts: Sequence[ReceiptRow]) -> Sequence[int]:
        """As promised by `StoreOfRecord`."""
        return self.recorder.insert_events(list(map(self.mapper.to_stored_event, facts)), receipts=receipts) or ()

    def in_turn(self) -> AbstractContextManager[None]:
        """As promised by `StoreOfRecord`."""
        return cast("FactRecorder", self.recorder).in_turn()

    @property
    def last_position(self) -> int:
        """As promised by `StoreOfRecord`."""
        [(end,)] = self._rows("SELECT coalesce(max(notification_id), 0) FROM stored_events")
        return cast("int", end)

    @property
    def head(self) -> Head:
        """As promised by `StoreOfRecord`."""
        return self._reading(read_head)

    @property
    def witnessed_since(self) -> int:
        """As promised by `StoreOfRecord`."""
        return self._reading(read_witnessed_since)

    def facts(self, after: int, until: int | None = None) -> Iterator[Recorded]:
        """As promised by `StoreOfRecord`."""
        while True:
            rows = self._rows(
                "SELECT notification_id, topic, state FROM stored_events WHERE notification_id > %s AND notification_id <= %s "
                "ORDER BY notification_id LIMIT %s",
                (after, until if until is not None else _BEYOND, READ_FACTS),
            )
            yield from map(_recorded, rows)
            if len(rows) < READ_FACTS:
                return
            after = rows[-1][0]

    def facts_at(self, positions: Sequence[int]) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        rows = self._rows(
            "SELECT notification_id, topic, state FROM stored_events WHERE notification_id = ANY(%s::bigint[])", (list(positions),)
        )
        found = {row[0]: row for row in rows}
        return [_recorded(found[position]) for position in positions if position in found]

    def facts_of(self, identifier: str, after_version: int = 0) -> list[Fact]:
        """As promised by `StoreOfRecord`."""
        rows = self._rows(
            "SELECT topic, state FROM stored_events WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version",
            (identifier, after_version),
        )
        return [decode(topic, state) for topic, state in rows]

    def stream(self, identifier: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        return self._between(f"{_WHICH} originator_id = %s {_BETWEEN}", (identifier,), after, until)

    def streams(self, prefix: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        return self._between(f"{_WHICH} originator_id >= %s AND originator_id < %s {_BETWEEN}", (prefix, end_of(prefix)), after, until)

    def positions_of(self, identifiers: Sequence[str]) -> list[int]:
        """As promised by `StoreOfRecord`."""
        rows = self._rows("SELECT notification_id FROM stored_events WHERE originator_id = ANY(%s::text[])", (list(identifiers),))
        return sorted(row[0] for row in rows)

    def positions_under(self, prefix: str) -> list[int]:
        """As promised by `StoreOfRecord`."""
        rows = self._rows(
            "SELECT notification_id FROM stored_events WHERE originator_id >= %s AND originator_id < %s", (prefix, end_of(prefix))
        )
        return sorted(row[0] for row in rows)

    def places(self, identifier: str, after: int, before: int) -> list[tuple[int, str]]:
        """As promised by `StoreOfRecord`."""
        return cast(
            "list[tuple[int, str]]",
            self._rows(
                "SELECT notification_id, topic FROM stored_events WHERE originator_id = %s "
                "AND notification_id + 0 > %s AND notification_id + 0 < %s ORDER BY originator_version",
                (identifier, after, before),
            ),
        )

    def moment_around(self, position: int) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        return moment_around(self, position)

    def first_position(self, identifier: str) -> int:
        """As promised by `StoreOfRecord`."""
        rows = self._rows("SELECT notification_id FROM stored_events WHERE originator_id = %s AND originator_version = 1", (identifier,))
        return rows[0][0] if rows else 0

    def position_at(self, moment: datetime) -> int:
        """As promised by `StoreOfRecord`."""

        def search(cursor: Cursor[Row]) -> int:
            low, high = 0, cast("Row", cursor.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone())[0]
            while low < high:
                middle = (low + high + 1) // 2
                row = cursor.execute("SELECT topic, state FROM stored_events WHERE notification_id = %s", (middle,)).fetchone()
                if decode(*cast("Row", row)).timestamp <= moment:
                    low = middle
                else:
                    high = middle - 1
            return low

        return self._reading(search)

    def last_number(self, prefix: str) -> int:
        """As promised by `StoreOfRecord`."""
        # The longest number is the highest: one look into the index for each number of digits.
        short = len(prefix) + 2
        rows = self._rows(
            "SELECT newest.originator_id FROM generate_series(%s::integer, %s::integer, -1) AS long(characters) CROSS JOIN LATERAL ("
            "SELECT originator_id FROM stored_events WHERE originator_version = 1 AND length(originator_id) = long.characters "
            "AND originator_id >= %s AND originator_id < %s ORDER BY originator_id DESC LIMIT 1) AS newest "
            "ORDER BY long.characters DESC LIMIT 1",
            (short + NUMBER_DIGITS_MAX - 1, short, f"{prefix}-", f"{prefix}."),
        )
        return int(rows[0][0].rsplit("-", 1)[1]) if rows else 0

    def receipts(self, keys: Sequence[str]) -> dict[str, Receipt]:
        """As promised by `StoreOfRecord`."""
        rows = self._rows("SELECT key, digest, position, recorded_at, reply FROM receipts WHERE key = ANY(%s::text[])", (list(keys),))
        return {row[0]: Receipt(row[0], row[1], row[2], datetime.fromisoformat(row[3]), row[4]) for row in rows}

    def _between(self, query: LiteralString, names: tuple[str, ...], after: int, until: int | None) -> list[Recorded]:
        return list(map(_recorded, self._rows(query, (*names, after, until if until is not None else _BEYOND))))

    def _rows(self, query: LiteralString, values: Sequence[Any] = ()) -> list[Row]:
        return self._reading(lambda cursor: cursor.execute(query, values, prepare=True).fetchall())

    def _reading(self, read: Callable[[Cursor[Row]], T]) -> T:
        def work(connection: Rows) -> T:
            with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
                return read(cursor)

        return self.datastore.run(work)


def _require_whole(connection: Rows, place: str) -> None:
    row = connection.execute("SELECT moving_to FROM chain").fetchone()
    if row is not None and row["moving_to"] is not None:
        raise StoreUnavailable(
            f"A log of {row['moving_to']} facts is being moved into the store at {place}, or was and is not whole: "
            "run `drumtower move` until it says that all is there.",
            f"正向 {place} 的存储迁入一份 {row['moving_to']} 条事实的日志,或迁入尚未完成:请运行 `drumtower move` 直至提示全部完成。",
        )


# By the names, not by the positions, of which a range may be half the log: the sums say so to PostgreSQL.
_WHICH: LiteralString = "SELECT notification_id, topic, state FROM stored_events WHERE"
_BETWEEN: LiteralString = "AND notification_id + 0 > %s AND notification_id + 0 <= %s ORDER BY notification_id + 0"
# Behind every position that there can be.
_BEYOND = 2**63 - 1


def _recorded(row: Row) -> Recorded:
    return Recorded(row[0], decode(row[1], row[2]))
