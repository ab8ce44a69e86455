"""Model consoles: a process that holds many live links, applies every frame as docs/protocol.md says, and notes when what arrived."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Self

import msgspec

from bench.light_socket import connect


@dataclass
class Seen:
    """What one process of consoles saw. Times are `time.time()`; one machine, one clock."""

    arrivals: dict[str, list[float]] = field(default_factory=dict)
    ages_s: list[float] = field(default_factory=list)
    deltas: int = 0
    gaps: int = 0
    documents: int = 0
    bytes_read: int = 0


class _Frame(msgspec.Struct):
    type: str
    view: str = ""
    position: int = 0
    is_last: bool = False
    since: int = msgspec.field(name="from", default=0)
    to: int = 0
    set: list[tuple[str, int, msgspec.Raw]] = []


# The model must not be what saturates: it decodes what it looks at, and nothing else.
_frame = msgspec.json.Decoder(_Frame)
_fix = msgspec.json.Decoder(tuple[float, float, float | None, float | None, int, str])


class _Console:
    """One console's state: what it holds of each view, and what it still waits for."""

    def __init__(self, subscriptions: list[dict[str, Any]], seen: Seen, watched: str, ready: asyncio.Event) -> None:
        self._seen = seen
        self._watched = watched
        self._ready = ready
        self._positions: dict[str, int] = {}
        self._waiting = {subscription["view"] for subscription in subscriptions}

    def take(self, raw: bytes) -> None:
        """One frame."""
        now = time.time()
        self._seen.bytes_read += len(raw)
        frame = _frame.decode(raw)
        if frame.type == "snapshot":
            self._positions[frame.view] = frame.position
            if frame.is_last:
                self._waiting.discard(frame.view)
                if not self._waiting:
                    self._ready.set()
        elif frame.type == "delta":
            self._take_delta(frame, now)

    def _take_delta(self, frame: _Frame, now: float) -> None:
        seen, view = self._seen, frame.view
        seen.deltas += 1
        if frame.since != self._positions[view]:
            seen.gaps += 1
        self._positions[view] = frame.to
        seen.documents += len(frame.set)
        if view == self._watched:
            for key, _, _ in frame.set:
                seen.arrivals.setdefault(key, []).append(now)
        if view == "unit_position":
            seen.ages_s.extend([now - _fix.decode(document)[4] / 1000 for _, _, document in frame.set])


async def _run(url: str, token: str, subscriptions: list[list[dict[str, Any]]], watched: str, pipe: Connection) -> None:
    seen = Seen()
    events = [asyncio.Event() for _ in subscriptions]
    sockets = []
    for wanted, event in zip(subscriptions, events, strict=True):
        socket = await connect(url, token, _Console(wanted, seen, watched, event).take)
        for subscription in wanted:
            socket.send(msgspec.json.encode({"type": "subscribe", **subscription}))
        sockets.append(socket)
    await asyncio.gather(*(event.wait() for event in events))
    pipe.send("ready")
    while not await asyncio.to_thread(pipe.poll, 0.2):
        pass
    for socket in sockets:
        if socket.transport is not None:
            socket.transport.close()
    pipe.send(seen)


def _main(url: str, token: str, subscriptions: list[list[dict[str, Any]]], watched: str, pipe: Connection) -> None:
    asyncio.run(_run(url, token, subscriptions, watched, pipe))


class Consoles:
    """`with Consoles(...) as consoles:` begins when every console has its snapshots; `finish()` gives what they saw."""

    def __init__(self, base_url: str, token: str, subscriptions: list[list[dict[str, Any]]], *, watched: str = "") -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        url = base_url + "/api/live"
        self._process = context.Process(target=_main, args=(url, token, subscriptions, watched, theirs), daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        assert self._pipe.recv() == "ready", "the consoles begin with their snapshots."
        return self

    def finish(self) -> Seen:
        """What they saw until now."""
        self._pipe.send("stop")
        seen: Seen = self._pipe.recv()
        return seen

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
