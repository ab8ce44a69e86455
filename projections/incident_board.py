"""Open incidents: what the queue, the map and the incident panel show. A closed or merged incident leaves the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, cast, get_args

from domain.assignment import STEPS, Assignment
from domain.fact import occurred_at
from domain.incident import Incident
from domain.times import is_late
from domain.values import Category, Disposition, Location, LonLat, Priority, ResponseLevel
from projections.projection import Projection, Recorded
from projections.replacing import replace

Phase = Literal["pending", "dispatched", "on_scene", "closing"]
TimedStep = Literal["dispatched", "acknowledged", "en_route", "on_scene", "transporting", "at_destination", "cleared"]
AssignmentStatus = Literal[
    "dispatched",
    "acknowledged",
    "en_route",
    "on_scene",
    "transporting",
    "at_destination",
    "cleared",
    "declined",
    "cancelled",
    "diverted",
]
Times = dict[TimedStep, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRow:
    """One unit on the incident. `times` of each step; `late`: when one was entered that was learnt late; `assumed`: nobody reported it."""

    assignment: str
    unit: str
    agency: str
    status: AssignmentStatus
    since: datetime
    times: dict[TimedStep, datetime]
    late: dict[TimedStep, datetime]
    assumed: tuple[TimedStep, ...]
    is_open: bool
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentBoard:
    """One incident as it stands. `responsible` answers for it, '' for nobody yet; `handed_by` handed it to them and waits for a word."""

    number: str
    short: str
    incident_type: str
    category: Category
    priority: Priority
    level: ResponseLevel
    phase: Phase
    address: str
    district: str
    lon: float
    lat: float
    description: str
    agency: str
    opened_at: datetime
    phase_at: datetime
    first_dispatch_at: datetime | None
    first_arrival_at: datetime | None
    opened_by: str
    responsible: str
    handed_by: str
    assignments: tuple[AssignmentRow, ...]
    calls: tuple[str, ...]
    alarms: tuple[str, ...]
    merged: tuple[str, ...]
    merged_into: str
    is_closed: bool
    closed_at: datetime | None
    disposition: Disposition | None
    remark: str
    version: int
    notes: int
    recommended: tuple[str, ...]


IncidentFact = (
    Incident.Opened
    | Incident.Classified
    | Incident.Prioritised
    | Incident.LevelSet
    | Incident.Relocated
    | Incident.NoteAdded
    | Incident.NoteStruck
    | Incident.CallLinked
    | Incident.CallUnlinked
    | Incident.AlarmLinked
    | Incident.AlarmUnlinked
    | Incident.UnitsChosen
    | Incident.UnitDispatched
    | Incident.UnitReleased
    | Incident.Absorbed
    | Incident.MergedInto
    | Incident.GivenBack
    | Incident.Unmerged
    | Incident.SplitOff
    | Incident.Handed
    | Incident.TakenOn
    | Incident.Closed
    | Incident.Reopened
)
AssignmentFact = Assignment.Opened | Assignment.StepRecorded | Assignment.StepTimeCorrected | Assignment.StepUndone | Assignment.Ended


def keys(fact: IncidentFact | AssignmentFact) -> Iterable[str]:
    """The incident that the fact is about."""
    return (fact.incident,)


def evolve(document: IncidentBoard | None, recorded: Recorded) -> IncidentBoard | None:
    """The incident after the fact, closed or open."""
    fact = recorded.fact
    if isinstance(fact, Incident.Opened):
        return _opened(fact)
    if document is None:
        return None
    if isinstance(fact, Assignment.Event | Assignment.Opened):
        return _assigned(document, cast("AssignmentFact", fact))
    return replace(_changed(document, cast("IncidentFact", fact)), version=fact.originator_version)


def is_shown(document: IncidentBoard) -> bool:
    """Whether it is on the board: a closed or merged incident is kept aside, so that it can come back."""
    return not document.is_closed and not document.merged_into


def _opened(fact: Incident.Opened) -> IncidentBoard:
    place = _point(fact.location)
    return IncidentBoard(
        number=fact.incident,
        short=fact.incident.partition("-")[2] or fact.incident,
        incident_type=fact.incident_type,
        category=fact.category,
        priority=fact.priority,
        level=fact.level,
        phase="pending",
        address=fact.location.address,
        district=fact.location.district,
        lon=place.lon,
        lat=place.lat,
        description=fact.description,
        agency=fact.agency,
        opened_at=fact.occurred_at,
        phase_at=fact.occurred_at,
        first_dispatch_at=None,
        first_arrival_at=None,
        opened_by=fact.by.account,
        responsible="",
        handed_by="",
        assignments=(),
        calls=(),
        alarms=(),
        merged=(),
        merged_into="",
        is_closed=False,
        closed_at=None,
        disposition=None,
        remark="",
        version=fact.originator_version,
        notes=0,
        recommended=(),
    )


def _changed(document: IncidentBoard, fact: IncidentFact) -> IncidentBoard:
    match fact:
        case Incident.Opened():
            return document
        case Incident.Classified():
            return replace(document, incident_type=fact.incident_type, category=fact.category)
        case Incident.Prioritised():
            return replace(document, priority=fact.priority)
        case Incident.LevelSet():
            return replace(document, level=fact.level)
        case Incident.Relocated():
            place = _point(fact.location)
            return replace(
                document,
                address=fact.location.address,
                district=fact.location.district,
                lon=place.lon,
                lat=place.lat,
            )
        case Incident.NoteAdded():
            return replace(document, notes=document.notes + 1)
        case Incident.NoteStruck() | Incident.UnitDispatched() | Incident.UnitReleased() | Incident.SplitOff():
            return document
        case Incident.CallLinked():
            return replace(document, calls=(*document.calls, fact.call))
        case Incident.CallUnlinked():
            return replace(document, calls=_without(document.calls, fact.call))
        case Incident.AlarmLinked():
            return replace(document, alarms=(*document.alarms, fact.alarm))
        case Incident.AlarmUnlinked():
            return replace(document, alarms=_without(document.alarms, fact.alarm))
        case Incident.UnitsChosen():
            return replace(document, recommended=fact.recommended)
        case Incident.Absorbed():
            return replace(document, merged=(*document.merged, fact.merged))
        case Incident.GivenBack():
            return replace(document, merged=_without(document.merged, fact.merged))
        case Incident.MergedInto():
            return replace(document, merged_into=fact.into)
        case Incident.Unmerged():
            return replace(document, merged_into="")
        case Incident.Handed():
            return replace(document, responsible=fact.to, handed_by=fact.by.account)
        case Incident.TakenOn():
            return replace(document, responsible=fact.by.account, handed_by="")
        case Incident.Closed():
            return replace(document, is_closed=True, closed_at=fact.occurred_at, disposition=fact.disposition, remark=fact.remark)
        case Incident.Reopened():
            return replace(document, is_closed=False, closed_at=None, disposition=None, remark="")
        case _:
            assert_never(fact)


def _assigned(document: IncidentBoard, fact: AssignmentFact) -> IncidentBoard:
    match fact:
        case Assignment.Opened():
            rows = (*document.assignments, _row(fact))
        case Assignment.StepRecorded():
            rows = _with(document, fact.assignment, lambda row: _timed(row, fact.step, fact))
        case Assignment.StepTimeCorrected():
            rows = _with(document, fact.assignment, lambda row: _timed(row, fact.step, fact))
        case Assignment.StepUndone():
            rows = _with(document, fact.assignment, lambda row: _untimed(row, fact.step))
        case Assignment.Ended():
            rows = _with(document, fact.assignment, lambda row: _ended(row, fact))
        case _:
            assert_never(fact)
    return _phased(replace(document, assignments=rows))


def _row(fact: Assignment.Opened) -> AssignmentRow:
    times = cast("Times", {"dispatched": fact.occurred_at, **fact.times})
    status = _status(times)
    return AssignmentRow(
        assignment=fact.assignment,
        unit=fact.unit,
        agency=fact.agency,
        status=status,
        since=times[status],
        times=times,
        late={"dispatched": fact.timestamp} if is_late(fact.occurred_at, fact.timestamp) else {},
        assumed=cast("tuple[TimedStep, ...]", fact.assumed),
        is_open=True,
        outcome="",
        reason="",
    )


def _timed(row: AssignmentRow, step: str, fact: Assignment.StepRecorded | Assignment.StepTimeCorrected) -> AssignmentRow:
    times = cast("Times", {**row.times, step: fact.occurred_at})
    status = _status(times) if row.is_open else row.status
    late = cast("Times", {**row.late, step: fact.timestamp}) if is_late(occurred_at(fact), fact.timestamp) else row.late
    assumed = _assumed(row, step, is_assumed=isinstance(fact, Assignment.StepRecorded) and fact.is_assumed)
    return replace(row, times=times, late=late, assumed=assumed, status=status, since=times.get(cast("TimedStep", status), row.since))


def _untimed(row: AssignmentRow, step: str) -> AssignmentRow:
    times = {name: moment for name, moment in row.times.items() if name != step}
    status = _status(times)
    late = {name: moment for name, moment in row.late.items() if name != step}
    assumed = _assumed(row, step, is_assumed=False)
    return replace(row, times=times, late=late, assumed=assumed, status=status, since=times[status])


def _ended(row: AssignmentRow, fact: Assignment.Ended) -> AssignmentRow:
    late = {**row.late, "cleared": fact.timestamp} if is_late(fact.occurred_at, fact.timestamp) else row.late
    return replace(
        row,
        times={**row.times, "cleared": fact.occurred_at},
        late=late,
        assumed=_assumed(row, "cleared", is_assumed=fact.is_assumed),
        status=fact.outcome,
        since=fact.occurred_at,
        is_open=False,
        outcome=fact.outcome,
        reason=fact.reason,
    )


def _assumed(row: AssignmentRow, step: str, *, is_assumed: bool) -> tuple[TimedStep, ...]:
    others = tuple(other for other in row.assumed if other != step)
    return (*others, cast("TimedStep", step)) if is_assumed else others


def _phased(document: IncidentBoard) -> IncidentBoard:
    rows = document.assignments
    is_open = [row for row in rows if row.is_open]
    arrivals = [row.times["on_scene"] for row in rows if "on_scene" in row.times]
    dispatches = [row.times["dispatched"] for row in rows]
    phase: Phase
    if any("on_scene" in row.times for row in is_open):
        phase, since = "on_scene", min(arrivals)
    elif is_open:
        phase, since = "dispatched", min(row.times["dispatched"] for row in is_open)
    elif any(row.outcome == "cleared" for row in rows):
        phase, since = "closing", max(row.since for row in rows)
    else:
        phase, since = "pending", document.opened_at
    return replace(
        document,
        phase=phase,
        phase_at=since,
        first_dispatch_at=min(dispatches, default=None),
        first_arrival_at=min(arrivals, default=None),
    )


def _point(location: Location) -> LonLat:
    assert location.place is not None, "an incident is opened at a place, and moved to another."
    return location.place


def _with(document: IncidentBoard, assignment: str, change: Callable[[AssignmentRow], AssignmentRow]) -> tuple[AssignmentRow, ...]:
    return tuple(change(row) if row.assignment == assignment else row for row in document.assignments)


def _status(times: Times) -> TimedStep:
    return next((step for step in reversed(STEPS) if step in times), "dispatched")


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)


FACTS = (*get_args(IncidentFact), *get_args(AssignmentFact))
INCIDENT_BOARD = Projection(
    name="incident_board", document=IncidentBoard, facts=FACTS, keys=keys, evolve=evolve, is_shown=is_shown, version=3
)
