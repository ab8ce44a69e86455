"""One connection to PostgreSQL that comes back by itself: for a store that is asked one thing at a time, from any thread.

It is opened when it is first used, and anew after every failure. Nothing is done twice: what failed is told, and the next that is asked
finds the server again, or the one that took its place (the address may name several hosts).
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString, TypeVar, cast

import psycopg
from psycopg import Connection, Cursor, errors
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow

from streams.failures import StoreUnavailable
from streams.postgres import migrations
from streams.postgres.failures import WORDS_MAX, not_opened, parts_of, place_of

# What is asked here takes milliseconds. A server that is stopped, or behind a network that swallows everything, is given up after this.
ANSWER_S_MAX: Final = 3.0
# Libpq's own least, for each host of the address.
CONNECT_S_MAX: Final = 2
# Who waits for a row that another has locked is told before the connection is given up.
LOCK_MS_MAX: Final = 2_000
# A gateway that was stopped in the middle of a transaction holds up the others for so long.
IDLE_IN_TRANSACTION_MS_MAX: Final = 4_000

RV = TypeVar("RV")

Row = tuple[Any, ...]


class OneConnection:
    """`execute` is a transaction of its own. Failures are raised as `unavailable` says them: a sentence, given the server's words."""

    def __init__(self, address: str, unavailable: Callable[[str], StoreUnavailable], *, is_synced: bool = True) -> None:
        """Without `is_synced` the newest half second is lost with the server; the store can do without it."""
        self.place = place_of(address)
        self._address = address
        self._unavailable = unavailable
        self._options = (
            f"-c lock_timeout={LOCK_MS_MAX} -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS_MAX} "
            f"-c synchronous_commit={'on' if is_synced else 'off'}"
        )
        self._lock = threading.Lock()
        self._connection: _Bounded | None = None
        self._failed = ""
        self._not_before = 0.0
        self._is_closed = False

    def execute(self, statement: LiteralString | bytes, parameters: Sequence[object] = ()) -> Cursor[Row]:
        """What the statement answers; committed when this returns."""
        with self._using(self._unavailable) as connection:
            return connection.execute(statement, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Connection[Row]]:
        """Committed at the end, unless something was raised."""
        with self._using(self._unavailable) as connection, connection.transaction():
            yield connection

    def bring_up_to_date(self, part: str, steps: Sequence[migrations.Step]) -> None:
        """The part's tables are there, and stay. Closes itself where it raises StoreIsNewer, or StoreUnavailable without the server."""
        try:
            with self._using(lambda words: not_opened(self.place, Exception(words))) as connection:
                # Also where the store itself can do without: tables that a killed server forgets are missed until the next start.
                connection.execute("SET synchronous_commit = on")
                migrations.bring_up_to_date(cast("Connection[DictRow]", connection), self.place, part, steps)
                connection.execute("RESET synchronous_commit")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """For good."""
        with self._lock:
            self._is_closed = True
            self._drop()

    @contextmanager
    def _using(self, unavailable: Callable[[str], StoreUnavailable]) -> Iterator[Connection[Row]]:
        with self._lock:
            if self._is_closed:
                raise unavailable("it was closed")
            begun = time.monotonic()
            if begun < self._not_before:
                raise unavailable(self._failed)
            try:
                yield self._opened()
            except psycopg.Error as error:
                # Where only the statement was refused the connection is as good as it was; but to open another is cheap.
                self._drop()
                self._failed = reason(error)
                # Whoever waited for an answer in vain has others waiting behind: these are told at once, for as long again.
                self._not_before = 2 * time.monotonic() - begun if _is_away(error) else 0.0
                raise unavailable(self._failed) from error

    def _opened(self) -> Connection[Row]:
        if self._connection is not None and _has_ended(self._connection):
            self._drop()
        if self._connection is None:
            asked = parts_of(self._address)
            ours = {"connect_timeout": CONNECT_S_MAX, "application_name": "drumtower"}
            options = f"{asked.get('options') or ''} {self._options}".strip()
            self._connection = _Bounded.connect(**{**ours, **asked, "options": options, "autocommit": True})
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Bounded(Connection[Row]):
    """Gives up a server that does not answer."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg's, which would wait for ever."""
        try:
            return super().wait(gen, interval, ANSWER_S_MAX if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            # Nothing more can be asked on it, not even to take back what was begun.
            self.close()
            raise psycopg.OperationalError(f"no answer within {ANSWER_S_MAX:.0f} s") from error


def reason(error: psycopg.Error) -> str:
    """The server's own words, for the middle of a sentence."""
    match error:
        case errors.ReadOnlySqlTransaction():
            return "the database is read-only: a standby, or set so"
        case errors.DiskFull():
            return "the database's disk is full"
        case _:
            return " ".join(str(error).split()).rstrip(".")[:WORDS_MAX] or type(error).__name__


def _is_away(error: psycopg.Error) -> bool:
    """It gave no answer, or there was no way to it; what the server itself refuses has a state."""
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def _has_ended(connection: Connection[Row]) -> bool:
    """On a connection at rest nothing comes: what can be read is its end, or the news of it."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
