"""Signing in and out, and changing one's password."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from annotated_types import MaxLen, MinLen
from fastapi import APIRouter, Request, Response

from command_ui.accounts.accounts import Accounts, SignedIn
from command_ui.accounts.guards import COOKIE, Guard, secret_of, sender_of
from command_ui.accounts.origin import require_origin
from command_ui.accounts.refusals import NotSignedIn, PersonsOnly
from command_ui.wire import adapter, parse, read_body

# A name and two passwords at their longest, in any script.
BODY_BYTES_MAX = 8_192
# Longer than a password may be: what is too long is told in the sentence about passwords.
GIVEN_LENGTH_MAX = 1_024

SESSION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["account", "zh", "en", "seat", "roles", "scope", "csrf", "expires_at", "must_change_password"],
    "properties": {
        "account": {"type": "string"},
        "zh": {"type": "string"},
        "en": {"type": "string"},
        "seat": {"type": "string"},
        "roles": {"type": "array", "items": {"type": "string"}},
        "scope": {
            "type": "object",
            "description": "An empty list means all.",
            "properties": {
                "agencies": {"type": "array", "items": {"type": "string"}},
                "districts": {"type": "array", "items": {"type": "string"}},
            },
        },
        "csrf": {"type": "string", "description": "To be sent as X-CSRF-Token with everything but GET; empty for a token."},
        "expires_at": {"type": "string", "format": "date-time"},
        "must_change_password": {"type": "boolean"},
    },
}

GivenPassword = Annotated[str, MinLen(1), MaxLen(GIVEN_LENGTH_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInBody:
    """Who, and the proof."""

    account: Annotated[str, MinLen(1), MaxLen(64)]
    password: GivenPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePasswordBody:
    """The proof once more, and what it shall be."""

    old_password: GivenPassword
    new_password: GivenPassword


def accounts_router(accounts: Accounts, guard: Guard, *, allowed_origins: Collection[str] = (), is_secure: bool = False) -> APIRouter:
    """The four routes. `is_secure`: the cookie is sent over TLS only."""
    router = APIRouter(prefix="/api", tags=["sign-in"])

    def answer(signed_in: SignedIn) -> Response:
        response = _json(signed_in.principal.document())
        response.set_cookie(
            COOKIE,
            signed_in.secret,
            max_age=int(accounts.limits.of(signed_in.principal.roles)[0].total_seconds()),
            path="/",
            secure=is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def sign_in(request: Request) -> Response:
        # Another site must not sign a browser in as somebody of its choosing.
        require_origin(request.headers.get("origin"), request.headers.get("host", ""), allowed_origins)
        body: SignInBody = parse(SignInBody, await read_body(request, BODY_BYTES_MAX))
        signed_in = await accounts.sign_in(body.account, body.password, address=sender_of(request))
        if secret := secret_of(request):
            await accounts.sign_out(secret)
        return answer(signed_in)

    async def sign_out(request: Request) -> Response:
        secret = secret_of(request)
        if secret:
            # A session that is over needs no sign-out, and no refusal of one.
            with contextlib.suppress(NotSignedIn):
                await guard(request)
                await accounts.sign_out(secret)
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/", secure=is_secure, httponly=True, samesite="strict")
        return response

    async def session(request: Request) -> Response:
        return _json((await guard(request)).document())

    async def change_password(request: Request) -> Response:
        if (await guard(request)).via == "token":
            raise PersonsOnly
        body: ChangePasswordBody = parse(ChangePasswordBody, await read_body(request, BODY_BYTES_MAX))
        return answer(await accounts.change_password(secret_of(request), body.old_password, body.new_password, address=sender_of(request)))

    answered: dict[int | str, dict[str, Any]] = {
        200: {"description": "Signed in.", "content": {"application/json": {"schema": SESSION_SCHEMA}}}
    }
    router.add_api_route(
        "/sign_in",
        sign_in,
        methods=["POST"],
        summary="Sign in.",
        response_class=Response,
        responses=answered,
        openapi_extra=_body(SignInBody),
    )
    router.add_api_route("/sign_out", sign_out, methods=["POST"], summary="Sign out.", status_code=204, response_class=Response)
    router.add_api_route("/session", session, methods=["GET"], summary="Who is signed in.", response_class=Response, responses=answered)
    router.add_api_route(
        "/change_password",
        change_password,
        methods=["POST"],
        summary="Change the password of whoever is signed in; every other session of the account ends.",
        response_class=Response,
        responses=answered,
        openapi_extra=_body(ChangePasswordBody),
    )
    return router


def _body(kind: Hashable) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": adapter(kind).json_schema()}}}}


def _json(document: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
