"""An incident: opened, classified, prioritised, levelled, located, noted, merged and split, closed with a disposition, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain import incident_refusals as refused
from domain.fact import Aggregate, By, FirstFact
from domain.refusals import UnknownThing
from domain.seen import Seen
from domain.values import Category, Disposition, Location, Priority, ResponseLevel


class Incident(Aggregate):
    """Identified as `incident:261123-0031`, by its number."""

    TOPIC = "incident"

    class Event(Aggregate.Event):
        """The base of an incident's events; each carries the incident's number."""

    @dataclass(frozen=True)
    class Opened(FirstFact):
        """Somebody decided that this needs an answer."""

        TOPIC = "incident.opened"
        incident: str
        incident_type: str
        category: Category
        priority: Priority
        level: ResponseLevel
        location: Location
        description: str
        agency: str
        external_id: str
        occurred_at: datetime

    @dataclass(frozen=True)
    class Classified(Event):
        """It is of another type than was thought."""

        TOPIC = "incident.classified"
        incident: str
        incident_type: str
        category: Category
        was: str

    @dataclass(frozen=True)
    class Prioritised(Event):
        """It is more or less urgent than was thought."""

        TOPIC = "incident.prioritised"
        incident: str
        priority: Priority
        was: Priority

    @dataclass(frozen=True)
    class LevelSet(Event):
        """The response level, I to IV."""

        TOPIC = "incident.level_set"
        incident: str
        level: ResponseLevel
        was: ResponseLevel

    @dataclass(frozen=True)
    class Relocated(Event):
        """It is elsewhere than was thought."""

        TOPIC = "incident.relocated"
        incident: str
        location: Location
        was: Location

    @dataclass(frozen=True)
    class NoteAdded(Event):
        """Somebody's words; `note` is their number within the incident."""

        TOPIC = "incident.note_added"
        incident: str
        note: int
        text: str
        occurred_at: datetime

    @dataclass(frozen=True)
    class NoteStruck(Event):
        """The note does not hold; its words are kept."""

        TOPIC = "incident.note_struck"
        incident: str
        note: int
        reason: str

    @dataclass(frozen=True)
    class CallLinked(Event):
        """A call is about this incident; the call's own times, as far as they were reported, measure how it was answered."""

        TOPIC = "incident.call_linked"
        incident: str
        call: str
        received_at: datetime | None
        answered_at: datetime | None

    @dataclass(frozen=True)
    class CallUnlinked(Event):
        """The call is about something else."""

        TOPIC = "incident.call_unlinked"
        incident: str
        call: str
        reason: str

    @dataclass(frozen=True)
    class AlarmLinked(Event):
        """An alarm is about this incident."""

        TOPIC = "incident.alarm_linked"
        incident: str
        alarm: str

    @dataclass(frozen=True)
    class AlarmUnlinked(Event):
        """The alarm is about something else."""

        TOPIC = "incident.alarm_unlinked"
        incident: str
        alarm: str
        reason: str

    @dataclass(frozen=True)
    class UnitsChosen(Event):
        """What was recommended, what the dispatcher chose, and why they differ."""

        TOPIC = "incident.units_chosen"
        incident: str
        recommended: tuple[str, ...]
        chosen: tuple[str, ...]
        reason: str

    @dataclass(frozen=True)
    class UnitDispatched(Event):
        """A unit was sent."""

        TOPIC = "incident.unit_dispatched"
        incident: str
        unit: str
        agency: str
        assignment: str
        occurred_at: datetime

    @dataclass(frozen=True)
    class UnitReleased(Event):
        """A unit's assignment ended."""

        TOPIC = "incident.unit_released"
        incident: str
        unit: str
        assignment: str
        outcome: str
        occurred_at: datetime

    @dataclass(frozen=True)
    class Absorbed(Event):
        """Another incident turned out to be this one."""

        TOPIC = "incident.absorbed"
        incident: str
        merged: str

    @dataclass(frozen=True)
    class MergedInto(Event):
        """This turned out to be another incident; it is off the board."""

        TOPIC = "incident.merged_into"
        incident: str
        into: str

    @dataclass(frozen=True)
    class GivenBack(Event):
        """The other incident was another after all."""

        TOPIC = "incident.given_back"
        incident: str
        merged: str
        reason: str

    @dataclass(frozen=True)
    class Unmerged(Event):
        """This is an incident of its own after all."""

        TOPIC = "incident.unmerged"
        incident: str
        out_of: str
        reason: str

    @dataclass(frozen=True)
    class SplitOff(Event):
        """Some of its calls are about another incident, opened for them."""

        TOPIC = "incident.split_off"
        incident: str
        into: str
        calls: tuple[str, ...]
        reason: str

    @dataclass(frozen=True)
    class Handed(Event):
        """Somebody else answers for it now, and has not said so yet. `was` is who did before; '' for nobody."""

        TOPIC = "incident.handed"
        incident: str
        to: str
        was: str
        reason: str

    @dataclass(frozen=True)
    class TakenOn(Event):
        """Whoever says this answers for it. `was` is who did before."""

        TOPIC = "incident.taken_on"
        incident: str
        was: str

    @dataclass(frozen=True)
    class Closed(Event):
        """Nothing more is to be done."""

        TOPIC = "incident.closed"
        incident: str
        disposition: Disposition
        remark: str
        occurred_at: datetime

    @dataclass(frozen=True)
    class Reopened(Event):
        """There is more to be done."""

        TOPIC = "incident.reopened"
        incident: str
        reason: str

    @event(Opened)
    def __init__(
        self,
        incident: str,
        incident_type: str,
        category: Category,
        priority: Priority,
        level: ResponseLevel,
        location: Location,
        description: str,
        agency: str,
        external_id: str,
        occurred_at: datetime,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.number = incident
        self.incident_type = incident_type
        self.category = category
        self.priority = priority
        self.level = level
        self.location = location
        self.agency = agency
        self.opened_at = occurred_at
        self.notes: dict[int, bool] = {}
        self.calls: dict[str, tuple[datetime | None, datetime | None]] = {}
        self.alarms: set[str] = set()
        self.assignments: dict[str, str] = {}
        self.sent: dict[str, int] = {}
        self.merged: set[str] = set()
        self.merged_into = ""
        self.disposition: Disposition | None = None
        self.closed_by = ""
        self.responsible = ""
        self.is_taken_on = True
        self.seen = Seen(name=incident)

    @staticmethod
    def create_id(incident: str) -> str:
        """`incident:261123-0031`."""
        return f"incident:{incident}"

    def classify(self, incident_type: str, category: Category, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses a closed incident, and a type that changed after the version `seen`."""
        self.require_open(f"classify it as {incident_type}", f"改为 {incident_type}")
        self.seen.require("type", seen, self.version, self.incident_type)
        self._classified(incident=self.number, incident_type=incident_type, category=category, was=self.incident_type, by=by, timestamp=at)

    def prioritise(self, priority: Priority, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses a closed incident, and a priority that changed after the version `seen`."""
        self.require_open(f"make it P{priority}", f"改为 P{priority}")
        self.seen.require("priority", seen, self.version, f"P{self.priority}")
        self._prioritised(incident=self.number, priority=priority, was=self.priority, by=by, timestamp=at)

    def set_level(self, level: ResponseLevel, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses a closed incident, and a level that changed after the version `seen`."""
        self.require_open(f"set its response level to {level}", f"改响应级别为 {level} 级")
        self.seen.require("level", seen, self.version, f"{self.level}")
        self._level_set(incident=self.number, level=level, was=self.level, by=by, timestamp=at)

    def relocate(self, location: Location, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses a closed incident, and a place that changed after the version `seen`."""
        self.require_open("relocate it", "改地点")
        self.seen.require("location", seen, self.version, self.location.address)
        self._relocated(incident=self.number, location=location, was=self.location, by=by, timestamp=at)

    def add_note(self, text: str, occurred_at: datetime, *, by: By, at: datetime) -> int:
        """The note's number. A closed incident takes notes too: what was learnt afterwards belongs to it."""
        number = len(self.notes) + 1
        self._note_added(incident=self.number, note=number, text=text, occurred_at=occurred_at, by=by, timestamp=at)
        return number

    def strike_note(self, note: int, reason: str, *, by: By, at: datetime) -> None:
        """Refuses an unknown note, and one that is struck."""
        if note not in self.notes:
            raise UnknownThing(kind="note", name=f"{note} ({self.number})")
        if self.notes[note]:
            raise refused.NoteIsStruck(incident=self.number, note=note)
        self._note_struck(incident=self.number, note=note, reason=reason, by=by, timestamp=at)

    def link_call(self, call: str, received_at: datetime | None, answered_at: datetime | None, *, by: By, at: datetime) -> None:
        """Refuses a merged incident; a closed one takes the late caller."""
        self._require_itself(f"link {call} to it", f"关联 {call}")
        self._call_linked(incident=self.number, call=call, received_at=received_at, answered_at=answered_at, by=by, timestamp=at)

    def unlink_call(self, call: str, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a call that is not linked to it."""
        if call not in self.calls:
            raise refused.CallIsElsewhere(incident=self.number, call=call)
        self._call_unlinked(incident=self.number, call=call, reason=reason, by=by, timestamp=at)

    def link_alarm(self, alarm: str, *, by: By, at: datetime) -> None:
        """Refuses a closed incident."""
        self.require_open(f"link alarm {alarm} to it", f"关联告警 {alarm}")
        self._alarm_linked(incident=self.number, alarm=alarm, by=by, timestamp=at)

    def unlink_alarm(self, alarm: str, reason: str, *, by: By, at: datetime) -> None:
        """Refuses an alarm that is not linked to it."""
        if alarm not in self.alarms:
            raise refused.AlarmIsElsewhere(incident=self.number, alarm=alarm)
        self._alarm_unlinked(incident=self.number, alarm=alarm, reason=reason, by=by, timestamp=at)

    def choose_units(self, recommended: tuple[str, ...], chosen: tuple[str, ...], reason: str, *, by: By, at: datetime) -> None:
        """Refuses a closed incident."""
        self.require_open("send units to it", "派单位")
        self._units_chosen(incident=self.number, recommended=recommended, chosen=chosen, reason=reason, by=by, timestamp=at)

    def next_assignment(self, unit: str) -> str:
        """The identifier of the unit's next assignment to this incident: `261123-0031/E0703/1`."""
        return f"{self.number}/{unit}/{self.sent.get(unit, 0) + 1}"

    def dispatch(self, unit: str, agency: str, occurred_at: datetime, *, by: By, at: datetime) -> str:
        """The new assignment's identifier. Refuses a closed incident."""
        self.require_open(f"send {unit} to it", f"派 {unit}")
        assignment = self.next_assignment(unit)
        self._unit_dispatched(
            incident=self.number, unit=unit, agency=agency, assignment=assignment, occurred_at=occurred_at, by=by, timestamp=at
        )
        return assignment

    def release(self, unit: str, outcome: str, occurred_at: datetime, *, by: By, at: datetime) -> None:
        """The unit's assignment ended."""
        assert unit in self.assignments, f"{unit} is not on {self.number}: the assignment that ends must be one of its own."
        self._unit_released(
            incident=self.number,
            unit=unit,
            assignment=self.assignments[unit],
            outcome=outcome,
            occurred_at=occurred_at,
            by=by,
            timestamp=at,
        )

    def absorb(self, merged: str, *, by: By, at: datetime) -> None:
        """Refuses a closed incident, and itself."""
        self.require_open(f"merge {merged} into it", f"并入 {merged}")
        if merged == self.number:
            raise refused.MergedWithItself(incident=self.number)
        self._absorbed(incident=self.number, merged=merged, by=by, timestamp=at)

    def merge_into(self, into: str, *, by: By, at: datetime) -> None:
        """Refuses a closed incident. What was merged into this one stays with it, and comes along."""
        self.require_open(f"merge it into {into}", f"并入 {into}")
        self._merged_into(incident=self.number, into=into, by=by, timestamp=at)

    def give_back(self, merged: str, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what was not merged into it."""
        if merged not in self.merged:
            raise refused.IncidentIsNotMerged(incident=merged)
        self._given_back(incident=self.number, merged=merged, reason=reason, by=by, timestamp=at)

    def unmerge(self, reason: str, *, by: By, at: datetime) -> str:
        """The incident that it was merged into. Refuses one that is not merged."""
        if not self.merged_into:
            raise refused.IncidentIsNotMerged(incident=self.number)
        out_of = self.merged_into
        self._unmerged(incident=self.number, out_of=out_of, reason=reason, by=by, timestamp=at)
        return out_of

    def split(self, into: str, calls: tuple[str, ...], reason: str, *, by: By, at: datetime) -> None:
        """Refuses a closed incident and calls that are not its own."""
        self.require_open(f"split {into} off it", f"拆分出 {into}")
        for call in calls:
            if call not in self.calls:
                raise refused.CallIsElsewhere(incident=self.number, call=call)
        self._split_off(incident=self.number, into=into, calls=calls, reason=reason, by=by, timestamp=at)

    def hand(self, to: str, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a closed incident, and whoever answers for it already."""
        self.require_open(f"hand it to {to}", f"移交给 {to}")
        if to == self.responsible:
            raise refused.IncidentIsTheirs(incident=self.number, account=to)
        self._handed(incident=self.number, to=to, was=self.responsible, reason=reason, by=by, timestamp=at)

    def take_on(self, *, by: By, at: datetime) -> None:
        """Refuses a closed incident, and whoever has said so already."""
        self.require_open("take it on", "接手")
        if by.account == self.responsible and self.is_taken_on:
            raise refused.IncidentIsTheirs(incident=self.number, account=by.account)
        self._taken_on(incident=self.number, was=self.responsible, by=by, timestamp=at)

    def close(self, disposition: Disposition, remark: str, occurred_at: datetime, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses a closed incident, one that was reopened after the version `seen`, and one with units on it."""
        self.require_open("close it again", "再次结案")
        self.seen.require("state", seen, self.version, "open", "未结案")
        if self.assignments:
            raise refused.UnitsAreAssigned(incident=self.number, units=", ".join(sorted(self.assignments)))
        self._closed(incident=self.number, disposition=disposition, remark=remark, occurred_at=occurred_at, by=by, timestamp=at)

    def reopen(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses an incident that is open, or merged into another."""
        self._require_itself("reopen it", "重开")
        if not self.disposition:
            raise refused.IncidentIsOpen(incident=self.number)
        self._reopened(incident=self.number, reason=reason, by=by, timestamp=at)

    @property
    def is_open(self) -> bool:
        """Whether it is neither closed nor merged into another."""
        return not self.disposition and not self.merged_into

    def require_open(self, act: str, act_zh: str) -> None:
        """Refuses `act` on an incident that is closed or merged into another."""
        self._require_itself(act, act_zh)
        if self.disposition:
            raise refused.IncidentIsClosed(
                incident=self.number,
                disposition=self.disposition.replace("_", " "),
                disposition_zh=refused.DISPOSITION_ZH.get(self.disposition, self.disposition),
                by=self.closed_by,
                act=act,
                act_zh=act_zh,
            )

    def _require_itself(self, act: str, act_zh: str) -> None:
        if self.merged_into:
            raise refused.IncidentIsMerged(incident=self.number, into=self.merged_into, act=act, act_zh=act_zh)

    @event(Classified)
    def _classified(self, incident: str, incident_type: str, category: Category, was: str, by: By, timestamp: datetime) -> None:
        self.incident_type = incident_type
        self.category = category
        self.seen.changed("type", self.version + 1, by, timestamp)

    @event(Prioritised)
    def _prioritised(self, incident: str, priority: Priority, was: Priority, by: By, timestamp: datetime) -> None:
        self.priority = priority
        self.seen.changed("priority", self.version + 1, by, timestamp)

    @event(LevelSet)
    def _level_set(self, incident: str, level: ResponseLevel, was: ResponseLevel, by: By, timestamp: datetime) -> None:
        self.level = level
        self.seen.changed("level", self.version + 1, by, timestamp)

    @event(Relocated)
    def _relocated(self, incident: str, location: Location, was: Location, by: By, timestamp: datetime) -> None:
        self.location = location
        self.seen.changed("location", self.version + 1, by, timestamp)

    @event(NoteAdded)
    def _note_added(self, incident: str, note: int, text: str, occurred_at: datetime, by: By, timestamp: datetime) -> None:
        self.notes[note] = False

    @event(NoteStruck)
    def _note_struck(self, incident: str, note: int, reason: str, by: By, timestamp: datetime) -> None:
        self.notes[note] = True

    @event(CallLinked)
    def _call_linked(
        self, incident: str, call: str, received_at: datetime | None, answered_at: datetime | None, by: By, timestamp: datetime
    ) -> None:
        self.calls[call] = (received_at, answered_at)

    @event(CallUnlinked)
    def _call_unlinked(self, incident: str, call: str, reason: str, by: By, timestamp: datetime) -> None:
        self.calls.pop(call, None)

    @event(AlarmLinked)
    def _alarm_linked(self, incident: str, alarm: str, by: By, timestamp: datetime) -> None:
        self.alarms.add(alarm)

    @event(AlarmUnlinked)
    def _alarm_unlinked(self, incident: str, alarm: str, reason: str, by: By, timestamp: datetime) -> None:
        self.alarms.discard(alarm)

    @event(UnitsChosen)
    def _units_chosen(
        self, incident: str, recommended: tuple[str, ...], chosen: tuple[str, ...], reason: str, by: By, timestamp: datetime
    ) -> None:
        pass

    @event(UnitDispatched)
    def _unit_dispatched(
        self, incident: str, unit: str, agency: str, assignment: str, occurred_at: datetime, by: By, timestamp: datetime
    ) -> None:
        self.assignments[unit] = assignment
        self.sent[unit] = self.sent.get(unit, 0) + 1

    @event(UnitReleased)
    def _unit_released(
        self, incident: str, unit: str, assignment: str, outcome: str, occurred_at: datetime, by: By, timestamp: datetime
    ) -> None:
        self.assignments.pop(unit, None)

    @event(Absorbed)
    def _absorbed(self, incident: str, merged: str, by: By, timestamp: datetime) -> None:
        self.merged.add(merged)

    @event(MergedInto)
    def _merged_into(self, incident: str, into: str, by: By, timestamp: datetime) -> None:
        self.merged_into = into

    @event(GivenBack)
    def _given_back(self, incident: str, merged: str, reason: str, by: By, timestamp: datetime) -> None:
        self.merged.discard(merged)

    @event(Unmerged)
    def _unmerged(self, incident: str, out_of: str, reason: str, by: By, timestamp: datetime) -> None:
        self.merged_into = ""

    @event(SplitOff)
    def _split_off(self, incident: str, into: str, calls: tuple[str, ...], reason: str, by: By, timestamp: datetime) -> None:
        pass

    @event(Handed)
    def _handed(self, incident: str, to: str, was: str, reason: str, by: By, timestamp: datetime) -> None:
        self.responsible = to
        self.is_taken_on = False

    @event(TakenOn)
    def _taken_on(self, incident: str, was: str, by: By, timestamp: datetime) -> None:
        self.responsible = by.account
        self.is_taken_on = True

    @event(Closed)
    def _closed(self, incident: str, disposition: Disposition, remark: str, occurred_at: datetime, by: By, timestamp: datetime) -> None:
        self.disposition = disposition
        self.closed_by = by.account
        self.seen.changed("state", self.version + 1, by, timestamp)

    @event(Reopened)
    def _reopened(self, incident: str, reason: str, by: By, timestamp: datetime) -> None:
        self.disposition = None
        self.closed_by = ""
        self.seen.changed("state", self.version + 1, by, timestamp)
