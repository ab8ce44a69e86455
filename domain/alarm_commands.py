"""What people, programs and the alarm watch may ask of alarms and sensors: one frozen value for each command, as in `commands.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, get_args

from annotated_types import Ge, Gt, Le, MaxLen, MinLen

from domain.alarm import SHELVE_MINUTES_MAX
from domain.bounds import Code, LongCode, Reason, ShortText
from domain.commands import Place
from domain.sensor_rules import LIMITS_MAX, SILENT_AFTER_S_MAX, AlarmPriority, Chatter, Limit

# `sensor / condition / moment` must stay within LongCode, and a condition is a word.
CONDITION_LENGTH_MAX = 32
Condition = Annotated[str, MinLen(1), MaxLen(CONDITION_LENGTH_MAX)]
UnitOfMeasure = Annotated[str, MaxLen(20)]
OptionalCode = Annotated[str, MaxLen(64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlarm:
    """Something needs a person's notice; while an alarm of that condition is open, it is counted on it.

    Names, place and district describe a sensor that nobody registered; a registered one is known.
    """

    sensor: Code
    condition: Condition
    priority: AlarmPriority
    value: float | None = None
    limit: float | None = None
    occurred_at: datetime | None = None
    zh: ShortText = ""
    en: ShortText = ""
    place: Place | None = None
    district: OptionalCode = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatAlarm:
    """It was triggered again. Where it has ended meanwhile, this is a new alarm."""

    alarm: LongCode
    value: float | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlarm:
    """A person has taken notice."""

    alarm: LongCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelveAlarm:
    """Out of sight for a time."""

    alarm: LongCode
    minutes: Annotated[int, Ge(1), Le(SHELVE_MINUTES_MAX)]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshelveAlarm:
    """In sight again."""

    alarm: LongCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAlarmToNormal:
    """Its cause is gone."""

    alarm: LongCode
    value: float | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearAlarm:
    """A person's word that it is over, for what no watch looks after."""

    alarm: LongCode


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissAlarm:
    """It means nothing."""

    alarm: LongCode
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAlarm:
    """It is about this incident."""

    alarm: LongCode
    incident: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkAlarm:
    """The link was a mistake."""

    alarm: LongCode
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSensor:
    """Describe a sensor, or describe it anew; a retired one is in use again.

    Limits that it already has are kept: they are changed by `change_sensor_limits`, which names what it saw.
    """

    sensor: Code
    zh: ShortText
    en: ShortText
    kind: OptionalCode = ""
    unit_of_measure: UnitOfMeasure = ""
    place: Place | None = None
    district: OptionalCode = ""
    agency: OptionalCode = ""
    limits: Annotated[tuple[Limit, ...], MaxLen(LIMITS_MAX)] = ()
    silent_after_s: Annotated[float, Gt(0), Le(SILENT_AFTER_S_MAX)] | None = None
    chatter: Chatter = field(default_factory=Chatter)
    lowest: float | None = None
    highest: float | None = None
    fault_priority: AlarmPriority = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSensorLimits:
    """Other limits, or other expectations of silence and chatter: all of them, as they shall be."""

    sensor: Code
    limits: Annotated[tuple[Limit, ...], MaxLen(LIMITS_MAX)]
    silent_after_s: Annotated[float, Gt(0), Le(SILENT_AFTER_S_MAX)] | None = None
    chatter: Chatter = field(default_factory=Chatter)
    lowest: float | None = None
    highest: float | None = None
    fault_priority: AlarmPriority = 3
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireSensor:
    """It is not there any more."""

    sensor: Code
    reason: Reason


AlarmCommand = (
    RaiseAlarm
    | RepeatAlarm
    | AcknowledgeAlarm
    | ShelveAlarm
    | UnshelveAlarm
    | ReturnAlarmToNormal
    | ClearAlarm
    | DismissAlarm
    | LinkAlarm
    | UnlinkAlarm
    | RegisterSensor
    | ChangeSensorLimits
    | RetireSensor
)

COMMANDS: Final[tuple[type[Any], ...]] = get_args(AlarmCommand)
