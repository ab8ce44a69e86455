"""The performance of the alarm system after ISA-18.2 and EEMUA 191: rate, floods, bad actors, chatter, stale ones, priorities."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from command_ui.statistics.figures import percentile
from command_ui.statistics.rows import AlarmRow, Wanted
from domain.alarm_targets import ALARM_TARGETS, AlarmTargets
from projections.alarm_history import chatters

TEN_MINUTES = timedelta(minutes=10)
# What a person can go through in a meeting; the count beside the list is that of all.
STALE_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Frequent:
    """One source of alarms (a sensor's condition) and its part of the whole."""

    sensor: str
    condition: str
    zh: str
    en: str
    count: int
    share: float
    is_chattering: bool


@dataclass(frozen=True, slots=True)
class Stale:
    """An alarm that stood for longer than a day."""

    alarm: str
    zh: str
    en: str
    condition: str
    priority: int
    raised_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlarmPerformance:
    """The figures, and what they are measured by. `ten_minutes` are the whole and broken periods of ten minutes in the time looked at."""

    alarms: int
    operators: int
    operator_hours: float
    per_operator_hour: float | None
    ten_minutes: int
    ten_minutes_flooded: int
    flood_share: float | None
    peak_count: int
    peak_at: datetime | None
    most_frequent: list[Frequent]
    most_frequent_share: float | None
    chattering: int
    stale: int
    stale_alarms: list[Stale]
    shelved: int
    shelved_now: int
    priorities: dict[str, int]
    acknowledged_p50_s: float | None
    acknowledged_p90_s: float | None
    by_hour: list[tuple[datetime, int]]
    targets: AlarmTargets


def performance(wanted: Wanted, rows: Sequence[AlarmRow], now: datetime, operators: int) -> AlarmPerformance:
    """Over the part of the period that has passed, for so many operators at a time. An alarm counts when it is raised."""
    targets = ALARM_TARGETS
    end = min(wanted.until, now)
    raised = sorted((row for row in rows if wanted.since <= row.raised_at < end), key=lambda row: row.raised_at)
    moments = [row.raised_at for row in raised]
    hours = max((end - wanted.since).total_seconds(), 0) / 3600 * operators
    periods = Counter((moment - wanted.since) // TEN_MINUTES for moment in moments)
    ten_minutes = -(-(end - wanted.since) // TEN_MINUTES) if end > wanted.since else 0
    # ISA-18.2 is about one operator: twice the operators can take twice the alarms.
    flooded = sum(count > targets.ten_minutes_max * operators for count in periods.values())
    peak_count, peak_at = _peak(moments)
    frequent = _frequent(raised)
    first = frequent[: targets.most_frequent]
    stale = [row for row in rows if (min(row.ended_at or end, end) - row.raised_at) > timedelta(hours=targets.stale_h)]
    waits = sorted((row.acknowledged_at - row.raised_at).total_seconds() for row in raised if row.acknowledged_at is not None)
    by_hour = Counter((moment - wanted.since) // timedelta(hours=1) for moment in moments)
    return AlarmPerformance(
        alarms=len(raised),
        operators=operators,
        operator_hours=hours,
        per_operator_hour=len(raised) / hours if hours else None,
        ten_minutes=ten_minutes,
        ten_minutes_flooded=flooded,
        flood_share=flooded / ten_minutes if ten_minutes else None,
        peak_count=peak_count,
        peak_at=peak_at,
        most_frequent=first,
        most_frequent_share=sum(one.count for one in first) / len(raised) if raised else None,
        chattering=sum(one.is_chattering for one in frequent),
        stale=len(stale),
        stale_alarms=[
            Stale(row.alarm, row.zh, row.en, row.condition, row.priority, row.raised_at, row.ended_at)
            for row in sorted(stale, key=lambda row: row.raised_at)[:STALE_SHOWN_MAX]
        ],
        shelved=sum(row.shelved > 0 for row in rows),
        shelved_now=sum(row.is_shelved for row in rows),
        priorities={str(priority): sum(row.priority == priority for row in raised) for priority in (1, 2, 3)},
        acknowledged_p50_s=percentile(waits, 0.5),
        acknowledged_p90_s=percentile(waits, 0.9),
        by_hour=[(wanted.since + timedelta(hours=hour), count) for hour, count in sorted(by_hour.items())],
        targets=targets,
    )


@dataclass(frozen=True, slots=True)
class AlarmRate:
    """How fast they come now."""

    last_hour: int
    last_ten_minutes: int
    is_flood: bool


def rate(rows: Sequence[AlarmRow], now: datetime) -> AlarmRate:
    """Of the alarms that were raised in the last hour, also those that have ended since."""
    hour = sum(now - timedelta(hours=1) <= row.raised_at for row in rows)
    ten_minutes = sum(now - TEN_MINUTES <= row.raised_at for row in rows)
    return AlarmRate(hour, ten_minutes, ten_minutes > ALARM_TARGETS.ten_minutes_max)


def _peak(moments: Sequence[datetime]) -> tuple[int, datetime | None]:
    """The most alarms in any ten minutes that begin with an alarm, and when they began."""
    best, best_at = 0, None
    for place, moment in enumerate(moments):
        count = bisect_right(moments, moment + TEN_MINUTES - timedelta(microseconds=1)) - place
        if count > best:
            best, best_at = count, moment
    return best, best_at


def _frequent(raised: Sequence[AlarmRow]) -> list[Frequent]:
    """Every source, the most frequent first. It chatters when one alarm of it did, or when three of its alarms came within a minute."""
    by_source: dict[tuple[str, str], list[AlarmRow]] = defaultdict(list)
    for row in raised:
        by_source[row.sensor, row.condition].append(row)
    found = [
        Frequent(
            *source,
            rows[-1].zh,
            rows[-1].en,
            len(rows),
            len(rows) / len(raised),
            any(row.is_chattering for row in rows) or chatters(tuple(row.raised_at for row in rows)),
        )
        for source, rows in by_source.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.sensor, one.condition))
