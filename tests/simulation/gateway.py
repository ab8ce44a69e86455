"""A gateway: the product's deciding, its feed of the views, and its hub, each going on by itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from aiokafka.errors import KafkaError

from command_ui.facets import reader_facets
from projections.projection import Projection
from streams.answers import Request
from streams.deciding import Deciding
from streams.failures import StoreUnavailable
from streams.followed_views import FollowedViews
from streams.hub import Hub
from streams.kafka import topics, view_feed
from streams.live_view import LiveView
from streams.projector import Published
from streams.working_store import WorkingStore
from tests.simulation.broker import Broker, Consumer
from tests.simulation.fact_log import FactClient, FactLog
from tests.simulation.processes import Process, done, pause, rest
from tests.simulation.view_tables import ViewClient, ViewTables

if TYPE_CHECKING:
    from streams.store_of_record import StoreOfRecord

ZONE = ZoneInfo("Asia/Shanghai")
# What is decided together: enough that two commands of one group meet.
GROUP_MAX = 3


class Gateway:
    """`processes` go on by themselves; consoles and commands come from outside."""

    def __init__(
        self, name: str, facts: FactLog, tables: ViewTables, broker: Broker, projections: Sequence[Projection], now: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.waiting: deque[Request] = deque()
        self.hub = Hub(LiveView(each.name, "", 0, reader_facets(each.name)) for each in projections)
        self.is_serving = False
        self._facts = cast("StoreOfRecord", FactClient(facts, name))
        self._views = ViewClient(tables)
        self._broker = broker
        self._now = now
        self._names = [each.name for each in projections]
        self._followed = FollowedViews(self._facts, cast("Any", self._views), projections, lambda: 0)
        self.processes = (Process(f"{name}, writer", self._write), Process(f"{name}, feed", self._follow))

    def kill(self) -> None:
        """As `kill -9`."""
        for process in self.processes:
            process.kill()

    def _write(self) -> None:
        deciding: Deciding | None = None
        while True:
            try:
                deciding = deciding or Deciding(self._facts, self._a_store(), self._now, lambda _facts: None)
            except StoreUnavailable:
                rest()
                continue
            while not self.waiting:
                rest()
            deciding.write_group([self.waiting.popleft() for _ in range(min(GROUP_MAX, len(self.waiting)))])

    def _a_store(self) -> WorkingStore:
        return WorkingStore(self._facts, OpenSeals(), ZONE, self._now)

    def _follow(self) -> None:
        while not self.is_serving:
            self._feed = view_feed.ViewFeed(
                {name: topics.view(self._broker.prefix, name) for name in self._names},
                self._views.snapshot,
                on_snapshot=self._show,
                on_published=self.hub.publish,
                consumer=Looking(self._broker, self._look),
                stands=self._followed.stands,
                in_thread=_at_once,
                clock=lambda: self._now().timestamp(),
            )
            try:
                done(self._feed.start())
                self.is_serving = True
            except (StoreUnavailable, KafkaError):
                rest()
        while True:
            with suppress(StoreUnavailable, KafkaError):
                done(self._feed.run())
            rest()

    def _show(self, snapshot: view_feed.Snapshot) -> None:
        live = LiveView(snapshot.view, snapshot.epoch, snapshot.position, reader_facets(snapshot.view))
        live.load(snapshot.rows)
        self.hub.begin_anew(live)

    def _look(self) -> None:
        """As `command_ui.center` does: a view whose deltas are all here stands where its checkpoint does, though nothing changed in it."""
        try:
            self._followed.look()
        except StoreUnavailable:
            return
        told = self._feed.told
        for name, view in self._followed.running.items():
            live, checkpoint = self.hub.views[name], view.checkpoint
            if checkpoint.epoch and checkpoint.epoch != live.epoch:
                self._feed.read_again(name)
            elif view.told == told.get(name) and checkpoint.epoch == live.epoch and checkpoint.position > live.position:
                self.hub.publish(Published({name: checkpoint.position}, [], 0.0))


class Looking(Consumer):
    """A consumer that gives its gateway the time to look where the views stand before it waits."""

    def __init__(self, broker: Broker, look: Callable[[], None]) -> None:
        super().__init__(broker)
        self._look = look

    def has_nothing(self) -> None:
        """Nothing came."""
        self._look()
        super().has_nothing()


class OpenSeals:
    """Implements `streams.working_store.Seals`: what is personal is no part of the simulation."""

    def seal(self, subject: str, text: str, *, is_deferred: bool = False) -> str:  # noqa: ARG002 -- nothing is deferred
        """As promised by `Seals`."""
        return f"{subject}|{text}"

    def flush(self) -> None:
        """As promised by `Seals`."""

    def open(self, sealed: str) -> str:
        """As promised by `Seals`."""
        return sealed.partition("|")[2]

    def erase(self, subject: str) -> None:
        """As promised by `Seals`."""


async def _at_once(read: Callable[[str], view_feed.Snapshot], view: str) -> view_feed.Snapshot:
    pause("have a view read in a thread")
    return read(view)
