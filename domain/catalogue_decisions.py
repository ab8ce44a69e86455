"""The catalogue: how each definition becomes a fact. The same definition again leaves none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain import commands as ask
from domain.call_decisions import lonlat
from domain.catalogue import Agency, District, IncidentType, Need, ResponsePlan, Station
from domain.choosing import require_choosable
from domain.fact import By
from domain.store import Store
from domain.values import Name


def register_agency(command: ask.RegisterAgency, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, or anew."""
    name = Name(zh=command.zh, en=command.en)
    short = Name(zh=command.short_zh or command.zh, en=command.short_en or command.en)
    agency = store.find(Agency, f"agency:{command.agency}")
    if agency is None:
        store.add(Agency(agency=command.agency, name=name, short=short, by=by, timestamp=at))
    else:
        agency.define(name, short, seen=command.version, by=by, at=at)
    return {"agency": command.agency}


def register_station(command: ask.RegisterStation, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, or anew; its agency and district must be known."""
    require_choosable(store, "agency", command.agency)
    if command.district:
        require_choosable(store, "district", command.district)
    name = Name(zh=command.zh, en=command.en)
    place = lonlat(command.place)
    station = store.find(Station, f"station:{command.station}")
    if station is None:
        store.add(
            Station(
                station=command.station,
                agency=command.agency,
                name=name,
                district=command.district,
                place=place,
                by=by,
                timestamp=at,
            )
        )
    else:
        station.define(command.agency, name, command.district, place, seen=command.version, by=by, at=at)
    return {"station": command.station}


def define_district(command: ask.DefineDistrict, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, or anew."""
    name = Name(zh=command.zh, en=command.en)
    short = Name(zh=command.short_zh or command.zh, en=command.short_en or command.en)
    centre = lonlat(command.centre)
    district = store.find(District, f"district:{command.district}")
    if district is None:
        store.add(District(district=command.district, name=name, short=short, centre=centre, code=command.code, by=by, timestamp=at))
    else:
        district.define(name, short, centre, command.code, seen=command.version, by=by, at=at)
    return {"district": command.district}


def define_incident_type(command: ask.DefineIncidentType, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, or anew; its leading agency must be known."""
    if command.agency:
        require_choosable(store, "agency", command.agency)
    name = Name(zh=command.zh, en=command.en)
    questions = tuple(Name(zh=question.zh, en=question.en) for question in command.questions)
    incident_type = store.find(IncidentType, f"incident_type:{command.incident_type}")
    if incident_type is None:
        store.add(
            IncidentType(
                incident_type=command.incident_type,
                name=name,
                category=command.category,
                priority=command.priority,
                level=command.level,
                agency=command.agency,
                questions=questions,
                by=by,
                timestamp=at,
            )
        )
    else:
        incident_type.define(
            name, command.category, command.priority, command.level, command.agency, questions, seen=command.version, by=by, at=at
        )
    return {"incident_type": command.incident_type}


def define_response_plan(command: ask.DefineResponsePlan, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, or anew; its incident type must be known."""
    store.get(IncidentType, f"incident_type:{command.incident_type}")
    needs = tuple(Need(capability=need.capability, count=need.count) for need in command.needs)
    identifier = f"response_plan:{command.incident_type}/{command.level}"
    plan = store.find(ResponsePlan, identifier)
    if plan is None:
        store.add(ResponsePlan(incident_type=command.incident_type, level=command.level, needs=needs, by=by, timestamp=at))
    else:
        plan.define(needs, seen=command.version, by=by, at=at)
    return {"response_plan": f"{command.incident_type}/{command.level}"}
