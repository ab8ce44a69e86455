"""Lag and staleness of every source."""

from __future__ import annotations

import pytest

from domain.sensor_rules import SensorRules
from domain.sensor_state import ConditionState, Counts, SensorState
from streams import source_health
from streams.alarm_watch import WatchedSensor
from streams.source_health import SourceWatch, projection_health, sensor_health
from tests.domain.given_when_then import T0, at
from tests.streams.on_disk import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> SourceWatch:
    return SourceWatch(late_s=10, silent_s=60, now=clock)


def test_a_source_is_live_then_late_then_silent_and_says_so(watch: SourceWatch, clock: Clock) -> None:
    watch.heard("gateway", "avl", newest=at(-2), accepted=5, rejected=1)
    [source] = watch.documents().values()
    assert (source.source, source.state, source.lag_s, source.accepted, source.rejected) == ("avl:gateway", "live", 2.0, 5, 1)
    clock.passes(11)
    [source] = watch.documents().values()
    assert (source.state, source.en, source.zh) == ("late", "avl:gateway is late.", "avl:gateway 数据延迟。")
    clock.passes(50)
    [source] = watch.documents().values()
    assert (source.state, source.en) == ("silent", "Nothing from avl:gateway since 2026-11-23T06:30:00+00:00.")
    assert source.zh == "avl:gateway 自 2026-11-23T06:30:00+00:00 起无数据。"
    watch.heard("gateway", "avl", newest=clock(), accepted=1, rejected=0)
    [source] = watch.documents().values()
    assert (source.state, source.accepted, source.rejected) == ("live", 6, 1)


def test_a_source_that_sends_old_things_is_late_though_it_sends(watch: SourceWatch) -> None:
    watch.heard("gateway", "readings", newest=at(-11), accepted=1, rejected=0)
    assert watch.documents()["readings:gateway"].state == "late"


def test_a_clock_that_runs_ahead_is_no_negative_lag(watch: SourceWatch) -> None:
    watch.heard("gateway", "avl", newest=at(30), accepted=1, rejected=0)
    assert watch.documents()["avl:gateway"].lag_s == 0


def test_names_that_are_made_up_are_bounded_and_counted(watch: SourceWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_health, "SOURCES_MAX", 2)
    for name in ("a", "b", "c", "a"):
        watch.heard(name, "intake", newest=None, accepted=1, rejected=0)
    assert (set(watch.documents()), watch.unnamed) == ({"intake:a", "intake:b"}, 1)
    assert watch.documents()["intake:a"].accepted == 2


def test_a_projection_is_live_late_or_stopped() -> None:
    def health(stopped: str, behind: int) -> tuple[str, str, int]:
        found = projection_health("unit_status", stopped=stopped, stopped_zh="停", behind=behind, folded=7, at=T0)
        return found.state, found.en, found.rejected

    assert health("", 0) == ("live", "", 0)
    assert health("", 3) == ("late", "", 0)
    assert health("stopped at 7", 3) == ("stopped", "stopped at 7", 1)


def test_a_sensor_shows_what_of_its_readings_was_not_judged_and_what_was_not_told() -> None:
    counts = Counts(read=90, not_newer=4, bad=2, untimely=1, withheld=7)
    state = SensorState(heard_at=T0, newest_at=at(-2), newest_heard_at=T0, counts=counts)
    found = sensor_health(WatchedSensor(sensor="S1", rules=SensorRules(silent_after_s=60), state=state), late_s=10)
    assert (found.source, found.kind, found.state, found.lag_s) == ("sensor:S1", "sensor", "live", 2.0)
    assert (found.accepted, found.rejected, found.late, found.bad, found.withheld) == (90, 7, 4, 3, 7)


def test_a_sensor_is_silent_when_the_alarm_watch_says_so_and_late_when_it_sends_old_things() -> None:
    silent = ConditionState(condition="silent", is_active=True)
    states = (
        SensorState(heard_at=T0, newest_at=at(-20), newest_heard_at=T0),
        SensorState(heard_at=T0, newest_at=T0, newest_heard_at=T0, conditions=(silent,)),
        SensorState(heard_at=T0),
    )
    found = [sensor_health(WatchedSensor(sensor="S1", rules=SensorRules(), state=state), late_s=10) for state in states]
    assert [(each.state, each.zh) for each in found] == [
        ("late", "sensor:S1 数据延迟。"),
        ("silent", "sensor:S1 自 2026-11-23T06:30:00+00:00 起无数据。"),
        ("live", ""),
    ]
