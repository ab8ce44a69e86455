"""The live link: one WebSocket a console, as docs/protocol.md says it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from command_ui.accounts.principal import Principal
from command_ui.center import Center
from domain import permissions
from domain.refusals import Refusal
from streams.live_view import Filter

# A frame from a console is a subscription: the largest names some hundred keys.
FRAME_BYTES_MAX = 16_384
# Frames that one console may send in a second; a map that is dragged sends two.
FRAMES_A_SECOND_MAX = 50
# A console whose frame has not left for so long has gone, whatever its socket says.
SEND_TIMEOUT_S = 20.0
KEYS_MAX = 200
TICK_S = 1.0

CLOSE_NOT_UNDERSTOOD = 4400
CLOSE_NOT_SIGNED_IN = 4401
CLOSE_NOT_ALLOWED = 4403
CLOSE_TOO_SLOW = 4408

log = logging.getLogger(__name__)

Word = Annotated[str, msgspec.Meta(max_length=160)]


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What a subscription filters by."""

    districts: Annotated[list[Word], msgspec.Meta(max_length=KEYS_MAX)] = []
    agencies: Annotated[list[Word], msgspec.Meta(max_length=KEYS_MAX)] = []
    keys: Annotated[list[Word], msgspec.Meta(max_length=KEYS_MAX)] = []
    viewport: tuple[float, float, float, float] | None = None


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """A frame from a console."""

    type: Literal["subscribe", "unsubscribe", "ping"]
    view: Word = ""
    since: int | None = None
    epoch: Word | None = None
    filter: Wanted = msgspec.field(default_factory=Wanted)
    id: int = 0


_asked = msgspec.json.Decoder(Asked)

GuardSocket = Callable[[WebSocket], Awaitable[Principal | None]]
"""The principal of a WebSocket request, or None; raises a Refusal for a foreign origin."""


class ConsoleLink:
    """One console. Frames leave one write at a time; whatever is put in between leaves with the next."""

    def __init__(self, socket: WebSocket, principal: Principal) -> None:
        self.socket = socket
        self.principal = principal
        self._outbox: list[bytes] = []
        self._wake = asyncio.Event()
        self.sent_bytes = 0
        self.writing_since: float | None = None
        self.gone = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether the last frame has left."""
        return not self._outbox

    def send(self, frames: list[bytes]) -> None:
        """As promised by `streams.hub.Console`."""
        self._outbox.extend(frames)
        self._wake.set()

    async def write(self, on_ready: Callable[[], None]) -> None:
        """Let frames leave, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox:
                frames = list(self._outbox)
                self.writing_since = clock()
                for frame in frames:
                    # The ASGI message itself: one text frame, decoded once, without the framework's own wrapping.
                    await self.socket.send({"type": "websocket.send", "text": frame.decode()})
                    self.sent_bytes += len(frame)
                self.writing_since = None
                del self._outbox[: len(frames)]
            on_ready()


