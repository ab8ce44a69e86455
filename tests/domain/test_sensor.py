"""Sensors: registered, described anew, limits changed by those who saw them, retired and registered again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import alarm_commands as ask
from domain.alarm_refusals import CodeIsMalformed, SensorIsRetired
from domain.refusals import ReasonIsMissing, Refusal, StaleVersion, UnknownThing
from domain.sensor import Sensor
from domain.sensor_rules import Limit, LimitIsDouble, LimitIsNotANumber, LimitsContradict, SensorRules, require_sound
from tests.domain.alarm_world import AlarmWorld, at, then_refused

S = "TJ-GAS-014"
HIGH = Limit(condition="high", value=50.0, hysteresis=5.0)
REGISTER = ask.RegisterSensor(sensor=S, zh="燃气站14", en="Gas station 14", kind="gas", unit_of_measure="%LEL", limits=(HIGH,))


def given(*commands: ask.AlarmCommand) -> AlarmWorld:
    world = AlarmWorld()
    for index, command in enumerate((REGISTER, *commands)):
        world.do(command, now=index * 60, account="wang")
    return world


def sensor_of(world: AlarmWorld) -> Sensor:
    return world.look(Sensor, f"sensor:{S}")


def test_the_same_registration_again_leaves_no_fact() -> None:
    world = given()
    before = len(world.log)
    assert world.do(REGISTER, now=60) == {"sensor": S, "limits_kept": False}
    assert len(world.log) == before


def test_a_sensor_described_anew_keeps_its_limits() -> None:
    world = given(ask.ChangeSensorLimits(sensor=S, limits=(replace(HIGH, value=40.0),)))
    assert world.do(replace(REGISTER, zh="新名"), now=90) == {"sensor": S, "limits_kept": True}
    assert sensor_of(world).description.name.zh == "新名"
    assert sensor_of(world).rules.limits[0].value == 40.0


def test_a_sensor_that_came_with_an_alarm_takes_the_limits_of_its_registration() -> None:
    world = AlarmWorld()
    world.do(ask.RaiseAlarm(sensor=S, condition="tamper", priority=3))
    assert world.do(REGISTER, now=60) == {"sensor": S, "limits_kept": False}
    assert sensor_of(world).rules.limits == (HIGH,)
    assert sensor_of(world).description.unit_of_measure == "%LEL"
    assert "tamper" in sensor_of(world).open


def test_limits_that_are_already_so_leave_no_fact() -> None:
    world = given()
    before = len(world.log)
    world.do(ask.ChangeSensorLimits(sensor=S, limits=(HIGH,)), now=60)
    assert len(world.log) == before


def test_limits_changed_after_the_operator_looked_are_not_overwritten() -> None:
    world = given(ask.ChangeSensorLimits(sensor=S, limits=(replace(HIGH, value=40.0),), version=1))
    then_refused(
        lambda: world.do(ask.ChangeSensorLimits(sensor=S, limits=(), version=1), now=90),
        StaleVersion,
        en=f"The limits of {S} was changed to high 40 by wang at 2026-11-23T06:31:00+00:00 after you looked: look again, then decide.",
        zh=f"{S} 的限值在您查看之后已被 wang 于 2026-11-23T06:31:00+00:00 改为 高 40:请再看一眼后决定。",
    )


def test_an_alarm_since_the_operator_looked_is_no_change_of_the_limits() -> None:
    world = given(ask.RaiseAlarm(sensor=S, condition="high", priority=1))
    world.do(ask.ChangeSensorLimits(sensor=S, limits=(), version=1), now=90)
    assert sensor_of(world).rules.limits == ()


def test_who_saw_nothing_overwrites_knowingly() -> None:
    world = given(ask.ChangeSensorLimits(sensor=S, limits=(replace(HIGH, value=40.0),)))
    world.do(ask.ChangeSensorLimits(sensor=S, limits=()), now=90)
    assert sensor_of(world).rules == SensorRules()


def test_a_retired_sensor_that_is_registered_again_is_in_use() -> None:
    world = given(ask.RetireSensor(sensor=S, reason="拆除"))
    world.do(REGISTER, now=90)
    assert sensor_of(world).retired is None
    assert world.topics()[-1] == "sensor.reinstated"


def test_the_open_alarms_of_a_retired_sensor_can_still_be_handled() -> None:
    world = given(ask.RaiseAlarm(sensor=S, condition="high", priority=1, occurred_at=at(60)), ask.RetireSensor(sensor=S, reason="拆除"))
    alarm = sensor_of(world).open["high"]
    world.do(ask.ReturnAlarmToNormal(alarm=alarm), now=200)
    assert world.do(ask.AcknowledgeAlarm(alarm=alarm), now=201) == {"state": "cleared"}


RETIRED = "was retired by wang at 2026-11-23T06:31:00+00:00 (拆除)"
RETIRED_ZH = "已由 wang 于 2026-11-23T06:31:00+00:00 停用(拆除)"


@pytest.mark.parametrize(
    ("command", "act", "act_zh"),
    [
        (ask.RaiseAlarm(sensor=S, condition="high", priority=1), "raise high", "发出「高」告警"),
        (ask.ChangeSensorLimits(sensor=S, limits=()), "change its limits", "改限值"),
        (ask.RetireSensor(sensor=S, reason="再拆"), "retire it again", "再次停用"),
    ],
    ids=lambda value: getattr(type(value), "__name__", None),
)
def test_a_retired_sensor_takes_no_more_acts(command: ask.AlarmCommand, act: str, act_zh: str) -> None:
    world = given(ask.RetireSensor(sensor=S, reason="拆除"))
    then_refused(
        lambda: world.do(command, now=90),
        SensorIsRetired,
        en=f"Sensor {S} {RETIRED}: cannot {act}. Register it again first.",
        zh=f"传感器 {S} {RETIRED_ZH},不能{act_zh}。请先重新登记。",
    )


@pytest.mark.parametrize(
    ("command", "refusal", "en", "zh"),
    [
        (ask.RetireSensor(sensor="X", reason="r"), UnknownThing, "There is no sensor X.", "没有这个传感器:X。"),
        (
            ask.RetireSensor(sensor=S, reason=" "),
            ReasonIsMissing,
            f"A reason is needed to retire sensor {S}.",
            f"停用传感器 {S} 需要填写理由。",
        ),
        (
            ask.RegisterSensor(sensor="a b", zh="", en=""),
            CodeIsMalformed,
            "sensor is a b: use letters, digits and - _ . : only, at most 64.",
            "sensor 为 a b:只能用字母、数字和 - _ . :,最多 64 个。",
        ),
        (ask.RegisterSensor(sensor="b", zh="", en="", agency="x"), UnknownThing, "There is no agency x.", "没有这个部门:x。"),
        (ask.RegisterSensor(sensor="b", zh="", en="", district="x"), UnknownThing, "There is no district x.", "没有这个区:x。"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_refused_is_told_in_both_languages(command: ask.AlarmCommand, refusal: type[Refusal], en: str, zh: str) -> None:
    world = given()
    then_refused(lambda: world.do(command, now=90), refusal, en=en, zh=zh)


@pytest.mark.parametrize(
    ("limits", "refusal", "en", "zh"),
    [
        (
            (HIGH, HIGH),
            LimitIsDouble,
            f"{S} has two limits for high: give one.",
            f"{S} 的高限给了两个:只能有一个。",
        ),
        (
            (Limit(condition="high", value=50), Limit(condition="high_high", value=50)),
            LimitsContradict,
            f"{S}: high (50) contradicts high-high (50): high must lie below high-high.",
            f"{S}:高限(50)与高高限(50)矛盾:高限必须低于高高限。",
        ),
        (
            (Limit(condition="low", value=40, hysteresis=4), Limit(condition="high", value=50, hysteresis=6)),
            LimitsContradict,
            f"{S}: low (40) contradicts high (50): their dead bands leave nothing that is normal.",
            f"{S}:低限(40)与高限(50)矛盾:两者的回差之间没有正常区间。",
        ),
        (
            (Limit(condition="low", value=float("nan")),),
            LimitIsNotANumber,
            f"{S}: the value of low is nan: it must be a finite number.",
            f"{S}:低的限值为 nan,必须是有限的数值。",
        ),
        (
            (Limit(condition="rising_fast", value=0),),
            LimitIsNotANumber,
            f"{S}: the value of rising fast is 0: it must be a positive number.",
            f"{S}:上升过快的限值为 0,必须是正数。",
        ),
        (
            (Limit(condition="high", value=1, hysteresis=-1),),
            LimitIsNotANumber,
            f"{S}: the hysteresis of high is -1: it must be zero or more.",
            f"{S}:高的回差为 -1,必须是零或正数。",
        ),
        (
            (Limit(condition="high", value=1, delay_s=float("inf")),),
            LimitIsNotANumber,
            f"{S}: the delay of high is inf: it must be zero or more.",
            f"{S}:高的延时为 inf,必须是零或正数。",
        ),
    ],
)
def test_limits_that_cannot_be_meant_are_refused(limits: tuple[Limit, ...], refusal: type[Refusal], en: str, zh: str) -> None:
    then_refused(lambda: require_sound(S, SensorRules(limits=limits)), refusal, en=en, zh=zh)


def test_all_four_limits_in_their_order_are_sound() -> None:
    conditions = (("low_low", 1.0), ("low", 2.0), ("high", 8.0), ("high_high", 9.0))
    require_sound(S, SensorRules(limits=tuple(Limit(condition=name, value=value, hysteresis=1.0) for name, value in conditions)))  # type: ignore[arg-type]
