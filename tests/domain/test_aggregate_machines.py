"""Each aggregate beside a small model of it: what the model allows is accepted, what it forbids is refused by the right name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import commands as ask
from domain.assignment import STEPS, Assignment, Step
from domain.call import Call
from domain.incident import Incident
from domain.store import A
from domain.unit import Unit
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, Desk, at, city, dispatched, opened, place, sent, state, taken

versions = st.none() | st.integers(1, 8)


class Machine(RuleBasedStateMachine):
    """A desk, and the check that an outcome is the one that the model foretells."""

    version = 1
    changed: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    def expect(self, command: object, refusal: str | None) -> bool:
        """Whether it was accepted; the refusal is the one foretold, or None."""
        before = len(self.desk.log)
        self.desk.when(command)
        found = type(self.desk.refusal).__name__ if self.desk.refusal else None
        assert found == refusal, f"{command}: {self.desk.refusal}"
        assert (len(self.desk.log) > before) == (refusal is None)
        return refusal is None

    def misread(self, what: str, version: int | None) -> str | None:
        """What refuses a command that overwrites `what` having seen this version."""
        if version is None:
            return None
        return "VersionIsAhead" if version > self.version else "StaleVersion" if self.changed.get(what, 0) > version else None

    def agrees(self, kind: type[A], identifier: str) -> A:
        """The aggregate, after a look at whether its rows fold to the same."""
        aggregate = self.desk.look(kind, identifier)
        assert state(self.desk.refolded([identifier])[identifier]) == state(aggregate)
        return aggregate


class CallMachine(Machine):
    """One call, two incidents."""

    incident = ""
    is_ended = False
    has_caller = True
    changed: dict[str, int]
    version = 1

    @initialize()
    def a_call(self) -> None:
        self.desk.given(*city(()), opened(), opened(), taken())
        self.changed = {}

    @rule(incident=st.sampled_from([FIRST, SECOND]))
    def link(self, incident: str) -> None:
        if self.expect(ask.LinkCall(call=FIRST_CALL, incident=incident), "CallIsLinked" if self.incident else None):
            self.incident, self.version = incident, self.version + 1

    @rule()
    def unlink(self) -> None:
        if self.expect(ask.UnlinkCall(call=FIRST_CALL, reason="x"), None if self.incident else "CallIsNotLinked"):
            self.incident, self.version = "", self.version + 1

    @rule()
    def end(self) -> None:
        if self.expect(ask.EndCall(call=FIRST_CALL), "CallIsEnded" if self.is_ended else None):
            self.is_ended, self.version = True, self.version + 1

    @rule(version=versions)
    def locate(self, version: int | None) -> None:
        self._overwrite(ask.LocateCall(call=FIRST_CALL, place=place(), version=version), "location", version)

    @rule(version=versions)
    def classify(self, version: int | None) -> None:
        self._overwrite(ask.ClassifyCall(call=FIRST_CALL, incident_type="flood", version=version), "type", version)

    def _overwrite(self, command: object, what: str, version: int | None) -> None:
        if self.expect(command, "CallIsEnded" if self.is_ended else self.misread(what, version)):
            self.version += 1
            self.changed[what] = self.version

    @rule()
    def reveal(self) -> None:
        if self.expect(ask.RevealCaller(call=FIRST_CALL, purpose="x"), None if self.has_caller else "CallHasNoCaller"):
            self.version += 1

    @rule()
    def erase(self) -> None:
        if self.expect(ask.EraseCaller(call=FIRST_CALL, reason="x"), None if self.has_caller else "CallHasNoCaller"):
            self.has_caller, self.version = False, self.version + 1

    @invariant()
    def the_call_is_as_the_model_says(self) -> None:
        call = self.agrees(Call, f"call:{FIRST_CALL}")
        assert (call.incident, call.ended_at is not None, bool(call.caller_name), call.version) == (
            self.incident,
            self.is_ended,
            self.has_caller,
            self.version,
        )


class IncidentMachine(Machine):
    """One incident, and another to merge with."""

    is_closed = False
    is_merged = False
    version = 1

    @initialize()
    def two_incidents(self) -> None:
        self.desk.given(*city(("E11",)), opened(), opened())
        self.changed: dict[str, int] = {}
        self.notes: dict[int, bool] = {}

    @property
    def off_the_board(self) -> str | None:
        return "IncidentIsMerged" if self.is_merged else "IncidentIsClosed" if self.is_closed else None

    @rule(
        version=versions,
        what=st.sampled_from(["type", "priority", "level", "location"]),
    )
    def overwrite(self, version: int | None, what: str) -> None:
        commands = {
            "type": ask.ClassifyIncident(incident=FIRST, incident_type="flood", version=version),
            "priority": ask.PrioritiseIncident(incident=FIRST, priority=2, version=version),
            "level": ask.SetResponseLevel(incident=FIRST, level=2, version=version),
            "location": ask.RelocateIncident(incident=FIRST, place=place(), version=version),
        }
        if self.expect(commands[what], self.off_the_board or self.misread(what, version)):
            self.version += 1
            self.changed[what] = self.version

    @rule()
    def note(self) -> None:
        if self.expect(ask.AddNote(incident=FIRST, text="x"), None):
            self.notes[len(self.notes) + 1] = False
            self.version += 1

    @rule(note=st.integers(1, 4))
    def strike(self, note: int) -> None:
        refusal = "UnknownThing" if note not in self.notes else "NoteIsStruck" if self.notes[note] else None
        if self.expect(ask.StrikeNote(incident=FIRST, note=note, reason="x"), refusal):
            self.notes[note] = True
            self.version += 1

    @rule(version=versions)
    def close(self, version: int | None) -> None:
        command = ask.CloseIncident(incident=FIRST, disposition="handled", version=version)
        if self.expect(command, self.off_the_board or self.misread("state", version)):
            self.is_closed, self.version = True, self.version + 1
            self.changed["state"] = self.version

    @rule()
    def reopen(self) -> None:
        refusal = "IncidentIsMerged" if self.is_merged else None if self.is_closed else "IncidentIsOpen"
        if self.expect(ask.ReopenIncident(incident=FIRST, reason="x"), refusal):
            self.is_closed, self.version = False, self.version + 1
            self.changed["state"] = self.version

    @rule()
    def merge(self) -> None:
        if self.expect(ask.MergeIncidents(incident=SECOND, merged=FIRST), self.off_the_board):
            self.is_merged, self.version = True, self.version + 1

    @rule()
    def unmerge(self) -> None:
        if self.expect(ask.UnmergeIncident(incident=FIRST, reason="x"), None if self.is_merged else "IncidentIsNotMerged"):
            self.is_merged, self.version = False, self.version + 1

    @invariant()
    def the_incident_is_as_the_model_says(self) -> None:
        incident = self.agrees(Incident, f"incident:{FIRST}")
        assert (bool(incident.disposition), bool(incident.merged_into), incident.notes, incident.version) == (
            self.is_closed,
            self.is_merged,
            self.notes,
            self.version,
        )


class UnitMachine(Machine):
    """One unit between two incidents."""

    on = ""
    is_out = False

    @initialize()
    def a_unit(self) -> None:
        self.desk.given(*city(("E11",)), opened(), opened())
        self.sent: dict[str, int] = {FIRST: 0, SECOND: 0}

    @property
    def busy(self) -> str | None:
        return "UnitIsAssigned" if self.on else "UnitIsOutOfService" if self.is_out else None

    @rule(incident=st.sampled_from([FIRST, SECOND]))
    def dispatch(self, incident: str) -> None:
        if self.expect(dispatched("E11", incident=incident), self.busy):
            self.sent[incident] += 1
            self.on = sent("E11", incident=incident, time=self.sent[incident])

    @rule(is_decline=st.booleans())
    def end(self, *, is_decline: bool) -> None:
        if self.on:
            kind = ask.DeclineAssignment if is_decline else ask.CancelAssignment
            self.expect(kind(assignment=self.on, reason="x"), None)
            self.on = ""

    @rule()
    def put_out_of_service(self) -> None:
        if self.expect(ask.PutOutOfService(unit="E11", reason="x"), self.busy):
            self.is_out = True

    @rule()
    def return_to_service(self) -> None:
        if self.expect(ask.ReturnToService(unit="E11"), None if self.is_out else "UnitIsInService"):
            self.is_out = False

    @invariant()
    def the_unit_is_as_the_model_says(self) -> None:
        unit = self.agrees(Unit, "unit:E11")
        assert (unit.assignment, bool(unit.out_of_service)) == (self.on, self.is_out)


class AssignmentMachine(Machine):
    """One assignment from its dispatch to beyond its end."""

    outcome = ""

    @initialize()
    def an_assignment(self) -> None:
        self.desk.given(*city(("E11",)), opened(), dispatched("E11"))
        self.desk.now = at(3600)
        self.times: dict[str, datetime] = {"dispatched": at(0)}

    @rule(step=st.sampled_from(STEPS), seconds=st.none() | st.integers(0, 3600))
    def record(self, step: Step, seconds: int | None) -> None:
        moment = None if seconds is None else at(seconds)
        refusal = "StepIsRecorded" if step in self.times else "LateTimeIsMissing" if self.outcome and moment is None else None
        if self.expect(ask.StepAssignment(assignment=sent("E11"), step=step, occurred_at=moment), self.too_early(moment) or refusal):
            self.times[step] = moment or at(3600)

    def too_early(self, moment: datetime | None) -> str | None:
        """Clocks may differ by a minute; more is before the dispatch."""
        return "StepBeforeDispatch" if moment and self.times["dispatched"] - moment > timedelta(seconds=60) else None

    @rule(step=st.sampled_from(["dispatched", *STEPS, "cleared"]), seconds=st.integers(0, 3600))
    def correct(self, step: Step | Literal["dispatched", "cleared"], seconds: int) -> None:
        command = ask.CorrectStepTime(assignment=sent("E11"), step=step, occurred_at=at(seconds), reason="x")
        if self.expect(command, None if step in self.times else "StepIsNotRecorded"):
            self.times[step] = at(seconds)

    @rule(step=st.sampled_from(STEPS))
    def undo(self, step: Step) -> None:
        later = any(other in self.times for other in STEPS[STEPS.index(step) + 1 :])
        refusal = (
            "AssignmentHasEnded"
            if self.outcome
            else "StepIsNotRecorded"
            if step not in self.times
            else "StepIsNotTheLast"
            if later
            else None
        )
        if self.expect(ask.UndoStep(assignment=sent("E11"), step=step), refusal):
            del self.times[step]

    # Most of the life of an assignment lies before its end.
    @precondition(lambda self: self.outcome or len(self.times) > 3)
    @rule(seconds=st.none() | st.integers(0, 3600))
    def clear(self, seconds: int | None) -> None:
        moment = None if seconds is None else at(seconds)
        command = ask.StepAssignment(assignment=sent("E11"), step="cleared", occurred_at=moment)
        if self.expect(command, self.too_early(moment) or ("AssignmentHasEnded" if self.outcome else None)):
            self.outcome, self.times["cleared"] = "cleared", moment or at(3600)

    @invariant()
    def the_assignment_is_as_the_model_says(self) -> None:
        assignment = self.agrees(Assignment, f"assignment:{sent('E11')}")
        assert (assignment.times, assignment.outcome or "") == (self.times, self.outcome)


TestCall = CallMachine.TestCase
TestIncident = IncidentMachine.TestCase
TestUnit = UnitMachine.TestCase
TestAssignment = AssignmentMachine.TestCase
for _machine in (TestCall, TestIncident, TestUnit, TestAssignment):
    _machine.settings = settings(max_examples=40, stateful_step_count=30)
