"""What readings mean, as tables: seconds and values in, decisions out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from domain import limits
from domain.limits import BAD_IN_A_ROW
from domain.sensor_rules import Chatter, Limit, SensorRules
from domain.sensor_state import Decision, Reading, Returned, SensorState, Triggered
from tests.domain.alarm_world import T0, at

NAN, INF = float("nan"), float("inf")
HIGH = Limit(condition="high", value=50.0, hysteresis=5.0, priority=2)
START = SensorState(heard_at=T0)
Told = list[tuple[float, str]]


def rules(*of: Limit, silent_after_s: float | None = None, chatter: Chatter | None = None) -> SensorRules:
    return SensorRules(limits=of, silent_after_s=silent_after_s, chatter=chatter or Chatter())


def told(decisions: Iterable[Decision]) -> Told:
    """`(30, "+high")`: began 30 s after the beginning; `~high` again, on the same alarm; `-high` returned."""
    marks = []
    for each in decisions:
        mark = "-" if isinstance(each, Returned) else "~" if each.is_repeat else "+"
        marks.append(((each.at - T0).total_seconds(), f"{mark}{each.condition}"))
    return marks


def run(of: SensorRules, steps: Iterable[tuple[float, float | None]], state: SensorState = START) -> tuple[SensorState, Told]:
    """Each step is a second and a value, heard as it is read; None is a tick."""
    found: list[Decision] = []
    for seconds, value in steps:
        if value is None:
            state, decisions = limits.tick(of, state, at(seconds), T0)
        else:
            state, decisions = limits.read(of, state, [Reading(at=at(seconds), value=value)], at(seconds))
        found += decisions
    return state, told(found)


TABLES: list[tuple[str, SensorRules, list[tuple[float, float | None]], Told]] = [
    ("the limit itself is not beyond the limit", rules(HIGH), [(0, 50)], []),
    ("beyond the limit it begins", rules(HIGH), [(0, 49), (10, 51)], [(10, "+high")]),
    ("inside the dead band nothing changes", rules(HIGH), [(0, 51), (10, 46), (20, 52), (30, 45.1)], [(0, "+high")]),
    ("at the dead band's end it returns", rules(HIGH), [(0, 51), (10, 45)], [(0, "+high"), (10, "-high")]),
    ("without a dead band it returns at the limit", rules(replace(HIGH, hysteresis=0.0)), [(0, 51), (9, 50)], [(0, "+high"), (9, "-high")]),
    ("again is the same alarm", rules(HIGH), [(0, 51), (10, 45), (20, 60)], [(0, "+high"), (10, "-high"), (20, "~high")]),
    (
        "low faces the other way",
        rules(Limit(condition="low", value=10.0, hysteresis=2.0)),
        [(0, 10), (5, 9), (10, 11.9), (15, 12)],
        [(5, "+low"), (15, "-low")],
    ),
    (
        "two limits are two conditions",
        rules(HIGH, Limit(condition="high_high", value=80.0)),
        [(0, 90), (10, 60), (20, 0)],
        [(0, "+high"), (0, "+high_high"), (10, "-high_high"), (20, "-high")],
    ),
    ("a delay that is broken begins nothing", rules(replace(HIGH, delay_s=10.0)), [(0, 60), (9, 50), (12, 60), (21, 40)], []),
    ("a delay runs out at its own moment", rules(replace(HIGH, delay_s=10.0)), [(0, 60), (7, 61), (25, 62)], [(10, "+high")]),
    ("a delay runs out by the clock alone", rules(replace(HIGH, delay_s=10.0)), [(0, 60), (9, None), (11, None)], [(10, "+high")]),
    (
        "a value holds until the next one",
        rules(replace(HIGH, delay_s=10.0)),
        [(0, 60), (30, 20)],
        [(10, "+high"), (30, "-high")],
    ),
    (
        "a rate is of units a minute",
        rules(Limit(condition="rising_fast", value=6.0)),
        [(0, 20), (10, 21), (20, 22.1), (30, 22.1)],
        [(20, "+rising_fast"), (30, "-rising_fast")],
    ),
    (
        "a fall has a positive limit",
        rules(Limit(condition="falling_fast", value=6.0)),
        [(0, 20), (10, 18), (20, 18)],
        [(10, "+falling_fast"), (20, "-falling_fast")],
    ),
    ("one reading has no rate", rules(Limit(condition="rising_fast", value=6.0)), [(0, 1e300)], []),
    ("a rate that overflows is no rate", rules(Limit(condition="rising_fast", value=6.0)), [(0, -1e308), (1e-6, 1e308)], []),
    (
        "silence begins when the time is over, and ends with a word",
        rules(silent_after_s=60.0),
        [(0, 1), (59, None), (60, None), (70, None), (80, 1)],
        [(60, "+silent"), (80, "-silent")],
    ),
    ("a sensor that was never heard is silent too", rules(silent_after_s=60.0), [(61, None)], [(60, "+silent")]),
    (
        "silence does not end a condition",
        rules(HIGH, silent_after_s=60.0),
        [(0, 60), (100, None), (110, 60), (120, 0)],
        [(0, "+high"), (60, "+silent"), (110, "-silent"), (120, "-high")],
    ),
    (
        "some bad values in a row are a fault, the next good one ends it",
        rules(HIGH),
        [(0, 1), (1, NAN), (2, INF), (3, -INF), (4, NAN), (5, 1)],
        [(3, "+faulty"), (5, "-faulty")],
    ),
    ("bad values between good ones are noise", rules(HIGH), [(0, NAN), (1, NAN), (2, 1), (3, NAN), (4, NAN)], []),
    ("a bad value neither begins nor ends", rules(HIGH), [(0, 60), (1, NAN), (2, NAN)], [(0, "+high")]),
    (
        "what the instrument cannot measure is bad",
        SensorRules(limits=(HIGH,), lowest=0.0, highest=100.0),
        [(0, 101), (1, 130), (2, -1)],
        [(2, "+faulty")],
    ),
]


@pytest.mark.parametrize(("of", "steps", "expected"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_table(of: SensorRules, steps: list[tuple[float, float | None]], expected: Told) -> None:
    assert expected == run(of, steps)[1]


CHATTER = Chatter(transitions_max=3, window_s=60.0, calm_s=30.0)


def test_a_chattering_condition_is_one_alarm_of_its_own_and_is_raised_no_more() -> None:
    of = rules(HIGH, chatter=CHATTER)
    flicker = [(float(seconds), 60.0 if seconds % 2 == 0 else 0.0) for seconds in range(21)]
    state, decisions = run(of, flicker)
    assert decisions == [(0, "+high"), (1, "-high"), (2, "~high"), (3, "+chattering")]
    assert state.counts.withheld == 18
    assert run(of, [(60, None)], state)[1] == [(50, "-chattering")]


def test_a_condition_that_calms_as_normal_returns_then() -> None:
    of = rules(HIGH, chatter=CHATTER)
    state, _ = run(of, [(0, 60), (1, 0), (2, 60), (3, 0), (4, 60), (5, 0)])
    assert run(of, [(34, None), (35, None)], state)[1] == [(35, "-high"), (35, "-chattering")]


def test_what_has_calmed_begins_to_count_anew() -> None:
    of = rules(HIGH, chatter=Chatter(transitions_max=3, window_s=60.0, calm_s=10.0))
    state, _ = run(of, [(0, 60), (1, 0), (2, 60), (3, 0), (14, None)])
    assert run(of, [(15, 60), (16, 0)], state)[1] == [(15, "~high"), (16, "-high")]


def test_a_condition_that_tips_into_chatter_as_it_begins_is_told() -> None:
    of = rules(HIGH, chatter=Chatter(transitions_max=2, window_s=60.0, calm_s=30.0))
    assert run(of, [(0, 60), (1, 0), (2, 60), (3, 0)])[1] == [(0, "+high"), (1, "-high"), (2, "+chattering"), (2, "~high")]


def test_slow_changes_are_no_chatter() -> None:
    of = rules(HIGH, chatter=CHATTER)
    slow = [(seconds * 21.0, 60.0 if seconds % 2 == 0 else 0.0) for seconds in range(20)]
    assert not any("chattering" in mark for _, mark in run(of, slow)[1])


def test_two_chattering_conditions_are_one_alarm_until_both_are_calm() -> None:
    of = rules(HIGH, Limit(condition="high_high", value=80.0), chatter=CHATTER)
    state, decisions = run(of, [(0, 90), (1, 0), (2, 90), (3, 0), (10, 60), (11, 0)])
    assert [mark for _, mark in decisions].count("+chattering") == 1
    assert run(of, [(100, None)], state)[1] == [(33, "-high_high"), (41, "-high"), (41, "-chattering")]


def test_readings_of_a_batch_are_taken_in_the_order_of_their_times() -> None:
    batch = [Reading(at=at(3), value=0), Reading(at=at(1), value=60), Reading(at=at(2), value=61)]
    _, decisions = limits.read(rules(HIGH), START, batch, at(4))
    assert told(decisions) == [(1, "+high"), (3, "-high")]


def test_what_comes_late_or_twice_is_counted_and_changes_nothing() -> None:
    state, _ = run(rules(HIGH), [(10, 40)])
    state, decisions = limits.read(rules(HIGH), state, [Reading(at=at(9), value=90), Reading(at=at(10), value=90)], at(11))
    assert decisions == ()
    assert (state.value, state.counts.not_newer, state.counts.read) == (40, 2, 1)


def test_times_that_cannot_be_are_counted_and_change_nothing() -> None:
    impossible = [Reading(at=at(61.5), value=90), Reading(at=at(-3e9), value=90)]
    state, decisions = limits.read(rules(HIGH), START, impossible, at(0))
    assert (decisions, state.counts.untimely, state.newest_at) == ((), 2, None)


def test_a_sensor_whose_clock_is_an_hour_behind_keeps_its_delays() -> None:
    of = rules(replace(HIGH, delay_s=10.0), silent_after_s=60.0)
    state, decisions = limits.read(of, START, [Reading(at=at(-3600), value=60)], at(0))
    assert decisions == ()
    state, decisions = limits.tick(of, state, at(9), T0)
    assert decisions == ()
    state, decisions = limits.tick(of, state, at(10), T0)
    assert told(decisions) == [(-3590, "+high")]


def test_while_nobody_listened_nobody_was_silent() -> None:
    of = rules(silent_after_s=60.0)
    state, decisions = limits.tick(of, START, at(3600), listening_since=at(3590))
    assert decisions == ()
    assert told(limits.tick(of, state, at(3650), listening_since=at(3590))[1]) == [(3650, "+silent")]


def test_a_trigger_carries_value_limit_and_priority() -> None:
    _, (trigger,) = limits.read(rules(HIGH), START, [Reading(at=at(0), value=51)], at(0))
    assert trigger == Triggered(condition="high", alarm_at=T0, at=T0, is_repeat=False, value=51, limit=50.0, priority=2)


def test_a_fault_has_the_sensors_own_priority() -> None:
    of = SensorRules(silent_after_s=60.0, fault_priority=1)
    _, (trigger,) = limits.tick(of, START, at(100), T0)
    assert isinstance(trigger, Triggered)
    assert (trigger.priority, trigger.value, trigger.limit) == (1, None, None)


def test_after_its_alarm_has_ended_the_next_trigger_is_another_alarm() -> None:
    state, _ = run(rules(HIGH), [(0, 60), (10, 0)])
    assert run(rules(HIGH), [(20, 60)], limits.end_alarm(state, "high"))[1] == [(20, "+high")]
    assert run(rules(HIGH), [(20, 60)], limits.end_alarm(state, "low"))[1] == [(20, "~high")]


def test_a_dismissed_alarm_is_raised_again_only_after_a_return() -> None:
    state, _ = run(rules(HIGH), [(0, 60)])
    state, decisions = run(rules(HIGH), [(10, 70), (20, 60)], limits.end_alarm(state, "high"))
    assert decisions == []
    assert run(rules(HIGH), [(30, 0), (40, 60)], state)[1] == [(30, "-high"), (40, "+high")]


def test_a_limit_that_is_raised_over_the_value_returns_the_alarm_at_once() -> None:
    state, _ = run(rules(HIGH), [(0, 60)])
    _, decisions = limits.amend(rules(replace(HIGH, value=90.0)), state, at(5))
    assert told(decisions) == [(5, "-high")]


def test_a_limit_that_is_lowered_under_the_value_begins_at_once() -> None:
    state, _ = run(rules(HIGH), [(0, 40)])
    _, decisions = limits.amend(rules(replace(HIGH, value=30.0)), state, at(5))
    assert told(decisions) == [(5, "+high")]


def test_a_limit_that_is_taken_away_returns_its_alarm_and_its_chatter() -> None:
    of = rules(HIGH, silent_after_s=5.0, chatter=CHATTER)
    state, _ = run(of, [(0, 60), (1, 0), (2, 60), (3, 0), (20, None)])
    _, decisions = limits.amend(rules(), state, at(21))
    assert sorted(mark for _, mark in told(decisions)) == ["-chattering", "-high", "-silent"]


def test_a_retired_sensor_returns_everything() -> None:
    state, _ = run(rules(HIGH), [(0, 60), *((float(1 + each), NAN) for each in range(BAD_IN_A_ROW))])
    state, decisions = limits.amend(None, state, at(10))
    assert told(decisions) == [(10, "-faulty"), (10, "-high")]
    assert state.conditions == ()


def test_the_next_moment_is_known() -> None:
    of = rules(replace(HIGH, delay_s=10.0), silent_after_s=60.0)
    assert limits.due_at(of, START, T0) == at(60)
    assert limits.due_at(of, START, listening_since=at(30)) == at(90)
    state, _ = limits.read(of, START, [Reading(at=at(-100), value=60)], at(5))
    assert limits.due_at(of, state, T0) == at(15)
    assert limits.due_at(rules(HIGH), START, T0) is None
