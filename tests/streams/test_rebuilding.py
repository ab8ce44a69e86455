"""Views that are folded anew beside those that are read: the same in the end, switched when they are as far, and not before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from projections import CATALOGUE
from projections.unit_status import UNIT_STATUS
from streams.fact_store import FactStore
from streams.kafka.lanes import Lanes
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Projector
from streams.rebuilding import NotRebuilt, rebuild
from streams.view_store import ViewStore
from tests.streams.on_disk import a_random_log
from tests.streams.scratch import digests, from_scratch
from tests.streams.view_stores import a_schema
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

LOG = [recorded.fact for recorded in a_random_log(seed=3, commands=400).log]


@pytest.fixture
def address(postgres: LocalPostgres) -> str:
    return a_schema(postgres.address())


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[FactStore]:
    with closing(FactStore(tmp_path / "facts.db")) as store:
        store.save(*LOG[:150])
        yield store


@pytest.fixture
def views(address: str, facts: FactStore) -> Iterator[PostgresViewStore]:
    """As workers have folded them, and as somebody has spoilt them."""
    with closing(PostgresViewStore(address, publishes=True)) as store:
        Projector(facts, store, CATALOGUE, lambda _published: None).catch_up()
        with psycopg.connect(address) as connection:
            connection.execute("UPDATE view_documents SET document = 'spoilt'")
        yield store


@pytest.fixture
def beside(address: str) -> Iterator[PostgresViewStore]:
    with closing(PostgresViewStore(address, publishes=True, rebuilds=True)) as store:
        yield store


def epochs(views: PostgresViewStore) -> dict[str, str]:
    return {each.checkpoint.view: each.checkpoint.epoch for each in views.standings()}


def test_every_view_is_folded_anew_and_then_read(
    facts: FactStore, views: PostgresViewStore, beside: PostgresViewStore, address: str, tmp_path: Path
) -> None:
    before, told = epochs(views), []
    position = rebuild(facts, beside, CATALOGUE, learns=True, progress=lambda done, end: told.append((done, end)))
    assert position == 150
    assert (told[0], told[-1]) == ((0, 150), (150, 150))
    assert not set(before.values()) & set(epochs(views).values())
    assert digests(views) == from_scratch(facts, tmp_path / "scratch.db")
    beside.clear()
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM view_epochs WHERE state <> 'served'").fetchone() == (0,)


def test_only_what_is_named_is_folded_anew(facts: FactStore, views: PostgresViewStore, beside: PostgresViewStore) -> None:
    before = epochs(views)
    rebuild(facts, beside, [UNIT_STATUS])
    after = epochs(views)
    assert {name for name in before if before[name] != after[name]} == {"unit_status"}


def test_workers_take_the_switch_and_go_on(facts: FactStore, views: PostgresViewStore, beside: PostgresViewStore, tmp_path: Path) -> None:
    lanes = Lanes(facts, views, CATALOGUE, 2)
    lanes.take((0, 1))
    rebuild(facts, beside, CATALOGUE, learns=True)
    lanes.look()
    running = {name: view.checkpoint.epoch for lane in lanes.held.values() for name, view in lane.running.items()}
    assert running == {name: epoch for name, epoch in epochs(views).items() if name != "hindsight"}
    facts.save(*LOG[150:])
    for lane in lanes.held.values():
        lane._fill(facts.last_position)  # noqa: SLF001 -- what a gap in the records has it do
    assert digests(views) == from_scratch(facts, tmp_path / "scratch.db")


def test_a_rebuild_that_was_cut_off_goes_on_where_it_was(facts: FactStore, views: PostgresViewStore, beside: PostgresViewStore) -> None:
    begun = beside.open_view("unit_status", UNIT_STATUS.version)
    beside.write([], [(begun, 40)])
    assert epochs(views)["unit_status"] != begun.epoch
    told: list[int] = []
    rebuild(facts, beside, [UNIT_STATUS], progress=lambda done, _end: told.append(done))
    assert told[0] == 40
    assert epochs(views)["unit_status"] == begun.epoch


def test_a_view_that_cannot_be_folded_is_not_switched_to(facts: FactStore, views: PostgresViewStore, beside: PostgresViewStore) -> None:
    def fail(_document: Any, _recorded: Any) -> None:  # noqa: ANN401 -- a projection's own
        raise ValueError("no such thing")

    before = epochs(views)
    with pytest.raises(
        NotRebuilt, match=r"unit_status stopped at position \d+ .*no such thing\. What was read before is read still\."
    ) as told:
        rebuild(facts, beside, [dataclasses.replace(UNIT_STATUS, evolve=fail)])
    assert told.value.zh.endswith("仍使用原有视图。")
    assert epochs(views) == before


def test_on_one_machine_a_view_that_was_forgotten_begins_anew(facts: FactStore, tmp_path: Path) -> None:
    with closing(ViewStore(tmp_path / "views.db")) as views:
        Projector(facts, views, CATALOGUE, lambda _published: None).catch_up()
        before = {name: views.open_view(name, version) for name, version in ((each.name, each.version) for each in CATALOGUE)}
        views.forget("unit_status")
        after = {name: views.open_view(name, checkpoint.version) for name, checkpoint in before.items()}
        assert {name for name in before if before[name] != after[name]} == {"unit_status"}
        assert after["unit_status"].position == 0
