"""Model consoles: a process that holds many live links, applies every frame as docs/protocol.md says, and notes when what arrived."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Self

import msgspec
import websockets


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


async def _console(  # noqa: C901 -- one branch for each kind of frame
    url: str, token: str, subscriptions: list[dict[str, Any]], seen: Seen, watched: str, ready: asyncio.Event
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(url, additional_headers=headers, max_size=None, compression=None, proxy=None) as socket:
        for subscription in subscriptions:
            await socket.send(json.dumps({"type": "subscribe", **subscription}))
        positions: dict[str, int] = {}
        waiting = {subscription["view"] for subscription in subscriptions}
        async for raw in socket:
            now = time.time()
            seen.bytes_read += len(raw)
            frame = _frame.decode(raw)
            view = frame.view
            if frame.type == "snapshot":
                positions[view] = frame.position
                if frame.is_last:
                    waiting.discard(view)
                    if not waiting:
                        ready.set()
            elif frame.type == "delta":
                seen.deltas += 1
                if frame.since != positions[view]:
                    seen.gaps += 1
                positions[view] = frame.to
                seen.documents += len(frame.set)
                if view == watched:
                    for key, _, _ in frame.set:
                        seen.arrivals.setdefault(key, []).append(now)
                if view == "unit_position":
                    seen.ages_s.extend([now - _fix.decode(document)[4] / 1000 for _, _, document in frame.set])


async def _run(url: str, token: str, subscriptions: list[list[dict[str, Any]]], watched: str, pipe: Connection) -> None:
    seen = Seen()
    events = [asyncio.Event() for _ in subscriptions]
    tasks = [
        asyncio.create_task(_console(url, token, wanted, seen, watched, event)) for wanted, event in zip(subscriptions, events, strict=True)
    ]
    await asyncio.gather(*(event.wait() for event in events))
    pipe.send("ready")
    while not await asyncio.to_thread(pipe.poll, 0.2):
        for task in tasks:
            if task.done():
                task.result()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    pipe.send(seen)


def _main(url: str, token: str, subscriptions: list[list[dict[str, Any]]], watched: str, pipe: Connection) -> None:
    asyncio.run(_run(url, token, subscriptions, watched, pipe))


class Consoles:
    """`with Consoles(...) as consoles:` begins when every console has its snapshots; `finish()` gives what they saw."""

    def __init__(self, base_url: str, token: str, subscriptions: list[list[dict[str, Any]]], *, watched: str = "") -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        url = base_url.replace("http", "ws", 1) + "/api/live"
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
