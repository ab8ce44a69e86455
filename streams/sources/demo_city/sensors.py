"""Sensors of the city, what they measure, and how they fail: a rise above the limit, chatter, silence, a stuck value, noise. Pure.

A sensor's course is a function of the city's clock and its seed: base, a daily wave, drift, and episodes that begin by chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

from domain.values import LonLat
from streams.sources.demo_city.geography import DISTRICTS, dice, draw_place

Fault = Literal["none", "chatter", "silence", "stuck", "noise"]


@dataclass(frozen=True, slots=True)
class SensorKind:
    """What a kind measures. Limits are (condition, value, dead band, delay in seconds, alarm priority)."""

    code: str
    zh: str
    en: str
    unit_of_measure: str
    agency: str
    base: float
    wave: float
    jitter: float
    peak: float
    limits: tuple[tuple[str, float, float, float, int], ...]
    lowest: float
    highest: float


KINDS: Final = (
    SensorKind(
        *("GAS", "可燃气体", "Combustible gas", "%LEL", "fire", 3.0, 1.0, 0.6, 46.0),
        (("high", 20.0, 3.0, 5.0, 2), ("high_high", 40.0, 3.0, 0.0, 1)),
        *(-5.0, 100.0),
    ),
    SensorKind(
        *("TNK", "储罐液位", "Tank level", "%", "emergency", 62.0, 12.0, 0.4, 94.0),
        (("high", 85.0, 2.0, 10.0, 2), ("high_high", 92.0, 1.0, 0.0, 1), ("low", 10.0, 2.0, 10.0, 3)),
        *(0.0, 100.0),
    ),
    SensorKind(
        *("TMP", "储罐温度", "Tank temperature", "°C", "emergency", 24.0, 7.0, 0.4, 58.0),
        (("high", 45.0, 2.0, 10.0, 2), ("high_high", 55.0, 2.0, 0.0, 1)),
        *(-40.0, 200.0),
    ),
    SensorKind(
        *("WTR", "立交积水", "Underpass water", "cm", "urban", 1.5, 0.8, 0.3, 36.0),
        (("high", 15.0, 3.0, 5.0, 2), ("high_high", 27.0, 3.0, 0.0, 1)),
        *(-2.0, 400.0),
    ),
    SensorKind(
        *("RIV", "河道水位", "River level", "m", "emergency", 2.1, 0.3, 0.02, 3.9),
        (("high", 3.2, 0.1, 30.0, 3), ("high_high", 3.7, 0.1, 10.0, 2)),
        *(-1.0, 12.0),
    ),
    SensorKind(
        *("MAN", "井盖倾角", "Manhole tilt", "°", "urban", 1.0, 0.0, 0.4, 38.0),
        (("high", 15.0, 3.0, 5.0, 3),),
        *(0.0, 180.0),
    ),
    SensorKind(
        *("NH3", "氨气", "Ammonia", "ppm", "emergency", 4.0, 1.5, 0.8, 54.0),
        (("high", 25.0, 3.0, 5.0, 2), ("high_high", 50.0, 4.0, 0.0, 1)),
        *(-5.0, 300.0),
    ),
    SensorKind(
        *("WND", "风速", "Wind speed", "m/s", "emergency", 6.0, 3.0, 1.2, 21.0),
        (("high", 17.2, 2.0, 20.0, 3), ("high_high", 24.5, 2.0, 10.0, 2)),
        *(0.0, 80.0),
    ),
)

# One reading in so many seconds; three missed readings and some more are silence.
PERIOD_S = 15.0
SILENT_AFTER_S = 75.0
# A value that crosses its limit so often chatters, by what ISA-18.2 calls chatter.
CHATTER_S = 10.0
# An episode an average sensor has in so many hours: with the ill ones some ten alarms an hour, near the twelve that ISA-18.2 calls the
# most that one operator can take.
EPISODE_HOURS = 26.0
EPISODE_S = 420.0
# Share of the sensors that are ill, of each fault.
FAULTS: Final[tuple[tuple[Fault, float], ...]] = (("chatter", 0.02), ("silence", 0.03), ("stuck", 0.03), ("noise", 0.02))


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorEntry:
    """One sensor with its illness, if it has one."""

    code: str
    kind: SensorKind
    number: int
    district: str
    zh: str
    en: str
    place: LonLat
    fault: Fault
    seed: int

    @property
    def period_s(self) -> float:
        """Seconds between two readings; one that chatters is one that reports too often."""
        return CHATTER_S / 2 if self.fault == "chatter" else PERIOD_S


def sensors(seed: int) -> tuple[SensorEntry, ...]:
    """One of each kind in each district."""
    found = []
    for kind in KINDS:
        for number, district in enumerate(DISTRICTS, start=1):
            chance = dice(seed, "sensor", kind.code, number)
            place = draw_place(chance, district)
            road_zh, road_en = chance.choice(district.roads)
            fault: Fault = chance.choices(
                ["none", *(fault for fault, _ in FAULTS)], weights=[1 - sum(share for _, share in FAULTS), *(share for _, share in FAULTS)]
            )[0]
            found.append(
                SensorEntry(
                    code=f"TJ-{kind.code}-{number:03d}",
                    kind=kind,
                    number=number,
                    district=district.code,
                    zh=f"{district.short_zh}{road_zh}{kind.zh}",
                    en=f"{kind.en}, {road_en}, {district.en}",
                    place=place,
                    fault=fault,
                    seed=seed,
                )
            )
    return tuple(found)


def register_sensor(sensor: SensorEntry) -> dict[str, Any]:
    """The body of the command."""
    kind = sensor.kind
    return {
        "sensor": sensor.code,
        "zh": sensor.zh,
        "en": sensor.en,
        "kind": kind.code.lower(),
        "unit_of_measure": kind.unit_of_measure,
        "place": {"lon": sensor.place.lon, "lat": sensor.place.lat},
        "district": sensor.district,
        "agency": kind.agency,
        "limits": [
            {"condition": condition, "value": value, "hysteresis": band, "delay_s": delay_s, "priority": priority}
            for condition, value, band, delay_s, priority in kind.limits
        ],
        "silent_after_s": SILENT_AFTER_S,
        "lowest": kind.lowest,
        "highest": kind.highest,
    }


def reading(sensor: SensorEntry, at: float, *, risen_at: float | None = None) -> float | None:
    """What it says at that moment of the city's clock; None where it says nothing. `risen_at`: one more episode begins then."""
    tick = int(at // PERIOD_S)
    match sensor.fault:
        case "silence" if _is_ill(sensor, at):
            return None
        case "stuck" if _is_ill(sensor, at):
            return round(_course(sensor, at - at % 3_600.0, None), 2)
        case "chatter" if _is_ill(sensor, at):
            _, value, band, *_ = sensor.kind.limits[0]
            return round(value + (1 if at // CHATTER_S % 2 else -1) * (band + sensor.kind.jitter), 2)
        case "noise" if dice(sensor.seed, sensor.code, "spike", tick).random() < 0.04:
            return round(sensor.kind.highest * 1.5, 2)
        case _:
            return round(_course(sensor, at, risen_at), 2)


def _course(sensor: SensorEntry, at: float, risen_at: float | None) -> float:
    kind = sensor.kind
    chance = dice(sensor.seed, sensor.code, int(at // PERIOD_S))
    calm = kind.base + kind.wave * math.sin(2 * math.pi * (at / 86_400.0 + sensor.number / 16)) + chance.gauss(0, kind.jitter)
    risen = 0.0 if risen_at is None else _shape((at - risen_at) / (2 * EPISODE_S))
    return calm + (kind.peak - calm) * max(risen, _episode(sensor, at))


def _episode(sensor: SensorEntry, at: float) -> float:
    """0 to 1: how far the sensor is in something that raises it."""
    window = EPISODE_HOURS * 3_600.0
    number = math.floor(at / window)
    chance = dice(sensor.seed, sensor.code, "episode", number)
    begin = number * window + chance.uniform(0, window - EPISODE_S)
    return _shape((at - begin) / EPISODE_S) * chance.uniform(0.7, 1.0)


def _shape(share: float) -> float:
    """Up within a quarter, down within the last."""
    return max(0.0, min(1.0, 4 * share, 4 * (1 - share)))


def _is_ill(sensor: SensorEntry, at: float) -> bool:
    """A fault comes and goes: ten minutes in forty, at times of its own."""
    return (at / 600.0 + sensor.number) % 4 < 1
