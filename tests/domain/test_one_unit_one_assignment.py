"""The whole desk under several operators: whatever they do and however often they repeat it, no unit is on two assignments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import commands as ask
from domain.assignment import STEPS, Assignment, Step
from domain.call import Call
from domain.incident import Incident
from domain.unit import Unit
from projections.projection import Recorded
from tests.domain.given_when_then import Desk, at, city, opened, place, state, taken

UNITS = ("E11", "E12", "A21")
OPERATORS = ("zhou", "lin", "chen")
INCIDENTS = tuple(f"261123-{number:04d}" for number in range(1, 5))
CALLS = tuple(f"C261123-{number:04d}" for number in range(1, 4))

operators = st.sampled_from(OPERATORS)
incidents = st.sampled_from(INCIDENTS)
calls = st.sampled_from(CALLS)
units = st.sampled_from(UNITS)
assignments = st.builds("{}/{}/{}".format, incidents, units, st.integers(1, 2))
versions = st.none() | st.integers(1, 12)


class WholeDesk(RuleBasedStateMachine):
    """Every command of calls, incidents, units and assignments, from several operators, with retries."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.sent: list[tuple[object, str, str]] = []
        self.open: dict[str, str] = {}
        self.seen_facts = 0

    @initialize()
    def a_city_with_two_incidents(self) -> None:
        self.desk.given(*city(UNITS), opened(), opened(), taken())

    def send(self, command: object, operator: str) -> None:
        key = f"key-{len(self.sent):04d}"
        self.sent.append((command, operator, key))
        before = len(self.desk.log)
        self.desk.when(command, account=operator, key=key)
        if self.desk.refusal is not None:
            assert len(self.desk.log) == before, f"{command} was refused and left facts"
            assert self.desk.refusal.sentence_en
            assert self.desk.refusal.sentence_zh

    @rule(data=st.data())
    def a_retry_with_the_same_key_changes_nothing_once_it_was_accepted(self, data: st.DataObject) -> None:
        if self.sent:
            command, operator, key = data.draw(st.sampled_from(self.sent))
            answered = self.desk.answers.get(key)
            before = len(self.desk.log)
            result = self.desk.when(command, account=operator, key=key)
            if answered is not None:
                assert (result, len(self.desk.log)) == (answered, before)

    @rule(seconds=st.integers(1, 600))
    def time_passes(self, seconds: int) -> None:
        self.desk.now = self.desk.now + (at(seconds) - at(0))

    @rule(operator=operators, call=st.just("") | calls)
    def open_an_incident(self, operator: str, call: str) -> None:
        if f"incident:{INCIDENTS[-1]}" not in self.desk.rows:
            self.send(opened(call=call), operator)

    @rule(operator=operators)
    def take_a_call(self, operator: str) -> None:
        if f"call:{CALLS[-1]}" not in self.desk.rows:
            self.send(taken(), operator)

    @rule(operator=operators, call=calls, incident=incidents, is_link=st.booleans())
    def link_or_unlink(self, operator: str, call: str, incident: str, *, is_link: bool) -> None:
        self.send(ask.LinkCall(call=call, incident=incident) if is_link else ask.UnlinkCall(call=call, reason="x"), operator)

    @rule(operator=operators, incident=incidents, chosen=st.lists(units, min_size=1, max_size=3))
    def dispatch(self, operator: str, incident: str, chosen: list[str]) -> None:
        self.send(ask.DispatchUnits(incident=incident, units=tuple(chosen)), operator)

    @rule(operator=operators, assignment=assignments, step=st.sampled_from([*STEPS, "cleared"]), late_s=st.none() | st.integers(0, 900))
    def step(self, operator: str, assignment: str, step: Step | Literal["cleared"], late_s: int | None) -> None:
        moment = None if late_s is None else self.desk.now - (at(late_s) - at(0))
        self.send(ask.StepAssignment(assignment=assignment, step=step, occurred_at=moment), operator)

    @rule(operator=operators, assignment=assignments, step=st.sampled_from(STEPS))
    def undo(self, operator: str, assignment: str, step: Step) -> None:
        self.send(ask.UndoStep(assignment=assignment, step=step), operator)

    @rule(operator=operators, assignment=assignments, step=st.sampled_from(["dispatched", *STEPS, "cleared"]), late_s=st.integers(0, 900))
    def correct(self, operator: str, assignment: str, step: Step | Literal["dispatched", "cleared"], late_s: int) -> None:
        moment = self.desk.now - (at(late_s) - at(0))
        self.send(ask.CorrectStepTime(assignment=assignment, step=step, occurred_at=moment, reason="x"), operator)

    @rule(operator=operators, assignment=assignments, is_decline=st.booleans())
    def decline_or_cancel(self, operator: str, assignment: str, *, is_decline: bool) -> None:
        kind = ask.DeclineAssignment if is_decline else ask.CancelAssignment
        self.send(kind(assignment=assignment, reason="x"), operator)

    @rule(operator=operators, unit=units, is_out=st.booleans())
    def take_out_or_return(self, operator: str, unit: str, *, is_out: bool) -> None:
        self.send(ask.PutOutOfService(unit=unit, reason="x") if is_out else ask.ReturnToService(unit=unit), operator)

    @rule(operator=operators, incident=incidents, other=incidents)
    def merge(self, operator: str, incident: str, other: str) -> None:
        self.send(ask.MergeIncidents(incident=incident, merged=other), operator)

    @rule(operator=operators, incident=incidents)
    def unmerge(self, operator: str, incident: str) -> None:
        self.send(ask.UnmergeIncident(incident=incident, reason="x"), operator)

    @rule(operator=operators, incident=incidents, call=calls)
    def split(self, operator: str, incident: str, call: str) -> None:
        if f"incident:{INCIDENTS[-1]}" not in self.desk.rows:
            self.send(ask.SplitIncident(incident=incident, calls=(call,), reason="x"), operator)

    @rule(operator=operators, incident=incidents, release=st.booleans(), version=versions)
    def close(self, operator: str, incident: str, version: int | None, *, release: bool) -> None:
        self.send(ask.CloseIncident(incident=incident, disposition="handled", release_units=release, version=version), operator)

    @rule(operator=operators, incident=incidents)
    def reopen(self, operator: str, incident: str) -> None:
        self.send(ask.ReopenIncident(incident=incident, reason="x"), operator)

    @rule(operator=operators, incident=incidents, version=versions)
    def overwrite(self, operator: str, incident: str, version: int | None) -> None:
        self.send(ask.RelocateIncident(incident=incident, place=place(), address="营口道2号", version=version), operator)

    @invariant()
    def at_every_prefix_of_the_log_a_unit_is_on_one_assignment_at_most(self) -> None:
        for recorded in self.desk.log[self.seen_facts :]:
            follow(self.open, recorded)
        self.seen_facts = len(self.desk.log)

    @invariant()
    def unit_incident_assignment_and_call_agree(self) -> None:
        known = self.desk.known()
        # What a refused command touched is read anew when it is next asked for; until then the log speaks for it.
        missing = self.desk.refolded(self.desk.rows.keys() - known.keys())
        check_that_all_agree([*known.values(), *missing.values()])

    @invariant()
    def no_closed_or_merged_incident_has_units(self) -> None:
        for incident in self.desk.known().values():
            if isinstance(incident, Incident) and (incident.disposition or incident.merged_into):
                assert not incident.assignments, f"{incident.number} is off the board with {incident.assignments}"

    def teardown(self) -> None:
        refolded = self.desk.refolded()
        for identifier, aggregate in self.desk.known().items():
            assert state(refolded[identifier]) == state(aggregate)
        check_that_all_agree(list(refolded.values()))


