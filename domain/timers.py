"""What is aimed at: how soon a call is answered, processed, and a unit under way and there; each with the share of cases it is to hold for.

The defaults are the standards' values: NENA-STA-020.1-2020 (answer), NFPA 1225-2022 (processing of the gravest calls), NFPA 1710 (turnout,
travel); in China 国卫医发〔2020〕19号 for 120 and 建标 152 for the fire service. What the standards leave open (graver and lesser
priorities) is ours. An agency's own targets go before the city's, and those of one priority before those of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, get_args

from domain.refusals import Invalid
from domain.values import Name

Interval = Literal["answer", "call_processing", "turnout", "travel", "total"]
"""As in the view `response_times`; `total` is from the call to the first unit on scene."""
INTERVALS: Final[tuple[Interval, ...]] = get_args(Interval)
INTERVAL_WORDS: Final[dict[str, tuple[str, str]]] = {
    "answer": ("Answer", "接听"),
    "call_processing": ("Call processing", "处理"),
    "turnout": ("Turnout", "出动"),
    "travel": ("Travel", "行驶"),
    "total": ("Total", "全程"),
}
TimedPriority = Literal[0, 1, 2, 3, 4, 5]
"""0: every priority."""

EVERYBODY: Final = "*"
"""The code of what holds for the whole city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """In `share_percent` of the cases the interval is to be no longer than `seconds`."""

    interval: Interval
    seconds: int
    share_percent: int = 90
    priority: TimedPriority = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimersTemplate:
    """Targets of a standard, to begin from."""

    code: str
    name: Name
    targets: tuple[Target, ...]


class TargetsDisagree(Invalid):
    """Two targets of one interval and priority cannot both be meant."""

    en = "{interval} of priority {priority}: {low} s for {low_share} % and {high} s for {high_share} % disagree; more cases need more time."
    zh = "{interval_zh} 优先级 {priority}:{low_share}% 为 {low} 秒、{high_share}% 为 {high} 秒,互相矛盾:比例越高,时限应越长。"
    about = "targets"


def _by_priority(interval: Interval, *seconds: int) -> tuple[Target, ...]:
    return tuple(Target(interval=interval, seconds=one, priority=priority) for priority, one in zip((1, 2, 3, 4, 5), seconds, strict=True))  # type: ignore[arg-type]


STANDARD: Final[tuple[Target, ...]] = (
    Target(interval="answer", seconds=15, share_percent=90),
    Target(interval="answer", seconds=20, share_percent=95),
    *_by_priority("call_processing", 60, 120, 300, 900, 1800),
    Target(interval="turnout", seconds=80),
    Target(interval="travel", seconds=240),
    *_by_priority("total", 480, 600, 1200, 2400, 3600),
)
"""What holds in a city that has set nothing."""

SOURCES: Final[dict[tuple[Interval, TimedPriority], str]] = {
    ("answer", 0): "NENA-STA-020.1-2020",
    ("call_processing", 1): "NFPA 1225-2022",
    ("turnout", 0): "NFPA 1710-2020",
    ("travel", 0): "NFPA 1710-2020",
}
"""Which standard says so, for those of STANDARD that one says."""
SET_BY_THE_CITY: Final = Name(zh="本市设定", en="set by the city")
# Where no standard says a number, ours holds.
OF_OUR_OWN: Final = Name(zh="系统默认", en="default")

