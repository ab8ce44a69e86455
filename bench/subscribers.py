"""Subscribers that cost next to nothing: a process that holds many TCP links, keeps what arrives with its moment, and reads it afterwards.

The same process serves the product's consoles and the peer's clients, so that what is compared is the servers. The moment is the kernel's:
when the bytes came to the subscriber's socket, however late this process is woken on a machine that it shares with the server.
"""

from __future__ import annotations

import gc
import multiprocessing
import select
import socket
import struct
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from multiprocessing.connection import Connection
from typing import Self

# Linux's SO_TIMESTAMPNS, which Python does not name; its answer is a timespec.
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("qq")
# A round of the selection: several frames of 50 KB, and few calls for small ones.
READ_BYTES = 262_144
ANSWER_S_MAX = 20.0
# Events come 10 ms apart: the kernel's moments stay apart as well.
READ_EVERY_S = 0.002

Words = Sequence[tuple[bytes, bytes]]
"""What a subscriber says, each with what it then waits to hear; nothing to wait for is empty."""
Stamps = Callable[[bytes], Iterable[tuple[int, int]]]
"""The stamps of the events in everything that a link has brought, each with the offset where its message ends."""


@dataclass
class Heard:
    """Every delivery of every link: the event's stamp, and when it arrived in seconds since 1970."""

    stamps: array[int] = field(default_factory=lambda: array("q"))
    arrivals_s: array[float] = field(default_factory=lambda: array("d"))

    def delays_s(self, sent_s: dict[int, float]) -> list[float]:
        """Seconds from the sending to the arrival of each delivery, in ascending order."""
        return sorted(arrived - sent_s[stamp] for stamp, arrived in zip(self.stamps, self.arrivals_s, strict=True))


class _Link:
    def __init__(self, port: int, words: Words) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S_MAX)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.chunks: list[tuple[bytes, list[tuple[int, int, bytes]]]] = []
        for said, awaited in words:
            self.socket.sendall(said)
            heard = b""
            while awaited not in heard:
                data = self.take()
                assert data, f"the link ended; it said {heard[-200:]!r} where {awaited!r} was awaited."
                heard += data
        self.socket.setblocking(False)

    def take(self) -> bytes:
        data, told, _, _ = self.socket.recvmsg(READ_BYTES, 64)
        if data:
            self.chunks.append((data, told))
        return data

    def read(self, stamps_in: Stamps, heard: Heard) -> None:
        ends = list(accumulate(len(data) for data, _ in self.chunks))
        for end, stamp in stamps_in(b"".join(data for data, _ in self.chunks)):
            [(_, _, moment)] = self.chunks[bisect_left(ends, end)][1]
            seconds, nanoseconds = TIMESPEC.unpack_from(moment)
            heard.stamps.append(stamp)
            heard.arrivals_s.append(seconds + nanoseconds / 1e9)


def _main(port: int, subscribers: Sequence[Words], stamps_in: Stamps, pipe: Connection) -> None:
    # Of what is read together the kernel tells the last moment. A process that looks for cycles in what it keeps reads late, and together.
    gc.disable()
    links = {link.socket.fileno(): link for link in (_Link(port, words) for words in subscribers)}
    pipe.send("ready")
    waiting = select.epoll()
    for number in links:
        waiting.register(number, select.EPOLLIN)
    waiting.register(pipe.fileno(), select.EPOLLIN)
    while True:
        # A server does not pay for waking its readers, which are other machines: one that shares its cores is mostly awake for it.
        time.sleep(READ_EVERY_S)
        numbers = [number for number, _ in waiting.poll()]
        for number in numbers:
            if number in links and not links[number].take():
                waiting.unregister(number)
        if pipe.fileno() in numbers:
            break
    heard = Heard()
    for link in links.values():
        link.read(stamps_in, heard)
        link.socket.close()
    pipe.send(heard)


class Subscribers:
    """`with Subscribers(...) as subscribers:` begins when each has heard what it waits for; `finish()` gives what they heard since."""

    def __init__(self, port: int, subscribers: Sequence[Words], stamps_in: Stamps) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_main, args=(port, subscribers, stamps_in, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        assert self._pipe.recv() == "ready", "subscribers begin connected."
        return self

    def finish(self) -> Heard:
        """What they heard until now."""
        self._pipe.send("stop")
        heard: Heard = self._pipe.recv()
        return heard

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
