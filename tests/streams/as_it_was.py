"""The reference of the `occurred` clock: what holds finally, in the order in which it happened, told the slow and plain way.

The final times of steps are those of the assignment itself, as it is folded by its own mutators; what bounds a fact is looked for among
all facts before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.alarm import Alarm
from domain.assignment import Assignment
from domain.fact import Aggregate, Fact, FirstFact, occurred_at
from domain.incident import Incident
from domain.unit import Unit
from projections.projection import Projection, Recorded

DISPATCH = (Unit.Assigned, Incident.UnitDispatched, Assignment.Opened)
CLEAR = (Unit.Released, Incident.UnitReleased, Assignment.Ended)
STEP = (Assignment.StepRecorded, Assignment.StepTimeCorrected, Assignment.StepUndone)
FREE = (Unit.Released, Unit.PutOutOfService, Unit.ReturnedToService, Unit.Retired, Unit.Reinstated)
ALARM = (Alarm.Raised, Alarm.Repeated, Alarm.ReturnedToNormal)


def what_was(projection: Projection, log: Sequence[Recorded], moment: datetime) -> dict[str, Any]:
    """The shown documents as of a moment, by key."""
    happened = [each for each in _happened(log) if each[0] <= moment]
    documents: dict[str, Any] = {}
    for _, _, recorded in sorted(happened, key=lambda each: each[:2]):
        if type(recorded.fact) in projection.facts:
            for key in projection.keys(recorded.fact):
                documents[key] = projection.evolve(documents.get(key), recorded)
    return {key: document for key, document in documents.items() if document is not None and projection.is_shown(document)}


def _happened(log: Sequence[Recorded]) -> list[tuple[datetime, int, Recorded]]:
    times = _final_times(log)
    found: list[tuple[datetime, int, Recorded]] = []
    for recorded in log:
        fact: Any = recorded.fact
        if isinstance(fact, STEP) and _is_undone(recorded, log):
            continue
        moment = max([_own(fact, log, times), *(at for at, _, before in found if _is_bound(before.fact, fact))])
        if isinstance(fact, Assignment.Opened):
            held = {step: at for step, at in times[fact.assignment].items() if step in fact.times and not _was_undone(fact, step, log)}
            kept = {step: at for step, at in held.items() if at <= moment}
            recorded = Recorded(recorded.position, type(fact)(**vars(fact) | {"times": kept}))  # noqa: PLW2901 -- as it holds
        found.append((moment, recorded.position, recorded))
    return found


def _final_times(log: Sequence[Recorded]) -> dict[str, dict[str, datetime]]:
    folded: dict[str, Aggregate | None] = {}
    for recorded in log:
        if isinstance(recorded.fact, Assignment.Opened | Assignment.Event):
            folded[recorded.fact.originator_id] = recorded.fact.mutate(folded.get(recorded.fact.originator_id))
    return {each.assignment: each.times for each in folded.values() if isinstance(each, Assignment)}


def _own(fact: Any, log: Sequence[Recorded], times: dict[str, dict[str, datetime]]) -> datetime:  # noqa: ANN401 -- any fact
    if isinstance(fact, DISPATCH):
        return fact.timestamp if _is_merge(fact, log) else times[fact.assignment]["dispatched"]
    if isinstance(fact, CLEAR):
        return times[fact.assignment]["cleared"]
    if isinstance(fact, STEP):
        return times[fact.assignment][fact.step]
    if isinstance(fact, Incident.NoteStruck):
        notes = (each.fact for each in log if isinstance(each.fact, Incident.NoteAdded))
        return next(note.occurred_at for note in notes if (note.incident, note.note) == (fact.incident, fact.note))
    return occurred_at(fact)


def _is_bound(before: Any, fact: Any) -> bool:  # noqa: ANN401 -- any facts
    """Whether `fact` cannot have happened before `before`, which stands before it in the log."""
    names = {f"{name}:{getattr(fact, name, '')}" for name in ("incident", "call", "unit", "assignment", "alarm", "sensor")}
    return (
        (isinstance(before, FirstFact) and before.originator_id in names)
        or (isinstance(before, DISPATCH) and f"assignment:{before.assignment}" in names)
        or (isinstance(before, FREE) and isinstance(fact, (*DISPATCH, *FREE)) and before.unit == fact.unit)
        or (isinstance(before, Incident.Reopened) and isinstance(fact, Incident.Closed) and before.incident == fact.incident)
        or (isinstance(before, ALARM) and isinstance(fact, ALARM) and before.alarm == fact.alarm)
    )


def _is_undone(recorded: Recorded, log: Sequence[Recorded]) -> bool:
    fact: Any = recorded.fact
    later = (each.fact for each in log if each.position >= recorded.position and isinstance(each.fact, Assignment.StepUndone))
    return any((undone.assignment, undone.step) == (fact.assignment, fact.step) for undone in later)


def _was_undone(opened: Assignment.Opened, step: str, log: Sequence[Recorded]) -> bool:
    undone = (each.fact for each in log if isinstance(each.fact, Assignment.StepUndone))
    return any((each.assignment, each.step) == (opened.assignment, step) for each in undone)


def _is_merge(fact: Any, log: Sequence[Recorded]) -> bool:  # noqa: ANN401 -- a dispatch
    opened = next(each.fact for each in log if isinstance(each.fact, Assignment.Opened) and each.fact.assignment == fact.assignment)
    ended: list[Fact] = [each.fact for each in log if isinstance(each.fact, Assignment.Ended) and each.fact.outcome == "diverted"]
    return any((each.unit, each.timestamp) == (opened.unit, opened.timestamp) for each in ended)  # type: ignore[attr-defined]
