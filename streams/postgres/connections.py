"""Connections to PostgreSQL: the event-sourcing library's pool by an address, that finds its way back to a server which was gone.

A server that is started anew leaves a pool of dead connections. What failed on one of them is done anew on a live one, but for a
commit that was not answered: whether it is on disk is not known, and only the receipt of its command can tell.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

import psycopg
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection, IsolationLevel, errors
from psycopg.rows import DictRow

from streams.postgres.failures import in_doubt, not_opened, not_used, parts_of, place_of

# Writer, projector, relay and readers of one process; PostgreSQL's default of 100 serves a few such processes.
CONNECTIONS_MAX = 10
# An operator is told rather than kept waiting; a server that is started anew is back in this time.
CONNECT_S_MAX = 3
# A pool that has given up tries again when it is asked: the shorter, the sooner after the server's return.
RECONNECT_S_MAX = 1.0
# A group commit takes milliseconds. Who holds the lock longer is stopped, or cut off and about to be found out.
LOCK_S_MAX = 5
# A process that was stopped in the middle of a transaction holds up the others for so long.
IDLE_IN_TRANSACTION_S_MAX = 4
# A network that swallows everything is found out in ten seconds instead of in a quarter of an hour.
NETWORK = {
    "connect_timeout": CONNECT_S_MAX,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "drumtower",
}
# Accepted means durable, whatever the server's file says for others.
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
_GONE = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.IdleInTransactionSessionTimeout,
    # After a failover the address leads to another server: such a connection stays with the one that was put aside.
    errors.ReadOnlySqlTransaction,
)

T = TypeVar("T")
Rows = Connection[DictRow]


class CommitInDoubt(Exception):
    """The connection broke between the order to commit and the answer."""


class Datastore(PostgresDatastore):
    """The library's pool; opened by itself, and safe in any thread."""

    def __init__(self, address: str) -> None:
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            connect_timeout=CONNECT_S_MAX,
            idle_in_transaction_session_timeout=IDLE_IN_TRANSACTION_S_MAX,
            pool_size=1,
            max_overflow=CONNECTIONS_MAX - 1,
            lock_timeout=LOCK_S_MAX,
            originator_id_type="text",
        )
        self.place = place_of(address)
        # The whole address, with its TLS, its several hosts and what else it says.
        self.pool.kwargs = {**_parameters(address), "row_factory": psycopg.rows.dict_row}
        self.pool.reconnect_timeout = RECONNECT_S_MAX
        self.pool.open(wait=False)

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """What makes a connection ready, besides the library's own."""
        library = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            library(connection)
            # What is read behind the lock is what is so behind the lock.
            connection.isolation_level = IsolationLevel.READ_COMMITTED
            connection.execute(_DURABLE)

        return after_connect

    def run(self, work: Callable[[Rows], T]) -> T:
        """What `work` does with a connection, and does anew where that one was dead. Raises IntegrityError, StoreUnavailable."""
        with self._told():
            return self._anew(lambda: self._once(work))

    @contextmanager
    def held(self, *statements: LiteralString) -> Iterator[None]:
        """A transaction that began with these, open for as long as this lasts. It writes nothing, and may be lost."""
        with self._told():
            connection = self._anew(lambda: self._begun(statements))
        try:
            yield
        finally:
            with contextlib.suppress(psycopg.Error):
                connection.rollback()
            self.pool.putconn(connection)

    def _anew(self, attempt: Callable[[], T]) -> T:
        # A server that was started anew may have left nothing but dead ones.
        for _ in range(CONNECTIONS_MAX):
            with contextlib.suppress(_Dead):
                return attempt()
        return attempt()

    def _once(self, work: Callable[[Rows], T]) -> T:
        with self.pool.connection() as connection, _watched(connection):
            return work(connection)

    def _begun(self, statements: tuple[LiteralString, ...]) -> Rows:
        connection: Rows = self.pool.getconn()
        try:
            with _watched(connection):
                for statement in ("BEGIN", *statements):
                    connection.execute(statement)
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                connection.rollback()
            self.pool.putconn(connection)
            raise
        return connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        except CommitInDoubt as error:
            raise in_doubt(self.place, _cause(error)) from error
        except _Dead as error:
            raise not_used(self.place, _cause(error)) from error
        except psycopg.Error as error:
            raise not_used(self.place, error) from error


@contextmanager
def _watched(connection: Rows) -> Iterator[None]:
    """Raises _Dead where the connection is of no use any more."""
    try:
        yield
    except psycopg.Error as error:
        if connection.closed or isinstance(error, _GONE):
            connection.close()
            raise _Dead from error
        raise


class _Dead(Exception):
    """The connection was not there any more, and nothing was committed on it."""


@contextmanager
def committed(connection: Rows) -> Iterator[Callable[[], None]]:
    """A transaction in a pipeline. Call what is given when all of it has been sent. Raises CommitInDoubt."""
    is_whole = False

    def sent() -> None:
        nonlocal is_whole
        # A conflict is told here and by its own name, not at the commit.
        pipeline.sync()
        is_whole = True

    try:
        with connection.pipeline() as pipeline, connection.transaction():
            yield sent
    except psycopg.OperationalError as error:
        if is_whole and (connection.closed or isinstance(error, _GONE)):
            raise CommitInDoubt from error
        raise


@contextmanager
def connected(address: str) -> Iterator[Rows]:
    """One connection that is no pool's, for what is done once. Raises StoreUnavailable, with the server's own reason."""
    try:
        with psycopg.connect(**_parameters(address), autocommit=True, row_factory=psycopg.rows.dict_row) as connection:
            connection.isolation_level = IsolationLevel.READ_COMMITTED
            yield connection
    except psycopg.Error as error:
        raise not_opened(place_of(address), error) from error


def _parameters(address: str) -> dict[str, Any]:
    return {**NETWORK, **parts_of(address)}


def _cause(error: Exception) -> Exception:
    return error.__cause__ if isinstance(error.__cause__, Exception) else error
