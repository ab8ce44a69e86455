"""A gateway's picture is its view's, on a real broker: from a snapshot, by deltas, and again when something went missing on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from streams.kafka.view_feed import Snapshot, ViewFeed
from streams.kafka.view_publisher import ViewPublisher
from streams.kafka.view_records import Delta
from streams.projector import Published
from streams.views import Change
from tools.local_kafka import LocalKafka

pytestmark = pytest.mark.kafka

BOARD = "incident_board"
COMES_S_MAX = 30.0


@dataclass
class Store:
    """A view with its outbox, whose transaction is a Python statement."""

    epoch: str = "e1"
    position: int = 0
    rows: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    outbox: list[Delta] = field(default_factory=list)

    def commit(self, **documents: bytes | None) -> None:
        """One more position, at which these documents changed."""
        since, self.position = self.position, self.position + 1
        changes = tuple(Change(BOARD, key, self.position, document) for key, document in documents.items())
        for change in changes:
            if change.document is None:
                self.rows.pop(change.key, None)
            else:
                self.rows[change.key] = (change.position, change.document)
        self.outbox.append(Delta(BOARD, self.epoch, since, self.position, changes))

    def begin_anew(self) -> None:
        """A rebuilt view takes the place of this one."""
        self.epoch, self.outbox = f"{self.epoch}+", []

    def waiting(self, view: str) -> Sequence[Delta]:
        assert view == BOARD
        return self.outbox[:3]

    def published(self, view: str, epoch: str, position: int) -> None:
        assert (view, epoch) == (BOARD, self.epoch)
        self.outbox = [delta for delta in self.outbox if delta.position > position]

    def read(self, view: str) -> Snapshot:
        return Snapshot(view, self.epoch, self.position, self.position, tuple((key, *row) for key, row in self.rows.items()))


@dataclass
class Gateway:
    """What a gateway shows."""

    picture: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    epoch: str = ""
    position: int = 0
    snapshots: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.picture = {key: (position, document) for key, position, document in snapshot.rows}
        self.epoch, self.position = snapshot.epoch, snapshot.position
        self.snapshots += 1
        self.changed.set()

    def on_published(self, published: Published) -> None:
        for change in published.changes:
            if change.document is None:
                self.picture.pop(change.key, None)
            else:
                self.picture[change.key] = (change.position, change.document)
        self.position = published.positions[BOARD]
        self.changed.set()

    async def comes_to(self, store: Store) -> None:
        """Wait until it shows what the store holds."""
        async with asyncio.timeout(COMES_S_MAX):
            while (self.epoch, self.position, self.picture) != (store.epoch, store.position, store.rows):
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Site:
    """A topic, a store, a worker that publishes, and gateways."""

    broker: LocalKafka
    topic: str
    store: Store
    publisher: ViewPublisher
    producer: Any

    async def publish(self) -> None:
        await self.publisher.publish(BOARD)

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[Gateway]:
        shown = Gateway()
        feed = ViewFeed(
            {BOARD: self.topic},
            self.store.read,
            on_snapshot=shown.on_snapshot,
            on_published=shown.on_published,
            bootstrap_servers=self.broker.servers,
        )
        await feed.start()
        running = asyncio.create_task(feed.run())
        try:
            yield shown
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await feed.stop()


def make_topic(broker: LocalKafka, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker.servers)
    admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"cleanup.policy": "compact"})])
    admin.close()


def at(broker: LocalKafka, prefix: str, story: Callable[[Site], Awaitable[None]]) -> None:
    """Tell a story at a site."""
    topic = f"{prefix}.view.{BOARD}"
    make_topic(broker, topic)

    async def run() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=broker.servers, acks="all", enable_idempotence=True, linger_ms=0)
        await producer.start()
        store = Store()
        try:
            await story(Site(broker, topic, store, ViewPublisher(producer, store, lambda _view: topic), producer))
        finally:
            await producer.stop()

    asyncio.run(run())


def test_a_gateway_reads_the_view_and_follows_it(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        site.store.commit(a=b"1", b=b"1")
        await site.publish()
        async with site.gateway() as gateway:
            assert gateway.position == 1
            for number in range(10):
                site.store.commit(a=b"%d" % number, **{f"c{number}": b"{}"})
            site.store.commit(b=None)
            site.store.commit()
            await site.publish()
            await gateway.comes_to(site.store)
            assert (gateway.snapshots, gateway.position, site.store.outbox) == (1, 13, [])

    at(kafka, prefix, story)


def test_what_was_committed_and_not_published_comes_with_the_next_worker(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as gateway:
            site.store.commit(a=b"1")
            # The first worker publishes, and dies before it has noted so: the second publishes it again, with what came meanwhile.
            again = list(site.store.outbox)
            await site.publish()
            site.store.commit(a=None, b=b"2")
            site.store.outbox = again + site.store.outbox
            await site.publish()
            await gateway.comes_to(site.store)
            assert gateway.snapshots == 1

    at(kafka, prefix, story)


def test_a_gateway_that_joins_in_the_middle_of_a_burst_misses_nothing(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        async def burst() -> None:
            for number in range(200):
                site.store.commit(**{f"k{number % 17}": b"%d" % number if number % 5 else None})
                await site.publish()

        running = asyncio.create_task(burst())
        for _ in range(5):
            async with site.gateway() as gateway:
                position = site.store.position
                async with asyncio.timeout(COMES_S_MAX):
                    while gateway.position < position:
                        gateway.changed.clear()
                        await gateway.changed.wait()
        async with site.gateway() as gateway:
            await running
            await gateway.comes_to(site.store)
            assert gateway.snapshots == 1

    at(kafka, prefix, story)


def test_a_delta_that_went_missing_has_the_view_read_anew(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as gateway:
            site.store.commit(a=b"1")
            site.store.outbox.clear()
            site.store.commit(b=b"2")
            await site.publish()
            await gateway.comes_to(site.store)
            site.store.commit(c=b"3")
            await site.publish()
            await gateway.comes_to(site.store)
            assert gateway.snapshots == 2

    at(kafka, prefix, story)


def test_a_view_that_was_rebuilt_takes_the_place_of_the_old_one(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as gateway:
            site.store.commit(a=b"1")
            await site.publish()
            await gateway.comes_to(site.store)
            site.store.begin_anew()
            site.store.commit(a=b"2")
            await site.publish()
            await gateway.comes_to(site.store)
            assert gateway.epoch == "e1+"

    at(kafka, prefix, story)


def test_a_record_of_somebody_else_is_passed_over(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as gateway:
            await site.producer.send_and_wait(site.topic, b"who am I", key=b"x")
            site.store.commit(a=b"1")
            await site.publish()
            await gateway.comes_to(site.store)
            assert gateway.snapshots == 1

    at(kafka, prefix, story)


def test_a_topic_that_was_made_anew_has_the_view_read_anew(kafka: LocalKafka, prefix: str) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as gateway:
            for number in range(5):
                site.store.commit(a=b"%d" % number)
            await site.publish()
            await gateway.comes_to(site.store)
            admin = KafkaAdminClient(bootstrap_servers=site.broker.servers)
            admin.delete_topics([site.topic])
            admin.close()
            await asyncio.to_thread(make_topic_again, site.broker, site.topic)
            site.store.commit(b=b"1")
            await site.publish()
            await gateway.comes_to(site.store)

    at(kafka, prefix, story)


def make_topic_again(broker: LocalKafka, topic: str) -> None:
    """A topic is deleted a moment after it was said to be."""
    admin = KafkaAdminClient(bootstrap_servers=broker.servers)
    while topic in admin.list_topics():
        pass
    admin.close()
    make_topic(broker, topic)
