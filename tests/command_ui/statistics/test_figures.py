"""Percentiles are those of pandas on the same rows, shares are plain counts, and a call's own intervals are told once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_ui.statistics.figures import OF_THE_CALL, GroupBy, figures_of, grouped, percentile, verdicts
from command_ui.statistics.rows import ResponseRow
from domain.targets import INTERVALS, TARGETS, Target, target_of
from tests.command_ui.statistics.rows import ZONE, at, response, responses

FRACTIONS = (0.5, 0.9, 0.95)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200), st.floats(0, 1))
def test_a_percentile_is_that_of_pandas(values: list[float], fraction: float) -> None:
    assert percentile(sorted(values), fraction) == pytest.approx(pd.Series(values).quantile(fraction), rel=1e-12, abs=1e-9)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.9) is None


@given(responses)
def test_the_figures_of_every_group_are_those_of_pandas(rows: list[ResponseRow]) -> None:
    frame = pd.DataFrame([{name: getattr(row, name) for name in ResponseRow.__struct_fields__} for row in rows])
    for group in grouped(rows, "agency", "district", ZONE):
        mine = frame[(frame["agency"] == group.group) & (frame["district"] == group.and_group)]
        assert group.assignments == len(mine)
        for interval in ("turnout_s", "travel_s", "total_s"):
            figures, column = group.intervals[interval], pd.to_numeric(mine[interval]).dropna()
            assert figures.count == len(column)
            if len(column):
                assert figures.mean == pytest.approx(column.mean())
                assert (figures.p50, figures.p90, figures.p95) == pytest.approx([column.quantile(part) for part in FRACTIONS])


@given(responses)
def test_a_share_is_a_plain_count(rows: list[ResponseRow]) -> None:
    for interval in ("turnout_s", "travel_s", "total_s"):
        judged = within = 0
        for row in rows:
            target, lasted = target_of(interval, row.agency), getattr(row, interval)
            if target is not None and lasted is not None:
                judged += 1
                within += lasted <= target.seconds
        figures = figures_of(interval, rows)
        assert (figures.judged, figures.within) == (judged, within)


@given(responses)
def test_every_assignment_is_in_one_group_of_any_two(rows: list[ResponseRow]) -> None:
    pairs: list[tuple[GroupBy, GroupBy]] = [("all", "all"), ("hour", "incident_type"), ("day", "weekday"), ("priority", "station")]
    for group_by, and_by in pairs:
        groups = grouped(rows, group_by, and_by, ZONE)
        assert sum(group.assignments for group in groups) == len(rows)
        assert sum(group.intervals["travel_s"].count for group in groups) == sum(row.travel_s is not None for row in rows)


def test_a_call_with_three_engines_was_answered_once() -> None:
    sent = [
        response(assignment=f"I1/E{n}/1", unit=f"E{n}", call="C1", dispatched_at=at(n), answer_s=8.0, turnout_s=60.0) for n in (3, 1, 2)
    ]
    [group] = grouped(sent, "all", "all", ZONE)
    assert [group.intervals[interval].count for interval in (*OF_THE_CALL, "turnout_s")] == [1, 0, 3]
    by_unit = {group.group: group.intervals["answer_s"].count for group in grouped(sent, "unit", "all", ZONE)}
    assert by_unit == {"E1": 1, "E2": 0, "E3": 0}, "the first unit that was sent tells it"


def test_assignments_without_a_call_are_each_their_own() -> None:
    [group] = grouped([response(assignment=f"I{n}/E1/1", call_processing_s=40.0) for n in (1, 2)], "all", "all", ZONE)
    assert group.intervals["call_processing_s"].count == 2


def test_the_hour_and_the_day_are_those_of_the_agency() -> None:
    row = response(dispatched_at=at(0))
    assert [grouped([row], by, "all", ZONE)[0].group for by in ("hour", "day", "weekday")] == ["00", "2026-11-02", "1"]


def test_a_target_of_the_agency_goes_before_that_of_everybody() -> None:
    own = Target(target="x", interval="answer_s", seconds=10, share=0.95, source="", agencies=("ems",))
    assert target_of("answer_s", "ems", (*TARGETS, own)) == own
    assert target_of("answer_s", "fire", (*TARGETS, own)) == TARGETS[0]
    assert target_of("turnout_s", "police") is None


def test_a_group_of_several_targets_names_none_and_judges_each_by_its_own() -> None:
    rows = [response(agency="fire", turnout_s=70.0), response(agency="ems", turnout_s=70.0), response(agency="police", turnout_s=70.0)]
    figures = figures_of("turnout_s", rows)
    assert (figures.target_s, figures.judged, figures.within) == (None, 2, 1)
    assert figures_of("turnout_s", rows[:1]).target_s == 80


def test_every_target_tells_its_own_cases_at_its_own_share() -> None:
    rows = [response(assignment=f"I{n}", agency="ems", turnout_s=float(n)) for n in range(1, 102)]
    [found] = [verdict for verdict in verdicts(rows) if verdict.target == "turnout_ems"]
    assert (found.count, found.within, found.percentile) == (101, 60, 91.0)
    assert {target.interval for target in TARGETS} <= set(INTERVALS)
    assert all(target.source for target in TARGETS)
