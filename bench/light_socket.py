"""A WebSocket client that costs next to nothing, so that a benchmark measures the server. Text frames, and pings answered."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
LENGTH_16, LENGTH_64 = 126, 127


def masked(text: bytes, opcode: int = TEXT) -> bytes:
    """A client's frame of up to 64 KiB."""
    mask = os.urandom(4)
    length = len(text)
    head = bytes([0x80 | opcode, 0x80 | length]) if length < LENGTH_16 else bytes([0x80 | opcode, 0x80 | LENGTH_16]) + length.to_bytes(2)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(text))


class LightSocket(asyncio.Protocol):
    """`on_text` gets each message as bytes, in the thread of the event loop. RFC 6455, clause 5; no extensions, no fragments."""

    def __init__(self, on_text: Callable[[bytes], None]) -> None:
        self._on_text = on_text
        self._buffer = bytearray()
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio.Protocol promises."""
        assert isinstance(transport, asyncio.Transport), "a TCP link."
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """As asyncio.Protocol promises."""
        self._buffer += data
        if not self._is_open:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head.decode()
            self._is_open = True
            self._buffer = bytearray(rest)
            self.opened.set_result(None)
        while self._take_frame():
            pass

    def send(self, text: bytes, opcode: int = TEXT) -> None:
        """One masked frame of up to 64 KiB."""
        assert self.transport is not None, "the link is open."
        self.transport.write(masked(text, opcode))

    def _take_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        opcode, length, start = buffer[0] & 0x0F, buffer[1] & 0x7F, 2
        if length == LENGTH_16:
            length, start = int.from_bytes(buffer[2:4]), 4
        elif length == LENGTH_64:
            length, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + length:
            return False
        payload = bytes(buffer[start : start + length])
        del buffer[: start + length]
        if opcode == TEXT:
            self._on_text(payload)
        elif opcode == PING:
            self.send(payload, PONG)
        return opcode != CLOSE


async def connect(url: str, token: str, on_text: Callable[[bytes], None]) -> LightSocket:
    """An open link to `http://host:port/path`."""
    address = urlsplit(url)
    assert address.hostname is not None and address.port is not None, url  # noqa: PT018 -- one address
    _, socket = await asyncio.get_running_loop().create_connection(lambda: LightSocket(on_text), address.hostname, address.port)
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    assert socket.transport is not None, "the link is open."
    socket.transport.write(request.encode())
    await socket.opened
    return socket
