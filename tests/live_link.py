"""A console as the server sees it: one WebSocket, and the picture of each view as the live protocol builds it (docs/protocol.md)."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.server_fixture import WAIT_S_MAX, Api

Frame = dict[str, Any]


@dataclass
class Picture:
    """One view's documents as a console holds them. A delta that does not follow on is an AssertionError: no gap goes unnoticed."""

    view: str
    epoch: str | None = None
    position: int | None = None
    documents: dict[str, Any] = field(default_factory=dict)
    snapshots: int = 0
    deltas: int = 0
    resumed_from: int | None = None
    _is_whole: bool = True

    def take(self, frame: Frame) -> None:
        """Apply a snapshot or a delta."""
        if frame["type"] == "snapshot":
            if self._is_whole:
                self.documents = {}
            self.epoch, self.position = frame["epoch"], frame["position"]
            self.documents.update({key: document for key, _, document in frame["documents"]})
            self._is_whole = frame["is_last"]
            self.snapshots += frame["is_last"]
            return
        assert frame["epoch"] == self.epoch, f"a delta of another epoch: {frame['epoch']}, not {self.epoch}"
        assert frame["from"] == self.position, f"{self.view}: a gap between {self.position} and {frame['from']}"
        assert frame["to"] >= frame["from"]
        self.position = frame["to"]
        self.deltas += 1
        for key, position, document in frame["set"]:
            assert position <= frame["to"], f"{key} is newer than its frame"
            self.documents[key] = document
        for key, _ in frame["gone"]:
            assert key in self.documents, f"{self.view}: {key} is named, and was never in this picture"
            del self.documents[key]


@dataclass
class Console:
    """A link and its pictures."""

    link: ClientConnection
    pictures: dict[str, Picture] = field(default_factory=dict)
    heard: list[Frame] = field(default_factory=list)

    def say(self, **frame: Any) -> None:  # noqa: ANN401 -- a frame's fields
        """Send a frame."""
        self.link.send(json.dumps(frame))

    def hear(self, *, within_s: float = WAIT_S_MAX) -> Frame:
        """The next frame; the picture it belongs to is brought up to date."""
        frame: Frame = json.loads(self.link.recv(timeout=within_s))
        self.heard.append(frame)
        if frame["type"] in ("snapshot", "delta") and frame["view"] in self.pictures:
            self.pictures[frame["view"]].take(frame)
        return frame

    def hear_until(self, is_heard: Callable[[], object], what: str, *, within_s: float = WAIT_S_MAX) -> None:
        """Listen until it is so."""
        latest = time.monotonic() + within_s
        while not is_heard():
            left = latest - time.monotonic()
            assert left > 0, f"{what}: not heard in {within_s:g} s; the last frames: {[frame['type'] for frame in self.heard[-5:]]}"
            self.hear(within_s=left)

    def hear_type(self, kind: str, *, within_s: float = WAIT_S_MAX) -> Frame:
        """The next frame of this type."""
        start = len(self.heard)
        self.hear_until(lambda: any(frame["type"] == kind for frame in self.heard[start:]), kind, within_s=within_s)
        return self.heard[-1]

    def watch(self, view: str, **wanted: Any) -> Picture:  # noqa: ANN401 -- a filter's fields
        """Subscribe anew; the picture as soon as its snapshot is whole."""
        picture = self.pictures[view] = Picture(view)
        self.say(type="subscribe", view=view, filter=wanted)
        self.hear_until(lambda: picture.snapshots, f"the snapshot of {view}")
        return picture

    def resume(self, picture: Picture, **wanted: Any) -> Picture:  # noqa: ANN401 -- a filter's fields
        """Subscribe with what was seen on an earlier link; back as soon as the answer is here."""
        self.pictures[picture.view] = picture
        seen = picture.snapshots + picture.deltas
        self.say(type="subscribe", view=picture.view, since=picture.position, epoch=picture.epoch, filter=wanted)
        self.hear_until(lambda: picture.snapshots + picture.deltas > seen, f"the answer to a resume of {picture.view}")
        return picture

    def until_position(self, picture: Picture, position: int) -> None:
        """Listen until the picture has come so far."""
        self.hear_until(lambda: (picture.position or 0) >= position, f"{picture.view} at {position}")

    def close_code(self, *, within_s: float = WAIT_S_MAX) -> int | None:
        """Listen until the server ends the link; the code it gives, or None where it was cut without a word."""
        latest = time.monotonic() + within_s
        try:
            while True:
                assert time.monotonic() < latest, f"the link is open after {within_s:g} s"
                self.hear(within_s=within_s)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else None


@contextmanager
def console(api: Api, *, origin: str | None = None, sock: socket.socket | None = None, **headers: str) -> Iterator[Console]:
    """A link with the token of `api`, or with other headers. The library holds one frame at most that nobody asked it for."""
    own = {"Authorization": f"Bearer {api.token}"} if api.token and not headers else headers
    with connect(
        api.live_url,
        sock=sock,
        additional_headers=own,
        origin=Origin(origin) if origin is not None else None,
        compression=None,
        max_size=None,
        max_queue=1,
        proxy=None,
        open_timeout=WAIT_S_MAX,
    ) as link:
        yield Console(link)
