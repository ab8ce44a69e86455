"""The measures of ISA-18.2: rate, floods, frequent ones, chatter, stale ones, priorities."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from command_ui.statistics.alarms import performance, rate
from tests.command_ui.statistics.rows import DAY, alarm, at

LATER = at(60 * 24 * 9)


def test_the_rate_is_of_an_operator_and_an_hour() -> None:
    rows = [alarm(minute * 5) for minute in range(48)]
    assert performance(DAY, rows, LATER, 1).per_operator_hour == 2
    assert performance(DAY, rows, LATER, 4).per_operator_hour == 0.5


def test_a_period_that_is_not_over_is_measured_to_now() -> None:
    found = performance(DAY, [alarm(1), alarm(61)], at(60), 1)
    assert (found.alarms, found.operator_hours, found.ten_minutes) == (1, 1, 6)


def test_eleven_in_ten_minutes_are_a_flood_and_ten_are_not() -> None:
    eleven = [alarm(0.5 * n) for n in range(11)]
    assert performance(DAY, eleven, LATER, 1).ten_minutes_flooded == 1
    assert performance(DAY, eleven[:10], LATER, 1).ten_minutes_flooded == 0
    assert performance(DAY, eleven, LATER, 2).ten_minutes_flooded == 0, "two operators take twice as many"
    assert performance(DAY, eleven, LATER, 1).flood_share == 1 / 144


@given(st.lists(st.integers(0, 60 * 24 - 1), max_size=60))
def test_the_peak_is_the_fullest_ten_minutes_wherever_they_begin(minutes: list[int]) -> None:
    found = performance(DAY, [alarm(minute) for minute in minutes], LATER, 1)
    assert found.peak_count == max((sum(start <= minute < start + 10 for minute in minutes) for start in minutes), default=0)


def test_the_ten_most_frequent_are_sources_and_not_single_alarms() -> None:
    rows = [alarm(minute, sensor=f"S{minute % 12}") for minute in range(0, 1200, 5)]
    found = performance(DAY, rows, LATER, 1)
    assert len(found.most_frequent) == 10
    assert found.most_frequent[0].count == 20
    assert found.most_frequent_share == 200 / 240


def test_three_alarms_of_one_source_within_a_minute_chatter() -> None:
    assert performance(DAY, [alarm(0), alarm(0.4), alarm(1)], LATER, 1).chattering == 1
    assert performance(DAY, [alarm(0), alarm(0.4), alarm(1.1)], LATER, 1).chattering == 0
    assert performance(DAY, [alarm(0), alarm(0.4, sensor="B"), alarm(1)], LATER, 1).chattering == 0
    assert performance(DAY, [alarm(0, is_chattering=True)], LATER, 1).chattering == 1


def test_an_alarm_that_stands_for_more_than_a_day_is_stale_also_one_from_before_the_period() -> None:
    rows = [alarm(-60 * 30), alarm(-60 * 20, ended_at=at(60)), alarm(-30, ended_at=None), alarm(60)]
    found = performance(DAY, rows, LATER, 1)
    assert [one.raised_at for one in found.stale_alarms] == [at(-60 * 30), at(-30)]
    assert (found.stale, found.alarms) == (2, 1)


def test_priorities_and_the_wait_for_an_acknowledgement_are_of_what_was_raised() -> None:
    rows = [alarm(1, priority=1, acknowledged_at=at(1) + timedelta(seconds=30)), alarm(2), alarm(3), alarm(-5, priority=1)]
    found = performance(DAY, rows, LATER, 1)
    assert found.priorities == {"1": 1, "2": 0, "3": 2}
    assert found.acknowledged_p50_s == 30


def test_nothing_is_nothing() -> None:
    found = performance(DAY, [], DAY.since, 1)
    assert (found.alarms, found.per_operator_hour, found.flood_share, found.peak_at, found.most_frequent_share) == (
        0,
        None,
        None,
        None,
        None,
    )


def test_the_rate_now_counts_what_has_ended_since_and_nothing_older() -> None:
    rows = [alarm(-65), alarm(-11, ended_at=at(-10)), *(alarm(-0.5 * n, ended_at=at(0)) for n in range(11))]
    found = rate(rows, at(0))
    assert (found.last_hour, found.last_ten_minutes, found.is_flood) == (12, 11, True)
    assert not rate(rows[:-1], at(0)).is_flood
