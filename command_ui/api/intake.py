"""`POST /api/intake/…`: what feeds data in. One bad element never costs the others."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Request, Response

from command_ui.accounts.principal import Principal
from command_ui.api.commands import Guard, own_key
from command_ui.center import Center
from command_ui.problems import Problem, problem_of
from command_ui.scope import require_scope
from command_ui.wire import adapter, parse_value, read_body
from domain import commands as ask
from domain import permissions
from domain.assignment import STEP_EN, STEP_ZH, Step
from domain.bounds import Address, Code, ShortText, Text
from domain.decisions import DECISIONS
from domain.refusals import Refusal, UnknownThing
from domain.times import AHEAD_S_MAX, EARLIEST
from streams.failures import StoreUnavailable
from streams.positions import Fix
from streams.sources.datum import to_wgs84

# One request: a city's fixes of one second. More elements come in another request.
ELEMENTS_MAX = 5_000
# A source's name is shown on the consoles.
SOURCE_LENGTH_MAX = 64
# What a person reads of what was refused; the number refused is always given.
REJECTED_SHOWN_MAX = 100


LON_MAX, LAT_MAX = 180.0, 90.0
HEADING_DEG_MAX = 360.0
# A rescue helicopter flies at 300; what is ten times that is a fault of the receiver.
SPEED_KMH_MAX = 3_000.0
# Wider than any city: a fix of a mobile network's cell, not of nothing.
ACCURACY_M_MAX = 100_000.0
UNAVAILABLE = 503


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


@dataclass(frozen=True, slots=True)
class Rejected:
    """An element that was not taken, and why."""

    index: int
    field: str
    en: str
    zh: str


class _Bad(Exception):
    def __init__(self, field: str, en: str, zh: str) -> None:
        self.field, self.en, self.zh = field, en, zh
        super().__init__(en)


def intake_router(center: Center, guard: Guard, bytes_max: int) -> APIRouter:
    """The routes of the intake."""
    router = APIRouter(prefix="/api/intake", tags=["intake"])
    fix_of = _element_reader(FixIn)
    reading_of = _element_reader(ReadingIn)

    async def elements(request: Request, name: str) -> tuple[Principal, str, list[msgspec.Raw]]:
        principal = await guard(request)
        permissions.require_view("intake", principal.roles)
        source, found = _envelope(await read_body(request, bytes_max), name)
        return principal, source, found

    async def positions(request: Request) -> Response:
        _, source, raw = await elements(request, "fixes")
        now = center.now()

        def read(element: msgspec.Raw) -> Fix:
            fix = fix_of(element)
            if not center.is_known_unit(fix.unit):
                raise _Bad("unit", f"There is no unit {fix.unit[:64]}.", f"没有单位 {fix.unit[:64]}。")
            lon, lat = _wgs84(fix)
            _require_motion(fix)
            return Fix(fix.unit, lon, lat, fix.heading_deg, fix.speed_kmh, int(_moment(fix.at, now).timestamp() * 1000), source)

        fixes, rejected, count = _taken(raw, read)
        rows = [(fix.unit, fix.lon, fix.lat, fix.heading_deg, fix.speed_kmh, fix.at_ms) for fix in fixes]
        newest = datetime.fromtimestamp(max(fix.at_ms for fix in fixes) / 1000, UTC) if fixes else None
        position = await _logged(center, "fixes", source, rows, rejected=count, newest=newest)
        if fixes:
            center.take_positions(fixes, position)
        center.sources.heard(source, "avl", newest=newest, accepted=len(fixes), rejected=count, position=position)
        return _answer(len(fixes), rejected, count, position=position)

    async def readings(request: Request) -> Response:
        _, source, raw = await elements(request, "readings")
        now = center.now()

        def read(element: msgspec.Raw) -> tuple[str, float, datetime]:
            reading = reading_of(element)
            if not center.alarms.is_known_sensor(reading.sensor):
                raise _Bad("sensor", f"There is no sensor {reading.sensor[:64]}.", f"没有传感器 {reading.sensor[:64]}。")
            if not math.isfinite(reading.value):
                raise _Bad("value", "value is not a finite number.", "value 不是有限的数。")
            return reading.sensor, reading.value, _moment(reading.at, now)

        taken, rejected, count = _taken(raw, read)
        newest = max((at for _, _, at in taken), default=None)
        position = await _logged(center, "readings", source, taken, rejected=count, newest=newest)
        if taken:
            center.alarms.take(taken, position)
        center.sources.heard(source, "readings", newest=newest, accepted=len(taken), rejected=count, position=position)
        return _answer(len(taken), rejected, count, position=position)

    async def unit_status(request: Request) -> Response:
        principal, source, raw = await elements(request, "statuses")

        async def send(index: int, element: dict[str, Any]) -> dict[str, Any]:
            name, body = _status_command(center, parse_value(StatusIn, element))
            return await _command(center, principal, name, body, _key(source, "status", element, index))

        return await _decided(center, source, raw, send, "statuses")

    async def calls(request: Request) -> Response:
        principal, source, raw = await elements(request, "calls")

        async def send(index: int, element: dict[str, Any]) -> dict[str, Any]:
            return await _command(center, principal, "take_call", element, _key(source, "call", element, index))

        return await _decided(center, source, raw, send, "calls")

    async def citizen_reports(request: Request) -> Response:
        principal, source, raw = await elements(request, "reports")

        async def send(index: int, element: dict[str, Any]) -> dict[str, Any]:
            report = parse_value(ReportIn, element)
            body = {
                "source": "app",
                "caller_name": report.reporter_name,
                "caller_number": report.reporter_number,
                "place": asdict(report.place),
                "address": report.address,
                "incident_type": report.incident_type,
                "description": report.description,
                "received_at": report.at.isoformat(),
            }
            return await _command(center, principal, "take_call", body, _key(source, "report", element, index))

        return await _decided(center, source, raw, send, "calls")

    for path, endpoint, name, kind, summary in (
        ("/positions", positions, "fixes", FIX_SCHEMA, "Positions of units."),
        ("/readings", readings, "readings", READING_SCHEMA, "Readings of sensors."),
        ("/unit_status", unit_status, "statuses", None, "Status reports of units."),
        ("/calls", calls, "calls", None, "Calls taken elsewhere."),
        ("/citizen_reports", citizen_reports, "reports", None, "Reports of citizens."),
    ):
        schema = kind or adapter({"statuses": StatusIn, "calls": ask.TakeCall, "reports": ReportIn}[name]).json_schema(
            ref_template="#/components/schemas/{model}"
        )
        _route(router, path, endpoint, name, dict(schema), summary)
    return router


ReportedStatus = Step | Literal["cleared", "available", "out_of_service"]


@dataclass(frozen=True, slots=True)
class StatusIn:
    """A unit's status as its radio or terminal reports it."""

    unit: Code
    status: ReportedStatus
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportIn:
    """A citizen's report."""

    place: ask.Place
    description: Text
    at: datetime
    incident_type: str = ""
    address: Address = ""
    reporter_name: ShortText = ""
    reporter_number: ShortText = ""


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