TEMPLATES: Final[tuple[TimersTemplate, ...]] = (
    TimersTemplate(code="standard", name=Name(zh="NENA / NFPA 全市", en="NENA and NFPA, whole city"), targets=STANDARD),
    TimersTemplate(
        code="nfpa_fire",
        name=Name(zh="NFPA 1710 消防", en="NFPA 1710, fire"),
        targets=(Target(interval="turnout", seconds=80), Target(interval="travel", seconds=240)),
    ),
    TimersTemplate(
        code="nfpa_ems",
        name=Name(zh="NFPA 1710 急救", en="NFPA 1710, EMS"),
        targets=(Target(interval="turnout", seconds=60), Target(interval="travel", seconds=240)),
    ),
    TimersTemplate(
        code="china_120",
        name=Name(zh="国卫医发〔2020〕19号 120", en="China, 120 (2020, no. 19)"),
        targets=(
            Target(interval="answer", seconds=10, share_percent=95),
            Target(interval="turnout", seconds=180, share_percent=95),
        ),
    ),
    TimersTemplate(
        code="china_fire",
        name=Name(zh="建标 152 消防", en="China, fire (建标 152)"),
        # Five minutes from the order to the arrival: one to turn out, four to travel. The standard names no share.
        targets=(Target(interval="turnout", seconds=60), Target(interval="travel", seconds=240)),
    ),
)


def require_sound(targets: Iterable[Target]) -> None:
    """Refuse (TargetsDisagree) what cannot both be meant."""
    groups: dict[tuple[str, int], list[Target]] = {}
    for target in targets:
        groups.setdefault((target.interval, target.priority), []).append(target)
    for (interval, priority), group in groups.items():
        ordered = sorted(group, key=lambda target: (target.share_percent, target.seconds))
        for low, high in pairwise(ordered):
            if low.share_percent == high.share_percent or low.seconds >= high.seconds:
                raise TargetsDisagree(
                    interval=INTERVAL_WORDS[interval][0],
                    interval_zh=INTERVAL_WORDS[interval][1],
                    priority=priority or "*",
                    low=low.seconds,
                    low_share=low.share_percent,
                    high=high.seconds,
                    high_share=high.share_percent,
                )


def targets_of(
    interval: Interval, priority: int, *, agency: Iterable[Target] = (), city: Iterable[Target] = STANDARD
) -> tuple[Target, ...]:
    """The targets that hold, the shortest first: the nearest of agency and priority, agency, city and priority, city that has any."""
    for targets in (tuple(agency), tuple(city)):
        for wanted in (priority, 0):
            found = [target for target in targets if target.interval == interval and target.priority == wanted]
            if found:
                return tuple(sorted(found, key=lambda target: target.seconds))
    return ()


@dataclass(frozen=True, slots=True)
class Aim:
    """A target that holds, and for whom it was set: `scope` is an agency's code or EVERYBODY."""

    scope: str
    target: Target
    source: Name


class TimersInForce:
    """The timers of the city and of its agencies by scope; STANDARD where the city has set nothing."""

    def __init__(self, by_scope: Mapping[str, tuple[Target, ...]]) -> None:
        self._by_scope = dict(by_scope)
        # As many as there are agencies, priorities and intervals: a month of responses asks for the same few again and again.
        self._held: dict[tuple[Interval, int, str], tuple[Aim, ...]] = {}

    def aims(self, interval: Interval, priority: int, agency: str = "") -> tuple[Aim, ...]:
        """What holds for the agency's cases of this priority, the shortest first: its own, or the city's where it has set none."""
        asked = (interval, priority, agency)
        if asked not in self._held:
            self._held[asked] = self._found(*asked)
        return self._held[asked]

    def _found(self, interval: Interval, priority: int, agency: str) -> tuple[Aim, ...]:
        own = targets_of(interval, priority, agency=self._by_scope.get(agency, ()), city=())
        if own:
            return tuple(Aim(agency, target, SET_BY_THE_CITY) for target in own)
        if EVERYBODY in self._by_scope:
            return tuple(
                Aim(EVERYBODY, target, SET_BY_THE_CITY) for target in targets_of(interval, priority, city=self._by_scope[EVERYBODY])
            )
        return tuple(Aim(EVERYBODY, target, _source(target)) for target in targets_of(interval, priority))


def _source(target: Target) -> Name:
    standard = SOURCES.get((target.interval, target.priority))
    return Name(zh=standard, en=standard) if standard else OF_OUR_OWN
