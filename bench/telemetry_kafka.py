"""The telemetry log on a real broker beside the one on SQLite: at a city's rate, at the most, and to another gateway's feed."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import msgspec
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from streams.kafka.telemetry import KafkaTelemetryLog
from streams.kafka.telemetry_feed import TelemetryFeed
from streams.kafka.telemetry_records import Told
from streams.kafka.topics import telemetry_topic
from streams.telemetry import TelemetryLog
from streams.telemetry_log import Telemetry
from tools.bench import Report
from tools.local_kafka import LocalKafka

RATE = 50
BATCH = 72
SECONDS = 10
# So many wait at a time where it is asked how much a log takes: under its limit, so that nothing is shed.
WAITING = 400
ANSWER_S = 60.0
CITY_FIXES_S = RATE * BATCH

_FIXES = msgspec.json.encode([(f"E{unit}", 117.123456, 39.123456, 180.0, 42.0, 1_790_000_000_000 + unit) for unit in range(BATCH)])


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="drumtower-kafka-") as directory, LocalKafka(Path(directory)) as broker:
        with _on_kafka(broker, "steady") as log, _on_sqlite(Path(directory) / "steady.db") as peer:
            ours, theirs = _answered_s(log), _answered_s(peer)
        report("append to answered, median", median(ours) * 1000, "ms", peer="SQLite", peer_value=median(theirs) * 1000)
        report("append to answered, p99", _p99(ours) * 1000, "ms", peer="SQLite", peer_value=_p99(theirs) * 1000, target="<= 100")
        with _on_kafka(broker, "most") as log, _on_sqlite(Path(directory) / "most.db") as peer:
            report("fixes a second", _most(log), "1/s", peer="SQLite", peer_value=_most(peer), target=f">= {10 * CITY_FIXES_S}")
        with _on_kafka(broker, "feed") as log:
            told = asyncio.run(_told_s(broker, log))
        report("append to another gateway's feed, median", median(told) * 1000, "ms")
        report("append to another gateway's feed, p99", _p99(told) * 1000, "ms", target="<= 100")


@contextmanager
def _on_kafka(broker: LocalKafka, prefix: str) -> Iterator[KafkaTelemetryLog]:
    topic = telemetry_topic(prefix, brokers=1, telemetry_days=7)
    admin = KafkaAdminClient(bootstrap_servers=broker.servers)
    admin.create_topics([NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=topic.configuration)])
    admin.close()
    log = KafkaTelemetryLog(topic.name, retention_days=7, now=time.time, bootstrap_servers=broker.servers)
    log.start()
    try:
        yield log
    finally:
        log.stop()


@contextmanager
def _on_sqlite(path: Path) -> Iterator[TelemetryLog]:
    log = TelemetryLog(path, retention_days=7, now=time.time)
    log.start()
    try:
        yield log
    finally:
        log.stop()


def _answered_s(log: Telemetry) -> list[float]:
    """How long each batch took at a city's rate."""
    log.append("fixes", "avl", BATCH, _FIXES).result(ANSWER_S)
    took: list[float] = []

    def send() -> None:
        asked = time.perf_counter()
        log.append("fixes", "avl", BATCH, _FIXES).add_done_callback(lambda _: took.append(time.perf_counter() - asked))

    _paced(send)
    log.append("fixes", "avl", BATCH, _FIXES).result(ANSWER_S)
    return took


def _most(log: Telemetry) -> float:
    room = threading.Semaphore(WAITING)
    begun, sent = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        room.acquire()
        log.append("fixes", "avl", BATCH, _FIXES).add_done_callback(lambda _: room.release())
        sent += BATCH
    for _ in range(WAITING):
        room.acquire()
    return sent / (time.perf_counter() - begun)


async def _told_s(broker: LocalKafka, log: KafkaTelemetryLog) -> list[float]:
    """How long each batch took to a feed, in the loop of another gateway."""
    took: list[float] = []
    everything = asyncio.Event()

    def on_told(told: Sequence[Told]) -> None:
        now = time.perf_counter()
        took.extend(now - float(each.batch.source) for each in told)
        if len(took) >= RATE * SECONDS:
            everything.set()

    def send() -> None:
        log.append("fixes", str(time.perf_counter()), BATCH, _FIXES)

    log.append("fixes", "0", BATCH, _FIXES).result(ANSWER_S)
    feed = TelemetryFeed(log.topic, on_told, bootstrap_servers=broker.servers)
    await feed.start()
    following = asyncio.create_task(feed.run())
    await asyncio.to_thread(_paced, send)
    async with asyncio.timeout(ANSWER_S):
        await everything.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await feed.stop()
    return took


def _paced(send: Callable[[], None]) -> None:
    begun = time.perf_counter()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        send()


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]