_ENVELOPE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_SOURCE = msgspec.json.Decoder(str)


def _envelope(body: bytes, name: str) -> tuple[str, list[msgspec.Raw]]:
    field = "source"
    try:
        envelope = _ENVELOPE.decode(body)
        source = _SOURCE.decode(envelope.get("source", b"null"))
        field = name
        found = _ELEMENTS.decode(envelope.get(name, b"null"))
    except msgspec.ValidationError:
        raise Problem(
            422,
            "invalid_field",
            f'The body must be {{"source": "a name", "{name}": [...]}}.',
            f'请求体应为 {{"source": "名称", "{name}": [...]}}。',
            field=field,
        ) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", f"The body is not JSON: {error}.", f"请求体不是有效的 JSON:{error}。") from None
    if not 0 < len(source) <= SOURCE_LENGTH_MAX or not source.isprintable():
        en, zh = "source must be 1 to 64 printable characters.", "source 应为 1 至 64 个可打印字符。"
        raise Problem(422, "invalid_field", en, zh, field="source")
    if len(found) > ELEMENTS_MAX:
        raise Problem(
            413,
            "batch_too_large",
            f"{name} has {len(found)} elements: at most {ELEMENTS_MAX} in one request.",
            f"{name} 有 {len(found)} 条:每次最多 {ELEMENTS_MAX} 条。",
            field=name,
        )
    return source, found


