"""Percentiles are those of pandas on the same rows, shares are plain counts, and a call's own intervals are told once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_ui.statistics.figures import AIMED_AT, OF_THE_CALL, GroupBy, figures_of, grouped, percentile
from command_ui.statistics.rows import ResponseRow
from domain.timers import EVERYBODY, Target, TimersInForce, targets_of
from tests.command_ui.statistics.rows import ZONE, at, response, responses

FRACTIONS = (0.5, 0.9, 0.95)
# The standards hold where the city has set nothing; its ambulances have their own turnout, graver for the gravest.
EMS = (Target(interval="turnout", seconds=60), Target(interval="turnout", seconds=45, share_percent=80, priority=1))
TIMERS = TimersInForce({"ems": EMS})


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200), st.floats(0, 1))
def test_a_percentile_is_that_of_pandas(values: list[float], fraction: float) -> None:
    assert percentile(sorted(values), fraction) == pytest.approx(pd.Series(values).quantile(fraction), rel=1e-12, abs=1e-9)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.9) is None


@given(responses)
def test_the_figures_of_every_group_are_those_of_pandas(rows: list[ResponseRow]) -> None:
    frame = pd.DataFrame([{name: getattr(row, name) for name in ResponseRow.__struct_fields__} for row in rows])
    for group in grouped(rows, "agency", "district", ZONE, TIMERS):
        mine = frame[(frame["agency"] == group.group) & (frame["district"] == group.and_group)]
        assert group.assignments == len(mine)
        for interval in ("turnout_s", "travel_s", "total_s"):
            figures, column = group.intervals[interval], pd.to_numeric(mine[interval]).dropna()
            assert figures.count == len(column)
            if len(column):
                assert figures.mean == pytest.approx(column.mean())
                assert (figures.p50, figures.p90, figures.p95) == pytest.approx([column.quantile(part) for part in FRACTIONS])


@given(responses)
def test_a_share_is_a_plain_count_by_the_shortest_target_of_each_agency_and_priority(rows: list[ResponseRow]) -> None:
    for interval, aimed in AIMED_AT.items():
        judged = within = 0
        for row in rows:
            held, lasted = targets_of(aimed, row.priority, agency=EMS if row.agency == "ems" else ()), getattr(row, interval)
            if held and lasted is not None:
                judged += 1
                within += lasted <= held[0].seconds
        figures = figures_of(interval, rows, TIMERS)
        assert (figures.judged, figures.within) == (judged, within)


@given(responses)
def test_every_assignment_is_in_one_group_of_any_two(rows: list[ResponseRow]) -> None:
    pairs: list[tuple[GroupBy, GroupBy]] = [("all", "all"), ("hour", "incident_type"), ("day", "weekday"), ("priority", "station")]
    for group_by, and_by in pairs:
        groups = grouped(rows, group_by, and_by, ZONE, TIMERS)
        assert sum(group.assignments for group in groups) == len(rows)
        assert sum(group.intervals["travel_s"].count for group in groups) == sum(row.travel_s is not None for row in rows)


def test_a_call_with_three_engines_was_answered_once() -> None:
    sent = [
        response(assignment=f"I1/E{n}/1", unit=f"E{n}", call="C1", dispatched_at=at(n), answer_s=8.0, turnout_s=60.0) for n in (3, 1, 2)
    ]
    [group] = grouped(sent, "all", "all", ZONE, TIMERS)
    assert [group.intervals[interval].count for interval in (*OF_THE_CALL, "turnout_s")] == [1, 0, 3]
    by_unit = {group.group: group.intervals["answer_s"].count for group in grouped(sent, "unit", "all", ZONE, TIMERS)}
    assert by_unit == {"E1": 1, "E2": 0, "E3": 0}, "the first unit that was sent tells it"


def test_assignments_without_a_call_are_each_their_own() -> None:
    [group] = grouped([response(assignment=f"I{n}/E1/1", call_processing_s=40.0) for n in (1, 2)], "all", "all", ZONE, TIMERS)
    assert group.intervals["call_processing_s"].count == 2


def test_the_hour_and_the_day_are_those_of_the_agency() -> None:
    row = response(dispatched_at=at(0))
    assert [grouped([row], by, "all", ZONE, TIMERS)[0].group for by in ("hour", "day", "weekday")] == ["00", "2026-11-02", "1"]


def test_a_group_of_several_targets_names_none_and_judges_each_by_its_own() -> None:
    rows = [response(agency=agency, priority=3, turnout_s=70.0) for agency in ("fire", "ems")]
    figures = figures_of("turnout_s", rows, TIMERS)
    assert (figures.target_s, figures.judged, figures.within) == (None, 2, 1)
    assert [figures_of("turnout_s", [row], TIMERS).target_s for row in rows] == [80, 60]


def test_what_nobody_aims_at_is_told_and_not_judged() -> None:
    row = response(turnout_s=70.0, on_scene_s=600.0)
    nothing = TimersInForce({EVERYBODY: ()})
    figures = figures_of("turnout_s", [row], nothing)
    assert (figures.count, figures.judged, figures.target_s) == (1, 0, None)
    assert figures_of("on_scene_s", [row], TIMERS).judged == 0
