"""The server side of a live link's socket, where uvicorn's own would wait for ever for a console that does not read."""

from __future__ import annotations

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# A console that is told to go has this long to take what is on its way; then the connection is cut and its buffers are free.
LAST_FRAMES_S = 5.0


class LiveSocket(WebSocketsSansIOProtocol):
    """uvicorn holds every message back while the peer does not read, the close as well. Here the close goes behind what is on its way."""

    async def send(self, message: ASGISendEvent) -> None:
        """As ASGI says it."""
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(LAST_FRAMES_S, self.transport.abort)
        await super().send(message)
