"""How a WebSocket begins and ends, whatever is said on it: who may open one, and the codes that it is closed with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import WebSocket

from command_ui.accounts.principal import Principal
from domain.refusals import Refusal

CLOSE_NOT_UNDERSTOOD = 4400
CLOSE_NOT_SIGNED_IN = 4401
CLOSE_NOT_ALLOWED = 4403
CLOSE_TOO_SLOW = 4408
# A control frame holds 125 bytes, two of them the code (RFC 6455, clause 5.5).
REASON_BYTES_MAX = 123

Again = Callable[[Principal], Principal]
"""The same principal with its rights as they are now; raises a Problem where its sign-in holds no more."""
GuardSocket = Callable[[WebSocket], Awaitable[Principal | None]]
"""The principal of a WebSocket request, or None; raises a Refusal for a foreign origin."""


async def let_in(socket: WebSocket, guard: GuardSocket) -> Principal | None:
    """Who opens this link, accepted; None where it was turned away."""
    # Accepted in any case, so that the client learns the code: a refused handshake looks like a server that is away.
    await socket.accept()
    try:
        principal = await guard(socket)
    except Refusal as refusal:
        await turn_away(socket, CLOSE_NOT_ALLOWED, refusal.sentence_en)
        return None
    if principal is None:
        await turn_away(socket, CLOSE_NOT_SIGNED_IN, "Sign in first.")
    return principal


async def turn_away(socket: WebSocket, code: int, reason: str) -> None:
    """Close it with a code, and as much of the reason as fits."""
    await socket.close(code, reason.encode()[:REASON_BYTES_MAX].decode(errors="ignore"))
