"""Moves the log of one machine, its receipts and its chain into an empty PostgreSQL.

Position by position and byte by byte: the hashes go along, and heads that were noted before hold afterwards. Each batch is one transaction,
and goes on from the head that it finds; a move that was cut short is gone on with, and until it is whole nobody can open the store.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from psycopg import Cursor
from psycopg.rows import tuple_row

from streams import audit
from streams.audit import Chained
from streams.chain import Link, walk
from streams.chaining import PlacedReceipt
from streams.failures import ChainIsBroken, StoreIsNotEmpty
from streams.postgres.audit import FETCH_FACTS
from streams.postgres.audit import links as links_in
from streams.postgres.connections import Rows, connected
from streams.postgres.fact_tables import INSERT_RECEIPTS, LOCK, PART, STEPS, read_head, read_witnessed_since
from streams.postgres.failures import place_of
from streams.postgres.migrations import bring_up_to_date

# A second's work: what a cut costs, and how often the bar moves.
BATCH_FACTS = 5_000

COPY_FACTS = "COPY stored_events (notification_id, originator_id, originator_version, topic, state, hash) FROM STDIN WITH (FORMAT BINARY)"
COPY_TYPES = ("int8", "text", "int8", "text", "bytea", "bytea")

Progress = Callable[[int, int], None]
Cursors = Cursor[tuple[Any, ...]]


def move(source: Path, address: str, chained: Chained, progress: Progress) -> int:
    """Copy what is not there yet of a log that was verified as `chained`; the position from which it went on.

    Raises StoreIsNotEmpty. Nothing may write to the source meanwhile.
    """
    end = chained.head.position
    with audit.reading(source) as log, connected(address) as connection, connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        bring_up_to_date(connection, place_of(address), PART, STEPS)
        began = reached = _begin(connection, cursor, log, chained, place_of(address))
        receipts = _Receipts(log, reached)
        with closing(audit.links(log, lambda _done, _end: None, after=reached)) as links:
            while batch := list(itertools.islice(links, BATCH_FACTS)):
                reached = _write(connection, cursor, reached, batch, receipts)
                progress(reached, end)
        # A log without facts may have receipts.
        _write(connection, cursor, reached, [], receipts)
        progress(end, end)
    return began


def finish(source: Path, address: str, chained: Chained, progress: Progress) -> bytes:
    """Check the chain of what was moved, compare all facts and receipts by digest, and open the store to others: that digest.

    Raises ChainIsBroken where something differs.
    """
    with audit.reading(source) as log, connected(address) as connection:
        with closing(audit.links(log, lambda _done, _end: None)) as links:
            digest = _digest(links, _receipts_by_key(log))
        with connection.transaction(), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(LOCK)
            moved = hashlib.sha256()
            since = read_witnessed_since(cursor)
            with closing(links_in(connection, chained.head.position, progress)) as links:
                head = walk(_told(links, moved), since, noted=[chained.head], reached=chained.head.position)
            for row in _receipts_in(connection):
                _feed(moved, row)
            if head != chained.head or moved.digest() != digest:
                raise ChainIsBroken(
                    head.position,
                    f"What was moved to {place_of(address)} is not what is in {source}: empty that database and move again.",
                    f"迁入 {place_of(address)} 的内容与 {source} 不一致:请清空该数据库后重新迁移。",
                )
            cursor.execute("UPDATE chain SET moving_to = NULL")
    return digest


def _begin(connection: Rows, cursor: Cursors, log: sqlite3.Connection, chained: Chained, place: str) -> int:
    """The position that the target holds already; from now on it is closed to others."""
    with connection.transaction():
        cursor.execute(LOCK)
        head = read_head(cursor)
        row = cursor.execute("SELECT moving_to IS NOT NULL, EXISTS (SELECT FROM receipts) FROM chain").fetchone()
        is_moving, has_receipts = row or (False, True)
        is_empty = head.position == 0 and not has_receipts
        # What is there of a move that was cut short is the beginning of this log, or it is another's.
        is_ours = is_moving and (head.position == 0 or head.hash == _hash_at(log, head.position))
        if not (is_empty or is_ours):
            raise StoreIsNotEmpty(
                f"The store at {place} holds {head.position} facts already, which are not the beginning of a move of this log: "
                "nothing was written. Choose an empty database.",
                f"{place} 的存储已有 {head.position} 条事实,且并非本日志未完成的迁入:未写入任何内容。请另选一个空数据库。",
            )
        cursor.execute("UPDATE chain SET witnessed_since = %s, moving_to = %s", (chained.witnessed_since, chained.head.position))
    return head.position


def _hash_at(log: sqlite3.Connection, position: int) -> bytes | None:
    row = log.execute("SELECT hash FROM stored_events WHERE rowid = ?", (position,)).fetchone()
    return row[0] if row else None


def _write(connection: Rows, cursor: Cursors, reached: int, batch: list[Link], receipts: _Receipts) -> int:
    end = batch[-1].position if batch else reached
    with connection.transaction():
        cursor.execute(LOCK)
        if read_head(cursor).position != reached:
            raise StoreIsNotEmpty(
                "Another program writes to the store meanwhile: stop it, empty the database and move again.",
                "另一程序同时在写该存储:请停止它,清空数据库后重新迁移。",
            )
        if batch:
            with cursor.copy(COPY_FACTS) as copy:
                copy.set_types(COPY_TYPES)
                for link in batch:
                    copy.write_row(link)
        if placed := receipts.until(end):
            columns = [list(column) for column in zip(*placed, strict=True)]
            cursor.execute(f"{INSERT_RECEIPTS} ON CONFLICT DO NOTHING", columns)
    return end


class _Receipts:
    """The receipts of a log in the order of their positions, from the one after which the move goes on."""

    def __init__(self, log: sqlite3.Connection, reached: int) -> None:
        # Those of the head itself may have come after it: a command without facts points there.
        self._rows: Iterator[PlacedReceipt] = iter(
            log.execute("SELECT key, digest, position, recorded_at, reply FROM receipts WHERE position >= ? ORDER BY position", (reached,))
        )
        self._next = next(self._rows, None)

    def until(self, position: int) -> list[PlacedReceipt]:
        """Those that were not given yet, up to this position."""
        found = []
        while self._next is not None and self._next[2] <= position:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _digest(facts: Iterable[Link], receipts: Iterable[PlacedReceipt]) -> bytes:
    digest = hashlib.sha256()
    for row in itertools.chain(facts, receipts):
        _feed(digest, row)
    return digest.digest()


def _told(links: Iterable[Link], digest: hashlib._Hash) -> Iterator[Link]:
    for link in links:
        _feed(digest, link)
        yield link


def _feed(digest: hashlib._Hash, row: tuple[Any, ...]) -> None:
    # Numbers, texts in quotes and bytes in quotes: no two rows are written alike.
    digest.update(repr(tuple(row)).encode(errors="surrogateescape"))


def _receipts_by_key(log: sqlite3.Connection) -> Iterator[PlacedReceipt]:
    yield from log.execute("SELECT key, digest, position, recorded_at, reply FROM receipts ORDER BY key")


def _receipts_in(connection: Rows) -> Iterator[PlacedReceipt]:
    with connection.cursor("receipts", row_factory=tuple_row) as cursor:
        cursor.itersize = FETCH_FACTS
        cursor.execute("SELECT key, digest, position, recorded_at, reply FROM receipts ORDER BY key", binary=True)
        yield from cursor
