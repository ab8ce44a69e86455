"""The hub: live views in memory, and the consoles that watch them.

A console holds at most one subscription for each view. Subscriptions with one filter at one position share each delta: it is put
together once. A console whose last frame has not left yet is passed over; when it is ready again it gets one delta from where it stands,
with the newest of each document: never a queue. Everything here belongs to the thread of the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from streams.live_view import Filter, LiveView, quote
from streams.projector import Published

# What changes goes out at once while there is time. A tick takes a fifth of the loop's time at most, so that under load more and more
# changes share a frame; from 50 ms on the rest of the server waits instead of the picture.
TICK_S_MIN = 0.002
TICK_S_MAX = 0.05
REST_FOR_WORK = 4.0
# Before every position: who stands there has nothing.
NOWHERE = -1
# A console that comes from another gateway may hold more than this one has yet. It is not taken back in time, for this one follows in
# milliseconds; where it does not for so long, what it follows was set back, and the console is told what there is.
AHEAD_S_MAX = 5.0
# A frame of a snapshot: a browser parses it in some 10 ms and stays responsive in between.
SNAPSHOT_ROWS = 2_000


class Console(Protocol):
    """Where frames go. One frame is on its way at a time."""

    @property
    def is_ready(self) -> bool:
        """Whether the last frame has left."""
        ...

    def send(self, frames: list[bytes]) -> None:
        """Send these frames, in order; `is_ready` is False until they have left."""
        ...


@dataclass(slots=True)
class Subscription:
    """One console's view: what it wants, and how far it has come."""

    console: Console
    view: str
    wanted: Filter
    position: int
    ahead_since: float = 0.0


@dataclass(slots=True)
class _Group:
    wanted: Filter
    epoch: str
    members: dict[Console, Subscription] = field(default_factory=dict)


@dataclass(slots=True)
class HubFigures:
    """What the hub did since it started."""

    frames: int = 0
    bytes_sent: int = 0
    passed_over: int = 0
    resumed: int = 0
    snapshots: int = 0


