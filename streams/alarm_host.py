"""Hosts the alarm watch: feeds it both logs, executes what it asks, and keeps its checkpoint.

Where several processes serve, each has one and all read both logs, so that every one knows the sensors; one of them watches, the others
ask nothing. Whoever takes over goes on from the checkpoint of the one before: what is asked twice is answered twice by its key.
"""

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
from streams.failures import Fenced, KeyWasUsed, StoreUnavailable
from streams.one_machine import OneMachine

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
readings_of = msgspec.json.Decoder(list[Taken]).decode
"""The readings of a batch of that kind."""


class AlarmHost:
    """`take` readings as they are accepted, from any thread. `start` and `stop` with the machine."""

    def __init__(self, machine: OneMachine, now: Callable[[], datetime]) -> None:
        self._machine = machine
        self._now = now
        self._memory = machine.watch
        self._watch = self._remembered()
        self.is_watching = False
        self._batches: queue.Queue[ReadingBatch] = queue.Queue(WAITING_BATCHES_MAX)
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarm watch", daemon=True)
        self._saved_at = now()
        self._overflowed = True
        self._is_log_anew = False
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

    def log_begins_anew(self) -> None:
        """The telemetry log was made anew: its positions count from the beginning."""
        self._is_log_anew = True
        self._overflowed = True

    def take(self, readings: Sequence[Taken], position: int, at: datetime | None = None) -> None:
        """Readings that are on the telemetry log at this position, recorded now or `at`."""
        self.taken += len(readings)
        batch = ReadingBatch(
            position=position,
            recorded_at=at or self._now(),
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
                except Fenced as fenced:
                    log.warning("%s", fenced)
                    self.is_watching = False
            if self._is_settled and self.is_watching:
                self._save()
        except Exception as error:
            log.exception("the alarm watch stopped")
            self.failure = str(error)

    def _round(self) -> None:
        watch = self._next_watch()
        for recorded in self._machine.facts.facts(watch.facts_position):
            self._execute(watch.learn(recorded))
        self._watch = watch
        if self._overflowed:
            while not self._batches.empty():
                self._execute(self._watch.read(self._batches.get_nowait()))
            self._overflowed = False
            for batch in self._machine.telemetry.batches("readings", after=self._watch.readings_position):
                moment = datetime.fromtimestamp(batch.recorded_at, UTC)
                readings = tuple(SensorReading(sensor=s, value=v, at=at) for s, v, at in readings_of(batch.payload))
                self._execute(self._watch.read(ReadingBatch(position=batch.position, recorded_at=moment, readings=readings)))
        while not self._stopping.is_set():
            try:
                self._execute(self._watch.read(self._batches.get_nowait()))
            except queue.Empty:
                break
        now = self._now()
        self._execute(self._watch.tick(now))
        if self.is_watching and (now - self._saved_at).total_seconds() >= CHECKPOINT_S and not self._stopping.is_set():
            self._save()
            self._saved_at = now

    def _next_watch(self) -> AlarmWatch:
        """The watch to go on with: as it is, or from the checkpoint of whoever watched before."""
        was_watching, self.is_watching = self.is_watching, self._memory.hold()
        watch = self._watch
        if self.is_watching and not was_watching:
            watch = self._remembered()
            self._overflowed = True
        if self._is_log_anew:
            watch.readings_position = 0
            self._is_log_anew = False
        return watch

    def _remembered(self) -> AlarmWatch:
        sensors, readings, facts = self._memory.load()
        if 0 < self._machine.telemetry.position < readings:
            log.warning("the telemetry log ends before position %d, where the alarm watch has read to: it was made anew", readings)
            readings = 0
        return AlarmWatch(listening_since=self._now(), sensors=sensors, readings_position=readings, facts_position=facts)

    def _save(self) -> None:
        checkpoint = self._watch.checkpoint()
        try:
            self._memory.save(checkpoint)
        except BaseException:
            self._watch.not_stored(checkpoint)
            raise

    def _execute(self, asked: Sequence[Asked]) -> None:
        waiting = list(asked) if self.is_watching else []
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
