"""Connections for the views: a few that are used again, a lost one replaced, and what the server says told in sentences.

Not the pool of the store of record (`streams.postgres.connections`), which waits for the disk at each commit and says what became of a
command. The views can be folded again, and who reads or writes them wants to be told at once, by the server's own words, and to find it
again as soon as it is back: whoever wants a connection connects, and no thread in the background does.
"""

from __future__ import annotations

import contextlib
import select
import threading
from collections.abc import Iterator
from typing import Any

import psycopg

from streams.failures import StoreUnavailable
from streams.postgres.connections import NETWORK
from streams.postgres.failures import parts_of, place_of

Connection = psycopg.Connection[tuple[Any, ...]]

# At once, for all threads of a process; PostgreSQL takes 100 of all processes by default. Who comes later waits for one to be given back.
CONNECTIONS_MAX = 12
WAIT_S_MAX = 10.0

# How PostgreSQL says that it takes no writes (it is a standby, or set so), has no room on its disk, and has no connection left.
_READ_ONLY = "25006"
_DISK_FULL = "53100"
_TOO_MANY = "53300"


class Connections:
    """Safe in any thread. `settings` are the server's, for each connection: `{"synchronous_commit": "off"}`."""

    def __init__(self, address: str, *, settings: dict[str, str] | None = None) -> None:
        self.name = f"PostgreSQL ({place_of(address)})"
        self._parts = parts_of(address)
        self._settings = settings or {}
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(CONNECTIONS_MAX)
        self._is_closed = False

    @contextlib.contextmanager
    def transaction(self, *, is_snapshot: bool = False) -> Iterator[Connection]:
        """A connection in a transaction, committed at the end unless something was raised. Raises StoreUnavailable.

        `is_snapshot`: all that is read in it is as of one moment, and nothing is written.
        """
        with self._connection() as connection:
            connection.autocommit = False
            if is_snapshot:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection
            connection.commit()

    @contextlib.contextmanager
    def statement(self) -> Iterator[Connection]:
        """A connection for one statement, which is a transaction by itself: one round trip instead of three. Raises StoreUnavailable."""
        with self._connection() as connection:
            yield connection

    def close(self) -> None:
        """End those that are at rest; those in use end as they are given back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        if not self._free.acquire(timeout=WAIT_S_MAX):
            raise StoreUnavailable(
                f"All {CONNECTIONS_MAX} connections to {self.name} have been in use for {WAIT_S_MAX:.0f} s.",
                f"到 {self.name} 的 {CONNECTIONS_MAX} 个连接已全部占用 {WAIT_S_MAX:.0f} 秒。",
            )
        connection: Connection | None = None
        try:
            connection = self._take()
            yield connection
        except psycopg.Error as error:
            failure = failure_of(self.name, error)
            if failure is None:
                raise
            raise failure from error
        finally:
            if connection is not None:
                self._give_back(connection)
            self._free.release()

    def _take(self) -> Connection:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._connect()
            if not _has_ended(connection):
                return connection
            connection.close()

    def _connect(self) -> Connection:
        settings = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        options = f"{self._parts.get('options', '')} {settings}".strip()
        return psycopg.connect(**{**NETWORK, **self._parts, "options": options}, autocommit=True)

    def _give_back(self, connection: Connection) -> None:
        # What was not committed is rolled back; a connection on which that fails is of no more use.
        with contextlib.suppress(psycopg.Error):
            connection.rollback()
            connection.autocommit = True
            with self._lock:
                if not self._is_closed:
                    self._idle.append(connection)
                    return
        connection.close()


def failure_of(name: str, error: psycopg.Error) -> StoreUnavailable | None:
    """What the error means for operators and administrators; None where it is a fault of the program."""
    said = " ".join(str(error).split())
    match error.sqlstate:
        case str(state) if state == _READ_ONLY:
            return StoreUnavailable(
                f"{name} takes no writes: it is a standby, or set to read only. Give the address of the primary, or let it write again.",
                f"{name} 现在只读:它是备库,或被设为只读。请改用主库地址,或恢复可写。",
            )
        case str(state) if state == _DISK_FULL:
            return StoreUnavailable(
                f"{name} has no room left on its disk: nothing was written. Once there is room it goes on by itself.",
                f"{name} 的磁盘已满:未写入任何内容。腾出空间后会自动继续。",
            )
        case str(state) if state == _TOO_MANY:
            return StoreUnavailable(
                f"{name} has no connection left: raise its max_connections, or start fewer processes.",
                f"{name} 的连接数已用尽:请调大 max_connections,或减少进程。",
            )
        case _:
            pass
    # The server is gone, going, or coming; a deadlock was broken; or it never took the connection: all of that passes.
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable(f"{name} does not serve now: {said}.", f"{name} 现在不可用:{said}。")
    return None


def _has_ended(connection: Connection) -> bool:
    """On a connection at rest nothing comes: what can be read is its end, or the news of it."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