class Hub:
    """`publish` when a projection has committed; `tick` tells it."""

    def __init__(self, views: Iterable[LiveView], *, is_alone: bool = False) -> None:
        """`is_alone`: no other hub serves these views, so that nobody can be ahead of this one."""
        self._is_alone = is_alone
        self.views = {view.name: view for view in views}
        self._groups: dict[str, dict[Filter, _Group]] = {name: {} for name in self.views}
        self._changed: dict[str, dict[str, None]] = {name: {} for name in self.views}
        self._from: dict[str, int] = {name: view.position for name, view in self.views.items()}
        self._subscriptions: dict[Console, dict[str, Subscription]] = {}
        self.figures = HubFigures()
        self.committed_at = time.monotonic()
        self._wake = asyncio.Event()
        # Views that some console holds at a later position than this hub.
        self._ahead: set[str] = set()

    def publish(self, published: Published) -> None:
        """Take over what a commit made visible."""
        for change in published.changes:
            view = self.views.get(change.view)
            if view is not None:
                view.apply(change.key, change.position, change.document)
                self._changed[change.view][change.key] = None
        for name, position in published.positions.items():
            if name in self.views:
                self.views[name].position = max(self.views[name].position, position)
        self.committed_at = published.committed_at
        self._wake.set()

    def show(self, view: str, documents: Iterable[tuple[str, bytes | None]], position: int) -> None:
        """Documents of a view that is not folded from the log; None: gone."""
        live = self.views[view]
        for key, document in documents:
            live.apply(key, position, document)
            self._changed[view][key] = None
        live.position = position
        self._wake.set()

    def begin_anew(self, live: LiveView) -> None:
        """A view was read anew, or is another epoch's: who watches it gets a snapshot."""
        name = live.name
        assert name in self.views, f"{name} is not a view of this hub."
        for group in self._groups[name].values():
            before, group.epoch = group.epoch, live.epoch_of(group.wanted)
            for subscription in group.members.values():
                live.watch(subscription.wanted)
                if live.is_behind(before, subscription.position, subscription.wanted):
                    self._let_be_ahead(subscription)
                else:
                    subscription.position = NOWHERE
        self.views[name] = live
        self._from[name] = NOWHERE
        self._changed[name] = {}
        self._wake.set()

    async def run(self) -> None:
        """Tick when there is something to tell, as often as the work allows; sleep otherwise."""
        while True:
            if self._ahead:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), AHEAD_S_MAX)
            else:
                await self._wake.wait()
            self._wake.clear()
            started = time.thread_time()
            self.tick()
            worked = time.thread_time() - started
            await asyncio.sleep(min(TICK_S_MAX, max(TICK_S_MIN, REST_FOR_WORK * worked)))

    def subscribe(self, console: Console, view: str, wanted: Filter, since: int | None, epoch: str | None) -> list[bytes]:
        """The frames that bring the console to now; deltas follow. Raises KeyError for an unknown view."""
        self.flush(view)
        live = self.views[view]
        self.unsubscribe(console, view)
        live.watch(wanted)
        subscription = Subscription(console, view, wanted, live.position)
        group = self._groups[view].setdefault(wanted, _Group(wanted, live.epoch_of(wanted)))
        group.members[console] = subscription
        self._subscriptions.setdefault(console, {})[view] = subscription
        if live.can_resume(epoch, since, wanted):
            assert since is not None, "a view resumes from a position."
            self.figures.resumed += 1
            rows, gone = live.changed_since(since, wanted)
            return [_delta(live, group.epoch, since, rows, gone)]
        if since is not None and not self._is_alone and live.is_behind(epoch, since, wanted):
            self.figures.resumed += 1
            subscription.position = since
            self._let_be_ahead(subscription)
            return [_delta(live, group.epoch, since, [], [], until=since)]
        self.figures.snapshots += 1
        return snapshot_frames(live.name, group.epoch, live.position, live.snapshot(wanted))

    def unsubscribe(self, console: Console, view: str) -> None:
        """No more of this view."""
        subscription = self._subscriptions.get(console, {}).pop(view, None)
        if subscription is None:
            return
        group = self._groups[view][subscription.wanted]
        group.members.pop(console, None)
        self.views[view].unwatch(subscription.wanted)
        if not group.members:
            del self._groups[view][subscription.wanted]

    def leave(self, console: Console) -> None:
        """The console is gone."""
        for view in list(self._subscriptions.get(console, {})):
            self.unsubscribe(console, view)
        self._subscriptions.pop(console, None)

    def tick(self) -> None:
        """Send what has changed to every console that is ready."""
        frames: dict[Console, list[bytes]] = {}
        for name in self.views:
            self._collect(name, frames)
        for name in list(self._ahead):
            self._take_back(name, frames)
        for console, waiting in frames.items():
            self.figures.frames += len(waiting)
            self.figures.bytes_sent += sum(map(len, waiting))
            console.send(waiting)

    def flush(self, view: str) -> None:
        """Send this view's changes now, so that its groups stand at the live position before somebody joins."""
        frames: dict[Console, list[bytes]] = {}
        self._collect(view, frames)
        for console, waiting in frames.items():
            console.send(waiting)

    def ready(self, console: Console) -> None:
        """The console's last frame has left: bring it to now where it was passed over."""
        frames = []
        for view, subscription in self._subscriptions.get(console, {}).items():
            live = self.views[view]
            if subscription.position < self._from[view]:
                frames.append(self._catch_up(live, subscription))
        if frames:
            console.send(frames)

    def _collect(self, name: str, frames: dict[Console, list[bytes]]) -> None:
        live = self.views[name]
        start, keys = self._from[name], self._changed[name]
        if live.position == start and not keys:
            return
        # More may move in one step than is remembered (a large import): then everybody gets a snapshot.
        moves = live.moved_since(start) if live.knows(start) else None
        for group in self._groups[name].values():
            shared: bytes | None = None
            for console, subscription in group.members.items():
                if not console.is_ready:
                    self.figures.passed_over += 1
                    continue
                if subscription.position == start and moves is not None:
                    if shared is None:
                        shared = _delta(live, group.epoch, start, *live.frame_of(keys, moves, group.wanted))
                    frame = shared
                    subscription.position = live.position
                elif subscription.position > live.position:
                    continue
                else:
                    frame = self._catch_up(live, subscription)
                frames.setdefault(console, []).append(frame)
        self._from[name] = live.position
        self._changed[name] = {}

    def _let_be_ahead(self, subscription: Subscription) -> None:
        subscription.ahead_since = time.monotonic()
        self._ahead.add(subscription.view)
        self._wake.set()

    def _take_back(self, name: str, frames: dict[Console, list[bytes]]) -> None:
        """Consoles that this hub has not come up with for too long are told what it has."""
        live = self.views[name]
        ahead = [each for group in self._groups[name].values() for each in group.members.values() if each.position > live.position]
        if not ahead:
            self._ahead.discard(name)
        for subscription in ahead:
            if time.monotonic() - subscription.ahead_since >= AHEAD_S_MAX and subscription.console.is_ready:
                frames.setdefault(subscription.console, []).append(self._catch_up(live, subscription))

    def _catch_up(self, live: LiveView, subscription: Subscription) -> bytes:
        since, subscription.position = subscription.position, live.position
        wanted = subscription.wanted
        epoch = self._groups[live.name][wanted].epoch
        if not live.can_resume(epoch, since, wanted):
            return snapshot_frames(live.name, epoch, live.position, live.snapshot(wanted), whole=True)[0]
        return _delta(live, epoch, since, *live.changed_since(since, wanted))


def _delta(live: LiveView, epoch: str, since: int, rows: list[bytes], gone: list[bytes], *, until: int | None = None) -> bytes:
    return b'{"type":"delta","view":%s,"epoch":%s,"from":%d,"to":%d,"set":[%s],"gone":[%s]}' % (
        quote(live.name),
        quote(epoch),
        since,
        live.position if until is None else until,
        b",".join(rows),
        b",".join(gone),
    )


def snapshot_frames(view: str, epoch: str, position: int, rows: list[bytes], *, whole: bool = False) -> list[bytes]:
    """A snapshot in frames of some rows each; the last says so."""
    size = max(1, len(rows)) if whole else SNAPSHOT_ROWS
    parts = [rows[start : start + size] for start in range(0, len(rows), size)] or [[]]
    return [
        b'{"type":"snapshot","view":%s,"epoch":%s,"position":%d,"documents":[%s],"is_last":%s}'
        % (quote(view), quote(epoch), position, b",".join(part), b"true" if index == len(parts) - 1 else b"false")
        for index, part in enumerate(parts)
    ]
