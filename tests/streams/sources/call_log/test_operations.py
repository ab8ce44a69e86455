from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.sources.call_log.mapping import STEP_TIMES, ColumnMapping, mapping_of
from streams.sources.call_log.operations import Operation, Told, operations_of
from streams.sources.call_log.rows import LoggedCall, LoggedResponse
from streams.sources.call_log.schedule import Schedule
from streams.sources.client import Accepted, Answer, Refused

T0 = datetime(2026, 1, 1, tzinfo=UTC)
MAPPING = mapping_of({"name": "log", "zone": "UTC", "columns": {"call": "c", "unit": "u", "received": "r"}}, "here")
REFUSED = Refused(409, "unit_is_assigned", "It is assigned.", "正在执行。")


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def call(number: str, *responses: LoggedResponse, incident: str = "", at: float = 0, **times: float) -> LoggedCall:
    return LoggedCall(
        line=2,
        call=number,
        incident=incident or number,
        incident_type="Fire",
        priority=2,
        disposition="",
        address="",
        district="",
        description="",
        place=(117.2, 39.1),
        first_at=minute(at),
        times={"received": minute(at), "answered": minute(at + 0.5)} | {step: minute(value) for step, value in times.items()},
        responses=list(responses),
    )


def response(unit: str, line: int = 2, **times: float) -> LoggedResponse:
    return LoggedResponse(
        line=line, unit=unit, unit_type="", agency="fire", station="", times={step: minute(at) for step, at in times.items()}
    )


def operations(calls: list[LoggedCall], mapping: ColumnMapping = MAPPING, *, is_paced: bool = False) -> dict[str, Operation]:
    found = list(operations_of(calls, mapping, is_paced=is_paced))
    assert len({operation.key for operation in found}) == len(found), "keys are identities"
    return {operation.key: operation for operation in found}


def answer_of(operation: Operation) -> Answer:
    result: dict[str, Any] = {"call": f"C-{operation.key}", "incident": f"I-{operation.key}", "assignments": [f"A-{operation.key}"]}
    return Accepted(result, is_repeated=False, position=1)


def run(found: list[Operation], *, refused: frozenset[str] = frozenset(), limit: int = 500) -> tuple[list[Operation], set[str]]:
    """Everything in the order in which it was sent, and what was given up."""
    schedule, order, lost = Schedule.of(found), [], set()
    while schedule.left:
        batch = schedule.next_batch(limit)
        assert batch, "a schedule that is not empty has something to send"
        for operation in batch:
            schedule.body(operation)
            order.append(operation)
        for operation in batch:
            answer = REFUSED if operation.key in refused else answer_of(operation)
            lost |= {given_up.key for given_up, _ in schedule.answered(operation, answer)}
    return order, lost


def test_a_response_becomes_an_assignment_with_its_own_times() -> None:
    found = operations([call("1", response("E1", dispatched=1, en_route=2, on_scene=8, cleared=30))])
    assert [operation.name for operation in found.values()] == [
        "take_call",
        "open_incident",
        "end_call",
        "dispatch_units",
        "step_assignment",
        "step_assignment",
        "step_assignment",
        "close_incident",
    ]
    assert found["response/1/E1/1/dispatch"].body["occurred_at"] == Told(minute(1))
    assert found["response/1/E1/1/on_scene"].body["occurred_at"] == Told(minute(8))
    assert found["incident/1/close"].body["occurred_at"] == Told(minute(30))


def test_a_missing_time_stays_missing() -> None:
    found = operations([call("1", response("E1", dispatched=1, cleared=30))])
    assert not {key for key in found if key.endswith(("en_route", "on_scene", "transporting"))}


def test_an_assumed_moment_says_so_to_the_server() -> None:
    found = operations([call("1", response("E1", on_scene=8, cleared=30))])
    dispatch = found["response/1/E1/1/dispatch"]
    assert (dispatch.body["occurred_at"], dispatch.body["is_assumed"], dispatch.tells) == (Told(minute(8)), True, ())
    assert "is_assumed" not in operations([call("1", response("E1", dispatched=1))])["response/1/E1/1/dispatch"].body


def test_what_a_log_does_not_say_of_a_calls_own_times_is_assumed() -> None:
    def taken(**times: float) -> tuple[Any, ...]:
        logged = call("1")
        logged.times = {step: minute(at) for step, at in times.items()}
        take = operations([logged])["call/1/take"]
        return take.body["received_at"], take.body.get("answered_at"), take.body.get("assumed"), take.tells

    assert taken(received=0, answered=1) == (Told(minute(0)), Told(minute(1)), None, ("received", "answered"))
    assert taken(received=0) == (Told(minute(0)), None, ("answered",), ("received",))
    assert taken(answered=0) == (Told(minute(0)), Told(minute(0)), ("received",), ("answered",))
    assert taken(dispatched=3) == (Told(minute(0)), None, ("received", "answered"), ())
    assert taken(received=5, answered=1) == (Told(minute(5)), None, ("answered",), ("received",))


