"""The direct way to the intake: the same answers, headers and refusals as through the framework."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import APIRouter, Request, Response
from starlette.types import Message, Receive, Scope, Send

from command_ui.direct import DirectRoutes, endpoints_of
from domain.refusals import UnknownThing
from tests.server_fixture import City, now, refusal


async def takes(_: Request) -> Response:
    return Response(b"taken")


async def refuses(_: Request) -> Response:
    raise UnknownThing(kind="unit", name="E11")


async def fails(_: Request) -> Response:
    raise ZeroDivisionError


def a_router() -> APIRouter:
    router = APIRouter(prefix="/api/intake")
    for path, endpoint in (("/positions", takes), ("/refused", refuses), ("/failing", fails)):
        router.add_api_route(path, endpoint, methods=["POST"], response_class=Response)
    return router


def answer(path: str, method: str = "POST", kind: str = "http") -> list[Message]:
    """What an application with a direct way says; the application itself says its name only."""
    said: list[Message] = []

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "the application"})

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope: dict[str, Any] = {"type": kind, "method": method, "path": path, "headers": []}
    asyncio.run(DirectRoutes(application, endpoints=endpoints_of(a_router()))(scope, receive, send))
    return said


def test_what_is_named_goes_straight_to_its_endpoint() -> None:
    start, body = answer("/api/intake/positions")
    assert (start["status"], body["body"]) == (200, b"taken")


@pytest.mark.parametrize(
    ("path", "method", "kind"),
    [("/api/intake/positions/", "POST", "http"), ("/api/intake/positions", "GET", "http"), ("/api/intake/positions", "POST", "websocket")],
)
def test_everything_else_goes_to_the_application(path: str, method: str, kind: str) -> None:
    assert answer(path, method, kind) == [{"type": "the application"}]


def test_a_refusal_is_answered_and_a_failure_is_left_to_the_framework() -> None:
    start, body = answer("/api/intake/refused")
    assert start["status"] == 404
    assert b"E11" in body["body"]
    with pytest.raises(ZeroDivisionError):
        answer("/api/intake/failing")


@pytest.mark.server
def test_the_intake_answers_with_the_headers_of_every_answer(city: City) -> None:
    fix = {"unit": city.unit(), "lon": 117.2, "lat": 39.1, "at": now().isoformat()}
    taken = city.api.post("/api/intake/positions", {"source": "x", "fixes": [fix]})
    elsewhere = city.api.client.get("/api/views/unit_position")
    for name in ("content-security-policy", "x-content-type-options", "cache-control", "cross-origin-resource-policy"):
        assert taken.headers[name] == elsewhere.headers[name]
    refused = city.api.raw("/api/intake/positions", b"{")
    refusal(refused, 400)
    assert refused.headers["cache-control"] == "no-store"
