"""The store of record: positions without gaps, times that can be searched, numbers, receipts, and files of a newer program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fact import Fact
from domain.incident import Incident
from projections import CATALOGUE
from streams import fact_store
from streams.chain import origin
from streams.fact_store import FactStore
from streams.failures import StoreIsNewer
from streams.postgres import fact_store as postgres_fact_store
from streams.store_of_record import StoreOfRecord
from streams.telemetry import TelemetryLog
from streams.view_store import ViewStore
from tests.domain.given_when_then import T0
from tests.streams.on_disk import a_random_log
from tests.streams.places import ON_BOTH, Place, closed_after

DESK = a_random_log(seed=11, commands=250)


@pytest.fixture(scope="module", params=ON_BOTH)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreOfRecord]:
    """The facts of a random desk."""
    address = request.getfixturevalue("postgres").make("facts_of_a_desk") if request.param == "postgres" else ""
    with closed_after(Place(tmp_path_factory.mktemp("facts"), address)) as here:
        facts = here.open()
        facts.append([recorded.fact for recorded in DESK.log], [])
        yield facts


def test_facts_come_back_in_the_order_of_the_log_with_positions_from_one(store: StoreOfRecord) -> None:
    assert list(store.facts(0)) == DESK.log
    assert store.last_position == len(DESK.log)


@given(st.data())
def test_any_stretch_of_the_log_can_be_read(store: StoreOfRecord, data: st.DataObject) -> None:
    after = data.draw(st.integers(0, len(DESK.log) + 3))
    until = data.draw(st.none() | st.integers(0, len(DESK.log) + 3))
    expected = [recorded for recorded in DESK.log if recorded.position > after and (until is None or recorded.position <= until)]
    assert list(store.facts(after, until)) == expected


def test_a_long_log_is_read_in_parts_without_a_seam(store: StoreOfRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 7, len(DESK.log), len(DESK.log) + 1):
        for module in (fact_store, postgres_fact_store):
            monkeypatch.setattr(module, "READ_FACTS", size)
        assert list(store.facts(0)) == DESK.log


def test_the_facts_of_one_aggregate_come_oldest_first(store: StoreOfRecord) -> None:
    for identifier in DESK.rows:
        expected = [recorded.fact for recorded in DESK.log if recorded.fact.originator_id == identifier]
        assert store.facts_of(identifier) == expected
        assert store.facts_of(identifier, after_version=1) == expected[1:]
    assert store.facts_of("incident:404") == []


def test_the_facts_of_one_aggregate_in_a_stretch_of_the_log_and_their_places(store: StoreOfRecord) -> None:
    for after, until in ((0, None), (0, 90), (40, 200), (len(DESK.log), None)):
        within = [r for r in DESK.log if r.position > after and (until is None or r.position <= until)]
        for identifier in DESK.rows:
            own = [recorded for recorded in within if recorded.fact.originator_id == identifier]
            assert store.stream(identifier, after, until) == own
            last = until if until is not None else len(DESK.log)
            assert store.places(identifier, after, last + 1) == [(recorded.position, topic_of(recorded.fact)) for recorded in own]
        units = [recorded for recorded in within if recorded.fact.originator_id.startswith("assignment:261123-0001/")]
        assert store.streams("assignment:261123-0001/", after, until) == units


def test_the_positions_of_aggregates_are_those_of_their_facts(store: StoreOfRecord) -> None:
    first, second, *_ = [name for name in DESK.rows if name.startswith("incident:")]
    expected = [recorded.position for recorded in DESK.log if recorded.fact.originator_id in {first, second}]
    assert store.positions_of([second, first]) == expected
    assert store.positions_of([]) == store.positions_of(["incident:404"]) == store.positions_under("assignment:404/") == []
    under = [recorded.position for recorded in DESK.log if recorded.fact.originator_id.startswith("assignment:261123-0001/")]
    assert store.positions_under("assignment:261123-0001/") == under != []
    assert store.first_position(first) == expected[0]
    assert store.first_position("incident:404") == 0


def test_a_moment_holds_all_that_was_recorded_in_it(store: StoreOfRecord) -> None:
    for middle in DESK.log[::7]:
        expected = [recorded for recorded in DESK.log if recorded.fact.timestamp == middle.fact.timestamp]
        assert store.moment_around(middle.position) == expected


def test_facts_at_positions_come_in_the_order_asked_for(store: StoreOfRecord) -> None:
    assert store.facts_at([9, 2, 10_000, 5]) == [DESK.log[8], DESK.log[1], DESK.log[4]]


@given(seconds=st.integers(-100, 40_000))
def test_the_position_at_a_moment_is_that_of_the_newest_fact_until_then(store: StoreOfRecord, seconds: int) -> None:
    moment = T0 + timedelta(seconds=seconds)
    expected = max((recorded.position for recorded in DESK.log if recorded.fact.timestamp <= moment), default=0)
    assert store.position_at(moment) == expected


def test_an_empty_log_has_no_position(place: Place) -> None:
    facts = place.open()
    assert (facts.last_position, facts.position_at(T0), list(facts.facts(0)), facts.receipts(["key"])) == (0, 0, [], {})
    assert facts.last_number("incident:261123") == 0
    assert facts.head == origin(1)


def test_the_last_number_of_a_day_is_the_highest_also_beyond_four_digits(place: Place) -> None:
    facts = place.open()
    opened = next(recorded.fact for recorded in DESK.log if isinstance(recorded.fact, Incident.Opened))
    for number in ("261123-0007", "261123-9999", "261123-10000", "261124-0003", "261123-0012"):
        facts.append([type(opened)(**vars(opened) | {"originator_id": f"incident:{number}", "incident": number})], [])
    assert facts.last_number("incident:261123") == 10_000
    assert facts.last_number("incident:261124") == 3
    assert facts.last_number("incident:261125") == facts.last_number("call:C261123") == 0


def test_numbers_go_on_after_a_restart(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*(command for command in a_city_and_incident()))
    with place.machine() as disk:
        assert disk.do(a_city_and_incident()[-1]).result == {"incident": "261123-0002"}


def a_city_and_incident() -> list[object]:
    from tests.domain.given_when_then import city, opened

    return [*city(), opened()]


def topic_of(fact: Fact) -> str:
    return type(fact).TOPIC


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def test_a_file_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    for name in ("facts.db", "views.db", "telemetry.db"):
        newer(tmp_path / name)
    with pytest.raises(StoreIsNewer, match="was written by a newer Drumtower") as refused:
        FactStore(tmp_path / "facts.db")
    assert "由更新版本的鼓楼写成(格式 99" in refused.value.zh
    with pytest.raises(StoreIsNewer):
        ViewStore(tmp_path / "views.db")
    with pytest.raises(StoreIsNewer):
        TelemetryLog(tmp_path / "telemetry.db", retention_days=1, now=lambda: 0.0)
    for name in ("facts.db", "views.db", "telemetry.db"):
        connection = sqlite3.connect(tmp_path / name)
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
        connection.close()


def test_every_fact_that_a_view_folds_is_one_that_can_be_stored(store: StoreOfRecord) -> None:
    stored = {type(recorded.fact) for recorded in store.facts(0)}
    assert stored <= {fact for projection in CATALOGUE for fact in projection.facts}
