"""Every unit that was ever registered, as it is written down: where it belongs and what it can do, retired ones too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never, cast, get_args

from domain.unit import Unit
from projections.projection import Projection, Recorded
from projections.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegister:
    """One unit on the register; what it does just now is in `unit_status`. `version` is that of its newest entry here."""

    unit: str
    agency: str
    station: str
    capabilities: tuple[str, ...]
    zh: str
    en: str
    lon: float | None
    lat: float | None
    is_retired: bool
    version: int


RegisterFact = Unit.Registered | Unit.Changed | Unit.Retired | Unit.Reinstated


def keys(fact: RegisterFact) -> Iterable[str]:
    """The unit that the fact is about."""
    return (fact.unit,)


def evolve(document: UnitRegister | None, recorded: Recorded) -> UnitRegister | None:
    """The unit after the fact."""
    fact = cast("RegisterFact", recorded.fact)
    version = fact.originator_version
    if isinstance(fact, Unit.Registered):
        return UnitRegister(
            unit=fact.unit,
            agency=fact.agency,
            station=fact.station,
            capabilities=fact.capabilities,
            zh=fact.name.zh,
            en=fact.name.en,
            lon=fact.home.lon if fact.home else None,
            lat=fact.home.lat if fact.home else None,
            is_retired=False,
            version=version,
        )
    if document is None:
        return None
    match fact:
        case Unit.Changed():
            return replace(
                document,
                station=fact.station,
                capabilities=fact.capabilities,
                zh=fact.name.zh if fact.name else document.zh,
                en=fact.name.en if fact.name else document.en,
                lon=fact.home.lon if fact.home else document.lon,
                lat=fact.home.lat if fact.home else document.lat,
                version=version,
            )
        case Unit.Retired():
            return replace(document, is_retired=True, version=version)
        case Unit.Reinstated():
            return replace(document, is_retired=False, version=version)
        case _:
            assert_never(fact)


FACTS = get_args(RegisterFact)
UNIT_REGISTER = Projection(name="unit_register", document=UnitRegister, facts=FACTS, keys=keys, evolve=evolve)
