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
from domain.targets import INTERVALS, TARGETS, Target, TimedInterval, target_of

GroupBy = Literal["all", "agency", "incident_type", "district", "priority", "hour", "weekday", "day", "unit", "station"]

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


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target and the cases that it judges: the percentile at its own share, and the share that met it."""

    target: str
    interval: TimedInterval
    seconds: float
    share: float
    source: str
    agencies: tuple[str, ...]
    count: int
    within: int
    percentile: float | None


def grouped(rows: Iterable[ResponseRow], group_by: GroupBy, and_by: GroupBy, zone: tzinfo) -> list[Group]:
    """The figures of each group, in the order of the groups' names."""
    by, also = _namer(group_by, zone), _namer(and_by, zone)
    cases: dict[tuple[str, str], list[ResponseRow]] = defaultdict(list)
    for row in _told_once(rows):
        cases[by(row), also(row)].append(row)
    return [
        Group(group, and_group, len(found), {interval: figures_of(interval, found) for interval in INTERVALS})
        for (group, and_group), found in sorted(cases.items())
    ]


def figures_of(interval: TimedInterval, rows: Sequence[ResponseRow], targets: Sequence[Target] = TARGETS) -> Figures:
    """The figures of one interval over these rows; a row that lacks it is not counted."""
    values: list[float] = []
    judged = within = 0
    judging: set[str] = set()
    by_agency = {agency: target_of(interval, agency, targets) for agency in {row.agency for row in rows}}
    for row in rows:
        seconds: float | None = getattr(row, interval)
        if seconds is None:
            continue
        values.append(seconds)
        target = by_agency[row.agency]
        if target is not None:
            judging.add(row.agency)
            judged += 1
            within += seconds <= target.seconds
    values.sort()
    limits = {(target.seconds, target.share) for agency in judging if (target := by_agency[agency]) is not None}
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


def verdicts(rows: Iterable[ResponseRow], targets: Sequence[Target] = TARGETS) -> list[Verdict]:
    """Each target with the cases that it judges."""
    once = list(_told_once(rows))
    agencies = {row.agency for row in once}
    found = []
    for target in targets:
        # Asked once an agency, not once a row: a month has thirty thousand of them.
        judged = {agency for agency in agencies if target_of(target.interval, agency, targets) == target}
        values = sorted(seconds for row in once if row.agency in judged and (seconds := getattr(row, target.interval)) is not None)
        found.append(
            Verdict(
                target.target,
                target.interval,
                target.seconds,
                target.share,
                target.source,
                target.agencies,
                len(values),
                sum(seconds <= target.seconds for seconds in values),
                percentile(values, target.share),
            )
        )
    return found


def percentile(values: Sequence[float], fraction: float) -> float | None:
    """Of sorted values, linear between the closest ranks, as pandas and NumPy have it; None of none."""
    if not values:
        return None
    place = (len(values) - 1) * fraction
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _told_once(rows: Iterable[ResponseRow]) -> Iterable[ResponseRow]:
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
