"""`POST /api/commands/{name}`: one route a command, each with its own schema; and the batch form for imports."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from command_ui.accounts.principal import Principal
from command_ui.center import Center
from command_ui.in_use import require_unused
from command_ui.problems import Problem, problem_of
from command_ui.scope import require_scope
from command_ui.wire import adapter, parse, parse_value, read_body, with_readable_text
from domain import permissions
from domain.decisions import DECISIONS, Decision
from streams.answers import Answer

# A batch is one group commit or two; a larger one would hold the operators' commands back.
BATCH_COMMANDS_MAX = 500
KEY = re.compile(r"[\x21-\x7e]{8,128}")

Guard = Callable[[Request], Awaitable[Principal]]
Complete = Callable[[str, Answer], Awaitable[Answer]]
"""Adds to an answer what is made after the facts are on disk and shown once: a first password, a token's secret."""

ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["position", "recorded_at", "repeated", "facts", "result"],
    "properties": {
        "position": {"type": "integer", "description": "The position of the last of its facts; they are on disk."},
        "recorded_at": {"type": "string", "format": "date-time"},
        "repeated": {"type": "boolean", "description": "Whether the idempotency key had been answered before."},
        "facts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["topic", "id", "version", "position"],
                "properties": {
                    "topic": {"type": "string"},
                    "id": {"type": "string"},
                    "version": {"type": "integer"},
                    "position": {"type": "integer"},
                },
            },
        },
        "result": {"type": "object"},
    },
}


BATCH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["answers"],
    "properties": {
        "answers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["status"],
                "properties": {
                    "status": {"type": "integer"},
                    "answer": ANSWER_SCHEMA,
                    "refusal": {"$ref": "#/components/schemas/Problem"},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class BatchedCommand:
    """One command of a batch."""

    name: str
    key: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CommandBatch:
    """Commands that are decided in this order, each by itself."""

    commands: list[BatchedCommand]


def commands_router(center: Center, guard: Guard, complete: Complete, bytes_max: int) -> APIRouter:
    """The routes of every command of the catalogue."""
    router = APIRouter(prefix="/api/commands", tags=["commands"])
    machine = center.machine

    async def send(decision: Decision, command: Any, key: str, principal: Principal) -> Answer:  # noqa: ANN401 -- any command
        permissions.require(decision.name, principal.roles)
        require_scope(center, principal, command)
        require_unused(center, command)
        future = machine.submit(decision, command, account=principal.account, seat=principal.seat, key=own_key(principal, key))
        return await complete(decision.name, await asyncio.wrap_future(future))

    def route(decision: Decision) -> None:
        schema = with_readable_text(adapter(decision.command).json_schema(ref_template="#/components/schemas/{model}"))
        schema.pop("$defs", None)

        async def endpoint(request: Request) -> Response:
            principal = await guard(request)
            key = _key(request.headers.get("idempotency-key", ""))
            command = parse(decision.command, await read_body(request, bytes_max))
            return _json(asdict(await send(decision, command, key, principal)))

        router.add_api_route(
            f"/{decision.name}",
            endpoint,
            methods=["POST"],
            name=decision.name,
            summary=(decision.command.__doc__ or "").strip().splitlines()[0],
            response_class=Response,
            responses={
                200: {"content": {"application/json": {"schema": ANSWER_SCHEMA}}, "description": "Accepted; the facts are on disk."}
            },
            openapi_extra={
                "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                "parameters": [
                    {
                        "name": "Idempotency-Key",
                        "in": "header",
                        "required": True,
                        "description": "8 to 128 printable characters; a repeat with the same body gets the first answer again.",
                        "schema": {"type": "string", "pattern": "^[!-~]{8,128}$"},
                    }
                ],
            },
        )

    for decision in DECISIONS.values():
        route(decision)

    async def batch(request: Request) -> Response:
        principal = await guard(request)
        commands = parse(CommandBatch, await read_body(request, bytes_max)).commands
        if len(commands) > BATCH_COMMANDS_MAX:
            raise Problem(
                413,
                "batch_too_large",
                f"The batch has {len(commands)} commands: at most {BATCH_COMMANDS_MAX} in one.",
                f"一批有 {len(commands)} 条命令:每批最多 {BATCH_COMMANDS_MAX} 条。",
                field="commands",
            )

        def begin(item: BatchedCommand) -> asyncio.Future[Answer] | Exception:
            try:
                decision = DECISIONS.get(item.name)
                if decision is None:
                    raise _unknown(item.name)
                permissions.require(decision.name, principal.roles)
                command = parse_value(decision.command, item.body)
                require_scope(center, principal, command)
                require_unused(center, command)
                key = own_key(principal, _key(item.key))
                return asyncio.wrap_future(machine.submit(decision, command, account=principal.account, seat=principal.seat, key=key))
            except Exception as error:
                if problem_of(error) is None:
                    raise
                return error

        begun = [(item.name, begin(item)) for item in commands]
        answers: list[dict[str, Any]] = []
        for name, waiting in begun:
            try:
                if isinstance(waiting, Exception):
                    raise waiting
                answers.append({"status": 200, "answer": asdict(await complete(name, await waiting))})
            except Exception as error:
                problem = problem_of(error)
                if problem is None:
                    raise
                answers.append({"status": problem.status, "refusal": problem.document()})
        return _json({"answers": answers})

    batch_schema = adapter(CommandBatch).json_schema(ref_template="#/components/schemas/{model}")
    router.add_api_route(
        "",
        batch,
        methods=["POST"],
        name="command_batch",
        summary="Up to 500 commands, decided in order, each by itself.",
        response_class=Response,
        responses={200: {"content": {"application/json": {"schema": BATCH_SCHEMA}}, "description": "An answer or a refusal for each."}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": with_readable_text(batch_schema)}},
            }
        },
    )

    async def unknown(name: str, request: Request) -> Response:
        await guard(request)
        raise _unknown(name)

    router.add_api_route("/{name}", unknown, methods=["POST"], include_in_schema=False)
    return router


def own_key(principal: Principal, key: str) -> str:
    """Keys of two accounts never meet, whatever they send."""
    return f"{principal.account}:{key}"


def derived_key(*parts: object) -> str:
    """A key that the same input gives again."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:40]


def command_schemas() -> dict[str, Any]:
    """The named parts of every command's schema, for the OpenAPI document."""
    parts: dict[str, Any] = {}
    for kind in (*(decision.command for decision in DECISIONS.values()), CommandBatch):
        parts.update(adapter(kind).json_schema(ref_template="#/components/schemas/{model}").get("$defs", {}))
    told: dict[str, Any] = with_readable_text(parts)
    return told


def _key(key: str) -> str:
    if not KEY.fullmatch(key):
        raise Problem(
            422,
            "key_is_missing",
            "The header Idempotency-Key is missing or is not 8 to 128 printable characters: make one key for each command.",
            "缺少请求头 Idempotency-Key,或不是 8 至 128 个可打印字符:请为每条命令生成一个键。",
            field="Idempotency-Key",
        )
    return key


def _unknown(name: str) -> Problem:
    return Problem(404, "unknown_command", f"There is no command {name}.", f"没有命令 {name}。", field="name")


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
