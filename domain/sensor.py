"""A sensor: what it measures and where, what is expected of it, and which of its alarms are open. One sensor and condition, one open alarm.

Its readings never come here: they are observations. What they mean is decided in `limits.py` and becomes facts of alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eventsourcing.domain import event

from domain import alarm_refusals as refused
from domain.fact import Aggregate, By, FirstFact
from domain.refusals import ReasonIsMissing
from domain.seen import Seen
from domain.sensor_rules import SensorRules, condition_en, condition_zh, describe_limits, require_sound
from domain.values import LonLat, Name


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorDescription:
    """What a sensor is, without what is expected of it."""

    name: Name
    kind: str
    unit_of_measure: str
    place: LonLat | None
    district: str
    agency: str


class Sensor(Aggregate):
    """Identified as `sensor:TJ-GAS-014`."""

    TOPIC = "sensor"

    class Event(Aggregate.Event):
        """The base of a sensor's events; each carries the sensor's code."""

    @dataclass(frozen=True)
    class Registered(FirstFact):
        """The sensor exists. One that nobody registered comes into being with its first alarm, without limits."""

        TOPIC = "sensor.registered"
        sensor: str
        name: Name
        kind: str
        unit_of_measure: str
        place: LonLat | None
        district: str
        agency: str
        rules: SensorRules

    @dataclass(frozen=True)
    class Described(Event):
        """It is called otherwise, stands elsewhere or belongs to others."""

        TOPIC = "sensor.described"
        sensor: str
        name: Name
        kind: str
        unit_of_measure: str
        place: LonLat | None
        district: str
        agency: str

    @dataclass(frozen=True)
    class LimitsChanged(Event):
        """Other limits, or other expectations of silence and chatter."""

        TOPIC = "sensor.limits_changed"
        sensor: str
        rules: SensorRules
        was: SensorRules

    @dataclass(frozen=True)
    class AlarmBegan(Event):
        """An alarm of that condition is open; further triggers count on it."""

        TOPIC = "sensor.alarm_began"
        sensor: str
        condition: str
        alarm: str

    @dataclass(frozen=True)
    class AlarmEnded(Event):
        """It was cleared or dismissed; a trigger that is newer than its newest one, `triggered_at`, is a new alarm."""

        TOPIC = "sensor.alarm_ended"
        sensor: str
        condition: str
        alarm: str
        triggered_at: datetime

    @dataclass(frozen=True)
    class Retired(Event):
        """It is not there any more."""

        TOPIC = "sensor.retired"
        sensor: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It is there again."""

        TOPIC = "sensor.reinstated"
        sensor: str

    @event(Registered)
    def __init__(
        self,
        sensor: str,
        name: Name,
        kind: str,
        unit_of_measure: str,
        place: LonLat | None,
        district: str,
        agency: str,
        rules: SensorRules,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.sensor = sensor
        self.description = SensorDescription(
            name=name, kind=kind, unit_of_measure=unit_of_measure, place=place, district=district, agency=agency
        )
        self.rules = rules
        self.open: dict[str, str] = {}
        self.triggered_at: dict[str, datetime] = {}
        self.retired: tuple[str, datetime, str] | None = None
        self.seen = Seen(name=sensor)
        if rules != SensorRules():
            self.seen.changed("limits", 1, by, timestamp)

    @staticmethod
    def create_id(sensor: str) -> str:
        """`sensor:TJ-GAS-014`."""
        return f"sensor:{sensor}"

    @property
    def has_rules(self) -> bool:
        """Whether anybody ever said what is expected of it."""
        return "limits" in self.seen.last

    def describe(self, description: SensorDescription, *, by: By, at: datetime) -> None:
        """The same description again changes nothing."""
        if description != self.description:
            self._described(
                sensor=self.sensor,
                name=description.name,
                kind=description.kind,
                unit_of_measure=description.unit_of_measure,
                place=description.place,
                district=description.district,
                agency=description.agency,
                by=by,
                timestamp=at,
            )

    def change_limits(self, rules: SensorRules, *, seen: int | None, by: By, at: datetime) -> None:
        """The same rules again change nothing.

        Refuses a retired sensor, limits that changed after the version `seen`, and rules that contradict themselves.
        """
        self.require_in_use("change its limits", "改限值")
        self.seen.require("limits", seen, self.version, *describe_limits(self.rules.limits))
        require_sound(self.sensor, rules)
        if rules != self.rules:
            self._limits_changed(sensor=self.sensor, rules=rules, was=self.rules, by=by, timestamp=at)

    def begin_alarm(self, condition: str, alarm: str, *, by: By, at: datetime) -> None:
        """Refuses a retired sensor. A programmer's error while an alarm of that condition is open."""
        self.require_in_use(f"raise {condition_en(condition)}", f"发出「{condition_zh(condition)}」告警")
        assert condition not in self.open, f"{self.open.get(condition)} is open: another trigger of {condition} is counted on it."
        self._alarm_began(sensor=self.sensor, condition=condition, alarm=alarm, by=by, timestamp=at)

    def end_alarm(self, condition: str, alarm: str, triggered_at: datetime, *, by: By, at: datetime) -> None:
        """The alarm was cleared or dismissed; `triggered_at` is its newest trigger."""
        assert self.open.get(condition) == alarm, f"{alarm} is not the open alarm of {self.sensor}: it ends once, with its last fact."
        self._alarm_ended(sensor=self.sensor, condition=condition, alarm=alarm, triggered_at=triggered_at, by=by, timestamp=at)

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Its open alarms stay until people have seen them. Refuses one that is retired, and an empty reason."""
        self.require_in_use("retire it again", "再次停用")
        if not reason.strip():
            raise ReasonIsMissing(act="retire sensor", act_zh="停用传感器", name=self.sensor)
        self._retired(sensor=self.sensor, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """It is there again; nothing changes where it never left."""
        if self.retired:
            self._reinstated(sensor=self.sensor, by=by, timestamp=at)

    def require_in_use(self, act: str, act_zh: str) -> None:
        """Refuses `act` on a retired sensor."""
        if self.retired:
            who, when, reason = self.retired
            moment = when.astimezone(UTC).isoformat(timespec="seconds")
            raise refused.SensorIsRetired(sensor=self.sensor, who=who, when=moment, reason=reason, act=act, act_zh=act_zh)

    @event(Described)
    def _described(
        self,
        sensor: str,
        name: Name,
        kind: str,
        unit_of_measure: str,
        place: LonLat | None,
        district: str,
        agency: str,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.description = SensorDescription(
            name=name, kind=kind, unit_of_measure=unit_of_measure, place=place, district=district, agency=agency
        )

    @event(LimitsChanged)
    def _limits_changed(self, sensor: str, rules: SensorRules, was: SensorRules, by: By, timestamp: datetime) -> None:
        self.rules = rules
        self.seen.changed("limits", self.version + 1, by, timestamp)

    @event(AlarmBegan)
    def _alarm_began(self, sensor: str, condition: str, alarm: str, by: By, timestamp: datetime) -> None:
        self.open[condition] = alarm

    @event(AlarmEnded)
    def _alarm_ended(self, sensor: str, condition: str, alarm: str, triggered_at: datetime, by: By, timestamp: datetime) -> None:
        self.open.pop(condition, None)
        self.triggered_at[condition] = triggered_at

    @event(Retired)
    def _retired(self, sensor: str, reason: str, by: By, timestamp: datetime) -> None:
        self.retired = (by.account, timestamp, reason)

    @event(Reinstated)
    def _reinstated(self, sensor: str, by: By, timestamp: datetime) -> None:
        self.retired = None
