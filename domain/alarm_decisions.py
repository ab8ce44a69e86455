"""Alarms and sensors: how each request becomes facts. The sensor knows its open alarms, so that a repeating trigger is one alarm."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any

from domain import alarm_commands as ask
from domain.alarm import Alarm, alarm_name
from domain.alarm_refusals import CodeIsMalformed, ValueIsNotANumber
from domain.call_decisions import lonlat
from domain.catalogue import Agency, District
from domain.fact import By
from domain.incident import Incident
from domain.refusals import UnknownThing
from domain.sensor import Sensor, SensorDescription
from domain.sensor_rules import SensorRules, require_sound
from domain.store import Store
from domain.times import happened
from domain.values import Name

_CODE = re.compile(r"[\w.:-]+")
SENSOR_LENGTH_MAX = 64


def raise_alarm(command: ask.RaiseAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A new alarm, or one more trigger of the open alarm of that condition."""
    _require_code("sensor", command.sensor, SENSOR_LENGTH_MAX)
    _require_code("condition", command.condition, ask.CONDITION_LENGTH_MAX)
    _require_number("value", command.value)
    _require_number("limit", command.limit)
    occurred_at = happened(command.occurred_at, at=at)
    sensor = store.find(Sensor, f"sensor:{command.sensor}") or _appeared(command, store, by=by, at=at)
    return _trigger(store, sensor, command, occurred_at, by=by, at=at)


