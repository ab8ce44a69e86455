"""The telemetry log: fixes and readings as they came, in batches, beside the store of record.

One row is one batch of one source, with how many of its elements were taken and how many were not; its position counts from 1. What a
source sent through the store of record (calls, statuses) leaves a row without elements, and the health of all sources one now and then, so
that both can be told as of a time. Batches that wait together are written in one transaction. Nothing is shed
uncounted: what cannot wait is refused, and the number is shown.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from streams.failures import StoreIsNewer, StoreUnavailable

SCHEMA_VERSION = 2
# At 50 batches a second this is 20 s of telemetry: beyond it the disk has stopped, and fresh fixes are worth more than old ones.
WAITING_BATCHES_MAX = 1_000
GROUP_BATCHES_MAX = 200
# A thousand pages, as the library has it; a transaction writes its batches and at least three pages.
WAL_BYTES = 4_096_000
PAGES_BYTES = 3 * 4_096
# How often what is older than the retention is removed.
SWEEP_S = 600.0
DAY_S = 86_400.0

_INSERT = "INSERT INTO batches (kind, source, recorded_at, count, payload, rejected, newest_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ONE = "SELECT position, kind, source, recorded_at, count, payload FROM batches WHERE kind = ? AND recorded_at BETWEEN ? AND ?"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Elements of one kind from one source, as JSON."""

    position: int
    kind: str
    source: str
    recorded_at: float
    count: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """That a source sent something: how much was taken and rejected, and when its newest element was made."""

    position: int
    kind: str
    source: str
    recorded_at: float
    accepted: int
    rejected: int
    newest_at: float | None


@dataclass(slots=True)
class _Waiting:
    kind: str
    source: str
    count: int
    payload: bytes
    rejected: int
    newest_at: float | None
    future: Future[int] = field(default_factory=Future)


