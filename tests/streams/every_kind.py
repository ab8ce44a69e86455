"""A log in which every kind of fact occurs. `python -m tests.streams.every_kind` writes what is frozen for a release."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import timedelta

from domain import account_commands as accounts
from domain import administration_commands as administration
from domain import alarm_commands as alarms
from domain import commands as ask
from domain import hand_over_commands as hand
from domain.choosing import Retirable
from domain.fact import Fact
from domain.sensor_rules import Limit
from streams.codec import encode
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, THIRD, Desk, at, city, dispatched, opened, place, sent, stepped, taken


def kinds_of_facts() -> set[str]:
    """The topic of every kind that can be stored."""

    def below(kind: type[Fact]) -> Iterator[type[Fact]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    # Other tests make kinds of their own.
    return {kind.TOPIC for kind in below(Fact) if "TOPIC" in vars(kind) and kind.__module__.startswith("domain.")}


def desk_of_every_kind() -> Desk:
    """A desk after commands that left at least one fact of each kind."""
    desk = Desk()
    for command in (*city(), *_catalogue(), *_calls_and_incidents(), *_units(), *_mistakes(), *_accounts(), *_administration()):
        desk.now += timedelta(seconds=7)
        desk.given(command)
    _alarms(desk)
    _hand_overs(desk)
    return desk


def _catalogue() -> tuple[object, ...]:
    return (
        ask.RegisterAgency(agency="fire", zh="消防救援", en="Fire and Rescue"),
        ask.RegisterStation(
            station="XF01", agency="fire", zh="和平一站", en="Heping Station 1", district="heping", place=place(117.19, 39.11)
        ),
        ask.DefineDistrict(district="hexi", zh="河西区", en="Hexi District", centre=place(117.22, 39.1), code="120103"),
        ask.DefineIncidentType(
            incident_type="flood",
            zh="内涝积水",
            en="Flood",
            category="natural_disaster",
            priority=2,
            questions=(ask.Question(zh="水深?", en="How deep?"),),
        ),
        *(
            ask.DefineResponsePlan(incident_type="dwelling_fire", level=3, needs=(ask.PlannedNeed(capability="pump", count=count),))
            for count in (1, 2)
        ),
        ask.ChangeUnit(unit="E13", capabilities=("pump", "ladder")),
        ask.PutOutOfService(unit="E13", reason="检修"),
        ask.ReturnToService(unit="E13"),
    )


def _calls_and_incidents() -> tuple[object, ...]:
    return (
        taken(),
        ask.LocateCall(call=FIRST_CALL, place=place(117.201, 39.121), address="南京路3号", district="heping"),
        ask.ClassifyCall(call=FIRST_CALL, incident_type="dwelling_fire"),
        opened(call=FIRST_CALL),
        ask.ClassifyIncident(incident=FIRST, incident_type="flood"),
        ask.PrioritiseIncident(incident=FIRST, priority=1),
        ask.SetResponseLevel(incident=FIRST, level=2),
        ask.RelocateIncident(incident=FIRST, place=place(117.3, 39.0), address="解放路2号", district="hexi"),
        ask.AddNote(incident=FIRST, text="三楼有人", occurred_at=at(1)),
        ask.StrikeNote(incident=FIRST, note=1, reason="记错了"),
        ask.RevealCaller(call=FIRST_CALL, purpose="回拨"),
        ask.EndCall(call=FIRST_CALL, outcome="已派警"),
        taken("李雷", "13900001111"),
        ask.LinkCall(call="C261123-0002", incident=FIRST),
        ask.UnlinkCall(call="C261123-0002", reason="另一处"),
        ask.LinkCall(call="C261123-0002", incident=FIRST),
        ask.SplitIncident(incident=FIRST, calls=("C261123-0002",), reason="两起", incident_type="flood", place=place(117.31, 39.01)),
        opened("营口道2号"),
        ask.MergeIncidents(incident=FIRST, merged=THIRD),
        ask.UnmergeIncident(incident=THIRD, reason="并错了"),
        ask.EraseCaller(call=FIRST_CALL, reason="本人要求"),
    )


def _units() -> tuple[object, ...]:
    return (
        ask.DispatchUnits(incident=FIRST, units=("E11", "A21"), recommended=("E12", "A21"), reason="E12 较远"),
        stepped("acknowledged"),
        stepped("en_route"),
        stepped("on_scene"),
        ask.UndoStep(assignment=sent("E11"), step="on_scene", reason="按错了"),
        stepped("on_scene"),
        ask.CorrectStepTime(assignment=sent("E11"), step="on_scene", occurred_at=at(220), reason="补登"),
        ask.CancelAssignment(assignment=sent("A21"), reason="无伤员"),
        dispatched("E12", incident=SECOND),
        ask.DeclineAssignment(assignment=sent("E12", incident=SECOND), reason="故障"),
    )


def _mistakes() -> tuple[object, ...]:
    return (
        ask.CloseIncident(incident=FIRST, disposition="handled", remark="已扑灭"),
        ask.ReopenIncident(incident=FIRST, reason="复燃"),
        ask.CloseIncident(incident=THIRD, disposition="false_alarm"),
    )


def _accounts() -> tuple[object, ...]:
    return (
        accounts.CreateAccount(account="admin", zh="管理员", en="Administrator", roles=("administrator",)),
        accounts.CreateAccount(account="lin", zh="林", en="Lin", roles=("dispatcher", "administrator"), seat="5", districts=("heping",)),
        accounts.ChangeAccount(account="lin", roles=("dispatcher",)),
        accounts.DisableAccount(account="lin", reason="调离"),
        accounts.EnableAccount(account="lin"),
        accounts.SetPassword(account="lin"),
        accounts.RecordLockOut(account="lin", failures=10, until=at(3600)),
        accounts.CreateAccount(account="avl", zh="定位", en="AVL", roles=("source",), kind="program"),
        accounts.CreateToken(account="avl", label="网关"),
        accounts.RevokeToken(token="avl/1", reason="换新"),
    )


def _administration() -> tuple[object, ...]:
    """Every setting twice, and everything that can be retired gone and back."""
    retirable: tuple[tuple[Retirable, str], ...] = (
        ("unit", "E13"),
        ("capability", "ladder"),
        ("incident_type", "flood"),
        ("station", "JJ01"),
        ("district", "hexi"),
        ("agency", "ems"),
    )
    return (
        administration.DefineCapability(capability="ladder", zh="云梯", en="Ladder"),
        administration.DefineCapability(capability="ladder", zh="举高", en="Aerial ladder"),
        *(administration.SetTimers(targets=(administration.TimerTarget(interval="turnout", seconds=seconds),)) for seconds in (80, 60)),
        *(
            administration.SetAliases(aliases=(administration.CommandAlias(word="OS", meaning=meaning),))
            for meaning in ("on_scene", "out_of_service")
        ),
        *(
            administration.SetColours(colours=(administration.MarkColour(of="agency", code="fire", dark="#93c1e8", light=light),))
            for light in ("#124f83", "#1f5a8c")
        ),
        *(
            administration.SetStatusCodes(agency="fire", codes=(administration.AgencyCode(code=code, status="on_scene"),))
            for code in ("22", "4")
        ),
        *(administration.RetireEntry(kind=kind, code=code, reason="登记有误") for kind, code in retirable),
        *(administration.ReinstateEntry(kind=kind, code=code) for kind, code in reversed(retirable)),
    )


def _alarms(desk: Desk) -> None:
    desk.given(
        alarms.RegisterSensor(
            sensor="G1", zh="燃气", en="Gas", kind="gas", district="heping", limits=(Limit(condition="high", value=50.0, priority=1),)
        ),
        alarms.RegisterSensor(sensor="G1", zh="燃气一号", en="Gas 1", kind="gas", district="heping"),
        alarms.ChangeSensorLimits(sensor="G1", limits=(Limit(condition="high", value=60.0, priority=1),), silent_after_s=120.0),
        alarms.RetireSensor(sensor="G1", reason="拆除"),
        alarms.RegisterSensor(sensor="G1", zh="燃气一号", en="Gas 1", kind="gas", district="heping"),
    )
    desk.given(alarms.RaiseAlarm(sensor="G1", condition="high", priority=1, value=70.0, limit=60.0))
    alarm = desk.result["alarm"]
    desk.now += timedelta(seconds=60)
    desk.given(
        alarms.RepeatAlarm(alarm=alarm, value=75.0),
        alarms.AcknowledgeAlarm(alarm=alarm),
        alarms.ShelveAlarm(alarm=alarm, minutes=10, reason="检修"),
        alarms.UnshelveAlarm(alarm=alarm),
        alarms.LinkAlarm(alarm=alarm, incident=FIRST),
        alarms.UnlinkAlarm(alarm=alarm, reason="不是"),
        alarms.ReturnAlarmToNormal(alarm=alarm, value=20.0),
    )
    desk.now += timedelta(seconds=60)
    desk.given(alarms.RaiseAlarm(sensor="T9", condition="smoke", priority=2, zh="烟感", en="Smoke"))
    desk.given(alarms.DismissAlarm(alarm=desk.result["alarm"], reason="误报"))


def _hand_overs(desk: Desk) -> None:
    desk.given(
        accounts.CreateAccount(account="zhou", zh="周", en="Zhou", roles=("dispatcher",)),
        accounts.CreateAccount(account="li", zh="李", en="Li", roles=("dispatcher",)),
        hand.HandIncident(incident=FIRST, to="li", reason="换席"),
    )
    desk.when(hand.TakeIncident(incident=FIRST), account="li")
    for text in ("回拨报警人", "通知供电", "告知家属"):
        desk.given(hand.MakePromise(text=text, incident=FIRST))
    desk.given(
        hand.KeepPromise(promise="P261123-0001"),
        hand.DropPromise(promise="P261123-0002", reason="对方已知"),
        hand.BeginHandOver(to="li"),
        hand.WithdrawHandOver(hand_over="H261123-0001", reason="加班"),
        hand.BeginHandOver(to="li"),
    )
    desk.when(hand.RemarkHandOver(hand_over="H261123-0002", item="promise:P261123-0003", text="电话?"), account="li")
    desk.when(hand.AcceptHandOver(hand_over="H261123-0002", items=("promise:P261123-0003",)), account="li")
    desk.when(hand.AcceptHandOver(hand_over="H261123-0002"), account="li")


def lines() -> Iterator[str]:
    """The log as text: a line for each fact, its state as the bytes that are stored."""
    for recorded in desk_of_every_kind().log:
        fact = recorded.fact
        row = {"topic": type(fact).TOPIC, "id": fact.originator_id, "version": fact.originator_version, "state": encode(fact).decode()}
        yield json.dumps(row, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.writelines(line + "\n" for line in lines())
