"""A call for service: many calls, one incident; a link is the operator's act, and reversible."""

from __future__ import annotations

from domain import commands as ask
from domain.call import Call, CallHasNoCaller, CallIsEnded, CallIsLinked, CallIsNotLinked
from domain.call_decisions import AnsweredBeforeReceived
from domain.incident import Incident
from domain.incident_refusals import IncidentIsMerged
from domain.refusals import StaleVersion, UnknownThing
from domain.times import TimeIsAhead
from domain.values import LonLat
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, SECOND_CALL, Desk, at, opened, place, taken


def test_a_call_is_taken_with_a_number_of_the_day_and_its_caller_sealed(desk: Desk) -> None:
    desk.when(taken())
    desk.then("call.taken")
    fact = desk.fact(Call.Taken)
    assert desk.result == {"call": FIRST_CALL}
    assert fact.caller_name == "⟦call:C261123-0001|周德明⟧"
    assert fact.caller_number == "⟦call:C261123-0001|13812346677⟧"
    assert fact.caller_masked == "周** 138****6677"


def test_a_call_without_a_caller_seals_nothing(desk: Desk) -> None:
    desk.when(ask.TakeCall(source="110"))
    assert (desk.fact(Call.Taken).caller_name, desk.fact(Call.Taken).caller_masked) == ("", "")


def test_calls_of_the_next_day_are_numbered_from_one_in_the_agencys_zone(desk: Desk) -> None:
    desk.given(taken())
    desk.now = at(10 * 3600)  # 00:30 of the next day in Tianjin
    desk.when(taken())
    assert desk.result == {"call": "C261124-0001"}


def test_a_call_that_says_only_when_it_was_answered_was_received_then(desk: Desk) -> None:
    desk.when(ask.TakeCall(source="120", answered_at=at(-40)))
    assert (desk.fact(Call.Taken).received_at, desk.fact(Call.Taken).answered_at) == (at(-40), at(-40))


def test_a_call_that_says_nothing_of_times_is_received_and_answered_now(desk: Desk) -> None:
    desk.when(ask.TakeCall(source="120"))
    assert (desk.fact(Call.Taken).received_at, desk.fact(Call.Taken).answered_at) == (at(0), at(0))


def test_a_time_that_nobody_reported_is_marked_and_goes_no_further(desk: Desk) -> None:
    cases = {
        ask.TakeCall(source="120"): (),
        ask.TakeCall(source="120", received_at=at(-40)): ("answered",),
        ask.TakeCall(source="120", answered_at=at(-40)): ("received",),
        ask.TakeCall(source="120", received_at=at(-40), answered_at=at(-30)): (),
        ask.TakeCall(source="120", received_at=at(-40), assumed=("answered", "received")): ("received", "answered"),
    }
    for number, (command, assumed) in enumerate(cases.items(), 1):
        desk.given(command)
        assert desk.fact(Call.Taken).assumed == assumed
        desk.given(opened(call=f"C261123-{number:04d}"))
        linked = desk.fact(Incident.CallLinked)
        assert (linked.received_at is None, linked.answered_at is None) == ("received" in assumed, "answered" in assumed)


def test_a_call_cannot_be_answered_before_it_rang(desk: Desk) -> None:
    desk.when(ask.TakeCall(source="120", received_at=at(-10), answered_at=at(-20)))
    desk.then_refused(
        AnsweredBeforeReceived,
        "answered_at (2026-11-23T06:29:40+00:00) lies before received_at (2026-11-23T06:29:50+00:00): a call rings before it is answered.",
        "应答时间(2026-11-23T06:29:40+00:00)早于来电时间(2026-11-23T06:29:50+00:00):先有来电,才有应答。",
        field="answered_at",
    )


def test_a_call_from_the_future_names_the_field(desk: Desk) -> None:
    desk.when(ask.TakeCall(source="120", received_at=at(300)))
    desk.then_refused(
        TimeIsAhead,
        "received_at is 2026-11-23T06:35:00+00:00, 300 seconds ahead of the server's clock: it cannot have happened yet.",
        "received_at 为 2026-11-23T06:35:00+00:00,比服务器时间超前 300 秒:尚未发生的事不能登记。",
        field="received_at",
    )