def follow(open_assignments: dict[str, str], recorded: Recorded) -> None:
    """One more fact of the log: which unit is on which assignment now."""
    match recorded.fact:
        case Assignment.Opened(unit=unit, assignment=assignment):
            assert unit not in open_assignments, f"{unit} is on {open_assignments[unit]} and was put on {assignment}"
            open_assignments[unit] = assignment
        case Assignment.Ended(unit=unit, assignment=assignment):
            assert open_assignments.pop(unit) == assignment
        case _:
            pass


def check_that_all_agree(aggregates: Sequence[object]) -> None:
    """Units, assignments, incidents and calls say the same of each other."""
    of_units = {(unit.unit, unit.incident, unit.assignment) for unit in aggregates if isinstance(unit, Unit) and unit.assignment}
    of_assignments = {
        (each.unit, each.incident, each.assignment) for each in aggregates if isinstance(each, Assignment) and not each.outcome
    }
    every_incident = [each for each in aggregates if isinstance(each, Incident)]
    of_incidents = {(unit, each.number, assignment) for each in every_incident for unit, assignment in each.assignments.items()}
    assert of_units == of_assignments == of_incidents
    of_calls = {(call.call, call.incident) for call in aggregates if isinstance(call, Call) and call.incident}
    assert of_calls == {(call, each.number) for each in every_incident for call in each.calls}
    merged = {(each.number, each.merged_into) for each in every_incident if each.merged_into}
    assert merged == {(other, each.number) for each in every_incident for other in each.merged}
    numbers = sorted(each.number for each in every_incident)
    assert numbers == [f"261123-{index:04d}" for index in range(1, len(numbers) + 1)]


TestTheWholeDesk = WholeDesk.TestCase
TestTheWholeDesk.settings = settings(max_examples=60, stateful_step_count=40)
