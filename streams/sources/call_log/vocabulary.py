"""The catalogue that a log implies: its agencies, stations, districts, incident types and units, as commands.

Words of the log that the mapping does not translate become codes of their own: lower case, with underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from streams.sources.call_log.mapping import ColumnMapping, NameEntry, TypeEntry
from streams.sources.call_log.rows import LoggedCall

# A call whose type the log does not say still needs one to become an incident.
UNKNOWN_TYPE = "unclassified"
# A unit whose station the log does not say belongs to its agency's own.
HEADQUARTERS = "headquarters"


def vocabulary_commands(calls: list[LoggedCall], mapping: ColumnMapping) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(identity, command, body) of what must be known before the first call, each before what names it."""
    responses = [response for call in calls for response in call.responses]
    types = dict.fromkeys(call.incident_type for call in calls)
    agencies = dict.fromkeys([*(response.agency for response in responses), *(_type(word, mapping).agency for word in types)])
    for agency in sorted(agency for agency in agencies if agency):
        known = mapping.agencies.get(agency, NameEntry())
        names = _names(known.zh, known.en, agency) | {"short_zh": known.short_zh, "short_en": known.short_en}
        yield f"agency/{agency}", "register_agency", {"agency": agency, **names}
    stations = {station_code(response.agency, response.station): response for response in responses}
    for station, response in sorted(stations.items()):
        name = response.station or HEADQUARTERS
        yield f"station/{station}", "register_station", {"station": station, "agency": response.agency, "zh": name, "en": name}
    if "district" in mapping.columns:
        for district in sorted({call.district for call in calls if call.district}):
            code = district_code(district)
            yield f"district/{code}", "define_district", {"district": code, "zh": district, "en": district}
    for word in sorted(types):
        entry, code = _type(word, mapping), incident_type_code(word, mapping)
        names = _names(entry.zh, entry.en, word or UNKNOWN_TYPE)
        body: dict[str, Any] = {
            "incident_type": code,
            **names,
            "category": entry.category,
            "priority": entry.priority,
            "agency": entry.agency,
        }
        yield f"incident_type/{code}", "define_incident_type", body
    units = {response.unit: response for response in reversed(responses)}
    for unit, response in sorted(units.items()):
        capability = capability_code(response.unit_type, mapping)
        fitted: dict[str, Any] = {
            "unit": unit,
            "agency": response.agency,
            "station": station_code(response.agency, response.station),
            "capabilities": [capability] if capability else [],
        }
        yield f"unit/{unit}", "register_unit", fitted


def incident_type_code(word: str, mapping: ColumnMapping) -> str:
    """The code of the log's word for an incident type."""
    return _type(word, mapping).code or slug(word) or UNKNOWN_TYPE


def district_code(district: str) -> str:
    """The code of the log's word for a district."""
    return slug(district) or district[:64]


def station_code(agency: str, station: str) -> str:
    """Stations of two agencies may have the same number."""
    return f"{agency}-{slug(station) or HEADQUARTERS}"[:64]


def capability_code(unit_type: str, mapping: ColumnMapping) -> str:
    """What a unit of this type can do."""
    entry = mapping.unit_types.get(unit_type)
    return (entry.capability if entry else "") or slug(unit_type)


def slug(words: str) -> str:
    """`Structure Fire` is `structure_fire`. Letters of every script are kept."""
    return re.sub(r"\W+", "_", words.lower()).strip("_")[:64]


def _type(word: str, mapping: ColumnMapping) -> TypeEntry:
    found = mapping.incident_types.get(word) or mapping.incident_types.get("default") or TypeEntry()
    return found if found.agency else replace(found, agency=mapping.agency)


def _names(zh: str, en: str, word: str) -> dict[str, str]:
    return {"zh": zh or en or word, "en": en or word}
