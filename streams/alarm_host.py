"""Hosts the alarm watch on one machine: feeds it both logs, executes what it asks, and keeps its checkpoint."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime

import msgspec

from domain.decisions import DECISIONS, command_name
from domain.refusals import Refusal
from streams.alarm_watch import AlarmWatch, Asked, ReadingBatch, SensorReading, WatchedSensor
from streams.answers import Answer
from streams.failures import KeyWasUsed, StoreUnavailable, opening
from streams.one_machine import OneMachine
from streams.watch_store import WatchMemory, WatchStore

# The watch looks at the clock this often.
TICK_S = 1.0
# A checkpoint is written at most this often: what lies behind it is read again after a crash, harmlessly.
CHECKPOINT_S = 5.0
# Readings that wait: they are on the telemetry log already, and are read from there when the watch has fallen this far behind.
WAITING_BATCHES_MAX = 2_000
# While the store of record cannot be written, the same is asked again this often.
ASK_AGAIN_S = 1.0
ACCOUNT = "alarm_watch"

log = logging.getLogger(__name__)

Taken = tuple[str, float, datetime]
_payload = msgspec.json.Decoder(list[Taken])


class AlarmHost:
    """`take` readings as they are accepted, from any thread. `start` and `stop` with the machine."""

    def __init__(self, machine: OneMachine, now: Callable[[], datetime], memory: WatchMemory | None = None) -> None:
        """`memory` is a file of the machine unless said otherwise."""
        self._machine = machine
        self._now = now
        self._store = memory or _file_of(machine)
        sensors, readings_position, facts_position = self._store.load()
        self._watch = AlarmWatch(listening_since=now(), sensors=sensors, readings_position=readings_position, facts_position=facts_position)
        self._batches: queue.Queue[ReadingBatch] = queue.Queue(WAITING_BATCHES_MAX)
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarm watch", daemon=True)
        self._saved_at = now()
        self._overflowed = True
        self._is_settled = True
        self.failure = ""
        self.taken = 0

    def start(self) -> None:
        """Begin with what both logs hold beyond the checkpoint."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is at work, write the checkpoint."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._store.close()

    def is_known_sensor(self, sensor: str) -> bool:
        """Whether readings of it are looked at."""
        watched = self._watch.sensor(sensor)
        return watched is not None and not watched.is_retired

    def sensors(self) -> list[WatchedSensor]:
        """Every sensor in use, as the watch remembers it now."""
        return self._watch.sensors()

    def learn_soon(self) -> None:
        """There are new facts."""
        self._wake.set()

    def take(self, readings: Sequence[Taken], position: int) -> None:
        """Readings that are on the telemetry log at this position."""
        self.taken += len(readings)
        batch = ReadingBatch(
            position=position,
            recorded_at=self._now(),
            readings=tuple(SensorReading(sensor=sensor, value=value, at=at) for sensor, value, at in readings),
        )
        if not self._overflowed:
            try:
                self._batches.put_nowait(batch)
            except queue.Full:
                # Nothing more is put in until the log has been read again: a later batch must not overtake the one that found no room.
                self._overflowed = True
        self._wake.set()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wake.wait(TICK_S)
                self._wake.clear()
                try:
                    self._round()
                    self.failure = ""
                except (sqlite3.OperationalError, StoreUnavailable) as error:
                    # A full or locked disk passes, a database or a broker comes back: what was not read then is read in the next round.
                    log.exception("the alarm watch cannot read or write now")
                    self.failure = str(error)
                    self._overflowed = True
            if self._is_settled:
                self._save()
        except Exception as error:
            log.exception("the alarm watch stopped")
            self.failure = str(error)

    def _round(self) -> None:
        for recorded in self._machine.facts.facts(self._watch.facts_position):
            self._execute(self._watch.learn(recorded))
        if self._overflowed:
            while not self._batches.empty():
                self._execute(self._watch.read(self._batches.get_nowait()))
            self._overflowed = False
            for batch in self._machine.telemetry.batches("readings", after=self._watch.readings_position):
                moment = datetime.fromtimestamp(batch.recorded_at, UTC)
                readings = tuple(SensorReading(sensor=s, value=v, at=at) for s, v, at in _payload.decode(batch.payload))
                self._execute(self._watch.read(ReadingBatch(position=batch.position, recorded_at=moment, readings=readings)))
        while not self._stopping.is_set():
            try:
                self._execute(self._watch.read(self._batches.get_nowait()))
            except queue.Empty:
                break
        now = self._now()
        self._execute(self._watch.tick(now))
        if (now - self._saved_at).total_seconds() >= CHECKPOINT_S and not self._stopping.is_set():
            self._save()
            self._saved_at = now

    def _save(self) -> None:
        checkpoint = self._watch.checkpoint()
        try:
            self._store.save(checkpoint)
        except BaseException:
            self._watch.not_stored(checkpoint)
            raise

    def _execute(self, asked: Sequence[Asked]) -> None:
        waiting = list(asked)
        while waiting:
            # Sent together they share a commit; they are answered in their order.
            sent = [self._sent(item) for item in waiting]
            unanswered = next((index for index, future in enumerate(sent) if not _is_answered(future)), None)
            if unanswered is None:
                return
            waiting = waiting[unanswered:]
            if self._stopping.wait(ASK_AGAIN_S):
                # What was not answered is asked again by the next life, from the checkpoint before it.
                self._is_settled = False
                return

    def _sent(self, item: Asked) -> Future[Answer] | None:
        try:
            return self._machine.submit(DECISIONS[command_name(type(item.command))], item.command, account=ACCOUNT, key=item.key)
        except StoreUnavailable:
            return None


def _file_of(machine: OneMachine) -> WatchStore:
    path = machine.files.directory / "alarm_watch.db"
    with opening(path):
        return WatchStore(path)


def _is_answered(future: Future[Answer] | None) -> bool:
    """Accepted, repeated, refused, or known under another body: all are settled."""
    if future is None:
        return False
    try:
        future.result()
    except (Refusal, KeyWasUsed):
        return True
    except StoreUnavailable:
        return False
    return True
