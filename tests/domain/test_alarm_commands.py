"""Commands on alarms and sensors as they come over the wire: bounds hold, and nothing but what they name gets in."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError

from domain import alarm_commands as ask
from domain import alarm_decisions
from domain.decisions import DECISIONS, command_name

WHOLE: dict[type[Any], dict[str, Any]] = {
    ask.RaiseAlarm: {
        "sensor": "TJ-GAS-014",
        "condition": "high",
        "priority": 1,
        "value": 53.0,
        "limit": 50.0,
        "occurred_at": "2026-11-23T14:30:00+08:00",
        "zh": "燃气站",
        "en": "Gas station",
        "place": {"lon": 117.2, "lat": 39.1, "datum": "GCJ-02"},
        "district": "heping",
    },
    ask.RepeatAlarm: {"alarm": "a/b/c", "value": 1.0, "occurred_at": "2026-11-23T06:30:00Z"},
    ask.AcknowledgeAlarm: {"alarm": "a/b/c"},
    ask.ShelveAlarm: {"alarm": "a/b/c", "minutes": 480, "reason": "检修"},
    ask.UnshelveAlarm: {"alarm": "a/b/c"},
    ask.ReturnAlarmToNormal: {"alarm": "a/b/c", "value": None, "occurred_at": None},
    ask.ClearAlarm: {"alarm": "a/b/c"},
    ask.DismissAlarm: {"alarm": "a/b/c", "reason": "误报"},
    ask.LinkAlarm: {"alarm": "a/b/c", "incident": "261123-0001"},
    ask.UnlinkAlarm: {"alarm": "a/b/c", "reason": "另一处"},
    ask.RegisterSensor: {
        "sensor": "TJ-GAS-014",
        "zh": "燃气站",
        "en": "Gas station",
        "kind": "gas",
        "unit_of_measure": "%LEL",
        "place": None,
        "district": "",
        "agency": "fire",
        "limits": [{"condition": "high", "value": 50.0, "hysteresis": 5.0, "delay_s": 3.0, "priority": 1}],
        "silent_after_s": 300.0,
        "chatter": {"transitions_max": 5, "window_s": 60.0, "calm_s": 120.0},
        "lowest": 0.0,
        "highest": 100.0,
        "fault_priority": 3,
    },
    ask.ChangeSensorLimits: {"sensor": "TJ-GAS-014", "limits": [], "silent_after_s": None, "version": 3},
    ask.RetireSensor: {"sensor": "TJ-GAS-014", "reason": "拆除"},
}


@pytest.mark.parametrize("kind", ask.COMMANDS, ids=command_name)
def test_a_whole_command_is_read_alike_by_pydantic_and_msgspec(kind: type[Any]) -> None:
    assert TypeAdapter(kind).validate_json(json.dumps(WHOLE[kind])) == msgspec.convert(WHOLE[kind], kind, strict=False)


@pytest.mark.parametrize("kind", ask.COMMANDS, ids=command_name)
def test_every_command_has_its_decision(kind: type[Any]) -> None:
    assert DECISIONS[command_name(kind)].decide is getattr(alarm_decisions, command_name(kind))


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        (ask.ShelveAlarm, {"minutes": 481}, "minutes"),
        (ask.ShelveAlarm, {"minutes": 0}, "minutes"),
        (ask.ShelveAlarm, {"reason": ""}, "reason"),
        (ask.RaiseAlarm, {"priority": 4}, "priority"),
        (ask.RaiseAlarm, {"condition": "c" * 33}, "condition"),
        (ask.RaiseAlarm, {"sensor": ""}, "sensor"),
        (ask.RaiseAlarm, {"place": {"lon": 181, "lat": 0}}, "place"),
        (ask.AcknowledgeAlarm, {"alarm": "a" * 161}, "alarm"),
        (ask.RegisterSensor, {"limits": [{"condition": "higher", "value": 1}]}, "limits"),
        (ask.RegisterSensor, {"limits": [{"condition": "high", "value": 1, "delay_s": -1}]}, "limits"),
        (ask.RegisterSensor, {"limits": [{"condition": "high", "value": 1}] * 7}, "limits"),
        (ask.RegisterSensor, {"silent_after_s": 0}, "silent_after_s"),
        (ask.ChangeSensorLimits, {"chatter": {"transitions_max": 1}}, "chatter"),
        (ask.DismissAlarm, {"reason": "长" * 1001}, "reason"),
    ],
)
def test_what_is_out_of_bounds_is_named(kind: type[Any], change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_json(json.dumps(WHOLE[kind] | change))
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


def test_an_alarms_longest_name_fits_its_field() -> None:
    longest = f"{'s' * alarm_decisions.SENSOR_LENGTH_MAX}/{'c' * ask.CONDITION_LENGTH_MAX}/20261123T063000000"
    assert TypeAdapter(ask.AcknowledgeAlarm).validate_json(json.dumps({"alarm": longest})).alarm == longest
