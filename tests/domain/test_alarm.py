"""The life of an alarm after ISA-18.2, and why each act is refused."""

from __future__ import annotations

import pytest

from domain import alarm_commands as ask
from domain import alarm_refusals as refused
from domain.alarm import Alarm, alarm_name
from domain.commands import Place
from domain.fact import By
from domain.incident import Incident
from domain.incident_refusals import IncidentIsClosed
from domain.refusals import Invalid, ReasonIsMissing, Refusal, UnknownThing
from domain.sensor import Sensor
from domain.sensor_rules import Limit
from domain.values import LonLat
from tests.domain.alarm_world import AlarmWorld, at, then_refused

SENSOR = "TJ-GAS-014"
ALARM = "TJ-GAS-014/high/20261123T063000000"
I1 = "261123-0001"
I2 = "261123-0002"


def raising(now: float = 0, value: float | None = 53.0) -> ask.RaiseAlarm:
    return ask.RaiseAlarm(sensor=SENSOR, condition="high", priority=1, value=value, limit=50.0, occurred_at=at(now))


def register(*limits: Limit) -> ask.RegisterSensor:
    return ask.RegisterSensor(sensor=SENSOR, zh="燃气站14", en="Gas station 14", kind="gas", unit_of_measure="%LEL", limits=limits)


def given(*states: str, is_watched: bool = True) -> AlarmWorld:
    """An alarm of a watched sensor that has gone through these states."""
    world = AlarmWorld()
    world.has_incident(I1)
    world.has_incident(I2)
    world.do(register(Limit(condition="high", value=50.0)) if is_watched else register())
    acts: dict[str, ask.AlarmCommand] = {
        "raised": raising(),
        "acknowledged": ask.AcknowledgeAlarm(alarm=ALARM),
        "returned": ask.ReturnAlarmToNormal(alarm=ALARM, value=41.0),
        "shelved": ask.ShelveAlarm(alarm=ALARM, minutes=30, reason="检修"),
        "unshelved": ask.UnshelveAlarm(alarm=ALARM),
        "dismissed": ask.DismissAlarm(alarm=ALARM, reason="误报"),
        "linked": ask.LinkAlarm(alarm=ALARM, incident=I1),
        "cleared": ask.ClearAlarm(alarm=ALARM),
    }
    for index, state in enumerate(states):
        world.do(acts[state], now=index * 60, account="wang")
    return world


def state_of(world: AlarmWorld) -> str:
    return world.look(Alarm, f"alarm:{ALARM}").state


def test_an_alarms_name_is_its_sensor_condition_and_first_moment() -> None:
    assert alarm_name(SENSOR, "high", at(0.1239)) == "TJ-GAS-014/high/20261123T063000123"


def test_the_first_fact_carries_all_that_the_board_shows() -> None:
    world = AlarmWorld()
    world.has_agency("fire")
    world.has_district("heping")
    place = Place(lon=117.2, lat=39.1)
    world.do(
        ask.RegisterSensor(
            sensor=SENSOR, zh="燃气站14", en="Gas station 14", unit_of_measure="%LEL", place=place, district="heping", agency="fire"
        )
    )
    assert world.do(raising(-5)) == {"alarm": "TJ-GAS-014/high/20261123T062955000", "count": 1}
    fact = world.fact()
    assert isinstance(fact, Alarm.Raised)
    assert (fact.name.zh, fact.name.en, fact.unit_of_measure) == ("燃气站14", "Gas station 14", "%LEL")
    assert (fact.place, fact.district, fact.agency) == (LonLat(lon=117.2, lat=39.1), "heping", "fire")
    assert (fact.value, fact.limit, fact.priority, fact.occurred_at) == (53.0, 50.0, 1, at(-5))
    assert fact.is_watched is False


def test_acknowledged_then_normal_clears_by_itself() -> None:
    world = given("raised", "acknowledged", "returned")
    assert state_of(world) == "cleared"
    assert world.topics()[-3:] == ["alarm.returned_to_normal", "alarm.cleared", "sensor.alarm_ended"]
    assert [recorded.fact.is_by_itself for recorded in world.log if isinstance(recorded.fact, Alarm.Cleared)] == [True]


def test_normal_then_acknowledged_clears_by_itself() -> None:
    world = given("raised", "returned")
    assert state_of(world) == "returned"
    assert world.do(ask.AcknowledgeAlarm(alarm=ALARM), now=200) == {"state": "cleared"}


