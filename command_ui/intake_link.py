"""`/api/intake/link`: one WebSocket for a gateway that sends all the time.

Each message is the body of an intake request with two names more, `to` (which one) and `id` (the sender's own number for it). It is
answered as that request would be, with its `id`. Messages of a link are taken one after another: who sends faster than the logs take
is held up by TCP, and nothing is shed that was not counted.
"""

from __future__ import annotations

import logging

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from command_ui.accounts.principal import Principal
from command_ui.api.intake import ENTRANCES, Entrance, take
from command_ui.center import Center
from command_ui.links import CLOSE_NOT_SIGNED_IN, Again, GuardSocket, let_in, turn_away
from command_ui.problems import Problem, problem_of

PATH = "/api/intake/link"

log = logging.getLogger(__name__)


class _Address(msgspec.Struct):
    to: str = ""
    id: int = 0


_address = msgspec.json.Decoder(_Address)
_entrances: dict[str, Entrance] = {entrance.path.strip("/"): entrance for entrance in ENTRANCES}


class IntakeLinks:
    """Serves the links. `again` says whether a sender's sign-in still holds."""

    def __init__(self, center: Center, again: Again) -> None:
        self._center = center
        self._again = again

    async def serve(self, socket: WebSocket, principal: Principal) -> None:
        """Take what one gateway sends until it leaves, or may send no more."""
        while True:
            try:
                message = await socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            try:
                principal = self._again(principal)
            except Problem as problem:
                await turn_away(socket, CLOSE_NOT_SIGNED_IN, problem.en)
                return
            answer = await self._answer(principal, message.get("bytes") or (message.get("text") or "").encode())
            try:
                await socket.send({"type": "websocket.send", "text": answer.decode()})
            except (WebSocketDisconnect, RuntimeError):
                return

    async def _answer(self, principal: Principal, body: bytes) -> bytes:
        address = _Address()
        try:
            address = _read(body)
            entrance = _entrances.get(address.to)
            if entrance is None:
                raise _no_such_entrance(address.to)
            response = await take(self._center, principal, entrance, body)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                log.exception("a message of an intake link failed")
                problem = Problem(
                    500, "failed", "The server failed on this message; it is in its log.", "服务器处理此消息时出错,已记入日志。"
                )
            return msgspec.json.encode({"id": address.id, "problem": problem.document()})
        return b'{"id":%d,%b' % (address.id, bytes(response.body)[1:])


def intake_link_router(links: IntakeLinks, guard: GuardSocket) -> APIRouter:
    """`/api/intake/link`."""
    router = APIRouter()

    @router.websocket(PATH)
    async def connect(socket: WebSocket) -> None:
        principal = await let_in(socket, guard)
        if principal is not None:
            await links.serve(socket, principal)

    return router


def _read(body: bytes) -> _Address:
    try:
        return _address.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", f"The message is not understood: {error}.", f"无法理解该消息:{error}。") from None


def _no_such_entrance(to: str) -> Problem:
    names = ", ".join(_entrances)
    en = f"to is {to[:64]!r}: it must be one of {names}." if to else f"The message does not say where it goes: to must be one of {names}."
    zh = f"to 为「{to[:64]}」:应为 {names} 之一。" if to else f"消息未写明去向:to 应为 {names} 之一。"
    return Problem(422, "invalid_field", en, zh, field="to")
