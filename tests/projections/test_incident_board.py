"""Open incidents, their phase, and what leaves the board."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from domain.assignment import STEPS
from projections import CATALOGUE
from projections.incident_board import INCIDENT_BOARD, IncidentBoard
from streams.codec import encode
from streams.folding import Fold
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, Desk, at, city, dispatched, opened, place, sent, state, taken
from tests.domain.given_when_then import stepped as step
from tests.projections.folding import fold, shown, view_of
from tests.streams.on_disk import UNITS, a_random_log


def board(*commands: object, number: str = FIRST) -> IncidentBoard:
    found: IncidentBoard = view_of(INCIDENT_BOARD, *commands)[number]
    return found


def test_an_incident_is_shown_as_it_was_opened() -> None:
    document = board(opened())
    assert (document.number, document.short, document.phase, document.phase_at) == (FIRST, "0001", "pending", at(0))
    assert (document.lon, document.lat, document.district, document.agency, document.opened_by) == (117.2, 39.12, "heping", "fire", "zhou")


@pytest.mark.parametrize(
    ("commands", "phase", "since"),
    [
        ((), "pending", at(0)),
        ((60, dispatched("E11")), "dispatched", at(60)),
        ((60, dispatched("E11"), 60, step("en_route")), "dispatched", at(60)),
        ((60, dispatched("E11"), 60, dispatched("E12"), step("on_scene", "E12")), "on_scene", at(120)),
        ((60, dispatched("E11", "E12"), 60, step("on_scene"), 60, step("on_scene", "E12")), "on_scene", at(120)),
        ((60, dispatched("E11", "E12"), 60, step("on_scene"), 60, step("cleared")), "dispatched", at(60)),
        ((60, dispatched("E11"), 60, step("on_scene"), 60, step("cleared")), "closing", at(180)),
        ((60, dispatched("E11"), 60, ask.CancelAssignment(assignment=sent("E11"), reason="x")), "pending", at(0)),
        ((60, dispatched("E11"), 60, step("on_scene"), ask.UndoStep(assignment=sent("E11"), step="on_scene")), "dispatched", at(60)),
        ((60, dispatched("E11"), 600, step("on_scene", occurred_at=at(300))), "on_scene", at(300)),
    ],
)
def test_the_phase_follows_the_units(commands: tuple[object, ...], phase: str, since: datetime) -> None:
    document = board(opened(), *commands)
    assert (document.phase, document.phase_at) == (phase, since)


def test_the_first_dispatch_and_arrival_are_the_earliest_not_the_first_entered() -> None:
    document = board(
        opened(),
        60,
        dispatched("E11", "E12"),
        600,
        step("on_scene", "E11"),
        step("on_scene", "E12", occurred_at=at(200)),
    )
    assert (document.first_dispatch_at, document.first_arrival_at) == (at(60), at(200))


def test_a_late_time_shows_both_clocks() -> None:
    document = board(opened(), dispatched("E11"), 600, step("on_scene", occurred_at=at(240)), step("en_route", occurred_at=at(590)))
    [row] = document.assignments
    assert row.times == {"dispatched": at(0), "on_scene": at(240), "en_route": at(590)}
    assert row.late == {"on_scene": at(600)}
    assert (row.status, row.since) == ("on_scene", at(240))


def test_an_assignment_that_ended_keeps_its_outcome_and_takes_late_times() -> None:
    document = board(
        opened(),
        dispatched("E11"),
        60,
        ask.DeclineAssignment(assignment=sent("E11"), reason="爆胎"),
        60,
        step("acknowledged", occurred_at=at(10)),
        dispatched("E11"),
    )
    first, second = document.assignments
    assert (first.status, first.outcome, first.reason, first.is_open, first.since) == ("declined", "declined", "爆胎", False, at(60))
    assert first.times["acknowledged"] == at(10)
    assert (second.assignment, second.is_open) == (sent("E11", time=2), True)


def test_values_are_the_newest_and_the_version_is_the_incidents() -> None:
    document = board(
        opened(),
        ask.ClassifyIncident(incident=FIRST, incident_type="flood"),
        ask.PrioritiseIncident(incident=FIRST, priority=4),
        ask.SetResponseLevel(incident=FIRST, level=1),
        ask.RelocateIncident(incident=FIRST, place=place(117.3, 39.2), district="hexi"),
        ask.AddNote(incident=FIRST, text="x"),
        ask.DispatchUnits(incident=FIRST, units=("E11",), recommended=("E12", "E11")),
    )
    assert (document.incident_type, document.category, document.priority, document.level) == ("flood", "natural_disaster", 4, 1)
    assert (document.lon, document.district, document.notes, document.recommended) == (117.3, "hexi", 1, ("E12", "E11"))
    assert document.version == 8


def test_calls_come_and_go() -> None:
    assert board(taken(), opened(call=FIRST_CALL)).calls == (FIRST_CALL,)
    assert board(taken(), opened(call=FIRST_CALL), ask.UnlinkCall(call=FIRST_CALL, reason="x")).calls == ()


def test_what_is_closed_or_merged_leaves_the_board_and_comes_back() -> None:
    merge = ask.MergeIncidents(incident=FIRST, merged=SECOND)
    close = ask.CloseIncident(incident=FIRST, disposition="handled", remark="扑灭")
    two = (opened(), opened())
    assert shown(INCIDENT_BOARD, *two) == {FIRST, SECOND}
    assert shown(INCIDENT_BOARD, *two, merge) == {FIRST}
    assert shown(INCIDENT_BOARD, *two, merge, close) == set()
    assert shown(INCIDENT_BOARD, *two, merge, close, ask.ReopenIncident(incident=FIRST, reason="x")) == {FIRST}
    assert shown(INCIDENT_BOARD, *two, merge, ask.UnmergeIncident(incident=SECOND, reason="x")) == {FIRST, SECOND}
    closed = board(*two, 60, close)
    assert (closed.is_closed, closed.closed_at, closed.disposition, closed.remark) == (True, at(60), "handled", "扑灭")
    assert board(*two, merge).merged == (SECOND,)


def test_a_merge_brings_the_units_with_their_times() -> None:
    document = board(
        opened(),
        opened(),
        dispatched("E11", incident=SECOND),
        60,
        ask.StepAssignment(assignment=sent("E11", incident=SECOND), step="on_scene"),
        ask.MergeIncidents(incident=FIRST, merged=SECOND),
    )
    [row] = document.assignments
    assert (document.phase, row.status, row.times) == ("on_scene", "on_scene", {"dispatched": at(0), "on_scene": at(60)})


# --- every view, on any legal history


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_no_view_fails_on_a_legal_history_and_its_documents_survive_the_disk(seed: int) -> None:
    log = a_random_log.__wrapped__(seed, 80).log
    for projection in CATALOGUE:
        documents = fold(projection, log)
        decode = Fold(projection, lambda _key: None).decode
        for document in documents.values():
            assert decode(encode(document)) == document


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_the_board_says_what_the_incidents_say(seed: int) -> None:
    desk: Desk = a_random_log.__wrapped__(seed, 100)
    aggregates = {name: state(aggregate) for name, aggregate in desk.refolded().items()}
    for number, document in fold(INCIDENT_BOARD, desk.log).items():
        incident = aggregates[f"incident:{number}"]
        assert document.version == incident["_version"]
        assert (document.priority, document.level, document.incident_type) == (
            incident["priority"],
            incident["level"],
            incident["incident_type"],
        )
        assert (document.is_closed, document.merged_into) == (bool(incident["disposition"]), incident["merged_into"])
        assert set(document.calls) == set(incident["calls"])
        assert {row.unit: row.assignment for row in document.assignments if row.is_open} == incident["assignments"]
        for row in document.assignments:
            assert row.times == aggregates[f"assignment:{row.assignment}"]["times"]
        expected = "on_scene" if any("on_scene" in row.times for row in document.assignments if row.is_open) else None
        if expected:
            assert document.phase == expected
        elif any(row.is_open for row in document.assignments):
            assert document.phase == "dispatched"
        else:
            assert document.phase == ("closing" if any(row.outcome == "cleared" for row in document.assignments) else "pending")


def test_every_step_of_the_domain_is_a_status_of_the_board() -> None:
    for index in range(1, len(STEPS) + 1):
        document = board(opened(), dispatched("E11"), *(step(name) for name in STEPS[:index]))
        assert document.assignments[0].status == STEPS[index - 1]


def test_the_random_desk_knows_the_city() -> None:
    assert {command.unit for command in city(UNITS) if isinstance(command, ask.RegisterUnit)} == set(UNITS)
