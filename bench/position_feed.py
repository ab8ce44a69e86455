"""Our side of the fan-out: a gateway that sends fixes, and what a console says and hears, all as bytes of one socket."""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Self

import msgspec

from bench.city import place
from bench.light_socket import LENGTH_16, LENGTH_64, TEXT, masked
from bench.subscribers import Words

HEAD_END = b"\r\n\r\n"
IS_TAKEN = b'"accepted":'
READ_BYTES = 65_536


class _Frame(msgspec.Struct):
    type: str
    view: str = ""
    set: list[tuple[str, int, tuple[float, float, float | None, float | None, int, str]]] = []


_frame = msgspec.json.Decoder(_Frame)


def upgrade(port: int, token: str, path: str) -> bytes:
    """The request that opens a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


def console(port: int, token: str) -> Words:
    """What a console says to see every unit."""
    asked = masked(b'{"type":"subscribe","view":"unit_position"}')
    return [(upgrade(port, token, "/api/live"), b'"hello"'), (asked, b'"is_last":true')]


def stamps_in(heard: bytes) -> Iterator[tuple[int, int]]:
    """As promised by `bench.subscribers.Stamps`: a fix's is its time in milliseconds. A run ends before a ping must be answered."""
    start = heard.index(HEAD_END) + len(HEAD_END)
    while len(heard) - start >= 2:
        opcode, length, start = heard[start] & 0x0F, heard[start + 1] & 0x7F, start + 2
        if length == LENGTH_16:
            length, start = int.from_bytes(heard[start : start + 2]), start + 2
        elif length == LENGTH_64:
            length, start = int.from_bytes(heard[start : start + 8]), start + 8
        end = start + length
        if end > len(heard):
            return
        if opcode == TEXT and heard.startswith(b'{"type":"delta"', start):
            for _, _, fix in _frame.decode(heard[start:end]).set:
                yield end, fix[4]
        start = end


class Gateway:
    """`with Gateway(port, token, units) as gateway:` a link that fixes are sent on, without waiting for the answers: as CoT is sent."""

    def __init__(self, port: int, token: str, units: int) -> None:
        self._link = socket.create_connection(("127.0.0.1", port))
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link.sendall(upgrade(port, token, "/api/intake/link"))
        heard = self._link.recv(READ_BYTES)
        assert heard.startswith(b"HTTP/1.1 101"), heard
        assert heard.endswith(HEAD_END), "nothing comes before it is asked for."
        self._units = units
        self._stamp = 0
        self.posted = 0
        self.taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def send(self, first: int, count: int) -> tuple[int, float]:
        """Fixes of these units in one message; their stamp, and when they were sent in seconds since 1970."""
        # Two messages of one millisecond could not be told apart: after a pause of this process they follow each other a little slower.
        while (stamp := int((now := datetime.now(UTC)).timestamp() * 1000)) <= self._stamp:
            time.sleep(0.0002)
        self._stamp = stamp
        at = now.isoformat()
        fixes = [{"unit": f"X{index % self._units:05d}", **place(index), "at": at} for index in range(first, first + count)]
        message = masked(json.dumps({"to": "positions", "id": self.posted, "source": "avl", "fixes": fixes}).encode())
        sent_s = time.time()
        self._link.sendall(message)
        self.posted += 1
        return stamp, sent_s

    def hear(self, until_s: float) -> None:
        """Take the answers that come until this moment of `time.perf_counter()`."""
        while True:
            left_s = until_s - time.perf_counter()
            readable, _, _ = select.select([self._link], [], [], max(0.0, left_s))
            if readable:
                self.taken += self._link.recv(READ_BYTES).count(IS_TAKEN)
            elif left_s <= 0:
                return
