"""Every unit: what it does, and since when."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from domain.assignment import STEPS
from domain.unit import Unit
from projections.unit_status import UNIT_STATUS, UnitStatus
from tests.domain.given_when_then import FIRST, SECOND, Desk, at, dispatched, opened, sent
from tests.domain.given_when_then import stepped as step
from tests.projections.folding import fold, view_of
from tests.streams.on_disk import a_random_log


def unit(*commands: object, name: str = "E11") -> UnitStatus:
    found: UnitStatus = view_of(UNIT_STATUS, *commands)[name]
    return found


def test_a_unit_is_available_at_its_home() -> None:
    found = unit()
    assert (found.status, found.since, found.home, found.capabilities, found.version) == ("available", at(0), (117.19, 39.11), ("pump",), 1)


def test_a_dispatched_unit_names_its_assignment_since_it_was_sent() -> None:
    found = unit(opened(), 60, ask.DispatchUnits(incident=FIRST, units=("E11",), occurred_at=at(30)))
    assert (found.status, found.since, found.assignment, found.incident, found.steps) == (
        "dispatched",
        at(30),
        sent("E11"),
        FIRST,
        {"dispatched": at(30)},
    )


def test_a_unit_is_at_its_furthest_step() -> None:
    for index, name in enumerate(STEPS):
        found = unit(opened(), dispatched("E11"), *(each for earlier in STEPS[: index + 1] for each in (60, step(earlier))))
        assert found.status == ("transporting" if name == "at_destination" else name)
        assert found.since == at(60 * (index + 1))


def test_an_undone_step_gives_the_one_before() -> None:
    found = unit(
        opened(), dispatched("E11"), 60, step("en_route"), 60, step("on_scene"), ask.UndoStep(assignment=sent("E11"), step="on_scene")
    )
    assert (found.status, found.since) == ("en_route", at(60))


def test_a_released_unit_is_available_since_then() -> None:
    found = unit(opened(), dispatched("E11"), 60, step("cleared"))
    assert (found.status, found.since, found.assignment, found.incident, found.steps) == ("available", at(60), "", "", {})


def test_a_late_time_of_a_past_assignment_changes_nothing() -> None:
    before = (opened(), dispatched("E11"), 60, step("cleared"))
    late = step("on_scene", occurred_at=at(30))
    assert unit(*before, late) == unit(*before)
    again = (*before, dispatched("E11"))
    assert unit(*again, late) == unit(*again)


def test_a_diverted_unit_is_where_it_went_with_its_times() -> None:
    found = unit(opened(), opened(), dispatched("E11"), 60, step("on_scene"), ask.MergeIncidents(incident=SECOND, merged=FIRST))
    assert (found.status, found.incident, found.since) == ("on_scene", SECOND, at(60))


def test_out_of_service_has_a_reason_until_it_returns() -> None:
    out = (60, ask.PutOutOfService(unit="E11", reason="爆胎"))
    assert (unit(*out).status, unit(*out).reason, unit(*out).since) == ("out_of_service", "爆胎", at(60))
    back = unit(*out, 60, ask.ReturnToService(unit="E11"))
    assert (back.status, back.reason, back.since) == ("available", "", at(120))


def test_a_changed_unit_keeps_what_it_does() -> None:
    found = unit(opened(), dispatched("E11"), ask.ChangeUnit(unit="E11", station="JJ01", capabilities=("ladder",)))
    assert (found.station, found.capabilities, found.status) == ("JJ01", ("ladder",), "dispatched")


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_the_board_says_what_the_units_say(seed: int) -> None:
    desk: Desk = a_random_log.__wrapped__(seed, 100)
    aggregates = desk.refolded()
    for name, document in fold(UNIT_STATUS, desk.log).items():
        aggregate = aggregates[f"unit:{name}"]
        assert isinstance(aggregate, Unit)
        assert (document.assignment, document.incident, document.version) == (aggregate.assignment, aggregate.incident, aggregate.version)
        assert (document.status in ("available", "out_of_service")) == (not aggregate.assignment)
        assert (document.status == "out_of_service") == bool(aggregate.out_of_service)
