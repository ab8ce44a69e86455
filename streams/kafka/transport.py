"""Faust's transport, begun at the views' checkpoints: what a handler lost or a commit ran ahead of is read again.

Faust acknowledges a record whose handler failed, and commits it. So a committed offset says nothing here but where to look first: after
every assignment a lane is read from its first record that its views have not seen. The first position that a view waits for is known by
the application (`first_wanted`); records carry theirs in their headers, in order, so that the place is found by halving.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Protocol, cast

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faust.transport.drivers import TRANSPORTS
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.kafka.records import span

SCHEME = "checkpointed"
# A record that lies on the broker comes in milliseconds. Where it does not, reading begins earlier than it must, which does no harm.
PROBE_MS = 3_000
# A request for lanes that have nothing new lies on the broker so long, and what is asked of it meanwhile waits. Faust's 1.5 s would be as
# long for every look at a lane that was given out anew.
FETCH_WAIT_MS = 100


class Checkpointed(Protocol):
    """What the application adds to Faust's."""

    def first_wanted(self, partition: int) -> int:
        """The first position that the views of a lane have not seen."""
        ...


class Thread(driver.AIOKafkaConsumerThread):
    """The thread that reads."""

    def __init__(self, *arguments: Any, **others: Any) -> None:  # noqa: ANN401 -- Faust's own
        super().__init__(*arguments, **others)
        self._seeking = asyncio.Lock()

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 -- Faust has no setting for it
        return consumer

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Begin each partition at the checkpoint of its views; where that is.

        One rebalance at a time, where the next comes before the last is through: two that look for a place in one lane would take each
        other's records, and wait for them in vain.
        """
        async with self._seeking:
            return await self._seek_to_checkpoints()

    async def _seek_to_checkpoints(self) -> Mapping[TP, int]:
        committed = dict(await super().seek_to_committed())
        application = cast("Checkpointed", self.app)
        begun: dict[TP, int] = {}
        for each in self.assignment():
            tp = TP(each.topic, each.partition)
            wanted = application.first_wanted(tp.partition)
            begun[tp] = await self.call_thread(self._begin, tp, wanted, committed.get(tp))
        return begun

    async def _begin(self, tp: TP, wanted: int, hint: int | None) -> int:
        consumer = self._ensure_consumer()
        partition = driver.ensure_aiokafka_TP(tp)

        async def read(offset: int) -> ConsumerRecord[bytes, bytes] | None:
            consumer.seek(partition, offset)
            found = await consumer.getmany(partition, timeout_ms=PROBE_MS, max_records=1)
            return next(iter(found.get(partition, [])), None)

        bounds = await consumer.beginning_offsets([partition]), await consumer.end_offsets([partition])
        offset = await first_unseen(read, wanted, bounds[0][partition], bounds[1][partition], hint)
        consumer.seek(partition, offset)
        return offset

    async def on_thread_stop(self) -> None:
        """A worker that ends in good order leaves the group, so that another takes its lanes at once."""
        if self._consumer is not None:
            # The client leaves only where it has no instance id: it thinks of restarts. One that is killed is waited for, as it should be.
            coordinator: Any = self._consumer._coordinator  # noqa: SLF001 -- there is no public way
            if hasattr(coordinator, "_group_instance_id"):
                coordinator._group_instance_id = None  # noqa: SLF001
        await super().on_thread_stop()


async def first_unseen(
    read: Callable[[int], Awaitable[ConsumerRecord[bytes, bytes] | None]], wanted: int, begin: int, end: int, hint: int | None
) -> int:
    """The offset of the first record in [`begin`, `end`) that holds the `wanted` position or a later one; `end` where none does.

    What cannot be read, or is none of our records, counts as unseen: reading then begins no later than there.
    """
    low, high = begin, end
    guesses = _guesses(hint)
    while low < high:
        middle = next((guess for guess in guesses if low <= guess < high), (low + high) // 2)
        record = await read(middle)
        place = None if record is None else span(record.headers)
        if record is None or place is None or place[2] >= wanted:
            high = middle
        else:
            low = record.offset + 1
    return low


def _guesses(hint: int | None) -> Iterator[int]:
    """Mostly the committed offset is the answer: the record before it is seen, and the one there is not."""
    return iter(()) if hint is None else iter((hint - 1, hint))


class Consumer(driver.Consumer):
    """With the thread above."""

    def _new_consumer_thread(self) -> Thread:
        return Thread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """`App(broker="checkpointed://host:port")`."""

    Consumer = Consumer


TRANSPORTS.aliases[SCHEME] = "streams.kafka.transport:Transport"
