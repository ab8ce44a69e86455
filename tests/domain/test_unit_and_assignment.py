"""A unit and its assignments: one unit, one assignment; each step has one time, and late times show both clocks."""

from __future__ import annotations

from typing import Literal

import pytest

from domain import commands as ask
from domain.account_commands import CreateAccount
from domain.assignment import (
    STEP_EN,
    STEP_ZH,
    STEPS,
    Assignment,
    AssignmentHasEnded,
    LateTimeIsMissing,
    StepBeforeDispatch,
    StepIsNotRecorded,
    StepIsNotTheLast,
    StepIsRecorded,
)
from domain.dispatch_decisions import NoUnitCanGo
from domain.fact import occurred_at
from domain.incident import Incident
from domain.refusals import AlreadyExists, StaleVersion, UnknownThing
from domain.times import TimeIsAhead
from domain.unit import Unit, UnitIsAssigned, UnitIsInService, UnitIsOutOfService
from domain.values import LonLat
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, Desk, at, dispatched, opened, place, sent, taken, topic
from tests.domain.given_when_then import stepped as step

E11 = sent("E11")


# --- the unit


def test_a_units_home_is_its_stations_unless_it_has_its_own(desk: Desk) -> None:
    desk.when(ask.RegisterUnit(unit="E99", agency="fire", station="XF01", capabilities=("pump", "pump", "ladder")))
    fact = desk.fact(Unit.Registered)
    assert (fact.home, fact.capabilities, fact.name.zh) == (LonLat(lon=117.19, lat=39.11), ("pump", "ladder"), "E99")
    desk.when(ask.RegisterUnit(unit="E98", agency="fire", station="XF01", capabilities=(), place=place(117.0, 39.0), zh="九八"))
    assert (desk.fact(Unit.Registered).home, desk.fact(Unit.Registered).name.zh) == (LonLat(lon=117.0, lat=39.0), "九八")


def test_a_call_sign_is_given_once(desk: Desk) -> None:
    desk.when(ask.RegisterUnit(unit="E11", agency="fire", station="XF01", capabilities=()))
    desk.then_refused(AlreadyExists, "Unit E11 exists already.", "单位E11已存在。", field="unit")


def test_a_unit_of_an_unknown_agency_or_station_is_refused(desk: Desk) -> None:
    desk.when(ask.RegisterUnit(unit="E99", agency="navy", station="XF01", capabilities=()))
    desk.then_refused(UnknownThing, "There is no agency navy.", "没有这个部门:navy。")
    desk.when(ask.ChangeUnit(unit="E11", station="XF99"))
    desk.then_refused(UnknownThing, "There is no station XF99.", "没有这个站点:XF99。", field="station")
    desk.when(ask.ChangeUnit(unit="E404"))
    desk.then_refused(UnknownThing, "There is no unit E404.", "没有这个单位:E404。", field="unit")


def test_a_unit_that_was_changed_after_the_look_is_refused(desk: Desk) -> None:
    desk.given(ask.ChangeUnit(unit="E11", capabilities=("pump", "ladder"), version=1))
    desk.when(ask.ChangeUnit(unit="E11", station="JJ01", version=1))
    desk.then_refused(
        StaleVersion,
        "The unit of E11 was changed to XF01 pump/ladder by zhou at 2026-11-23T06:30:00+00:00 after you looked: look again, then decide.",
        "E11 的单位资料在您查看之后已被 zhou 于 2026-11-23T06:30:00+00:00 改为 XF01 pump/ladder:请再看一眼后决定。",
    )
    desk.given(opened(), dispatched("E11"))
    desk.when(ask.ChangeUnit(unit="E11", station="JJ01", version=2))
    desk.then("unit.changed")


def test_a_unit_out_of_service_cannot_be_sent_until_it_returns(desk: Desk) -> None:
    desk.given(opened(), ask.PutOutOfService(unit="E11", reason="爆胎"))
    desk.when(dispatched("E11"))
    desk.then_refused(
        UnitIsOutOfService,
        "E11 is out of service (爆胎): cannot send it to 261123-0001.",
        "E11 停用中(爆胎),不能派往 261123-0001。",
        field="unit",
    )
    desk.when(ask.PutOutOfService(unit="E11", reason="又"))
    desk.then_refused(UnitIsOutOfService, "E11 is out of service (爆胎): cannot put it out of service.", "E11 停用中(爆胎),不能停用。")
    desk.given(ask.ReturnToService(unit="E11"))
    desk.when(dispatched("E11"))
    assert desk.result["assignments"] == [E11]


