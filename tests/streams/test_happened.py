"""The `occurred` clock: what was true at T, with all that is known now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from domain.assignment import STEPS
from projections import CATALOGUE
from projections.incident_board import INCIDENT_BOARD, IncidentBoard
from projections.incident_timeline import INCIDENT_TIMELINE
from projections.projection import Projection
from projections.unit_status import UNIT_STATUS
from streams.folding import Fold
from streams.happened import amendments, as_it_happened
from streams.replay import what_had_happened
from tests.domain.given_when_then import FIRST, SECOND, Desk, at, city, dispatched, opened, sent, stepped
from tests.streams.as_it_was import what_was


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.given(*city(), opened(), opened())
    return desk


def was(desk: Desk, projection: Projection, moment: datetime) -> dict[str, Any]:
    """The documents as of a moment by the occurred clock."""
    fold = Fold(projection, lambda _key: None)
    documents = fold.step(what_had_happened(moment, as_it_happened(desk.log, amendments(desk.log)))).documents
    return {key: document for key, document in documents.items() if document is not None and projection.is_shown(document)}


def unit(desk: Desk, seconds: float, name: str = "E11") -> str:
    return str(was(desk, UNIT_STATUS, at(seconds))[name].status)


def at_scene(occurred_at: datetime | None = None) -> ask.StepAssignment:
    return stepped("on_scene", occurred_at=occurred_at)


def test_a_step_whose_time_was_corrected_to_later_had_not_been_reached_before(desk: Desk) -> None:
    desk.given(dispatched("E11"))
    desk.now = at(300)
    desk.given(at_scene(at(100)))
    desk.now = at(900)
    desk.given(ask.CorrectStepTime(assignment=sent("E11"), step="on_scene", occurred_at=at(200), reason="录入有误"))
    assert [unit(desk, seconds) for seconds in (99, 100, 199, 200, 900)] == ["dispatched"] * 3 + ["on_scene"] * 2
    row = was(desk, INCIDENT_BOARD, at(200))[FIRST].assignments[0]
    assert row.times["on_scene"] == at(200)
    assert was(desk, INCIDENT_BOARD, at(150))[FIRST].phase == "dispatched"


def test_a_step_whose_time_was_corrected_to_earlier_had_been_reached_then(desk: Desk) -> None:
    desk.given(dispatched("E11"))
    desk.now = at(300)
    desk.given(at_scene())
    desk.given(ask.CorrectStepTime(assignment=sent("E11"), step="on_scene", occurred_at=at(100), reason="录入有误"))
    assert [unit(desk, seconds) for seconds in (99, 100)] == ["dispatched", "on_scene"]


def test_a_step_that_was_undone_was_never_reached(desk: Desk) -> None:
    desk.given(dispatched("E11"))
    desk.now = at(100)
    desk.given(at_scene())
    desk.now = at(200)
    desk.given(ask.UndoStep(assignment=sent("E11"), step="on_scene", reason="按错"))
    desk.now = at(300)
    desk.given(at_scene())
    assert [unit(desk, seconds) for seconds in (150, 250, 300)] == ["dispatched", "dispatched", "on_scene"]
    topics = [entry.topic for entry in was(desk, INCIDENT_TIMELINE, at(300))[FIRST].entries]
    assert topics.count("assignment.step_recorded") == 1
    assert "assignment.step_undone" not in topics


def test_a_note_that_was_struck_stands_struck_from_its_first_moment(desk: Desk) -> None:
    desk.now = at(100)
    desk.given(ask.AddNote(incident=FIRST, text="三楼有人", occurred_at=at(50)))
    desk.now = at(900)
    desk.given(ask.StrikeNote(incident=FIRST, note=1, reason="误报"))
    [note] = [entry for entry in was(desk, INCIDENT_TIMELINE, at(50))[FIRST].entries if entry.note]
    assert (note.note, note.is_struck, note.struck_reason) == (1, True, "误报")


def test_a_dispatch_and_a_clearance_that_were_corrected_move_the_unit_with_them(desk: Desk) -> None:
    desk.given(dispatched("E11"))
    desk.now = at(600)
    desk.given(stepped("cleared"))
    desk.now = at(900)
    for step, moment in (("dispatched", at(0)), ("cleared", at(500)), ("dispatched", at(60))):
        desk.given(ask.CorrectStepTime(assignment=sent("E11"), step=step, occurred_at=moment, reason="核对录音"))  # type: ignore[arg-type]
    assert [unit(desk, seconds) for seconds in (59, 60, 499, 500)] == ["available", "dispatched", "dispatched", "available"]


def test_a_unit_is_on_one_assignment_at_a_time_though_a_dispatch_was_entered_late(desk: Desk) -> None:
    desk.given(dispatched("E11"))
    desk.now = at(600)
    desk.given(stepped("cleared"))
    desk.now = at(700)
    desk.given(replace(dispatched("E11", incident=SECOND), occurred_at=at(500)))
    found = [was(desk, UNIT_STATUS, at(seconds))["E11"].incident for seconds in (550, 600, 700)]
    assert found == [FIRST, SECOND, SECOND]


def test_an_incident_that_was_closed_again_late_is_closed(desk: Desk) -> None:
    desk.now = at(100)
    desk.given(ask.CloseIncident(incident=FIRST, disposition="handled"))
    desk.now = at(200)
    desk.given(ask.ReopenIncident(incident=FIRST, reason="复燃"))
    desk.now = at(300)
    desk.given(ask.CloseIncident(incident=FIRST, disposition="handled", occurred_at=at(150)))
    assert [FIRST in was(desk, INCIDENT_BOARD, at(seconds)) for seconds in (99, 150, 300)] == [True, False, False]


# --- for every history and every T

units = st.sampled_from(["E11", "E12"])
incidents = st.sampled_from([FIRST, SECOND])
assignments = st.builds(sent, units, incident=incidents, time=st.integers(1, 2))
earlier = st.none() | st.integers(0, 900)
steps = st.sampled_from([*STEPS, "cleared"])
acts = st.one_of(
    st.builds(lambda unit, incident: dispatched(unit, incident=incident), units, incidents),
    st.builds(lambda name, step: ask.StepAssignment(assignment=name, step=step), assignments, steps),
    st.builds(lambda name, step: ask.StepAssignment(assignment=name, step=step), assignments, steps),
    st.builds(
        lambda name, step: ask.CorrectStepTime(assignment=name, step=step, occurred_at=at(0), reason="核对"),
        assignments,
        st.sampled_from(["dispatched", *STEPS, "cleared"]),
    ),
    st.builds(lambda name, step: ask.UndoStep(assignment=name, step=step, reason="按错"), assignments, st.sampled_from(STEPS)),
    st.builds(lambda name: ask.CancelAssignment(assignment=name, reason="误派"), assignments),
    st.builds(lambda incident: ask.AddNote(incident=incident, text="记录"), incidents),
    st.builds(lambda incident, note: ask.StrikeNote(incident=incident, note=note, reason="误记"), incidents, st.integers(1, 2)),
    st.builds(lambda incident: ask.CloseIncident(incident=incident, disposition="handled"), incidents),
    st.builds(lambda incident: ask.ReopenIncident(incident=incident, reason="复燃"), incidents),
    st.just(ask.MergeIncidents(incident=FIRST, merged=SECOND)),
    st.builds(lambda unit: ask.PutOutOfService(unit=unit, reason="检修"), units),
    st.builds(lambda unit: ask.ReturnToService(unit=unit), units),
)
histories = st.lists(st.tuples(st.integers(1, 120), acts, earlier), max_size=25)


def a_desk_after(history: list[tuple[int, Any, int | None]]) -> Desk:
    """What is refused is refused; what may be told late is told so many seconds late."""
    desk = Desk()
    desk.given(*city(("E11", "E12")), opened(), opened(), dispatched("E11"), dispatched("E12", incident=SECOND))
    for passes_s, command, late_s in history:
        desk.now += timedelta(seconds=passes_s)
        if late_s is not None and hasattr(command, "occurred_at"):
            command = replace(command, occurred_at=desk.now - timedelta(seconds=late_s))  # noqa: PLW2901 -- told late
        desk.when(command)
    return desk


@settings(max_examples=150)
@given(history=histories, seconds=st.integers(-10, 3_200))
def test_what_was_is_the_fold_of_what_holds_finally_in_the_order_in_which_it_happened(
    history: list[tuple[int, Any, int | None]], seconds: int
) -> None:
    desk = a_desk_after(history)
    for projection in CATALOGUE:
        assert was(desk, projection, at(seconds)) == what_was(projection, desk.log, at(seconds)), projection.name


@settings(max_examples=150)
@given(history=histories)
def test_the_city_of_now_stands_as_it_does_by_either_clock(history: list[tuple[int, Any, int | None]]) -> None:
    """Which unit is on what, which incident is open in which phase, and every time of every step."""
    desk = a_desk_after(history)
    now = {projection.name: Fold(projection, lambda _key: None).step(desk.log).documents for projection in (UNIT_STATUS, INCIDENT_BOARD)}
    shown = {key: document for key, document in now["incident_board"].items() if INCIDENT_BOARD.is_shown(document)}
    for key, document in was(desk, INCIDENT_BOARD, desk.now).items():
        assert told(document) == told(shown.pop(key))
    assert shown == {}
    for key, document in was(desk, UNIT_STATUS, desk.now).items():
        known = now["unit_status"][key]
        assert (document.status, document.assignment, document.steps) == (known.status, known.assignment, known.steps)


def told(document: IncidentBoard) -> tuple[Any, ...]:
    rows = {row.assignment: (row.status, row.times, row.is_open) for row in document.assignments}
    return document.phase, document.first_arrival_at, rows
