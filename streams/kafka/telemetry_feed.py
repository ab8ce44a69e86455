"""What comes in at any gateway, for every gateway: the telemetry topic followed from its end.

To begin without a gap: `start` the feed (it notes the end), read what is wanted of the time before from the log, then `run`. What both have
is at positions that are known already.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from streams.kafka.telemetry_records import PARTITION, NotTelemetry, Told, told

# A broker answers an empty fetch after so long; what is written meanwhile comes at once.
WAIT_MS = 500
# A gateway that was away catches up in turns of its loop that consoles do not notice.
RECORDS_MAX = 200
FETCH_BYTES_MAX = 1_048_576
AGAIN_S = 0.5

log = logging.getLogger(__name__)


class TelemetryFeed:
    """`start` it, then `run` it in the event loop that serves. `on_told` gets batches in the order of their positions, each once.

    `on_anew` is called before the first batch of a topic that was made anew or has lost its end: positions go back there.
    """

    def __init__(
        self,
        topic: str,
        on_told: Callable[[Sequence[Told]], None],
        *,
        on_anew: Callable[[], None] = lambda: None,
        **connection: Any,  # noqa: ANN401 -- what aiokafka connects by
    ) -> None:
        self._partition = TopicPartition(topic, PARTITION)
        self._on_told = on_told
        self._on_anew = on_anew
        # Without a group: each gateway has everything.
        self._consumer = AIOKafkaConsumer(
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=WAIT_MS,
            fetch_max_bytes=FETCH_BYTES_MAX,
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            **connection,
        )
        self.position = 0
        self.passed_over = 0
        self._told_ms = 0

    async def start(self) -> None:
        """What is written from now on will be told. Raises aiokafka's KafkaError."""
        await self._consumer.start()
        self._consumer.assign([self._partition])
        ends = await self._consumer.end_offsets([self._partition])
        self._go_to(ends[self._partition])

    async def run(self) -> None:
        """Follow the topic until cancelled."""
        while True:
            try:
                arrived = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=RECORDS_MAX)
            except OffsetOutOfRangeError:
                await self._find_again()
                continue
            except KafkaError as error:
                log.warning("telemetry cannot be followed now: %s", error)
                await asyncio.sleep(AGAIN_S)
                continue
            for records in arrived.values():
                self._take(records)

    async def stop(self) -> None:
        """Leave the broker."""
        await self._consumer.stop()

    def _take(self, records: Iterable[Any]) -> None:
        found: list[Told] = []
        for record in records:
            self.position, self._told_ms = record.offset + 1, max(self._told_ms, record.timestamp)
            try:
                found.append(told(record.offset, record.timestamp, record.value, record.headers))
            except NotTelemetry as foreign:
                self.passed_over += 1
                log.warning("%s Passed over.", foreign)
        if found:
            self._on_told(found)

    async def _find_again(self) -> None:
        """Go on with what was recorded after what was told: retention has taken what comes next, or the topic was made anew or cut off.

        By the broker's clock: a topic that was made anew is all newer, and one that a broker's disk cut off is not told again.
        """
        try:
            found = await self._consumer.offsets_for_times({self._partition: self._told_ms + 1}) if self._told_ms else {}
            ends = await self._consumer.end_offsets([self._partition])
        except KafkaError as error:
            log.warning("telemetry cannot be followed now: %s", error)
            await asyncio.sleep(AGAIN_S)
            return
        next_one = found.get(self._partition)
        offset = next_one.offset if next_one is not None else ends[self._partition]
        log.warning("%s does not hold offset %d: it is followed from %d", self._partition.topic, self.position, offset)
        if offset < self.position:
            self._on_anew()
        self._go_to(offset)

    def _go_to(self, offset: int) -> None:
        self._consumer.seek(self._partition, offset)
        self.position = offset
