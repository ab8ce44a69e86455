"""What is remembered of a sensor between its readings, and what is decided from it: plain values that can be stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.sensor_rules import AlarmPriority


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an instrument said, and when by its own clock."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """One condition of one sensor.

    `is_active` is how it is, `is_told` what has last been decided of it; they differ while it chatters. `began_at` names its last alarm,
    and `is_ended` says that this one was cleared or dismissed; `exceeded_at` is when the running delay began; `changes` are the newest, for
    as long as they count.
    """

    condition: str
    is_active: bool = False
    is_told: bool = False
    began_at: datetime | None = None
    is_ended: bool = False
    exceeded_at: datetime | None = None
    changes: tuple[datetime, ...] = ()
    is_chattering: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the readings.

    `untimely` ones claim to be of the future, or of before 1970; `withheld` are changes of conditions that were not told because they
    chattered.
    """

    read: int = 0
    not_newer: int = 0
    bad: int = 0
    untimely: int = 0
    withheld: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorState:
    """All that is remembered of one sensor: plain values, so that a restart goes on where it stopped.

    `heard_at` is when anything was last heard of it, `newest_heard_at` when its newest reading came, both by the server's clock;
    `newest_at` is that reading's own time. `rate` is the last change in units a minute.
    """

    heard_at: datetime
    newest_at: datetime | None = None
    newest_heard_at: datetime | None = None
    value: float | None = None
    value_at: datetime | None = None
    rate: float | None = None
    bad_in_a_row: int = 0
    conditions: tuple[ConditionState, ...] = ()
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """The condition began. `alarm_at` is the first trigger of its alarm: `at` itself, or earlier where it is a repeat (`is_repeat`)."""

    condition: str
    alarm_at: datetime
    at: datetime
    is_repeat: bool
    value: float | None
    limit: float | None
    priority: AlarmPriority


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The condition is over."""

    condition: str
    alarm_at: datetime
    at: datetime
    value: float | None


Decision = Triggered | Returned
