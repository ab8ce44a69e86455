"""Reads the telemetry topic back, from any thread: by offsets, and by offsets for times.

Each reading is a consumer of its own, so that readings do not disturb one another; it holds a few megabytes whatever it reads, and one that
gets nothing for READ_S_MAX is given up with a sentence.
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from streams.failures import StoreUnavailable
from streams.kafka.loop_thread import LoopThread
from streams.kafka.telemetry_records import PARTITION, NotTelemetry, Told, is_other, told

# What one fetch brings; a larger record comes alone. Two of them are in memory at a time.
FETCH_BYTES_MAX = 1_048_576
RECORDS_MAX = 1_000
WAIT_MS = 500
# A broker that answers nothing for so long is away; an operator who asked for the past is told so.
READ_S_MAX = 10.0

log = logging.getLogger(__name__)
T = TypeVar("T")


class TopicIsWrong(StoreUnavailable):
    """The topic is not there, or not as it must be: only an administrator can mend that."""


class TelemetryReader:
    """`reading` for each thing that is to be read; `stop` in the end."""

    def __init__(self, topic: str, **connection: Any) -> None:  # noqa: ANN401 -- what aiokafka connects by
        self._topic = topic
        self._connection = connection
        self._thread = LoopThread("telemetry reader")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Reading]:
        """For one thread, while inside. Raises StoreUnavailable."""
        reading = Reading(self._thread, self._topic, self._connection)
        try:
            reading.open()
            yield reading
        finally:
            reading.close()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside the readings until `stop`."""
        self._thread.begin(work)

    def stop(self) -> None:
        """End. What is being read ends with StoreUnavailable."""
        self._thread.stop()


class Reading:
    """The topic as it is now: offsets from `begin` to `end`, which is not among them."""

    def __init__(self, thread: LoopThread, topic: str, connection: dict[str, Any]) -> None:
        self._thread = thread
        self._partition = TopicPartition(topic, PARTITION)
        self._connection = connection
        self._consumer: Any = None
        self.begin = 0
        self.end = 0

    def open(self) -> None:
        """Connect, and see how far it reaches."""
        self.begin, self.end = self._do(self._open())

    def close(self) -> None:
        """Leave the broker."""
        if self._consumer is not None:
            with contextlib.suppress(StoreUnavailable):
                self._do(self._consumer.stop())

    def offset_from(self, moment: float) -> int:
        """An offset before which nothing was recorded at or after a moment (seconds since 1970); times are whole milliseconds."""
        return self.begin if moment <= 0 else self._offset_at(math.floor(moment * 1000))

    def offset_behind(self, moment: float) -> int:
        """An offset behind all that was recorded until a moment, by the clock that runs with the log."""
        return self.end if math.isinf(moment) else self._offset_at(math.ceil(moment * 1000) + 1)

    def records(self, start: int, end: int | None = None, *, kind: str = "", deadline: float = math.inf) -> Iterator[Told]:
        """What stands from one offset to before another (to the end, where none is given), in its order: of one kind, or all."""
        last = self.end if end is None else min(end, self.end)
        reached = max(start, self.begin)
        if reached >= last:
            return
        self._do(self._seek(reached))
        arrived_at = time.monotonic()
        while reached < last:
            records, reached = self._do(self._next(reached))
            if records:
                arrived_at = time.monotonic()
            elif reached < last and time.monotonic() - arrived_at > READ_S_MAX:
                raise _unreadable(f"the broker sent nothing for {READ_S_MAX:g} seconds")
            if time.monotonic() > deadline:
                raise _unreadable(f"no batch of the kind {kind} was found in time")
            for record in records:
                if record.offset >= last:
                    return
                if kind and is_other(kind, record.headers):
                    continue
                try:
                    found = told(record.offset, record.timestamp, record.value, record.headers)
                except NotTelemetry as foreign:
                    log.warning("%s Passed over.", foreign)
                    continue
                yield found

    def _offset_at(self, moment_ms: int) -> int:
        found = self._do(self._consumer.offsets_for_times({self._partition: moment_ms}))[self._partition]
        return min(self.end, found.offset) if found is not None else self.end

    async def _open(self) -> tuple[int, int]:
        consumer = AIOKafkaConsumer(
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=WAIT_MS,
            fetch_max_bytes=FETCH_BYTES_MAX,
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            request_timeout_ms=round(READ_S_MAX * 1000),
            **self._connection,
        )
        # Before it starts: what has begun to connect is to be closed whatever comes of it.
        self._consumer = consumer
        await consumer.start()
        # Asked first: aiokafka waits long for a topic that is not there.
        if self._partition.topic not in await consumer.topics():
            raise _missing(self._partition.topic)
        consumer.assign([self._partition])
        begins = await consumer.beginning_offsets([self._partition])
        _require_one_partition(self._partition.topic, consumer.partitions_for_topic(self._partition.topic))
        ends = await consumer.end_offsets([self._partition])
        return begins[self._partition], ends[self._partition]

    async def _seek(self, offset: int) -> None:
        self._consumer.seek(self._partition, offset)

    async def _next(self, reached: int) -> tuple[list[Any], int]:
        try:
            arrived = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=RECORDS_MAX)
        except OffsetOutOfRangeError:
            # Retention took what was to be read next, or the topic was made anew; the latter has no more of what was asked for.
            begins = await self._consumer.beginning_offsets([self._partition])
            begin = begins[self._partition]
            log.warning("offset %d of %s is not kept any more: it begins with %d", reached, self._partition.topic, begin)
            if begin <= reached:
                return [], self.end
            self._consumer.seek(self._partition, begin)
            return [], begin
        records = arrived.get(self._partition, [])
        return records, await self._consumer.position(self._partition)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._thread.call(work, 2 * READ_S_MAX)
        except TimeoutError:
            raise _unreadable(f"the broker did not answer for {2 * READ_S_MAX:g} seconds") from None
        except CancelledError:
            raise _unreadable("the server is stopping") from None
        except (KafkaError, OSError) as error:
            raise _unreadable(str(error)) from error


def _missing(topic: str) -> TopicIsWrong:
    return TopicIsWrong(f"There is no topic {topic}: create it with `drumtower topics`.", f"没有主题 {topic}:请用 drumtower topics 创建。")


def _require_one_partition(topic: str, partitions: set[int]) -> None:
    if partitions != {PARTITION}:
        raise TopicIsWrong(
            f"The topic {topic} has {len(partitions)} partitions and must have one, or telemetry has no order: delete it and create it "
            "again with `drumtower topics`.",
            f"主题 {topic} 有 {len(partitions)} 个分区,应只有 1 个,否则遥测没有次序:请删除后用 drumtower topics 重建。",
        )


def _unreadable(why: str) -> StoreUnavailable:
    return StoreUnavailable(f"The telemetry log cannot be read now: {why}.", f"暂时无法读取遥测日志:{why}。")
