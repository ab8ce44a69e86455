"""Values that several aggregates share. Places are WGS-84 degrees; times are aware UTC."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Priority = Literal[1, 2, 3, 4, 5]
ResponseLevel = Literal[1, 2, 3, 4]
"""I (most severe) to IV, after the national emergency response plan."""

Disposition = Literal["handled", "duplicate", "false_alarm", "handed_over", "cancelled", "unable_to_locate", "other"]
"""How an incident ended."""

Category = Literal["natural_disaster", "accident", "public_health", "social_security"]
"""The four categories of the Emergency Response Law of the People's Republic of China, article 3."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LonLat:
    """A place in WGS-84 degrees, longitude first."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where something is, as it is known: a point, and the words that people use for it."""

    place: LonLat | None = None
    address: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a thing is called in both languages of the console."""

    zh: str
    en: str


def distance_m(a: LonLat, b: LonLat) -> float:
    """Great-circle distance in metres (haversine formula)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_chord = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half_chord)))
