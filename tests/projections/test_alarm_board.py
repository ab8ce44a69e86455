"""The alarm board as a fold of facts."""

from __future__ import annotations

import msgspec

from domain import alarm_commands as ask
from domain.commands import Place
from projections.alarm_board import ALARM_BOARD, AlarmBoard
from tests.domain.alarm_world import AlarmWorld, at

SENSOR = "TJ-GAS-014"
ALARM = "TJ-GAS-014/high/20261123T063000000"
RAISE = ask.RaiseAlarm(sensor=SENSOR, condition="high", priority=1, value=53.0, limit=50.0, occurred_at=at(0))


def fold(world: AlarmWorld) -> dict[str, AlarmBoard]:
    """The documents on the board."""
    board: dict[str, AlarmBoard | None] = {}
    for recorded in world.log:
        if isinstance(recorded.fact, ALARM_BOARD.facts):
            for key in ALARM_BOARD.keys(recorded.fact):
                board[key] = ALARM_BOARD.evolve(board.get(key), recorded)
    return {key: document for key, document in board.items() if document is not None}


def board_after(*commands: ask.AlarmCommand) -> AlarmBoard | None:
    """The board's row of the alarm after its raising and these commands, a minute apart."""
    world = AlarmWorld()
    world.has_agency("fire")
    world.has_district("heping")
    world.has_incident("261123-0001")
    world.do(
        ask.RegisterSensor(
            sensor=SENSOR,
            zh="燃气站14",
            en="Gas station 14",
            unit_of_measure="%LEL",
            place=Place(lon=117.2, lat=39.1),
            district="heping",
            agency="fire",
        )
    )
    for index, command in enumerate((RAISE, *commands)):
        world.do(command, now=index * 60, account="wang")
    return fold(world).get(ALARM)


def row(*commands: ask.AlarmCommand) -> AlarmBoard:
    document = board_after(*commands)
    assert document is not None
    return document


ACKNOWLEDGE = ask.AcknowledgeAlarm(alarm=ALARM)
RETURN = ask.ReturnAlarmToNormal(alarm=ALARM, value=41.0)
SHELVE = ask.ShelveAlarm(alarm=ALARM, minutes=30, reason="检修")
UNSHELVE = ask.UnshelveAlarm(alarm=ALARM)


def test_a_raised_alarm_is_on_the_board_with_all_that_the_protocol_names() -> None:
    assert msgspec.to_builtins(row()) == {
        "alarm": ALARM,
        "sensor": SENSOR,
        "zh": "燃气站14",
        "en": "Gas station 14",
        "condition": "high",
        "priority": 1,
        "state": "raised",
        "value": 53.0,
        "limit": 50.0,
        "unit_of_measure": "%LEL",
        "raised_at": "2026-11-23T06:30:00Z",
        "last_at": "2026-11-23T06:30:00Z",
        "count": 1,
        "acknowledged_by": "",
        "shelved_until": None,
        "shelved_by": "",
        "shelve_reason": "",
        "is_returned": False,
        "incident": "",
        "lon": 117.2,
        "lat": 39.1,
        "district": "heping",
        "agency": "fire",
        "version": 1,
    }


def test_the_version_is_that_of_the_alarm() -> None:
    assert row(ACKNOWLEDGE).version == 2


def test_an_acknowledged_alarm_says_by_whom() -> None:
    document = row(ACKNOWLEDGE)
    assert (document.state, document.acknowledged_by) == ("acknowledged", "wang")


def test_a_repeat_raises_the_count_and_the_value_and_keeps_the_first_moment() -> None:
    document = row(ask.RaiseAlarm(sensor=SENSOR, condition="high", priority=1, value=70.0, limit=50.0, occurred_at=at(50)))
    assert (document.count, document.value, document.raised_at, document.last_at) == (2, 70.0, at(0), at(50))


def test_back_to_normal_before_anybody_looked_stays_until_acknowledged() -> None:
    document = row(RETURN)
    assert (document.state, document.is_returned, document.value) == ("returned", True, 53.0)
    assert board_after(RETURN, ACKNOWLEDGE) is None


def test_a_repeat_after_the_return_is_active_again() -> None:
    document = row(RETURN, ask.RepeatAlarm(alarm=ALARM, value=60.0))
    assert (document.state, document.is_returned, document.count) == ("raised", False, 2)


def test_a_shelved_alarm_says_until_when_by_whom_and_why() -> None:
    document = row(SHELVE)
    assert (document.state, document.shelved_until, document.shelved_by, document.shelve_reason) == (
        "shelved",
        at(60 + 1800),
        "wang",
        "检修",
    )


def test_an_unshelved_alarm_is_what_it_became_meanwhile() -> None:
    assert row(SHELVE, RETURN).state == "shelved"
    document = row(SHELVE, RETURN, UNSHELVE)
    assert (document.state, document.shelved_until, document.shelved_by) == ("returned", None, "")
    assert row(ACKNOWLEDGE, SHELVE, UNSHELVE).state == "acknowledged"


def test_what_is_cleared_or_dismissed_is_gone() -> None:
    assert board_after(ACKNOWLEDGE, RETURN) is None
    assert board_after(ask.DismissAlarm(alarm=ALARM, reason="误报")) is None


def test_a_link_shows_the_incident_until_it_is_undone() -> None:
    link = ask.LinkAlarm(alarm=ALARM, incident="261123-0001")
    assert row(link).incident == "261123-0001"
    assert row(link, ask.UnlinkAlarm(alarm=ALARM, reason="另一处")).incident == ""


def test_a_link_after_the_end_brings_nothing_back() -> None:
    assert board_after(ACKNOWLEDGE, RETURN, ask.LinkAlarm(alarm=ALARM, incident="261123-0001")) is None