class TelemetryLog:
    """`append` from any thread; the answer is the batch's position, once it is written."""

    def __init__(self, path: Path, *, retention_days: float, now: Callable[[], float]) -> None:
        self.path = path
        self._not_taken_over = 0
        self._retention_s = retention_days * DAY_S
        self._now = now
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}): upgrade before you start it.",
                f"{path} 由更新版本的鼓楼写成(格式 {found}):请先升级再启动。",
            )
        # A fix that a power cut takes is followed by the next one in seconds: NORMAL survives a kill, and spares the disk a flush a batch.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        # What has been written goes over into the file after the answer, not before it: some milliseconds, once in a few hundred batches.
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")
        self._connection.execute(
            # Old batches go in the transaction of a new one, so no position is used again; AUTOINCREMENT would write one page more a batch.
            "CREATE TABLE IF NOT EXISTS batches (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, "
            "recorded_at REAL NOT NULL, count INTEGER NOT NULL, payload BLOB NOT NULL, rejected INTEGER NOT NULL DEFAULT 0, newest_at REAL)"
        )
        if found == 1:
            self._connection.execute("ALTER TABLE batches ADD COLUMN rejected INTEGER NOT NULL DEFAULT 0")
            self._connection.execute("ALTER TABLE batches ADD COLUMN newest_at REAL")
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._connection.execute("CREATE INDEX IF NOT EXISTS batches_by_time ON batches (recorded_at)")
        self.position: int = self._connection.execute("SELECT coalesce(max(position), 0) FROM batches").fetchone()[0]
        self.shed = 0
        self.appended = 0
        self._swept = 0.0
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._connection.close()

    @property
    def kept_since(self) -> float:
        """The moment (seconds since 1970) before which nothing is promised to be kept."""
        return self._now() - self._retention_s

    def append(
        self, kind: str, source: str, count: int, payload: bytes, *, rejected: int = 0, newest_at: float | None = None
    ) -> Future[int]:
        """The batch's position to come; raises StoreUnavailable, and counts what was shed, where the log cannot keep up."""
        if self._queue.qsize() >= WAITING_BATCHES_MAX:
            self.shed += count
            raise StoreUnavailable(
                f"The telemetry log cannot keep up: {count} elements were not taken. Send the newest again.",
                f"遥测日志写入过慢:{count} 条未受理。请重发最新数据。",
            )
        waiting = _Waiting(kind, source, count, payload, rejected, newest_at)
        self._queue.put(waiting)
        return waiting.future

    def batches(self, kind: str, after: int = 0, since: float = 0.0) -> Iterator[Batch]:
        """Batches of one kind after a position and recorded since a moment (seconds since 1970), in the order of the log."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)
        try:
            for row in connection.execute(
                "SELECT position, kind, source, recorded_at, count, payload FROM batches "
                "WHERE kind = ? AND position > ? AND recorded_at >= ? ORDER BY position",
                (kind, after, since),
            ):
                yield Batch(*row)
        finally:
            connection.close()

    def heard(self, after: int, until: float) -> Iterator[Heard]:
        """What sources sent after a position and until a moment, in the order of the log, without the elements."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)
        try:
            for row in connection.execute(
                "SELECT position, kind, source, recorded_at, count, rejected, newest_at FROM batches WHERE position > ? ORDER BY position",
                (after,),
            ):
                found = Heard(*row)
                if found.recorded_at > until:
                    return
                yield found
        finally:
            connection.close()

    def newest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The newest batch of a kind that was recorded between two moments."""
        return self._one(f"{_ONE} ORDER BY recorded_at DESC LIMIT 1", kind, since, until)

    def oldest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The oldest batch of a kind that was recorded between two moments."""
        return self._one(f"{_ONE} ORDER BY recorded_at LIMIT 1", kind, since, until)

    def _one(self, query: str, kind: str, since: float, until: float) -> Batch | None:
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)
        try:
            row = connection.execute(query, (kind, since, until)).fetchone()
        finally:
            connection.close()
        return Batch(*row) if row else None

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            group = [first]
            stopping = False
            while len(group) < GROUP_BATCHES_MAX:
                try:
                    waiting = self._queue.get_nowait()
                except queue.Empty:
                    break
                if waiting is None:
                    stopping = True
                    break
                group.append(waiting)
            self._write(group)
            if stopping:
                return

    def _write(self, waiting_now: list[_Waiting]) -> None:
        # From here on nobody takes one back. What was taken back before, by a request that was cancelled, nobody waits for.
        group = [waiting for waiting in waiting_now if waiting.future.set_running_or_notify_cancel()]
        if not group:
            return
        now = self._now()
        try:
            positions = self._insert_all(group, now)
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            log.exception("the telemetry log could not be written")
            self.shed += sum(waiting.count for waiting in group)
            for waiting in group:
                waiting.future.set_exception(
                    StoreUnavailable(f"The telemetry log cannot be written: {error}.", f"遥测日志无法写入:{error}。")
                )
            return
        self.position = positions[-1]
        for waiting, position in zip(group, positions, strict=True):
            waiting.future.set_result(position)
        self.appended += sum(waiting.count for waiting in group if waiting.kind in ("fixes", "readings"))
        self._take_over(sum(len(waiting.payload) for waiting in group) + PAGES_BYTES)

    def _insert_all(self, group: list[_Waiting], now: float) -> list[int]:
        if len(group) == 1 and not self._is_sweep_due():
            # One statement is a transaction by itself, and this one is on the way of a fix to every console.
            return [self._insert(group[0], now)]
        self._connection.execute("BEGIN IMMEDIATE")
        positions = [self._insert(waiting, now) for waiting in group]
        if self._is_sweep_due():
            self._swept = time.monotonic()
            self._connection.execute("DELETE FROM batches WHERE recorded_at < ?", (now - self._retention_s,))
        self._connection.execute("COMMIT")
        return positions

    def _insert(self, waiting: _Waiting, now: float) -> int:
        row = (waiting.kind, waiting.source, now, waiting.count, waiting.payload, waiting.rejected, waiting.newest_at)
        return self._connection.execute(_INSERT, row).lastrowid or 0

    def _take_over(self, written: int) -> None:
        """Bring what has been written over into the file, when it is much. What a reader still needs stays until the next time."""
        self._not_taken_over += written
        if self._not_taken_over < WAL_BYTES:
            return
        self._not_taken_over = 0
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error:
            log.exception("the telemetry log could not be brought over from its WAL")

    def _is_sweep_due(self) -> bool:
        return not self._swept or time.monotonic() - self._swept >= SWEEP_S