def test_a_repeating_trigger_is_one_alarm_with_a_count() -> None:
    world = given("raised")
    assert world.do(raising(70, value=61.0), now=70) == {"alarm": ALARM, "count": 2}
    assert world.do(ask.RepeatAlarm(alarm=ALARM, value=64.0, occurred_at=at(80)), now=80) == {"alarm": ALARM, "count": 3}
    assert world.topics().count("alarm.raised") == 1
    assert world.fact().value == 64.0


def test_the_same_trigger_told_twice_counts_once() -> None:
    world = given("raised")
    before = len(world.log)
    assert world.do(raising(), now=70) == {"alarm": ALARM, "count": 1}
    assert len(world.log) == before


def test_a_trigger_of_an_ended_alarm_told_again_raises_nothing() -> None:
    world = given("raised", "dismissed")
    before = len(world.log)
    assert world.do(raising(), now=70) == {"alarm": "", "count": 0}
    assert len(world.log) == before


def test_a_trigger_told_late_does_not_count_and_does_not_bring_back_what_returned() -> None:
    world = given("raised", "returned")
    before = len(world.log)
    assert world.do(raising(-20), now=90) == {"alarm": ALARM, "count": 1}
    assert len(world.log) == before
    assert state_of(world) == "returned"


def test_a_repeat_brings_a_returned_alarm_back() -> None:
    world = given("raised", "returned")
    world.do(raising(90), now=90)
    assert state_of(world) == "raised"


def test_a_repeat_leaves_a_shelved_alarm_shelved() -> None:
    world = given("raised", "shelved")
    world.do(raising(90), now=90)
    assert state_of(world) == "shelved"


def test_a_repeat_of_an_ended_alarm_is_a_new_one_by_the_limits_of_now() -> None:
    world = given("raised", "acknowledged", "returned")
    world.do(ask.ChangeSensorLimits(sensor=SENSOR, limits=(Limit(condition="high", value=60.0, priority=2),)), now=200)
    result = world.do(ask.RepeatAlarm(alarm=ALARM, value=63.0, occurred_at=at(300)), now=300)
    assert result == {"alarm": "TJ-GAS-014/high/20261123T063500000", "count": 1}
    assert (world.fact().limit, world.fact().priority) == (60.0, 2)


def test_an_unshelved_alarm_comes_back_as_what_it_now_is() -> None:
    world = given("raised", "shelved", "returned")
    assert state_of(world) == "shelved"
    assert world.do(ask.UnshelveAlarm(alarm=ALARM), now=200) == {"state": "returned"}
    assert world.fact().is_time_over is False


def test_a_shelved_alarm_that_was_acknowledged_clears_when_it_returns() -> None:
    assert state_of(given("raised", "acknowledged", "shelved", "returned")) == "cleared"


def test_unshelving_after_its_time_says_so() -> None:
    world = given("raised", "shelved")
    world.do(ask.UnshelveAlarm(alarm=ALARM), now=60 + 30 * 60, account="alarm_watch")
    assert world.fact().is_time_over is True


def test_shelving_says_until_when() -> None:
    world = given("raised")
    assert world.do(ask.ShelveAlarm(alarm=ALARM, minutes=480, reason="检修")) == {"shelved_until": "2026-11-23T14:30:00+00:00"}


def test_a_person_clears_what_no_watch_looks_after() -> None:
    world = given("raised", "acknowledged", is_watched=False)
    world.do(ask.ClearAlarm(alarm=ALARM), now=90)
    assert state_of(world) == "cleared"
    assert world.look(Sensor, f"sensor:{SENSOR}").open == {}


def test_an_open_alarm_is_dismissed_from_any_state() -> None:
    for states in (["raised"], ["raised", "acknowledged"], ["raised", "returned"], ["raised", "shelved"]):
        assert state_of(given(*states, "dismissed")) == "dismissed"


def test_a_link_is_kept_on_both_sides_and_is_reversible() -> None:
    world = given("raised", "linked")
    assert world.look(Incident, f"incident:{I1}").alarms == {ALARM}
    assert world.do(ask.UnlinkAlarm(alarm=ALARM, reason="另一处"), now=90) == {"incident": I1}
    assert world.look(Incident, f"incident:{I1}").alarms == set()
    world.do(ask.LinkAlarm(alarm=ALARM, incident=I2), now=95)
    assert world.look(Incident, f"incident:{I2}").alarms == {ALARM}


