"""A log in a store of record, the topics of one test, a relay over them, and what a reader finds there."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from domain.fact import By
from domain.incident import Incident
from projections.projection import Recorded
from streams.fact_store import FactStore
from streams.kafka import topics
from streams.kafka.admin import administering
from streams.kafka.connection import Connection
from streams.kafka.records import Record, Save, decode
from streams.kafka.relay import Relay
from streams.kafka.relay_state import Partition, RelayFile
from tests.domain.given_when_then import at
from tools.local_kafka import LocalKafka
from tools.server_process import ROOT

LANES = 2
# Machines that build are busy: what is waited for comes in a second where nothing else runs.
WAIT_S = 120.0
# How many facts one save of the test's log has.
SAVE_FACTS = (1, 3, 2)


def notes(first: int, last: int) -> list[Recorded]:
    """Facts at these positions, in saves of several sizes, each of an incident of its own."""
    log: list[Recorded] = []
    while first <= last:
        size = min(SAVE_FACTS[first % len(SAVE_FACTS)], last - first + 1)
        for version in range(1, size + 1):
            fact = Incident.NoteAdded(
                originator_id=f"incident:{first}",
                originator_version=version,
                timestamp=at(first),
                by=By(account="zhou", cause=f"command-{first}"),
                incident=str(first),
                note=version,
                text="三楼有人",
                occurred_at=at(first),
            )
            log.append(Recorded(first + version - 1, fact))
        first += size
    return log


@dataclass
class City:
    """One test's own: `write` puts facts into its store, `relaying` runs a relay in this process."""

    directory: Path
    connection: Connection
    prefix: str
    facts: FactStore

    @property
    def partitions(self) -> list[Partition]:
        return [(topics.facts(self.prefix), 0), *((topics.lanes(self.prefix), lane) for lane in range(LANES))]

    def write(self, count: int) -> None:
        """So many facts more."""
        first = self.facts.last_position + 1
        for start in range(first, first + count, 5_000):
            log = notes(start, min(start + 4_999, first + count - 1))
            self.facts.append([recorded.fact for recorded in log], ())

    def create(self, *, only: str = "") -> None:
        """Its topics, those that are missing."""
        every = topics.every_topic(self.prefix, (), brokers=1, lane_count=LANES)
        with administering(self.connection) as admin:
            admin.create([topic for topic in every if topic.name in {name for name, _ in self.partitions} and only in topic.name])

    def delete(self, name: str) -> None:
        """One topic, until it is gone."""
        with administering(self.connection) as admin:
            admin._client.delete_topics([name])  # noqa: SLF001 -- the product deletes nothing
            wait_until(lambda: not admin.found([name]))

    def remove(self, partition: Partition, *, before: int) -> None:
        """The records of a partition before an offset."""
        with administering(self.connection) as admin:
            admin._client.delete_records({TopicPartition(*partition): before})  # noqa: SLF001 -- the product deletes nothing

    def end(self, partition: Partition) -> int:
        """The offset after the last record."""
        with administering(self.connection) as admin:
            return admin.ends([partition])[partition][1]

    def wait_for(self, partition: Partition, end: int) -> None:
        """Until so many records have been written to a partition."""
        with administering(self.connection) as admin:
            wait_until(lambda: admin.ends([partition])[partition][1] >= end)

    def relay(self, state: RelayFile, facts: FactStore | None = None) -> Relay:
        return Relay(facts or self.facts, self.connection, state, prefix=self.prefix, lane_count=LANES)

    def publish(self, *, state: str = "relay.db", facts: FactStore | None = None) -> Relay:
        """A relay until everything is published."""
        kept = RelayFile(self.directory / state, self.prefix)
        relay = self.relay(kept, facts)
        end = (facts or self.facts).last_position
        try:
            asyncio.run(until(relay, lambda: relay.progress.position >= end))
        finally:
            kept.close()
        return relay

    @contextmanager
    def process(self) -> Iterator[subprocess.Popen[str]]:
        """`drumtower relay`, which is killed in the end where it still runs."""
        environment = {
            "PYTHONPATH": str(ROOT),
            "DRUMTOWER_BROKERS": ",".join(self.connection.brokers),
            "DRUMTOWER_TOPIC_PREFIX": self.prefix,
            "DRUMTOWER_LANES": str(LANES),
        }
        with subprocess.Popen(
            [sys.executable, "-m", "command_ui.cli", "relay", "--data", str(self.directory)],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def read(self, partition: Partition) -> list[Save]:
        """Every record that the partition has."""
        return asyncio.run(_read(self.connection, partition))

    def whole(self) -> dict[Partition, int]:
        """The epoch in which each partition has the whole log; the facts are those of the store, in its order, whatever came twice."""
        log = list(self.facts.facts(0))
        epochs = {}
        for partition in self.partitions:
            saves = self.read(partition)
            epochs[partition] = max(save.epoch for save in saves)
            assert seen_once(save for save in saves if save.epoch == epochs[partition]) == log
        return epochs


def seen_once(saves: Iterable[Save]) -> list[Recorded]:
    """What a reader keeps that drops what it has seen; it would find no gap."""
    kept: list[Recorded] = []
    for save in saves:
        for recorded in save.facts:
            assert recorded.position <= len(kept) + 1, f"{recorded.position} follows on {len(kept)}"
            if recorded.position > len(kept):
                kept.append(recorded)
    return kept


def facts_in(saves: Sequence[Save]) -> int:
    return sum(len(save.facts) for save in saves)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Until it is so; an AssertionError where that does not come."""
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline, f"it did not come in {WAIT_S:g} s"
        time.sleep(0.02)


async def until(relay: Relay, is_so: Callable[[], bool], *beside: Relay) -> None:
    """The relay, and others beside it, until it is so."""
    stopping = asyncio.Event()
    running = [asyncio.create_task(each.run(stopping)) for each in (relay, *beside)]
    deadline = time.monotonic() + WAIT_S
    while not is_so() and not any(task.done() for task in running):
        assert time.monotonic() < deadline, f"it did not come in {WAIT_S:g} s: {relay.progress}"
        await asyncio.sleep(0.01)
    stopping.set()
    await asyncio.gather(*running)


async def come_to(relay: Relay, position: int) -> None:
    """Until a relay that runs has published so far."""
    deadline = time.monotonic() + WAIT_S
    while relay.progress.position < position and time.monotonic() < deadline:  # noqa: ASYNC110 -- the relay tells nobody; a reader polls
        await asyncio.sleep(0.005)
    assert relay.progress.position >= position, f"it did not come in {WAIT_S:g} s: {relay.progress}"


@contextmanager
def city(directory: Path, kafka: LocalKafka, prefix: str) -> Iterator[City]:
    """Its topics are there, its log is empty."""
    facts = FactStore(directory / "facts.db")
    made = City(directory, Connection(brokers=tuple(kafka.servers.split(","))), prefix, facts)
    made.create()
    try:
        yield made
    finally:
        facts.close()


async def _read(connection: Connection, partition: Partition) -> list[Save]:
    place = TopicPartition(*partition)
    consumer = AIOKafkaConsumer(**connection.options, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        end = (await consumer.end_offsets([place]))[place]
        saves = []
        while await consumer.position(place) < end:
            for messages in (await consumer.getmany(timeout_ms=500)).values():
                saves += [decode(Record(message.key, message.value, tuple(message.headers))) for message in messages]
        return saves
    finally:
        await consumer.stop()
