"""`POST /api/intake/…`: what feeds data in. One bad element never costs the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from command_ui.accounts.principal import Principal
from command_ui.api.commands import Guard
from command_ui.api.elements import Elements, described, read_envelope
from command_ui.api.intake_reports import ReportIn, StatusIn, take_calls, take_citizen_reports, take_statuses
from command_ui.api.intake_telemetry import FIX_SCHEMA, READING_SCHEMA, take_positions, take_readings
from command_ui.center import Center
from command_ui.wire import adapter, read_body
from domain import commands as ask
from domain import permissions


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in: its path, the name of its elements and the schema of one, and who takes them."""

    path: str
    summary: str
    name: str
    schema: dict[str, Any]
    take: Callable[[Center, Elements], Awaitable[Response]]


def intake_router(center: Center, guard: Guard, bytes_max: int) -> APIRouter:
    """The routes of the intake."""
    router = APIRouter(prefix="/api/intake", tags=["intake"])

    def open_entrance(entrance: Entrance) -> None:
        async def endpoint(request: Request) -> Response:
            return await take(center, await guard(request), entrance, await read_body(request, bytes_max))

        router.add_api_route(
            entrance.path,
            endpoint,
            methods=["POST"],
            name=entrance.path.strip("/"),
            summary=entrance.summary,
            response_class=Response,
            **described(entrance.name, entrance.schema),
        )

    for entrance in ENTRANCES:
        open_entrance(entrance)
    return router


async def take(center: Center, principal: Principal, entrance: Entrance, body: bytes) -> Response:
    """The answer to who sends this body. Raises Refusal or Problem where it is refused as a whole."""
    permissions.require_view("intake", principal.roles)
    source, raw = read_envelope(body, entrance.name)
    return await entrance.take(center, Elements(principal, source, raw))


def _schema(kind: type[Any]) -> dict[str, Any]:
    """Its named parts stand with those of the commands."""
    schema = adapter(kind).json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return schema


ENTRANCES = (
    Entrance("/positions", "Positions of units.", "fixes", FIX_SCHEMA, take_positions),
    Entrance("/readings", "Readings of sensors.", "readings", READING_SCHEMA, take_readings),
    Entrance("/unit_status", "Status reports of units.", "statuses", _schema(StatusIn), take_statuses),
    Entrance("/calls", "Calls taken elsewhere.", "calls", _schema(ask.TakeCall), take_calls),
    Entrance("/citizen_reports", "Reports of citizens.", "reports", _schema(ReportIn), take_citizen_reports),
)
