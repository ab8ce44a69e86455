"""What the documents of each live view are filtered by."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from streams.live_view import Facets


class _District(msgspec.Struct):
    district: str = ""
    agency: str = ""


class _Assigned(msgspec.Struct):
    agency: str
    is_open: bool


class _Incident(msgspec.Struct):
    district: str
    agency: str
    assignments: list[_Assigned]


_place = msgspec.json.Decoder(_District)
_incident = msgspec.json.Decoder(_Incident)


def _of_place(document: bytes) -> Facets:
    place = _place.decode(document)
    return Facets(place.district, frozenset((place.agency,)))


def _of_incident(document: bytes) -> Facets:
    incident = _incident.decode(document)
    return Facets(incident.district, frozenset((incident.agency, *(row.agency for row in incident.assignments))))


def _of_nothing(_document: bytes) -> Facets:
    return Facets()


FACETS: dict[str, Callable[[bytes], Facets]] = {
    "incident_board": _of_incident,
    "call_board": _of_place,
    "unit_status": _of_place,
    "alarm_board": _of_place,
    "catalogue": _of_nothing,
    "account_directory": _of_nothing,
    "source_health": _of_nothing,
}


def reader_facets(name: str) -> Callable[[bytes], Facets]:
    """The facets of a view's documents."""
    return FACETS.get(name, _of_nothing)