def test_a_unit_in_service_has_nothing_to_return_from(desk: Desk) -> None:
    desk.when(ask.ReturnToService(unit="E11"))
    desk.then_refused(UnitIsInService, "E11 is in service already.", "E11 已在勤。", field="unit")


def test_an_assigned_unit_cannot_be_put_out_of_service(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(ask.PutOutOfService(unit="E11", reason="爆胎"))
    desk.then_refused(
        UnitIsAssigned,
        "E11 was dispatched to 261123-0001 by zhou at 2026-11-23T06:30:00+00:00: cannot put it out of service. "
        "Choose another unit, or release it first.",
        "E11 已被 zhou 派往 261123-0001(2026-11-23T06:30:00+00:00),不能停用。请选择其他单位,或先解除派遣。",
    )


# --- dispatched


def test_a_dispatch_changes_unit_assignment_and_incident_together(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL))
    desk.when(ask.DispatchUnits(incident=FIRST, units=("E11",), recommended=("E12", "E11"), reason="更近"))
    desk.then("unit.assigned", "assignment.opened", "incident.units_chosen", "incident.unit_dispatched")
    chosen = desk.fact(Incident.UnitsChosen)
    assert (chosen.recommended, chosen.chosen, chosen.reason) == (("E12", "E11"), ("E11",), "更近")
    fact = desk.fact(Assignment.Opened)
    assert (fact.assignment, fact.call, fact.received_at, fact.priority, fact.district) == (E11, FIRST_CALL, at(0), 1, "heping")


def test_a_unit_on_an_assignment_is_refused_to_another(desk: Desk) -> None:
    desk.given(opened(), opened(), dispatched("E11"))
    desk.when(dispatched("E11", incident=SECOND), account="lin")
    desk.then_refused(
        UnitIsAssigned,
        "E11 was dispatched to 261123-0001 by zhou at 2026-11-23T06:30:00+00:00: cannot send it to 261123-0002. "
        "Choose another unit, or release it first.",
        "E11 已被 zhou 派往 261123-0001(2026-11-23T06:30:00+00:00),不能派往 261123-0002。请选择其他单位,或先解除派遣。",
        field="unit",
    )


def test_every_unit_that_can_go_is_sent_and_the_others_are_named(desk: Desk) -> None:
    desk.given(opened(), opened(), dispatched("E11"), ask.PutOutOfService(unit="E13", reason="爆胎"))
    desk.when(dispatched("E11", "E12", "E13", "E404", "E12", incident=SECOND))
    assert desk.result["assignments"] == [sent("E12", incident=SECOND)]
    assert [(entry["unit"], entry["code"]) for entry in desk.result["refused"]] == [
        ("E11", "unit_is_assigned"),
        ("E13", "unit_is_out_of_service"),
        ("E404", "unknown_thing"),
    ]
    assert desk.result["refused"][2] == {
        "unit": "E404",
        "code": "unknown_thing",
        "en": "There is no unit E404.",
        "zh": "没有这个单位:E404。",
    }
    assert desk.fact(Incident.UnitsChosen).chosen == ("E12",)


def test_a_dispatch_of_which_no_unit_can_go_is_refused_with_every_reason(desk: Desk) -> None:
    desk.given(opened(), ask.PutOutOfService(unit="E13", reason="爆胎"))
    desk.when(dispatched("E13", "E404"))
    desk.then_refused(
        NoUnitCanGo,
        "No unit was sent to 261123-0001: E13 is out of service (爆胎): cannot send it to 261123-0001. There is no unit E404.",
        "没有单位派往 261123-0001:E13 停用中(爆胎),不能派往 261123-0001。没有这个单位:E404。",
        field="units",
    )


# --- steps


