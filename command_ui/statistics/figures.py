"""Counts, percentiles and shares of intervals, by one or two groups. Exact: no sketch, no sample."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal

from msgspec.structs import replace

from command_ui.statistics.rows import ResponseRow
from domain.timers import Aim, Interval, TimersInForce
from projections.response_times import TIMED_INTERVALS, TimedInterval

GroupBy = Literal["all", "agency", "incident_type", "district", "priority", "hour", "weekday", "day", "unit", "station"]

# What is aimed at by its field in the rows; the work on scene takes as long as it takes.
AIMED_AT: Final[dict[TimedInterval, Interval]] = {
    "answer_s": "answer",
    "call_processing_s": "call_processing",
    "turnout_s": "turnout",
    "travel_s": "travel",
    "total_s": "total",
}
# A call's own intervals: with three engines on one fire the call was still answered once.
OF_THE_CALL: Final[tuple[TimedInterval, ...]] = ("answer_s", "call_processing_s")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one interval. `judged` are the cases for which there is a target, `within` those that met it.

    `target_s` and `target_share` are told where one target judges the whole group.
    """

    count: int
    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None
    judged: int
    within: int
    target_s: float | None
    target_share: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one group: of `and_by` too, where that was asked for."""

    group: str
    and_group: str
    assignments: int
    intervals: dict[TimedInterval, Figures]


def grouped(rows: Iterable[ResponseRow], group_by: GroupBy, and_by: GroupBy, zone: tzinfo, timers: TimersInForce) -> list[Group]:
    """The figures of each group, in the order of the groups' names."""
    by, also = _namer(group_by, zone), _namer(and_by, zone)
    cases: dict[tuple[str, str], list[ResponseRow]] = defaultdict(list)
    for row in told_once(rows):
        cases[by(row), also(row)].append(row)
    return [
        Group(group, and_group, len(found), {interval: figures_of(interval, found, timers) for interval in TIMED_INTERVALS})
        for (group, and_group), found in sorted(cases.items())
    ]


def figures_of(interval: TimedInterval, rows: Sequence[ResponseRow], timers: TimersInForce) -> Figures:
    """The figures of one interval over these rows, each judged by the shortest of its targets; a row that lacks it is not counted."""
    values: list[float] = []
    judged = within = 0
    judging: set[Aim] = set()
    for row in rows:
        seconds: float | None = getattr(row, interval)
        if seconds is None:
            continue
        values.append(seconds)
        aims = aims_at(interval, row, timers)
        if aims:
            judging.add(aims[0])
            judged += 1
            within += seconds <= aims[0].target.seconds
    values.sort()
    limits = {(float(aim.target.seconds), aim.target.share_percent / 100) for aim in judging}
    only = next(iter(limits)) if len(limits) == 1 and judged == len(values) else (None, None)
    return Figures(
        len(values),
        math.fsum(values) / len(values) if values else None,
        percentile(values, 0.50),
        percentile(values, 0.90),
        percentile(values, 0.95),
        judged,
        within,
        *only,
    )


def aims_at(interval: TimedInterval, row: ResponseRow, timers: TimersInForce) -> tuple[Aim, ...]:
    """What this response is judged by, the shortest first; nothing where nobody aims at anything."""
    aimed = AIMED_AT.get(interval)
    return timers.aims(aimed, row.priority, row.agency) if aimed else ()


def percentile(values: Sequence[float], fraction: float) -> float | None:
    """Of sorted values, linear between the closest ranks, as pandas and NumPy have it; None of none."""
    if not values:
        return None
    place = (len(values) - 1) * fraction
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def told_once(rows: Iterable[ResponseRow]) -> Iterable[ResponseRow]:
    """The rows, a call's own intervals with the first unit that was sent on it only."""
    calls: set[str] = set()
    for row in sorted(rows, key=lambda row: (row.dispatched_at, row.assignment)):
        if not row.call or row.call not in calls:
            calls.add(row.call)
            yield row
        else:
            yield replace(row, answer_s=None, call_processing_s=None)


def _namer(group_by: GroupBy, zone: tzinfo) -> Callable[[ResponseRow], str]:
    match group_by:
        case "all":
            return lambda _row: "all"
        case "hour":
            return lambda row: f"{_local(row.dispatched_at, zone).hour:02d}"
        case "weekday":
            return lambda row: str(_local(row.dispatched_at, zone).isoweekday())
        case "day":
            return lambda row: _local(row.dispatched_at, zone).date().isoformat()
        case _:
            return lambda row: str(getattr(row, group_by))


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone)
