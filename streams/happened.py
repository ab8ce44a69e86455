"""When facts happened, as far as is known now: what the `occurred` clock goes by (docs/adr/0006-two-clocks.md).

A step has one moment, the one that holds finally; whatever says the same (the unit was assigned, the incident lost it) shares it. A step
that was undone was never reached: it is left out, with its corrections. A note that was struck stands struck from its first moment.
Everything else is what it was when it was decided. And nothing happens before that which it is about:

- a fact before the incident, call, unit, assignment, alarm or sensor that it names;
- a dispatch before the unit was free for it: before its last release, or its return to service; nor what takes it out of service, or off
  the register, before it was free for that;
- a closing before the reopening that it follows; a trigger or a return of an alarm before the one that was told before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import assert_never

from domain.alarm import Alarm
from domain.assignment import Assignment
from domain.fact import Fact, FirstFact, occurred_at
from domain.incident import Incident
from domain.unit import Unit
from projections.projection import Recorded

NAMES = ("incident", "call", "unit", "assignment", "alarm", "sensor")
# What a unit passes through in the order of the log, and in no other.
FREED = (Unit.Released, Unit.PutOutOfService, Unit.ReturnedToService, Unit.Retired, Unit.Reinstated)
SENT = (Unit.Assigned, Incident.UnitDispatched, Assignment.Opened)
TOLD = (Alarm.Raised, Alarm.Repeated, Alarm.ReturnedToNormal)
# The moment of what is known to have happened later than is asked for, and not when.
LATER = datetime.max.replace(tzinfo=UTC)

Step = tuple[str, str]
"""An assignment and one of its steps, `dispatched` and `cleared` among them."""


StepFact = Assignment.StepRecorded | Assignment.StepTimeCorrected | Assignment.StepUndone


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact that holds, and the moment at which it takes part."""

    moment: datetime
    recorded: Recorded


@dataclass(slots=True)
class Amendments:
    """What later facts say about earlier ones: the final times of steps, and the positions of facts that do not hold."""

    times: dict[Step, datetime] = field(default_factory=dict)
    void: set[int] = field(default_factory=set)
    carried: dict[str, dict[str, datetime]] = field(default_factory=dict)
    """The times that an assignment began with, of steps which hold, by assignment."""
    notes: dict[tuple[str, int], datetime] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)
    """Assignments to which a merge moved a unit: they began with it, though the unit was dispatched before."""
    redispatched: dict[str, datetime] = field(default_factory=dict)
    """What the dispatch of such a one was corrected to: it does not move the beginning, and is known from that time on."""


def amendments(log: Iterable[Recorded]) -> Amendments:
    """All of them, from facts in the order of the log."""
    found = Amendments()
    steps: dict[Step, list[int]] = {}
    merged_away: dict[str, datetime] = {}
    for recorded in log:
        match recorded.fact:
            case Assignment.Opened() as opened:
                _open(found, opened, is_merged=merged_away.get(opened.unit) == opened.timestamp)
            case Assignment.StepRecorded() | Assignment.StepTimeCorrected() | Assignment.StepUndone() as step:
                _step(found, step, steps.setdefault((step.assignment, step.step), []), recorded.position)
            case Assignment.Ended() as ended:
                found.times[ended.assignment, "cleared"] = ended.occurred_at
                if ended.outcome == "diverted":
                    merged_away[ended.unit] = ended.timestamp
            case Incident.NoteAdded() as note:
                found.notes[note.incident, note.note] = note.occurred_at
            case _:
                pass
    return found


def as_it_happened(
    log: Iterable[Recorded], amended: Amendments, is_later: Callable[[Recorded, datetime], bool] = lambda _recorded, _moment: False
) -> Iterator[Happened]:
    """The facts that hold, each with its moment, in the order of the log. `amended` is of the same log, or of a longer one.

    Where `log` leaves facts out, `is_later` says of which others, with the moments that they have by themselves, they move to later.
    """
    order = _Order()
    for recorded in log:
        if recorded.position not in amended.void:
            moment = _moment(recorded.fact, amended)
            moment = order.bounded(recorded.fact, LATER if is_later(recorded, moment) else moment)
            if isinstance(recorded.fact, Assignment.Opened):
                yield Happened(moment, Recorded(recorded.position, _begun(recorded.fact, amended, moment)))
            else:
                yield Happened(moment, recorded)


