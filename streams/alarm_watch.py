"""The policy that turns sensor readings into commands on alarms. No I/O and no clock here: a host feeds it and executes what it asks.

The host's part of the contract:

1. Start with `AlarmWatch(listening_since=now, ...)` and the stored sensors and positions (empty the first time); feed `learn` every fact
   after `facts_position`, then `read` every batch after `readings_position`, each log in its order. What is at or before these positions
   is ignored, so feeding too much is harmless.
2. From then on: `learn` for new facts, `read` for new batches, `tick` about once a second. One caller at a time.
3. Execute what a call returns in its order, each `Asked` under its key, before the next call; where the writer keeps the order, all may
   be on their way together. Accepted, repeated, refused (a Refusal) or known under another body (KeyWasUsed): all are settled, go on. Not
   answered or the store unavailable: ask that one and all after it again, with the same keys.
4. When all that was asked is settled, and as often as it likes, store `checkpoint()` in one transaction: the changed sensors by their
   code, and both positions.

After a crash the host starts from the last checkpoint and what lies behind it is asked again: under the same keys, and where keys differ
the domain knows a trigger by its moment and a return by its alarm. So no alarm is lost, and none is raised twice.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, get_args

from domain import limits
from domain.alarm import Alarm, alarm_name
from domain.alarm_commands import AlarmCommand, RaiseAlarm, RepeatAlarm, ReturnAlarmToNormal, UnshelveAlarm
from domain.sensor import Sensor
from domain.sensor_rules import SensorRules
from domain.sensor_state import Decision, Reading, SensorState, Triggered
from projections.projection import Recorded

# What the writer takes as an idempotency key; longer names are hashed.
KEY_LENGTH_MAX = 128

WatchFact = (
    Sensor.Registered
    | Sensor.LimitsChanged
    | Sensor.Retired
    | Sensor.Reinstated
    | Alarm.Shelved
    | Alarm.Unshelved
    | Alarm.Cleared
    | Alarm.Dismissed
)
FACTS: Final = get_args(WatchFact)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorReading:
    """One reading of one sensor, as it stands in the telemetry log."""

    sensor: str
    value: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingBatch:
    """Readings that came together; `position` is their place in the telemetry log."""

    position: int
    recorded_at: datetime
    readings: tuple[SensorReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command, and the idempotency key that makes asking again harmless."""

    key: str
    command: AlarmCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSensor:
    """All that the watch remembers of one sensor: one stored document. `shelved` are its shelved alarms, and until when."""

    sensor: str
    rules: SensorRules
    state: SensorState
    is_retired: bool = False
    shelved: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCheckpoint:
    """The sensors that changed since the last checkpoint, and how far both logs were read."""

    sensors: tuple[WatchedSensor, ...]
    readings_position: int
    facts_position: int


