"""What response times are measured against: the standards' values, each with its source. The one place where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

TimedInterval = Literal["answer_s", "call_processing_s", "turnout_s", "travel_s", "on_scene_s", "total_s"]
INTERVALS: Final[tuple[TimedInterval, ...]] = get_args(TimedInterval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An interval is to last at most so many seconds in this share of cases; `agencies` names whose, none everybody's."""

    target: str
    interval: TimedInterval
    seconds: float
    share: float
    source: str
    agencies: tuple[str, ...] = ()

    def judges(self, agency: str) -> bool:
        """Whether it is about this agency's responses."""
        return not self.agencies or agency in self.agencies


# Which agencies fight fires and which carry patients: the codes of the demo city, of San Francisco's week, and of common use.
FIRE: Final = ("fire", "sffd")
AMBULANCE: Final = ("ems", "ambulance", "private_ambulance")

# NFPA 1710 counts fire crews and ambulances apart; for police and others no standard says a number, so none is judged.
TARGETS: Final[tuple[Target, ...]] = (
    Target(target="answer", interval="answer_s", seconds=15, share=0.90, source="NENA-STA-020.1-2020"),
    Target(target="call_processing", interval="call_processing_s", seconds=60, share=0.90, source="NFPA 1225-2022"),
    Target(target="turnout_fire", interval="turnout_s", seconds=80, share=0.90, source="NFPA 1710-2020", agencies=FIRE),
    Target(target="turnout_ems", interval="turnout_s", seconds=60, share=0.90, source="NFPA 1710-2020", agencies=AMBULANCE),
    Target(target="travel_fire", interval="travel_s", seconds=240, share=0.90, source="NFPA 1710-2020", agencies=FIRE),
    Target(target="travel_ems", interval="travel_s", seconds=240, share=0.90, source="NFPA 1710-2020", agencies=AMBULANCE),
    # The standard says five minutes and no share; the share is that of the others.
    Target(target="total_fire", interval="total_s", seconds=300, share=0.90, source="建标 152-2017", agencies=FIRE),
)


def target_of(interval: TimedInterval, agency: str, targets: Iterable[Target] = TARGETS) -> Target | None:
    """What one response of this agency is judged by; what names the agency goes before what is everybody's."""
    found = [target for target in targets if target.interval == interval and target.judges(agency)]
    return max(found, key=lambda target: bool(target.agencies), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTargets:
    """What ISA-18.2 (2016) and EEMUA 191 ask of an alarm system, for one operator."""

    source: str = "ISA-18.2-2016, EEMUA 191"
    hourly_acceptable: float = 6
    hourly_max: float = 12
    # More than so many in ten minutes are a flood.
    ten_minutes_max: int = 10
    flood_share_max: float = 0.01
    # The ten most frequent may be so much of the whole.
    most_frequent: int = 10
    most_frequent_share_max: float = 0.05
    # An alarm that stands for a day is stale.
    stale_h: float = 24
    stale_max: int = 5
    priority_shares: tuple[float, float, float] = (0.05, 0.15, 0.80)


ALARM_TARGETS: Final = AlarmTargets()