def test_an_incident_whose_end_is_a_next_dispatch_is_closed_by_assumption() -> None:
    calls = [call("1", response("E1", dispatched=1)), call("2", response("E1", line=3, dispatched=20, cleared=40), at=19)]
    found = operations(calls)
    assert (found["incident/1/close"].is_assumed, found["incident/2/close"].is_assumed) == (True, False)


def test_two_calls_with_one_incident_number_are_one_incident() -> None:
    found = operations([call("1", incident="9"), call("2", incident="9", at=3)])
    assert [key for key in found if key.startswith("incident/")] == ["incident/9/open"]
    assert found["call/2/link"].name == "link_call"


def test_a_unit_that_is_sent_again_too_early_is_cleared_with_its_own_true_time_first() -> None:
    calls = [call("1", response("E1", dispatched=1, cleared=30)), call("2", response("E1", line=3, dispatched=20, cleared=40), at=19)]
    found = operations(calls)
    assert found["response/1/E1/1/cleared"].body["occurred_at"] == Told(minute(30))
    order = [operation.key for operation in run(list(found.values()))[0]]
    assert order.index("response/1/E1/1/cleared") < order.index("response/2/E1/1/dispatch")


def test_at_a_real_pace_it_is_cleared_at_the_next_dispatch_and_corrected_later() -> None:
    calls = [call("1", response("E1", dispatched=1, cleared=30)), call("2", response("E1", line=3, dispatched=20, cleared=40), at=19)]
    found = operations(calls, is_paced=True)
    early, corrected = found["response/1/E1/1/cleared_early"], found["response/1/E1/1/cleared_corrected"]
    assert (early.at, early.body["occurred_at"], early.body["is_assumed"], early.tells) == (minute(20), Told(minute(20)), True, ())
    assert (corrected.name, corrected.at, corrected.body["occurred_at"]) == ("correct_step_time", minute(30), Told(minute(30)))
    assert all(value.moment <= operation.at for operation in found.values() for value in operation.body.values() if isinstance(value, Told))


def test_a_unit_without_a_cleared_time_is_cleared_when_it_is_sent_again_and_that_is_told() -> None:
    calls = [call("1", response("E1", dispatched=1)), call("2", response("E1", line=3, dispatched=20), at=19)]
    found = operations(calls)
    assert found["response/1/E1/1/cleared"].is_assumed
    assert found["response/1/E1/1/cleared"].tells == ()
    assert "response/2/E1/1/cleared" not in found, "its last assignment stays open"
    assert "incident/2/close" not in found


def test_what_needs_a_refused_command_is_given_up_and_all_else_goes_on() -> None:
    calls = [
        call("1", response("E1", dispatched=1, on_scene=5, cleared=9)),
        call("2", response("E1", line=3, dispatched=20, cleared=30), at=19),
    ]
    order, lost = run(list(operations(calls).values()), refused=frozenset({"response/1/E1/1/dispatch"}))
    assert lost == {"response/1/E1/1/on_scene", "response/1/E1/1/cleared"}
    assert "response/2/E1/1/cleared" in {operation.key for operation in order}
    assert "incident/1/close" in {operation.key for operation in order}


RESPONSES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.dictionaries(st.sampled_from(STEP_TIMES), st.integers(0, 200), max_size=7)), max_size=5
)


@given(
    logs=st.lists(st.tuples(st.integers(0, 100), st.sampled_from(["", "x", "y"]), RESPONSES), max_size=6),
    limit=st.integers(1, 40),
    is_paced=st.booleans(),
)
def test_any_log_is_sent_whole_and_no_unit_is_ever_on_two_assignments(
    logs: list[tuple[int, str, list[tuple[str, dict[str, int]]]]], limit: int, *, is_paced: bool
) -> None:
    calls = [
        call(f"{number}", *(response(unit, line, **times) for line, (unit, times) in enumerate(responses)), incident=incident, at=at)
        for number, (at, incident, responses) in enumerate(logs)
    ]
    calls.sort(key=lambda one: one.received_at)
    found = operations(calls, is_paced=is_paced)
    order, lost = run(list(found.values()), limit=limit)
    assert not lost
    assert {operation.key for operation in order} == set(found)
    sent_at = {operation.key: number for number, operation in enumerate(order)}
    busy: dict[str, str] = {}
    for operation in order:
        assert all(sent_at[key] < sent_at[operation.key] for key in (*operation.needs, *operation.after))
        if operation.name == "dispatch_units":
            (unit,) = operation.body["units"]
            assert unit not in busy
            busy[unit] = operation.key
        elif operation.name == "cancel_assignment" or (operation.name == "step_assignment" and operation.body["step"] == "cleared"):
            del busy[operation.key.split("/")[2]]
    told = [step for operation in order for step in operation.tells]
    for step in STEP_TIMES:
        assert told.count(step) == sum(step in one.times for log in calls for one in log.responses), f"every time {step} is told once"
