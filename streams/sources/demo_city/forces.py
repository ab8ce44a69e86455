"""The agencies, their stations and their units: some three hundred units of six agencies, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.values import LonLat
from streams.sources.demo_city.geography import DISTRICTS, dice, near


@dataclass(frozen=True, slots=True)
class AgencyEntry:
    """An agency. `letter` begins its call signs, `prefix` its stations' codes; `fittings` are what its units can do, by turns."""

    code: str
    zh: str
    en: str
    short_zh: str
    letter: str
    prefix: str
    station_zh: str
    station_en: str
    units: int
    fittings: tuple[tuple[str, ...], ...]


AGENCIES: Final = (
    AgencyEntry(
        *("police", "公安局", "Police", "警", "P", "GA", "公安分局", "Police Station", 96),
        (("patrol",), ("patrol", "armed"), ("patrol",), ("patrol", "drone")),
    ),
    AgencyEntry(
        *("fire", "消防救援总队", "Fire and Rescue", "消", "X", "XF", "消防救援站", "Fire Station", 64),
        (("tanker",), ("tanker", "rescue"), ("ladder",), ("tanker", "foam")),
    ),
    AgencyEntry(
        *("ems", "120急救中心", "EMS 120", "急", "E", "JJ", "急救站", "Ambulance Station", 68),
        (("bls",), ("bls", "als"), ("bls", "als"), ("bls", "als", "icu")),
    ),
    AgencyEntry(
        *("traffic", "公安交管局", "Traffic Police", "交", "J", "JT", "交警大队", "Traffic Police Station", 40),
        (("traffic",), ("motorcycle",), ("traffic",), ("traffic", "tow")),
    ),
    AgencyEntry(
        *("emergency", "应急管理局", "Emergency Management", "应", "Y", "YJ", "应急救援站", "Emergency Station", 18),
        (("command", "pump"), ("pump", "hazmat"), ("command", "hazmat")),
    ),
    AgencyEntry(
        *("urban", "城市管理委", "Urban Management", "城", "C", "CG", "城管执法站", "Urban Management Station", 18),
        (("inspection",), ("inspection", "repair"), ("repair",)),
    ),
)

# What the codes of capabilities are called, for the catalogue's reader; the console has its own table.
CAPABILITIES: Final[dict[str, tuple[str, str]]] = {
    "patrol": ("巡逻", "Patrol"),
    "armed": ("武装", "Armed"),
    "drone": ("无人机", "Drone"),
    "tanker": ("水罐", "Tanker"),
    "ladder": ("云梯", "Ladder"),
    "rescue": ("抢险", "Rescue"),
    "foam": ("泡沫", "Foam"),
    "bls": ("基础", "BLS"),
    "als": ("高级", "ALS"),
    "icu": ("监护", "ICU"),
    "motorcycle": ("摩托", "Motorcycle"),
    "traffic": ("交管", "Traffic"),
    "tow": ("清障", "Tow"),
    "command": ("指挥", "Command"),
    "pump": ("排涝", "Pump"),
    "hazmat": ("危化", "Hazmat"),
    "inspection": ("巡查", "Inspection"),
    "repair": ("抢修", "Repair"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StationEntry:
    """A station of an agency in a district."""

    code: str
    agency: str
    district: str
    zh: str
    en: str
    place: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry:
    """A unit with its home."""

    unit: str
    agency: str
    station: str
    capabilities: tuple[str, ...]
    home: LonLat
    is_out_of_service: bool


# Share of the units that are in the workshop or without a crew.
OUT_OF_SERVICE_SHARE = 0.06


def stations(seed: int) -> tuple[StationEntry, ...]:
    """One station of each agency in each district."""
    found = []
    for agency in AGENCIES:
        for number, district in enumerate(DISTRICTS, start=1):
            chance = dice(seed, "station", agency.code, district.code)
            found.append(
                StationEntry(
                    code=f"{agency.prefix}{number:02d}",
                    agency=agency.code,
                    district=district.code,
                    zh=f"{district.short_zh}{agency.station_zh}",
                    en=f"{district.en} {agency.station_en}",
                    place=near(chance, district.centre, 0.6 * min(district.spread)),
                )
            )
    return tuple(found)


def units(seed: int) -> tuple[UnitEntry, ...]:
    """Every unit, spread over the districts by their share of the calls, at least one of each agency in each district."""
    homes = {(station.agency, station.district): station for station in stations(seed)}
    found = []
    for agency in AGENCIES:
        for number, district_number, count in _shares(agency.units):
            chance = dice(seed, "unit", agency.code, number)
            station = homes[agency.code, DISTRICTS[district_number].code]
            found.append(
                UnitEntry(
                    unit=f"{agency.letter}{district_number + 1:02d}{count:02d}",
                    agency=agency.code,
                    station=station.code,
                    capabilities=agency.fittings[number % len(agency.fittings)],
                    home=near(chance, station.place, 0.004),
                    is_out_of_service=chance.random() < OUT_OF_SERVICE_SHARE,
                )
            )
    return tuple(found)


def _shares(total: int) -> Iterator[tuple[int, int, int]]:
    """(running number, district, number in the district): one each first, the rest to where most is asked for per unit."""
    counts = [0] * len(DISTRICTS)
    for number in range(total):
        if number < len(DISTRICTS):
            chosen = number
        else:
            chosen = max(range(len(DISTRICTS)), key=lambda index: DISTRICTS[index].weight / (counts[index] + 0.5))
        counts[chosen] += 1
        yield number, chosen, counts[chosen]
