"""From the store of record to a gateway's picture over TLS alone: each process with its own account at the brokers and its own role."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from command_ui.cli import main
from domain.fact import Fact
from projections import CATALOGUE
from streams.kafka import topics
from streams.kafka.relay import Relay
from streams.kafka.relay_state import RelayFile
from streams.kafka.view_feed import Snapshot, ViewFeed
from streams.kafka.view_publisher import ViewPublisher
from streams.kafka.worker import Worker
from streams.postgres.fact_store import FactStore
from streams.postgres.roles import ROLES, Role, name_of
from streams.postgres.view_outbox import ViewOutbox
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Published
from tests.streams.kafka.secured import LANES, Secured, installed, password
from tests.streams.on_disk import a_random_log
from tools.local_kafka import LocalKafka
from tools.local_postgres import LocalPostgres

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.slow]

BOARD = "unit_status"
COMES_S_MAX = 120.0

_numbers = itertools.count(1)


@pytest.fixture
def city(secured_kafka: LocalKafka, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    return installed(secured_kafka, prefix, tmp_path, monkeypatch)


@pytest.fixture
def addresses(secured_postgres: LocalPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Role, str]]:
    """Of the database, for each role."""
    name = f"flow_{next(_numbers)}"
    monkeypatch.setenv("DRUMTOWER_STORE", secured_postgres.make(name))
    accounts = tmp_path / "roles"
    accounts.write_text("".join(f"{name_of(role)} {password(role)}\n" for role in ROLES), "utf-8")
    assert main(["roles", "--create", "--accounts", str(accounts)]) == 0
    yield {role: secured_postgres.address(name, role=name_of(role), password=password(role)) for role in ROLES}
    secured_postgres.drop(name)


class Picture:
    """What a gateway shows of one view."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.changed = asyncio.Event()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.documents = {key: document for key, _, document in snapshot.rows}
        self.changed.set()

    def on_published(self, published: Published) -> None:
        for change in published.changes:
            if change.document is None:
                self.documents.pop(change.key, None)
            else:
                self.documents[change.key] = change.document
        self.changed.set()


def test_a_decision_comes_to_a_gateways_picture(city: Secured, addresses: dict[Role, str], tmp_path: Path) -> None:
    log = [recorded.fact for recorded in a_random_log(seed=5, commands=60).log]
    with closing(FactStore(addresses["gateway"])) as gateway_facts:
        gateway_facts.append(log[:1], ())
        asyncio.run(_flow(city, addresses, gateway_facts, log[1:], tmp_path))


async def _flow(city: Secured, addresses: dict[Role, str], decisions: FactStore, later: list[Fact], directory: Path) -> None:
    with (
        closing(FactStore(addresses["relay"])) as relay_facts,
        closing(RelayFile(directory / "relay.db", city.prefix)) as state,
        closing(FactStore(addresses["worker"])) as worker_facts,
        closing(PostgresViewStore(addresses["worker"], publishes=True)) as views,
        closing(PostgresViewStore(addresses["gateway"])) as shown,
    ):
        relay = Relay(relay_facts, city.as_role("relay"), state, prefix=city.prefix, lane_count=LANES)
        worker = Worker(city.as_role("worker"), worker_facts, views, CATALOGUE, prefix=city.prefix, lane_count=LANES, name="w1")
        producer = AIOKafkaProducer(**city.as_role("worker").options, acks="all", enable_idempotence=True)
        picture = Picture()
        feed = ViewFeed(
            {BOARD: topics.view(city.prefix, BOARD)},
            lambda view: _snapshot(shown, view),
            on_snapshot=picture.on_snapshot,
            on_published=picture.on_published,
            **city.as_role("gateway").options,
        )
        outbox = ViewOutbox(views, lambda view: worker.lanes.held[topics.lane_of(view, LANES)].running[view].checkpoint)
        publisher = ViewPublisher(producer, outbox, lambda view: topics.view(city.prefix, view))
        stopping = asyncio.Event()
        work = [asyncio.create_task(relay.run(stopping)), asyncio.create_task(worker.run())]
        try:
            async with asyncio.timeout(COMES_S_MAX):
                await worker.is_ready.wait()
                await producer.start()
                await feed.start()
                work.append(asyncio.create_task(feed.run()))
                await asyncio.to_thread(decisions.append, later, ())
                end = decisions.last_position
                while picture.documents != await asyncio.to_thread(_documents, shown) or not _is_at(shown, end):
                    assert not any(task.done() for task in work), worker.failure
                    await publisher.publish(BOARD)
                    await asyncio.sleep(0.05)
                assert picture.documents
                assert feed.deltas > 0
        finally:
            stopping.set()
            worker.stop()
            for task in work[2:]:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await feed.stop()
            await producer.stop()


def _snapshot(views: PostgresViewStore, view: str) -> Snapshot:
    found = views.snapshot(view)
    if found is None:
        return Snapshot(view, "", 0, 0, ())
    return Snapshot(view, found.checkpoint.epoch, found.checkpoint.position, found.told, tuple(found.rows))


def _documents(views: PostgresViewStore) -> dict[str, bytes]:
    return {key: document for key, _, document in _snapshot(views, BOARD).rows}


def _is_at(views: PostgresViewStore, position: int) -> bool:
    return _snapshot(views, BOARD).position == position
