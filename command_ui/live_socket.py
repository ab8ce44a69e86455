"""The server side of a live link's socket: uvicorn's own, with a short way out for frames.

What ASGI offers to send by is a coroutine: a task a console, and two switches and two copies a frame, which at fifty consoles takes
longer than the system calls. Here a frame is put straight on the transport, and the transport says when it has left (docs/adr/0008).
"""

from __future__ import annotations

import logging
from asyncio import BaseTransport
from collections.abc import Callable
from functools import lru_cache

from fastapi import WebSocket
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

log = logging.getLogger(__name__)

# RFC 6455, clause 7.4.1: data within a message that are not what its type says.
NOT_UTF_8 = 1007
# A console that is told to go has this long to take what is on its way; then the connection is cut and its buffers are free.
LAST_FRAMES_S = 5.0
# A whole text frame that the server sends: FIN and opcode 1, then the length, never masked (RFC 6455, clause 5.2).
WHOLE_TEXT = 0x81
LENGTH_7_MAX, LENGTH_16, LENGTH_64 = 125, 126, 127
LENGTH_16_MAX = 0xFFFF

STATE = "live_socket"
"""The name in the connection's state under which the application finds its LiveSocket."""


class LiveSocket(WebSocketsSansIOProtocol):
    """One connection. Frames of `write_text` and of ASGI's `send` may alternate: each is whole. Belongs to the event loop's thread."""

    # What each frame looks at stands together: fifty consoles' dictionaries are not in the processor's cache when a frame comes.
    __slots__ = ("_is_closed", "_is_open", "_put", "is_drained", "on_drained")

    on_drained: Callable[[], None] | None
    """Called when everything that was written has been taken by the system, or never will be: the connection is lost."""
    is_drained: bool
    """Whether the system has taken everything that was written."""

    def connection_made(self, transport: BaseTransport) -> None:
        """As asyncio.Protocol promises."""
        super().connection_made(transport)
        self.on_drained = None
        self.is_drained = True
        self._is_open = False
        self._put, self._is_closed = self.transport.write, self.transport.is_closing
        # Anything that the system did not take at once makes the console one that is not ready: it gets no second frame to hold.
        self.transport.set_write_buffer_limits(high=0)
        self.app_state = {**self.app_state, STATE: self}

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio.Protocol promises."""
        super().connection_lost(exc)
        self._tell_drained()

    def pause_writing(self) -> None:
        """As asyncio.Protocol promises."""
        super().pause_writing()
        self.is_drained = False

    def resume_writing(self) -> None:
        """As asyncio.Protocol promises."""
        super().resume_writing()
        self._tell_drained()

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on. One that says it is text and is not ends the link: a client's fault, told in a line and no traceback."""
        if self.curr_msg_data_type == "text" and not _is_utf_8(b"".join(self.frames)):
            log.info("%s sent text that is not UTF-8: its link ends (%d)", self.client, NOT_UTF_8)
            self.frames = []
            self.conn.send_close(NOT_UTF_8)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def write_text(self, frame: bytes) -> bool:
        """One text frame (UTF-8), behind what is on its way; whether the system has taken all of it.

        A link that is closing or closed takes nothing more, and says nothing.
        """
        if self._is_open and not self._is_closed():
            self._put(_whole(frame))
        return self.is_drained

    async def send(self, message: ASGISendEvent) -> None:
        """As ASGI says it; but where the peer does not read, the close goes behind what is on its way, and is not held back for ever."""
        if message["type"] == "websocket.close" and not self.is_drained:
            self.writable.set()
            self.loop.call_later(LAST_FRAMES_S, self.transport.abort)
        try:
            await super().send(message)
        finally:
            # Wherever else the library says the last word, it closes the transport in the same breath.
            self._is_open = self.handshake_complete and not self.close_sent

    def _tell_drained(self) -> None:
        self.is_drained = True
        if self.on_drained is not None:
            self.on_drained()


def live_socket_of(socket: WebSocket) -> LiveSocket:
    """The connection under an accepted WebSocket."""
    found = getattr(socket.state, STATE, None)
    assert isinstance(found, LiveSocket), "live links are served by uvicorn with ws=LiveSocket (command_ui.serving)."
    return found


def _is_utf_8(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=1)
def _whole(frame: bytes) -> bytes:
    """With its head. One frame goes to many consoles, one after another, and is put together once."""
    return head_of(len(frame)) + frame


def head_of(length: int) -> bytes:
    """The head of a whole text frame of so many bytes."""
    if length <= LENGTH_7_MAX:
        return bytes((WHOLE_TEXT, length))
    if length <= LENGTH_16_MAX:
        return bytes((WHOLE_TEXT, LENGTH_16)) + length.to_bytes(2)
    return bytes((WHOLE_TEXT, LENGTH_64)) + length.to_bytes(8)
