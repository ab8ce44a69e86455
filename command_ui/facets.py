"""What the documents of each view are filtered by: the district that they lie in, and the agencies in whose hands they are."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.permissions import Scope
from streams.live_view import Facets


class _Placed(msgspec.Struct):
    district: str = ""
    agency: str = ""
    kind: str = ""
    assisting: list[str] = []


class _Assigned(msgspec.Struct):
    agency: str
    is_open: bool


class _Incident(msgspec.Struct):
    district: str
    agency: str
    assignments: list[_Assigned]


class _Opening(msgspec.Struct):
    district: str
    agencies: list[str]


class _Timeline(msgspec.Struct):
    head: _Incident | None


class _Within(msgspec.Struct):
    agencies: frozenset[str]
    districts: frozenset[str]


_within = msgspec.json.Decoder(_Within)
_placed = msgspec.json.Decoder(_Placed)
_incident = msgspec.json.Decoder(_Incident)
_opening = msgspec.json.Decoder(_Opening)
_timeline = msgspec.json.Decoder(_Timeline)


def _of_call(document: bytes) -> Facets:
    """A call belongs to no agency before it is an incident."""
    return Facets(_placed.decode(document).district)


def _of_agency(document: bytes) -> Facets:
    placed = _placed.decode(document)
    return Facets(placed.district, frozenset((placed.agency,)))


def _of_alarm(document: bytes) -> Facets:
    """An alarm of a sensor that is nobody's is everybody's."""
    placed = _placed.decode(document)
    return Facets(placed.district, frozenset((placed.agency,)) if placed.agency else None)


def _of_hand_over(document: bytes) -> Facets:
    """It lists what its sender reaches."""
    within = _within.decode(document)
    return Facets(within=Scope(agencies=within.agencies, districts=within.districts))


def _of_incident(document: bytes) -> Facets:
    return _facets(_incident.decode(document))


def _of_timeline(document: bytes) -> Facets:
    head = _timeline.decode(document).head
    return _facets(head) if head is not None else Facets()


def _of_opening(document: bytes) -> Facets:
    opening = _opening.decode(document)
    return Facets(opening.district, frozenset(opening.agencies))


def _facets(incident: _Incident) -> Facets:
    return Facets(incident.district, frozenset((incident.agency, *(row.agency for row in incident.assignments))))


def _of_wall(document: bytes) -> Facets:
    """An incident as the incident board has it, an alarm as the alarm board has it, a name as the catalogue has it."""
    placed = _placed.decode(document)
    match placed.kind:
        case "alarm":
            return _of_alarm(document)
        case "incident":
            return Facets(placed.district, frozenset((placed.agency, *placed.assisting)))
        case _:
            return Facets()


def _of_nothing(_document: bytes) -> Facets:
    return Facets()


FACETS: dict[str, Callable[[bytes], Facets]] = {
    "incident_board": _of_incident,
    "incident_timeline": _of_timeline,
    "incident_openings": _of_opening,
    "call_board": _of_call,
    "unit_status": _of_agency,
    "unit_register": _of_agency,
    "alarm_board": _of_alarm,
    # A promise that is about no incident is everybody's.
    "promise_board": _of_alarm,
    "hand_over_board": _of_hand_over,
    "response_times": _of_agency,
    "alarm_history": _of_alarm,
    "wall_board": _of_wall,
}


def reader_facets(name: str) -> Callable[[bytes], Facets]:
    """The facets of a view's documents; catalogue, accounts and sources have none."""
    return FACETS.get(name, _of_nothing)
