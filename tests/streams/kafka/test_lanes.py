"""The lanes that a worker holds, without Kafka: what stops and is told, what is begun again, and what is left for the next to publish."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from projections.incident_board import INCIDENT_BOARD
from projections.projection import Projection, Recorded
from projections.unit_status import UNIT_STATUS
from streams.fact_store import FactStore
from streams.failures import Fenced, StoreUnavailable
from streams.kafka import view_records
from streams.kafka.lanes import Lane, Lanes
from streams.kafka.records import Record, records
from streams.postgres.view_outbox import ViewOutbox
from streams.postgres.view_store import PostgresViewStore
from streams.views import Change, Checkpoint, StoppedView
from tests.streams.on_disk import a_random_log
from tests.streams.scratch import digests, from_scratch
from tests.streams.view_stores import Keep, MakeViews, a_schema
from tools.local_postgres import LocalPostgres

VIEWS = (INCIDENT_BOARD, UNIT_STATUS)
LOG = [recorded.fact for recorded in a_random_log(seed=3, commands=200).log]


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[FactStore]:
    with closing(FactStore(tmp_path / "facts.db")) as store:
        store.save(*LOG)
        yield store


@pytest.fixture
def make_views(keep: Keep, tmp_path: Path) -> MakeViews:
    return keep(tmp_path)


@pytest.fixture
def address(postgres: LocalPostgres) -> str:
    return a_schema(postgres.address())


def waiting(facts: Sequence[Recorded]) -> list[tuple[Record, str]]:
    return [(record, f"record {first} to {last}") for record, first, last in records(facts, prefix="city", epoch=1)]


def held(lanes: Lanes) -> Lane:
    """The one lane that there is."""
    lanes.take([0])
    return lanes.held[0]


def test_a_view_that_fails_says_so_and_goes_on_once_it_is_mended(facts: FactStore, make_views: MakeViews, tmp_path: Path) -> None:
    log = list(facts.facts(0))
    bad = next(recorded for recorded in log[60:] if type(recorded.fact) in UNIT_STATUS.facts)
    failing = dataclasses.replace(UNIT_STATUS, evolve=failing_at(bad.position, UNIT_STATUS))
    with closing(make_views()) as views:
        lane = held(Lanes(facts, views, (INCIDENT_BOARD, failing), 1))
        lane.fold(waiting(log))
        [stopped] = views.stopped_views()
        assert (stopped.view, stopped.position) == ("unit_status", bad.position)
        assert f"unit_status stopped at position {bad.position}" in stopped.en
        assert stopped.zh.startswith("视图 unit_status 停在位置")
        assert lane.running["incident_board"].checkpoint.position == len(log), "the other goes on"
        mended = held(Lanes(facts, views, VIEWS, 1))
        mended.fold(waiting(log[-1:]))
        assert views.stopped_views() == []
        assert digests(views, VIEWS) == from_scratch(log, tmp_path / "scratch.db", VIEWS)


def test_what_could_not_be_told_of_a_view_that_fails_is_told_later(facts: FactStore, make_views: MakeViews) -> None:
    log = list(facts.facts(0))
    with closing(make_views()) as views:
        lane = held(Lanes(facts, MayBeSilent(views), (dataclasses.replace(UNIT_STATUS, evolve=failing_at(0, UNIT_STATUS)),), 1))
        with pytest.raises(StoreUnavailable):
            lane.fold(waiting(log))
        assert views.stopped_views() == []
        assert lane.is_at_work, "there is something to say"
        lane.fold(waiting(log))
        assert [stopped.view for stopped in views.stopped_views()] == ["unit_status"]


def test_who_is_fenced_begins_again_where_the_views_stand(facts: FactStore, make_views: MakeViews, tmp_path: Path) -> None:
    log = list(facts.facts(0))
    with closing(make_views()) as views, closing(make_views()) as others:
        lanes = Lanes(facts, views, VIEWS, 1)
        held(lanes).fold(waiting(log[:20]))
        held(Lanes(facts, others, VIEWS, 1)).fold(waiting(log[20:40]))
        with pytest.raises(Fenced):
            lanes.held[0].fold(waiting(log[20:60]))
        lanes.open_again(0)
        assert lanes.held[0].position == 40
        lanes.held[0].fold(waiting(log[20:]))
        assert digests(views, VIEWS) == from_scratch(log, tmp_path / "scratch.db", VIEWS)


@pytest.mark.postgres
def test_what_was_committed_and_not_published_is_there_for_whoever_takes_the_lane(facts: FactStore, address: str) -> None:
    log = list(facts.facts(0))
    with closing(PostgresViewStore(address, publishes=True)) as killed:
        held(Lanes(facts, killed, VIEWS, 1)).fold(waiting(log[:50]))
    with closing(PostgresViewStore(address, publishes=True)) as views:
        told = Told()
        views.publishing = told
        lane = held(Lanes(facts, views, VIEWS, 1))
        assert [checkpoint.view for checkpoint in told.taken if checkpoint.view != "hindsight"] == ["incident_board", "unit_status"]
        outbox = ViewOutbox(views, lambda view: lane.running[view].checkpoint)
        left = outbox.waiting("unit_status")
        assert (left[0].since, left[-1].position) == (0, outbox.told("unit_status"))
        lane.fold(waiting(log[50:]))
        after = [delta for delta in told.deltas if delta.view == "unit_status"]
        assert [as_a_set(delta) for delta in [*left, *after]] == [as_a_set(delta) for delta in outbox.waiting("unit_status")]
        assert [delta.since for delta in [*left, *after]] == [0, *(delta.position for delta in [*left, *after][:-1])], "one chain"


def as_a_set(delta: view_records.Delta) -> tuple[str, int, int, frozenset[Change]]:
    return delta.epoch, delta.since, delta.position, frozenset(delta.changes)


def failing_at(position: int, projection: Projection) -> Callable[[Any, Recorded], Any]:
    def evolve(document: Any, recorded: Recorded) -> Any:  # noqa: ANN401 -- a projection's own
        if recorded.position >= position:
            raise ValueError("no such thing")
        return projection.evolve(document, recorded)

    return evolve


class Told:
    """Listens as `streams.kafka.view_publishing` does."""

    def __init__(self) -> None:
        self.taken: list[Checkpoint] = []
        self.deltas: list[view_records.Delta] = []

    def served(self, checkpoint: Checkpoint) -> None:
        self.taken.append(checkpoint)

    def committed(self, deltas: Sequence[view_records.Delta]) -> None:
        self.deltas += deltas


class MayBeSilent:
    """A store that does not take the first word of a view that stands still."""

    def __init__(self, views: Any) -> None:  # noqa: ANN401 -- any store
        self._views = views
        self._is_silent = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- what the store has
        return getattr(self._views, name)

    def tell_stopped(self, checkpoint: Checkpoint, stopped: StoppedView) -> None:
        if self._is_silent:
            self._is_silent = False
            raise StoreUnavailable("the connection is gone", "连接已断开")
        self._views.tell_stopped(checkpoint, stopped)
