"""`GET /api/incidents/{incident}/record` and `…/readers`: everything that is known of one incident, and who has read it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from command_ui.accounts.principal import Principal
from command_ui.api.answers import READERS, RECORD, answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from command_ui.wire import in_utc
from domain import permissions
from domain.refusals import UnknownThing
from projections.incident_record import record_of
from projections.record_documents import IncidentRecord, RecordPerson

AsOf = Annotated[datetime | None, Query(description="The record as it was known at this time, with an offset from UTC.")]


def record_router(center: Center, guard: Guard) -> APIRouter:
    """The routes of an incident's record."""
    router = APIRouter(prefix="/api/incidents", tags=["questions"])

    @router.get(
        "/{incident}/record",
        summary="The whole record of an incident, open or closed: every fact, its author and its cause.",
        response_class=Response,
        responses=answered(RECORD),
    )
    async def record(request: Request, incident: str, as_of: AsOf = None) -> Response:
        principal = await guard(request)
        permissions.require_view("record", principal.roles)
        moment = in_utc(as_of, "as_of") if as_of is not None else None
        found = await asyncio.to_thread(_record, center, principal, incident, moment)
        await asyncio.to_thread(center.machine.accesses.opened, incident, principal.account, principal.seat, center.now())
        return _json({"server_time": center.now(), "as_of": moment, "record": found})

    @router.get(
        "/{incident}/readers",
        summary="Who opened the record of an incident, newest first.",
        response_class=Response,
        responses=answered(READERS),
    )
    async def readers(request: Request, incident: str) -> Response:
        principal = await guard(request)
        permissions.require_view("readers", principal.roles)
        head = center.document("incident_board", incident)
        if head is None:
            raise UnknownThing(kind="incident", name=incident)
        _require_reach(principal, head)
        found = await asyncio.to_thread(center.machine.accesses.readers, incident)
        people = {access.account: _person(center, access.account) for access in found}
        named = {account: {"zh": person.zh, "en": person.en} for account, person in people.items()}
        return _json({"incident": incident, "readers": found, "people": named})

    return router


def _record(center: Center, principal: Principal, number: str, moment: datetime | None) -> IncidentRecord:
    facts = center.machine.incident_facts(number)
    if moment is not None:
        facts = [recorded for recorded in facts if recorded.fact.timestamp <= moment]
    record = record_of(facts, lambda account: _person(center, account))
    if record is None:
        raise UnknownThing(kind="incident", name=number)
    # As it lies now: who has lost sight of an incident does not find it again in its past.
    _require_reach(principal, center.document("incident_board", number) or record.head)
    if not permissions.may_view("call_board", principal.roles):
        record = replace(record, calls=tuple(replace(call, caller_masked="") for call in record.calls))
    return record


def _require_reach(principal: Principal, head: Any) -> None:  # noqa: ANN401 -- a document of the incident board
    agencies = {head.agency, *(row.agency for row in head.assignments)}
    principal.scope.require(head.number, agencies=agencies, district=head.district)


def _person(center: Center, account: str) -> RecordPerson:
    known = center.document("account_directory", account)
    if known is None:
        return RecordPerson(account=account, zh=account, en=account, seat="")
    return RecordPerson(account=account, zh=known.zh, en=known.en, seat=known.seat)


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