def repeat_alarm(command: ask.RepeatAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """One more trigger; where the alarm has ended meanwhile, a new alarm as the sensor's limits now are."""
    _require_number("value", command.value)
    sensor, condition = _sensor_of(store, command.alarm)
    limit = sensor.rules.limit(condition)
    again = ask.RaiseAlarm(
        sensor=sensor.sensor,
        condition=condition,
        priority=limit.priority if limit else sensor.rules.fault_priority,
        value=command.value,
        limit=limit.value if limit else None,
        occurred_at=command.occurred_at,
    )
    return _trigger(store, sensor, again, happened(command.occurred_at, at=at), by=by, at=at)


def acknowledge_alarm(command: ask.AcknowledgeAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Notice was taken; what has returned to normal is cleared by it."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    alarm.acknowledge(by=by, at=at)
    _end(store, alarm, by=by, at=at)
    return {"state": alarm.state}


def shelve_alarm(command: ask.ShelveAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Out of sight for so many minutes."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    alarm.shelve(command.minutes, command.reason, by=by, at=at)
    assert alarm.shelved is not None, "shelving succeeded: the alarm is shelved."
    return {"shelved_until": alarm.shelved[1].astimezone(UTC).isoformat()}


def unshelve_alarm(command: ask.UnshelveAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """In sight again, as what it now is."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    alarm.unshelve(by=by, at=at)
    return {"state": alarm.state}


def return_alarm_to_normal(command: ask.ReturnAlarmToNormal, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Its cause is gone; what is acknowledged is cleared by it. A trigger that was counted on an open alarm answers to that one."""
    _require_number("value", command.value)
    alarm = _alarm_meant(store, command.alarm)
    alarm.return_to_normal(command.value, happened(command.occurred_at, at=at), by=by, at=at)
    _end(store, alarm, by=by, at=at)
    return {"alarm": alarm.alarm, "state": alarm.state}


def clear_alarm(command: ask.ClearAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It is over, a person says."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    alarm.clear(by=by, at=at)
    _end(store, alarm, by=by, at=at)
    return {}


def dismiss_alarm(command: ask.DismissAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It means nothing, a person says."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    alarm.dismiss(command.reason, by=by, at=at)
    _end(store, alarm, by=by, at=at)
    return {}


def link_alarm(command: ask.LinkAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Both sides of a link, in one transaction; the incident must be open."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    incident = store.get(Incident, f"incident:{command.incident}")
    alarm.link(incident.number, by=by, at=at)
    incident.link_alarm(alarm.alarm, by=by, at=at)
    return {}


def unlink_alarm(command: ask.UnlinkAlarm, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The alarm stands alone again."""
    alarm = store.get(Alarm, f"alarm:{command.alarm}")
    incident = alarm.unlink(command.reason, by=by, at=at)
    store.get(Incident, f"incident:{incident}").unlink_alarm(alarm.alarm, command.reason, by=by, at=at)
    return {"incident": incident}


def register_sensor(command: ask.RegisterSensor, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, described anew, or in use again. `limits_kept`: it has other limits than these, and they hold."""
    _require_code("sensor", command.sensor, SENSOR_LENGTH_MAX)
    if command.agency:
        store.get(Agency, f"agency:{command.agency}")
    if command.district:
        store.get(District, f"district:{command.district}")
    rules = _rules(command)
    require_sound(command.sensor, rules)
    description = SensorDescription(
        name=Name(zh=command.zh or command.sensor, en=command.en or command.sensor),
        kind=command.kind,
        unit_of_measure=command.unit_of_measure,
        place=lonlat(command.place),
        district=command.district,
        agency=command.agency,
    )
    sensor = store.find(Sensor, f"sensor:{command.sensor}")
    if sensor is None:
        store.add(_registered(command.sensor, description, rules, by=by, at=at))
        return {"sensor": command.sensor, "limits_kept": False}
    sensor.reinstate(by=by, at=at)
    sensor.describe(description, by=by, at=at)
    if not sensor.has_rules:
        sensor.change_limits(rules, seen=None, by=by, at=at)
    return {"sensor": command.sensor, "limits_kept": rules != sensor.rules}


def change_sensor_limits(command: ask.ChangeSensorLimits, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """All that is expected of the sensor, anew."""
    store.get(Sensor, f"sensor:{command.sensor}").change_limits(_rules(command), seen=command.version, by=by, at=at)
    return {}


def retire_sensor(command: ask.RetireSensor, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Its readings mean nothing any more; its open alarms stay until people have seen them."""
    store.get(Sensor, f"sensor:{command.sensor}").retire(command.reason, by=by, at=at)
    return {}


def _trigger(store: Store, sensor: Sensor, command: ask.RaiseAlarm, occurred_at: datetime, *, by: By, at: datetime) -> dict[str, Any]:
    """Count it on the open alarm of the condition, or raise a new one. What was told before is known by its moment."""
    condition = command.condition
    already = sensor.open.get(condition)
    # Named by the time that was told, not by the clipped one: the same trigger told twice is the same alarm.
    name = alarm_name(sensor.sensor, condition, command.occurred_at or at)
    if already is not None:
        alarm = store.get(Alarm, f"alarm:{already}")
        alarm.repeat(command.value, occurred_at, by=by, at=at)
        return {"alarm": already, "count": alarm.count}
    newest = sensor.triggered_at.get(condition)
    if newest is not None and occurred_at <= newest:
        # It belongs to an alarm that people have seen and ended: told again, or told too late to be news.
        return {"alarm": "", "count": 0}
    sensor.begin_alarm(condition, name, by=by, at=at)
    described = sensor.description
    store.add(
        Alarm(
            alarm=name,
            sensor=sensor.sensor,
            name=described.name,
            condition=condition,
            priority=command.priority,
            value=command.value,
            limit=command.limit,
            unit_of_measure=described.unit_of_measure,
            place=described.place,
            district=described.district,
            agency=described.agency,
            is_watched=sensor.rules.watches(condition),
            occurred_at=occurred_at,
            by=by,
            timestamp=at,
        )
    )
    return {"alarm": name, "count": 1}


def _appeared(command: ask.RaiseAlarm, store: Store, *, by: By, at: datetime) -> Sensor:
    """A sensor that nobody registered, with what its first alarm says of it."""
    if command.district:
        store.get(District, f"district:{command.district}")
    description = SensorDescription(
        name=Name(zh=command.zh or command.sensor, en=command.en or command.sensor),
        kind="",
        unit_of_measure="",
        place=lonlat(command.place),
        district=command.district,
        agency="",
    )
    sensor = _registered(command.sensor, description, SensorRules(), by=by, at=at)
    store.add(sensor)
    return sensor


def _registered(sensor: str, description: SensorDescription, rules: SensorRules, *, by: By, at: datetime) -> Sensor:
    return Sensor(
        sensor=sensor,
        name=description.name,
        kind=description.kind,
        unit_of_measure=description.unit_of_measure,
        place=description.place,
        district=description.district,
        agency=description.agency,
        rules=rules,
        by=by,
        timestamp=at,
    )


def _end(store: Store, alarm: Alarm, *, by: By, at: datetime) -> None:
    """Tell the sensor that its alarm has ended, where it has."""
    if alarm.ended:
        store.get(Sensor, f"sensor:{alarm.sensor}").end_alarm(alarm.condition, alarm.alarm, alarm.triggered_at, by=by, at=at)


def _sensor_of(store: Store, alarm: str) -> tuple[Sensor, str]:
    """The sensor and the condition that an alarm's name says."""
    sensor, _, rest = alarm.partition("/")
    condition = rest.partition("/")[0]
    found = store.find(Sensor, f"sensor:{sensor}")
    if found is None or not condition:
        raise UnknownThing(kind="alarm", name=alarm)
    return found, condition


def _alarm_meant(store: Store, name: str) -> Alarm:
    """The alarm of that name while it is open; else the open alarm of its sensor and condition; else the one that has ended."""
    alarm = store.find(Alarm, f"alarm:{name}")
    if alarm is not None and not alarm.ended:
        return alarm
    sensor, condition = _sensor_of(store, name)
    already = sensor.open.get(condition)
    return store.get(Alarm, f"alarm:{already or name}")


def _rules(command: ask.RegisterSensor | ask.ChangeSensorLimits) -> SensorRules:
    return SensorRules(
        limits=tuple(command.limits),
        silent_after_s=command.silent_after_s,
        chatter=command.chatter,
        lowest=command.lowest,
        highest=command.highest,
        fault_priority=command.fault_priority,
    )


def _require_code(field: str, value: str, length_max: int) -> None:
    if len(value) > length_max or not _CODE.fullmatch(value):
        raise CodeIsMalformed(field=field, value=value, length_max=length_max)


def _require_number(field: str, value: float | None) -> None:
    if value is not None and not math.isfinite(value):
        raise ValueIsNotANumber(field=field, value=value)
