"""What the alarm watch remembers: all of a checkpoint or nothing, and the next life goes on from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from domain.sensor_rules import Limit
from streams.alarm_watch import WatchCheckpoint, WatchedSensor
from streams.failures import Fenced, StoreIsNewer
from streams.postgres import watch_store
from streams.postgres.watch_store import PostgresWatchStore
from streams.watch_store import WatchMemory, WatchStore
from tests.real_servers import BOTH
from tests.streams.test_alarm_watch import S1, S2, register, watching

Opened = Callable[[], WatchMemory]

HIGH = Limit(condition="high", value=50.0, hysteresis=5.0, priority=1)


@pytest.fixture(params=BOTH)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a further store on one and the same file or database."""
    if request.param == "sqlite":
        return lambda: WatchStore(tmp_path / "alarm_watch.db")
    address = request.getfixturevalue("database")
    return lambda: PostgresWatchStore(address)


def sensors(value: float) -> tuple[WatchedSensor, ...]:
    """Two sensors after a reading of this value, as the watch remembers them."""
    host = watching(register(S1, HIGH), register(S2, HIGH))
    host.hear((S1, value), (S2, value), seconds=10)
    return host.save().sensors


def test_an_empty_store_begins_at_the_beginning(opened: Opened) -> None:
    with closing(opened()) as store:
        assert store.load() == ([], 0, 0)


def test_the_next_life_loads_what_the_last_one_saved(opened: Opened) -> None:
    with closing(opened()) as store:
        assert store.hold()
        store.save(WatchCheckpoint(sensors=sensors(20.0), readings_position=7, facts_position=9))
        store.save(WatchCheckpoint(sensors=sensors(60.0)[:1], readings_position=8, facts_position=12))
    with closing(opened()) as store:
        found, readings, facts = store.load()
    assert (readings, facts) == (8, 12)
    assert sorted(found, key=lambda each: each.sensor) == sorted((*sensors(60.0)[:1], *sensors(20.0)[1:]), key=lambda each: each.sensor)


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "alarm_watch.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreIsNewer, match="was written by a newer Drumtower"):
        WatchStore(tmp_path / "alarm_watch.db")


@pytest.mark.postgres
def test_of_two_that_watch_the_one_that_began_last_goes_on(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_store, "ASK_S", 0.0)
    with closing(PostgresWatchStore(database)) as first, closing(PostgresWatchStore(database)) as second:
        assert first.hold()
        first.save(WatchCheckpoint(sensors=sensors(20.0), readings_position=7, facts_position=9))
        # Given a first one that goes on, the second leaves it alone.
        assert not second.hold()
        assert first.hold()
        # When it has not asked for a while, another begins where it was, and it saves no more.
        monkeypatch.setattr(watch_store, "HELD_S", 0.0)
        assert first.hold()
        assert second.hold()
        assert second.load()[1:] == (7, 9)
        with pytest.raises(Fenced, match="Another gateway has taken over the alarm watch"):
            first.save(WatchCheckpoint(sensors=sensors(60.0), readings_position=8, facts_position=10))
        second.save(WatchCheckpoint(sensors=(), readings_position=9, facts_position=10))
        found, *positions = second.load()
        assert positions == [9, 10]
        assert found == sorted(sensors(20.0), key=lambda each: each.sensor)


@pytest.mark.postgres
def test_who_ends_in_good_order_is_replaced_at_once(database: str) -> None:
    with closing(PostgresWatchStore(database)) as first:
        assert first.hold()
    with closing(PostgresWatchStore(database)) as second:
        assert second.hold()
