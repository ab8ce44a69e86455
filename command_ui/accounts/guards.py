"""The Principal of a request, and of a live link."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.websockets import WebSocket

from command_ui.accounts.accounts import Accounts
from command_ui.accounts.origin import require_origin
from command_ui.accounts.principal import Principal
from command_ui.accounts.refusals import CsrfIsWrong, NotSignedIn, TokenIsWrong
from command_ui.problems import Problem

COOKIE: Final = "drumtower_session"
CSRF_HEADER: Final = "x-csrf-token"
# They change nothing, so a page that makes a browser send them gains nothing.
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Guard = Callable[[Request], Awaitable[Principal]]
GuardSocket = Callable[[WebSocket], Awaitable[Principal | None]]


def request_guard(accounts: Accounts, allowed_origins: Collection[str]) -> Guard:
    """Who sends a request. Raises NotSignedIn, TokenIsWrong, CsrfIsWrong or OriginIsForeign."""

    async def guard(request: Request) -> Principal:
        principal = _principal(accounts, request)
        if principal.via == "session" and request.method not in _SAFE_METHODS:
            _require_own_page(request, principal, allowed_origins)
        return principal

    return guard


def socket_guard(accounts: Accounts, allowed_origins: Collection[str]) -> GuardSocket:
    """Who opens a live link, or None where nobody is signed in. Raises OriginIsForeign: a socket sends cookies without being asked."""

    async def guard(socket: WebSocket) -> Principal | None:
        require_origin(socket.headers.get("origin"), socket.headers.get("host", ""), allowed_origins)
        try:
            return _principal(accounts, socket)
        except (NotSignedIn, TokenIsWrong):
            return None

    return guard


def secret_of(connection: HTTPConnection) -> str:
    """The session's secret in the cookie, or nothing."""
    return connection.cookies.get(COOKIE, "")


def sender_of(connection: HTTPConnection) -> str:
    """The address that sends. Behind a proxy the server must be told to trust its `X-Forwarded-For`; the header is never read here."""
    return connection.client.host if connection.client else ""


def _principal(accounts: Accounts, connection: HTTPConnection) -> Principal:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return accounts.by_token(token.strip())
    if scheme:
        raise Problem(
            401,
            "scheme_is_unknown",
            "Authorization is understood as `Bearer dt_…` only.",
            "Authorization 只支持 `Bearer dt_…`。",
            field="Authorization",
            headers={"WWW-Authenticate": 'Bearer realm="drumtower"'},
        )
    secret = secret_of(connection)
    if not secret:
        raise NotSignedIn
    return accounts.by_session(secret)


def _require_own_page(request: Request, principal: Principal, allowed_origins: Collection[str]) -> None:
    require_origin(request.headers.get("origin"), request.headers.get("host", ""), allowed_origins)
    if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), principal.csrf.encode()):
        raise CsrfIsWrong
