"""Chinese map datums to WGS-84.

Maps published in China are drawn in GCJ-02, which shifts WGS-84 by some hundred metres; Baidu's in BD-09, which shifts GCJ-02 once more.
The forward formulas are those that became public with the open-source coordinate converters (`eviltransform`, `coordtransform`); both are
smooth and move a point by less than a kilometre, so that the inverse is a fixed-point iteration. Neither shift exists outside China: there
GCJ-02 is WGS-84.

Longitude before latitude, in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

DATUMS: Final = ("WGS-84", "GCJ-02", "BD-09")

# Krasovsky 1940, the ellipsoid that the GCJ-02 formula is written for (not that of WGS-84: it is part of the formula).
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_2 = 0.006_693_421_622_965_943
# Baidu's offset in degrees, and the angular factor of its second shift.
_BAIDU_LON_OFFSET = 0.0065
_BAIDU_LAT_OFFSET = 0.006
_BAIDU_ANGLE = math.pi * 3000.0 / 180.0

# The rectangle in which the published formula shifts; it is wider than China, as the formula is.
_CHINA_WEST, _CHINA_EAST = 72.004, 137.8347
_CHINA_SOUTH, _CHINA_NORTH = 0.8293, 55.8271

# A thousandth of the promised error of 1e-7 degrees (a centimetre).
_INVERSE_TOLERANCE_DEG = 1e-10
# Each round leaves about a hundredth of the error: five suffice, the rest is for the rectangle's edge, where the formula jumps.
_INVERSE_ROUNDS_MAX = 20

Shift = Callable[[float, float], tuple[float, float]]


def to_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """The point in WGS-84, within 1e-7 degrees inside China. ValueError with a sentence for an unknown datum."""
    match datum:
        case "WGS-84":
            return lon, lat
        case "GCJ-02":
            return gcj02_to_wgs84(lon, lat)
        case "BD-09":
            return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
        case _:
            raise ValueError(f"{datum!r} is not a known datum: it must be WGS-84, GCJ-02 or BD-09.")


def from_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """The point in that datum. ValueError with a sentence for an unknown one."""
    match datum:
        case "WGS-84":
            return lon, lat
        case "GCJ-02":
            return wgs84_to_gcj02(lon, lat)
        case "BD-09":
            return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
        case _:
            raise ValueError(f"{datum!r} is not a known datum: it must be WGS-84, GCJ-02 or BD-09.")


def is_shifted(lon: float, lat: float) -> bool:
    """Whether GCJ-02 differs from WGS-84 there."""
    return _CHINA_WEST <= lon <= _CHINA_EAST and _CHINA_SOUTH <= lat <= _CHINA_NORTH


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The published forward formula; the same point where it does not shift."""
    if not is_shifted(lon, lat):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    phi = math.radians(lat)
    magic = 1.0 - _ECCENTRICITY_2 * math.sin(phi) ** 2
    lat_scale = math.radians(_SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / magic**1.5)
    lon_scale = math.radians(_SEMI_MAJOR_M / math.sqrt(magic) * math.cos(phi))
    return lon + _east_m(x, y) / lon_scale, lat + _north_m(x, y) / lat_scale


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """The inverse, by iteration; the same point where the datum does not shift."""
    if not is_shifted(lon, lat):
        return lon, lat
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """Baidu's shift of GCJ-02; the same point where GCJ-02 is not defined."""
    if not is_shifted(lon, lat):
        return lon, lat
    radius = math.hypot(lon, lat) + 2e-5 * math.sin(lat * _BAIDU_ANGLE)
    angle = math.atan2(lat, lon) + 3e-6 * math.cos(lon * _BAIDU_ANGLE)
    return radius * math.cos(angle) + _BAIDU_LON_OFFSET, radius * math.sin(angle) + _BAIDU_LAT_OFFSET


def bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The inverse of Baidu's shift, by iteration."""
    if not is_shifted(lon, lat):
        return lon, lat
    return _inverse(gcj02_to_bd09, lon, lat)


def _inverse(forward: Shift, lon: float, lat: float) -> tuple[float, float]:
    """The point that `forward` moves to (lon, lat): subtract what it missed by, until it misses by nothing that counts."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_INVERSE_ROUNDS_MAX):
        shifted_lon, shifted_lat = forward(guess_lon, guess_lat)
        missed_lon, missed_lat = shifted_lon - lon, shifted_lat - lat
        guess_lon, guess_lat = guess_lon - missed_lon, guess_lat - missed_lat
        if max(abs(missed_lon), abs(missed_lat)) < _INVERSE_TOLERANCE_DEG:
            break
    return guess_lon, guess_lat


def _waves(value: float, *terms: tuple[float, float]) -> float:
    """The formula's sine terms: (amplitude, what pi times the value is divided by)."""
    return sum(amplitude * math.sin(value * math.pi / divisor) for amplitude, divisor in terms) * 2.0 / 3.0


def _common_waves(x: float) -> float:
    return (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0


def _east_m(x: float, y: float) -> float:
    polynomial = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return polynomial + _common_waves(x) + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))


def _north_m(x: float, y: float) -> float:
    polynomial = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return polynomial + _common_waves(x) + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
