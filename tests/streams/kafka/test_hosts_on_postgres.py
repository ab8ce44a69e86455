"""The relay and the workers as processes on a real PostgreSQL and a real Kafka: what they publish is what a fold of the log gives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.streams.kafka.cluster import Cluster, cluster
from tools.local_kafka import LocalKafka

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
