"""What a sensor's readings mean: state and readings in, new state and decisions out. Pure; the clock is an argument.

A reading holds until the next one (sample and hold), so that a delay runs out between two readings too, at the very moment at which it
does: decisions do not depend on how often `tick` is called, but for silence, which only the clock tells. Two clocks are kept apart. Delays
and chatter run on the sensor's own clock, which goes on from its newest reading; silence runs on the server's, since a sensor whose clock
is wrong must be noticed when it falls silent all the same.

- On: beyond the limit for `delay_s` without a break. Off: at `hysteresis` on the safe side. Between the two nothing changes.
- A condition that changes too often chatters: from then on it counts as active, its changes are withheld and counted, and the sensor has
  one alarm `chattering` until everything has been calm for `calm_s`; then the condition is told as it is.
- A reading that is not newer than the newest is counted and changes nothing: repeats and permutations of what was read are harmless.
- A value that is no number, or that the instrument cannot measure, is counted and changes nothing; some in a row are an alarm `faulty`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.sensor_rules import Limit, SensorRules
from domain.sensor_state import ConditionState, Decision, Reading, Returned, SensorState, Triggered
from domain.times import AHEAD_S_MAX, EARLIEST

# One bad value is noise on a line; three in a row are an instrument that needs a visit.
BAD_IN_A_ROW = 3
SECONDS_A_MINUTE = 60.0

Outcome = tuple[SensorState, tuple[Decision, ...]]


def read(rules: SensorRules, state: SensorState, readings: Iterable[Reading], recorded_at: datetime) -> Outcome:
    """After readings that were received at `recorded_at`, in whatever order they stand in their batch."""
    judge = _Judge(rules, state)
    judge.heard(recorded_at)
    for reading in sorted(readings, key=lambda each: each.at):
        judge.take(reading, recorded_at)
    return judge.outcome()


def tick(rules: SensorRules, state: SensorState, now: datetime, listening_since: datetime) -> Outcome:
    """After time has passed. Silence counts from `listening_since` at the earliest: while nobody listened, nobody was silent."""
    judge = _Judge(rules, state)
    judge.pass_time(now, listening_since)
    return judge.outcome()


def amend(rules: SensorRules | None, state: SensorState, now: datetime) -> Outcome:
    """After the rules became these: what is no longer watched returns, the value that holds is judged anew. None: the sensor is retired."""
    judge = _Judge(rules or SensorRules(), state)
    if rules is None:
        judge.withdraw(now, list(judge.conditions))
    else:
        judge.apply_rules(now)
    return judge.outcome()


def due_at(rules: SensorRules, state: SensorState, listening_since: datetime) -> datetime | None:
    """When `tick` next has something to decide, by the server's clock, if no reading comes before."""
    return _Judge(rules, state).due_at(listening_since)


def end_alarm(state: SensorState, condition: str) -> SensorState:
    """After the open alarm of that condition was cleared or dismissed: the next trigger begins another."""
    return replace(
        state, conditions=tuple(replace(each, is_ended=True) if each.condition == condition else each for each in state.conditions)
    )


