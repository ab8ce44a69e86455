"""The command center as it serves: the streams of one machine, the live views in memory, and what watches over them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from command_ui.center_health import CenterHealth
from command_ui.facets import reader_facets
from command_ui.settings import Settings
from domain.permissions import Scope
from projections import CATALOGUE
from projections.projection import Projection
from streams.alarm_host import AlarmHost, readings_of
from streams.followed_views import FollowedViews
from streams.hub import Hub
from streams.live_view import LiveView, WatchedView
from streams.one_machine import OneMachine
from streams.positions import Fix, Positions
from streams.positions_then import fixes_of
from streams.projector import Published
from streams.source_health import SourceWatch
from streams.source_health_then import KINDS
from streams.stores import Stores, stores_in, utc_now
from streams.telemetry import Batch

if TYPE_CHECKING:
    from command_ui.following import Following
    from command_ui.gateway import Gateway
    from streams.kafka.telemetry_records import Told
    from streams.kafka.view_feed import Snapshot

# A gateway that begins with its views far behind waits so long at the most before it takes consoles.
WHOLE_S_MAX = 30.0


class Center:
    """Open it, then let it be `running` in the event loop that serves.

    Of a gateway, what is shown comes from Kafka alone, also what came in here: a `command_ui.following.Follower`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], datetime] = utc_now,
        projections: tuple[Projection, ...] = CATALOGUE,
        progress: Callable[[int, int], None] | None = None,
        gateway: Gateway | None = None,
    ) -> None:
        self.settings = settings
        self.now = now
        self.projections = {projection.name: projection for projection in projections}
        # Before the machine: it folds what the log holds beyond the views while it is put together here.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gateway = gateway
        self._following: Following | None = None
        # Where the log ended when this gateway began, and until when it is waited for.
        self._whole_at: tuple[int, float] | None = None
        self.machine = OneMachine(
            gateway.stores if gateway is not None else _stores_in_files(settings, now),
            projections,
            zone=settings.time_zone,
            host=gateway.host if gateway is not None else None,
            now=now,
            on_published=self._published,
            on_facts=lambda _facts: self.alarms.learn_soon(),
        )
        self.machine.projector.catch_up(progress)
        self.sources = SourceWatch(
            late_s=settings.source_late_s, silent_s=settings.source_silent_s, now=now, position=self.machine.telemetry.position
        )
        self.health = CenterHealth(self)
        self.hub = Hub([*(self._live(projection) for projection in projections), self.health.view], is_alone=gateway is None)
        self.positions = Positions(epoch="telemetry")
        if gateway is None:
            self._restore_positions(self._positions_before())
        self.alarms = AlarmHost(self.machine, now)
        self.started_at = now()
        self._tasks: list[asyncio.Task[None]] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Center]:
        """Serve while inside. Raises a StreamFailure where what is to be followed cannot be."""
        self._loop = asyncio.get_running_loop()
        async with self._followed(), self._served():
            yield self

    @contextlib.asynccontextmanager
    async def _followed(self) -> AsyncIterator[None]:
        if self._gateway is None:
            yield
            return
        from command_ui.following import Following

        async def before() -> None:
            self._restore_positions(await asyncio.to_thread(lambda: list(self._positions_before())))

        self._following = following = Following(self._gateway, list(self.projections.values()), self)
        self._gateway.host.on_look = self._looked
        async with following.running(before):
            self._whole_at = max(1, self._gateway.host.log_end), time.monotonic() + WHOLE_S_MAX
            yield

    @contextlib.asynccontextmanager
    async def _served(self) -> AsyncIterator[None]:
        self.machine.start()
        self.alarms.start()
        self._tasks = [
            asyncio.create_task(self.hub.run(), name="hub"),
            asyncio.create_task(self.positions.run(), name="positions"),
            asyncio.create_task(self.health.run(), name="health"),
        ]
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.to_thread(self.alarms.stop)
            await asyncio.to_thread(self.machine.stop)

    def take_positions(self, fixes: list[Fix], position: int) -> None:
        """Fixes that are on the telemetry log: the consoles have them before their sender has its answer, where there is time."""
        if self._gateway is None:
            self.positions.take(fixes, position)
            self.positions.tell()

    def take_readings(self, readings: Sequence[tuple[str, float, datetime]], position: int) -> None:
        """Readings that are on the telemetry log."""
        if self._gateway is None:
            self.alarms.take(readings, position)

    def heard(
        self,
        source: str,
        kind: Literal["avl", "readings", "intake"],
        *,
        newest: datetime | None,
        accepted: int,
        rejected: int,
        position: int,
    ) -> None:
        """A source sent something, which is on the telemetry log."""
        if self._gateway is None:
            self.sources.heard(source, kind, newest=newest, accepted=accepted, rejected=rejected, position=position)

    def begin_view(self, snapshot: Snapshot) -> None:
        """As promised by `Follower`."""
        projection = self.projections[snapshot.view]
        live = self._empty(projection, snapshot.epoch, snapshot.position)
        if projection.is_live:
            decode = self.machine.projector.running[projection.name].fold.decode
            live.load(row for row in snapshot.rows if projection.is_shown(decode(row[2])))
        self.hub.begin_anew(live)

    def publish(self, published: Published) -> None:
        """As promised by `Follower`."""
        self.hub.publish(published)

    def hear(self, told: Sequence[Told]) -> None:
        """As promised by `Follower`."""
        for each in told:
            batch, heard = each.batch, each.heard
            if batch.kind not in KINDS:
                continue
            at = datetime.fromtimestamp(batch.recorded_at, UTC)
            newest = datetime.fromtimestamp(heard.newest_at, UTC) if heard.newest_at is not None else None
            self.sources.heard(
                batch.source,
                KINDS[batch.kind],
                newest=newest,
                accepted=heard.accepted,
                rejected=heard.rejected,
                position=batch.position,
                at=at,
            )
            if batch.kind == "fixes":
                self.positions.take(fixes_of(batch), batch.position)
            elif batch.kind == "readings":
                self.alarms.take(readings_of(batch.payload), batch.position, at)
        self.positions.tell()

    def telemetry_begins_anew(self) -> None:
        """As promised by `Follower`."""
        self.positions.begin_anew()
        self.sources.position = 0
        self.alarms.log_begins_anew()

    def reached(self, view: str) -> int:
        """How far a view is for whoever asks here."""
        return self.machine.projector.running[view].checkpoint.position if self._gateway is None else self.hub.views[view].position

    def typed(self, view: str) -> Iterator[tuple[str, Any]]:
        """The shown documents of a live view as the projection's own values."""
        fold = self.machine.projector.running[view].fold
        for key, shown in list(self.hub.views[view].documents.items()):
            yield key, fold.decode(shown.document)

    def document(self, view: str, key: str) -> Any:  # noqa: ANN401 -- the view's document
        """One document of a folded view, shown or not; None where there is none."""
        if self._gateway is not None and (shown := self.hub.views[view].documents.get(key)) is not None:
            # What is shown is known here, however far the store is.
            return self.machine.projector.running[view].fold.decode(shown.document)
        row = self.machine.views.document(view, key)
        return self.machine.projector.running[view].fold.decode(row[2]) if row else None

    def is_known_unit(self, unit: str) -> bool:
        """Whether the unit is registered."""
        return unit in self.hub.views["unit_status"].documents

    def sees_unit(self, scope: Scope) -> Callable[[str], bool] | None:
        """Whether an account of this scope sees where a unit is: as it sees the unit. None: it sees all."""
        if not scope.agencies:
            return None
        units = self.hub.views["unit_status"].documents

        def sees(unit: str) -> bool:
            shown = units.get(unit)
            return shown is not None and scope.reaches(agencies=shown.facets.agencies, district=shown.facets.district)

        return sees

    @property
    def is_ready(self) -> bool:
        """Whether commands are taken and the views follow."""
        return self._loop is not None and not self.trouble and self._is_whole()

    @property
    def stopped(self) -> dict[str, str]:
        """What has stopped on a fact or a failure, and why; empty when all is well."""
        found = {name: view.stopped for name, view in self.machine.projector.running.items() if view.stopped}
        return found | ({"alarm_watch": self.alarms.failure} if self.alarms.failure else {})

    def _is_whole(self) -> bool:
        """Whether what the log held when this gateway began is in its views: before, an account that there is would be refused as unknown.

        Where that takes long, an old picture that says how old it is serves better than none.
        """
        if self._whole_at is None or self._gateway is None:
            return True
        position, latest = self._whole_at
        views = self.hub.views.values()
        has_begun = all(view.epoch for view in views)
        if has_begun and (time.monotonic() > latest or all(self.reached(name) >= position for name in self.projections)):
            self._whole_at = None
        return self._whole_at is None

    @property
    def host(self) -> FollowedViews | None:
        """How far the views are that workers fold, of a gateway."""
        return self._gateway.host if self._gateway is not None else None

    @property
    def trouble(self) -> str:
        """What keeps every view here from going on, or nothing."""
        followed = self._following.trouble if self._following is not None else ""
        return self.machine.projector.failure or self.machine.projector.trouble or followed

    def _live(self, projection: Projection) -> LiveView:
        checkpoint = self.machine.projector.running[projection.name].checkpoint
        live = self._empty(projection, checkpoint.epoch, checkpoint.position)
        # A gateway reads its views when it begins to follow them.
        if projection.is_live and self._gateway is None:
            decode = self.machine.projector.running[projection.name].fold.decode
            live.load(row for row in self.machine.views.documents(projection.name) if projection.is_shown(decode(row[2])))
        return live

    def _empty(self, projection: Projection, epoch: str, position: int) -> LiveView:
        name, views = projection.name, self.machine.views
        if projection.is_live:
            return LiveView(name, epoch, position, reader_facets(name))
        return WatchedView(name, epoch, position, lambda key: views.document(name, key), reader_facets(name))

    def _published(self, published: Published) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.hub.publish, published)

    def _looked(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._move_unchanged)

    def _move_unchanged(self) -> None:
        """A view that stands further on without another delta: what is here is what it is there."""
        assert self._gateway is not None, "only a gateway follows."
        assert self._following is not None, "only a gateway follows."
        told = self._following.told
        positions = {
            name: view.checkpoint.position
            for name, view in self._gateway.host.running.items()
            if told.get(name) == view.told and self.hub.views[name].epoch == view.checkpoint.epoch
        }
        moved = {name: position for name, position in positions.items() if position > self.hub.views[name].position}
        if moved:
            self.hub.publish(Published(moved, [], self.hub.committed_at))

    def _positions_before(self) -> Iterator[Batch]:
        """The newest fix of each unit from the telemetry log, so that a restart does not empty the map."""
        return self.machine.telemetry.batches("fixes", since=self.now().timestamp() - self.settings.position_stale_s * 10)

    def _restore_positions(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            self.positions.take(fixes_of(batch), batch.position)


def _stores_in_files(settings: Settings, now: Callable[[], datetime]) -> Stores:
    return stores_in(
        settings.data,
        telemetry_days=settings.telemetry_days,
        access_days=settings.access_days,
        master_key=settings.master_key,
        now=now,
    )
