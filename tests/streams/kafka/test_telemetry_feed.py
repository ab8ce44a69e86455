"""What comes in at one gateway is told at every other, in order, through a broker's restart and a topic that was made anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from streams.failures import StoreUnavailable
from streams.kafka.telemetry import KafkaTelemetryLog
from streams.kafka.telemetry_feed import TelemetryFeed
from streams.kafka.telemetry_records import Told
from streams.kafka.topics import telemetry_topic
from streams.telemetry import Batch
from tests.streams.on_disk import ANSWER_S
from tests.streams.telemetry_logs import make_topic, write_foreign
from tools.local_kafka import LocalKafka

pytestmark = pytest.mark.kafka


@dataclass
class Gateway:
    """What was told at one gateway."""

    told: list[Told] = field(default_factory=list)
    begun_anew: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def on_told(self, told: Sequence[Told]) -> None:
        self.told += told
        self.changed.set()

    def on_anew(self) -> None:
        self.begun_anew += 1

    @property
    def batches(self) -> list[Batch]:
        return [told.batch for told in self.told]

    async def comes_to(self, count: int) -> None:
        """Wait until so many batches were told."""
        async with asyncio.timeout(ANSWER_S):
            while len(self.told) < count:
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Site:
    """A topic, a log that writes to it, and gateways that follow it."""

    broker: LocalKafka
    topic: str
    log: KafkaTelemetryLog

    async def append(self, count: int = 1, log: KafkaTelemetryLog | None = None) -> list[int]:
        """So many batches one after another; their positions. What is refused is sent again."""
        return [await self._append(b"[%d]" % number, log or self.log) for number in range(count)]

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[Gateway]:
        shown = Gateway()
        feed = TelemetryFeed(self.topic, shown.on_told, on_anew=shown.on_anew, bootstrap_servers=self.broker.servers)
        await feed.start()
        running = asyncio.create_task(feed.run())
        try:
            yield shown
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await feed.stop()

    async def _append(self, payload: bytes, log: KafkaTelemetryLog) -> int:
        async with asyncio.timeout(ANSWER_S):
            while True:
                try:
                    return await asyncio.wrap_future(log.append("fixes", "avl", 1, payload, rejected=2, newest_at=7.5))
                except StoreUnavailable:
                    await asyncio.sleep(0.1)


Story = Callable[[Site], Coroutine[None, None, None]]
Tell = Callable[[Story], None]


@pytest.fixture
def tell(kafka: LocalKafka, prefix: str) -> Tell:
    """Tell a story at a site."""

    def story_told(story: Story) -> None:
        topic = make_topic(kafka, telemetry_topic(prefix, brokers=1, telemetry_days=7))
        log = a_log(kafka, topic)
        try:
            asyncio.run(story(Site(kafka, topic, log)))
        finally:
            kafka.start()
            log.stop()

    return story_told


def a_log(broker: LocalKafka, topic: str) -> KafkaTelemetryLog:
    log = KafkaTelemetryLog(topic, retention_days=7, now=lambda: 1_790_000_000.0, bootstrap_servers=broker.servers)
    log.start()
    return log


def test_every_gateway_is_told_what_came_since_it_began_and_which_log_wrote_it(tell: Tell) -> None:
    async def story(site: Site) -> None:
        await site.append(3)
        async with site.gateway() as one, site.gateway() as other:
            assert await site.append(2) == [4, 5]
            await one.comes_to(2)
            await other.comes_to(2)
            assert one.told == other.told
            assert one.batches == list(site.log.batches("fixes", after=3))
            heard = one.told[0].heard
            assert (heard.position, heard.source, heard.accepted, heard.rejected, heard.newest_at) == (4, "avl", 1, 2, 7.5)
            assert {told.writer for told in one.told} == {site.log.writer}

    tell(story)


def test_two_feeds_are_told_what_two_logs_append_at_once_in_one_order(tell: Tell) -> None:
    async def story(site: Site) -> None:
        second = await asyncio.to_thread(a_log, site.broker, site.topic)
        try:
            async with site.gateway() as one, site.gateway() as other:
                await asyncio.gather(site.append(100), site.append(100, second))
                await one.comes_to(200)
                await other.comes_to(200)
                assert one.told == other.told
                assert [batch.position for batch in one.batches] == list(range(1, 201))
                assert {told.writer for told in one.told} == {site.log.writer, second.writer}
        finally:
            await asyncio.to_thread(second.stop)

    tell(story)


def test_a_record_that_is_not_ours_is_passed_over(tell: Tell) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as shown:
            await site.append()
            await asyncio.to_thread(write_foreign, site.broker, site.topic)
            await site.append()
            await shown.comes_to(2)
            assert [batch.position for batch in shown.batches] == [1, 6]

    tell(story)


def test_a_feed_goes_on_when_its_broker_was_killed_and_is_back(tell: Tell) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as shown:
            await site.append(3)
            await shown.comes_to(3)
            site.broker.kill(site.broker.brokers[0])
            waiting = asyncio.create_task(site.append(3))
            await asyncio.to_thread(site.broker.start)
            positions = await waiting
            await shown.comes_to(positions[-1])
            assert [batch.position for batch in shown.batches] == list(range(1, positions[-1] + 1))

    tell(story)


def test_a_topic_that_was_made_anew_is_told_from_its_beginning(tell: Tell) -> None:
    async def story(site: Site) -> None:
        async with site.gateway() as shown:
            await site.append(5)
            await shown.comes_to(5)
            topic = telemetry_topic(site.topic.removesuffix(".telemetry"), brokers=1, telemetry_days=7)
            await asyncio.to_thread(make_topic, site.broker, topic, anew=True)
            await site.append(2)
            await shown.comes_to(7)
            assert [batch.position for batch in shown.batches] == [1, 2, 3, 4, 5, 1, 2]
            assert shown.begun_anew == 1

    tell(story)
