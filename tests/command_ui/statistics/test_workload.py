"""What came in, what was open at once, how long units were committed: every step of the period, and only what lies in it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from command_ui.statistics.rows import Wanted
from command_ui.statistics.workload import answering, commitments, counted, slots
from domain.timers import EVERYBODY, Target, TimersInForce
from tests.command_ui.statistics.rows import BEGAN, DAY, ZONE, at, call, incident, response


def test_a_day_has_a_slot_for_every_hour_empty_or_not() -> None:
    step, found = slots(DAY, [call(61), call(62), call(62, source="110")], [incident(90, 95)], ZONE)
    assert (step, len(found)) == ("hour", 24)
    assert [slot.at for slot in found] == [at(60 * hour) for hour in range(24)]
    assert (found[1].calls, found[1].incidents, found[1].open_max) == ({"119": 2, "110": 1}, {"2": 1}, 1)
    assert found[2].calls == {}


def test_a_month_has_a_slot_for_every_day_of_the_agency_also_where_its_clock_changes() -> None:
    month = Wanted(since=BEGAN - timedelta(days=24), until=BEGAN + timedelta(days=9))
    step, found = slots(month, [], [], ZoneInfo("America/New_York"))
    assert step == "day"
    assert len({slot.at.astimezone(ZoneInfo("America/New_York")).date() for slot in found}) == len(found) == 34


def test_what_was_open_before_the_period_is_open_in_it() -> None:
    _, found = slots(DAY, [], [incident(-600, None), incident(-600, 30), incident(10, 20)], ZONE)
    assert [slot.open_max for slot in found[:3]] == [3, 1, 1]
    assert sum(sum(slot.incidents.values()) for slot in found) == 1, "only the one that is new"


minutes = st.integers(-200, 60 * 24 + 200)


@given(st.lists(st.tuples(minutes, st.none() | st.integers(1, 900)), max_size=30))
def test_the_most_that_were_open_at_once_is_what_counting_every_minute_finds(spans: list[tuple[int, int | None]]) -> None:
    rows = [incident(begin, None if length is None else begin + length) for begin, length in spans]
    _, found = slots(DAY, [], rows, ZONE)
    for hour, slot in enumerate(found):
        # Minutes are the finest step of these spans, so each minute's own count is the truth.
        counts = [
            sum(
                row.opened_at <= at(60 * hour + minute) and (row.closed_at is None or row.closed_at > at(60 * hour + minute))
                for row in rows
            )
            for minute in range(60)
        ]
        assert slot.open_max == max(counts)


def test_only_the_part_of_an_assignment_in_the_period_counts() -> None:
    rows = [
        response(unit="E1", dispatched_at=at(-60), ended_at=at(60)),
        response(unit="E2", dispatched_at=at(60 * 23), ended_at=at(60 * 30)),
        response(unit="E3", dispatched_at=at(60 * 20), ended_at=None),
    ]
    [station] = commitments(DAY, rows, at(60 * 48))
    assert (station.units, station.assignments, station.committed_h) == (3, 3, 1 + 1 + 4)
    assert station.utilisation == 6 / (24 * 3)


def test_a_period_that_is_not_over_is_measured_to_now() -> None:
    [station] = commitments(DAY, [response(dispatched_at=at(0), ended_at=None)], at(60))
    assert (station.committed_h, station.utilisation) == (1, 1)


def test_a_call_that_was_answered_before_it_came_is_not_counted() -> None:
    found = answering([call(1, answered_s=10), call(2, answered_s=20), call(3, answered_s=-1)], TimersInForce({}))
    assert (found.count, found.within, found.target_s) == (2, 1, 15)


def test_answering_is_judged_by_what_the_city_has_for_every_call() -> None:
    calls = [call(1, answered_s=9), call(2, answered_s=11)]
    china = TimersInForce({EVERYBODY: (Target(interval="answer", seconds=10, share_percent=95),)})
    assert (answering(calls, china).within, answering(calls, china).target_share) == (1, 0.95)
    nothing = answering(calls, TimersInForce({EVERYBODY: ()}))
    assert (nothing.count, nothing.target_s, nothing.target_share) == (2, None, None)


def test_incidents_are_counted_by_type_and_hour_of_the_agency() -> None:
    found = counted(DAY, [incident(61, 70), incident(62, 70, incident_type="flood"), incident(-10, 5)], ZONE)
    assert found["type_hour"] == {"flood/01": 1, "house_fire/01": 1}
    assert found["incident_type"] == {"house_fire": 1, "flood": 1}
