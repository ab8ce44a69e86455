"""The intervals of each assignment, after NFPA 1225 (2022) and NFPA 1710 (2020), in seconds.

answer            call received -> call answered                      (alarm answering time)
call processing   call answered -> unit dispatched                    (alarm processing time)
turnout           unit dispatched -> unit en route
travel            unit en route -> unit on scene
on scene          unit on scene -> it leaves: transporting, or cleared
total             call received -> unit on scene

An interval that lacks one of its times, or would be negative (a time entered wrongly), is None: it is not counted, and not invented. A time
that was assumed, as nobody reported it, is one that is lacking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, assert_never, cast, get_args

from domain.assignment import Assignment
from projections.projection import Projection, Recorded
from projections.replacing import replace

TimedInterval = Literal["answer_s", "call_processing_s", "turnout_s", "travel_s", "on_scene_s", "total_s"]
TIMED_INTERVALS: Final[tuple[TimedInterval, ...]] = get_args(TimedInterval)
"""The fields that are intervals, in the order in which they pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """One assignment's intervals, and what they are grouped by, as it stood at the dispatch. `times` are the moments themselves.

    `ended_at` is when the unit was free again, whatever the outcome: until then it was committed. Nobody reported its `assumed` times.
    """

    assignment: str
    call: str
    incident: str
    unit: str
    agency: str
    station: str
    incident_type: str
    district: str
    priority: int
    dispatched_at: datetime
    times: dict[str, datetime]
    assumed: tuple[str, ...]
    outcome: str
    ended_at: datetime | None
    answer_s: float | None
    call_processing_s: float | None
    turnout_s: float | None
    travel_s: float | None
    on_scene_s: float | None
    total_s: float | None


AssignmentFact = Assignment.Opened | Assignment.StepRecorded | Assignment.StepTimeCorrected | Assignment.StepUndone | Assignment.Ended


def keys(fact: AssignmentFact) -> Iterable[str]:
    """The assignment that the fact is about."""
    return (fact.assignment,)


def evolve(document: ResponseTimes | None, recorded: Recorded) -> ResponseTimes | None:
    """The intervals after the fact."""
    fact = cast("AssignmentFact", recorded.fact)
    if isinstance(fact, Assignment.Opened):
        return _measured(_opened(fact))
    if document is None:
        return None
    match fact:
        case Assignment.StepRecorded():
            return _measured(_timed(document, fact.step, fact.occurred_at, is_assumed=fact.is_assumed))
        case Assignment.StepTimeCorrected():
            return _measured(_timed(document, fact.step, fact.occurred_at, is_assumed=False))
        case Assignment.StepUndone():
            times = {step: at for step, at in document.times.items() if step != fact.step}
            return _measured(replace(document, times=times, assumed=_without(document.assumed, fact.step)))
        case Assignment.Ended():
            # An assignment that was cancelled, declined or diverted has no moment at which its work was done.
            if fact.outcome == "cleared":
                document = _timed(document, "cleared", fact.occurred_at, is_assumed=fact.is_assumed)
            return _measured(replace(document, outcome=fact.outcome, ended_at=fact.occurred_at))
        case _:
            assert_never(fact)


def _opened(fact: Assignment.Opened) -> ResponseTimes:
    times = {"dispatched": fact.occurred_at, **fact.times}
    if fact.received_at is not None:
        times["received"] = fact.received_at
    if fact.answered_at is not None:
        times["answered"] = fact.answered_at
    return ResponseTimes(
        assignment=fact.assignment,
        call=fact.call,
        incident=fact.incident,
        unit=fact.unit,
        agency=fact.agency,
        station=fact.station,
        incident_type=fact.incident_type,
        district=fact.district,
        priority=fact.priority,
        dispatched_at=fact.occurred_at,
        times=times,
        assumed=fact.assumed,
        outcome="",
        ended_at=None,
        answer_s=None,
        call_processing_s=None,
        turnout_s=None,
        travel_s=None,
        on_scene_s=None,
        total_s=None,
    )


def _timed(document: ResponseTimes, step: str, at: datetime, *, is_assumed: bool) -> ResponseTimes:
    others = _without(document.assumed, step)
    return replace(document, times={**document.times, step: at}, assumed=(*others, step) if is_assumed else others)


def _without(steps: tuple[str, ...], step: str) -> tuple[str, ...]:
    return tuple(other for other in steps if other != step)


def _measured(document: ResponseTimes) -> ResponseTimes:
    times = {step: at for step, at in document.times.items() if step not in document.assumed}
    leaving = times.get("transporting") or times.get("cleared")
    return replace(
        document,
        dispatched_at=document.times.get("dispatched", document.dispatched_at),
        answer_s=_seconds(times.get("received"), times.get("answered")),
        call_processing_s=_seconds(times.get("answered"), times.get("dispatched")),
        turnout_s=_seconds(times.get("dispatched"), times.get("en_route")),
        travel_s=_seconds(times.get("en_route"), times.get("on_scene")),
        on_scene_s=_seconds(times.get("on_scene"), leaving),
        total_s=_seconds(times.get("received"), times.get("on_scene")),
    )


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


FACTS = get_args(AssignmentFact)
RESPONSE_TIMES = Projection(name="response_times", document=ResponseTimes, facts=FACTS, keys=keys, evolve=evolve, is_live=False, version=3)
