"""What people and programs may ask for: one frozen value for each command, named verb and noun.

A command's fields are on the wire as they are here (docs/protocol.md). `version` is that of the thing as the sender saw it; None means
that it looked at nothing, and the newest state is overwritten knowingly. Commands on alarms and sensors are in `alarm_commands.py`, on
accounts in `account_commands.py`; `decisions.py` names them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from annotated_types import Ge, Le, MaxLen, MinLen

from domain.assignment import Step
from domain.bounds import Address, Code, Latitude, LongCode, Longitude, NoteText, OptionalReason, Reason, ShortText, Text
from domain.call import CallTime
from domain.values import Category, Disposition, Priority, ResponseLevel

Source = Literal["110", "119", "120", "122", "12345", "app", "sensor", "other"]
Datum = Literal["WGS-84", "GCJ-02", "BD-09"]

# A second alarm brings some tens of units; nobody names more in one breath.
UNITS_MAX = 50
# The calls of one mass event that one incident may hand over to another at once.
CALLS_MAX = 500
# A unit's fittings, a plan's needs and a type's questions fit on a card.
CARD_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in degrees with its datum; it is converted to WGS-84 on the way in."""

    lon: Longitude
    lat: Latitude
    datum: Datum = "WGS-84"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCall:
    """A call for service was answered. `assumed`: which of its times nobody reported; no interval is measured from them."""

    source: Source
    caller_name: ShortText = ""
    caller_number: ShortText = ""
    place: Place | None = None
    address: Address = ""
    district: Annotated[str, MaxLen(64)] = ""
    incident_type: Annotated[str, MaxLen(64)] = ""
    description: Text = ""
    received_at: datetime | None = None
    answered_at: datetime | None = None
    assumed: Annotated[tuple[CallTime, ...], MaxLen(2)] = ()
    external_id: ShortText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateCall:
    """Where the caller means."""

    call: Code
    place: Place
    address: Address = ""
    district: Annotated[str, MaxLen(64)] = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyCall:
    """What the call is about."""

    call: Code
    incident_type: Code
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCall:
    """The call is about this incident."""

    call: Code
    incident: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkCall:
    """The link was a mistake."""

    call: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall:
    """The conversation is over."""

    call: Code
    outcome: ShortText = ""
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealCaller:
    """Show the caller's name and number; the look is recorded with its purpose."""

    call: Code
    purpose: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseCaller:
    """Destroy what is known about the caller."""

    call: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """Something needs an answer. Priority, level and agency come from the incident type where they are not given."""

    incident_type: Code
    place: Place
    address: Address = ""
    district: Annotated[str, MaxLen(64)] = ""
    priority: Priority | None = None
    level: ResponseLevel | None = None
    description: Text = ""
    call: Annotated[str, MaxLen(64)] = ""
    alarm: Annotated[str, MaxLen(160)] = ""
    agency: Annotated[str, MaxLen(64)] = ""
    occurred_at: datetime | None = None
    external_id: ShortText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyIncident:
    """It is of another type than was thought."""

    incident: Code
    incident_type: Code
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrioritiseIncident:
    """It is more or less urgent than was thought."""

    incident: Code
    priority: Priority
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResponseLevel:
    """I to IV."""

    incident: Code
    level: ResponseLevel
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelocateIncident:
    """It is elsewhere than was thought."""

    incident: Code
    place: Place
    address: Address = ""
    district: Annotated[str, MaxLen(64)] = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """Somebody's words."""

    incident: Code
    text: NoteText
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeNote:
    """The note does not hold; its words are kept."""

    incident: Code
    note: Annotated[int, Ge(1)]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeIncidents:
    """`merged` turned out to be `incident`."""

    incident: Code
    merged: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeIncident:
    """`incident` is one of its own after all."""

    incident: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitIncident:
    """Some calls are about something else: an incident is opened for them. What is not given is as in the first."""

    incident: Code
    calls: Annotated[tuple[Code, ...], MinLen(1), MaxLen(CALLS_MAX)]
    reason: Reason
    incident_type: Annotated[str, MaxLen(64)] = ""
    place: Place | None = None
    address: Address = ""
    district: Annotated[str, MaxLen(64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident:
    """Nothing more is to be done."""

    incident: Code
    disposition: Disposition
    remark: Text = ""
    release_units: bool = True
    version: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIncident:
    """There is more to be done."""

    incident: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchUnits:
    """Send units. `recommended` is what the dispatcher was offered, in order; `reason` why the choice departs from it.

    `is_assumed`: nobody reported `occurred_at`, so that no interval is measured from it.
    """

    incident: Code
    units: Annotated[tuple[Code, ...], MinLen(1), MaxLen(UNITS_MAX)]
    recommended: Annotated[tuple[Code, ...], MaxLen(UNITS_MAX)] = ()
    reason: OptionalReason = ""
    occurred_at: datetime | None = None
    is_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAssignment:
    """The unit reached a step; `cleared` ends the assignment. `is_assumed`: nobody reported `occurred_at`."""

    assignment: LongCode
    step: Step | Literal["cleared"]
    occurred_at: datetime | None = None
    is_assumed: bool = False
    destination: ShortText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStepTime:
    """The step happened at another time than was recorded."""

    assignment: LongCode
    step: Step | Literal["dispatched", "cleared"]
    occurred_at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStep:
    """The newest step had not been reached."""

    assignment: LongCode
    step: Step
    reason: OptionalReason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineAssignment:
    """The unit cannot go."""

    assignment: LongCode
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAssignment:
    """The unit is not needed there."""

    assignment: LongCode
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUnit:
    """A unit joins."""

    unit: Code
    agency: Code
    station: Code
    capabilities: Annotated[tuple[Code, ...], MaxLen(CARD_MAX)]
    zh: ShortText = ""
    en: ShortText = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUnit:
    """It belongs elsewhere, or is fitted out otherwise."""

    unit: Code
    station: Code | None = None
    capabilities: Annotated[tuple[Code, ...], MaxLen(CARD_MAX)] | None = None
    zh: ShortText | None = None
    en: ShortText | None = None
    place: Place | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOutOfService:
    """It cannot be sent."""

    unit: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToService:
    """It can be sent again."""

    unit: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAgency:
    """Define an agency, or define it anew."""

    agency: Code
    zh: ShortText
    en: ShortText
    short_zh: ShortText = ""
    short_en: ShortText = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterStation:
    """Define a station, or define it anew."""

    station: Code
    agency: Code
    zh: ShortText
    en: ShortText
    district: Annotated[str, MaxLen(64)] = ""
    place: Place | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineDistrict:
    """Define a district, or define it anew. `code` is its GB/T 2260 code."""

    district: Code
    zh: ShortText
    en: ShortText
    short_zh: ShortText = ""
    short_en: ShortText = ""
    centre: Place | None = None
    code: ShortText = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Asked at intake, in both languages."""

    zh: ShortText
    en: ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineIncidentType:
    """Define an incident type, or define it anew."""

    incident_type: Code
    zh: ShortText
    en: ShortText
    category: Category
    priority: Priority
    level: ResponseLevel = 4
    agency: Annotated[str, MaxLen(64)] = ""
    questions: Annotated[tuple[Question, ...], MaxLen(CARD_MAX)] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNeed:
    """So many units with this capability."""

    capability: Code
    count: Annotated[int, Ge(1), Le(100)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineResponsePlan:
    """What an incident type at a response level needs; a plan of a higher level holds for lower ones that have none."""

    incident_type: Code
    level: ResponseLevel
    needs: Annotated[tuple[PlannedNeed, ...], MaxLen(CARD_MAX)]
    version: int | None = None


COMMANDS: Final[tuple[type[Any], ...]] = (
    TakeCall,
    LocateCall,
    ClassifyCall,
    LinkCall,
    UnlinkCall,
    EndCall,
    RevealCaller,
    EraseCaller,
    OpenIncident,
    ClassifyIncident,
    PrioritiseIncident,
    SetResponseLevel,
    RelocateIncident,
    AddNote,
    StrikeNote,
    MergeIncidents,
    UnmergeIncident,
    SplitIncident,
    CloseIncident,
    ReopenIncident,
    DispatchUnits,
    StepAssignment,
    CorrectStepTime,
    UndoStep,
    DeclineAssignment,
    CancelAssignment,
    RegisterUnit,
    ChangeUnit,
    PutOutOfService,
    ReturnToService,
    RegisterAgency,
    RegisterStation,
    DefineDistrict,
    DefineIncidentType,
    DefineResponsePlan,
)