def test_steps_may_be_skipped_and_entered_in_any_order(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"), step("on_scene"), step("en_route", occurred_at=at(-1)))
    assignment = desk.look(Assignment, f"assignment:{E11}")
    assert assignment.status == "on_scene"
    assert assignment.times == {"dispatched": at(0), "on_scene": at(0), "en_route": at(-1)}


def test_a_time_learnt_late_keeps_both_clocks(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.now = at(600)
    desk.when(step("on_scene", occurred_at=at(240)))
    desk.then("assignment.step_recorded")
    fact = desk.fact(Assignment.StepRecorded)
    assert (occurred_at(fact), fact.timestamp) == (at(240), at(600))


def test_a_step_in_the_future_is_refused(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(step("on_scene", occurred_at=at(61)))
    desk.then_refused(
        TimeIsAhead,
        "occurred_at is 2026-11-23T06:31:01+00:00, 61 seconds ahead of the server's clock: it cannot have happened yet.",
        "occurred_at 为 2026-11-23T06:31:01+00:00,比服务器时间超前 61 秒:尚未发生的事不能登记。",
        field="occurred_at",
    )


@pytest.mark.parametrize("name", ["on_scene", "cleared"])
def test_a_step_a_day_before_its_dispatch_is_refused_to_a_person(desk: Desk, name: Literal["on_scene", "cleared"]) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(step(name, occurred_at=at(-86_400)))
    desk.then_refused(
        StepBeforeDispatch,
        f"E11 was dispatched to 261123-0001 at 2026-11-23T06:30:00+00:00: «{STEP_EN[name]}» cannot have been at "
        "2026-11-22T06:30:00+00:00. If it was sent earlier, correct the time of the dispatch first.",
        f"E11 于 2026-11-23T06:30:00+00:00 派往 261123-0001:「{STEP_ZH[name]}」不可能在 2026-11-22T06:30:00+00:00。"
        "如实际派出更早,请先更正派出时间。",
        field="occurred_at",
    )


def test_a_step_as_far_before_its_dispatch_as_clocks_differ_is_taken(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(step("on_scene", occurred_at=at(-60)))
    desk.then("assignment.step_recorded")


def test_once_the_dispatch_is_corrected_the_earlier_step_is_taken(desk: Desk) -> None:
    corrected = ask.CorrectStepTime(assignment=E11, step="dispatched", occurred_at=at(-900), reason="电台记录")
    desk.given(opened(), dispatched("E11"), corrected)
    desk.when(step("on_scene", occurred_at=at(-600)))
    desk.then("assignment.step_recorded")


def test_what_a_log_says_of_a_step_before_its_dispatch_is_kept(desk: Desk) -> None:
    source = CreateAccount(account="log", zh="记录", en="Log", roles=("source",), kind="program")
    desk.given(source, opened(), dispatched("E11"))
    desk.when(step("on_scene", occurred_at=at(-86_400)), account="log")
    desk.then("assignment.step_recorded")
    assert desk.fact(Assignment.StepRecorded).occurred_at == at(-86_400)


def test_a_step_has_one_time(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"), step("on_scene"))
    desk.when(step("on_scene"))
    desk.then_refused(
        StepIsRecorded,
        "E11's «on scene» was recorded as 2026-11-23T06:30:00+00:00: correct that time instead of entering it again.",
        "E11 的「到场」已登记为 2026-11-23T06:30:00+00:00:要更改请更正时间,不要重复登记。",
        field="step",
    )


def test_a_corrected_time_keeps_what_it_was(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"), step("on_scene"))
    desk.when(ask.CorrectStepTime(assignment=E11, step="on_scene", occurred_at=at(-30), reason="表慢"))
    desk.then("assignment.step_time_corrected")
    fact = desk.fact(Assignment.StepTimeCorrected)
    assert (fact.was, fact.occurred_at, fact.reason) == (at(0), at(-30), "表慢")
    assert desk.look(Assignment, f"assignment:{E11}").times["on_scene"] == at(-30)


def test_a_step_without_a_time_is_neither_corrected_nor_undone(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(ask.CorrectStepTime(assignment=E11, step="cleared", occurred_at=at(0), reason="x"))
    desk.then_refused(
        StepIsNotRecorded,
        "E11 has no time for «cleared» on 261123-0001: nothing to correct.",
        "E11 在 261123-0001 没有「结束」的时间,无可更正。",
        field="step",
    )
    desk.when(ask.UndoStep(assignment=E11, step="on_scene"))
    desk.then_refused(
        StepIsNotRecorded,
        "E11 has no time for «on scene» on 261123-0001: nothing to undo.",
        "E11 在 261123-0001 没有「到场」的时间,无可撤销。",
    )


def test_only_the_newest_step_is_undone(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"), step("acknowledged"), step("en_route"))
    desk.when(ask.UndoStep(assignment=E11, step="acknowledged"))
    desk.then_refused(
        StepIsNotTheLast,
        "E11's newest step is «en route»: take that back before «acknowledged».",
        "E11 最新的步骤是「出动」:请先撤销它,再撤销「确认」。",
        field="step",
    )
    desk.when(ask.UndoStep(assignment=E11, step="en_route", reason="误按"))
    desk.then("assignment.step_undone")
    assert desk.fact(Assignment.StepUndone).was == at(0)
    assert desk.look(Assignment, f"assignment:{E11}").status == "acknowledged"


# --- the end


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        (ask.DeclineAssignment(assignment=E11, reason="爆胎"), "declined"),
        (ask.CancelAssignment(assignment=E11, reason="误派"), "cancelled"),
        (step("cleared"), "cleared"),
    ],
)
def test_an_assignment_that_ends_frees_the_unit_and_the_incident(desk: Desk, command: object, outcome: str) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(command)
    desk.then("assignment.ended", "unit.released", "incident.unit_released")
    assert desk.fact(Assignment.Ended).outcome == outcome
    assert desk.look(Unit, "unit:E11").assignment == ""
    assert desk.look(Incident, f"incident:{FIRST}").assignments == {}
    desk.when(dispatched("E11"))
    assert desk.result["assignments"] == [sent("E11", time=2)]


@pytest.mark.parametrize(
    ("command", "act", "act_zh"),
    [
        (ask.DeclineAssignment(assignment=E11, reason="x"), "end it as declined", "再次结束"),
        (ask.CancelAssignment(assignment=E11, reason="x"), "end it as cancelled", "再次结束"),
        (step("cleared"), "end it as cleared", "再次结束"),
        (ask.UndoStep(assignment=E11, step="on_scene"), "undo «on scene»", "撤销「到场」"),
    ],
)
def test_an_ended_assignment_ends_once(desk: Desk, command: object, act: str, act_zh: str) -> None:
    desk.given(opened(), dispatched("E11"), step("on_scene"), ask.CancelAssignment(assignment=E11, reason="误派"))
    desk.when(command)
    desk.then_refused(
        AssignmentHasEnded,
        f"E11's assignment to 261123-0001 ended (cancelled) at 2026-11-23T06:30:00+00:00: cannot {act}.",
        f"E11 在 261123-0001 的派遣已于 2026-11-23T06:30:00+00:00 结束(取消派遣),不能{act_zh}。",
        field="assignment",
    )


def test_an_ended_assignment_takes_late_times_with_their_moment(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.now = at(600)
    desk.given(step("cleared"))
    desk.when(step("on_scene"))
    desk.then_refused(
        LateTimeIsMissing,
        "E11's assignment to 261123-0001 has ended: say when «on scene» occurred.",
        "E11 在 261123-0001 的派遣已结束:请写明「到场」的发生时间。",
        field="occurred_at",
    )
    desk.when(step("on_scene", occurred_at=at(200)))
    desk.then("assignment.step_recorded")
    desk.when(ask.CorrectStepTime(assignment=E11, step="cleared", occurred_at=at(500), reason="听录音"))
    desk.then("assignment.step_time_corrected")
    assert desk.look(Unit, "unit:E11").assignment == ""


def test_an_unknown_assignment_is_refused(desk: Desk) -> None:
    desk.when(step("on_scene"))
    desk.then_refused(UnknownThing, "There is no assignment 261123-0001/E11/1.", "没有这个派遣:261123-0001/E11/1。", field="assignment")


def test_every_step_can_be_recorded_in_its_order(desk: Desk) -> None:
    desk.given(opened(), dispatched("A21"))
    for number, name in enumerate(STEPS):
        desk.now = at(number * 60)
        desk.when(step(name, "A21", destination="总医院" if name == "transporting" else ""))
        desk.then("assignment.step_recorded")
        assert desk.look(Assignment, f"assignment:{sent('A21')}").status == name
    assert [topic(recorded.fact) for recorded in desk.log].count("assignment.step_recorded") == len(STEPS)
