"""Whether the log in a database is what was written: reads it as any auditor could, and changes nothing. It may be served meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

from psycopg import Cursor
from psycopg.rows import tuple_row

from streams.audit import TOLD_EVERY_FACTS, Chained
from streams.chain import Head, Link, walk
from streams.postgres.connections import Rows, connected
from streams.postgres.fact_tables import PART, STEPS, read_head, read_witnessed_since
from streams.postgres.failures import place_of
from streams.postgres.migrations import require_up_to_date

# Facts that are on their way from the server at once.
FETCH_FACTS = 2_000


def noted_head(address: str) -> Chained:
    """What to note elsewhere: read, not checked."""
    with _reading(address) as (_, cursor):
        return Chained(read_head(cursor), read_witnessed_since(cursor))


def verified(address: str, *, noted: Collection[Head] = (), progress: Callable[[int, int], None] = lambda _done, _end: None) -> Chained:
    """Every fact against its hash. Raises ChainIsBroken at the first position that does not hold; `noted` are heads kept elsewhere."""
    with _reading(address) as (connection, cursor):
        since = read_witnessed_since(cursor)
        # Receipts are answers that were given: one that names a position says that the log has been there.
        reached = _number(cursor.execute("SELECT coalesce(max(position), 0) FROM receipts"))
        end = _number(cursor.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events"))
        with closing(links(connection, end, progress)) as log:
            return Chained(walk(log, since, noted=noted, reached=reached), since)


def links(connection: Rows, end: int, progress: Callable[[int, int], None]) -> Generator[Link]:
    """Every fact as it is stored, in the order of the log. In a transaction, whose picture of the log it is."""
    with connection.cursor("links", row_factory=tuple_row) as cursor:
        cursor.itersize = FETCH_FACTS
        cursor.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state, hash FROM stored_events ORDER BY notification_id",
            binary=True,
        )
        for row in cursor:
            if row[0] % TOLD_EVERY_FACTS == 0:
                progress(row[0], end)
            yield Link._make(row)
    progress(end, end)


@contextmanager
def _reading(address: str) -> Iterator[tuple[Rows, Cursor[tuple[Any, ...]]]]:
    """One state of the database, whatever is written meanwhile."""
    with connected(address) as connection:
        require_up_to_date(connection, place_of(address), PART, STEPS)
        with connection.transaction(), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection, cursor


def _number(cursor: Cursor[tuple[Any, ...]]) -> int:
    row = cursor.fetchone()
    assert row is not None, "An aggregate has one row."
    return int(row[0])
