"""Every unit: what it is, what it does, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, cast, get_args

from domain.assignment import STEPS, Assignment
from domain.unit import Unit
from projections.projection import Projection, Recorded
from projections.replacing import replace

Status = Literal["available", "dispatched", "acknowledged", "en_route", "on_scene", "transporting", "out_of_service"]

# What a unit does between two places is still the one thing for the board.
_SHOWN_AS: dict[str, Status] = {
    "dispatched": "dispatched",
    "acknowledged": "acknowledged",
    "en_route": "en_route",
    "on_scene": "on_scene",
    "transporting": "transporting",
    "at_destination": "transporting",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStatus:
    """One unit as it stands. `home` is longitude, latitude. `steps` are the times of the assignment that it is on."""

    unit: str
    agency: str
    station: str
    capabilities: tuple[str, ...]
    zh: str
    en: str
    status: Status
    since: datetime
    assignment: str
    incident: str
    reason: str
    home: tuple[float, float] | None
    steps: dict[str, datetime]
    version: int


UnitFact = (
    Unit.Registered
    | Unit.Changed
    | Unit.Assigned
    | Unit.Released
    | Unit.PutOutOfService
    | Unit.ReturnedToService
    | Unit.Retired
    | Unit.Reinstated
)
AssignmentFact = Assignment.Opened | Assignment.StepRecorded | Assignment.StepTimeCorrected | Assignment.StepUndone


def keys(fact: UnitFact | AssignmentFact) -> Iterable[str]:
    """The unit that the fact is about."""
    return (fact.unit,)


def evolve(document: UnitStatus | None, recorded: Recorded) -> UnitStatus | None:
    """The unit after the fact."""
    fact = cast("UnitFact | AssignmentFact", recorded.fact)
    if isinstance(fact, Unit.Registered | Unit.Reinstated):
        return _registered(fact)
    if document is None or isinstance(fact, Unit.Retired):
        return None
    if isinstance(fact, Unit.Event):
        return replace(_changed(document, fact), version=fact.originator_version)
    return _stepped(document, fact)


def _registered(fact: Unit.Registered | Unit.Reinstated) -> UnitStatus:
    return UnitStatus(
        unit=fact.unit,
        agency=fact.agency,
        station=fact.station,
        capabilities=fact.capabilities,
        zh=fact.name.zh,
        en=fact.name.en,
        status="available",
        since=fact.timestamp,
        assignment="",
        incident="",
        reason="",
        home=(fact.home.lon, fact.home.lat) if fact.home else None,
        steps={},
        version=fact.originator_version,
    )


def _changed(document: UnitStatus, fact: UnitFact) -> UnitStatus:
    match fact:
        case Unit.Registered() | Unit.Reinstated() | Unit.Retired():
            return document
        case Unit.Changed():
            name = fact.name
            home = (fact.home.lon, fact.home.lat) if fact.home else document.home
            return replace(
                document,
                station=fact.station,
                capabilities=fact.capabilities,
                zh=name.zh if name else document.zh,
                en=name.en if name else document.en,
                home=home,
            )
        case Unit.Assigned():
            if document.assignment == fact.assignment:
                return document
            return replace(
                document, assignment=fact.assignment, incident=fact.incident, status="dispatched", since=fact.timestamp, steps={}
            )
        case Unit.Released():
            return replace(document, assignment="", incident="", status="available", since=fact.timestamp, steps={})
        case Unit.PutOutOfService():
            return replace(document, status="out_of_service", since=fact.timestamp, reason=fact.reason)
        case Unit.ReturnedToService():
            return replace(document, status="available", since=fact.timestamp, reason="")
        case _:
            assert_never(fact)


def _stepped(document: UnitStatus, fact: AssignmentFact) -> UnitStatus:
    if isinstance(fact, Assignment.Opened):
        steps = {"dispatched": fact.occurred_at, **fact.times}
        return _at(replace(document, assignment=fact.assignment, incident=fact.incident), steps)
    if document.assignment != fact.assignment:
        return document  # a time learnt late, of an assignment that the unit is no longer on
    match fact:
        case Assignment.StepRecorded() | Assignment.StepTimeCorrected():
            return _at(document, {**document.steps, fact.step: fact.occurred_at})
        case Assignment.StepUndone():
            return _at(document, {step: moment for step, moment in document.steps.items() if step != fact.step})
        case _:
            assert_never(fact)


def _at(document: UnitStatus, steps: dict[str, datetime]) -> UnitStatus:
    step = next((step for step in reversed(STEPS) if step in steps), "dispatched")
    return replace(document, steps=steps, status=_SHOWN_AS[step], since=steps.get(step, document.since))


FACTS = (*get_args(UnitFact), *get_args(AssignmentFact))
UNIT_STATUS = Projection(name="unit_status", document=UnitStatus, facts=FACTS, keys=keys, evolve=evolve, version=2)
