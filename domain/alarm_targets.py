"""What the performance of the alarms is measured against. The one place where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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
