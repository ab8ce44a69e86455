"""An alarm after ISA-18.2: raised, acknowledged, shelved, returned to normal, cleared; made an incident or linked to one; dismissed.

                       return to normal
             raised ─────────────────────▶ returned (unacknowledged)
               │  ◀────── repeated ───────    │
    acknowledge│                              │acknowledge
               ▼       return to normal       ▼
          acknowledged ───────────────────▶ cleared

Shelved lies over any of the first three: what happens meanwhile is counted, and the alarm comes back as what it then is. What is
acknowledged and has returned clears by itself. Any open alarm can be dismissed, with a reason. A repeating trigger is one alarm with a
count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from eventsourcing.domain import event

from domain import alarm_refusals as refused
from domain.fact import Aggregate, By, FirstFact
from domain.refusals import ReasonIsMissing
from domain.sensor_rules import AlarmPriority
from domain.values import LonLat, Name

AlarmState = Literal["raised", "acknowledged", "returned", "shelved", "cleared", "dismissed"]

# A shift: what must stay out of sight longer is retired, or its limits are changed.
SHELVE_MINUTES_MAX = 480

STATE_EN = {
    "raised": "unacknowledged",
    "acknowledged": "acknowledged",
    "returned": "returned to normal, unacknowledged",
    "shelved": "shelved",
    "cleared": "cleared",
    "dismissed": "dismissed",
}
STATE_ZH = {
    "raised": "未确认",
    "acknowledged": "已确认",
    "returned": "已恢复、未确认",
    "shelved": "已搁置",
    "cleared": "消除",
    "dismissed": "撤销",
}


def alarm_name(sensor: str, condition: str, moment: datetime) -> str:
    """`TJ-GAS-014/high/20261123T063207123`: sensor, condition, and the moment of the first trigger in UTC."""
    utc = moment.astimezone(UTC)
    return f"{sensor}/{condition}/{utc:%Y%m%dT%H%M%S}{utc.microsecond // 1000:03d}"


class Alarm(Aggregate):
    """Identified as `alarm:TJ-GAS-014/high/20261123T063207123`."""

    TOPIC = "alarm"

    class Event(Aggregate.Event):
        """The base of an alarm's events; each carries the alarm, its sensor, and the incident that it is linked to, if any."""

    @dataclass(frozen=True)
    class Raised(FirstFact):
        """Something needs a person's notice. `is_watched`: the watch over the sensor's readings will say when it is over."""

        TOPIC = "alarm.raised"
        alarm: str
        sensor: str
        name: Name
        condition: str
        priority: AlarmPriority
        value: float | None
        limit: float | None
        unit_of_measure: str
        place: LonLat | None
        district: str
        agency: str
        is_watched: bool
        occurred_at: datetime

    @dataclass(frozen=True)
    class Repeated(Event):
        """It was triggered again; `count` says how many times by now."""

        TOPIC = "alarm.repeated"
        alarm: str
        sensor: str
        incident: str
        value: float | None
        count: int
        occurred_at: datetime

    @dataclass(frozen=True)
    class Acknowledged(Event):
        """A person has taken notice."""

        TOPIC = "alarm.acknowledged"
        alarm: str
        sensor: str
        incident: str

    @dataclass(frozen=True)
    class Shelved(Event):
        """Out of sight until then."""

        TOPIC = "alarm.shelved"
        alarm: str
        sensor: str
        incident: str
        minutes: int
        until: datetime
        reason: str

    @dataclass(frozen=True)
    class Unshelved(Event):
        """In sight again: by a person, or because its time was over."""

        TOPIC = "alarm.unshelved"
        alarm: str
        sensor: str
        incident: str
        is_time_over: bool

    @dataclass(frozen=True)
    class ReturnedToNormal(Event):
        """Its cause is gone."""

        TOPIC = "alarm.returned_to_normal"
        alarm: str
        sensor: str
        incident: str
        value: float | None
        occurred_at: datetime

    @dataclass(frozen=True)
    class Cleared(Event):
        """Acknowledged and over. `is_by_itself`: as a consequence of the two, not as a person's act."""

        TOPIC = "alarm.cleared"
        alarm: str
        sensor: str
        incident: str
        condition: str
        is_by_itself: bool

    @dataclass(frozen=True)
    class Dismissed(Event):
        """A person found that it means nothing."""

        TOPIC = "alarm.dismissed"
        alarm: str
        sensor: str
        incident: str
        condition: str
        reason: str

    @dataclass(frozen=True)
    class Linked(Event):
        """It is about this incident; `is_origin`: the incident was opened because of it."""

        TOPIC = "alarm.linked"
        alarm: str
        sensor: str
        incident: str
        is_origin: bool

    @dataclass(frozen=True)
    class Unlinked(Event):
        """It is about something else."""

        TOPIC = "alarm.unlinked"
        alarm: str
        sensor: str
        incident: str
        reason: str

    @event(Raised)
    def __init__(
        self,
        alarm: str,
        sensor: str,
        name: Name,
        condition: str,
        priority: AlarmPriority,
        value: float | None,
        limit: float | None,
        unit_of_measure: str,
        place: LonLat | None,
        district: str,
        agency: str,
        is_watched: bool,
        occurred_at: datetime,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.alarm = alarm
        self.sensor = sensor
        self.condition = condition
        self.value = value
        self.is_watched = is_watched
        self.count = 1
        self.triggered_at = occurred_at
        self.incident = ""
        self.acknowledged: tuple[str, datetime] | None = None
        self.returned_at: datetime | None = None
        self.shelved: tuple[str, datetime, str] | None = None
        self.ended: tuple[Literal["cleared", "dismissed"], str, datetime] | None = None

    @staticmethod
    def create_id(alarm: str) -> str:
        """`alarm:TJ-GAS-014/high/20261123T063207123`."""
        return f"alarm:{alarm}"

    @property
    def state(self) -> AlarmState:
        """What the board shows it as."""
        if self.ended:
            return self.ended[0]
        if self.shelved:
            return "shelved"
        if self.returned_at:
            return "returned"
        return "acknowledged" if self.acknowledged else "raised"

    def repeat(self, value: float | None, occurred_at: datetime, *, by: By, at: datetime) -> None:
        """Triggered again; one that had returned is active again, one that is shelved stays shelved.

        A trigger that is not newer than the newest is an old one told again, and changes nothing. Refuses one that has ended.
        """
        self._require_open("count another trigger", "再计一次触发")
        if occurred_at <= self.triggered_at:
            return
        self._repeated(
            alarm=self.alarm,
            sensor=self.sensor,
            incident=self.incident,
            value=value,
            count=self.count + 1,
            occurred_at=occurred_at,
            by=by,
            timestamp=at,
        )

    def acknowledge(self, *, by: By, at: datetime) -> None:
        """Clears one that has returned. Refuses one that is acknowledged, shelved or ended."""
        self._require_open("acknowledge it", "确认")
        self._require_in_sight("acknowledge it", "确认")
        if self.acknowledged:
            raise refused.AlarmIsAcknowledged(alarm=self.alarm, who=self.acknowledged[0], when=_shown(self.acknowledged[1]))
        self._acknowledged(alarm=self.alarm, sensor=self.sensor, incident=self.incident, by=by, timestamp=at)
        self._clear_if_over(by=by, at=at)

    def shelve(self, minutes: int, reason: str, *, by: By, at: datetime) -> None:
        """Refuses one that is shelved or ended, a time out of bounds, and an empty reason."""
        self._require_open("shelve it", "搁置")
        self._require_in_sight("shelve it again", "再次搁置")
        if not 1 <= minutes <= SHELVE_MINUTES_MAX:
            raise refused.ShelvingIsLimited(alarm=self.alarm, minutes=minutes, minutes_max=SHELVE_MINUTES_MAX)
        _require_reason(reason, self.alarm, "shelve alarm", "搁置告警")
        until = at + timedelta(minutes=minutes)
        self._shelved(
            alarm=self.alarm, sensor=self.sensor, incident=self.incident, minutes=minutes, until=until, reason=reason, by=by, timestamp=at
        )

    def unshelve(self, *, by: By, at: datetime) -> None:
        """By a person, or after its time. Refuses one that is not shelved."""
        self._require_open("unshelve it", "取消搁置")
        if self.shelved is None:
            raise refused.AlarmIsNotShelved(alarm=self.alarm, state=STATE_EN[self.state], state_zh=STATE_ZH[self.state])
        is_time_over = at >= self.shelved[1]
        self._unshelved(alarm=self.alarm, sensor=self.sensor, incident=self.incident, is_time_over=is_time_over, by=by, timestamp=at)

    def return_to_normal(self, value: float | None, occurred_at: datetime, *, by: By, at: datetime) -> None:
        """Clears one that is acknowledged. Refuses one that has returned or ended, and a return from before its newest trigger."""
        self._require_open("return it to normal", "恢复正常")
        if self.returned_at:
            raise refused.AlarmIsReturned(
                alarm=self.alarm, state=STATE_EN[self.state], state_zh=STATE_ZH[self.state], when=_shown(self.returned_at)
            )
        if occurred_at < self.triggered_at:
            raise refused.AlarmIsTriggeredSince(alarm=self.alarm, triggered_at=_shown(self.triggered_at), returned_at=_shown(occurred_at))
        self._returned_to_normal(
            alarm=self.alarm, sensor=self.sensor, incident=self.incident, value=value, occurred_at=occurred_at, by=by, timestamp=at
        )
        self._clear_if_over(by=by, at=at)

    def clear(self, *, by: By, at: datetime) -> None:
        """A person's word that it is over, for what no watch looks after.

        Refuses one that is unacknowledged, shelved or ended, and one that is watched and active.
        """
        self._require_open("clear it", "消除")
        self._require_in_sight("clear it", "消除")
        if self.acknowledged is None:
            raise refused.AlarmIsNotAcknowledged(alarm=self.alarm, state=STATE_EN[self.state], state_zh=STATE_ZH[self.state])
        if self.is_watched:
            raise refused.AlarmIsActive(alarm=self.alarm)
        self._end_cleared(is_by_itself=False, by=by, at=at)

    def dismiss(self, reason: str, *, by: By, at: datetime) -> None:
        """It means nothing. Refuses one that has ended, and an empty reason."""
        self._require_open("dismiss it", "撤销")
        _require_reason(reason, self.alarm, "dismiss alarm", "撤销告警")
        self._dismissed(
            alarm=self.alarm, sensor=self.sensor, incident=self.incident, condition=self.condition, reason=reason, by=by, timestamp=at
        )

    def link(self, incident: str, *, is_origin: bool = False, by: By, at: datetime) -> None:
        """It is about this incident; a cleared one may still be. Refuses one that is linked, or dismissed."""
        if self.ended and self.ended[0] == "dismissed":
            self._require_open(f"link it to incident {incident}", f"关联警情 {incident}")
        if self.incident:
            raise refused.AlarmIsLinked(alarm=self.alarm, incident=self.incident, wanted=incident)
        self._linked(alarm=self.alarm, sensor=self.sensor, incident=incident, is_origin=is_origin, by=by, timestamp=at)

    def unlink(self, reason: str, *, by: By, at: datetime) -> str:
        """The incident that it was linked to. Refuses one that is linked to none, and an empty reason."""
        if not self.incident:
            raise refused.AlarmIsNotLinked(alarm=self.alarm, state=STATE_EN[self.state], state_zh=STATE_ZH[self.state])
        _require_reason(reason, self.alarm, "unlink alarm", "解除关联告警")
        incident = self.incident
        self._unlinked(alarm=self.alarm, sensor=self.sensor, incident=incident, reason=reason, by=by, timestamp=at)
        return incident

    def _clear_if_over(self, *, by: By, at: datetime) -> None:
        if self.acknowledged and self.returned_at:
            self._end_cleared(is_by_itself=True, by=by, at=at)

    def _end_cleared(self, *, is_by_itself: bool, by: By, at: datetime) -> None:
        self._cleared(
            alarm=self.alarm,
            sensor=self.sensor,
            incident=self.incident,
            condition=self.condition,
            is_by_itself=is_by_itself,
            by=by,
            timestamp=at,
        )

    def _require_open(self, act: str, act_zh: str) -> None:
        if self.ended:
            state, who, when = self.ended
            raise refused.AlarmHasEnded(
                alarm=self.alarm, state=STATE_EN[state], state_zh=STATE_ZH[state], who=who, when=_shown(when), act=act, act_zh=act_zh
            )

    def _require_in_sight(self, act: str, act_zh: str) -> None:
        if self.shelved:
            who, until, reason = self.shelved
            raise refused.AlarmIsShelved(alarm=self.alarm, who=who, until=_shown(until), reason=reason, act=act, act_zh=act_zh)

    @event(Repeated)
    def _repeated(
        self, alarm: str, sensor: str, incident: str, value: float | None, count: int, occurred_at: datetime, by: By, timestamp: datetime
    ) -> None:
        self.value = value
        self.count = count
        self.triggered_at = occurred_at
        self.returned_at = None

    @event(Acknowledged)
    def _acknowledged(self, alarm: str, sensor: str, incident: str, by: By, timestamp: datetime) -> None:
        self.acknowledged = (by.account, timestamp)

    @event(Shelved)
    def _shelved(
        self, alarm: str, sensor: str, incident: str, minutes: int, until: datetime, reason: str, by: By, timestamp: datetime
    ) -> None:
        self.shelved = (by.account, until, reason)

    @event(Unshelved)
    def _unshelved(self, alarm: str, sensor: str, incident: str, is_time_over: bool, by: By, timestamp: datetime) -> None:
        self.shelved = None

    @event(ReturnedToNormal)
    def _returned_to_normal(
        self, alarm: str, sensor: str, incident: str, value: float | None, occurred_at: datetime, by: By, timestamp: datetime
    ) -> None:
        self.returned_at = occurred_at

    @event(Cleared)
    def _cleared(self, alarm: str, sensor: str, incident: str, condition: str, is_by_itself: bool, by: By, timestamp: datetime) -> None:
        self.ended = ("cleared", by.account, timestamp)

    @event(Dismissed)
    def _dismissed(self, alarm: str, sensor: str, incident: str, condition: str, reason: str, by: By, timestamp: datetime) -> None:
        self.ended = ("dismissed", by.account, timestamp)

    @event(Linked)
    def _linked(self, alarm: str, sensor: str, incident: str, is_origin: bool, by: By, timestamp: datetime) -> None:
        self.incident = incident

    @event(Unlinked)
    def _unlinked(self, alarm: str, sensor: str, incident: str, reason: str, by: By, timestamp: datetime) -> None:
        self.incident = ""


def _require_reason(reason: str, name: str, act: str, act_zh: str) -> None:
    if not reason.strip():
        raise ReasonIsMissing(act=act, act_zh=act_zh, name=name)


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