def _element_reader(kind: type[Any]) -> Callable[[msgspec.Raw], Any]:
    decoder = msgspec.json.Decoder(kind)

    def read(element: msgspec.Raw) -> Any:  # noqa: ANN401 -- the kind that was asked for
        try:
            return decoder.decode(element)
        except (msgspec.DecodeError, RecursionError) as error:
            reason, _, path = str(error).partition(" - at `$")
            field = path.strip("`.") if path else _missing_in(reason)
            raise _Bad(field, f"{field or 'The element'}: {reason}.", f"{field or '该条'}:格式不对({reason})。") from None

    return read


def _missing_in(reason: str) -> str:
    """The field in «Object missing required field `lat`»."""
    _, found, rest = reason.partition("missing required field `")
    return rest.partition("`")[0] if found else ""


def _taken(raw: Sequence[msgspec.Raw], read: Callable[[msgspec.Raw], Any]) -> tuple[list[Any], list[Rejected], int]:
    taken: list[Any] = []
    rejected: list[Rejected] = []
    count = 0
    for index, element in enumerate(raw):
        try:
            taken.append(read(element))
        except _Bad as bad:
            count += 1
            if len(rejected) < REJECTED_SHOWN_MAX:
                rejected.append(Rejected(index, bad.field, bad.en, bad.zh))
    return taken, rejected, count


async def _logged(center: Center, kind: str, source: str, taken: list[Any], *, rejected: int, newest: datetime | None) -> int:
    """The position of the batch on the telemetry log, once it is there; an empty request leaves no row."""
    if not taken and not rejected:
        return center.machine.telemetry.position
    newest_at = newest.timestamp() if newest is not None else None
    waiting = center.machine.telemetry.append(kind, source, len(taken), msgspec.json.encode(taken), rejected=rejected, newest_at=newest_at)
    position: int = await asyncio.wrap_future(waiting)
    return position


def _wgs84(fix: FixIn) -> tuple[float, float]:
    if abs(fix.lon) > LON_MAX:
        raise _Bad("lon", f"lon is {fix.lon}: it must lie between -180 and 180.", f"lon 为 {fix.lon}:应在 -180 与 180 之间。")
    if abs(fix.lat) > LAT_MAX:
        raise _Bad("lat", f"lat is {fix.lat}: it must lie between -90 and 90.", f"lat 为 {fix.lat}:应在 -90 与 90 之间。")
    if fix.datum == "WGS-84":
        return fix.lon, fix.lat
    try:
        return to_wgs84(fix.lon, fix.lat, fix.datum)
    except ValueError as error:
        raise _Bad("datum", str(error), f"未知坐标系 {fix.datum[:20]}:应为 WGS-84、GCJ-02 或 BD-09。") from None


def _require_motion(fix: FixIn) -> None:
    for field, value, highest in (
        ("heading_deg", fix.heading_deg, HEADING_DEG_MAX),
        ("speed_kmh", fix.speed_kmh, SPEED_KMH_MAX),
        ("accuracy_m", fix.accuracy_m, ACCURACY_M_MAX),
    ):
        if value is not None and not 0 <= value <= highest:
            en, zh = f"must lie between 0 and {highest:g}", f"应在 0 与 {highest:g} 之间"
            raise _Bad(field, f"{field} is {value:g}: it {en}.", f"{field} 为 {value:g}:{zh}。")


def _moment(at: datetime, now: datetime) -> datetime:
    if at.tzinfo is None:
        raise _Bad("at", f"at is {at.isoformat()} without an offset from UTC.", f"at 为 {at.isoformat()},没有时区。")
    if at < EARLIEST:
        raise _Bad("at", f"at is {at.isoformat()}: nothing before 1970 can be recorded.", f"at 为 {at.isoformat()}:不能早于 1970 年。")
    ahead = (at - now).total_seconds()
    if ahead > AHEAD_S_MAX:
        raise _Bad(
            "at",
            f"at is {at.isoformat()}, {ahead:.0f} seconds ahead of the server's clock.",
            f"at 为 {at.isoformat()},比服务器时间超前 {ahead:.0f} 秒。",
        )
    return min(at.astimezone(UTC), now)


