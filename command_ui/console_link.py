"""One console's end of a live link: frames in, and out as fast as the console takes them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import WebSocket

from command_ui.accounts.principal import Principal
from command_ui.live_socket import live_socket_of


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the server ends a link: the close code, and what is told before."""

    code: int
    frame: bytes | None = None


class ConsoleLink:
    """One console. A frame leaves within `send` where the system takes it; else one frame is on its way, and the others wait behind it."""

    __slots__ = ("_clock", "_has_left", "_on_ready", "_outbox", "_wire", "ending", "principal", "sent_bytes", "socket", "writing_since")

    def __init__(self, socket: WebSocket, principal: Principal, on_ready: Callable[[ConsoleLink], None]) -> None:
        self.socket = socket
        self.principal = principal
        self._wire = live_socket_of(socket)
        self._wire.on_drained = self._drained
        self._on_ready = on_ready
        self._clock = asyncio.get_running_loop().time
        self._outbox: deque[bytes] = deque()
        self._has_left = asyncio.Event()
        self.sent_bytes = 0
        self.writing_since: float | None = None
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    @property
    def is_ready(self) -> bool:
        """Whether the last frame has left."""
        return self._wire.is_drained and not self._outbox

    def send(self, frames: list[bytes]) -> None:
        """As promised by `streams.hub.Console`."""
        if len(frames) == 1 and self.is_ready:
            self._put(frames[0])
            return
        self._outbox.extend(frames)
        self._leave()

    async def left(self) -> None:
        """Return when everything has left, or never will."""
        if not self.is_ready:
            self._has_left.clear()
            await self._has_left.wait()

    def end(self, code: int, frame: bytes | None = None) -> None:
        """Let the console go with this code, after this frame."""
        if not self.ending.done():
            self.ending.set_result(Ending(code, frame))

    def close(self) -> None:
        """It is gone: nothing more leaves, and nobody is told."""
        self._wire.on_drained = None
        self._outbox.clear()
        self.ending.cancel()

    def _leave(self) -> None:
        while self._outbox and self._wire.is_drained:
            self._put(self._outbox.popleft())

    def _put(self, frame: bytes) -> None:
        self.sent_bytes += len(frame)
        if not self._wire.write_text(frame):
            self.writing_since = self._clock()

    def _drained(self) -> None:
        """The frame that was on its way has left: the next one goes, or the console is ready for what it missed."""
        self.writing_since = None
        self._leave()
        if self.is_ready:
            self._has_left.set()
            self._on_ready(self)
