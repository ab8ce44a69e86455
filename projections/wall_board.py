"""What a wall shows of open incidents and alarms: as much as five metres and a visitor's eye may have, and nothing of persons.

A wall is looked at by whoever is in the room, so what it must not show is not in the document at all: no caller, no description, no
note, no account, no house. The place is that of a square of half a kilometre, the address a street's name, and that only where the
address begins with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, assert_never, cast, get_args

import msgspec
from msgspec.structs import replace

from domain.alarm import Alarm
from domain.assignment import Assignment
from domain.catalogue import District, IncidentType
from domain.incident import Incident
from domain.sensor_rules import AlarmPriority
from domain.values import Location, LonLat, Priority, ResponseLevel
from projections.projection import Projection, Recorded

WallPhase = Literal["pending", "dispatched", "on_scene", "closing"]

# Half a kilometre: a mark on the map of a city stands where the eye expects it, and no house can be found from it.
GRID_DEGREES: Final = 0.005

# A street's name and no more. Whoever typed a person, a house or a number before the street has written something else: it is left out.
_STREET_ZH: Final = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,4}?[区县市])?((?:(?![家宅户室号栋楼门先女电手])[\u4e00-\u9fff]){1,5}?(?:大街|大道|[路道街巷]))"
)
_STREET_EN: Final = re.compile(
    r"^(?:\d+ )?(?:Block of )?((?:(?:[A-Z][A-Z']*|\d{1,3}(?:st|nd|rd|th)) ){1,3}"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|way|lane|ln|highway|hwy))\b",
    re.IGNORECASE,
)


class WallIncident(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="incident"):
    """One open incident. `units` are the assignments that are open, and whether each has arrived; `assisting` whose units were sent."""

    short: str
    incident_type: str
    priority: Priority
    level: ResponseLevel
    phase: WallPhase
    agency: str
    district: str
    street: str
    lon: float
    lat: float
    opened_at: datetime
    phase_at: datetime
    units: dict[str, bool]
    assisting: tuple[str, ...]
    is_worked: bool
    is_closed: bool
    is_merged: bool


class WallAlarm(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="alarm"):
    """One open alarm, to be counted. A shelved one is out of sight here as well."""

    priority: AlarmPriority
    raised_at: datetime
    district: str
    agency: str
    is_acknowledged: bool
    is_returned: bool
    is_shelved: bool


class WallName(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="name"):
    """What a district or an incident type is called. The catalogue has more: names of sensors, which anybody may have worded."""

    of: Literal["district", "incident_type"]
    code: str
    zh: str
    en: str
    short_zh: str
    short_en: str


WallBoard = WallIncident | WallAlarm | WallName

IncidentFact = (
    Incident.Opened
    | Incident.Classified
    | Incident.Prioritised
    | Incident.LevelSet
    | Incident.Relocated
    | Incident.MergedInto
    | Incident.Unmerged
    | Incident.Closed
    | Incident.Reopened
)
AssignmentFact = Assignment.Opened | Assignment.StepRecorded | Assignment.StepUndone | Assignment.Ended
AlarmFact = (
    Alarm.Raised
    | Alarm.Repeated
    | Alarm.Acknowledged
    | Alarm.Shelved
    | Alarm.Unshelved
    | Alarm.ReturnedToNormal
    | Alarm.Cleared
    | Alarm.Dismissed
)
NameFact = District.Defined | District.Redefined | IncidentType.Defined | IncidentType.Redefined


def keys(fact: IncidentFact | AssignmentFact | AlarmFact | NameFact) -> Iterable[str]:
    """The incident, the alarm or the name that the fact is about; each kind has its prefix."""
    if isinstance(fact, District.Defined | District.Redefined | IncidentType.Defined | IncidentType.Redefined):
        return (f"name:{fact.originator_id}",)
    return (f"alarm:{fact.alarm}",) if isinstance(fact, Alarm.Raised | Alarm.Event) else (f"incident:{fact.incident}",)


def evolve(document: WallBoard | None, recorded: Recorded) -> WallBoard | None:
    """The incident or the alarm after the fact; None for an alarm that has ended."""
    fact = recorded.fact
    if isinstance(fact, Incident.Opened):
        return _opened(fact)
    if isinstance(fact, Alarm.Raised):
        return _raised(fact)
    if isinstance(fact, get_args(NameFact)):
        return _named(cast("NameFact", fact))
    if isinstance(document, WallAlarm):
        return _alarmed(document, cast("AlarmFact", fact))
    if not isinstance(document, WallIncident):
        return document
    if isinstance(fact, get_args(AssignmentFact)):
        return _assigned(document, cast("AssignmentFact", fact))
    return _changed(document, cast("IncidentFact", fact))


def is_shown(document: WallBoard) -> bool:
    """A closed or merged incident is kept aside, so that it can come back."""
    return not isinstance(document, WallIncident) or not (document.is_closed or document.is_merged)


def street_of(address: str) -> str:
    """The street's name where the address begins with one, after its district; '' for anything else."""
    found = _STREET_ZH.match(address) or _STREET_EN.match(address)
    return found[1] if found else ""


