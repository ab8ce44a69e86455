"""The Faust host behind the seam of `tests/streams/hosts.py`: a worker in a thread, with topics of its own on a real broker."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from aiokafka import AIOKafkaProducer

from projections.projection import Projection, Recorded
from streams.kafka import topics
from streams.kafka.admin import administering
from streams.kafka.connection import Connection
from streams.kafka.records import records
from streams.kafka.worker import Worker
from streams.store_of_record import StoreOfRecord
from streams.views import Views
from tests.streams.hosts import SETTLED_S, MakeHost
from tools.local_kafka import LocalKafka

# Views that are apart and views that are together: three views lie in both.
LANES = 2

T = TypeVar("T")

_numbers = itertools.count(1)


def faust_on(kafka: LocalKafka) -> MakeHost:
    """The host on this broker."""
    return partial(FaustHost, kafka.servers)


class FaustHost:
    """Facts are delivered through Kafka."""

    def __init__(self, servers: str, facts: StoreOfRecord, views: Views, projections: Sequence[Projection]) -> None:
        self._servers = servers
        self._prefix = f"host{next(_numbers)}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="worker", daemon=True)
        self._thread.start()
        make_lanes(servers, self._prefix, LANES)
        self.worker = self._do(self._made(facts, views, projections))
        self._ending = asyncio.run_coroutine_threadsafe(self.worker.run(), self._loop)
        self._wait(self.worker.is_ready.is_set)

    async def _made(self, facts: StoreOfRecord, views: Views, projections: Sequence[Projection]) -> Worker:
        return Worker(on(self._servers), facts, views, projections, prefix=self._prefix, lane_count=LANES, name=self._prefix)

    def deliver(self, batch: list[Recorded]) -> None:
        self._do(publish(self._servers, self._prefix, batch, LANES))
        end = max(recorded.position for recorded in batch)
        self._wait(lambda: all(position >= end for view, position in self.positions().items() if view not in self.stopped()))
        self._do(self._between_two_folds())

    async def _between_two_folds(self) -> None:
        """A view that stands still says so before its last good facts are written."""
        async with self.worker._turn:  # noqa: SLF001 -- what nobody else has to wait for
            pass

    def catch_up(self) -> None:
        """The newest fact is published: what lies before it is a gap."""
        facts = self.worker.facts
        self.deliver(facts.facts_at([facts.last_position]))

    def positions(self) -> dict[str, int]:
        return {name: view.checkpoint.position for lane in self.worker.lanes.held.values() for name, view in lane.running.items()}

    def stopped(self) -> dict[str, str]:
        return self.worker.lanes.stopped

    def failure(self) -> str:
        return self.worker.failure

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self.worker.stop)
        self._ending.result(SETTLED_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SETTLED_S
        while not is_so() and not self.failure():
            if self._ending.done():
                self._ending.result()
            assert time.monotonic() < deadline, f"the host did not come so far: {self.positions()}"
            time.sleep(0.005)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SETTLED_S)


def on(servers: str) -> Connection:
    """The brokers, without an account."""
    return Connection(brokers=tuple(servers.split(",")))


def make_lanes(servers: str, prefix: str, count: int) -> None:
    """The topic of the lanes, as it must be."""
    wanted = topics.every_topic(prefix, (), brokers=1, lane_count=count)
    with administering(on(servers)) as admin:
        admin.create([topic for topic in wanted if topic.name == topics.lanes(prefix)])


async def publish(servers: str, prefix: str, facts: Iterable[Recorded], count: int) -> None:
    """What the relay does: each record into every lane."""
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        for record, _, _ in records(facts, prefix=prefix, epoch=1):
            for lane in range(count):
                await producer.send(
                    topics.lanes(prefix), record.value, key=record.key, headers=cast("Any", list(record.headers)), partition=lane
                )
