"""Projecting from Kafka with Faust into every view on disk, beside a bare aiokafka loop and Quix Streams with the same fold and store."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.month import BEGAN, write_month
from command_ui.garbage import look_at_what_is_new
from domain.fact import By, Fact
from domain.incident import Incident
from domain.values import Location, LonLat
from projections import CATALOGUE
from projections.projection import Recorded
from streams.fact_store import FactStore
from streams.kafka import topics
from streams.kafka import worker as faust_worker
from streams.kafka.lanes import Lanes
from streams.kafka.records import Record
from streams.kafka.worker import Worker
from streams.view_store import ViewStore
from tests.streams.faust_host import make_lanes, on, publish
from tools.bench import Report
from tools.local_kafka import LocalKafka

FACTS = int(os.environ.get("BENCH_FACTS", "20000"))
RECORD_FACTS = 50
UNITS = 500
# The best of so many, in turns: a neighbour's work is not ours.
ROUNDS = 2
ROOT = Path(__file__).resolve().parent.parent
QUIX = ROOT / ".venv-quix" / "bin" / "python"
QUIX_S_MAX = 600


def run(report: Report) -> None:
    look_at_what_is_new()
    with tempfile.TemporaryDirectory() as name, LocalKafka(Path(name) / "kafka") as kafka:
        directory = Path(name)
        write_saves(directory / "fifty.db", FACTS)
        write_month(directory / "month.db", facts=FACTS // 2, units=UNITS)
        for kind, what in (("fifty", f"records of {RECORD_FACTS}"), ("month", "records as a city's commands make them")):
            facts = FactStore(directory / f"{kind}.db")
            log = list(facts.facts(0))
            make_lanes(kafka.servers, kind, topics.LANES)
            asyncio.run(publish(kafka.servers, kind, log, topics.LANES))
            bare: list[tuple[float, float]] = []
            ours: list[tuple[float, float]] = []
            quix: list[tuple[float, float]] = []
            for number in range(ROUNDS):
                bare.append(measured(directory / f"{kind}-bare-{number}.db", kafka.servers, kind, facts, log, bare_loop))
                ours.append(measured(directory / f"{kind}-ours-{number}.db", kafka.servers, kind, facts, log, faust_loop))
                spent = quix_loop(kafka.servers, kind, directory / f"{kind}.db", directory / f"{kind}-quix-{number}.db")
                quix.append((len(log) / spent[0], len(log) / spent[1]))
            # Each record costs Faust a third of a millisecond, however little is in it: a fact to know, far above a city's peak.
            for peer, theirs, target in (("bare aiokafka loop", bare, ">= 0.5 x peer"), ("Quix Streams 3.28", quix, ">= 1 x peer")):
                for index, unit in enumerate(("1/s", "1/s of processor time")):
                    report(
                        f"facts projected by one worker, every view, {what}",
                        max(each[index] for each in ours),
                        unit,
                        peer=f"{peer}, same fold and store",
                        peer_value=max(each[index] for each in theirs),
                        target=target if kind == "fifty" else None,
                    )
            facts.close()


def measured(
    path: Path, servers: str, prefix: str, facts: FactStore, log: list[Recorded], loop: Callable[..., object]
) -> tuple[float, float]:
    """Facts a second, and a second of processor time."""
    views = ViewStore(path)
    elapsed_s, busy_s = cast("tuple[float, float]", asyncio.run(loop(servers, prefix, facts, views, log[-1].position)))  # type: ignore[arg-type]
    views.close()
    return len(log) / elapsed_s, len(log) / busy_s


async def bare_loop(servers: str, prefix: str, facts: FactStore, views: ViewStore, end: int) -> tuple[float, float]:
    topic = topics.lanes(prefix)
    lanes = Lanes(facts, views, CATALOGUE, topics.LANES)
    lanes.take(range(topics.LANES))
    began, busy = time.perf_counter(), time.process_time()
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, lane) for lane in lanes.held])
    while any(lane.position < end for lane in lanes.held.values()):
        for partition, found in (await consumer.getmany(timeout_ms=1_000, max_records=faust_worker.FOLD_RECORDS)).items():
            lanes.held[partition.partition].fold([(Record(each.key, each.value, each.headers), "") for each in found])
    spent = time.perf_counter() - began, time.process_time() - busy
    await consumer.stop()
    return spent


async def faust_loop(servers: str, prefix: str, facts: FactStore, views: ViewStore, end: int) -> tuple[float, float]:
    worker = Worker(on(servers), facts, views, CATALOGUE, prefix=prefix, name=f"{prefix}-{time.monotonic_ns()}")
    running = asyncio.create_task(worker.run())
    await worker.is_ready.wait()
    began, busy = time.perf_counter(), time.process_time()
    while not running.done() and any(lane.position < end for lane in worker.lanes.held.values()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    spent = time.perf_counter() - began, time.process_time() - busy
    worker.stop()
    code = await running
    assert code == 0, worker.failure
    return spent


def quix_loop(servers: str, prefix: str, facts: Path, views: Path) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of a process of its own (bench/quix_peer.py)."""
    command = [str(QUIX), "-m", "bench.quix_peer", servers, prefix, str(facts), str(views)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=QUIX_S_MAX)
    if done.returncode:
        raise RuntimeError(f"Quix Streams failed ({done.returncode}): {done.stderr[-2_000:]}")
    elapsed_s, busy_s = json.loads(done.stdout.splitlines()[-1])
    return elapsed_s, busy_s


def write_saves(path: Path, facts: int) -> None:
    """Incidents, each opened and noted in one save of fifty facts."""
    store = FactStore(path)
    by = By(account="bench")
    for number in range(facts // RECORD_FACTS):
        at = BEGAN + timedelta(minutes=number)
        incident = Incident(
            incident=f"261001-{number:06d}",
            incident_type="fire",
            category="accident",
            priority=2,
            level=4,
            location=Location(place=LonLat(lon=117.2, lat=39.1), address=f"南京路{number}号", district="heping"),
            description="",
            agency="fire",
            external_id="",
            occurred_at=at,
            by=by,
            timestamp=at,
        )
        for note in range(RECORD_FACTS - 1):
            incident.add_note(f"第{note}次通报", at, by=by, at=at)
        store.save(*cast("list[Fact]", incident.collect_events()))
    store.close()