class AlarmWatch:
    """Watches every sensor's readings; `unknown` counts those of sensors that are not registered, or retired."""

    def __init__(
        self, *, listening_since: datetime, sensors: Iterable[WatchedSensor] = (), readings_position: int = 0, facts_position: int = 0
    ) -> None:
        self.listening_since = listening_since
        self.readings_position = readings_position
        self.facts_position = facts_position
        self.unknown = 0
        self._sensors = {each.sensor: each for each in sensors}
        self._changed: set[str] = set()
        # One entry a sensor, for the moment at which time alone gives it something to do; an entry that comes too early is put back.
        self._due: list[tuple[datetime, str]] = []
        self._scheduled: dict[str, datetime] = {}
        for each in self._sensors.values():
            self._schedule(each)

    def sensor(self, code: str) -> WatchedSensor | None:
        """What is remembered of that sensor."""
        return self._sensors.get(code)

    def sensors(self) -> list[WatchedSensor]:
        """What is remembered of every sensor that is in use."""
        return [watched for watched in list(self._sensors.values()) if not watched.is_retired]

    def learn(self, recorded: Recorded) -> list[Asked]:
        """A fact of the log: sensors that come, change and go; alarms that are shelved or end. Facts of other kinds are passed over."""
        if recorded.position <= self.facts_position:
            return []
        self.facts_position = recorded.position
        fact = recorded.fact
        if isinstance(fact, Sensor.Registered):
            self._keep(WatchedSensor(sensor=fact.sensor, rules=fact.rules, state=SensorState(heard_at=fact.timestamp)))
            return []
        if not isinstance(fact, FACTS):
            return []
        watched = self._sensors.get(fact.sensor)
        assert watched is not None, f"{type(fact).__qualname__} of {fact.sensor} before its registration: facts come in the log's order."
        return self._learn(watched, fact)

    def read(self, batch: ReadingBatch) -> list[Asked]:
        """A batch of the telemetry log."""
        if batch.position <= self.readings_position:
            return []
        self.readings_position = batch.position
        by_sensor: dict[str, list[Reading]] = {}
        for each in batch.readings:
            by_sensor.setdefault(each.sensor, []).append(Reading(at=each.at, value=each.value))
        asked: list[Asked] = []
        for sensor, readings in by_sensor.items():
            watched = self._sensors.get(sensor)
            if watched is None or watched.is_retired:
                self.unknown += len(readings)
                continue
            asked += self._judged(watched, limits.read(watched.rules, watched.state, readings, batch.recorded_at))
        return asked

    def tick(self, now: datetime) -> list[Asked]:
        """Time has passed: delays and calms that ran out, sensors that fell silent, alarms whose shelving is over."""
        due: list[str] = []
        while self._due and self._due[0][0] <= now:
            at, sensor = heapq.heappop(self._due)
            if self._scheduled.get(sensor) == at:
                del self._scheduled[sensor]
                due.append(sensor)
        asked: list[Asked] = []
        for sensor in due:
            asked += self._unshelved(self._sensors[sensor], now)
            watched = self._sensors[sensor]
            if not watched.is_retired:
                asked += self._judged(watched, limits.tick(watched.rules, watched.state, now, self.listening_since))
        return asked

    def checkpoint(self) -> WatchCheckpoint:
        """What to store: all that changed since the last call."""
        changed = tuple(self._sensors[sensor] for sensor in sorted(self._changed))
        self._changed.clear()
        return WatchCheckpoint(sensors=changed, readings_position=self.readings_position, facts_position=self.facts_position)

    def not_stored(self, checkpoint: WatchCheckpoint) -> None:
        """That one did not come to its store: the next holds its sensors too."""
        self._changed.update(sensor.sensor for sensor in checkpoint.sensors)

    def _learn(self, watched: WatchedSensor, fact: WatchFact) -> list[Asked]:
        match fact:
            case Sensor.LimitsChanged():
                watched = replace(watched, rules=fact.rules)
                if not watched.is_retired:
                    return self._judged(watched, limits.amend(fact.rules, watched.state, fact.timestamp))
            case Sensor.Retired():
                return self._judged(replace(watched, is_retired=True), limits.amend(None, watched.state, fact.timestamp))
            case Sensor.Reinstated():
                watched = replace(watched, is_retired=False, state=replace(watched.state, heard_at=fact.timestamp))
            case Alarm.Shelved():
                watched = replace(watched, shelved={**watched.shelved, fact.alarm: fact.until})
            case Alarm.Unshelved():
                watched = _without(watched, fact.alarm)
            case Alarm.Cleared() | Alarm.Dismissed():
                watched = _without(replace(watched, state=limits.end_alarm(watched.state, fact.condition)), fact.alarm)
            case Sensor.Registered():
                pass
        self._keep(watched)
        return []

    def _judged(self, watched: WatchedSensor, outcome: limits.Outcome) -> list[Asked]:
        state, decisions = outcome
        self._keep(replace(watched, state=state))
        return [_asked(watched.sensor, decision) for decision in decisions]

    def _unshelved(self, watched: WatchedSensor, now: datetime) -> list[Asked]:
        over = {alarm: until for alarm, until in watched.shelved.items() if until <= now}
        for alarm in over:
            watched = _without(watched, alarm)
        self._keep(watched)
        return [
            Asked(key=_key(f"{alarm}/unshelve/{_stamp(until)}"), command=UnshelveAlarm(alarm=alarm))
            for alarm, until in sorted(over.items())
        ]

    def _keep(self, watched: WatchedSensor) -> None:
        self._sensors[watched.sensor] = watched
        self._changed.add(watched.sensor)
        self._schedule(watched)

    def _schedule(self, watched: WatchedSensor) -> None:
        moments = list(watched.shelved.values())
        if not watched.is_retired:
            due = limits.due_at(watched.rules, watched.state, self.listening_since)
            moments += [due] if due is not None else []
        if not moments:
            return
        due_at = min(moments)
        scheduled = self._scheduled.get(watched.sensor)
        if scheduled is None or due_at < scheduled:
            self._scheduled[watched.sensor] = due_at
            heapq.heappush(self._due, (due_at, watched.sensor))


def _asked(sensor: str, decision: Decision) -> Asked:
    name = alarm_name(sensor, decision.condition, decision.alarm_at)
    command: AlarmCommand
    if not isinstance(decision, Triggered):
        what = f"return/{_stamp(decision.at)}"
        command = ReturnAlarmToNormal(alarm=name, value=decision.value, occurred_at=decision.at)
    elif decision.is_repeat:
        what = f"repeat/{_stamp(decision.at)}"
        command = RepeatAlarm(alarm=name, value=decision.value, occurred_at=decision.at)
    else:
        what = "raise"
        command = RaiseAlarm(
            sensor=sensor,
            condition=decision.condition,
            priority=decision.priority,
            value=decision.value,
            limit=decision.limit,
            occurred_at=decision.at,
        )
    return Asked(key=_key(f"{name}/{what}"), command=command)


def _key(name: str) -> str:
    """Deterministic, and within what the writer takes."""
    if len(name) <= KEY_LENGTH_MAX:
        return name
    return f"alarm_watch/{hashlib.sha256(name.encode()).hexdigest()}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")


def _without(watched: WatchedSensor, alarm: str) -> WatchedSensor:
    return replace(watched, shelved={name: until for name, until in watched.shelved.items() if name != alarm})
