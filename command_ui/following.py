"""What a gateway follows: the deltas of every view, and the telemetry that came in at any gateway. Both end in the center's memory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, Protocol

from command_ui.gateway import Gateway
from projections.projection import Projection
from streams.failures import StreamFailure
from streams.kafka import topics
from streams.kafka.telemetry_feed import TelemetryFeed
from streams.kafka.telemetry_records import Told
from streams.kafka.view_feed import Snapshot, ViewFeed
from streams.projector import Published

# What could not be followed is tried again this often.
AGAIN_S = 0.5
WELL_S = 2.0

log = logging.getLogger(__name__)


class Follower(Protocol):
    """Who is told, in the thread of the event loop."""

    def begin_view(self, snapshot: Snapshot) -> None:
        """A view as a whole: at the start, and wherever its deltas do not lead on."""
        ...

    def publish(self, published: Published) -> None:
        """Deltas that follow what is known of their view."""
        ...

    def hear(self, told: Sequence[Told]) -> None:
        """Batches of telemetry, in the order of the log, each once."""
        ...

    def telemetry_begins_anew(self) -> None:
        """The telemetry log was made anew: positions go back."""
        ...


class Following:
    """Enter it: then every view is there, and is followed until it is left."""

    def __init__(self, gateway: Gateway, projections: Sequence[Projection], follower: Follower) -> None:
        self._gateway = gateway
        self._connection = gateway.brokers
        self._live = {projection.name: projection.is_live for projection in projections}
        options = gateway.brokers.options
        self._views = ViewFeed(
            {name: topics.view(gateway.topic_prefix, name) for name in self._live},
            self._snapshot,
            on_snapshot=follower.begin_view,
            on_published=follower.publish,
            stands=gateway.host.stands,
            **options,
        )
        self._telemetry = TelemetryFeed(
            topics.telemetry(gateway.topic_prefix), follower.hear, on_anew=follower.telemetry_begins_anew, **options
        )
        self._troubles: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """Why the picture here may be old, or nothing."""
        return next(iter(self._troubles.values()), "")

    @property
    def told(self) -> dict[str, int]:
        """What the deltas reach that are in each view here."""
        return self._views.told

    def read_again(self, view: str) -> None:
        """The store is known to hold another epoch of it."""
        self._views.read_again(view)

    @contextlib.asynccontextmanager
    async def running(self, before: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
        """Follow while inside. `before` reads what came before, once the ends are noted. Raises a StreamFailure."""
        tasks: list[asyncio.Task[None]] = []
        try:
            with self._connection.speaking():
                await self._views.start()
                await self._telemetry.start()
            await before()
            tasks = [
                asyncio.create_task(self._keep("views", self._views.run), name="view topics"),
                asyncio.create_task(self._keep("telemetry", self._telemetry.run), name="telemetry topic"),
            ]
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(StreamFailure), self._connection.speaking():
                await self._views.stop()
                await self._telemetry.stop()

    async def _keep(self, what: str, follow: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            # What has gone on for a while goes well.
            well = asyncio.get_running_loop().call_later(WELL_S, self._troubles.pop, what, None)
            try:
                with self._connection.speaking():
                    await follow()
            except StreamFailure as failure:
                if what not in self._troubles:
                    log.warning("the %s cannot be followed now: %s", what, failure)
                self._troubles[what] = str(failure)
            except Exception as error:
                log.exception("the %s cannot be followed", what)
                self._troubles[what] = str(error)
            finally:
                well.cancel()
            await asyncio.sleep(AGAIN_S)

    def _snapshot(self, view: str) -> Snapshot:
        """As the store has it; empty where no worker has begun it. Of a view that is not held in memory only where it stands."""
        if not self._live[view]:
            standing = next((each for each in self._gateway.views.standings() if each.checkpoint.view == view), None)
            if standing is None:
                return Snapshot(view, "", 0, 0, ())
            return Snapshot(view, standing.checkpoint.epoch, standing.checkpoint.position, standing.told, ())
        found = self._gateway.views.snapshot(view)
        if found is None:
            return Snapshot(view, "", 0, 0, ())
        return Snapshot(view, found.checkpoint.epoch, found.checkpoint.position, found.told, tuple(found.rows))
