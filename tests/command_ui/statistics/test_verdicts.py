"""A verdict is of one target: whose it is, of which interval and priority, by whom it was said, and how its own cases stand to it."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given

from command_ui.statistics.rows import ResponseRow
from command_ui.statistics.verdicts import WALL_VERDICTS_MAX, Verdict, verdicts, wall_verdicts
from domain.timers import EVERYBODY, STANDARD, TEMPLATES, Target, TimersInForce
from domain.values import Name
from tests.command_ui.statistics.rows import at, response, responses

NAMES = {"ems": Name(zh="急救", en="EMS"), "fire": Name(zh="消防", en="Fire")}
BY_TEMPLATE = {template.code: template.targets for template in TEMPLATES}
STANDARDS = TimersInForce({})
TIMERS = TimersInForce({"ems": BY_TEMPLATE["nfpa_ems"], "fire": BY_TEMPLATE["nfpa_fire"]})


def by_target(rows: list[ResponseRow], timers: TimersInForce) -> dict[str, Verdict]:
    return {verdict.target: verdict for verdict in verdicts(rows, timers, NAMES)}


def test_a_verdict_tells_its_own_cases_at_its_own_share() -> None:
    rows = [response(assignment=f"I{n}", agency="ems", turnout_s=float(n)) for n in range(1, 102)]
    found = by_target([*rows, response(agency="police", turnout_s=999.0)], TIMERS)["turnout:ems:0:90"]
    assert (found.count, found.within, found.percentile) == (101, 60, 91.0)
    assert (found.agency_zh, found.agency_en, found.seconds, found.share) == ("急救", "EMS", 60, 0.9)


@given(responses)
def test_percentile_and_share_of_every_verdict_are_those_of_pandas(rows: list[ResponseRow]) -> None:
    frame = pd.DataFrame([{name: getattr(row, name) for name in ResponseRow.__struct_fields__} for row in rows])
    for verdict in verdicts(rows, TIMERS, NAMES):
        if verdict.interval in ("turnout_s", "travel_s", "total_s"):
            named = ["police"] if verdict.scope == EVERYBODY and verdict.interval != "total_s" else ["police", "ems", "fire"]
            mine = frame[frame["agency"].isin(named if verdict.scope == EVERYBODY else [verdict.scope])]
            mine = mine[mine["priority"] == verdict.priority] if verdict.priority else mine
            column = pd.to_numeric(mine[verdict.interval]).dropna()
            assert (verdict.count, verdict.within) == (len(column), (column <= verdict.seconds).sum())
            assert verdict.percentile == (pytest.approx(column.quantile(verdict.share)) if len(column) else None)


def test_two_shares_that_are_aimed_at_are_two_verdicts() -> None:
    rows = [response(assignment=f"I{n}", call=f"C{n}", answer_s=seconds) for n, seconds in enumerate((10.0, 18.0, 30.0))]
    found = [verdict for verdict in verdicts(rows, STANDARDS, NAMES) if verdict.interval == "answer_s"]
    assert [(verdict.seconds, verdict.share, verdict.within) for verdict in found] == [(15, 0.9, 1), (20, 0.95, 2)]


def test_a_target_of_one_priority_judges_that_priority_and_a_target_of_nobodys_cases_is_none() -> None:
    rows = [response(assignment="I1", priority=1, total_s=500.0), response(assignment="I2", priority=3, total_s=500.0)]
    found = [verdict for verdict in verdicts(rows, STANDARDS, NAMES) if verdict.interval == "total_s"]
    assert [(verdict.priority, verdict.count, verdict.within) for verdict in found] == [(1, 1, 0), (3, 1, 1)]
    assert verdicts([], STANDARDS, NAMES) == []


def test_the_standard_is_named_until_the_city_says_something() -> None:
    rows = [response(priority=2)]
    sources = {verdict.target: verdict.source_en for verdict in verdicts(rows, STANDARDS, NAMES)}
    assert sources["turnout:*:0:90"] == "NFPA 1710-2020"
    assert sources["total:*:2:90"] == "default"
    said = by_target(rows, TimersInForce({EVERYBODY: STANDARD, "fire": (Target(interval="turnout", seconds=80),)}))
    assert {(verdict.source_zh, verdict.source_en) for verdict in said.values()} == {("本市设定", "set by the city")}
    assert "turnout:*:0:90" not in said, "the fire service has its own"


def test_no_agency_has_targets_of_its_own_by_its_code() -> None:
    rows = [response(agency=agency, turnout_s=70.0) for agency in ("fire", "ems", "sffd", "police")]
    assert {verdict.scope for verdict in verdicts(rows, STANDARDS, NAMES)} == {EVERYBODY}


def test_a_wall_has_the_citys_targets_then_those_of_most_cases_in_the_same_order_for_hour_and_shift() -> None:
    early = [response(assignment=f"I{n}", agency="ems", priority=2, turnout_s=50.0, total_s=90.0) for n in range(30)]
    late = [response(assignment=f"L{n}", priority=4, dispatched_at=at(600), turnout_s=90.0) for n in range(3)]
    hour, shift = wall_verdicts([*early, *late], at(0) + timedelta(minutes=540), TIMERS, NAMES)
    assert [verdict.target for verdict in hour] == [verdict.target for verdict in shift]
    assert len(shift) == WALL_VERDICTS_MAX < len(verdicts([*early, *late], TIMERS, NAMES))
    assert [verdict.target for verdict in shift][:2] == ["answer:*:0:90", "answer:*:0:95"]
    counts = {verdict.target: (lately.count, verdict.count) for lately, verdict in zip(hour, shift, strict=True)}
    assert counts["turnout:ems:0:90"] == (0, 30)
    assert counts["turnout:fire:0:90"] == (3, 3)
