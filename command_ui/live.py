"""The live link: one WebSocket a console, as docs/protocol.md says it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from command_ui.accounts.principal import Principal
from command_ui.center import Center
from command_ui.console_link import ConsoleLink, Ending
from command_ui.links import CLOSE_NOT_SIGNED_IN, CLOSE_NOT_UNDERSTOOD, CLOSE_TOO_SLOW, Again, GuardSocket, let_in
from command_ui.problems import Problem
from domain import permissions
from domain.refusals import Refusal
from streams.failures import StoreUnavailable
from streams.live_view import Filter

# A frame from a console is a subscription: the largest names some hundred keys.
FRAME_BYTES_MAX = 16_384
# Frames that one console may send in a second; a map that is dragged sends two.
FRAMES_A_SECOND_MAX = 50
# A console whose frame has not left for so long has gone, whatever its socket says.
SEND_TIMEOUT_S = 20.0
KEYS_MAX = 200
TICK_S = 1.0
# Every console has its tick in a second, a few consoles at a time: all fifty at once would hold up the fix that comes just then by 4 ms.
STEPS_A_TICK = 20
# Whether a link's sign-in still holds is looked up in 50 microseconds: a hundredth of a core; a thousand links are through in 5 s.
RIGHTS_CHECKED_A_TICK = 200

log = logging.getLogger(__name__)

Word = Annotated[str, msgspec.Meta(max_length=160)]
# A map that was turned round the world once is still a map.
Degrees = Annotated[float, msgspec.Meta(ge=-540, le=540)]


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What a subscription filters by."""

    districts: Annotated[list[Word], msgspec.Meta(max_length=KEYS_MAX)] = []
    agencies: Annotated[list[Word], msgspec.Meta(max_length=KEYS_MAX)] = []
    keys: Annotated[list[Word], msgspec.Meta(max_length=KEYS_MAX)] = []
    viewport: tuple[Degrees, Degrees, Degrees, Degrees] | None = None


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """A frame from a console."""

    type: Literal["subscribe", "unsubscribe", "ping"]
    view: Word = ""
    since: int | None = None
    epoch: Word | None = None
    filter: Wanted = msgspec.field(default_factory=Wanted)
    id: int = 0


_asked = msgspec.json.Decoder(Asked)