def test_a_call_of_an_unknown_type_or_district_is_refused_and_takes_no_number(desk: Desk) -> None:
    desk.when(ask.TakeCall(source="119", incident_type="dragon"))
    desk.then_refused(UnknownThing, "There is no incident type dragon.", "没有这个警情类型:dragon。", field="incident_type")
    desk.when(ask.TakeCall(source="119", district="atlantis"))
    desk.then_refused(UnknownThing, "There is no district atlantis.", "没有这个区:atlantis。", field="district")
    desk.when(taken())
    assert desk.result == {"call": FIRST_CALL}


def test_an_unknown_call_is_refused(desk: Desk) -> None:
    desk.when(ask.EndCall(call="C261123-0099"))
    desk.then_refused(UnknownThing, "There is no call C261123-0099.", "没有这个接警单:C261123-0099。", field="call")


def test_a_call_is_located_and_what_is_not_said_stays(desk: Desk) -> None:
    desk.given(taken())
    desk.when(ask.LocateCall(call=FIRST_CALL, place=place(117.3, 39.2)))
    desk.then("call.located")
    location = desk.fact(Call.Located).location
    assert (location.place, location.address, location.district) == (LonLat(lon=117.3, lat=39.2), "南京路1号", "heping")


def test_a_stale_version_is_refused_only_when_that_value_changed(desk: Desk) -> None:
    desk.given(taken(), ask.ClassifyCall(call=FIRST_CALL, incident_type="flood"))
    desk.when(ask.LocateCall(call=FIRST_CALL, place=place(), version=1))
    desk.then("call.located")
    desk.when(ask.ClassifyCall(call=FIRST_CALL, incident_type="dwelling_fire", version=1))
    desk.then_refused(
        StaleVersion,
        "The type of C261123-0001 was changed to flood by zhou at 2026-11-23T06:30:00+00:00 after you looked: look again, then decide.",
        "C261123-0001 的类型在您查看之后已被 zhou 于 2026-11-23T06:30:00+00:00 改为 flood:请再看一眼后决定。",
        field="version",
    )
    desk.when(ask.ClassifyCall(call=FIRST_CALL, incident_type="dwelling_fire", version=2))
    desk.then("call.classified")


def test_a_stale_place_is_refused(desk: Desk) -> None:
    desk.given(taken(), ask.LocateCall(call=FIRST_CALL, place=place(), address="营口道2号"))
    desk.when(ask.LocateCall(call=FIRST_CALL, place=place(), address="南京路1号", version=1))
    desk.then_refused(
        StaleVersion,
        "The location of C261123-0001 was changed to 营口道2号 by zhou at 2026-11-23T06:30:00+00:00 after you looked: "
        "look again, then decide.",
        "C261123-0001 的地点在您查看之后已被 zhou 于 2026-11-23T06:30:00+00:00 改为 营口道2号:请再看一眼后决定。",
    )


def test_many_calls_are_linked_to_one_incident(desk: Desk) -> None:
    desk.given(taken(), taken(), opened(call=FIRST_CALL))
    desk.when(ask.LinkCall(call=SECOND_CALL, incident=FIRST))
    desk.then("call.linked", "incident.call_linked")
    assert set(desk.look(Incident, f"incident:{FIRST}").calls) == {FIRST_CALL, SECOND_CALL}


def test_the_link_carries_the_calls_times(desk: Desk) -> None:
    desk.given(ask.TakeCall(source="119", received_at=at(-30), answered_at=at(-20)))
    desk.when(opened(call=FIRST_CALL))
    desk.then("call.linked", "incident.opened", "incident.call_linked")
    linked = desk.fact(Incident.CallLinked)
    assert (linked.received_at, linked.answered_at) == (at(-30), at(-20))


def test_a_linked_call_is_refused_to_another_incident(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL), opened())
    desk.when(ask.LinkCall(call=FIRST_CALL, incident=SECOND))
    desk.then_refused(
        CallIsLinked,
        "Call C261123-0001 is linked to incident 261123-0001: unlink it before linking it to 261123-0002.",
        "接警单 C261123-0001 已关联警情 261123-0001:先解除关联,再关联到 261123-0002。",
        field="incident",
    )


def test_an_incident_opened_for_a_linked_call_is_refused_and_takes_no_number(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL))
    desk.when(opened(call=FIRST_CALL))
    assert isinstance(desk.refusal, CallIsLinked)
    desk.when(opened())
    assert desk.result == {"incident": SECOND}


