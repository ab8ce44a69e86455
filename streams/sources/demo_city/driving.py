"""Where a vehicle is on its way: along a straight line with a sway, at city speed, without jumps. Pure.

A road is longer than the line: the vehicle advances along the line at its road speed divided by the detour factor.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from domain.values import LonLat, distance_m

# A road is 1.3 to 1.5 times as long as the line between its ends.
DETOUR_FACTOR = 1.35
# Nothing drives faster through a city.
SPEED_KMH_MAX = 110.0
# How far beside the line the vehicle sways at most: a block.
SWAY_M_MAX = 90.0
# From standstill to speed and back, each.
RAMP_S = 8.0

_M_PER_DEG = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """From one place to another; times are seconds of the city's clock."""

    start: LonLat
    end: LonLat
    depart_at: float
    speed_kmh: float
    sway_m: float = 0.0
    waves: int = 1

    def __post_init__(self) -> None:
        assert 0 < self.speed_kmh <= SPEED_KMH_MAX, f"{self.speed_kmh} km/h is not a speed that is driven in a city."

    @property
    def line_m(self) -> float:
        """The straight line."""
        return distance_m(self.start, self.end)

    @property
    def advance_m_s(self) -> float:
        """How fast it advances along the line, once at speed."""
        return self.speed_kmh / 3.6 / DETOUR_FACTOR

    @property
    def duration_s(self) -> float:
        """Half of each ramp is lost."""
        return self.line_m / self.advance_m_s + RAMP_S

    @property
    def arrive_at(self) -> float:
        """On the city's clock."""
        return self.depart_at + self.duration_s

    def at(self, moment: float) -> Fix:
        """Where it is then."""
        elapsed = min(max(moment - self.depart_at, 0.0), self.duration_s)
        share = self._share(elapsed)
        place = self._place(share)
        is_moving = 0.0 < elapsed < self.duration_s
        ahead = self._place(min(1.0, share + 1e-3))
        behind = self._place(max(0.0, share - 1e-3))
        pace = min(1.0, elapsed / RAMP_S, (self.duration_s - elapsed) / RAMP_S) if is_moving else 0.0
        return Fix(place=place, heading_deg=bearing_deg(behind, ahead), speed_kmh=round(self.speed_kmh * pace, 1))

    def _share(self, elapsed: float) -> float:
        """0 to 1 of the line: evenly, with a ramp at both ends."""
        full, ramp = self.duration_s, min(RAMP_S, self.duration_s / 2)
        area = full - ramp
        if elapsed < ramp:
            covered = elapsed**2 / (2 * ramp)
        elif elapsed > full - ramp:
            covered = area - (full - elapsed) ** 2 / (2 * ramp)
        else:
            covered = elapsed - ramp / 2
        return min(1.0, covered / area)

    def _place(self, share: float) -> LonLat:
        sway = self.sway_m * math.sin(math.pi * share * self.waves)
        scale = math.cos(math.radians(self.start.lat)) or 1e-9
        east, north = (self.end.lon - self.start.lon) * scale, self.end.lat - self.start.lat
        length = math.hypot(east, north) or 1.0
        return LonLat(
            lon=self.start.lon + (self.end.lon - self.start.lon) * share - north / length * sway / _M_PER_DEG / scale,
            lat=self.start.lat + (self.end.lat - self.start.lat) * share + east / length * sway / _M_PER_DEG,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A place with heading and speed."""

    place: LonLat
    heading_deg: float
    speed_kmh: float


def drive(chance: random.Random, start: LonLat, end: LonLat, *, depart_at: float, is_urgent: bool) -> Drive:
    """A drive with a speed and a sway of its own: with siren about 52 km/h, without about 36."""
    speed = chance.triangular(42, 66, 52) if is_urgent else chance.triangular(26, 46, 36)
    line_m = distance_m(start, end)
    sway = min(SWAY_M_MAX, 0.06 * line_m) * chance.uniform(-1, 1)
    # One wave a kilometre, so that the sway stays gentle.
    waves = max(1, round(line_m / 1_000 * chance.uniform(0.5, 1.0)))
    return Drive(start=start, end=end, depart_at=depart_at, speed_kmh=speed, sway_m=sway, waves=waves)


def bearing_deg(start: LonLat, end: LonLat) -> float:
    """Clockwise from north; 0 where the places are the same."""
    east = (end.lon - start.lon) * math.cos(math.radians(start.lat))
    north = end.lat - start.lat
    return round(math.degrees(math.atan2(east, north)), 1) % 360 if east or north else 0.0
