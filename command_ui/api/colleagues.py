"""`GET /api/colleagues`: whom an incident or a shift can be handed to. Names and seats; the rights themselves are the administrators'."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request, Response

from command_ui.api.answers import COLLEAGUES, answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from domain import permissions


def colleagues_router(center: Center, guard: Guard) -> APIRouter:
    """The one route."""
    router = APIRouter(prefix="/api", tags=["questions"])

    @router.get(
        "/colleagues",
        summary="Persons at a desk, who can take over an incident or a shift.",
        response_class=Response,
        responses=answered(COLLEAGUES),
    )
    async def colleagues(request: Request) -> Response:
        permissions.require_view("colleagues", (await guard(request)).roles)
        found = [
            {"account": one.account, "zh": one.zh, "en": one.en, "seat": one.seat, "roles": one.roles}
            for _, one in center.typed("account_directory")
            if one.kind == "person" and not one.is_disabled and permissions.may("accept_hand_over", one.roles)
        ]
        return Response(msgspec.json.encode({"colleagues": found}), media_type="application/json")

    return router
