"""The command center as it serves: the streams of one machine, the live views in memory, and what watches over them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from command_ui.facets import reader_facets
from command_ui.hops import hop_health, hops
from command_ui.settings import Settings
from domain.permissions import Scope
from projections import CATALOGUE
from projections.projection import Projection
from streams.alarm_host import AlarmHost, readings_of
from streams.hub import Hub
from streams.live_view import LiveView, WatchedView
from streams.one_machine import OneMachine
from streams.positions import Fix, Positions
from streams.positions_then import fixes_of
from streams.projector import Published
from streams.source_health import SourceHealth, SourceWatch, projection_health, sensor_health
from streams.source_health_then import HEALTH_KEPT_EVERY_S, KINDS, KeptHealth
from streams.stores import Stores, stores_in, utc_now
from streams.telemetry import Batch

if TYPE_CHECKING:
    from command_ui.following import Following
    from command_ui.gateway import Gateway
    from streams.kafka.telemetry_records import Told
    from streams.kafka.view_feed import Snapshot

# The health of every source is judged once a second.
SECOND_S = 1.0
# Thousands of sensors send every few seconds, and their counts are read by people.
SENSORS_SHOWN_EVERY_S = 10.0
# A gateway that begins with its views far behind waits so long at the most before it takes consoles.
WHOLE_S_MAX = 30.0
# Where the log ended in each second of the last hour; a view that is further behind is «an hour behind».
ENDS_MAX = 3_600

log = logging.getLogger(__name__)


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
        self._health = LiveView("source_health", f"{int(now().timestamp()):x}", 0, reader_facets("source_health"))
        self.hub = Hub([*(self._live(projection) for projection in projections), self._health], is_alone=gateway is None)
        self.positions = Positions(epoch="telemetry")
        if gateway is None:
            self._restore_positions(self._positions_before())
        self.alarms = AlarmHost(self.machine, now)
        self.started_at = now()
        self._sensors: dict[str, SourceHealth] = {}
        self._sensors_shown_at: float | None = None
        self._health_kept_at: float | None = None
        self._ends: deque[tuple[float, int]] = deque(maxlen=ENDS_MAX)
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
            asyncio.create_task(self._seconds(), name="seconds"),
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
        self.positions.position = 0
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

    def lag(self) -> dict[str, float]:
        """Seconds by which views stand behind the log; those that are up to date are not named."""
        found = {name: self._lag_s(self.reached(name)) for name in self.machine.projector.running}
        return {name: round(lag_s, 1) for name, lag_s in found.items() if lag_s}

    def _lag_s(self, position: int) -> float:
        since = next((at for at, end in self._ends if end > position), None)
        return time.monotonic() - since if since is not None else 0.0

    def hops(self) -> dict[str, SourceHealth]:
        """The hops between the log and the consoles of a gateway; none on one machine."""
        if self._gateway is None:
            return {}
        host = self._gateway.host
        shown = min((self.reached(name) for name, view in host.running.items() if not view.stopped), default=0)
        return hop_health(hops(relayed=host.relayed, folded=host.position, shown=shown), self._lag_s)

    @property
    def is_ready(self) -> bool:
        """Whether commands are taken and the views follow."""
        return self._loop is not None and not self._trouble and self._is_whole()

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
    def _trouble(self) -> str:
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

    async def _seconds(self) -> None:
        while True:
            try:
                await self._keep_health(self._show_health())
                self._note_end()
            except Exception:
                log.exception("the second's work failed")
            await asyncio.sleep(SECOND_S)

    def _note_end(self) -> None:
        """Remember where the log ended a second ago, and before while a view is not there yet."""
        reached = min([self.machine.projector.position, *(each.accepted for each in self.hops().values())])
        while self._ends and self._ends[0][1] <= reached:
            self._ends.popleft()
        self._ends.append((time.monotonic(), self.machine.projector.log_end))

    def _show_health(self) -> dict[str, SourceHealth]:
        documents = self.sources.documents()
        lag, trouble = self.lag(), self._trouble
        for name, view in self.machine.projector.running.items():
            health = projection_health(
                name,
                stopped=view.stopped or trouble,
                stopped_zh=view.stopped_zh or trouble,
                behind=self.machine.projector.log_end - view.checkpoint.position if name in lag else 0,
                folded=view.folded,
                at=None,
            )
            documents[health.source] = health
        watch = projection_health(
            "alarm_watch", stopped=self.alarms.failure, stopped_zh=self.alarms.failure, behind=0, folded=self.alarms.taken, at=None
        )
        documents[watch.source] = watch
        documents |= self.hops()
        if self._sensors_shown_at is None or time.monotonic() - self._sensors_shown_at >= SENSORS_SHOWN_EVERY_S:
            self._sensors_shown_at = time.monotonic()
            found = (sensor_health(sensor, late_s=self.settings.source_late_s) for sensor in self.alarms.sensors())
            self._sensors = {health.source: health for health in found}
        documents |= self._sensors
        changes: list[tuple[str, bytes | None]] = [(key, None) for key in self._health.documents if key not in documents]
        position = self._health.position + 1
        for key, document in documents.items():
            encoded = msgspec.json.encode(document)
            known = self._health.documents.get(key)
            if known is None or known.document != encoded:
                changes.append((key, encoded))
        if changes:
            self.hub.show("source_health", changes, position)
        return documents

    async def _keep_health(self, documents: dict[str, SourceHealth]) -> None:
        """Write the health of everything to the telemetry log, where an earlier picture of it starts."""
        since = time.monotonic() - self._health_kept_at if self._health_kept_at is not None else HEALTH_KEPT_EVERY_S
        # Of several processes that serve, the one that watches writes it.
        if not self.alarms.is_watching or since < HEALTH_KEPT_EVERY_S:
            return
        self._health_kept_at = time.monotonic()
        kept = KeptHealth(
            late_s=self.settings.source_late_s,
            silent_s=self.settings.source_silent_s,
            heard=self.sources.position,
            facts=self.machine.projector.log_end,
            documents=tuple(documents.values()),
        )
        self.machine.telemetry.append("health", "server", 0, await asyncio.to_thread(kept.packed))


def _stores_in_files(settings: Settings, now: Callable[[], datetime]) -> Stores:
    return stores_in(
        settings.data,
        telemetry_days=settings.telemetry_days,
        access_days=settings.access_days,
        master_key=settings.master_key,
        now=now,
    )
