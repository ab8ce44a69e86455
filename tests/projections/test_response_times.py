"""The intervals of NFPA 1225 and 1710, in seconds; what cannot be measured is None."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from projections.response_times import RESPONSE_TIMES, ResponseTimes
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, Desk, at, city, dispatched, opened, sent
from tests.domain.given_when_then import stepped as step
from tests.projections.folding import fold, view_of
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