async def _decided(
    center: Center,
    source: str,
    raw: list[msgspec.Raw],
    send: Callable[[int, dict[str, Any]], Awaitable[dict[str, Any]]],
    name: str,
) -> Response:
    results: list[dict[str, Any]] = []
    rejected: list[Rejected] = []
    count = 0
    for index, element in enumerate(raw):
        try:
            try:
                body = json.loads(bytes(element))
            except (RecursionError, ValueError):
                # Too deep, or a number of more digits than anybody means.
                body = None
            if not isinstance(body, dict):
                raise Problem(422, "invalid_field", "The element is not an object.", "该条不是对象。")
            results.append(await send(index, body))
        except Exception as error:
            problem = problem_of(error)
            if problem is None or problem.status == UNAVAILABLE:
                raise
            count += 1
            if len(rejected) < REJECTED_SHOWN_MAX:
                rejected.append(Rejected(index, problem.field, problem.en, problem.zh))
    # What was accepted is on disk as facts; that its count cannot be logged now is no reason to have it sent again.
    heard = center.machine.telemetry.position
    with contextlib.suppress(StoreUnavailable):
        waiting = center.machine.telemetry.append("intake", source, len(results), b"[]", rejected=count)
        heard = await asyncio.wrap_future(waiting)
    center.sources.heard(source, "intake", newest=None, accepted=len(results), rejected=count, position=heard)
    return _answer(len(results), rejected, count, position=center.machine.facts.last_position, **{name: results})


async def _command(center: Center, principal: Principal, name: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    decision = DECISIONS[name]
    permissions.require(name, principal.roles)
    command = parse_value(decision.command, body)
    require_scope(center, principal, command)
    future = center.machine.submit(decision, command, account=principal.account, seat=principal.seat, key=own_key(principal, key))
    return (await asyncio.wrap_future(future)).result


def _status_command(center: Center, report: StatusIn) -> tuple[str, dict[str, Any]]:
    unit = center.document("unit_status", report.unit)
    if unit is None:
        raise UnknownThing(kind="unit", name=report.unit)
    at = report.at.isoformat() if report.at else None
    if report.status == "out_of_service":
        return "put_out_of_service", {"unit": report.unit, "reason": report.reason or "reported by the unit"}
    if report.status == "available" and not unit.assignment:
        return "return_to_service", {"unit": report.unit}
    step = "cleared" if report.status == "available" else report.status
    if not unit.assignment:
        raise UnitHasNoAssignment(unit=report.unit, status=STEP_EN[report.status], status_zh=STEP_ZH[report.status])
    return "step_assignment", {"assignment": unit.assignment, "step": step, "occurred_at": at}


class UnitHasNoAssignment(Refusal):
    """A step needs an assignment."""

    en = "{unit} is on no assignment: «{status}» cannot be recorded."
    zh = "{unit} 没有任务,不能登记「{status_zh}」。"
    about = "unit"


def _key(source: str, kind: str, element: dict[str, Any], index: int) -> str:
    """An element that names itself (`external_id`) is taken once however often it is sent; others are told apart by their content."""
    name = element.get("external_id") or json.dumps(element, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{source}\0{kind}\0{name}\0{'' if element.get('external_id') else index}".encode()).hexdigest()[:40]


def _answer(accepted: int, rejected: list[Rejected], count: int, *, position: int, **more: Any) -> Response:  # noqa: ANN401 -- results
    body = {"accepted": accepted, "rejected_count": count, "rejected": rejected, "position": position, **more}
    return Response(msgspec.json.encode(body), media_type="application/json")


# One bad element never costs the others, so a request that holds one is no bad request.
_REFUSED_ALONE = {"description": "Anything else is refused by itself, and named in `rejected`."}


def _route(router: APIRouter, path: str, endpoint: Any, name: str, element: dict[str, Any], summary: str) -> None:  # noqa: ANN401
    element.pop("$defs", None)
    body = {
        "type": "object",
        "required": ["source", name],
        "properties": {
            "source": {"type": "string", "minLength": 1, "maxLength": 64},
            name: {"type": "array", "maxItems": ELEMENTS_MAX, "items": {"anyOf": [element, _REFUSED_ALONE]}},
        },
    }
    answer = {
        "type": "object",
        "required": ["accepted", "rejected_count", "rejected", "position"],
        "properties": {
            "accepted": {"type": "integer"},
            "rejected_count": {"type": "integer"},
            "rejected": {"type": "array", "items": {"type": "object"}},
            "position": {"type": "integer"},
        },
    }
    router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        summary=summary,
        response_class=Response,
        responses={200: {"content": {"application/json": {"schema": answer}}, "description": "What was taken, and what was not and why."}},
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}},
    )
