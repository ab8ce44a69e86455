"""The intervals of NFPA 1225 and 1710, in seconds; what cannot be measured is None."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from projections.response_times import RESPONSE_TIMES, ResponseTimes
from streams.codec import decode, encode
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, Desk, at, city, dispatched, opened, sent, topic
from tests.domain.given_when_then import stepped as step
from tests.projections.folding import desk_after, fold, view_of
from tests.streams.on_disk import a_random_log

CALL = ask.TakeCall(source="119", received_at=at(-40), answered_at=at(-30))


def times(*commands: object, assignment: str = sent("E11")) -> ResponseTimes:
    found: ResponseTimes = view_of(RESPONSE_TIMES, CALL, opened(call=FIRST_CALL), *commands)[assignment]
    return found


def intervals(found: ResponseTimes) -> tuple[float | None, ...]:
    return (found.answer_s, found.call_processing_s, found.turnout_s, found.travel_s, found.on_scene_s, found.total_s)


def test_every_interval_of_a_whole_assignment() -> None:
    found = times(30, dispatched("E11"), 60, step("en_route"), 240, step("on_scene"), 600, step("transporting"), 300, step("cleared"))
    assert intervals(found) == (10, 60, 60, 240, 600, 370)
    assert (found.call, found.incident, found.agency, found.incident_type, found.district, found.priority, found.outcome) == (
        FIRST_CALL,
        FIRST,
        "fire",
        "dwelling_fire",
        "heping",
        1,
        "cleared",
    )


def test_without_transport_the_scene_is_left_when_the_unit_clears() -> None:
    assert intervals(times(dispatched("E11"), step("on_scene"), 600, step("cleared")))[4] == 600


def test_what_has_no_time_is_not_invented() -> None:
    assert intervals(times(dispatched("E11"))) == (10, 30, None, None, None, None)
    assert intervals(times(dispatched("E11"), 60, step("on_scene"))) == (10, 30, None, None, None, 100)
    [found] = view_of(RESPONSE_TIMES, opened(), dispatched("E11")).values()
    assert intervals(found) == (None,) * 6
    assert found.call == ""


def test_an_interval_that_would_be_negative_is_none() -> None:
    found = times(60, dispatched("E11"), step("en_route", occurred_at=at(30)), step("on_scene", occurred_at=at(20)))
    assert intervals(found) == (10, 90, None, None, None, 60)


def test_an_assumed_time_is_told_and_never_measured_from() -> None:
    assumed = ask.DispatchUnits(incident=FIRST, units=("E11",), occurred_at=at(0), is_assumed=True)
    found = times(60, assumed, step("en_route", occurred_at=at(0)), 60, step("on_scene"))
    assert (found.times["dispatched"], found.dispatched_at, found.assumed) == (at(0), at(0), ("dispatched",))
    assert intervals(found) == (10, None, None, 120, None, 160)
    ended = replace(step("cleared", occurred_at=at(100)), is_assumed=True)
    assert times(dispatched("E11"), step("on_scene"), 100, ended).on_scene_s is None
    arrived = replace(step("on_scene", occurred_at=at(50)), is_assumed=True)
    assert intervals(times(dispatched("E11"), 100, step("en_route", occurred_at=at(10)), arrived)) == (10, 30, 10, None, None, None)


def test_an_assumed_time_that_is_corrected_is_measured_and_one_that_is_undone_is_gone() -> None:
    before = (60, ask.DispatchUnits(incident=FIRST, units=("E11",), occurred_at=at(0), is_assumed=True), step("en_route"))
    corrected = times(*before, ask.CorrectStepTime(assignment=sent("E11"), step="dispatched", occurred_at=at(20), reason="radio log"))
    assert (corrected.assumed, corrected.turnout_s) == ((), 40)
    arrived = replace(step("on_scene", occurred_at=at(60)), is_assumed=True)
    assert times(*before, arrived, ask.UndoStep(assignment=sent("E11"), step="on_scene")).assumed == ("dispatched",)


def test_a_time_without_a_moment_is_now_and_nothing_is_assumed() -> None:
    now = ask.DispatchUnits(incident=FIRST, units=("E11",), is_assumed=True)
    assert times(now, 30, replace(step("en_route"), is_assumed=True)).turnout_s == 30


def test_a_call_of_which_only_the_receiving_is_known_has_no_answer() -> None:
    found = view_of(RESPONSE_TIMES, ask.TakeCall(source="119", received_at=at(-40)), opened(call=FIRST_CALL), dispatched("E11"))
    assert intervals(found[sent("E11")])[:2] == (None, None)


def test_a_diverted_assignment_is_as_assumed_as_the_first() -> None:
    assumed = ask.DispatchUnits(incident=FIRST, units=("E11",), occurred_at=at(0), is_assumed=True)
    merged = (assumed, 60, step("en_route"), ask.MergeIncidents(incident=SECOND, merged=FIRST))
    found = view_of(RESPONSE_TIMES, CALL, opened(call=FIRST_CALL), opened(), *merged)[sent("E11", incident=SECOND)]
    assert (found.assumed, found.turnout_s) == (("dispatched",), None)


def test_a_fact_of_before_times_could_be_assumed_is_read_as_it_was_meant() -> None:
    [fact] = [recorded.fact for recorded in desk_after(opened(), dispatched("E11")).log if topic(recorded.fact) == "assignment.opened"]
    raw = msgspec.json.decode(encode(fact))
    del raw["assumed"]
    assert decode("assignment.opened", msgspec.json.encode(raw)) == fact


def test_a_corrected_time_measures_anew_and_an_undone_step_no_more() -> None:
    before = (dispatched("E11"), 60, step("en_route"))
    corrected = ask.CorrectStepTime(assignment=sent("E11"), step="en_route", occurred_at=at(20), reason="x")
    assert intervals(times(*before, corrected))[2] == 20
    dispatched_earlier = ask.CorrectStepTime(assignment=sent("E11"), step="dispatched", occurred_at=at(-20), reason="x")
    assert (intervals(times(*before, dispatched_earlier))[1:3], times(*before, dispatched_earlier).dispatched_at) == ((10, 80), at(-20))
    assert intervals(times(*before, ask.UndoStep(assignment=sent("E11"), step="en_route")))[2] is None


def test_a_time_learnt_after_the_end_is_measured() -> None:
    found = times(dispatched("E11"), 600, step("cleared"), step("en_route", occurred_at=at(50)), step("on_scene", occurred_at=at(200)))
    assert intervals(found) == (10, 30, 50, 150, 400, 240)


def test_a_diverted_assignment_keeps_the_times_of_the_first() -> None:
    found = view_of(
        RESPONSE_TIMES,
        CALL,
        opened(call=FIRST_CALL),
        opened(),
        dispatched("E11"),
        60,
        step("en_route"),
        ask.MergeIncidents(incident=SECOND, merged=FIRST),
    )
    assert {key: row.outcome for key, row in found.items()} == {sent("E11"): "diverted", sent("E11", incident=SECOND): ""}
    assert found[sent("E11", incident=SECOND)].turnout_s == 60


moments = st.none() | st.integers(0, 3_600)


@given(en_route=moments, on_scene=moments, transporting=moments, cleared=moments)
def test_an_interval_is_the_difference_of_its_times_or_none(
    en_route: int | None, on_scene: int | None, transporting: int | None, cleared: int | None
) -> None:
    desk = Desk()
    desk.given(*city(("E11",)), opened(), dispatched("E11"))
    desk.now += timedelta(hours=1)
    if en_route is not None:
        desk.given(step("en_route", occurred_at=at(en_route)))
    if on_scene is not None:
        desk.given(step("on_scene", occurred_at=at(on_scene)))
    if transporting is not None:
        desk.given(step("transporting", occurred_at=at(transporting)))
    if cleared is not None:
        desk.given(step("cleared", occurred_at=at(cleared)))
    [found] = fold(RESPONSE_TIMES, desk.log).values()

    def between(start: int | None, end: int | None) -> float | None:
        return None if start is None or end is None or end < start else end - start

    leaving = cleared if transporting is None else transporting
    assert intervals(found) == (None, None, between(0, en_route), between(en_route, on_scene), between(on_scene, leaving), None)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_there_is_one_row_an_assignment_and_no_interval_is_negative(seed: int) -> None:
    desk = a_random_log.__wrapped__(seed, 100)
    found = fold(RESPONSE_TIMES, desk.log)
    assert set(found) == {name.partition(":")[2] for name in desk.rows if name.startswith("assignment:")}
    assert all(seconds is None or seconds >= 0 for row in found.values() for seconds in intervals(row))