class Live:
    """Every open link; `run` gives each its tick, once a second."""

    def __init__(
        self, center: Center, version: str, *, again: Again = lambda principal: principal, send_timeout_s: float = SEND_TIMEOUT_S
    ) -> None:
        self._center = center
        self._version = version
        self._again = again
        self._send_timeout_s = send_timeout_s
        self.links: set[ConsoleLink] = set()

    async def serve(self, socket: WebSocket, principal: Principal) -> None:
        """Talk to one console, which was let in, until it leaves."""
        link = ConsoleLink(socket, principal, self._ready)
        self.links.add(link)
        reader = asyncio.create_task(self._read(link))
        link.send([self._hello(principal)])
        try:
            over: set[asyncio.Future[Any]] = {reader, link.ending}
            done, _ = await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
            await _end(socket, link.ending.result() if link.ending in done else reader.result())
        finally:
            self.links.discard(link)
            self._center.hub.leave(link)
            self._center.positions.leave(link)
            link.close()
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    def _ready(self, link: ConsoleLink) -> None:
        self._center.hub.ready(link)
        self._center.positions.ready(link)

    async def _check_rights(self, links: Sequence[ConsoleLink]) -> None:
        """Let go of consoles whose sign-in is over, or whose rights are others than their picture was made for."""
        # In a thread: what is kept of sign-ins may be far away, or away.
        for link, ended in await asyncio.to_thread(self._no_longer, links):
            if link in self.links:
                link.end(CLOSE_NOT_SIGNED_IN, ended)

    def _no_longer(self, links: Sequence[ConsoleLink]) -> list[tuple[ConsoleLink, bytes]]:
        found: list[tuple[ConsoleLink, bytes]] = []
        for link in links:
            try:
                now = self._again(link.principal)
            except Problem as problem:
                found.append((link, _session_ends(str(problem.data.get("reason", problem.code)), problem.en, problem.zh)))
                continue
            except StoreUnavailable as failure:
                # Who was let in stays as long as nobody can say otherwise.
                log.warning("sign-ins cannot be looked at now: %s", failure)
                break
            if (now.roles, now.scope) != (link.principal.roles, link.principal.scope):
                en, zh = "Your rights were changed: sign in again to work with them.", "您的权限已变更,请重新登录。"
                found.append((link, _session_ends("rights_changed", en, zh)))
        return found

    async def _read(self, link: ConsoleLink) -> Ending | None:
        """Why the link must end, or None where the console has left."""
        loop = asyncio.get_running_loop()
        window, count = loop.time(), 0
        while True:
            try:
                message = await link.socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return None
            if message["type"] == "websocket.disconnect":
                return None
            # Who does not read is not heard either: snapshots that were asked for must not pile up.
            await link.left()
            now = loop.time()
            window, count = (now, 0) if now - window > 1 else (window, count + 1)
            text = message.get("text") or (message.get("bytes") or b"").decode(errors="replace")
            if len(text) > FRAME_BYTES_MAX or count > FRAMES_A_SECOND_MAX:
                en = "A frame is too large." if count <= FRAMES_A_SECOND_MAX else "Too many frames in a second."
                return Ending(CLOSE_NOT_UNDERSTOOD, _refusal("frame_refused", en, "帧过大或过于频繁。", ""))
            try:
                asked = _asked.decode(text)
            except (msgspec.DecodeError, RecursionError) as error:
                en, zh = f"The frame is not understood: {error}.", f"无法理解该帧:{error}。"
                return Ending(CLOSE_NOT_UNDERSTOOD, _refusal("frame_not_understood", en, zh, ""))
            self._act(link, asked)

    def _act(self, link: ConsoleLink, asked: Asked) -> None:
        if asked.type == "ping":
            link.send([msgspec.json.encode({"type": "pong", "id": asked.id, "server_time": self._center.now()})])
            return
        if asked.type == "unsubscribe":
            self._leave(link, asked.view)
            return
        try:
            permissions.require_known(asked.view)
            permissions.require_view(asked.view, link.principal.roles)
        except Refusal as refusal:
            link.send([_refusal(refusal.code, refusal.sentence_en, refusal.sentence_zh, asked.view)])
            return
        if asked.view == "unit_position":
            sees = self._center.sees_unit(link.principal.scope)
            link.send(self._center.positions.subscribe(link, asked.filter.viewport, sees))
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

    async def run(self) -> None:
        """Visit every link once a second, until cancelled, and look at its rights now and then."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._visit_all(), name="ticks")
            both.create_task(self._check_all(), name="rights")

    async def _visit_all(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began, links = clock(), list(self.links)
            for step in range(STEPS_A_TICK):
                try:
                    self._visit([link for link in links[step::STEPS_A_TICK] if link in self.links])
                except Exception:
                    log.exception("the consoles' second failed")
                await asyncio.sleep(began + (step + 1) * TICK_S / STEPS_A_TICK - clock())

    async def _check_all(self) -> None:
        clock = asyncio.get_running_loop().time
        to_check: list[ConsoleLink] = []
        while True:
            began = clock()
            to_check = to_check or list(self.links)
            checked, to_check = to_check[:RIGHTS_CHECKED_A_TICK], to_check[RIGHTS_CHECKED_A_TICK:]
            for step in range(STEPS_A_TICK):
                try:
                    await self._check_rights([link for link in checked[step::STEPS_A_TICK] if link in self.links])
                except Exception:
                    log.exception("the consoles' rights could not be looked at")
                await asyncio.sleep(began + (step + 1) * TICK_S / STEPS_A_TICK - clock())

    def _visit(self, links: list[ConsoleLink]) -> None:
        """Tell these where the views stand; let go of those that do not take what they are told."""
        if not links:
            return
        positions = {name: view.position for name, view in self._center.hub.views.items()}
        positions["unit_position"] = self._center.positions.position
        frame = msgspec.json.encode(
            {"type": "tick", "server_time": self._center.now(), "positions": positions, "lag": self._center.health.lag()}
        )
        late = asyncio.get_running_loop().time() - self._send_timeout_s
        for link in links:
            if link.writing_since is not None and link.writing_since < late:
                link.end(CLOSE_TOO_SLOW)
            elif link.is_ready:
                link.send([frame])


def live_router(live: Live, guard: GuardSocket) -> APIRouter:
    """`/api/live`."""
    router = APIRouter()

    @router.websocket("/api/live")
    async def connect(socket: WebSocket) -> None:
        principal = await let_in(socket, guard)
        if principal is not None:
            await live.serve(socket, principal)

    return router


async def _end(socket: WebSocket, ending: Ending | None) -> None:
    if ending is None:
        return
    try:
        if ending.frame is not None:
            await asyncio.wait_for(socket.send({"type": "websocket.send", "text": ending.frame.decode()}), TICK_S)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        log.info("a console could not be told why its link ends")
    try:
        await asyncio.wait_for(socket.close(ending.code), TICK_S)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        log.info("a console left before its link was closed")


def _session_ends(reason: str, en: str, zh: str) -> bytes:
    return msgspec.json.encode({"type": "session_ends", "reason": reason, "en": en, "zh": zh})


def _refusal(code: str, en: str, zh: str, view: str) -> bytes:
    return msgspec.json.encode({"type": "refused", "code": code, "en": en, "zh": zh, "view": view})
