"""Fixes and readings as they come in: each is checked alone, and what is well goes to the telemetry log in one record."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from fastapi import Response

from command_ui.api.elements import BadElement, Elements, answer, element_reader, take_each
from command_ui.center import Center
from domain.times import AHEAD_S_MAX, EARLIEST
from streams.positions import Fix
from streams.sources.datum import to_wgs84

LON_MAX, LAT_MAX = 180.0, 90.0
HEADING_DEG_MAX = 360.0
# A rescue helicopter flies at 300; what is ten times that is a fault of the receiver.
SPEED_KMH_MAX = 3_000.0
# Wider than any city: a fix of a mobile network's cell, not of nothing.
ACCURACY_M_MAX = 100_000.0


class FixIn(msgspec.Struct):
    """One AVL fix as it comes."""

    unit: str
    lon: float
    lat: float
    at: datetime
    heading_deg: float | None = None
    speed_kmh: float | None = None
    accuracy_m: float | None = None
    datum: str = "WGS-84"


class ReadingIn(msgspec.Struct):
    """One reading as it comes."""

    sensor: str
    value: float
    at: datetime


FIX_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["unit", "lon", "lat", "at"],
    "properties": {
        "unit": {"type": "string"},
        "lon": {"type": "number", "minimum": -180, "maximum": 180},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "at": {"type": "string", "format": "date-time"},
        "heading_deg": {"type": ["number", "null"], "minimum": 0, "maximum": HEADING_DEG_MAX},
        "speed_kmh": {"type": ["number", "null"], "minimum": 0, "maximum": SPEED_KMH_MAX},
        "accuracy_m": {"type": ["number", "null"], "minimum": 0, "maximum": ACCURACY_M_MAX},
        "datum": {"type": "string", "enum": ["WGS-84", "GCJ-02", "BD-09"]},
    },
}
READING_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["sensor", "value", "at"],
    "properties": {"sensor": {"type": "string"}, "value": {"type": "number"}, "at": {"type": "string", "format": "date-time"}},
}

_fix_of = element_reader(FixIn)
_reading_of = element_reader(ReadingIn)


async def take_positions(center: Center, elements: Elements) -> Response:
    """Fixes of units that are registered."""
    now = center.now()

    def read(element: msgspec.Raw) -> Fix:
        fix = _fix_of(element)
        if not center.is_known_unit(fix.unit):
            raise BadElement("unit", f"There is no unit {fix.unit[:64]}.", f"没有单位 {fix.unit[:64]}。")
        lon, lat = _wgs84(fix)
        _require_motion(fix)
        at_ms = int(_moment(fix.at, now).timestamp() * 1000)
        return Fix(fix.unit, lon, lat, fix.heading_deg, fix.speed_kmh, at_ms, elements.source)

    fixes, rejections = take_each(elements.raw, read)
    rows = [(fix.unit, fix.lon, fix.lat, fix.heading_deg, fix.speed_kmh, fix.at_ms) for fix in fixes]
    newest = datetime.fromtimestamp(max(fix.at_ms for fix in fixes) / 1000, UTC) if fixes else None

    def show(position: int) -> None:
        if fixes:
            center.take_positions(fixes, position)

    position = await _logged(center, "fixes", elements.source, rows, show, rejected=rejections.count, newest=newest)
    center.heard(elements.source, "avl", newest=newest, accepted=len(fixes), rejected=rejections.count, position=position)
    return answer(len(fixes), rejections, position=position)


async def take_readings(center: Center, elements: Elements) -> Response:
    """Readings of sensors that are registered."""
    now = center.now()

    def read(element: msgspec.Raw) -> tuple[str, float, datetime]:
        reading = _reading_of(element)
        if not center.alarms.is_known_sensor(reading.sensor):
            raise BadElement("sensor", f"There is no sensor {reading.sensor[:64]}.", f"没有传感器 {reading.sensor[:64]}。")
        if not math.isfinite(reading.value):
            raise BadElement("value", "value is not a finite number.", "value 不是有限的数。")
        return reading.sensor, reading.value, _moment(reading.at, now)

    taken, rejections = take_each(elements.raw, read)
    newest = max((at for _, _, at in taken), default=None)

    def watch(position: int) -> None:
        if taken:
            center.take_readings(taken, position)

    position = await _logged(center, "readings", elements.source, taken, watch, rejected=rejections.count, newest=newest)
    center.heard(elements.source, "readings", newest=newest, accepted=len(taken), rejected=rejections.count, position=position)
    return answer(len(taken), rejections, position=position)


async def _logged(
    center: Center, kind: str, source: str, taken: Sequence[Any], then: Callable[[int], None], *, rejected: int, newest: datetime | None
) -> int:
    """The position of the batch on the telemetry log, once it is there; an empty request leaves no row.

    `then` is called with it in the event loop at that moment, before whoever awaits this goes on: what is recorded is shown, and without
    a turn of the loop in between.
    """
    if not taken and not rejected:
        return center.machine.telemetry.position
    loop = asyncio.get_running_loop()
    logged: asyncio.Future[int] = loop.create_future()

    def settle() -> None:
        failure = waiting.exception()
        if failure is None:
            then(waiting.result())
        if logged.done():
            return  # Who awaited it was cancelled.
        if failure is None:
            logged.set_result(waiting.result())
        else:
            logged.set_exception(failure)

    newest_at = newest.timestamp() if newest is not None else None
    waiting = center.machine.telemetry.append(kind, source, len(taken), msgspec.json.encode(taken), rejected=rejected, newest_at=newest_at)
    waiting.add_done_callback(lambda _: loop.call_soon_threadsafe(settle))
    return await logged


def _wgs84(fix: FixIn) -> tuple[float, float]:
    if abs(fix.lon) > LON_MAX:
        raise BadElement("lon", f"lon is {fix.lon}: it must lie between -180 and 180.", f"lon 为 {fix.lon}:应在 -180 与 180 之间。")
    if abs(fix.lat) > LAT_MAX:
        raise BadElement("lat", f"lat is {fix.lat}: it must lie between -90 and 90.", f"lat 为 {fix.lat}:应在 -90 与 90 之间。")
    if fix.datum == "WGS-84":
        return fix.lon, fix.lat
    try:
        return to_wgs84(fix.lon, fix.lat, fix.datum)
    except ValueError as error:
        raise BadElement("datum", str(error), f"未知坐标系 {fix.datum[:20]}:应为 WGS-84、GCJ-02 或 BD-09。") from None


def _require_motion(fix: FixIn) -> None:
    for field, value, highest in (
        ("heading_deg", fix.heading_deg, HEADING_DEG_MAX),
        ("speed_kmh", fix.speed_kmh, SPEED_KMH_MAX),
        ("accuracy_m", fix.accuracy_m, ACCURACY_M_MAX),
    ):
        if value is not None and not 0 <= value <= highest:
            en, zh = f"must lie between 0 and {highest:g}", f"应在 0 与 {highest:g} 之间"
            raise BadElement(field, f"{field} is {value:g}: it {en}.", f"{field} 为 {value:g}:{zh}。")


def _moment(at: datetime, now: datetime) -> datetime:
    if at.tzinfo is None:
        raise BadElement("at", f"at is {at.isoformat()} without an offset from UTC.", f"at 为 {at.isoformat()},没有时区。")
    if at < EARLIEST:
        raise BadElement(
            "at", f"at is {at.isoformat()}: nothing before 1970 can be recorded.", f"at 为 {at.isoformat()}:不能早于 1970 年。"
        )
    ahead = (at - now).total_seconds()
    if ahead > AHEAD_S_MAX:
        raise BadElement(
            "at",
            f"at is {at.isoformat()}, {ahead:.0f} seconds ahead of the server's clock.",
            f"at 为 {at.isoformat()},比服务器时间超前 {ahead:.0f} 秒。",
        )
    return min(at.astimezone(UTC), now)