class _Judge:
    """The work on one sensor: its state taken apart, conditions by name, and the decisions so far."""

    def __init__(self, rules: SensorRules, state: SensorState) -> None:
        self.rules = rules
        self.heard_at = state.heard_at
        self.newest_at = state.newest_at
        self.newest_heard_at = state.newest_heard_at
        self.value = state.value
        self.value_at = state.value_at
        self.rate = state.rate
        self.bad_in_a_row = state.bad_in_a_row
        self.counts = state.counts
        self.read = self.withheld = 0
        self.conditions = {each.condition: each for each in state.conditions}
        self.decisions: list[Decision] = []

    def outcome(self) -> Outcome:
        """The new state, and what was decided."""
        counts = self.counts
        if self.read or self.withheld:
            counts = replace(counts, read=counts.read + self.read, withheld=counts.withheld + self.withheld)
        state = SensorState(
            heard_at=self.heard_at,
            newest_at=self.newest_at,
            newest_heard_at=self.newest_heard_at,
            value=self.value,
            value_at=self.value_at,
            rate=self.rate,
            bad_in_a_row=self.bad_in_a_row,
            conditions=tuple(self.conditions[name] for name in sorted(self.conditions)),
            counts=counts,
        )
        return state, tuple(self.decisions)

    def heard(self, recorded_at: datetime) -> None:
        """Anything at all came: the sensor is not silent."""
        if self._of("silent").is_active:
            self._set("silent", False, recorded_at)
        self.heard_at = max(self.heard_at, recorded_at)

    def take(self, reading: Reading, recorded_at: datetime) -> None:
        """One reading: counted out, or judged."""
        if reading.at < EARLIEST or (reading.at - recorded_at).total_seconds() > AHEAD_S_MAX:
            self.counts = replace(self.counts, untimely=self.counts.untimely + 1)
        elif self.newest_at is not None and reading.at <= self.newest_at:
            self.counts = replace(self.counts, not_newer=self.counts.not_newer + 1)
        elif not self._is_sound(reading.value):
            self._take_bad(reading, recorded_at)
        else:
            self._take_good(reading, recorded_at)

    def pass_time(self, now: datetime, listening_since: datetime) -> None:
        """Delays, calm and silence."""
        newest_at = self._clock(now)
        if newest_at is not None:
            self._advance(newest_at)
        heard_at = max(self.heard_at, listening_since)
        silent_after_s = self.rules.silent_after_s
        if silent_after_s is not None and (now - heard_at).total_seconds() >= silent_after_s and not self._of("silent").is_active:
            self._set("silent", True, heard_at + timedelta(seconds=silent_after_s))

    def due_at(self, listening_since: datetime) -> datetime | None:
        """The first of the delays, the calms and the silence."""
        due = [at for name in self.conditions for at, _, _ in self._due(name)]
        newest_at, newest_heard_at = self.newest_at, self.newest_heard_at
        moments = [newest_heard_at + (min(due) - newest_at)] if due and newest_at is not None and newest_heard_at is not None else []
        if self.rules.silent_after_s is not None and not self._of("silent").is_active:
            moments.append(max(self.heard_at, listening_since) + timedelta(seconds=self.rules.silent_after_s))
        return min(moments, default=None)

    def apply_rules(self, now: datetime) -> None:
        """Return what is no longer watched; judge the value that holds."""
        watched = {limit.condition for limit in self.rules.limits} | {"chattering", "faulty"}
        if self.rules.silent_after_s is not None:
            watched.add("silent")
        self.withdraw(now, [name for name in self.conditions if name not in watched])
        at = self._clock(now)
        if at is not None:
            self._advance(at)
            self._judge_limits(at)
            self._advance(at)

    def withdraw(self, now: datetime, names: Sequence[str]) -> None:
        """Return these conditions and forget them."""
        at = self._clock(now) or now
        for name in names:
            condition = self.conditions[name]
            if condition.is_told:
                self._tell(name, False, now if name == "silent" else at)
            del self.conditions[name]
        self._end_chattering(at)

    def _clock(self, now: datetime) -> datetime | None:
        """The sensor's own time: that of its newest reading, and what has passed since it came."""
        if self.newest_at is None or self.newest_heard_at is None:
            return None
        return self.newest_at + max(now - self.newest_heard_at, timedelta(0))

    def _is_sound(self, value: float) -> bool:
        lowest, highest = self.rules.lowest, self.rules.highest
        return math.isfinite(value) and (lowest is None or value >= lowest) and (highest is None or value <= highest)

    def _take_bad(self, reading: Reading, recorded_at: datetime) -> None:
        self._advance(reading.at)
        self.counts = replace(self.counts, bad=self.counts.bad + 1)
        self.bad_in_a_row += 1
        self.newest_at, self.newest_heard_at = reading.at, recorded_at
        if self.bad_in_a_row >= BAD_IN_A_ROW and not self._of("faulty").is_active:
            self._set("faulty", True, reading.at)

    def _take_good(self, reading: Reading, recorded_at: datetime) -> None:
        self._advance(reading.at)
        if self.value is not None and self.value_at is not None:
            rate = (reading.value - self.value) * SECONDS_A_MINUTE / (reading.at - self.value_at).total_seconds()
            # One that overflowed can be neither compared nor stored.
            self.rate = rate if math.isfinite(rate) else None
        self.newest_at = self.value_at = reading.at
        self.newest_heard_at = recorded_at
        self.value = reading.value
        self.bad_in_a_row = 0
        self.read += 1
        if self._of("faulty").is_active:
            self._set("faulty", False, reading.at)
        self._judge_limits(reading.at)
        self._advance(reading.at)

    def _judge_limits(self, at: datetime) -> None:
        """Compare what holds with each limit: begin or break off its delay, or end the condition."""
        for limit in self.rules.limits:
            excess = self._excess(limit)
            condition = self._of(limit.condition)
            if excess is None:
                continue
            if condition.is_active:
                if excess <= -limit.hysteresis:
                    self._change(limit, False, at)
            elif excess <= 0:
                if condition.exceeded_at is not None:
                    self.conditions[limit.condition] = replace(condition, exceeded_at=None)
            elif condition.exceeded_at is None:
                self.conditions[limit.condition] = replace(condition, exceeded_at=at)

    def _excess(self, limit: Limit) -> float | None:
        """How far beyond the limit; None while it cannot be told."""
        measured = self._measured(limit.condition)
        if measured is None:
            return None
        return limit.value - measured if limit.condition in ("low", "low_low") else measured - limit.value

    def _measured(self, condition: str) -> float | None:
        """What is compared with the limit of that condition: the value, or its rate."""
        match condition:
            case "high_high" | "high" | "low" | "low_low":
                return self.value
            case "rising_fast":
                return self.rate
            case "falling_fast":
                return None if self.rate is None else -self.rate
            case _:
                return None

    def _advance(self, to: datetime) -> None:
        """Let the delays and calms that run out until then do so, in their order."""
        while due := min((each for name in self.conditions for each in self._due(name) if each[0] <= to), default=None):
            at, what, name = due
            limit = self.rules.limit(name)
            assert limit is not None, f"{name} has no limit: only conditions with a limit have something due."
            if what == "begins":
                self._change(limit, True, at)
            else:
                self._calm(name, at)

    def _due(self, name: str) -> Iterator[tuple[datetime, str, str]]:
        """When the condition's delay or calm runs out. One that begins at the moment of its calm has not calmed: `begins` sorts first."""
        condition = self.conditions[name]
        limit = self.rules.limit(name)
        if limit is not None and condition.exceeded_at is not None:
            yield condition.exceeded_at + timedelta(seconds=limit.delay_s), "begins", name
        if limit is not None and condition.is_chattering:
            yield condition.changes[-1] + timedelta(seconds=self.rules.chatter.calm_s), "calms", name

    def _change(self, limit: Limit, active: bool, at: datetime) -> None:
        """A condition with a limit begins or ends; tell it, unless it chatters."""
        name = limit.condition
        chatter = self.rules.chatter
        condition = self._of(name)
        window_from = at - timedelta(seconds=chatter.window_s)
        changes = (*(each for each in condition.changes if each > window_from), at)[-(chatter.transitions_max + 1) :]
        begins_to_chatter = not condition.is_chattering and len(changes) > chatter.transitions_max
        condition = replace(
            condition, is_active=active, exceeded_at=None, changes=changes, is_chattering=condition.is_chattering or begins_to_chatter
        )
        self.conditions[name] = condition
        if begins_to_chatter and not self._of("chattering").is_active:
            self._set("chattering", True, at)
        # While it chatters it counts as active: hiding a condition that comes and goes would be the dangerous guess.
        if active != condition.is_told and (active or not condition.is_chattering):
            self._tell(name, active, at)
        else:
            self.withheld += 1

    def _calm(self, name: str, at: datetime) -> None:
        """It has stopped chattering: tell it as it is."""
        condition = replace(self.conditions[name], is_chattering=False, changes=())
        self.conditions[name] = condition
        if condition.is_active != condition.is_told:
            self._tell(name, condition.is_active, at)
        self._end_chattering(at)

    def _end_chattering(self, at: datetime) -> None:
        """The sensor is calm when all of its conditions are."""
        if self._of("chattering").is_active and not any(each.is_chattering for each in self.conditions.values()):
            self._set("chattering", False, at)

    def _set(self, name: str, active: bool, at: datetime) -> None:
        """A fault of the instrument begins or ends."""
        self.conditions[name] = replace(self._of(name), is_active=active)
        self._tell(name, active, at)

    def _tell(self, name: str, active: bool, at: datetime) -> None:
        condition = self.conditions[name]
        limit = self.rules.limit(name)
        value = self._measured(name)
        if not active:
            assert condition.began_at is not None, f"{name} returns: it must have been told as active, and that named its alarm."
            self.conditions[name] = replace(condition, is_told=False)
            self.decisions.append(Returned(condition=name, alarm_at=condition.began_at, at=at, value=value))
            return
        is_repeat = condition.began_at is not None and not condition.is_ended
        alarm_at = condition.began_at if is_repeat and condition.began_at is not None else at
        self.conditions[name] = replace(condition, is_told=True, began_at=alarm_at, is_ended=False)
        self.decisions.append(
            Triggered(
                condition=name,
                alarm_at=alarm_at,
                at=at,
                is_repeat=is_repeat,
                value=value,
                limit=limit.value if limit else None,
                priority=limit.priority if limit else self.rules.fault_priority,
            )
        )

    def _of(self, name: str) -> ConditionState:
        return self.conditions.get(name) or ConditionState(condition=name)