def test_a_cleared_alarm_may_still_turn_out_to_be_about_an_incident() -> None:
    world = given("raised", "acknowledged", "returned", "linked")
    assert world.look(Alarm, f"alarm:{ALARM}").incident == I1


def test_the_facts_of_a_linked_alarm_carry_the_incident() -> None:
    world = given("raised", "linked", "acknowledged")
    assert world.fact().incident == I1


def test_a_sensor_that_nobody_registered_appears_with_its_first_alarm() -> None:
    world = AlarmWorld()
    world.do(ask.RaiseAlarm(sensor="PANEL-7", condition="fire_panel", priority=1, zh="七号楼", en="Block 7", occurred_at=at(0)))
    assert sorted(world.topics()) == ["alarm.raised", "sensor.alarm_began", "sensor.registered"]
    assert world.look(Sensor, "sensor:PANEL-7").open == {"fire_panel": "PANEL-7/fire_panel/20261123T063000000"}


def test_a_return_answers_to_the_alarm_that_its_trigger_was_counted_on() -> None:
    world = given("raised")
    world.do(raising(70), now=70)
    counted = "TJ-GAS-014/high/20261123T063110000"
    assert world.do(ask.ReturnAlarmToNormal(alarm=counted, occurred_at=at(80)), now=80) == {"alarm": ALARM, "state": "returned"}


