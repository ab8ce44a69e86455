"""What may be chosen from the catalogue: what is known and not retired. What has been chosen before stays as it was."""

from __future__ import annotations

from typing import Final, Literal

from domain.catalogue import Agency, District, IncidentType, Station
from domain.city_settings import Capability
from domain.refusals import UnknownThing
from domain.store import Store
from domain.unit import Unit

Retirable = Literal["agency", "station", "district", "incident_type", "capability", "unit"]
RETIRABLE: Final[dict[Retirable, type[Agency | Station | District | IncidentType | Capability | Unit]]] = {
    "agency": Agency,
    "station": Station,
    "district": District,
    "incident_type": IncidentType,
    "capability": Capability,
    "unit": Unit,
}


def require_choosable(store: Store, kind: Retirable, code: str) -> None:
    """Refuses what is not known (UnknownThing) and what is retired (EntryIsRetired)."""
    _find(store, kind, code).editions.require_in_use("choose it", "选用")


def choosable_type(store: Store, code: str) -> IncidentType:
    """The incident type; refuses one that is not known or is retired."""
    require_choosable(store, "incident_type", code)
    return store.get(IncidentType, f"incident_type:{code}")


def retirable(store: Store, kind: Retirable, code: str) -> Agency | Station | District | IncidentType | Capability | Unit:
    """The thing itself, retired or not."""
    return _find(store, kind, code)


def _find(store: Store, kind: Retirable, code: str) -> Agency | Station | District | IncidentType | Capability | Unit:
    found = store.find(RETIRABLE[kind], f"{kind}:{code}")
    if found is None:
        raise UnknownThing(kind=kind, name=code)
    return found
