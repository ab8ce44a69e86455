"""A console as docs/protocol.md describes it: it applies frames strictly, and knows when it has missed something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec


class GapError(AssertionError):
    """A delta did not begin where the console stands: the server broke rule 1."""


@dataclass(eq=False)
class ModelConsole:
    """One view's picture. A slow console is not ready while a frame is on its way; `drain` lets it arrive."""

    view: str
    picture: dict[str, Any] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    position: int | None = None
    epoch: str = ""
    is_slow: bool = False
    snapshots: int = 0
    deltas: int = 0
    gone: list[str] = field(default_factory=list)
    on_the_way: list[bytes] = field(default_factory=list)
    _arriving: dict[str, Any] | None = None

    @property
    def is_ready(self) -> bool:
        return not self.on_the_way

    def send(self, frames: list[bytes]) -> None:
        """A fast console has each frame at once."""
        self.on_the_way.extend(frames)
        if not self.is_slow:
            self.drain()

    def drain(self) -> None:
        """What was on its way has arrived."""
        frames, self.on_the_way = self.on_the_way, []
        for frame in frames:
            self.apply(msgspec.json.decode(frame))

    def apply(self, frame: dict[str, Any]) -> None:
        assert frame["view"] == self.view
        match frame["type"]:
            case "snapshot":
                if self._arriving is None:
                    self._arriving = {}
                self._arriving |= {key: (position, document) for key, position, document in frame["documents"]}
                if frame["is_last"]:
                    self.picture = {key: document for key, (_, document) in self._arriving.items()}
                    self.positions = {key: position for key, (position, _) in self._arriving.items()}
                    self.position, self.epoch, self._arriving = frame["position"], frame["epoch"], None
                    self.snapshots += 1
            case "delta":
                if frame["from"] != self.position or frame["epoch"] != self.epoch:
                    raise GapError(f"from {frame['from']} where the console holds {self.position}")
                assert frame["to"] >= frame["from"]
                for key, position, document in frame["set"]:
                    assert position >= self.positions.get(key, 0), f"{key} went back"
                    self.picture[key] = document
                    self.positions[key] = position
                for key, _ in frame["gone"]:
                    assert key in self.picture, f"{key} is named, and was never in this console's picture"
                    del self.picture[key]
                    del self.positions[key]
                    self.gone.append(key)
                self.position = frame["to"]
                self.deltas += 1
            case other:
                raise AssertionError(f"unheard of: {other}")

    def cut(self) -> None:
        """The link is gone, and with it what was on its way."""
        self.on_the_way.clear()
        self._arriving = None