_names: dict[type[Fact], tuple[tuple[str, str], ...]] = {}


def names_of(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The fields of such a fact that name what it is about, each with what goes before the name in an identifier."""
    found = _names.get(type(fact))
    if found is None:
        found = _names[type(fact)] = tuple((each.name, f"{each.name}:") for each in fields(fact) if each.name in NAMES)
    return found


@dataclass(slots=True)
class _Order:
    """What nothing happens before, as the log goes on: when things began, were free, were reopened, were last told of."""

    began: dict[str, datetime] = field(default_factory=dict)
    free: dict[str, datetime] = field(default_factory=dict)
    reopened: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, datetime] = field(default_factory=dict)

    def bounded(self, fact: Fact, moment: datetime) -> datetime:
        """The moment, or that of what the fact cannot have happened before."""
        for name, prefix in names_of(fact):
            began = self.began.get(prefix + getattr(fact, name))
            if began is not None and began > moment:
                moment = began
        if isinstance(fact, SENT):
            moment = self.began.setdefault(f"assignment:{fact.assignment}", max(moment, self.free.get(fact.unit, moment)))
        elif isinstance(fact, FREED):
            moment = self.free[fact.unit] = max(moment, self.free.get(fact.unit, moment))
        elif isinstance(fact, Incident.Reopened):
            self.reopened[fact.incident] = moment
        elif isinstance(fact, Incident.Closed):
            moment = max(moment, self.reopened.get(fact.incident, moment))
        elif isinstance(fact, TOLD):
            moment = self.told[fact.alarm] = max(moment, self.told.get(fact.alarm, moment))
        if isinstance(fact, FirstFact):
            self.began.setdefault(fact.originator_id, moment)
        return moment


def _open(found: Amendments, fact: Assignment.Opened, *, is_merged: bool) -> None:
    if is_merged:
        found.merged.add(fact.assignment)
    found.times[fact.assignment, "dispatched"] = fact.timestamp if is_merged else fact.occurred_at
    found.carried[fact.assignment] = dict(fact.times)


def _step(found: Amendments, fact: StepFact, positions: list[int], position: int) -> None:
    """`positions` are those of the facts of that step which hold so far."""
    positions.append(position)
    match fact:
        case Assignment.StepRecorded():
            found.times[fact.assignment, fact.step] = fact.occurred_at
        case Assignment.StepTimeCorrected():
            if fact.step == "dispatched" and fact.assignment in found.merged:
                found.redispatched[fact.assignment] = fact.occurred_at
            else:
                found.times[fact.assignment, fact.step] = fact.occurred_at
        case Assignment.StepUndone():
            found.times.pop((fact.assignment, fact.step), None)
            found.carried.get(fact.assignment, {}).pop(fact.step, None)
            found.void.update(positions)
            positions.clear()
        case _:
            assert_never(fact)


def _begun(fact: Assignment.Opened, amended: Amendments, moment: datetime) -> Assignment.Opened:
    """With the times that it brought along as they hold: without a step that was undone, or that happened later than it began."""
    held = amended.carried.get(fact.assignment, fact.times)
    times = {step: amended.times.get((fact.assignment, step), at) for step, at in held.items()}
    return replace(fact, times={step: at for step, at in times.items() if at <= moment})


def _moment(fact: Fact, amended: Amendments) -> datetime:
    step: Step | None = None
    match fact:
        case Assignment.Opened() | Unit.Assigned() | Incident.UnitDispatched():
            step = (fact.assignment, "dispatched")
        case Assignment.StepTimeCorrected(step="dispatched") if fact.assignment in amended.redispatched:
            return amended.redispatched[fact.assignment]
        case Assignment.StepRecorded() | Assignment.StepTimeCorrected():
            step = (fact.assignment, fact.step)
        case Assignment.Ended() | Unit.Released() | Incident.UnitReleased():
            step = (fact.assignment, "cleared")
        case Incident.NoteStruck():
            return amended.notes.get((fact.incident, fact.note), fact.timestamp)
        case _:
            pass
    return amended.times.get(step, occurred_at(fact)) if step is not None else occurred_at(fact)
