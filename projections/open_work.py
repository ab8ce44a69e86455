"""The list of a shift that ends, made of the boards' documents: what is open, what is due, what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.open_work import ITEMS_MAX, OpenWork, WorkItem, WorkKind
from domain.permissions import Scope
from domain.timers import Interval, TimersInForce
from projections.alarm_board import AlarmBoard
from projections.call_board import CallBoard
from projections.catalogue import Catalogue, CatalogueTimers
from projections.incident_board import AssignmentRow, IncidentBoard
from projections.promise_board import PromiseBoard
from projections.unit_status import UnitStatus

# What is owed comes first, since nothing else on any screen shows it; then by what waits for a person.
_RANK: Final[dict[WorkKind, int]] = {"promise": 0, "incident": 1, "call": 2, "alarm": 3, "unit": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Boards:
    """The shown documents of the views that a shift works by."""

    incidents: Iterable[IncidentBoard]
    calls: Iterable[CallBoard]
    alarms: Iterable[AlarmBoard]
    units: Iterable[UnitStatus]
    promises: Iterable[PromiseBoard]
    catalogue: Iterable[Catalogue] = ()
    """Its timers are what is due; without any, the standards' hold."""


class Due:
    """The moments by which something must have happened, by the city's and the agencies' timers."""

    def __init__(self, catalogue: Iterable[Catalogue]) -> None:
        self._timers = TimersInForce({one.code: one.targets for one in catalogue if isinstance(one, CatalogueTimers)})

    def within_s(self, interval: Interval, priority: int, agency: str) -> float | None:
        """The longest of the targets that hold, in seconds; None where none does."""
        aims = self._timers.aims(interval, priority, agency)
        return float(aims[-1].target.seconds) if aims else None

    def at(self, incident: IncidentBoard) -> datetime | None:
        """First the dispatch, then the first arrival. None: both have been, or nothing is aimed at."""
        interval: Interval
        match incident.phase:
            case "pending":
                interval = "call_processing"
            case "dispatched":
                interval = "total"
            case _:
                return None
        within_s = self.within_s(interval, incident.priority, incident.agency)
        return None if within_s is None else incident.opened_at + timedelta(seconds=within_s)

    def is_over(self, row: AssignmentRow, incident: IncidentBoard, at: datetime) -> bool:
        """Whether an open assignment was not answered within its turnout, or the unit has not arrived, though its time is over."""
        if not row.is_open or "on_scene" in row.times:
            return False
        if row.status == "dispatched":
            since, within_s = row.times["dispatched"], self.within_s("turnout", incident.priority, row.agency)
        else:
            since, within_s = incident.opened_at, self.within_s("total", incident.priority, incident.agency)
        return within_s is not None and (at - since).total_seconds() > within_s


def open_work(boards: Boards, scope: Scope, position: int, at: datetime) -> OpenWork:
    """The list within the scope at `at`, the views standing at `position`. The gravest and oldest first; at most ITEMS_MAX."""
    incidents = {one.number: one for one in boards.incidents if _reaches(scope, one)}
    due = Due(boards.catalogue)
    items = [
        *(_promise(one) for one in boards.promises if scope.reaches(agencies=(one.agency,) if one.agency else None, district=one.district)),
        *(_incident(one, due, at) for one in incidents.values()),
        *(_call(one) for one in boards.calls if scope.reaches(district=one.district)),
        *(_alarm(one) for one in boards.alarms if scope.reaches(agencies=(one.agency,) if one.agency else None, district=one.district)),
        *(_unit(one) for one in boards.units if one.status == "out_of_service" and scope.reaches(agencies=(one.agency,))),
    ]
    items.sort(key=lambda one: (_RANK[one.kind], one.priority, one.due_at or one.since, one.item))
    return OpenWork(position=position, items=tuple(items[:ITEMS_MAX]), left_out=max(0, len(items) - ITEMS_MAX))


def _reaches(scope: Scope, incident: IncidentBoard) -> bool:
    agencies = {incident.agency, *(row.agency for row in incident.assignments)}
    return scope.reaches(agencies=agencies, district=incident.district)


def _incident(one: IncidentBoard, due: Due, at: datetime) -> WorkItem:
    return WorkItem(
        item=f"incident:{one.number}",
        kind="incident",
        id=one.number,
        state=one.phase,
        priority=one.priority,
        code=one.incident_type,
        zh=one.address,
        en=one.address,
        incident=one.number,
        owner=one.responsible,
        since=one.opened_at,
        due_at=due.at(one),
        overdue=tuple(row.unit for row in one.assignments if due.is_over(row, one, at)),
    )


def _call(one: CallBoard) -> WorkItem:
    said = " ".join(part for part in (one.address, one.description) if part)[:300]
    return WorkItem(
        item=f"call:{one.call}",
        kind="call",
        id=one.call,
        state=one.state,
        priority=0,
        code=one.incident_type,
        zh=said,
        en=said,
        incident="",
        owner=one.taken_by,
        since=one.received_at,
        due_at=None,
        overdue=(),
    )


def _alarm(one: AlarmBoard) -> WorkItem:
    reason = f" · {one.shelve_reason}" if one.shelve_reason else ""
    return WorkItem(
        item=f"alarm:{one.alarm}",
        kind="alarm",
        id=one.alarm,
        state=one.state,
        priority=one.priority,
        code=one.sensor,
        zh=f"{one.zh}{reason}",
        en=f"{one.en}{reason}",
        incident=one.incident,
        owner=one.shelved_by or one.acknowledged_by,
        since=one.raised_at,
        due_at=one.shelved_until,
        overdue=(),
    )


def _unit(one: UnitStatus) -> WorkItem:
    return WorkItem(
        item=f"unit:{one.unit}",
        kind="unit",
        id=one.unit,
        state=one.status,
        priority=0,
        code=one.agency,
        zh=one.reason,
        en=one.reason,
        incident="",
        owner="",
        since=one.since,
        due_at=None,
        overdue=(),
    )


def _promise(one: PromiseBoard) -> WorkItem:
    return WorkItem(
        item=f"promise:{one.promise}",
        kind="promise",
        id=one.promise,
        state=one.state,
        priority=0,
        code="",
        zh=one.text,
        en=one.text,
        incident=one.incident,
        owner=one.owner,
        since=one.made_at,
        due_at=one.due_at,
        overdue=(),
    )