REFUSALS: list[tuple[list[str], ask.AlarmCommand, type[Refusal], str, str]] = [
    (
        ["raised", "acknowledged"],
        ask.AcknowledgeAlarm(alarm=ALARM),
        refused.AlarmIsAcknowledged,
        f"Alarm {ALARM} was acknowledged by wang at 2026-11-23T06:31:00+00:00: nothing to acknowledge.",
        f"告警 {ALARM} 已由 wang 于 2026-11-23T06:31:00+00:00 确认,无需再次确认。",
    ),
    (
        ["raised", "shelved"],
        ask.AcknowledgeAlarm(alarm=ALARM),
        refused.AlarmIsShelved,
        f"Alarm {ALARM} is shelved by wang until 2026-11-23T07:01:00+00:00 (检修): cannot acknowledge it. Unshelve it first.",
        f"告警 {ALARM} 已由 wang 搁置至 2026-11-23T07:01:00+00:00(检修),不能确认。请先取消搁置。",
    ),
    (
        ["raised", "shelved"],
        ask.ShelveAlarm(alarm=ALARM, minutes=10, reason="再等"),
        refused.AlarmIsShelved,
        f"Alarm {ALARM} is shelved by wang until 2026-11-23T07:01:00+00:00 (检修): cannot shelve it again. Unshelve it first.",
        f"告警 {ALARM} 已由 wang 搁置至 2026-11-23T07:01:00+00:00(检修),不能再次搁置。请先取消搁置。",
    ),
    (
        ["raised", "shelved"],
        ask.ClearAlarm(alarm=ALARM),
        refused.AlarmIsShelved,
        f"Alarm {ALARM} is shelved by wang until 2026-11-23T07:01:00+00:00 (检修): cannot clear it. Unshelve it first.",
        f"告警 {ALARM} 已由 wang 搁置至 2026-11-23T07:01:00+00:00(检修),不能消除。请先取消搁置。",
    ),
    (
        ["raised"],
        ask.ShelveAlarm(alarm=ALARM, minutes=481, reason="再等"),
        refused.ShelvingIsLimited,
        f"Alarm {ALARM} cannot be shelved for 481 minutes: choose between 1 and 480.",
        f"告警 {ALARM} 不能搁置 481 分钟:请选 1 到 480 之间。",
    ),
    (
        ["raised"],
        ask.ShelveAlarm(alarm=ALARM, minutes=10, reason="  "),
        ReasonIsMissing,
        f"A reason is needed to shelve alarm {ALARM}.",
        f"搁置告警 {ALARM} 需要填写理由。",
    ),
    (
        ["raised"],
        ask.DismissAlarm(alarm=ALARM, reason=" "),
        ReasonIsMissing,
        f"A reason is needed to dismiss alarm {ALARM}.",
        f"撤销告警 {ALARM} 需要填写理由。",
    ),
    (
        ["raised", "linked"],
        ask.UnlinkAlarm(alarm=ALARM, reason=" "),
        ReasonIsMissing,
        f"A reason is needed to unlink alarm {ALARM}.",
        f"解除关联告警 {ALARM} 需要填写理由。",
    ),
    (
        ["raised"],
        ask.UnshelveAlarm(alarm=ALARM),
        refused.AlarmIsNotShelved,
        f"Alarm {ALARM} is unacknowledged, not shelved: nothing to unshelve.",
        f"告警 {ALARM} 未确认,没有搁置,无需取消搁置。",
    ),
    (
        ["raised", "returned"],
        ask.ReturnAlarmToNormal(alarm=ALARM),
        refused.AlarmIsReturned,
        f"Alarm {ALARM} is returned to normal, unacknowledged: it returned to normal at 2026-11-23T06:31:00+00:00 and cannot return again.",
        f"告警 {ALARM} 已恢复、未确认:已于 2026-11-23T06:31:00+00:00 恢复正常,不能再次恢复。",
    ),
    (
        ["raised"],
        ask.ReturnAlarmToNormal(alarm=ALARM, occurred_at=at(-1)),
        refused.AlarmIsTriggeredSince,
        f"Alarm {ALARM} was triggered again at 2026-11-23T06:30:00+00:00: it did not return to normal at 2026-11-23T06:29:59+00:00.",
        f"告警 {ALARM} 已于 2026-11-23T06:30:00+00:00 再次触发:2026-11-23T06:29:59+00:00 的恢复不再有效。",
    ),
    (
        ["raised"],
        ask.ClearAlarm(alarm=ALARM),
        refused.AlarmIsNotAcknowledged,
        f"Alarm {ALARM} is unacknowledged: acknowledge it before you clear it.",
        f"告警 {ALARM} 未确认:请先确认,再消除。",
    ),
    (
        ["raised", "acknowledged"],
        ask.ClearAlarm(alarm=ALARM),
        refused.AlarmIsActive,
        (
            f"Alarm {ALARM} is acknowledged and still active: it clears itself on its return to normal. "
            "Dismiss it with a reason if it is false."
        ),
        f"告警 {ALARM} 已确认,但仍未恢复:恢复正常后会自行消除;如属误报,请填写理由撤销。",
    ),
    (
        ["raised", "linked"],
        ask.LinkAlarm(alarm=ALARM, incident=I2),
        refused.AlarmIsLinked,
        f"Alarm {ALARM} is linked to incident {I1}: cannot link it to {I2}. Unlink it first.",
        f"告警 {ALARM} 已关联警情 {I1},不能再关联 {I2}。请先解除关联。",
    ),
    (
        ["raised"],
        ask.UnlinkAlarm(alarm=ALARM, reason="错"),
        refused.AlarmIsNotLinked,
        f"Alarm {ALARM} is unacknowledged and linked to no incident: nothing to unlink.",
        f"告警 {ALARM} 未确认,没有关联警情,无需解除。",
    ),
    (
        ["raised"],
        ask.LinkAlarm(alarm=ALARM, incident="261123-0099"),
        UnknownThing,
        "There is no incident 261123-0099.",
        "没有这个警情:261123-0099。",
    ),
    (
        [],
        ask.AcknowledgeAlarm(alarm=ALARM),
        UnknownThing,
        f"There is no alarm {ALARM}.",
        f"没有这个告警:{ALARM}。",
    ),
    (
        [],
        ask.RepeatAlarm(alarm="NOWHERE/high/20261123T063000000"),
        UnknownThing,
        "There is no alarm NOWHERE/high/20261123T063000000.",
        "没有这个告警:NOWHERE/high/20261123T063000000。",
    ),
    (
        [],
        ask.ReturnAlarmToNormal(alarm=ALARM),
        UnknownThing,
        f"There is no alarm {ALARM}.",
        f"没有这个告警:{ALARM}。",
    ),
    (
        [],
        ask.RaiseAlarm(sensor="A/B", condition="high", priority=1),
        refused.CodeIsMalformed,
        "sensor is A/B: use letters, digits and - _ . : only, at most 64.",
        "sensor 为 A/B:只能用字母、数字和 - _ . :,最多 64 个。",
    ),
    (
        [],
        ask.RaiseAlarm(sensor="A", condition="very high", priority=1),
        refused.CodeIsMalformed,
        "condition is very high: use letters, digits and - _ . : only, at most 32.",
        "condition 为 very high:只能用字母、数字和 - _ . :,最多 32 个。",
    ),
    (
        [],
        ask.RaiseAlarm(sensor="A", condition="high", priority=1, value=float("nan")),
        refused.ValueIsNotANumber,
        "value is nan: it must be a finite number.",
        "value 为 nan,必须是有限的数值。",
    ),
    (
        [],
        ask.RaiseAlarm(sensor="A", condition="high", priority=1, value=1.0, limit=float("inf")),
        refused.ValueIsNotANumber,
        "limit is inf: it must be a finite number.",
        "limit 为 inf,必须是有限的数值。",
    ),
    (
        [],
        ask.RaiseAlarm(sensor="A", condition="high", priority=1, district="nowhere"),
        UnknownThing,
        "There is no district nowhere.",
        "没有这个区:nowhere。",
    ),
]


