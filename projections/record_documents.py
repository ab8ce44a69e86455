"""What the record of an incident is made of. A request answers with it; it is no view, since nobody subscribes to months of records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from projections.incident_board import IncidentBoard, TimedStep

FieldName = Literal[
    "incident_type", "priority", "level", "place", "description", "agency", "responsible", "state", "disposition", "merged_into"
]
RecordAbout = Literal["incident", "assignment", "call", "alarm", "promise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFact:
    """One fact that touched the incident, as a sentence, with its author and its cause. `seen`: the version that its author looked at."""

    position: int
    topic: str
    about: RecordAbout
    id: str
    version: int
    recorded_at: datetime
    occurred_at: datetime
    is_late: bool
    by: str
    seat: str
    cause: str
    command: str
    seen: int | None
    kind: Literal["system", "person"]
    zh: str
    en: str
    note: int | None
    is_struck: bool
    struck_reason: str
    data: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """A value that a field of the head has had, and the fact that gave it."""

    value: str
    position: int
    topic: str
    occurred_at: datetime
    recorded_at: datetime
    by: str
    seat: str
    cause: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHistory:
    """The values of one field, oldest first; the last one holds."""

    field: FieldName
    values: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMoment:
    """A time that a step has or had. `holds` is false for what was corrected or undone: the original is kept."""

    step: TimedStep
    occurred_at: datetime
    recorded_at: datetime
    is_late: bool
    by: str
    position: int
    reason: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssignment:
    """One unit on the incident, with every time that was ever entered for it."""

    assignment: str
    unit: str
    agency: str
    station: str
    is_open: bool
    outcome: str
    reason: str
    steps: tuple[StepMoment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCall:
    """A call that is or was linked; its caller masked."""

    call: str
    source: str
    caller_masked: str
    received_at: datetime
    answered_at: datetime
    taken_by: str
    address: str
    description: str
    is_linked: bool
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAlarm:
    """An alarm that is or was linked."""

    alarm: str
    zh: str
    en: str
    condition: str
    value: float | None
    unit_of_measure: str
    raised_at: datetime
    is_origin: bool
    is_linked: bool
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLink:
    """Another incident that this one was merged with, given back to, or split from."""

    how: Literal["absorbed", "given_back", "merged_into", "unmerged", "split_off"]
    incident: str
    at: datetime
    by: str
    reason: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPerson:
    """Whoever acted, by the names that the directory has now."""

    account: str
    zh: str
    en: str
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """Everything that is known of one incident, and why it is known so. `position` is that of its newest fact."""

    number: str
    position: int
    head: IncidentBoard
    fields: tuple[FieldHistory, ...]
    calls: tuple[RecordCall, ...]
    assignments: tuple[RecordAssignment, ...]
    alarms: tuple[RecordAlarm, ...]
    links: tuple[RecordLink, ...]
    facts: tuple[RecordFact, ...]
    people: tuple[RecordPerson, ...]
