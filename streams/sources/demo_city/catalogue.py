"""What must be known before the first call: districts, agencies, stations, incident types, response plans, sensors and units."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from domain.timers import TEMPLATES
from streams.sources.demo_city.forces import AGENCIES, stations, units
from streams.sources.demo_city.geography import DISTRICTS
from streams.sources.demo_city.incident_types import INCIDENT_TYPES
from streams.sources.demo_city.sensors import register_sensor, sensors

Commands = list[tuple[str, dict[str, Any]]]

# NFPA 1710 counts fire crews and ambulances apart; what it does not say holds as for the whole city.
TIMERS: Final = {"fire": "nfpa_fire", "ems": "nfpa_ems"}


def catalogue_commands(seed: int = 1) -> Commands:
    """(command, body) in an order in which each names only what came before it."""
    return [
        *_places(seed),
        *_timers(),
        *_types(),
        *_units(seed),
        *(("register_sensor", register_sensor(sensor)) for sensor in sensors(seed)),
    ]


def _places(seed: int) -> Commands:
    found: Commands = [
        (
            "define_district",
            {
                "district": district.code,
                "zh": district.zh,
                "en": district.en,
                "short_zh": district.short_zh,
                "short_en": district.en,
                "centre": {"lon": district.centre.lon, "lat": district.centre.lat},
                "code": district.gb,
            },
        )
        for district in DISTRICTS
    ]
    for agency in AGENCIES:
        body = {"agency": agency.code, "zh": agency.zh, "en": agency.en, "short_zh": agency.short_zh, "short_en": agency.letter}
        found.append(("register_agency", body))
    for station in stations(seed):
        body = {"station": station.code, "agency": station.agency, "zh": station.zh, "en": station.en, "district": station.district}
        found.append(("register_station", {**body, "place": {"lon": station.place.lon, "lat": station.place.lat}}))
    return found


def _timers() -> Commands:
    templates = {template.code: template.targets for template in TEMPLATES}
    return [
        ("set_timers", {"scope": agency, "targets": [asdict(target) for target in templates[template]]})
        for agency, template in TIMERS.items()
    ]


def _types() -> Commands:
    found: Commands = []
    for entry in INCIDENT_TYPES:
        body = {
            "incident_type": entry.code,
            "zh": entry.zh,
            "en": entry.en,
            "category": entry.category,
            "priority": entry.priority,
            "level": entry.level,
            "agency": entry.agency,
            "questions": [{"zh": zh, "en": en} for zh, en in entry.questions],
        }
        found.append(("define_incident_type", body))
        # A plan of level IV holds for the graver levels too, until somebody defines theirs.
        needs = [{"capability": capability, "count": count} for capability, count in entry.needs]
        found.append(("define_response_plan", {"incident_type": entry.code, "level": entry.level, "needs": needs}))
        if entry.level < 4:
            found.append(("define_response_plan", {"incident_type": entry.code, "level": 4, "needs": needs}))
    return found


def _units(seed: int) -> Commands:
    return [
        (
            "register_unit",
            {
                "unit": unit.unit,
                "agency": unit.agency,
                "station": unit.station,
                "capabilities": list(unit.capabilities),
                "place": {"lon": unit.home.lon, "lat": unit.home.lat},
            },
        )
        for unit in units(seed)
    ]
