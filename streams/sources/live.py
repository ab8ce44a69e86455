"""The documents of some views as the live link tells them: snapshot, then deltas; resumed after a cut, mended after a gap."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from streams.sources.client import Pauses

# A snapshot frame of a large city; the server cuts larger ones.
FRAME_BYTES_MAX = 64 * 2**20
# A server that is gone says no farewell.
CLOSE_S_MAX = 2.0

Sleep = Callable[[float], Awaitable[None]]
_GONE_WRONG: Final = (OSError, WebSocketException, TimeoutError)


@dataclass(slots=True)
class Mirror:
    """One view: its documents by key, and from where to resume."""

    view: str
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    position: int | None = None
    epoch: str | None = None
    _incoming: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, frame: dict[str, Any]) -> bool:
        """Apply a frame about this view. False: there is a gap, subscribe again."""
        if frame["type"] == "snapshot":
            self._incoming.update({key: document for key, _, document in frame["documents"]})
            if frame["is_last"]:
                self.documents, self._incoming = self._incoming, {}
                self.position, self.epoch = frame["position"], frame["epoch"]
            return True
        if frame["from"] != self.position or frame["epoch"] != self.epoch:
            self.position = None
            return False
        self.documents.update({key: document for key, _, document in frame["set"]})
        for key, _ in frame["gone"]:
            self.documents.pop(key, None)
        self.position = frame["to"]
        return True

    def subscription(self) -> dict[str, Any]:
        """The frame that asks for it, from where it was left."""
        return {"type": "subscribe", "view": self.view, "since": self.position, "epoch": self.epoch if self.position is not None else None}


class LiveMirrors:
    """`run` keeps `views` true until cancelled; `ready` is set once every view has come whole."""

    def __init__(self, base_url: str, token: str, views: tuple[str, ...], *, sleep: Sleep = asyncio.sleep) -> None:
        self._url = "ws" + base_url.rstrip("/").removeprefix("http") + "/api/live"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._sleep = sleep
        self.views = {view: Mirror(view) for view in views}
        self.ready = asyncio.Event()
        self.is_live = False

    def documents(self, view: str) -> dict[str, dict[str, Any]]:
        """The newest documents that were told."""
        return self.views[view].documents

    async def run(self) -> None:
        """Stay linked; after a cut, resume from the positions held."""
        pauses = Pauses(None)
        while True:
            try:
                async with connect(
                    self._url, additional_headers=self._headers, max_size=FRAME_BYTES_MAX, compression=None, proxy=None
                ) as link:
                    pauses = Pauses(None)
                    for mirror in self.views.values():
                        await link.send(json.dumps(mirror.subscription()))
                    await self._read(link)
            except _GONE_WRONG:
                pass
            self.is_live = False
            await self._sleep(pauses.next("the live link is cut"))

    def _connect(self) -> connect:
        options: dict[str, Any] = {"max_size": FRAME_BYTES_MAX, "compression": None, "proxy": None, "close_timeout": CLOSE_S_MAX}
        return connect(self._url, additional_headers=self._headers, **options)

    async def _read(self, link: ClientConnection) -> None:
        async for text in link:
            frame = json.loads(text)
            if frame["type"] not in ("snapshot", "delta") or frame["view"] not in self.views:
                continue
            mirror = self.views[frame["view"]]
            if not mirror.take(frame):
                await link.send(json.dumps(mirror.subscription()))
            if not self.is_live and all(one.position is not None for one in self.views.values()):
                self.is_live = True
                self.ready.set()
