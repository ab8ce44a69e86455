"""The rows that figures are made of, read from the store of views: of one period, within what an account reaches, as its filters want.

Of a past time they are as they were then (`then.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from command_ui.center import Center
from command_ui.statistics.then import RowsThen
from domain.permissions import Scope
from domain.timers import TimersInForce
from domain.values import Name
from projections.catalogue import CatalogueAgency, CatalogueTimers
from streams.replay import Clock


class ResponseRow(msgspec.Struct, frozen=True, gc=False):
    """One assignment, as far as figures need it."""

    assignment: str
    call: str
    incident: str
    unit: str
    agency: str
    station: str
    incident_type: str
    district: str
    priority: int
    dispatched_at: datetime
    ended_at: datetime | None
    answer_s: float | None
    call_processing_s: float | None
    turnout_s: float | None
    travel_s: float | None
    on_scene_s: float | None
    total_s: float | None


class IncidentRow(msgspec.Struct, frozen=True):
    """One incident, open or closed."""

    number: str
    incident_type: str
    priority: int
    district: str
    agency: str
    opened_at: datetime
    closed_at: datetime | None
    merged_into: str
    assignments: list[AssignedRow]


class AssignedRow(msgspec.Struct, frozen=True, gc=False):
    """Whose unit was sent."""

    agency: str


class CallRow(msgspec.Struct, frozen=True, gc=False):
    """One call; nothing of the caller is read."""

    source: str
    district: str
    incident_type: str
    received_at: datetime
    answered_at: datetime


class AlarmRow(msgspec.Struct, frozen=True, gc=False):
    """One alarm, open or ended."""

    alarm: str
    sensor: str
    zh: str
    en: str
    condition: str
    priority: int
    district: str
    agency: str
    raised_at: datetime
    acknowledged_at: datetime | None
    ended_at: datetime | None
    is_chattering: bool
    shelved: int
    is_shelved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The period (its end is not in it), the filters ('' and 0 want all), and how far the account reaches; `as_of` a time, or now."""

    since: datetime
    until: datetime
    agency: str = ""
    district: str = ""
    incident_type: str = ""
    priority: int = 0
    reach: Scope = field(default_factory=Scope)
    as_of: datetime | None = None
    clock: Clock = "recorded"

    def holds(self, at: datetime) -> bool:
        """Whether the moment is in the period."""
        return self.since <= at < self.until

    def wants(self, *, agencies: set[str] | None, district: str, incident_type: str = "", priority: int = 0) -> bool:
        """Whether filters and reach let it pass. `agencies` is None for what belongs to none by its nature."""
        return (
            (not self.agency or agencies is None or self.agency in agencies)
            and (not self.district or district == self.district)
            and (not self.incident_type or not incident_type or incident_type == self.incident_type)
            and (not self.priority or not priority or priority == self.priority)
            and self.reach.reaches(agencies=agencies, district=district)
        )


Row = TypeVar("Row", bound=msgspec.Struct)


def responses(center: Center, wanted: Wanted) -> list[ResponseRow]:
    """Assignments that were dispatched in the period."""
    return _kept(
        _rows(center, wanted, "response_times", ResponseRow, lambda row: row.dispatched_at),
        lambda row: (
            wanted.holds(row.dispatched_at)
            and wanted.wants(agencies={row.agency}, district=row.district, incident_type=row.incident_type, priority=row.priority)
        ),
    )


def committed(center: Center, wanted: Wanted) -> list[ResponseRow]:
    """Assignments that were under way at any moment of the period."""
    return _kept(
        _rows(center, wanted, "response_times", ResponseRow, lambda row: row.dispatched_at),
        lambda row: (
            row.dispatched_at < wanted.until
            and (row.ended_at is None or row.ended_at > wanted.since)
            and wanted.wants(agencies={row.agency}, district=row.district, incident_type=row.incident_type, priority=row.priority)
        ),
    )


def incidents(center: Center, wanted: Wanted) -> list[IncidentRow]:
    """Incidents that were open at any moment of the period; one that was merged into another is that other."""
    return _kept(
        _rows(center, wanted, "incident_board", IncidentRow, lambda row: row.opened_at),
        lambda row: (
            not row.merged_into
            and row.opened_at < wanted.until
            and (row.closed_at is None or row.closed_at > wanted.since)
            and wanted.wants(
                agencies={row.agency, *(one.agency for one in row.assignments)},
                district=row.district,
                incident_type=row.incident_type,
                priority=row.priority,
            )
        ),
    )


def calls(center: Center, wanted: Wanted) -> list[CallRow]:
    """Calls that were received in the period. A call has no agency and no priority: those filters do not narrow it."""
    return _kept(
        _rows(center, wanted, "call_board", CallRow, lambda row: row.received_at),
        lambda row: wanted.holds(row.received_at) and wanted.wants(agencies=None, district=row.district, incident_type=row.incident_type),
    )


def alarms(center: Center, wanted: Wanted) -> list[AlarmRow]:
    """Alarms that were open at any moment of the period; those of nobody's sensor are everybody's."""
    return _kept(
        _rows(center, wanted, "alarm_history", AlarmRow, lambda row: row.raised_at),
        lambda row: (
            row.raised_at < wanted.until
            and (row.ended_at is None or row.ended_at > wanted.since)
            and wanted.wants(agencies={row.agency} if row.agency else None, district=row.district)
        ),
    )


def aims(center: Center) -> tuple[TimersInForce, dict[str, Name]]:
    """The timers that hold now, also for what is past, and what the agencies are called."""
    entries = _entries(center, "timers", CatalogueTimers)
    agencies = {entry.code: Name(zh=entry.zh, en=entry.en) for entry in _entries(center, "agency", CatalogueAgency)}
    return TimersInForce({entry.code: entry.targets for entry in entries}), agencies


def _entries(center: Center, kind: str, of: type[Row]) -> list[Row]:
    """The catalogue's entries of one kind: only those are read, of thousands."""
    # The semicolon is the next character after the colon: the end of this kind's keys.
    found = center.machine.views.documents_between("catalogue", f"{kind}:", f"{kind};")
    return [msgspec.json.decode(document, type=of) for document in found]


def _rows(center: Center, wanted: Wanted, view: str, kind: type[Row], began: Callable[[Row], datetime]) -> Iterator[Row]:
    decode = msgspec.json.Decoder(kind).decode
    found = center.machine.views.documents(view)
    if wanted.as_of is None:
        for _, _, document in found:
            yield decode(document)
        return
    then = RowsThen(center.machine.facts, center.projections[view], wanted.as_of, wanted.clock)
    for key, position, document in found:
        row = decode(document)
        was = then.row(key, position, document, began(row))
        if was is not None:
            yield row if was is document else decode(was)


def _kept(rows: Iterator[Row], is_wanted: Callable[[Any], bool]) -> list[Row]:
    return [row for row in rows if is_wanted(row)]
