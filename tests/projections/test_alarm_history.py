"""Every alarm that there was, with the moments that its performance is measured by."""

from __future__ import annotations

import pytest

from domain import alarm_commands as ask
from projections.alarm_history import ALARM_HISTORY, AlarmHistory, chatters
from tests.domain.alarm_world import AlarmWorld, at
from tests.projections.folding import fold

SENSOR = "TJ-GAS-014"
ALARM = "TJ-GAS-014/high/20261123T063000000"
ACKNOWLEDGE = ask.AcknowledgeAlarm(alarm=ALARM)
RETURN = ask.ReturnAlarmToNormal(alarm=ALARM, value=41.0)
SHELVE = ask.ShelveAlarm(alarm=ALARM, minutes=30, reason="检修")


def trigger(seconds: float) -> ask.RaiseAlarm:
    return ask.RaiseAlarm(sensor=SENSOR, condition="high", priority=2, value=53.0, limit=50.0, occurred_at=at(seconds))


def history(*commands: ask.AlarmCommand) -> AlarmHistory:
    """The alarm after its raising and these commands, a minute apart."""
    world = AlarmWorld()
    world.do(ask.RegisterSensor(sensor=SENSOR, zh="燃气站14", en="Gas station 14", unit_of_measure="%LEL"))
    for index, command in enumerate((trigger(0), *commands)):
        world.do(command, now=index * 60)
    found: AlarmHistory = fold(ALARM_HISTORY, world.log)[ALARM]
    return found


def test_an_alarm_that_has_ended_is_kept_with_its_moments() -> None:
    found = history(ACKNOWLEDGE, RETURN)
    assert (found.raised_at, found.acknowledged_at, found.returned_at, found.ended_at) == (at(0), at(60), at(120), at(120))
    assert (found.outcome, found.priority, found.count) == ("cleared", 2, 1)


def test_a_dismissed_alarm_was_never_acknowledged() -> None:
    found = history(ask.DismissAlarm(alarm=ALARM, reason="测试"))
    assert (found.outcome, found.acknowledged_at, found.ended_at) == ("dismissed", None, at(60))


def test_shelvings_are_counted_and_end_with_the_alarm() -> None:
    assert (history(SHELVE).shelved, history(SHELVE).is_shelved) == (1, True)
    again = history(SHELVE, ask.UnshelveAlarm(alarm=ALARM), SHELVE)
    assert (again.shelved, again.is_shelved) == (2, True)
    assert not history(SHELVE, ask.DismissAlarm(alarm=ALARM, reason="测试")).is_shelved


def test_three_triggers_within_a_minute_chatter_and_stay_known_for_it() -> None:
    assert history(trigger(30), trigger(60)).is_chattering
    assert not history(trigger(30), trigger(61)).is_chattering
    assert history(trigger(30), trigger(60), trigger(150), trigger(240)).is_chattering


def test_a_repeat_takes_back_the_return() -> None:
    assert history(RETURN, trigger(90)).returned_at is None


@pytest.mark.parametrize("seconds", [(0, 30, 60), (0, 59, 118, 119), (0, 100, 101, 102)])
def test_three_anywhere_within_a_minute_chatter(seconds: tuple[int, ...]) -> None:
    assert chatters(tuple(at(one) for one in seconds))


@pytest.mark.parametrize("seconds", [(), (0,), (0, 30), (0, 59, 119), (0, 31, 62, 93)])
def test_two_within_a_minute_do_not(seconds: tuple[int, ...]) -> None:
    assert not chatters(tuple(at(one) for one in seconds))
