"""The relay beside a bare producer of the same records, on a real broker.

Both are aiokafka, idempotent, with acks=all, to the same partitions: one of facts and four lanes. The bare producer has its records ready;
the relay reads them from the store of record, decodes and encodes them, and waits for each batch before the next.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from aiokafka import AIOKafkaProducer

from domain.fact import By, Fact
from domain.incident import Incident
from streams.fact_store import FactStore
from streams.kafka import topics
from streams.kafka.admin import administering
from streams.kafka.connection import Connection
from streams.kafka.records import records
from streams.kafka.relay import Relay
from streams.kafka.relay_state import RelayFile
from tests.domain.given_when_then import at
from tools.bench import Report
from tools.local_kafka import LocalKafka

FACTS = 50_000
# One command of an operator leaves two facts in the mean; an import saves fifty at once.
SAVES = (2, 50)
ROUNDS = 3


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="drumtower-bench-") as scratch, LocalKafka(Path(scratch) / "kafka") as kafka:
        connection = Connection(brokers=tuple(kafka.servers.split(",")))
        for size in SAVES:
            with closing(FactStore(Path(scratch) / f"facts-{size}.db")) as store:
                log = list(facts(size))
                for start in range(0, FACTS, 5_000):
                    store.append(log[start : start + 5_000], ())
                relayed, bare = [], []
                # In turns: what the machine does beside falls on both.
                for number in range(ROUNDS):
                    prefix = f"bench{size}x{number}"
                    relayed.append(FACTS / relay(connection, store, f"{prefix}relay", Path(scratch)))
                    bare.append(FACTS / produce(connection, store, f"{prefix}bare"))
            report(
                f"events published, {size} a save, best of {ROUNDS}",
                max(relayed),
                "events/s",
                peer="bare aiokafka producer",
                peer_value=max(bare),
                target=">= 0.5 x peer",
            )
            report(f"records published, {size} a save", max(relayed) / size * (topics.LANES + 1), "records/s")


def facts(size: int) -> Iterator[Fact]:
    for number in range(FACTS):
        save, version = divmod(number, size)
        yield Incident.NoteAdded(
            originator_id=f"incident:261123-{save:06d}",
            originator_version=version + 1,
            timestamp=at(save),
            by=By(account="zhou", seat="5", cause=f"5b0c9f0e-{save:08d}", command="add_note"),
            incident=f"261123-{save:06d}",
            note=version,
            text="三楼有人,楼道有烟",
            occurred_at=at(save),
        )


def relay(connection: Connection, store: FactStore, prefix: str, scratch: Path) -> float:
    """Seconds from the first batch to the last acknowledgement."""
    create(connection, prefix)
    state = RelayFile(scratch / "relay.db", prefix)
    relaying = Relay(store, connection, state, prefix=prefix)

    async def until_published() -> float:
        stopping = asyncio.Event()
        running = asyncio.create_task(relaying.run(stopping))
        while relaying.progress.position == 0 and not running.done():  # noqa: ASYNC110 -- the relay tells nobody
            await asyncio.sleep(0.001)
        began, first = time.perf_counter(), relaying.progress.position
        while relaying.progress.position < FACTS and not running.done():  # noqa: ASYNC110 -- likewise
            await asyncio.sleep(0.001)
        # The first batch was on its way when the clock was started: its share of the time is added.
        took = (time.perf_counter() - began) * FACTS / max(1, FACTS - first)
        stopping.set()
        await running
        return took

    with closing(state):
        return asyncio.run(until_published())


def produce(connection: Connection, store: FactStore, prefix: str) -> float:
    """Seconds in which a producer that has the records sends them, as fast as it takes them."""
    create(connection, prefix)
    ready = [(record, list(record.headers)) for record, _, _ in records(store.facts(0), prefix=prefix, epoch=1)]
    partitions = [(topics.facts(prefix), 0), *((topics.lanes(prefix), lane) for lane in range(topics.LANES))]

    async def send() -> float:
        producer = AIOKafkaProducer(**connection.options, acks="all", enable_idempotence=True, linger_ms=5, max_batch_size=500_000)
        await producer.start()
        try:
            began = time.perf_counter()
            for record, headers in ready:
                for topic, partition in partitions:
                    await producer.send(topic, record.value, key=record.key, headers=headers, partition=partition)
            await producer.flush()
            return time.perf_counter() - began
        finally:
            with suppress(asyncio.CancelledError):
                await producer.stop()

    return asyncio.run(send())


def create(connection: Connection, prefix: str) -> None:
    wanted = topics.every_topic(prefix, (), brokers=1)
    with administering(connection) as admin:
        admin.create([topic for topic in wanted if topic.name in {topics.facts(prefix), topics.lanes(prefix)}])
