"""Work that passes from one operator to another: an incident, a promise, a whole shift."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import commands as ask
from domain import hand_over_commands as hand
from domain.account_commands import CreateAccount, DisableAccount
from domain.hand_over import HandOver
from domain.hand_over_refusals import (
    ColleagueCannotTake,
    HandOverIsForAnother,
    HandOverIsNotYours,
    HandOverIsOver,
    HandOverToOneself,
    ItemIsAccepted,
    ItemIsNotListed,
)
from domain.incident import Incident
from domain.incident_refusals import IncidentIsTheirs
from domain.promise import Promise, PromiseIsSettled
from domain.refusals import UnknownThing
from domain.times import TimeHasNoZone
from tests.domain.given_when_then import FIRST, SECOND, T0, Desk, at, city, dispatched, opened, taken

SHIFT = "H261123-0001"
PROMISE = "P261123-0001"


def person(account: str, *roles: str, **more: object) -> CreateAccount:
    return CreateAccount(account=account, zh="李敏", en="Li Min", roles=roles or ("dispatcher",), **more)  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Desk:
    """Zhou at work, Li about to come, an incident open."""
    desk = Desk()
    desk.given(*city(), person("zhou"), person("li"), person("wang", "commander"), opened())
    return desk


def begun(desk: Desk, **more: str) -> HandOver.Begun:
    desk.given(hand.BeginHandOver(**more))
    fact: HandOver.Begun = desk.fact(HandOver.Begun)
    return fact


# --- an incident


def test_a_handed_incident_is_the_colleagues_at_once_and_waits_for_a_word(desk: Desk) -> None:
    desk.when(hand.HandIncident(incident=FIRST, to="li", reason="换席"))
    desk.then("incident.handed")
    incident = desk.look(Incident, f"incident:{FIRST}")
    assert (incident.responsible, incident.is_taken_on) == ("li", False)
    desk.when(hand.TakeIncident(incident=FIRST), account="li")
    desk.then("incident.taken_on")
    assert desk.look(Incident, f"incident:{FIRST}").is_taken_on


def test_an_incident_is_not_handed_to_who_answers_for_it(desk: Desk) -> None:
    desk.given(hand.HandIncident(incident=FIRST, to="li", reason="换席"))
    desk.when(hand.HandIncident(incident=FIRST, to="li", reason="换席"))
    desk.then_refused(
        IncidentIsTheirs, f"li answers for incident {FIRST} already: nothing to hand over.", f"警情 {FIRST} 已由 li 负责,无需移交。"
    )


def test_an_incident_is_handed_only_to_somebody_at_a_desk(desk: Desk) -> None:
    desk.given(person("audit", "analyst"), person("gone"), DisableAccount(account="gone", reason="离职"))
    desk.when(hand.HandIncident(incident=FIRST, to="audit", reason="换席"))
    desk.then_refused(
        ColleagueCannotTake, "audit does not sit at a desk: choose another colleague.", "audit 不在值守席位:请选择其他同事。", field="to"
    )
    desk.when(hand.HandIncident(incident=FIRST, to="gone", reason="换席"))
    desk.then_refused(ColleagueCannotTake, "gone is disabled: choose another colleague.", "gone 已停用:请选择其他同事。")
    desk.when(hand.HandIncident(incident=FIRST, to="nobody", reason="换席"))
    desk.then_refused(UnknownThing, "There is no account nobody.", "没有这个账号:nobody。")


# --- a promise


def test_a_promise_is_kept_once(desk: Desk) -> None:
    desk.given(hand.MakePromise(text="回拨报警人", due_at=at(600), incident=FIRST))
    desk.when(hand.KeepPromise(promise=PROMISE), account="li")
    desk.then("promise.kept")
    desk.when(hand.DropPromise(promise=PROMISE, reason="x"))
    desk.then_refused(
        PromiseIsSettled,
        f"Promise {PROMISE} was kept by li at {T0.isoformat()}: cannot drop it.",
        f"承诺 {PROMISE} 已由 li 于 {T0.isoformat()} 履行,不能取消。",
    )


def test_a_promise_is_due_at_a_moment_with_a_zone(desk: Desk) -> None:
    desk.when(hand.MakePromise(text="回拨", due_at=at(600).replace(tzinfo=None)))
    assert isinstance(desk.refusal, TimeHasNoZone)


# --- a shift


def test_a_hand_over_lists_what_is_open_what_is_due_and_what_was_promised(desk: Desk) -> None:
    desk.given(
        taken(),
        dispatched("E11"),
        ask.PutOutOfService(unit="E13", reason="爆胎"),
        hand.MakePromise(text="回拨报警人", due_at=at(600), incident=FIRST),
    )
    desk.now += timedelta(seconds=100)
    fact = begun(desk)
    assert [(item.kind, item.state, item.zh) for item in fact.items] == [
        ("promise", "open", "回拨报警人"),
        ("incident", "dispatched", "南京路1号"),
        ("call", "taken", "南京路1号"),
        ("unit", "out_of_service", "爆胎"),
    ]
    [incident] = [item for item in fact.items if item.kind == "incident"]
    assert incident.due_at == T0 + timedelta(seconds=480), "P1: the first arrival within 8 min"
    assert incident.overdue == ("E11",), "sent 100 s ago, and not a word"
    assert fact.position == len(desk.log) - 1


def test_what_lies_outside_the_scope_is_not_on_the_list(desk: Desk) -> None:
    desk.given(person("hexi", districts=("hexi",)))
    desk.when(hand.BeginHandOver(), account="hexi")
    fact = desk.fact(HandOver.Begun)
    assert [item for item in fact.items if item.kind == "incident"] == []
    assert fact.districts == ("hexi",)


def test_with_the_last_item_the_hand_over_is_accepted(desk: Desk) -> None:
    desk.given(opened())
    begun(desk)
    desk.when(hand.AcceptHandOver(hand_over=SHIFT, items=(f"incident:{FIRST}",)), account="li")
    desk.then("hand_over.items_accepted")
    assert desk.result == {"accepted": 1, "waiting": 1}
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="li")
    desk.then("hand_over.items_accepted", "hand_over.accepted")
    assert desk.fact(HandOver.ItemsAccepted).items == (f"incident:{SECOND}",)


def test_with_an_item_goes_what_the_one_who_leaves_answered_for(desk: Desk) -> None:
    desk.given(hand.TakeIncident(incident=FIRST), hand.MakePromise(text="回拨报警人"))
    begun(desk)
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="li")
    assert desk.look(Incident, f"incident:{FIRST}").responsible == "li"
    assert desk.look(Promise, f"promise:{PROMISE}").owner == "li"


def test_what_has_ended_since_the_list_was_taken_stays_ended(desk: Desk) -> None:
    desk.given(hand.TakeIncident(incident=FIRST), hand.MakePromise(text="回拨报警人"))
    begun(desk)
    desk.given(ask.CloseIncident(incident=FIRST, disposition="handled"), hand.KeepPromise(promise=PROMISE))
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="li")
    desk.then("hand_over.items_accepted", "hand_over.accepted")


def test_an_empty_list_is_accepted_too(desk: Desk) -> None:
    desk.given(ask.CloseIncident(incident=FIRST, disposition="handled"))
    assert begun(desk).items == ()
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="li")
    desk.then("hand_over.accepted")


def test_nobody_accepts_from_themselves(desk: Desk) -> None:
    begun(desk)
    desk.when(hand.AcceptHandOver(hand_over=SHIFT))
    desk.then_refused(
        HandOverToOneself,
        f"Hand-over {SHIFT} was begun by zhou: somebody else has to accept it.",
        f"交接班 {SHIFT} 由 zhou 发起:须由接班人接收。",
    )


def test_a_named_successor_alone_accepts(desk: Desk) -> None:
    begun(desk, to="li")
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="wang")
    desk.then_refused(
        HandOverIsForAnother, f"Hand-over {SHIFT} is for li: wang cannot accept it.", f"交接班 {SHIFT} 是交给 li 的,wang 不能接收。"
    )


def test_an_item_is_accepted_once_and_only_where_it_is_listed(desk: Desk) -> None:
    desk.given(opened())
    begun(desk)
    item = f"incident:{FIRST}"
    desk.when(hand.AcceptHandOver(hand_over=SHIFT, items=("unit:E99",)), account="li")
    desk.then_refused(ItemIsNotListed, f"Hand-over {SHIFT} does not list unit:E99.", f"交接班 {SHIFT} 的清单中没有 unit:E99。")
    desk.when(hand.AcceptHandOver(hand_over=SHIFT, items=(item,)), account="li")
    desk.when(hand.AcceptHandOver(hand_over=SHIFT, items=(item,)), account="li")
    desk.then_refused(ItemIsAccepted, f"{item} of hand-over {SHIFT} is accepted already.", f"交接班 {SHIFT} 的 {item} 已接收。")


def test_a_question_about_an_item_is_a_fact(desk: Desk) -> None:
    begun(desk)
    desk.when(hand.RemarkHandOver(hand_over=SHIFT, item=f"incident:{FIRST}", text="家属联系上了吗?"), account="li")
    desk.then("hand_over.item_remarked")


def test_who_began_it_or_a_commander_withdraws_it(desk: Desk) -> None:
    begun(desk)
    desk.when(hand.WithdrawHandOver(hand_over=SHIFT, reason="加班"), account="li")
    desk.then_refused(
        HandOverIsNotYours,
        f"Hand-over {SHIFT} was begun by zhou: only they or a commander can withdraw it.",
        f"交接班 {SHIFT} 由 zhou 发起:只有本人或指挥长可以撤回。",
    )
    desk.when(hand.WithdrawHandOver(hand_over=SHIFT, reason="加班"), account="wang")
    desk.then("hand_over.withdrawn")
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="li")
    desk.then_refused(
        HandOverIsOver,
        f"Hand-over {SHIFT} was withdrawn by wang at {T0.isoformat()}: cannot accept it.",
        f"交接班 {SHIFT} 已由 wang 于 {T0.isoformat()} 撤回,不能接收。",
    )
