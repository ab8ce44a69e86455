"""What the city is made of, as it is now: agencies, stations, districts, incident types, response plans, sensors, and its own settings.

What is retired stays here, marked so: old records keep its name, and nothing offers it any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from domain import catalogue as city
from domain import city_settings as ours
from domain.aliases import Alias
from domain.colours import Colour
from domain.sensor import Sensor
from domain.status_codes import StatusCode
from domain.timers import Target
from domain.values import Category, Name, Priority, ResponseLevel
from projections.projection import Projection, Recorded


class PlanNeed(msgspec.Struct, frozen=True, kw_only=True):
    """A capability and how many units with it."""

    capability: str
    count: int


class CatalogueAgency(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="agency"):
    """An agency, with the one or two characters that a narrow column shows."""

    code: str
    zh: str
    en: str
    short_zh: str
    short_en: str
    is_retired: bool
    version: int


class CatalogueStation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="station"):
    """A station of an agency."""

    code: str
    zh: str
    en: str
    agency: str
    district: str
    lon: float | None
    lat: float | None
    is_retired: bool
    version: int


class CatalogueDistrict(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="district"):
    """A district; `area_code` after GB/T 2260."""

    code: str
    zh: str
    en: str
    short_zh: str
    short_en: str
    lon: float | None
    lat: float | None
    area_code: str
    is_retired: bool
    version: int


class CatalogueIncidentType(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="incident_type"):
    """An incident type with its defaults and the questions asked at intake."""

    code: str
    zh: str
    en: str
    category: Category
    priority: Priority
    level: ResponseLevel
    agency: str
    questions: tuple[Name, ...]
    is_retired: bool
    version: int


class CatalogueResponsePlan(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="response_plan"):
    """What an incident type at a level needs."""

    code: str
    zh: str
    en: str
    incident_type: str
    level: ResponseLevel
    needs: tuple[PlanNeed, ...]
    version: int


class CatalogueSensor(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="sensor"):
    """A sensor; `sensor_kind` says what it measures."""

    code: str
    zh: str
    en: str
    sensor_kind: str
    unit_of_measure: str
    agency: str
    district: str
    lon: float | None
    lat: float | None
    is_retired: bool
    version: int


class CatalogueCapability(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="capability"):
    """What a capability is called."""

    code: str
    zh: str
    en: str
    is_retired: bool
    version: int


class CatalogueTimers(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="timers"):
    """What is aimed at, in the city (`*`) or by an agency."""

    code: str
    zh: str
    en: str
    targets: tuple[Target, ...]
    version: int


class CatalogueAliases(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="aliases"):
    """The installation's own words of the command bar."""

    code: str
    zh: str
    en: str
    aliases: tuple[Alias, ...]
    version: int


class CatalogueColours(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="colours"):
    """The colours of agencies and unit statuses."""

    code: str
    zh: str
    en: str
    colours: tuple[Colour, ...]
    version: int


class CatalogueStatusCodes(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="status_codes"):
    """What the codes of an agency's terminals mean."""

    code: str
    zh: str
    en: str
    codes: tuple[StatusCode, ...]
    version: int


Catalogue = (
    CatalogueAgency
    | CatalogueStation
    | CatalogueDistrict
    | CatalogueIncidentType
    | CatalogueResponsePlan
    | CatalogueSensor
    | CatalogueCapability
    | CatalogueTimers
    | CatalogueAliases
    | CatalogueColours
    | CatalogueStatusCodes
)


FACTS = (
    city.Agency.Registered,
    city.Agency.Renamed,
    city.Station.Registered,
    city.Station.Changed,
    city.District.Defined,
    city.District.Redefined,
    city.IncidentType.Defined,
    city.IncidentType.Redefined,
    city.ResponsePlan.Defined,
    city.ResponsePlan.Redefined,
    Sensor.Registered,
    Sensor.Described,
    Sensor.Retired,
    Sensor.Reinstated,
    *(fact for kind in (city.Agency, city.Station, city.District, city.IncidentType) for fact in (kind.Retired, kind.Reinstated)),
    ours.Capability.Set,
    ours.Capability.Changed,
    ours.Capability.Retired,
    ours.Capability.Reinstated,
    *(fact for kind in (ours.Timers, ours.Aliases, ours.Colours, ours.StatusCodes) for fact in (kind.Set, kind.Changed)),
)


RETIRED = (
    city.Agency.Retired, city.Station.Retired, city.District.Retired, city.IncidentType.Retired, ours.Capability.Retired, Sensor.Retired,
)  # fmt: skip
REINSTATED = (
    city.Agency.Reinstated, city.Station.Reinstated, city.District.Reinstated, city.IncidentType.Reinstated, ours.Capability.Reinstated,
    Sensor.Reinstated,
)  # fmt: skip
RETIRABLE = (CatalogueAgency, CatalogueStation, CatalogueDistrict, CatalogueIncidentType, CatalogueCapability, CatalogueSensor)


