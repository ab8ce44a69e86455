"""How the log's time goes by: as fast as it goes, or `speed` times as fast as the clock; and what is told of its moments.

Pace(speed=None)                       as fast as it goes; the log's own times are told
Pace(speed=60)                         sixty times as fast; the log's own times are told
Pace(speed=None, anchor=now)           as fast as it goes; all times moved by one shift, so that the log ends at `anchor`
Pace(speed=60, anchor=now)             sixty times as fast, beginning at `anchor`: all of the log's time is compressed with it, so that
                                       nothing is told before it can have happened (intervals are a sixtieth; with speed=1, a pure shift)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """See the module. `anchor` makes a shifted run repeatable: with the same one it is the same run."""

    speed: float | None = None
    anchor: datetime | None = None

    def __post_init__(self) -> None:
        assert self.speed is None or self.speed > 0, "a speed is a positive factor."

    @property
    def identity(self) -> str:
        """Part of every idempotency key: runs that tell other times are other runs."""
        if self.anchor is None:
            return ""
        return f"@{self.anchor.isoformat()}x{'max' if self.speed is None else f'{self.speed:g}'}"

    @property
    def is_paced(self) -> bool:
        """Whether the clock is waited for."""
        return self.speed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogClock:
    """A pace that has begun: at `started_at` of the clock the log's time was `first`; the log ends at `last`."""

    pace: Pace
    first: datetime
    last: datetime
    started_at: datetime

    def told(self, moment: datetime) -> datetime:
        """What is said of a moment of the log."""
        anchor, speed = self.pace.anchor, self.pace.speed
        if anchor is None:
            return moment
        if speed is None:
            return moment + (anchor - self.last)
        return anchor + (moment - self.first) / speed

    def log_time(self, now: datetime) -> datetime | None:
        """How far the log has come; None where nothing is waited for."""
        if self.pace.speed is None:
            return None
        return self.first + (now - (self.pace.anchor or self.started_at)) * self.pace.speed

    def wait_s(self, moment: datetime, now: datetime) -> float:
        """Seconds of the clock until the log comes to that moment."""
        reached = self.log_time(now)
        if reached is None or self.pace.speed is None:
            return 0.0
        return max(timedelta(0), moment - reached).total_seconds() / self.pace.speed
