"""Each target that holds, and how the cases that it judges stand to it: whether an interval was kept in the share that is aimed at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from command_ui.statistics.figures import AIMED_AT, aims_at, percentile, told_once
from command_ui.statistics.rows import ResponseRow
from domain.timers import EVERYBODY, Aim, TimersInForce
from domain.values import Name
from projections.response_times import TimedInterval

# What has room on a wall that is read at five metres.
WALL_VERDICTS_MAX: Final = 7


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target and the cases that it judges: the percentile at its own share, and the share that met it.

    `scope` is `*` for the city, or the agency that is named; `priority` 0 is every priority. `target` is unlike that of any other verdict.
    """

    target: str
    interval: TimedInterval
    scope: str
    agency_zh: str
    agency_en: str
    priority: int
    seconds: float
    share: float
    source_zh: str
    source_en: str
    count: int
    within: int
    percentile: float | None


def verdicts(rows: Iterable[ResponseRow], timers: TimersInForce, agencies: Mapping[str, Name]) -> list[Verdict]:
    """Every target that holds for a row, whether or not the row has got so far: a target of nobody's cases is none.

    By interval as they pass, the city's before the agencies', the gravest first, the lower share before the higher.
    """
    judged = _judged(list(told_once(rows)), timers)
    return [_verdict(interval, aim, judged[interval, aim], agencies) for interval, aim in sorted(judged, key=_place)]


def wall_verdicts(
    rows: Sequence[ResponseRow], since: datetime, timers: TimersInForce, agencies: Mapping[str, Name]
) -> tuple[list[Verdict], list[Verdict]]:
    """The same targets over the rows that were dispatched since then, and over all; at most WALL_VERDICTS_MAX.

    First choice have the targets of the whole city and every priority, then those that judge most cases. They keep the order of
    `verdicts`, so that the lines do not change places while somebody reads them.
    """
    of_all = verdicts(rows, timers, agencies)
    chosen = sorted(of_all, key=lambda one: (one.scope != EVERYBODY or one.priority != 0, -one.count))[:WALL_VERDICTS_MAX]
    shown = [one for one in of_all if one in chosen]
    lately = _judged(list(told_once(row for row in rows if row.dispatched_at >= since)), timers)
    recent = {one.target: one for one in (_verdict(interval, aim, values, agencies) for (interval, aim), values in lately.items())}
    return [recent.get(one.target) or _of_none(one) for one in shown], shown


def _judged(rows: Sequence[ResponseRow], timers: TimersInForce) -> dict[tuple[TimedInterval, Aim], list[float]]:
    """The sorted values of the cases of each target."""
    found: dict[tuple[TimedInterval, Aim], list[float]] = {}
    for interval in AIMED_AT:
        # Collected by agency and priority first: a month has thirty thousand rows and a dozen of those.
        by_kind: dict[tuple[str, int], list[float]] = {}
        kinds: dict[tuple[str, int], ResponseRow] = {}
        for row in rows:
            kind = (row.agency, row.priority)
            values = by_kind.get(kind)
            if values is None:
                values, kinds[kind] = by_kind.setdefault(kind, []), row
            seconds = getattr(row, interval)
            if seconds is not None:
                values.append(seconds)
        for kind, row in kinds.items():
            for aim in aims_at(interval, row, timers):
                found.setdefault((interval, aim), []).extend(by_kind[kind])
    for values in found.values():
        values.sort()
    return found


def _place(of: tuple[TimedInterval, Aim]) -> tuple[int, bool, str, int, int]:
    interval, aim = of
    return list(AIMED_AT).index(interval), aim.scope != EVERYBODY, aim.scope, aim.target.priority, aim.target.share_percent


def _verdict(interval: TimedInterval, aim: Aim, values: Sequence[float], agencies: Mapping[str, Name]) -> Verdict:
    target = aim.target
    nobody = "" if aim.scope == EVERYBODY else aim.scope
    agency = agencies.get(aim.scope, Name(zh=nobody, en=nobody))
    return Verdict(
        f"{target.interval}:{aim.scope}:{target.priority}:{target.share_percent}",
        interval,
        aim.scope,
        agency.zh,
        agency.en,
        target.priority,
        float(target.seconds),
        target.share_percent / 100,
        aim.source.zh,
        aim.source.en,
        len(values),
        sum(seconds <= target.seconds for seconds in values),
        percentile(values, target.share_percent / 100),
    )


def _of_none(verdict: Verdict) -> Verdict:
    return replace(verdict, count=0, within=0, percentile=None)
