"""Incidents: how each request becomes facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain import commands as ask
from domain.alarm import Alarm
from domain.assignment import Assignment
from domain.call import Call
from domain.call_decisions import link, locate, lonlat
from domain.catalogue import IncidentType
from domain.choosing import choosable_type, require_choosable
from domain.dispatch_decisions import divert, end_assignment
from domain.fact import By
from domain.incident import Incident
from domain.store import Store
from domain.times import happened
from domain.values import Location


def open_incident(command: ask.OpenIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """An incident with the next number of the day, linked to the call or the alarm that it came from."""
    call = store.get(Call, f"call:{command.call}") if command.call else None
    alarm = store.get(Alarm, f"alarm:{command.alarm}") if command.alarm else None
    incident = _open(command, store, by=by, at=at)
    if call is not None:
        link(call, incident, by=by, at=at)
    if alarm is not None:
        alarm.link(incident.number, is_origin=True, by=by, at=at)
        incident.link_alarm(command.alarm, by=by, at=at)
    return {"incident": incident.number}


def classify_incident(command: ask.ClassifyIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Another type; priority, level and plan stay the operator's act."""
    incident_type = choosable_type(store, command.incident_type)
    incident = store.get(Incident, f"incident:{command.incident}")
    incident.classify(command.incident_type, incident_type.category, seen=command.version, by=by, at=at)
    return {}


def prioritise_incident(command: ask.PrioritiseIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Another priority."""
    store.get(Incident, f"incident:{command.incident}").prioritise(command.priority, seen=command.version, by=by, at=at)
    return {}


def set_response_level(command: ask.SetResponseLevel, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Another response level."""
    store.get(Incident, f"incident:{command.incident}").set_level(command.level, seen=command.version, by=by, at=at)
    return {}


def relocate_incident(command: ask.RelocateIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Another place; address and district stay where they are not given."""
    incident = store.get(Incident, f"incident:{command.incident}")
    location = locate(store, command.place, command.address or incident.location.address, command.district or incident.location.district)
    incident.relocate(location, seen=command.version, by=by, at=at)
    return {}


def add_note(command: ask.AddNote, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The note's number."""
    incident = store.get(Incident, f"incident:{command.incident}")
    return {"note": incident.add_note(command.text, happened(command.occurred_at, at=at), by=by, at=at)}


def strike_note(command: ask.StrikeNote, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The original is kept."""
    store.get(Incident, f"incident:{command.incident}").strike_note(command.note, command.reason, by=by, at=at)
    return {}


def merge_incidents(command: ask.MergeIncidents, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """`merged` becomes part of `incident`: its units are diverted to it with the times that they have."""
    incident = store.get(Incident, f"incident:{command.incident}")
    merged = store.get(Incident, f"incident:{command.merged}")
    incident.absorb(command.merged, by=by, at=at)
    merged.require_open(f"merge it into {command.incident}", f"并入 {command.incident}")
    diverted = [divert(store, assignment, incident, by=by, at=at) for assignment in list(merged.assignments.values())]
    merged.merge_into(command.incident, by=by, at=at)
    return {"diverted": diverted}


def unmerge_incident(command: ask.UnmergeIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Its calls and notes never left it; units stay where they were diverted to."""
    incident = store.get(Incident, f"incident:{command.incident}")
    out_of = incident.unmerge(command.reason, by=by, at=at)
    store.get(Incident, f"incident:{out_of}").give_back(command.incident, command.reason, by=by, at=at)
    return {"out_of": out_of}


def split_incident(command: ask.SplitIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A new incident for some of the calls; merging the two again undoes it."""
    first = store.get(Incident, f"incident:{command.incident}")
    first.require_open("split it", "拆分")
    place = command.place or (
        ask.Place(lon=first.location.place.lon, lat=first.location.place.lat) if first.location.place is not None else None
    )
    calls = [store.get(Call, f"call:{call}") for call in dict.fromkeys(command.calls)]
    number = _number(store)
    first.split(number, tuple(call.call for call in calls), command.reason, by=by, at=at)
    type_code = command.incident_type or first.incident_type
    # What stays of the type that it has is not chosen anew.
    known = store.get(IncidentType, f"incident_type:{type_code}")
    incident_type = choosable_type(store, type_code) if command.incident_type else known
    second = Incident(
        incident=number,
        incident_type=type_code,
        category=incident_type.category,
        priority=first.priority if type_code == first.incident_type else incident_type.priority,
        level=first.level if type_code == first.incident_type else incident_type.level,
        location=locate(store, place, command.address or first.location.address, command.district or first.location.district),
        description=command.reason,
        agency=incident_type.agency or first.agency,
        external_id="",
        occurred_at=at,
        by=by,
        timestamp=at,
    )
    store.add(second)
    for call in calls:
        call.unlink(command.reason, by=by, at=at)
        first.unlink_call(call.call, command.reason, by=by, at=at)
        link(call, second, by=by, at=at)
    return {"incident": number}


def close_incident(command: ask.CloseIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """With its units released, unless the sender forbids it."""
    incident = store.get(Incident, f"incident:{command.incident}")
    incident.require_open("close it again", "再次结案")
    incident.seen.require("state", command.version, incident.version, "open", "未结案")
    moment = happened(command.occurred_at, at=at)
    released = sorted(incident.assignments) if command.release_units else []
    for assignment in [incident.assignments[unit] for unit in released]:
        end_assignment(store.get(Assignment, f"assignment:{assignment}"), store, "cleared", "", moment, by=by, at=at)
    incident.close(command.disposition, command.remark, moment, seen=command.version, by=by, at=at)
    return {"released": released}


def reopen_incident(command: ask.ReopenIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Back on the board."""
    store.get(Incident, f"incident:{command.incident}").reopen(command.reason, by=by, at=at)
    return {}


def _open(command: ask.OpenIncident, store: Store, *, by: By, at: datetime) -> Incident:
    incident_type = choosable_type(store, command.incident_type)
    agency = command.agency or incident_type.agency
    if command.agency:
        require_choosable(store, "agency", command.agency)
    if command.district:
        location = locate(store, command.place, command.address, command.district)
    else:
        location = Location(place=lonlat(command.place), address=command.address)
    incident = Incident(
        incident=_number(store),
        incident_type=command.incident_type,
        category=incident_type.category,
        priority=command.priority or incident_type.priority,
        level=command.level or incident_type.level,
        location=location,
        description=command.description,
        agency=agency,
        external_id=command.external_id,
        occurred_at=happened(command.occurred_at, at=at),
        by=by,
        timestamp=at,
    )
    store.add(incident)
    return incident


def _number(store: Store) -> str:
    day = store.day()
    return f"{day}-{store.next_number('incident:', day):04d}"
