"""What is behind, late, silent or stopped, judged once a second: the view `source_health`, and for the metrics the lag of every view.

Once a minute it is written to the telemetry log, where an earlier picture of it starts.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING

import msgspec

from command_ui.facets import reader_facets
from command_ui.hops import hop_health, hops
from streams.live_view import LiveView
from streams.source_health import SourceHealth, projection_health, sensor_health
from streams.source_health_then import HEALTH_KEPT_EVERY_S, KeptHealth

if TYPE_CHECKING:
    from command_ui.center import Center

# The health of every source is judged once a second.
SECOND_S = 1.0
# Thousands of sensors send every few seconds, and their counts are read by people.
SENSORS_SHOWN_EVERY_S = 10.0
# Where the log ended in each second of the last hour; a view that is further behind is «an hour behind».
ENDS_MAX = 3_600

log = logging.getLogger(__name__)


class CenterHealth:
    """`run` it in the event loop that serves. `view` is for the hub."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._machine = center.machine
        # Of this process alone: whoever comes from another gateway gets a snapshot.
        self.view = LiveView("source_health", f"{int(center.now().timestamp()):x}", 0, reader_facets("source_health"))
        self._sensors: dict[str, SourceHealth] = {}
        self._sensors_shown_at: float | None = None
        self._kept_at: float | None = None
        self._ends: deque[tuple[float, int]] = deque(maxlen=ENDS_MAX)

    def lag(self) -> dict[str, float]:
        """Seconds by which views stand behind the log; those that are up to date are not named."""
        found = {name: self._lag_s(self._center.reached(name)) for name in self._machine.projector.running}
        return {name: round(lag_s, 1) for name, lag_s in found.items() if lag_s}

    def _lag_s(self, position: int) -> float:
        since = next((at for at, end in self._ends if end > position), None)
        return time.monotonic() - since if since is not None else 0.0

    def hops(self) -> dict[str, SourceHealth]:
        """The hops between the log and the consoles of a gateway; none on one machine."""
        host = self._center.host
        if host is None:
            return {}
        shown = min((self._center.reached(name) for name, view in host.running.items() if not view.stopped), default=0)
        return hop_health(hops(relayed=host.relayed, folded=host.position, shown=shown), self._lag_s)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                self._note_end()
                await self._keep(self._show())
            except Exception:
                log.exception("the second's work failed")
            await asyncio.sleep(SECOND_S)

    def _note_end(self) -> None:
        """Remember where the log ended a second ago, and before while a view is not there yet."""
        reached = min([self._machine.projector.position, *(each.accepted for each in self.hops().values())])
        while self._ends and self._ends[0][1] <= reached:
            self._ends.popleft()
        self._ends.append((time.monotonic(), self._machine.projector.log_end))

    def _show(self) -> dict[str, SourceHealth]:
        documents = self._center.sources.documents()
        lag, trouble = self.lag(), self._center.trouble
        for name, view in self._machine.projector.running.items():
            health = projection_health(
                name,
                stopped=view.stopped or trouble,
                stopped_zh=view.stopped_zh or trouble,
                behind=self._machine.projector.log_end - view.checkpoint.position if name in lag else 0,
                folded=view.folded,
                at=None,
            )
            documents[health.source] = health
        alarms = self._center.alarms
        watch = projection_health("alarm_watch", stopped=alarms.failure, stopped_zh=alarms.failure, behind=0, folded=alarms.taken, at=None)
        documents[watch.source] = watch
        documents |= self.hops()
        if self._sensors_shown_at is None or time.monotonic() - self._sensors_shown_at >= SENSORS_SHOWN_EVERY_S:
            self._sensors_shown_at = time.monotonic()
            found = (sensor_health(sensor, late_s=self._center.settings.source_late_s) for sensor in alarms.sensors())
            self._sensors = {health.source: health for health in found}
        documents |= self._sensors
        changes: list[tuple[str, bytes | None]] = [(key, None) for key in self.view.documents if key not in documents]
        position = self.view.position + 1
        for key, document in documents.items():
            encoded = msgspec.json.encode(document)
            known = self.view.documents.get(key)
            if known is None or known.document != encoded:
                changes.append((key, encoded))
        if changes:
            self._center.hub.show("source_health", changes, position)
        return documents

    async def _keep(self, documents: dict[str, SourceHealth]) -> None:
        """Write the health of everything to the telemetry log, where an earlier picture of it starts."""
        since = time.monotonic() - self._kept_at if self._kept_at is not None else HEALTH_KEPT_EVERY_S
        # Of several processes that serve, the one that watches writes it.
        if not self._center.alarms.is_watching or since < HEALTH_KEPT_EVERY_S:
            return
        self._kept_at = time.monotonic()
        kept = KeptHealth(
            late_s=self._center.settings.source_late_s,
            silent_s=self._center.settings.source_silent_s,
            heard=self._center.sources.position,
            facts=self._machine.projector.log_end,
            documents=tuple(documents.values()),
        )
        self._machine.telemetry.append("health", "server", 0, await asyncio.to_thread(kept.packed))
