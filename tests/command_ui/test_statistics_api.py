"""The figures over the interface: the same as from the rows, within the account's reach, as JSON and as a table; refused by the field."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from tests.server_fixture import Api, City, code, now, refusal

pytestmark = pytest.mark.server

QUESTIONS = ("response_times", "workload", "alarms")


def worked(city: City, *, agency: str = "fire", **more: Any) -> str:  # noqa: ANN401 -- fields of open_incident
    """An incident whose unit has arrived; the assignment."""
    unit = city.unit(agency=agency)
    incident = city.incident("dwelling_fire" if agency == "fire" else "medical", call=city.call(), **more)
    assignment: str = city.api.send("dispatch_units", incident=incident, units=[unit])["assignments"][0]
    for step in ("en_route", "on_scene"):
        city.api.send("step_assignment", assignment=assignment, step=step)
    return assignment


def sheet(api: Api, path: str, **query: Any) -> list[dict[str, str]]:  # noqa: ANN401 -- parameters of the query
    response = api.client.get(path, params=query)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_the_percentiles_are_those_of_pandas_over_the_rows_of_the_view(city: City) -> None:
    for _ in range(3):
        worked(city)
    worked(city, agency="ambulance")
    frame = pd.DataFrame(city.api.documents("response_times").values())
    answer = city.api.get("/api/statistics/response_times", group_by="agency")
    assert answer["assignments"] == len(frame)
    for group in answer["groups"]:
        mine = frame[frame["agency"] == group["group"]]
        for interval in ("turnout_s", "travel_s"):
            column = pd.to_numeric(mine[interval]).dropna()
            figures = group["intervals"][interval]
            assert figures["count"] == len(column)
            if len(column):
                assert [figures["p50"], figures["p90"], figures["p95"]] == pytest.approx(
                    [column.quantile(part) for part in (0.5, 0.9, 0.95)]
                )


def test_two_groups_and_a_filter(city: City) -> None:
    worked(city, district="nankai")
    answer = city.api.get("/api/statistics/response_times", group_by="incident_type", and_by="hour", district="nankai", agency="fire")
    there = [each for each in city.api.documents("response_times").values() if (each["district"], each["agency"]) == ("nankai", "fire")]
    assert {group["group"] for group in answer["groups"]} == {each["incident_type"] for each in there} >= {"dwelling_fire"}
    assert all(len(group["and_group"]) == 2 for group in answer["groups"])
    assert {target["interval"] for target in answer["targets"]} >= {"answer_s", "call_processing_s", "turnout_s", "travel_s", "total_s"}


def test_the_figures_are_judged_by_the_timers_that_the_city_has_set(city: City) -> None:
    worked(city)

    def turnout(scope: str) -> list[tuple[float, float, str, str]]:
        answer = city.api.get("/api/statistics/response_times", agency="fire")
        found = [one for one in answer["targets"] if one["interval"] == "turnout_s" and one["scope"] == scope]
        return [(one["seconds"], one["share"], one["agency_zh"], one["source_en"]) for one in found]

    assert turnout("*") == [(80, 0.9, "", "NFPA 1710-2020")]
    city.api.send("set_timers", scope="fire", targets=[{"interval": "turnout", "seconds": 100, "share_percent": 95}])
    try:
        named = city.api.document("catalogue", "agency:fire")["zh"]
        assert turnout("fire") == [(100, 0.95, named, "set by the city")]
        assert turnout("*") == [], "the agency's own go before the city's"
    finally:
        city.api.send("set_timers", scope="fire", targets=[])
    assert turnout("*")


def test_the_workload_counts_what_came_in(city: City) -> None:
    before = city.api.get("/api/statistics/workload")
    worked(city, district="nankai")
    after = city.api.get("/api/statistics/workload")
    assert (after["calls"] - before["calls"], after["incidents"] - before["incidents"]) == (1, 1)
    assert sum(sum(slot["calls"].values()) for slot in after["slots"]) == after["calls"]
    assert sum(after["by"]["priority"].values()) == after["incidents"]
    assert after["slots"][-1]["open_max"] >= 1
    assert {"fire"} <= {station["agency"] for station in after["stations"]}


def test_an_alarm_is_in_the_figures_after_it_has_ended(city: City) -> None:
    before = city.api.get("/api/statistics/alarms")["performance"]
    name = city.api.send("raise_alarm", sensor=code("GAS-"), condition="high", priority=1, zh="燃气", en="Gas")["alarm"]
    city.api.send("dismiss_alarm", alarm=name, reason="测试")
    after = city.api.get("/api/statistics/alarms", operators=2)["performance"]
    assert after["alarms"] == before["alarms"] + 1
    assert after["operator_hours"] == pytest.approx(48, rel=0.01)
    assert city.api.document("alarm_history", name)["outcome"] == "dismissed"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_is_had_by_its_address_and_by_asking_for_it(city: City, question: str) -> None:
    worked(city)
    query = {"until": now().isoformat()}
    by_address = city.api.client.get(f"/api/statistics/{question}.csv", params=query)
    by_accept = city.api.client.get(f"/api/statistics/{question}", params=query, headers={"Accept": "text/csv"})
    assert by_address.headers["content-type"] == by_accept.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_address.content.splitlines()[0] == by_accept.content.splitlines()[0]
    assert by_address.headers["content-disposition"].startswith('attachment; filename="')
    assert sheet(city.api, f"/api/statistics/{question}.csv", **query)


def test_an_agency_has_the_figures_of_its_own_and_no_calls(city: City) -> None:
    worked(city)
    worked(city, agency="ambulance")
    with city.account("agency", agencies=("ambulance",)) as agency:
        answer = agency.get("/api/statistics/response_times", group_by="agency")
        assert {group["group"] for group in answer["groups"]} == {"ambulance"}
        assert {group["group"] for group in agency.get("/api/response_times", group_by="agency")["groups"]} == {"ambulance"}
        workload = agency.get("/api/statistics/workload")
        assert (workload["sees_calls"], workload["calls"]) == (False, 0)
        assert {station["agency"] for station in workload["stations"]} == {"ambulance"}


def test_the_figures_as_of_a_time_are_those_that_were_told_then(city: City) -> None:
    begin = now() - timedelta(hours=1)
    assignments = [worked(city) for _ in range(3)]
    alarm = city.api.send("raise_alarm", sensor=code("GAS-"), condition="high", priority=1, zh="燃气", en="Gas")["alarm"]
    closed = city.incident(call=city.call())
    city.api.send("close_incident", incident=closed, disposition="handled")
    at = now().isoformat()
    told = {question: city.api.get(f"/api/statistics/{question}", since=begin.isoformat(), until=at) for question in QUESTIONS}
    earlier = city.api.document("response_times", assignments[0])["times"]["dispatched"]

    city.api.send("correct_step_time", assignment=assignments[0], step="on_scene", occurred_at=earlier, reason="按电台录音")
    city.api.send("step_assignment", assignment=assignments[1], step="cleared")
    city.api.send("close_incident", incident=assignments[2].split("/")[0], disposition="handled")
    city.api.send("reopen_incident", incident=closed, reason="复燃")
    city.api.send("acknowledge_alarm", alarm=alarm)
    city.api.send("dismiss_alarm", alarm=alarm, reason="误报")
    worked(city)
    for question in QUESTIONS:
        again = city.api.get(f"/api/statistics/{question}", since=begin.isoformat(), until=at, as_of=at)
        assert datetime.fromisoformat(again.pop("as_of")) == datetime.fromisoformat(at)
        assert told[question].pop("as_of") is None
        assert again == told[question], question


def test_by_the_occurred_clock_a_correction_counts_in_the_figures_of_its_time(city: City) -> None:
    assignment = worked(city)
    query = {"group_by": "unit", "as_of": now().isoformat()}
    unit = assignment.split("/")[1]

    def travel(clock: str) -> float:
        groups = city.api.get("/api/statistics/response_times", clock=clock, **query)["groups"]
        found: float = next(group for group in groups if group["group"] == unit)["intervals"]["travel_s"]["mean"]
        return found

    times = city.api.document("response_times", assignment)["times"]
    before = travel("recorded")
    city.api.send("correct_step_time", assignment=assignment, step="en_route", occurred_at=times["dispatched"], reason="按电台录音")
    city.api.send("step_assignment", assignment=assignment, step="cleared")
    assert travel("recorded") == before
    assert travel("occurred") == pytest.approx(city.api.document("response_times", assignment)["travel_s"])
    assert travel("occurred") > before


@pytest.mark.parametrize("role", ["call_taker", "administrator", "source", "wall"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_figures_are_for_the_desk_the_analyst_and_the_agency(city: City, role: str, question: str) -> None:
    with city.account(role) as somebody:
        assert refusal(somebody.client.get(f"/api/statistics/{question}"), 403)["code"] == "view_is_not_allowed"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-11-23T14:05:00"}, "since"),
        ({"until": "yesterday"}, "until"),
        ({"group_by": "moon"}, "group_by"),
        ({"and_by": "moon"}, "and_by"),
        ({"priority": 6}, "priority"),
        ({"agency": "x" * 65}, "agency"),
    ],
)
def test_a_question_that_means_nothing_is_refused_by_its_field(city: City, query: dict[str, str | int], field: str) -> None:
    assert refusal(city.api.client.get("/api/statistics/response_times", params=query), 422)["field"] == field


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("since", "until"), [("2000-01-01T00:00:00Z", "2000-01-02T00:00:00Z"), ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z")]
)
def test_a_period_of_nothing_has_figures_of_nothing(city: City, question: str, since: str, until: str) -> None:
    answer = city.api.get(f"/api/statistics/{question}", since=since, until=until)
    assert answer.get("assignments", 0) == answer.get("calls", 0) == answer.get("performance", {}).get("alarms", 0) == 0


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01T00:00:00Z"},
        {"until": "9999-12-31T00:00:00Z", "since": "2026-01-01T00:00:00Z"},
        {"as_of": "0001-01-01T00:00:00Z"},
        {"since": "0001-01-01T00:00:00Z", "until": "9999-12-31T00:00:00Z", "as_of": "9999-12-31T00:00:00Z"},
    ],
)
def test_the_calendar_s_ends_are_those_of_what_can_have_been_recorded(city: City, question: str, query: dict[str, str]) -> None:
    answer = city.api.get(f"/api/statistics/{question}", **query)
    assert answer["since"] >= "1970"
    assert datetime.fromisoformat(answer["until"]) <= now() + timedelta(days=366)


def test_a_wall_reads_how_the_hour_and_the_shift_stand(city: City) -> None:
    worked(city)
    with city.account("wall") as wall:
        answer = wall.get("/api/performance")
        assert [row["target"] for row in answer["hour"]] == [row["target"] for row in answer["shift"]]
        assert answer["shift_h"] == 12
        assert wall.documents("wall_board")


def test_who_may_look_back_reads_how_the_hour_stood_then_and_a_wall_does_not(city: City) -> None:
    def turnouts(answer: dict[str, Any]) -> int:
        return int(sum(row["count"] for row in answer["hour"] if row["interval"] == "turnout_s"))

    then = now().isoformat()
    before = city.api.get("/api/performance", as_of=then)
    worked(city)
    assert city.api.get("/api/performance", as_of=then) == before, "what was recorded after T was not known at T"
    after = city.api.get("/api/performance", as_of=now().isoformat(), clock="occurred")
    assert turnouts(after) > turnouts(before)
    with city.account("wall") as wall:
        assert refusal(wall.client.get("/api/performance", params={"as_of": then}), 403)["code"] == "view_is_not_allowed"


def test_an_agency_s_wall_has_what_its_units_help_with(city: City) -> None:
    helped, foreign = city.incident(), city.incident()
    with city.account("wall", agencies=("ambulance",)) as wall:
        assert f"incident:{helped}" not in wall.documents("wall_board")
        city.api.send("dispatch_units", incident=helped, units=[city.unit("medic", agency="ambulance")])
        assert f"incident:{helped}" in wall.documents("wall_board")
        assert f"incident:{foreign}" not in wall.documents("wall_board")


def test_a_wall_reads_nothing_of_persons_and_changes_nothing(city: City) -> None:
    incident = city.incident(address="南京路148号402周德明家", description="周德明的母亲晕倒")
    city.api.send("add_note", incident=incident, text="患者王桂兰")
    with city.account("wall") as wall:
        for view in ("incident_board", "incident_timeline", "call_board", "unit_status", "unit_position", "alarm_board", "response_times"):
            assert refusal(wall.client.get(f"/api/views/{view}"), 403)["code"] == "view_is_not_allowed"
        shown = wall.client.get("/api/views/wall_board").text
        assert not any(told in shown for told in ("周德明", "晕倒", "王桂兰", "148号", "402周"))
        assert wall.document("wall_board", f"incident:{incident}")["street"] == "南京路"
        assert wall.refused(403, "add_note", incident=incident, text="?")["code"] == "command_is_not_allowed"