@pytest.mark.parametrize(("states", "command", "refusal", "en", "zh"), REFUSALS, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_refused_is_told_in_both_languages(
    states: list[str], command: ask.AlarmCommand, refusal: type[Refusal], en: str, zh: str
) -> None:
    world = given(*states)
    before = len(world.log)
    then_refused(lambda: world.do(command, now=600), refusal, en=en, zh=zh)
    assert len(world.log) == before


ACTS_ON_ENDED: list[tuple[ask.AlarmCommand, str, str]] = [
    (ask.AcknowledgeAlarm(alarm=ALARM), "acknowledge it", "确认"),
    (ask.ShelveAlarm(alarm=ALARM, minutes=5, reason="检修"), "shelve it", "搁置"),
    (ask.UnshelveAlarm(alarm=ALARM), "unshelve it", "取消搁置"),
    (ask.ReturnAlarmToNormal(alarm=ALARM), "return it to normal", "恢复正常"),
    (ask.ClearAlarm(alarm=ALARM), "clear it", "消除"),
    (ask.DismissAlarm(alarm=ALARM, reason="误报"), "dismiss it", "撤销"),
    (ask.LinkAlarm(alarm=ALARM, incident=I1), f"link it to incident {I1}", f"关联警情 {I1}"),
]


@pytest.mark.parametrize(("command", "act", "act_zh"), ACTS_ON_ENDED, ids=lambda value: getattr(type(value), "__name__", None))
def test_a_dismissed_alarm_takes_no_more_acts(command: ask.AlarmCommand, act: str, act_zh: str) -> None:
    world = given("raised", "dismissed")
    then_refused(
        lambda: world.do(command, now=600),
        refused.AlarmHasEnded,
        en=f"Alarm {ALARM} was dismissed by wang at 2026-11-23T06:31:00+00:00: cannot {act}.",
        zh=f"告警 {ALARM} 已由 wang 于 2026-11-23T06:31:00+00:00 撤销,不能{act_zh}。",
    )


def test_a_cleared_alarm_says_that_it_was_cleared() -> None:
    world = given("raised", "acknowledged", "returned")
    then_refused(
        lambda: world.do(ask.DismissAlarm(alarm=ALARM, reason="误报"), now=600),
        refused.AlarmHasEnded,
        en=f"Alarm {ALARM} was cleared by wang at 2026-11-23T06:32:00+00:00: cannot dismiss it.",
        zh=f"告警 {ALARM} 已由 wang 于 2026-11-23T06:32:00+00:00 消除,不能撤销。",
    )


def test_a_closed_incident_takes_no_alarm_and_the_alarm_stays_unlinked() -> None:
    world = given("raised")
    world.has_incident("261123-0003", is_closed=True)
    with pytest.raises(IncidentIsClosed, match=f"link alarm {ALARM}"):
        world.do(ask.LinkAlarm(alarm=ALARM, incident="261123-0003"), now=90)
    assert world.look(Alarm, f"alarm:{ALARM}").incident == ""


def test_an_aggregate_refuses_to_repeat_what_has_ended() -> None:
    alarm = given("raised", "dismissed").look(Alarm, f"alarm:{ALARM}")
    then_refused(
        lambda: alarm.repeat(1.0, at(700), by=By(account="lin"), at=at(700)),
        refused.AlarmHasEnded,
        en=f"Alarm {ALARM} was dismissed by wang at 2026-11-23T06:31:00+00:00: cannot count another trigger.",
        zh=f"告警 {ALARM} 已由 wang 于 2026-11-23T06:31:00+00:00 撤销,不能再计一次触发。",
    )


def test_every_refusal_has_a_code_and_names_a_field() -> None:
    kinds = [kind for kind in vars(refused).values() if isinstance(kind, type) and issubclass(kind, Refusal) and kind.en]
    assert len(kinds) == 14
    assert all(kind.about or issubclass(kind, Invalid) for kind in kinds)
