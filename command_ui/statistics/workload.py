"""Calls and workload: what came in, how much was open at once, and how long the units were committed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from command_ui.statistics.figures import percentile
from command_ui.statistics.rows import CallRow, IncidentRow, ResponseRow, Wanted
from domain.timers import TimersInForce

# Beyond eight days an hour is too narrow a column to be seen, and a month would be 720 of them.
HOURLY_DAYS_MAX = 8
Step = Literal["hour", "day"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour, or one day: calls by source, new incidents by priority, and how many were open at once at most."""

    at: datetime
    calls: dict[str, int]
    incidents: dict[str, int]
    open_max: int


@dataclass(frozen=True, slots=True)
class Committed:
    """The units of a station: `units` were sent in the period; `utilisation` is the share of their time that they were committed."""

    agency: str
    station: str
    units: int
    assignments: int
    committed_h: float
    utilisation: float


@dataclass(frozen=True, slots=True)
class Answering:
    """How fast calls were answered, all of them; without a target where the city has none for every call."""

    count: int
    p50: float | None
    p90: float | None
    target_s: float | None
    target_share: float | None
    within: int


def slots(wanted: Wanted, calls: Iterable[CallRow], incidents: Sequence[IncidentRow], zone: tzinfo) -> tuple[Step, list[Slot]]:
    """The whole period in steps of the agency's clock, empty ones included."""
    step: Step = "hour" if wanted.until - wanted.since <= timedelta(days=HOURLY_DAYS_MAX) else "day"
    edges = list(_edges(wanted, step, zone))
    by_source: dict[datetime, Counter[str]] = defaultdict(Counter)
    by_priority: dict[datetime, Counter[str]] = defaultdict(Counter)
    for call in calls:
        by_source[_begin(call.received_at, step, zone)][call.source] += 1
    for incident in incidents:
        if wanted.holds(incident.opened_at):
            by_priority[_begin(incident.opened_at, step, zone)][str(incident.priority)] += 1
    most = _most_open(edges, wanted.until, incidents)
    return step, [Slot(at, dict(by_source[at]), dict(by_priority[at]), most[at]) for at in edges]


def commitments(wanted: Wanted, rows: Iterable[ResponseRow], now: datetime) -> list[Committed]:
    """The stations, the busiest first. Only the part of an assignment that lies in the period counts."""
    end = min(wanted.until, now)
    hours = max((end - wanted.since).total_seconds(), 0) / 3600
    units: dict[tuple[str, str], set[str]] = defaultdict(set)
    assignments: Counter[tuple[str, str]] = Counter()
    seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        where = (row.agency, row.station)
        units[where].add(row.unit)
        assignments[where] += 1
        seconds[where] += max(0.0, (min(row.ended_at or end, end) - max(row.dispatched_at, wanted.since)).total_seconds())
    found = [
        Committed(
            *where,
            len(units[where]),
            assignments[where],
            seconds[where] / 3600,
            seconds[where] / 3600 / (hours * len(units[where])) if hours else 0.0,
        )
        for where in units
    ]
    return sorted(found, key=lambda row: (-row.utilisation, row.agency, row.station))


def answering(calls: Iterable[CallRow], timers: TimersInForce) -> Answering:
    """Of calls whose moments are in order; one that was «answered» before it came is not counted.

    A call has neither agency nor priority: it is judged by the shortest target that the city has for every call.
    """
    target = next((aim.target for aim in timers.aims("answer", 0)), None)
    values = sorted(seconds for call in calls if (seconds := (call.answered_at - call.received_at).total_seconds()) >= 0)
    figures = (len(values), percentile(values, 0.5), percentile(values, 0.9))
    if target is None:
        return Answering(*figures, None, None, 0)
    within = sum(seconds <= target.seconds for seconds in values)
    return Answering(*figures, target.seconds, target.share_percent / 100, within)


def counted(wanted: Wanted, incidents: Iterable[IncidentRow], zone: tzinfo) -> dict[str, dict[str, int]]:
    """New incidents by type, district, priority and agency, the most first, and by type and hour of the day («type/07»)."""
    new = [row for row in incidents if wanted.holds(row.opened_at)]
    return {
        "incident_type": dict(Counter(row.incident_type for row in new).most_common()),
        "district": dict(Counter(row.district for row in new).most_common()),
        "priority": dict(sorted(Counter(str(row.priority) for row in new).items())),
        "agency": dict(Counter(row.agency for row in new).most_common()),
        "type_hour": dict(sorted(Counter(f"{row.incident_type}/{row.opened_at.astimezone(zone).hour:02d}" for row in new).items())),
    }


def _begin(moment: datetime, step: Step, zone: tzinfo) -> datetime:
    local = moment.astimezone(zone)
    cut = local.replace(minute=0, second=0, microsecond=0)
    return (cut if step == "hour" else cut.replace(hour=0, fold=0)).astimezone(UTC)


def _edges(wanted: Wanted, step: Step, zone: tzinfo) -> Iterator[datetime]:
    at = _begin(wanted.since, step, zone)
    while at < wanted.until:
        yield at
        # A day of the agency's clock may have 23 or 25 hours: its beginning is found anew.
        at = _begin(at + timedelta(hours=1), step, zone) if step == "hour" else _begin(at + timedelta(hours=26), step, zone)


def _most_open(edges: Sequence[datetime], until: datetime, incidents: Iterable[IncidentRow]) -> dict[datetime, int]:
    """For each step the most that were open at one moment of it."""
    moves: list[tuple[datetime, int]] = []
    for row in incidents:
        moves.append((row.opened_at, 1))
        if row.closed_at is not None:
            moves.append((max(row.closed_at, row.opened_at), -1))
    # What is closed at the moment at which another is opened was not open with it.
    moves.sort()
    most: dict[datetime, int] = {}
    open_now = place = 0
    # A period of nothing has no step, and so no end of one.
    for at, end in zip(edges, [*edges[1:], until], strict=False):
        while place < len(moves) and moves[place][0] <= at:
            open_now += moves[place][1]
            place += 1
        highest = open_now
        while place < len(moves) and moves[place][0] < end:
            open_now += moves[place][1]
            highest = max(highest, open_now)
            place += 1
        most[at] = highest
    return most
