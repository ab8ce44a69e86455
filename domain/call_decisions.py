"""Calls: how each request becomes facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain import commands as ask
from domain.call import CALL_TIMES, Call, CallTime
from domain.catalogue import District
from domain.choosing import choosable_type
from domain.fact import By
from domain.incident import Incident
from domain.masks import mask_caller
from domain.refusals import Invalid
from domain.store import Store
from domain.times import happened
from domain.values import Location, LonLat


class AnsweredBeforeReceived(Invalid):
    """A call rings first."""

    en = "answered_at ({answered_at}) lies before received_at ({received_at}): a call rings before it is answered."
    zh = "应答时间({answered_at})早于来电时间({received_at}):先有来电,才有应答。"
    about = "answered_at"


def take_call(command: ask.TakeCall, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A call with what is known so far; the caller's name and number are sealed with a key of their own."""
    require_type(store, command.incident_type)
    answered = happened(command.answered_at, at=at, field="answered_at") if command.answered_at else None
    received_at = happened(command.received_at, at=at, field="received_at") if command.received_at else answered or at
    answered_at = answered or received_at
    if answered_at < received_at:
        raise AnsweredBeforeReceived(answered_at=answered_at.isoformat(), received_at=received_at.isoformat())
    day = store.day()
    number = f"C{day}-{store.next_number('call:C', day):04d}"
    subject = f"call:{number}"
    store.add(
        Call(
            call=number,
            source=command.source,
            caller_name=store.seal(subject, command.caller_name) if command.caller_name else "",
            caller_number=store.seal(subject, command.caller_number) if command.caller_number else "",
            caller_masked=mask_caller(command.caller_name, command.caller_number),
            received_at=received_at,
            answered_at=answered_at,
            location=locate(store, command.place, command.address, command.district),
            incident_type=command.incident_type,
            description=command.description,
            external_id=command.external_id,
            assumed=_assumed(command),
            by=by,
            timestamp=at,
        )
    )
    return {"call": number}


def _assumed(command: ask.TakeCall) -> tuple[CallTime, ...]:
    """Who says one of the two times does not say the other; a call that is taken with neither is answered now."""
    missing: set[CallTime] = set(command.assumed)
    if command.answered_at is None and command.received_at is not None:
        missing.add("answered")
    if command.received_at is None and command.answered_at is not None:
        missing.add("received")
    return tuple(time for time in CALL_TIMES if time in missing)


def locate_call(command: ask.LocateCall, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Where the caller means."""
    call = store.get(Call, f"call:{command.call}")
    location = locate(store, command.place, command.address or call.location.address, command.district or call.location.district)
    call.locate(location, seen=command.version, by=by, at=at)
    return {}


def classify_call(command: ask.ClassifyCall, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """What the call is about."""
    require_type(store, command.incident_type)
    store.get(Call, f"call:{command.call}").classify(command.incident_type, seen=command.version, by=by, at=at)
    return {}


def link_call(command: ask.LinkCall, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Many calls, one incident."""
    link(store.get(Call, f"call:{command.call}"), store.get(Incident, f"incident:{command.incident}"), by=by, at=at)
    return {}


def unlink_call(command: ask.UnlinkCall, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The call stands alone again."""
    call = store.get(Call, f"call:{command.call}")
    incident = call.incident
    call.unlink(command.reason, by=by, at=at)
    store.get(Incident, f"incident:{incident}").unlink_call(command.call, command.reason, by=by, at=at)
    return {"incident": incident}


def end_call(command: ask.EndCall, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The conversation is over."""
    call = store.get(Call, f"call:{command.call}")
    call.end(command.outcome, happened(command.occurred_at, at=at), by=by, at=at)
    return {}


def reveal_caller(command: ask.RevealCaller, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The name and the number; that somebody looked, and why, is a fact."""
    call = store.get(Call, f"call:{command.call}")
    call.reveal_caller(command.purpose, by=by, at=at)
    return {
        "caller_name": store.unseal(call.caller_name) if call.caller_name else "",
        "caller_number": store.unseal(call.caller_number) if call.caller_number else "",
    }


def erase_caller(command: ask.EraseCaller, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The facts stay; what they say of the caller can never be read again."""
    call = store.get(Call, f"call:{command.call}")
    call.erase_caller(command.reason, by=by, at=at)
    store.erase(f"call:{command.call}")
    return {}


def link(call: Call, incident: Incident, *, by: By, at: datetime) -> None:
    """Both sides of a link, in one transaction."""
    call.link(incident.number, by=by, at=at)
    incident.link_call(call.call, call.received_at, call.answered_at, by=by, at=at)


def lonlat(place: ask.Place | None) -> LonLat | None:
    """The point of a place. Its datum was converted at the edge."""
    if place is None:
        return None
    assert place.datum == "WGS-84", f"a place in {place.datum} came past the edge: it must be converted where it comes in."
    return LonLat(lon=place.lon, lat=place.lat)


def locate(store: Store, place: ask.Place | None, address: str, district: str) -> Location:
    """A location with a known district, or none."""
    if district:
        store.get(District, f"district:{district}")
    return Location(place=lonlat(place), address=address, district=district)


def require_type(store: Store, incident_type: str) -> None:
    """Refuses a type that the catalogue does not have, or no longer; none yet is no type."""
    if incident_type:
        choosable_type(store, incident_type)
