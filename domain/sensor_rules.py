"""What is expected of a sensor: its limits, how long it may be silent, and when it chatters. Values only; `limits.py` applies them.

Conditions are those of ISA-18.2 and IEC 62682 practice: absolute limits, limits of the rate of change, and faults of the instrument itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Annotated, Final, Literal

from annotated_types import Ge, Gt, Le

from domain.refusals import Invalid

AlarmPriority = Literal[1, 2, 3]
"""1 is the most urgent. ISA-18.2 recommends about three, most alarms in the lowest."""

LimitCondition = Literal["high_high", "high", "low", "low_low", "rising_fast", "falling_fast"]
"""`rising_fast` and `falling_fast` compare the change in units a minute, both with a positive limit."""

FaultCondition = Literal["silent", "chattering", "faulty"]
"""Alarms about the sensor itself."""

CONDITION_NAMES: Final[dict[str, tuple[str, str]]] = {
    "high_high": ("高高", "high-high"),
    "high": ("高", "high"),
    "low": ("低", "low"),
    "low_low": ("低低", "low-low"),
    "rising_fast": ("上升过快", "rising fast"),
    "falling_fast": ("下降过快", "falling fast"),
    "silent": ("无数据", "silent"),
    "chattering": ("抖动", "chattering"),
    "faulty": ("故障", "faulty"),
}

# A day of being exceeded is a state of the city, not an alarm's delay.
DELAY_S_MAX = 86_400.0
# The slowest public sensors (groundwater, snow) report once a week.
SILENT_AFTER_S_MAX = 8 * 86_400.0
# Every transition within the window is remembered, so the number is bounded.
TRANSITIONS_MAX = 100
# An instrument has at most one limit of each condition.
LIMITS_MAX = 6


class LimitsContradict(Invalid):
    """Two limits of one sensor cannot both be meant."""

    en = "{sensor}: {first} ({first_value:g}) contradicts {second} ({second_value:g}): {why}."
    zh = "{sensor}:{first_zh}限({first_value:g})与{second_zh}限({second_value:g})矛盾:{why_zh}。"
    about = "limits"


class LimitIsDouble(Invalid):
    """One condition, one limit."""

    en = "{sensor} has two limits for {condition}: give one."
    zh = "{sensor} 的{condition_zh}限给了两个:只能有一个。"
    about = "limits"


class LimitIsNotANumber(Invalid):
    """A limit must be a finite number, and one of a rate a positive one; dead band and delay are zero or more."""

    en = "{sensor}: the {what} of {condition} is {value}: it must be {must}."
    zh = "{sensor}:{condition_zh}的{what_zh}为 {value},必须是{must_zh}。"
    about = "limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """An alarm limit, with its dead band and its delay.

    It is exceeded beyond `value` and left again only at `hysteresis` on the safe side of it (the dead band between changes nothing); it
    must stay exceeded for `delay_s` before the alarm is raised.
    """

    condition: LimitCondition
    value: float
    hysteresis: Annotated[float, Ge(0)] = 0.0
    delay_s: Annotated[float, Ge(0), Le(DELAY_S_MAX)] = 0.0
    priority: AlarmPriority = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatter:
    """A condition chatters when it begins or ends more than `transitions_max` times within `window_s`.

    It has calmed after `calm_s` without a change. The defaults are ISA-18.2's «three or more times in a minute» (three times on and off).
    """

    transitions_max: Annotated[int, Ge(2), Le(TRANSITIONS_MAX)] = 5
    window_s: Annotated[float, Gt(0), Le(DELAY_S_MAX)] = 60.0
    calm_s: Annotated[float, Gt(0), Le(DELAY_S_MAX)] = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorRules:
    """All that is expected of one sensor.

    `lowest` and `highest` are what it can measure: a value outside is the instrument's fault. Without `silent_after_s` it may be silent for
    ever (a call point). Alarms about the instrument itself have `fault_priority`.
    """

    limits: tuple[Limit, ...] = ()
    silent_after_s: Annotated[float, Gt(0), Le(SILENT_AFTER_S_MAX)] | None = None
    chatter: Chatter = field(default_factory=Chatter)
    lowest: float | None = None
    highest: float | None = None
    fault_priority: AlarmPriority = 3

    def limit(self, condition: str) -> Limit | None:
        """The limit of that condition, if there is one."""
        return next((limit for limit in self.limits if limit.condition == condition), None)

    def watches(self, condition: str) -> bool:
        """Whether the watch will itself notice that this condition is over."""
        return self.limit(condition) is not None or condition in ("silent", "chattering", "faulty")


def require_sound(sensor: str, rules: SensorRules) -> None:
    """Refuse rules that contradict themselves: LimitIsDouble, LimitIsNotANumber, LimitsContradict."""
    found: dict[str, Limit] = {}
    for limit in rules.limits:
        if limit.condition in found:
            raise LimitIsDouble(sensor=sensor, condition=condition_en(limit.condition), condition_zh=condition_zh(limit.condition))
        found[limit.condition] = limit
        _require_numbers(sensor, limit)
    order = [found[condition] for condition in ("low_low", "low", "high", "high_high") if condition in found]
    for lower, upper in combinations(order, 2):
        _require_order(sensor, lower, upper)


def condition_zh(condition: str) -> str:
    """What the console calls the condition in Chinese; one that is not ours stays as it is."""
    return CONDITION_NAMES.get(condition, (condition, condition))[0]


def condition_en(condition: str) -> str:
    """What the console calls the condition in English; one that is not ours stays as it is."""
    return CONDITION_NAMES.get(condition, (condition, condition))[1]


def describe_limits(limits: Iterable[Limit]) -> tuple[str, str]:
    """`high 50, high-high 80` and `高 50、高高 80`: short enough for a sentence."""
    told = [(f"{condition_en(limit.condition)} {limit.value:g}", f"{condition_zh(limit.condition)} {limit.value:g}") for limit in limits]
    return ", ".join(en for en, _ in told) or "-", "、".join(zh for _, zh in told) or "-"


def _require_numbers(sensor: str, limit: Limit) -> None:
    number, positive, zero_or_more = ("a finite number", "有限的数值"), ("a positive number", "正数"), ("zero or more", "零或正数")
    is_rate = limit.condition in ("rising_fast", "falling_fast")
    checks = (
        ("value", "限值", limit.value, limit.value > 0 or not is_rate, positive if is_rate else number),
        ("hysteresis", "回差", limit.hysteresis, limit.hysteresis >= 0, zero_or_more),
        ("delay", "延时", limit.delay_s, limit.delay_s >= 0, zero_or_more),
    )
    for what, what_zh, value, is_in_range, (must, must_zh) in checks:
        if not (math.isfinite(value) and is_in_range):
            raise LimitIsNotANumber(
                sensor=sensor,
                what=what,
                what_zh=what_zh,
                condition=condition_en(limit.condition),
                condition_zh=condition_zh(limit.condition),
                value=value,
                must=must,
                must_zh=must_zh,
            )


def _require_order(sensor: str, lower: Limit, upper: Limit) -> None:
    """`lower` must lie below `upper`; between a low and a high limit the dead bands of both must leave room for what is normal."""
    faces = lower.condition in ("low", "low_low") and upper.condition in ("high", "high_high")
    is_sound = lower.value + lower.hysteresis < upper.value - upper.hysteresis if faces else lower.value < upper.value
    if is_sound:
        return
    low_en, high_en = condition_en(lower.condition), condition_en(upper.condition)
    low_zh, high_zh = condition_zh(lower.condition), condition_zh(upper.condition)
    raise LimitsContradict(
        sensor=sensor,
        first=low_en,
        first_zh=low_zh,
        first_value=lower.value,
        second=high_en,
        second_zh=high_zh,
        second_value=upper.value,
        why="their dead bands leave nothing that is normal" if faces else f"{low_en} must lie below {high_en}",
        why_zh="两者的回差之间没有正常区间" if faces else f"{low_zh}限必须低于{high_zh}限",
    )
