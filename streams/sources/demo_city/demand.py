"""When and where the city calls: a nonhomogeneous Poisson process by hour and district, several calls to some happenings. Pure.

The process is drawn by thinning (Lewis and Shedler 1979): candidates come at the peak's rate and are kept with the hour's share of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.values import LonLat
from streams.sources.demo_city.geography import draw_address, draw_district, draw_place, near
from streams.sources.demo_city.incident_types import INCIDENT_TYPES, IncidentTypeEntry

# Happenings an hour at the day's peak: three hundred units and their dispatchers are busy with it, and not overrun.
HAPPENINGS_PER_HOUR_PEAK = 66.0
# Share of the peak by hour of the day: the morning's and the evening's rush, few calls at four.
BY_HOUR: Final = (
    *(0.34, 0.26, 0.20, 0.17, 0.16, 0.19, 0.32, 0.58, 0.86, 0.90, 0.84, 0.80),
    *(0.78, 0.74, 0.76, 0.80, 0.86, 0.96, 1.00, 0.94, 0.86, 0.74, 0.58, 0.44),
)
# One happening in six is reported more than once.
REPEATED_SHARE = 0.17
CALLS_MAX = 5
_DAY_S = 86_400.0

_FAMILY: Final = tuple("王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗")
_GIVEN: Final = ("敏", "建国", "秀兰", "志强", "雪", "海涛", "玉梅", "晨", "立新", "淑华", "凯", "婷", "德明", "国庆", "洋")
# By the first agency that answers; everybody else dials 110.
LINES: Final = {"ems": "120", "fire": "119", "traffic": "122", "urban": "12345", "emergency": "12345", "police": "110"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCall:
    """One caller; `after_s` since the happening's first call."""

    after_s: float
    source: str
    caller_name: str
    caller_number: str
    place: LonLat
    address: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that one caller or several report. `at` is of the city's clock, in seconds since its midnight."""

    at: float
    type: IncidentTypeEntry
    priority: int
    district: str
    place: LonLat
    address: str
    calls: tuple[DrawnCall, ...]


def rate_per_s(at: float) -> float:
    """Happenings a second at that time of the day; between full hours in a straight line."""
    hour = (at % _DAY_S) / 3_600
    before, share = int(hour), hour % 1
    level = BY_HOUR[before] * (1 - share) + BY_HOUR[(before + 1) % 24] * share
    return HAPPENINGS_PER_HOUR_PEAK / 3_600 * level


def happenings(chance: random.Random, start: float) -> Iterator[Happening]:
    """Without end, in order, after `start`."""
    at, peak = start, HAPPENINGS_PER_HOUR_PEAK / 3_600
    while True:
        at += chance.expovariate(peak)
        if chance.random() < rate_per_s(at) / peak:
            yield draw_happening(chance, at)


def draw_happening(chance: random.Random, at: float) -> Happening:
    """What happens at that moment."""
    kind = chance.choices(INCIDENT_TYPES, weights=[entry.frequency for entry in INCIDENT_TYPES])[0]
    district = draw_district(chance)
    place, address = draw_place(chance, district), draw_address(chance, district)
    priority = min(5, kind.priority + 1) if chance.random() < 0.12 else kind.priority
    calls = [_call(chance, kind, place, address, 0.0)]
    if chance.random() < REPEATED_SHARE and kind.priority <= 3:
        for _ in range(chance.randint(1, CALLS_MAX - 1)):
            calls.append(_call(chance, kind, near(chance, place, 0.0016), address, calls[-1].after_s + chance.expovariate(1 / 70)))
    return Happening(at=at, type=kind, priority=priority, district=district.code, place=place, address=address, calls=tuple(calls))


def _call(chance: random.Random, kind: IncidentTypeEntry, place: LonLat, address: str, after_s: float) -> DrawnCall:
    said = [zh for zh, _ in kind.questions if chance.random() < 0.5]
    return DrawnCall(
        after_s=after_s,
        source=LINES[kind.agency] if chance.random() < 0.8 else "110",
        caller_name=chance.choice(_FAMILY) + chance.choice(_GIVEN),
        caller_number=f"1{chance.choice(('38', '39', '50', '86', '77'))}{chance.randrange(10**8):08d}",
        place=place,
        address=address,
        description=f"报警人称{kind.zh}" + (f",{','.join(said)}" if said else "") + "。",
    )
