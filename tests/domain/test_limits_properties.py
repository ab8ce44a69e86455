"""What holds of every sensor, whatever it says."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain import limits
from domain.sensor_rules import Chatter, Limit, SensorRules
from domain.sensor_state import Decision, Reading, SensorState, Triggered
from tests.domain.alarm_world import T0, at

RULES = SensorRules(
    limits=(
        Limit(condition="high_high", value=80.0, hysteresis=2.0),
        Limit(condition="high", value=50.0, hysteresis=5.0, delay_s=7.0),
        Limit(condition="low", value=10.0, hysteresis=1.0),
        Limit(condition="rising_fast", value=300.0, delay_s=3.0),
    ),
    silent_after_s=40.0,
    chatter=Chatter(transitions_max=3, window_s=30.0, calm_s=20.0),
    lowest=-100.0,
    highest=200.0,
)
START = SensorState(heard_at=T0)

values = st.one_of(st.sampled_from([0.0, 9.0, 10.5, 30.0, 47.0, 51.0, 79.0, 90.0, 300.0, float("nan"), float("inf")]), st.floats(-20, 120))
gaps = st.integers(0, 25_000).map(lambda milliseconds: milliseconds / 1000)
"""Seconds since the reading before; zero repeats its time."""
stories = st.lists(st.tuples(gaps, values), max_size=60)


def readings_of(story: list[tuple[float, float]]) -> list[Reading]:
    moment = T0
    readings = []
    for gap, value in story:
        moment += timedelta(seconds=gap)
        readings.append(Reading(at=moment, value=value))
    return readings


def live(state: SensorState, readings: list[Reading], *, ticks: bool = False) -> tuple[SensorState, list[Decision]]:
    """Each reading heard as it was read; with ticks, the clock is asked between them too."""
    found: list[Decision] = []
    for reading in readings:
        if ticks:
            before = state.newest_at or T0
            for part in (0.3, 0.7, 1.0):
                state, decisions = limits.tick(RULES, state, before + max(reading.at - before, timedelta(0)) * part, T0)
                found += decisions
        state, decisions = limits.read(RULES, state, [reading], reading.at)
        found += decisions
    return state, found


@given(stories)
def test_a_condition_begins_and_returns_in_turn_so_it_never_has_two_open_alarms(story: list[tuple[float, float]]) -> None:
    _, decisions = live(START, readings_of(story), ticks=True)
    is_open: dict[str, bool] = {}
    for decision in decisions:
        begins = isinstance(decision, Triggered)
        assert is_open.get(decision.condition, False) is not begins
        is_open[decision.condition] = begins


@given(stories)
def test_the_alarm_that_returns_is_the_one_that_began(story: list[tuple[float, float]]) -> None:
    _, decisions = live(START, readings_of(story), ticks=True)
    began: dict[str, Decision] = {}
    for decision in decisions:
        if isinstance(decision, Triggered) and not decision.is_repeat:
            assert decision.alarm_at == decision.at
            began[decision.condition] = decision
        assert decision.alarm_at == began[decision.condition].alarm_at
        assert decision.at >= decision.alarm_at


@given(stories)
def test_decisions_about_limits_do_not_depend_on_how_often_the_clock_is_asked(story: list[tuple[float, float]]) -> None:
    readings = readings_of(story)
    _, ticked = live(START, readings, ticks=True)
    _, unticked = live(START, readings)
    assert [each for each in ticked if each.condition != "silent"] == unticked


@given(stories, st.data())
def test_one_batch_says_what_its_readings_say_one_by_one(story: list[tuple[float, float]], data: st.DataObject) -> None:
    by_time = {reading.at: reading for reading in reversed(readings_of(story))}
    readings = sorted(by_time.values(), key=lambda each: each.at)
    shuffled = data.draw(
        st.permutations(readings + data.draw(st.lists(st.sampled_from(readings), max_size=5) if readings else st.just([])))
    )
    _, alone = live(START, readings)
    _, together = limits.read(RULES, START, shuffled, readings[-1].at if readings else T0)
    assert list(together) == alone


@given(stories, st.data())
def test_any_permutation_of_what_was_read_changes_nothing(story: list[tuple[float, float]], data: st.DataObject) -> None:
    readings = readings_of(story)
    state, _ = live(START, readings)
    again = data.draw(st.permutations(readings))
    after, decisions = limits.read(RULES, state, again, state.heard_at)
    assert decisions == ()
    assert after.conditions == state.conditions
    assert (after.value, after.newest_at, after.bad_in_a_row) == (state.value, state.newest_at, state.bad_in_a_row)
    assert after.counts.not_newer == state.counts.not_newer + len(readings)


@given(story=st.lists(st.tuples(gaps, st.floats(45.01, 50.0)), min_size=1, max_size=40), is_high=st.booleans())
def test_a_value_inside_the_dead_band_changes_nothing(*, story: list[tuple[float, float]], is_high: bool) -> None:
    state, _ = live(START, [Reading(at=at(-10), value=70.0 if is_high else 30.0), Reading(at=at(-1), value=49.0)])
    of_high = [each.is_active for each in state.conditions if each.condition == "high"]
    after, decisions = live(state, readings_of(story))
    assert of_high == [each.is_active for each in after.conditions if each.condition == "high"]
    assert not any(each.condition == "high" for each in decisions)


@given(stories, st.integers(0, 60))
def test_a_restart_from_the_stored_state_goes_on_where_it_stopped(story: list[tuple[float, float]], cut: int) -> None:
    readings = readings_of(story)
    whole, decisions = live(START, readings)
    middle, before = live(START, readings[:cut])
    stored = msgspec.json.decode(msgspec.json.encode(middle), type=SensorState)
    assert stored == middle
    end, after = live(stored, readings[cut:])
    assert (whole, decisions) == (end, before + after)


@given(stories)
def test_every_reading_is_accounted_for(story: list[tuple[float, float]]) -> None:
    readings = readings_of(story)
    counts = live(START, readings)[0].counts
    assert len(readings) == counts.read + counts.not_newer + counts.bad + counts.untimely


@given(stories)
def test_memory_is_bounded(story: list[tuple[float, float]]) -> None:
    state, _ = live(START, readings_of(story))
    assert all(len(each.changes) <= RULES.chatter.transitions_max + 1 for each in state.conditions)
    assert len(state.conditions) <= len(RULES.limits) + 3


@given(stories)
def test_when_the_next_moment_comes_there_is_something_to_decide_or_nothing_before_it(story: list[tuple[float, float]]) -> None:
    state, _ = live(START, readings_of(story))
    due = limits.due_at(RULES, state, T0)
    if due is None:
        return
    before, decisions = limits.tick(RULES, state, due - timedelta(microseconds=1), T0)
    assert decisions == ()
    assert before == state
    after, _ = limits.tick(RULES, state, due, T0)
    assert after != state