def coarse(degrees: float) -> float:
    """The middle of the square of the grid."""
    return round((degrees // GRID_DEGREES + 0.5) * GRID_DEGREES, 4)


def _opened(fact: Incident.Opened) -> WallIncident:
    return WallIncident(
        short=fact.incident.partition("-")[2] or fact.incident,
        incident_type=fact.incident_type,
        priority=fact.priority,
        level=fact.level,
        phase="pending",
        agency=fact.agency,
        district=fact.location.district,
        street=street_of(fact.location.address),
        lon=coarse(_point(fact.location).lon),
        lat=coarse(_point(fact.location).lat),
        opened_at=fact.occurred_at,
        phase_at=fact.occurred_at,
        units={},
        assisting=(),
        is_worked=False,
        is_closed=False,
        is_merged=False,
    )


def _point(location: Location) -> LonLat:
    assert location.place is not None, "an incident is opened at a place, and moved to another."
    return location.place


def _changed(document: WallIncident, fact: IncidentFact) -> WallIncident:
    match fact:
        case Incident.Opened():
            return document
        case Incident.Classified():
            return replace(document, incident_type=fact.incident_type)
        case Incident.Prioritised():
            return replace(document, priority=fact.priority)
        case Incident.LevelSet():
            return replace(document, level=fact.level)
        case Incident.Relocated():
            place = _point(fact.location)
            return replace(
                document,
                district=fact.location.district,
                street=street_of(fact.location.address),
                lon=coarse(place.lon),
                lat=coarse(place.lat),
            )
        case Incident.MergedInto():
            return replace(document, is_merged=True)
        case Incident.Unmerged():
            return replace(document, is_merged=False)
        case Incident.Closed():
            return replace(document, is_closed=True)
        case Incident.Reopened():
            return replace(document, is_closed=False)
        case _:
            assert_never(fact)


def _assigned(document: WallIncident, fact: AssignmentFact) -> WallIncident:
    units = dict(document.units)
    assisting, is_worked = document.assisting, document.is_worked
    match fact:
        case Assignment.Opened():
            units[fact.assignment] = "on_scene" in fact.times
            assisting = tuple(sorted({*assisting, fact.agency}))
        case Assignment.StepRecorded():
            if fact.assignment in units and fact.step == "on_scene":
                units[fact.assignment] = True
        case Assignment.StepUndone():
            if fact.assignment in units and fact.step == "on_scene":
                units[fact.assignment] = False
        case Assignment.Ended():
            units.pop(fact.assignment, None)
            is_worked = is_worked or fact.outcome == "cleared"
        case _:
            assert_never(fact)
    phase: WallPhase = "on_scene" if any(units.values()) else "dispatched" if units else "closing" if is_worked else "pending"
    # An incident that nobody is at any more waits since it was opened, not since its unit was called away.
    phase_at = document.phase_at if phase == document.phase else document.opened_at if phase == "pending" else _moment(fact)
    return replace(document, units=units, assisting=assisting, is_worked=is_worked, phase=phase, phase_at=phase_at)


def _moment(fact: AssignmentFact) -> datetime:
    return fact.timestamp if isinstance(fact, Assignment.StepUndone) else fact.occurred_at


def _named(fact: NameFact) -> WallName:
    match fact:
        case District.Defined() | District.Redefined():
            short = fact.short
            return WallName(of="district", code=fact.district, zh=fact.name.zh, en=fact.name.en, short_zh=short.zh, short_en=short.en)
        case IncidentType.Defined() | IncidentType.Redefined():
            name = fact.name
            return WallName(of="incident_type", code=fact.incident_type, zh=name.zh, en=name.en, short_zh=name.zh, short_en=name.en)
        case _:
            assert_never(fact)


def _raised(fact: Alarm.Raised) -> WallAlarm:
    return WallAlarm(
        priority=fact.priority,
        raised_at=fact.occurred_at,
        district=fact.district,
        agency=fact.agency,
        is_acknowledged=False,
        is_returned=False,
        is_shelved=False,
    )


def _alarmed(document: WallAlarm, fact: AlarmFact) -> WallAlarm | None:
    match fact:
        case Alarm.Raised():
            return document
        case Alarm.Repeated():
            return replace(document, is_returned=False)
        case Alarm.Acknowledged():
            return replace(document, is_acknowledged=True)
        case Alarm.Shelved():
            return replace(document, is_shelved=True)
        case Alarm.Unshelved():
            return replace(document, is_shelved=False)
        case Alarm.ReturnedToNormal():
            return replace(document, is_returned=True)
        case Alarm.Cleared() | Alarm.Dismissed():
            return None
        case _:
            assert_never(fact)


FACTS = (*get_args(IncidentFact), *get_args(AssignmentFact), *get_args(AlarmFact), *get_args(NameFact))
WALL_BOARD = Projection(name="wall_board", document=WallBoard, facts=FACTS, keys=keys, evolve=evolve, is_shown=is_shown, version=2)
