"""`GET /api/catalogue/…`: how each thing came to be as it is, by whom; and the templates that settings begin from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from fastapi import APIRouter, Request, Response

from command_ui.api.answers import HISTORY, TEMPLATES, answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from domain import permissions, status_codes, timers
from domain.account import Account
from domain.administration_commands import Undoable
from domain.fact import Fact
from domain.refusals import UnknownThing

# The newest of them; the log has the rest.
HISTORY_ENTRIES_MAX = 200

# What every fact carries, and what names the thing itself: no change of its definition.
_BESIDE: Final = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp", "by", "scope", "kind"})
# Units and accounts have a life beside their definition; it is told elsewhere.
_DEFINING: Final = frozenset({"registered", "defined", "created", "set", "changed", "renamed", "redefined", "retired", "reinstated"})
_OF_ACCOUNTS: Final = frozenset({"disabled", "enabled", "password_reset", "locked_out", "token_created", "token_revoked"})


def catalogue_router(center: Center, guard: Guard) -> APIRouter:
    """The routes of the catalogue's past."""
    router = APIRouter(prefix="/api/catalogue", tags=["catalogue"])

    @router.get(
        "/{kind}/{code:path}/history",
        summary="The changes of one thing, newest first: who, when, what it was before.",
        response_class=Response,
        responses=answered(HISTORY),
    )
    async def history(request: Request, kind: Undoable, code: str) -> Response:
        principal = await guard(request)
        permissions.require_view("history", principal.roles)
        if kind == "account":
            permissions.require_view("account_directory", principal.roles)
        facts = await asyncio.to_thread(center.machine.facts.facts_of, f"{kind}:{code}")
        if not facts:
            raise UnknownThing(kind=kind, name=code[:160])
        if kind == "unit":
            principal.scope.require(code, agencies=(getattr(facts[0], "agency", ""),))
        return _json({"kind": kind, "code": code, "entries": changes_of(facts, kind)})

    @router.get(
        "/templates",
        summary="Targets and status codes of standards, to begin from; and the targets that hold where nothing is set.",
        response_class=Response,
        responses=answered(TEMPLATES),
    )
    async def templates(request: Request) -> Response:
        permissions.require_view("templates", (await guard(request)).roles)
        return _json({"timers": timers.TEMPLATES, "status_codes": status_codes.TEMPLATES})

    return router


def changes_of(facts: Iterable[Fact], kind: str) -> list[dict[str, Any]]:
    """Each change with the values before and after it, newest first. `is_definition` ones can be taken back."""
    known: dict[str, Any] = {}
    entries = []
    for fact in facts:
        topic = str(type(fact).TOPIC)
        word = topic.partition(".")[2]
        if word not in _DEFINING and not (kind == "account" and word in _OF_ACCOUNTS):
            continue
        values = _values(fact, kind, word)
        changes = [{"field": name, "before": known.get(name), "after": value} for name, value in values.items() if known.get(name) != value]
        known.update(values)
        entries.append(
            {
                "version": fact.originator_version,
                "topic": topic,
                "recorded_at": fact.timestamp,
                "by": fact.by.account,
                "seat": fact.by.seat,
                "is_definition": word in _DEFINING,
                "reason": getattr(fact, "reason", ""),
                "changes": changes,
            }
        )
    return entries[: -HISTORY_ENTRIES_MAX - 1 : -1]


def _values(fact: Fact, kind: str, word: str) -> dict[str, Any]:
    """The definition that the fact gives, field by field as a form shows it."""
    if word in {"retired", "reinstated"}:
        return {"is_retired": word == "retired"}
    if isinstance(fact, Account.Created | Account.Changed):
        rights = msgspec.to_builtins(fact.rights)
        return {"zh": fact.name.zh, "en": fact.name.en, "seat": fact.seat, **rights}
    if word in _OF_ACCOUNTS:
        return {"is_disabled": word == "disabled"} if word in {"disabled", "enabled"} else {}
    found: dict[str, Any] = {}
    for name, value in msgspec.to_builtins(fact).items():
        # A unit's station and an incident type's agency are values; the thing's own code is its name.
        if name in _BESIDE or name == kind or (kind == "response_plan" and name in {"incident_type", "level"}):
            continue
        if name in {"name", "short"}:
            if value is not None:
                prefix = "" if name == "name" else "short_"
                found |= {f"{prefix}zh": value["zh"], f"{prefix}en": value["en"]}
        elif name in {"place", "home", "centre"}:
            if value is not None or kind != "unit":
                found["place"] = value
        else:
            found["area_code" if kind == "district" and name == "code" else name] = value
    if kind == "status_codes":
        found.pop("agency", None)
    return found


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
