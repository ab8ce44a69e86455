"""The assignments of an incident's record: every time that was ever entered for a step, which of them holds, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from domain.assignment import Assignment
from domain.times import is_late
from projections.incident_board import TimedStep
from projections.projection import Recorded
from projections.record_documents import RecordAssignment, StepMoment
from projections.replacing import replace


def assignments_of(facts: Iterable[Recorded]) -> tuple[RecordAssignment, ...]:
    """In the order in which the units were sent. A time that was corrected or undone stays, and says that it does not hold."""
    found: dict[str, RecordAssignment] = {}
    for recorded in facts:
        fact = recorded.fact
        if isinstance(fact, Assignment.Opened):
            times = {"dispatched": fact.occurred_at, **fact.times}
            found[fact.assignment] = RecordAssignment(
                assignment=fact.assignment,
                unit=fact.unit,
                agency=fact.agency,
                station=fact.station,
                is_open=True,
                outcome="",
                reason="",
                steps=tuple(_moment(recorded, step, at) for step, at in times.items()),
            )
        elif isinstance(fact, Assignment.Event):
            found[cast("Any", fact).assignment] = _stepped(found[cast("Any", fact).assignment], recorded)
    return tuple(found.values())


def _stepped(row: RecordAssignment, recorded: Recorded) -> RecordAssignment:
    fact = recorded.fact
    match fact:
        case Assignment.StepRecorded():
            return replace(row, steps=(*row.steps, _moment(recorded, fact.step, fact.occurred_at)))
        case Assignment.StepTimeCorrected():
            return replace(row, steps=(*_let_go(row.steps, fact.step), _moment(recorded, fact.step, fact.occurred_at, fact.reason)))
        case Assignment.StepUndone():
            return replace(row, steps=_let_go(row.steps, fact.step, fact.reason))
        case Assignment.Ended():
            cleared = _moment(recorded, "cleared", fact.occurred_at, fact.reason)
            return replace(row, is_open=False, outcome=fact.outcome, reason=fact.reason, steps=(*row.steps, cleared))
        case _:
            return row


def _moment(recorded: Recorded, step: str, at: datetime, reason: str = "") -> StepMoment:
    fact = recorded.fact
    return StepMoment(
        step=cast("TimedStep", step),
        occurred_at=at,
        recorded_at=fact.timestamp,
        is_late=is_late(at, fact.timestamp),
        by=fact.by.account,
        position=recorded.position,
        reason=reason,
        holds=True,
    )


def _let_go(steps: tuple[StepMoment, ...], step: str, reason: str = "") -> tuple[StepMoment, ...]:
    return tuple(
        replace(moment, holds=False, reason=reason or moment.reason) if moment.step == step and moment.holds else moment for moment in steps
    )