class Live:
    """Every open link, and the tick that all of them hear once a second."""

    def __init__(self, center: Center, version: str) -> None:
        self._center = center
        self._version = version
        self.links: set[ConsoleLink] = set()
        center.on_second.append(self._tick)

    async def serve(self, socket: WebSocket, principal: Principal) -> None:
        """Talk to one console until it leaves."""
        await socket.accept()
        link = ConsoleLink(socket, principal)
        self.links.add(link)
        writer = asyncio.create_task(link.write(lambda: self._ready(link)))
        reader = asyncio.create_task(self._read(link))
        slow = asyncio.create_task(link.gone.wait())
        link.send([self._hello(principal)])
        try:
            done, _ = await asyncio.wait({writer, reader, slow}, return_when=asyncio.FIRST_COMPLETED)
            code = CLOSE_TOO_SLOW if slow in done else None
            if reader in done and reader.exception() is None:
                code = reader.result()
            if code is not None:
                await _close(socket, code)
        finally:
            self.links.discard(link)
            self._center.hub.leave(link)
            self._center.positions.leave(link)
            for task in (writer, reader, slow):
                task.cancel()
            await asyncio.gather(writer, reader, slow, return_exceptions=True)

    def _ready(self, link: ConsoleLink) -> None:
        self._center.hub.ready(link)
        self._center.positions.ready(link)

    def end_sessions(self, account: str, reason: str, en: str, zh: str) -> None:
        """Tell an account's consoles that their sign-in is over, and let them go."""
        for link in list(self.links):
            if link.principal.account == account:
                link.send([msgspec.json.encode({"type": "session_ends", "reason": reason, "en": en, "zh": zh})])

    async def _read(self, link: ConsoleLink) -> int | None:
        """The close code, or None where the console has left."""
        loop = asyncio.get_running_loop()
        window, count = loop.time(), 0
        while True:
            try:
                message = await link.socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return None
            if message["type"] == "websocket.disconnect":
                return None
            now = loop.time()
            window, count = (now, 0) if now - window > 1 else (window, count + 1)
            text = message.get("text") or (message.get("bytes") or b"").decode(errors="replace")
            if len(text) > FRAME_BYTES_MAX or count > FRAMES_A_SECOND_MAX:
                en = "A frame is too large." if count <= FRAMES_A_SECOND_MAX else "Too many frames in a second."
                await self._refuse_now(link, "frame_refused", en, "帧过大或过于频繁。")
                return CLOSE_NOT_UNDERSTOOD
            try:
                asked = _asked.decode(text)
            except msgspec.DecodeError as error:
                await self._refuse_now(link, "frame_not_understood", f"The frame is not understood: {error}.", f"无法理解该帧:{error}。")
                return CLOSE_NOT_UNDERSTOOD
            self._act(link, asked)

    def _act(self, link: ConsoleLink, asked: Asked) -> None:
        if asked.type == "ping":
            link.send([msgspec.json.encode({"type": "pong", "id": asked.id, "server_time": self._center.now()})])
            return
        if asked.type == "unsubscribe":
            self._leave(link, asked.view)
            return
        try:
            permissions.require_view(asked.view, link.principal.roles)
        except Refusal as refusal:
            link.send([_refusal(refusal.code, refusal.sentence_en, refusal.sentence_zh, asked.view)])
            return
        if asked.view == "unit_position":
            sees = self._center.sees_unit(link.principal.scope)
            link.send(self._center.positions.subscribe(link, asked.filter.viewport, sees))
            return
        live = self._center.hub.views.get(asked.view)
        if live is None:
            link.send([_refusal("unknown_view", f"There is no view {asked.view}.", f"没有视图 {asked.view}。", asked.view)])
            return
        projection = self._center.projections.get(asked.view)
        if projection is not None and not projection.is_live and not asked.filter.keys:
            en, zh = f"{asked.view} is watched by keys: name them in filter.keys.", f"{asked.view} 须按键订阅:请在 filter.keys 中写明。"
            link.send([_refusal("keys_are_missing", en, zh, asked.view)])
            return
        link.send(self._center.hub.subscribe(link, asked.view, self._scoped(link, asked.filter), asked.since, asked.epoch))

    def _scoped(self, link: ConsoleLink, wanted: Wanted) -> Filter:
        """What was asked for, within what the account may see."""
        return Filter(
            districts=frozenset(wanted.districts),
            agencies=frozenset(wanted.agencies),
            keys=frozenset(wanted.keys),
            reach=link.principal.scope,
        )

    def _leave(self, link: ConsoleLink, view: str) -> None:
        if view == "unit_position":
            self._center.positions.leave(link)
        elif view in self._center.hub.views:
            self._center.hub.unsubscribe(link, view)

    async def _refuse_now(self, link: ConsoleLink, code: str, en: str, zh: str) -> None:
        try:
            await asyncio.wait_for(link.socket.send({"type": "websocket.send", "text": _refusal(code, en, zh, "").decode()}), TICK_S)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            log.info("a console left before it could be told why")

    def _hello(self, principal: Principal) -> bytes:
        return msgspec.json.encode(
            {
                "type": "hello",
                "server_time": self._center.now(),
                "version": self._version,
                "account": principal.account,
                "epochs": {name: view.epoch for name, view in self._center.hub.views.items()},
            }
        )

    def _tick(self) -> None:
        if not self.links:
            return
        late = asyncio.get_running_loop().time() - SEND_TIMEOUT_S
        for link in self.links:
            if link.writing_since is not None and link.writing_since < late:
                link.gone.set()
        positions = {name: view.position for name, view in self._center.hub.views.items()}
        positions["unit_position"] = self._center.positions.position
        frame = msgspec.json.encode({"type": "tick", "server_time": self._center.now(), "positions": positions, "lag": self._center.lag()})
        for link in self.links:
            if link.is_ready:
                link.send([frame])


def live_router(live: Live, guard: GuardSocket) -> APIRouter:
    """`/api/live`."""
    router = APIRouter()

    @router.websocket("/api/live")
    async def connect(socket: WebSocket) -> None:
        try:
            principal = await guard(socket)
        except Refusal as refusal:
            await _turn_away(socket, CLOSE_NOT_ALLOWED, refusal.sentence_en)
            return
        if principal is None:
            await _turn_away(socket, CLOSE_NOT_SIGNED_IN, "Sign in first.")
            return
        await live.serve(socket, principal)

    return router


async def _turn_away(socket: WebSocket, code: int, reason: str) -> None:
    # Accepted first, so that the browser learns the code: a refused handshake looks like a server that is away.
    await socket.accept()
    await socket.close(code, reason[:120])


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await asyncio.wait_for(socket.close(code), TICK_S)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        log.info("a console left before its link was closed")


def _refusal(code: str, en: str, zh: str, view: str) -> bytes:
    return msgspec.json.encode({"type": "refused", "code": code, "en": en, "zh": zh, "view": view})