def keys(fact: Any) -> Iterable[str]:  # noqa: ANN401 -- every fact of the catalogue is identified as its document is
    """`agency:fire`, `response_plan:dwelling_fire/3`: the aggregate's identifier."""
    return (fact.originator_id,)


def evolve(document: Catalogue | None, recorded: Recorded) -> Catalogue | None:
    """The newest definition, as a whole."""
    fact: Any = recorded.fact
    code = fact.originator_id.partition(":")[2]
    version = fact.originator_version
    match fact:
        case city.Agency.Registered() | city.Agency.Renamed():
            return CatalogueAgency(
                code=code,
                zh=fact.name.zh,
                en=fact.name.en,
                short_zh=fact.short.zh,
                short_en=fact.short.en,
                is_retired=False,
                version=version,
            )
        case city.Station.Registered() | city.Station.Changed():
            return CatalogueStation(
                code=code,
                zh=fact.name.zh,
                en=fact.name.en,
                agency=fact.agency,
                district=fact.district,
                lon=fact.place.lon if fact.place else None,
                lat=fact.place.lat if fact.place else None,
                is_retired=False,
                version=version,
            )
        case city.District.Defined() | city.District.Redefined():
            return CatalogueDistrict(
                code=code,
                zh=fact.name.zh,
                en=fact.name.en,
                short_zh=fact.short.zh,
                short_en=fact.short.en,
                lon=fact.centre.lon if fact.centre else None,
                lat=fact.centre.lat if fact.centre else None,
                area_code=fact.code,
                is_retired=False,
                version=version,
            )
        case city.IncidentType.Defined() | city.IncidentType.Redefined():
            return CatalogueIncidentType(
                code=code,
                zh=fact.name.zh,
                en=fact.name.en,
                category=fact.category,
                priority=fact.priority,
                level=fact.level,
                agency=fact.agency,
                questions=fact.questions,
                is_retired=False,
                version=version,
            )
        case city.ResponsePlan.Defined() | city.ResponsePlan.Redefined():
            return CatalogueResponsePlan(
                code=code,
                zh=code,
                en=code,
                incident_type=fact.incident_type,
                level=fact.level,
                needs=tuple(PlanNeed(capability=need.capability, count=need.count) for need in fact.needs),
                version=version,
            )
        case Sensor.Registered() | Sensor.Described():
            return CatalogueSensor(
                code=code,
                zh=fact.name.zh,
                en=fact.name.en,
                agency=fact.agency,
                district=fact.district,
                lon=fact.place.lon if fact.place else None,
                lat=fact.place.lat if fact.place else None,
                sensor_kind=fact.kind,
                unit_of_measure=fact.unit_of_measure,
                is_retired=document.is_retired if isinstance(document, CatalogueSensor) else False,
                version=version,
            )
        case _ if isinstance(fact, RETIRED) and isinstance(document, RETIRABLE):
            return msgspec.structs.replace(document, is_retired=True, version=version)
        case _ if isinstance(fact, REINSTATED) and isinstance(document, RETIRABLE):
            return msgspec.structs.replace(document, is_retired=False, version=version)
        case _:
            return _setting(fact, code, version) or document


def _setting(fact: Any, code: str, version: int) -> Catalogue | None:  # noqa: ANN401 -- a fact of the catalogue
    """What the installation set for itself; a setting has no name but its own."""
    match fact:
        case ours.Capability.Set() | ours.Capability.Changed():
            return CatalogueCapability(code=code, zh=fact.name.zh, en=fact.name.en, is_retired=False, version=version)
        case ours.Timers.Set() | ours.Timers.Changed():
            return CatalogueTimers(code=code, zh=code, en=code, targets=fact.targets, version=version)
        case ours.Aliases.Set() | ours.Aliases.Changed():
            return CatalogueAliases(code=code, zh=code, en=code, aliases=fact.aliases, version=version)
        case ours.Colours.Set() | ours.Colours.Changed():
            return CatalogueColours(code=code, zh=code, en=code, colours=fact.colours, version=version)
        case ours.StatusCodes.Set() | ours.StatusCodes.Changed():
            return CatalogueStatusCodes(code=code, zh=code, en=code, codes=fact.codes, version=version)
        case _:
            return None


CATALOGUE = Projection(name="catalogue", document=Catalogue, facts=FACTS, keys=keys, evolve=evolve, version=2)
