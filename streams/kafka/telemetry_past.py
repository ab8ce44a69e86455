"""What the telemetry topic holds, as the program asks for it: from a position, from a moment, the newest and the oldest of a kind."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import Any

from streams.failures import StoreUnavailable
from streams.kafka.telemetry_reader import TelemetryReader
from streams.telemetry import Batch, Heard

# The newest of a kind is looked for backwards in steps that double: a picture of health is a minute away at most, 3,000 records of a city.
STEP_RECORDS = 512
# Whoever looks for one batch waits in front of a console.
FIND_S_MAX = 20.0
# How often it is looked at what retention has taken; sooner while nothing is known yet.
LOOK_EVERY_S = 60.0
LOOK_AGAIN_S = 1.0

log = logging.getLogger(__name__)


class TelemetryPast:
    """Reads block, and raise StoreUnavailable.

    `end` is the position of the newest batch, and `begins_at` is when what is there begins, where there was something before it: both as it
    was last looked.
    """

    def __init__(self, topic: str, **connection: Any) -> None:  # noqa: ANN401 -- what aiokafka connects by
        self._reader = TelemetryReader(topic, **connection)
        self._begin = 0
        self.begins_at = 0.0
        self.end = 0

    def start(self) -> None:
        """Look again and again."""
        self._reader.begin(self._keep_looking())

    def stop(self) -> None:
        """End."""
        self._reader.stop()

    def look(self) -> None:
        """See from where to where it reaches."""
        with self._reader.reading() as reading:
            if reading.begin != self._begin:
                oldest = next(reading.records(reading.begin), None)
                self.begins_at = oldest.batch.recorded_at if oldest and reading.begin else 0.0
                self._begin = reading.begin
            self.end = reading.end

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S if self.end else LOOK_AGAIN_S)
            try:
                await asyncio.to_thread(self.look)
            except StoreUnavailable as failure:
                log.warning("%s", failure)

    def batches(self, kind: str, after: int, since: float) -> Iterator[Batch]:
        """Batches of one kind after a position and recorded since a moment."""
        with self._reader.reading() as reading:
            start = max(after, reading.offset_from(since))
            if after > reading.end:
                log.warning("the telemetry log ends with %d, before position %d: it was made anew", reading.end, after)
            for told in reading.records(start, kind=kind):
                if told.batch.kind == kind and told.batch.recorded_at >= since:
                    yield told.batch

    def heard(self, after: int, until: float) -> Iterator[Heard]:
        """What sources sent after a position and until a moment."""
        with self._reader.reading() as reading:
            for told in reading.records(after):
                if told.heard.recorded_at > until:
                    return
                yield told.heard

    def newest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The newest batch of a kind that was recorded between two moments."""
        deadline, step = time.monotonic() + FIND_S_MAX, STEP_RECORDS
        with self._reader.reading() as reading:
            first, last = reading.offset_from(since), reading.offset_behind(until)
            while first < last:
                start = max(first, last - step)
                found = None
                for told in reading.records(start, last, kind=kind, deadline=deadline):
                    if told.batch.kind == kind and since <= told.batch.recorded_at <= until:
                        found = told.batch
                if found is not None:
                    return found
                last, step = start, 2 * step
        return None

    def oldest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The oldest batch of a kind that was recorded between two moments."""
        deadline = time.monotonic() + FIND_S_MAX
        with self._reader.reading() as reading:
            first, last = reading.offset_from(since), reading.offset_behind(until)
            for told in reading.records(first, last, kind=kind, deadline=deadline):
                if told.batch.kind == kind and since <= told.batch.recorded_at <= until:
                    return told.batch
        return None
