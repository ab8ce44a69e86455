"""A console: what `command_ui/console/src/live/protocol.ts` does with frames, and the two directions of its socket, each in its order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from streams.hub import Hub
from streams.live_view import Filter
from tests.simulation.auditors import Shown

Row = tuple[str, int, msgspec.Raw]


class Frame(msgspec.Struct, rename={"since": "from"}):
    """A frame of the server."""

    type: Literal["hello", "snapshot", "delta"]
    view: str = ""
    epoch: str = ""
    epochs: dict[str, str] = {}
    position: int = 0
    documents: list[Row] = []
    is_last: bool = True
    since: int = 0
    to: int = 0
    set: list[Row] = []
    gone: list[tuple[str, int]] = []


_frames = msgspec.json.Decoder(Frame)


@dataclass(frozen=True, slots=True)
class Ask:
    """A subscription on its way to the server."""

    view: str
    since: int | None
    epoch: str | None


@dataclass(slots=True)
class Held:
    """As `Subscription` in protocol.ts, for a filter that stays."""

    epoch: str | None = None
    position: int | None = None
    asked: Literal["", "all", "since"] = ""
    parts: list[Row] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class Link:
    """The server's end of the socket: implements `streams.hub.Console`. Frames leave, and then are on their way."""

    hub: Hub
    leaving: deque[bytes] = field(default_factory=deque)
    coming: deque[bytes] = field(default_factory=deque)
    asked: deque[Ask] = field(default_factory=deque)
    is_open: bool = True

    @property
    def is_ready(self) -> bool:
        """As promised by `Console`."""
        return not self.leaving

    def send(self, frames: list[bytes]) -> None:
        """As promised by `Console`."""
        self.leaving.extend(frames)

    def let_leave(self) -> bool:
        """The socket takes what waits; the server may go on with this console, and hears what it asked meanwhile."""
        moved = bool(self.leaving or self.asked)
        if self.leaving:
            self.coming.extend(self.leaving)
            self.leaving.clear()
            self.hub.ready(self)
        return moved

    def hear(self, wanted: Filter) -> None:
        """The server hears one question, as `command_ui.live` does: not before its last frame has left."""
        if self.asked and self.is_ready:
            ask = self.asked.popleft()
            self.send(self.hub.subscribe(self, ask.view, wanted, ask.since, ask.epoch))

    def cut(self) -> None:
        """Nothing that is on its way arrives."""
        if self.is_open:
            self.is_open = False
            self.hub.leave(self)


class Console:
    """One console with the same filter on each of its views; `show` is told after each frame that changed what is shown."""

    def __init__(self, name: str, views: tuple[str, ...], wanted: Filter, show: Callable[[Shown], None]) -> None:
        self.name = name
        self.wanted = wanted
        self.link: Link | None = None
        self.heard = 0
        self._views = {view: Held() for view in views}
        self._show = show

    def open(self, hub: Hub) -> None:
        """A link to a gateway: everything wanted is asked for, from where it was left."""
        self.cut()
        self.link = Link(hub)
        epochs = msgspec.json.encode({"type": "hello", "epochs": {name: live.epoch for name, live in hub.views.items()}})
        self.link.send([epochs])
        for view, held in self._views.items():
            self._ask(view, held)

    def cut(self) -> None:
        """The link is gone. What is held stays, with its positions."""
        if self.link is not None:
            self.link.cut()
            self.link = None
        for held in self._views.values():
            held.asked = ""
            held.parts = []

    def hear(self) -> bool:
        """The oldest frame that is on its way arrives; whether there was one."""
        if self.link is None or not self.link.coming:
            return False
        self.heard += 1
        frame = _frames.decode(self.link.coming.popleft())
        match frame.type:
            case "hello":
                self._hello(frame)
            case "snapshot":
                self._snapshot(frame)
            case "delta":
                self._delta(frame)
        return True

    def hear_all(self) -> None:
        """Everything, to and fro, until the socket is quiet."""
        while self.link is not None and (self.link.let_leave() or self.link.coming):
            self.link.hear(self.wanted)
            while self.hear():
                pass

    @property
    def unanswered(self) -> list[str]:
        """Views for which a question is open."""
        return [view for view, held in self._views.items() if held.asked]

    def _ask(self, view: str, held: Held) -> None:
        assert self.link is not None, "who asks has a link."
        held.asked = "all" if held.position is None else "since"
        held.parts = []
        self.link.asked.append(Ask(view, held.position, None if held.position is None else held.epoch))

    def _hello(self, frame: Frame) -> None:
        for view, held in self._views.items():
            epoch = frame.epochs.get(view)
            if epoch is None or held.epoch is None or held.epoch.partition(".")[0] == epoch or held.asked:
                continue
            held.epoch = held.position = None
            self._ask(view, held)

    def _snapshot(self, frame: Frame) -> None:
        held = self._views[frame.view]
        if held.parts and (held.epoch, held.position) != (frame.epoch, frame.position):
            held.parts = []
        held.epoch, held.position = frame.epoch, frame.position
        held.parts.extend(frame.documents)
        if not frame.is_last:
            held.asked = "all"
            return
        held.documents = {key: bytes(document) for key, _, document in held.parts}
        held.parts, held.asked = [], ""
        self._tell(frame.view, held)

    def _delta(self, frame: Frame) -> None:
        held = self._views[frame.view]
        if held.asked == "all":
            return
        if frame.epoch != held.epoch or frame.since != held.position:
            if held.asked == "since":
                return
            if frame.epoch != held.epoch:
                held.epoch = held.position = None
            elif held.position is not None and frame.to <= held.position:
                return
            self._ask(frame.view, held)
            return
        held.position, held.asked = frame.to, ""
        held.documents = held.documents | {key: bytes(document) for key, _, document in frame.set}
        for key, _ in frame.gone:
            held.documents.pop(key, None)
        self._tell(frame.view, held)

    def _tell(self, view: str, held: Held) -> None:
        assert held.epoch is not None, "what is shown has an epoch."
        assert held.position is not None, "what is shown has a position."
        self._show(Shown(self.name, view, held.epoch, held.position, held.documents, self.wanted))
