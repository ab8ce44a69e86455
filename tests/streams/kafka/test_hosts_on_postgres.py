"""The relay and the workers as processes on a real PostgreSQL and a real Kafka: what they publish is what a fold of the log gives."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.streams.kafka.cluster import LANES, Cluster, cluster
from tests.streams.kafka.host_process import PATIENCE_S
from tools.local_kafka import LocalKafka
from tools.local_postgres import LocalPostgres

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.slow]

# From a kill to the right picture: six until the group gives up the worker, and as much again for a machine that others use.
RIGHT_AGAIN_S_MAX = 60.0


@pytest.fixture
def site(tmp_path: Path, database: str, kafka: LocalKafka, prefix: str) -> Iterator[Cluster]:
    with cluster(tmp_path, database, kafka.servers, prefix) as made:
        yield made


def test_what_is_decided_reaches_every_view_and_every_gateway(site: Cluster) -> None:
    relay, one, two = site.relay(), site.worker("one"), site.worker("two")
    site.wait_for_lanes(one, two)
    with site.gateway() as gateway, site.writing() as desk:
        desk.begin()
        end = desk.act(60)
        site.wait_until(lambda: site.is_at(end), "views")
        site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
        site.check_the_views()
        read_whole = gateway.snapshots
        end = desk.act(60)
        site.wait_until(lambda: site.is_at(end), "views")
        site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
        assert gateway.snapshots == read_whole, "what is followed need not be read again"
    site.check_the_views()
    assert (one.stop(), two.stop(), relay.stop()) == (0, 0, 0)
    assert f"Stopped; published up to position {end} of {end}." in relay.said


@pytest.mark.faults
def test_a_worker_that_is_killed_leaves_its_views_to_the_other(site: Cluster) -> None:
    site.relay()
    one, two = site.worker("one"), site.worker("two")
    site.wait_for_lanes(one, two)
    with site.gateway() as gateway, site.writing() as desk:
        desk.begin()
        middle = desk.act(30)
        site.wait_until(lambda: max(site.positions().values()) >= middle // 2, "some views")
        one.kill()
        began = time.monotonic()
        end = desk.act(60)
        site.wait_until(lambda: site.is_at(end), "views")
        site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
        took_s = time.monotonic() - began
        print(f"right again {took_s:.1f} s after kill -9 of a worker, with 60 commands meanwhile")  # noqa: T201 -- measured
        assert took_s < RIGHT_AGAIN_S_MAX
    site.check_the_views()
    assert two.stop() == 0


@pytest.mark.faults
def test_a_worker_that_slept_through_the_loss_of_its_lanes_does_no_harm(site: Cluster) -> None:
    site.relay()
    zombie = site.worker("one")
    site.wait_for_lanes(zombie)
    with site.gateway() as gateway, site.writing() as desk:
        desk.begin()
        middle = desk.act(20)
        site.wait_until(lambda: max(site.positions().values()) >= middle // 2, "some views")
        zombie.process.send_signal(signal.SIGSTOP)
        living = site.worker("two")
        site.wait_until(lambda: len(living.held) == LANES, "lanes")
        desk.act(20)
        zombie.process.send_signal(signal.SIGCONT)
        end = desk.act(20)
        site.wait_until(lambda: site.is_at(end), "views")
        site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
        site.check_the_views()
        site.wait_for_lanes(zombie, living)
    assert (living.stop(), zombie.stop()) == (0, 0)


@pytest.mark.faults
def test_a_rebuild_is_taken_by_workers_and_gateways_that_run(site: Cluster) -> None:
    site.relay()
    worker = site.worker("one")
    with site.gateway() as gateway, site.writing() as desk:
        desk.begin()
        end = desk.act(30)
        site.wait_until(lambda: site.is_at(end), "views")
        with psycopg.connect(site.address) as connection:
            connection.execute("UPDATE view_documents SET document = 'null'")
        before = site.epochs()
        rebuilding = site.start("rebuild", "--all")
        # Nothing is decided meanwhile that would tell anybody.
        assert rebuilding.process.wait(PATIENCE_S) == 0, rebuilding.said
        assert f"folded anew up to position {end}, and read from now on." in rebuilding.said
        assert not set(before.values()) & set(site.epochs().values())
        site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
        site.check_the_views()
        # And in the middle of decisions.
        rebuilding = site.start("rebuild", "incident_board", "unit_status")
        end = desk.act(30)
        assert rebuilding.process.wait(PATIENCE_S) == 0, rebuilding.said
        site.wait_until(lambda: site.is_at(end), "views")
        site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
    site.check_the_views()
    assert worker.stop() == 0


@pytest.mark.faults
def test_a_broker_and_a_database_that_go_away_are_waited_for(tmp_path: Path, own_directory: Path, prefix: str) -> None:
    with (
        LocalPostgres(own_directory) as postgres,
        LocalKafka(tmp_path / "kafka") as kafka,
        cluster(tmp_path, postgres.make("city"), kafka.servers, prefix) as site,
    ):
        relay, worker = site.relay(), site.worker("one")
        site.wait_for_lanes(worker)
        with site.gateway() as gateway:
            with site.writing() as desk:
                desk.begin()
                desk.act(10)
                kafka.kill(kafka.brokers[0])
                end = desk.act(30)
                kafka.start()
                site.wait_until(lambda: site.is_at(end), "views")
                site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
            postgres.kill()
            site.wait_until(lambda: "Publishing waits at position" in relay.said, "the relay's sentence")
            postgres.start()
            with site.writing() as desk:
                end = desk.act(20)
            site.wait_until(lambda: site.is_at(end), "views")
            site.wait_until(lambda: site.shows_what_is_there(gateway), "picture")
            site.check_the_views()
        assert (worker.stop(), relay.stop()) == (0, 0)


@pytest.fixture
def own_directory() -> Iterator[Path]:
    """The server runs under an account of its own, which has to come this far."""
    with tempfile.TemporaryDirectory(prefix="drumtower-postgres-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)