def test_a_link_is_undone_and_done_anew(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL), opened())
    desk.when(ask.UnlinkCall(call=FIRST_CALL, reason="另一场火"))
    desk.then("call.unlinked", "incident.call_unlinked")
    assert desk.result == {"incident": FIRST}
    assert desk.look(Incident, f"incident:{FIRST}").calls == {}
    desk.when(ask.LinkCall(call=FIRST_CALL, incident=SECOND))
    desk.then("call.linked", "incident.call_linked")
    assert desk.look(Call, f"call:{FIRST_CALL}").incident == SECOND


def test_a_call_that_is_not_linked_cannot_be_unlinked(desk: Desk) -> None:
    desk.given(taken())
    desk.when(ask.UnlinkCall(call=FIRST_CALL, reason="x"))
    desk.then_refused(
        CallIsNotLinked,
        "Call C261123-0001 is not linked to any incident: nothing to unlink.",
        "接警单 C261123-0001 没有关联警情,无需解除。",
        field="call",
    )


def test_a_late_caller_is_linked_to_a_closed_incident(desk: Desk) -> None:
    desk.given(opened(), ask.CloseIncident(incident=FIRST, disposition="handled"), taken())
    desk.when(ask.LinkCall(call=FIRST_CALL, incident=FIRST))
    desk.then("call.linked", "incident.call_linked")


def test_a_call_is_not_linked_to_an_incident_that_was_merged_away(desk: Desk) -> None:
    desk.given(opened(), opened(), ask.MergeIncidents(incident=FIRST, merged=SECOND), taken())
    desk.when(ask.LinkCall(call=FIRST_CALL, incident=SECOND))
    desk.then_refused(
        IncidentIsMerged,
        "Incident 261123-0002 was merged into 261123-0001: cannot link C261123-0001 to it. Act on 261123-0001 instead.",
        "警情 261123-0002 已并入 261123-0001,不能关联 C261123-0001。请在 261123-0001 上操作。",
    )
    assert desk.look(Call, f"call:{FIRST_CALL}").incident == ""


def test_an_ended_call_takes_no_more_words_but_may_still_be_linked(desk: Desk) -> None:
    desk.given(taken(), opened(), ask.EndCall(call=FIRST_CALL, outcome="已立案", occurred_at=at(-5)))
    for command, act, act_zh in (
        (ask.LocateCall(call=FIRST_CALL, place=place()), "locate it", "定位"),
        (ask.ClassifyCall(call=FIRST_CALL, incident_type="flood"), "classify it", "归类"),
        (ask.EndCall(call=FIRST_CALL), "end it again", "再次结束"),
    ):
        desk.when(command)
        desk.then_refused(
            CallIsEnded,
            f"Call C261123-0001 ended at 2026-11-23T06:29:55+00:00: cannot {act}.",
            f"接警单 C261123-0001 已于 2026-11-23T06:29:55+00:00 结束,不能{act_zh}。",
        )
    desk.when(ask.LinkCall(call=FIRST_CALL, incident=FIRST))
    desk.then("call.linked", "incident.call_linked")


def test_a_look_at_the_caller_is_a_fact_with_its_purpose(desk: Desk) -> None:
    desk.given(taken())
    desk.when(ask.RevealCaller(call=FIRST_CALL, purpose="回拨"), account="lin")
    desk.then("call.caller_revealed")
    assert desk.result == {"caller_name": "周德明", "caller_number": "13812346677"}
    assert (desk.fact(Call.CallerRevealed).purpose, desk.fact(Call.CallerRevealed).by.account) == ("回拨", "lin")


def test_no_fact_carries_the_callers_words_in_clear(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL), ask.RevealCaller(call=FIRST_CALL, purpose="回拨"))
    stored = b"".join(row for rows in desk.rows.values() for _, row in rows).replace("⟦call:C261123-0001|13812346677⟧".encode(), b"")
    assert b"13812346677" not in stored


def test_an_erased_caller_is_gone_and_the_key_is_destroyed(desk: Desk) -> None:
    desk.given(taken())
    desk.when(ask.EraseCaller(call=FIRST_CALL, reason="本人要求"))
    desk.then("call.caller_erased")
    assert desk.erased == ["call:C261123-0001"]
    desk.when(ask.RevealCaller(call=FIRST_CALL, purpose="回拨"))
    desk.then_refused(
        CallHasNoCaller,
        "Call C261123-0001 holds no caller's name or number.",
        "接警单 C261123-0001 没有报警人信息。",
    )
    desk.when(ask.EraseCaller(call=FIRST_CALL, reason="再次"))
    assert isinstance(desk.refusal, CallHasNoCaller)
    assert desk.erased == ["call:C261123-0001"]
