"""A call for service: taken, located, classified, linked to an incident (many calls, one incident), ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eventsourcing.domain import event

from domain.fact import Aggregate, By, FirstFact
from domain.refusals import Conflict
from domain.seen import Seen
from domain.values import Location

CallTime = Literal["received", "answered"]
CALL_TIMES: tuple[CallTime, ...] = ("received", "answered")


class CallIsLinked(Conflict):
    """A call belongs to one incident at most."""

    en = "Call {call} is linked to incident {incident}: unlink it before linking it to {wanted}."
    zh = "接警单 {call} 已关联警情 {incident}:先解除关联,再关联到 {wanted}。"
    about = "incident"


class CallIsNotLinked(Conflict):
    """There is nothing to unlink."""

    en = "Call {call} is not linked to any incident: nothing to unlink."
    zh = "接警单 {call} 没有关联警情,无需解除。"
    about = "call"


class CallIsEnded(Conflict):
    """An ended call takes no more words."""

    en = "Call {call} ended at {ended_at}: cannot {act}."
    zh = "接警单 {call} 已于 {ended_at} 结束,不能{act_zh}。"
    about = "call"


class CallHasNoCaller(Conflict):
    """Nothing was recorded about the caller, or it was erased."""

    en = "Call {call} holds no caller's name or number."
    zh = "接警单 {call} 没有报警人信息。"
    about = "call"


class Call(Aggregate):
    """Identified as `call:C261123-0107`."""

    TOPIC = "call"

    class Event(Aggregate.Event):
        """The base of a call's events."""

    @dataclass(frozen=True)
    class Taken(FirstFact):
        """The caller's name and number are sealed; `caller_masked` is what may be shown to everybody.

        `assumed` names those of its times that nobody reported: they order the call among others, and nothing is measured from them.
        """

        TOPIC = "call.taken"
        call: str
        source: str
        caller_name: str
        caller_number: str
        caller_masked: str
        received_at: datetime
        answered_at: datetime
        location: Location
        incident_type: str
        description: str
        external_id: str
        assumed: tuple[CallTime, ...] = ()

    @dataclass(frozen=True)
    class Located(Event):
        """The place was learnt or mended."""

        TOPIC = "call.located"
        call: str
        location: Location

    @dataclass(frozen=True)
    class Classified(Event):
        """The incident type was learnt or mended."""

        TOPIC = "call.classified"
        call: str
        incident_type: str

    @dataclass(frozen=True)
    class Linked(Event):
        """The call was found to be about this incident."""

        TOPIC = "call.linked"
        call: str
        incident: str

    @dataclass(frozen=True)
    class Unlinked(Event):
        """The link was a mistake, or the incident was split."""

        TOPIC = "call.unlinked"
        call: str
        incident: str
        reason: str

    @dataclass(frozen=True)
    class Ended(Event):
        """The caller is no longer on the line and nothing more is to be asked."""

        TOPIC = "call.ended"
        call: str
        incident: str
        outcome: str
        occurred_at: datetime

    @dataclass(frozen=True)
    class CallerRevealed(Event):
        """Somebody looked at the caller's name and number, for this purpose."""

        TOPIC = "call.caller_revealed"
        call: str
        incident: str
        purpose: str

    @dataclass(frozen=True)
    class CallerErased(Event):
        """The key of the caller's data was destroyed."""

        TOPIC = "call.caller_erased"
        call: str
        incident: str
        reason: str

    @event(Taken)
    def __init__(
        self,
        call: str,
        source: str,
        caller_name: str,
        caller_number: str,
        caller_masked: str,
        received_at: datetime,
        answered_at: datetime,
        location: Location,
        incident_type: str,
        description: str,
        external_id: str,
        by: By,
        timestamp: datetime,
        # Facts of earlier builds have none.
        assumed: tuple[CallTime, ...] = (),
    ) -> None:
        self.call = call
        self.source = source
        self.caller_name = caller_name
        self.caller_number = caller_number
        self.received_at = None if "received" in assumed else received_at
        self.answered_at = None if "answered" in assumed else answered_at
        self.location = location
        self.incident_type = incident_type
        self.description = description
        self.incident = ""
        self.ended_at: datetime | None = None
        self.seen = Seen(name=call)

    @staticmethod
    def create_id(call: str) -> str:
        """`call:C261123-0107`."""
        return f"call:{call}"

    def locate(self, location: Location, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses an ended call, and a place that changed after the version `seen`."""
        self._require_open("locate it", "定位")
        self.seen.require("location", seen, self.version, self.location.address)
        self._located(call=self.call, location=location, by=by, timestamp=at)

    def classify(self, incident_type: str, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses an ended call, and a type that changed after the version `seen`."""
        self._require_open("classify it", "归类")
        self.seen.require("type", seen, self.version, self.incident_type)
        self._classified(call=self.call, incident_type=incident_type, by=by, timestamp=at)

    def link(self, incident: str, *, by: By, at: datetime) -> None:
        """Refuses a call that is linked."""
        if self.incident:
            raise CallIsLinked(call=self.call, incident=self.incident, wanted=incident)
        self._linked(call=self.call, incident=incident, by=by, timestamp=at)

    def unlink(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a call that is not linked."""
        if not self.incident:
            raise CallIsNotLinked(call=self.call)
        self._unlinked(call=self.call, incident=self.incident, reason=reason, by=by, timestamp=at)

    def end(self, outcome: str, occurred_at: datetime, *, by: By, at: datetime) -> None:
        """Refuses an ended call."""
        self._require_open("end it again", "再次结束")
        self._ended(call=self.call, incident=self.incident, outcome=outcome, occurred_at=occurred_at, by=by, timestamp=at)

    def reveal_caller(self, purpose: str, *, by: By, at: datetime) -> None:
        """Refuses a call without a caller's data."""
        if not (self.caller_name or self.caller_number):
            raise CallHasNoCaller(call=self.call)
        self._caller_revealed(call=self.call, incident=self.incident, purpose=purpose, by=by, timestamp=at)

    def erase_caller(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a call without a caller's data."""
        if not (self.caller_name or self.caller_number):
            raise CallHasNoCaller(call=self.call)
        self._caller_erased(call=self.call, incident=self.incident, reason=reason, by=by, timestamp=at)

    def _require_open(self, act: str, act_zh: str) -> None:
        if self.ended_at is not None:
            raise CallIsEnded(call=self.call, ended_at=self.ended_at.isoformat(timespec="seconds"), act=act, act_zh=act_zh)

    @event(Located)
    def _located(self, call: str, location: Location, by: By, timestamp: datetime) -> None:
        self.location = location
        self.seen.changed("location", self.version + 1, by, timestamp)

    @event(Classified)
    def _classified(self, call: str, incident_type: str, by: By, timestamp: datetime) -> None:
        self.incident_type = incident_type
        self.seen.changed("type", self.version + 1, by, timestamp)

    @event(Linked)
    def _linked(self, call: str, incident: str, by: By, timestamp: datetime) -> None:
        self.incident = incident

    @event(Unlinked)
    def _unlinked(self, call: str, incident: str, reason: str, by: By, timestamp: datetime) -> None:
        self.incident = ""

    @event(Ended)
    def _ended(self, call: str, incident: str, outcome: str, occurred_at: datetime, by: By, timestamp: datetime) -> None:
        self.ended_at = occurred_at

    @event(CallerRevealed)
    def _caller_revealed(self, call: str, incident: str, purpose: str, by: By, timestamp: datetime) -> None:
        pass

    @event(CallerErased)
    def _caller_erased(self, call: str, incident: str, reason: str, by: By, timestamp: datetime) -> None:
        self.caller_name = self.caller_number = ""
