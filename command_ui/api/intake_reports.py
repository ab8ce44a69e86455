"""Status reports, calls and citizens' reports as they come in: each becomes a command, decided in its turn."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from annotated_types import MaxLen
from fastapi import Response

from command_ui.accounts.principal import Principal
from command_ui.agency_codes import reported_status
from command_ui.api.commands import own_key
from command_ui.api.elements import Elements, Rejections, answer
from command_ui.center import Center
from command_ui.problems import Problem, problem_of
from command_ui.scope import require_scope
from command_ui.wire import parse_value
from domain import commands as ask
from domain import permissions
from domain.assignment import STEP_EN, STEP_ZH, Step
from domain.bounds import Address, Code, ShortText, Text
from domain.decisions import DECISIONS
from domain.refusals import Refusal, UnknownThing
from streams.failures import StoreUnavailable

UNAVAILABLE = 503

Send = Callable[[int, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Sends the command of one element, by its index; the result is the command's."""

ReportedStatus = Step | Literal["cleared", "available", "out_of_service"]


@dataclass(frozen=True, slots=True)
class StatusIn:
    """A unit's status as its radio or terminal reports it."""

    unit: Code
    status: ReportedStatus | None = None
    at: datetime | None = None
    reason: str = ""
    code: Annotated[str, MaxLen(16)] = ""


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


async def take_statuses(center: Center, elements: Elements) -> Response:
    """What units report of themselves, each as the command that says it."""

    async def send(index: int, element: dict[str, Any]) -> dict[str, Any]:
        wanted = _status_command(center, parse_value(StatusIn, element))
        if wanted is None:
            return {}
        name, body = wanted
        return await _command(center, elements.principal, name, body, _key(elements.source, "status", element, index))

    return await _decided(center, elements, send, "statuses")


async def take_calls(center: Center, elements: Elements) -> Response:
    """Calls that were taken elsewhere."""

    async def send(index: int, element: dict[str, Any]) -> dict[str, Any]:
        return await _command(center, elements.principal, "take_call", element, _key(elements.source, "call", element, index))

    return await _decided(center, elements, send, "calls")


async def take_citizen_reports(center: Center, elements: Elements) -> Response:
    """What citizens report through an app, each as a call."""

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
        return await _command(center, elements.principal, "take_call", body, _key(elements.source, "report", element, index))

    return await _decided(center, elements, send, "calls")


async def _decided(center: Center, elements: Elements, send: Send, name: str) -> Response:
    results: list[dict[str, Any]] = []
    rejections = Rejections()
    for index, element in enumerate(elements.raw):
        try:
            results.append(await send(index, _object(element)))
        except Exception as error:
            problem = problem_of(error)
            if problem is None or problem.status == UNAVAILABLE:
                raise
            rejections.add(index, problem)
    # What was accepted is on disk as facts; that its count cannot be logged now is no reason to have it sent again.
    heard = center.machine.telemetry.position
    with contextlib.suppress(StoreUnavailable):
        waiting = center.machine.telemetry.append("intake", elements.source, len(results), b"[]", rejected=rejections.count)
        heard = await asyncio.wrap_future(waiting)
    center.heard(elements.source, "intake", newest=None, accepted=len(results), rejected=rejections.count, position=heard)
    return answer(len(results), rejections, position=center.machine.projector.log_end, **{name: results})


def _object(element: msgspec.Raw) -> dict[str, Any]:
    try:
        body = json.loads(bytes(element))
    except (RecursionError, ValueError):
        # Too deep, or a number of more digits than anybody means.
        body = None
    if not isinstance(body, dict):
        raise Problem(422, "invalid_field", "The element is not an object.", "该条不是对象。")
    return body


async def _command(center: Center, principal: Principal, name: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    decision = DECISIONS[name]
    permissions.require(name, principal.roles)
    command = parse_value(decision.command, body)
    require_scope(center, principal, command)
    future = center.machine.submit(decision, command, account=principal.account, seat=principal.seat, key=own_key(principal, key))
    return (await asyncio.wrap_future(future)).result


def _status_command(center: Center, report: StatusIn) -> tuple[str, dict[str, Any]] | None:
    """The command that the report becomes; None for a code that is known to mean nothing here."""
    unit = center.document("unit_status", report.unit)
    if unit is None:
        raise UnknownThing(kind="unit", name=report.unit)
    at = report.at.isoformat() if report.at else None
    status = reported_status(center, report.unit, unit.agency, report.status, report.code)
    if status == "ignored":
        return None
    if status == "out_of_service":
        return "put_out_of_service", {"unit": report.unit, "reason": report.reason or "reported by the unit"}
    if status == "available" and not unit.assignment:
        return "return_to_service", {"unit": report.unit}
    step = "cleared" if status == "available" else status
    if not unit.assignment:
        raise UnitHasNoAssignment(unit=report.unit, status=STEP_EN[status], status_zh=STEP_ZH[status])
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
