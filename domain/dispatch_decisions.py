"""Dispatch: a unit, its assignment and its incident change together or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain import commands as ask
from domain.account import Account
from domain.assignment import STEPS, Assignment, Outcome
from domain.call_decisions import lonlat
from domain.catalogue import Station
from domain.choosing import require_choosable
from domain.fact import By
from domain.incident import Incident
from domain.refusals import AlreadyExists, Conflict, Refusal
from domain.store import Store
from domain.times import happened
from domain.unit import Unit
from domain.values import Name


class NoUnitCanGo(Conflict):
    """Every unit that was named is refused; the first reason stands for all."""

    en = "No unit was sent to {incident}: {reasons_en}"
    zh = "没有单位派往 {incident}:{reasons_zh}"
    about = "units"


def dispatch_units(command: ask.DispatchUnits, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Sends every unit that can go and names the others; refused as a whole where none can."""
    incident = store.get(Incident, f"incident:{command.incident}")
    incident.require_open(f"send {', '.join(command.units)} to it", f"派 {'、'.join(command.units)}")
    occurred_at = happened(command.occurred_at, at=at)
    free: list[Unit] = []
    refused: list[tuple[str, Refusal]] = []
    for name in dict.fromkeys(command.units):
        try:
            unit = store.get(Unit, f"unit:{name}")
            unit.require_free(f"send it to {command.incident}", f"派往 {command.incident}")
            free.append(unit)
        except Refusal as refusal:
            refused.append((name, refusal))
    if not free:
        if len(refused) == 1:
            raise refused[0][1]
        raise NoUnitCanGo(
            incident=command.incident,
            reasons_en=" ".join(refusal.sentence_en for _, refusal in refused),
            reasons_zh="".join(refusal.sentence_zh for _, refusal in refused),
        )
    incident.choose_units(command.recommended, tuple(unit.unit for unit in free), command.reason, by=by, at=at)
    # Without a time of its own the dispatch is now, and nothing is assumed.
    assumed = ("dispatched",) if command.is_assumed and command.occurred_at else ()
    assignments = [_send(store, unit, incident, occurred_at, {}, assumed=assumed, by=by, at=at).assignment for unit in free]
    return {
        "assignments": assignments,
        "refused": [{"unit": name, "code": why.code, "en": why.sentence_en, "zh": why.sentence_zh} for name, why in refused],
    }


def step_assignment(command: ask.StepAssignment, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A step of the unit; `cleared` ends the assignment and frees the unit.

    A time before the dispatch is refused to a person, who can look again. A log or a device cannot: what a program tells is kept as told.
    """
    assignment = store.get(Assignment, f"assignment:{command.assignment}")
    occurred_at = happened(command.occurred_at, at=at) if command.occurred_at else None
    is_assumed = command.is_assumed and occurred_at is not None
    if occurred_at is not None and occurred_at < assignment.times["dispatched"] and not _is_program(store, by):
        assignment.require_dispatched_by(occurred_at, command.step)
    if command.step == "cleared":
        end_assignment(assignment, store, "cleared", "", occurred_at or at, is_assumed=is_assumed, by=by, at=at)
    else:
        assignment.record_step(command.step, occurred_at, command.destination, is_assumed=is_assumed, by=by, at=at)
    return {}


def correct_step_time(command: ask.CorrectStepTime, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Both times stay in the record."""
    assignment = store.get(Assignment, f"assignment:{command.assignment}")
    assignment.correct_step_time(command.step, happened(command.occurred_at, at=at), command.reason, by=by, at=at)
    return {}


def undo_step(command: ask.UndoStep, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The newest step is taken back."""
    store.get(Assignment, f"assignment:{command.assignment}").undo_step(command.step, command.reason, by=by, at=at)
    return {}


def decline_assignment(command: ask.DeclineAssignment, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The unit cannot go; it is free again."""
    assignment = store.get(Assignment, f"assignment:{command.assignment}")
    end_assignment(assignment, store, "declined", command.reason, at, by=by, at=at)
    return {}


def cancel_assignment(command: ask.CancelAssignment, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The unit is not needed there; it is free again."""
    assignment = store.get(Assignment, f"assignment:{command.assignment}")
    end_assignment(assignment, store, "cancelled", command.reason, at, by=by, at=at)
    return {}


def register_unit(command: ask.RegisterUnit, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A unit joins; its home is its own place or its station's."""
    require_choosable(store, "agency", command.agency)
    require_choosable(store, "station", command.station)
    station = store.get(Station, f"station:{command.station}")
    if store.find(Unit, f"unit:{command.unit}") is not None:
        raise AlreadyExists(kind="unit", name=command.unit)
    store.add(
        Unit(
            unit=command.unit,
            agency=command.agency,
            station=command.station,
            capabilities=tuple(dict.fromkeys(command.capabilities)),
            name=Name(zh=command.zh or command.unit, en=command.en or command.unit),
            home=lonlat(command.place) or station.definition[3],
            by=by,
            timestamp=at,
        )
    )
    return {"unit": command.unit}


def change_unit(command: ask.ChangeUnit, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It belongs elsewhere, or is fitted out otherwise."""
    unit = store.get(Unit, f"unit:{command.unit}")
    if command.station is not None and command.station != unit.station:
        require_choosable(store, "station", command.station)
    unit.change(
        command.station or unit.station,
        unit.capabilities if command.capabilities is None else tuple(dict.fromkeys(command.capabilities)),
        Name(
            zh=unit.name.zh if command.zh is None else command.zh or unit.unit,
            en=unit.name.en if command.en is None else command.en or unit.unit,
        ),
        lonlat(command.place) or unit.home,
        seen=command.version,
        by=by,
        at=at,
    )
    return {}


def put_out_of_service(command: ask.PutOutOfService, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It cannot be sent."""
    store.get(Unit, f"unit:{command.unit}").put_out_of_service(command.reason, by=by, at=at)
    return {}


def return_to_service(command: ask.ReturnToService, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It can be sent again."""
    store.get(Unit, f"unit:{command.unit}").return_to_service(by=by, at=at)
    return {}


def end_assignment(
    assignment: Assignment,
    store: Store,
    outcome: Outcome,
    reason: str,
    occurred_at: datetime,
    *,
    is_assumed: bool = False,
    by: By,
    at: datetime,
) -> None:
    """Assignment, unit and incident together."""
    assignment.end(outcome, reason, occurred_at, is_assumed=is_assumed, by=by, at=at)
    store.get(Unit, f"unit:{assignment.unit}").release(outcome, by=by, at=at)
    store.get(Incident, f"incident:{assignment.incident}").release(assignment.unit, outcome, occurred_at, by=by, at=at)


def divert(store: Store, identifier: str, to: Incident, *, by: By, at: datetime) -> str:
    """End an assignment and open one to another incident with the times that the unit has; the new assignment's identifier."""
    assignment = store.get(Assignment, f"assignment:{identifier}")
    times: dict[str, datetime] = {step: assignment.times[step] for step in STEPS if step in assignment.times}
    dispatched_at = assignment.times["dispatched"]
    assumed = tuple(step for step in ("dispatched", *STEPS) if step in assignment.assumed)
    end_assignment(assignment, store, "diverted", f"merged into {to.number}", at, by=by, at=at)
    return _send(store, store.get(Unit, f"unit:{assignment.unit}"), to, dispatched_at, times, assumed=assumed, by=by, at=at).assignment


def _send(
    store: Store,
    unit: Unit,
    incident: Incident,
    occurred_at: datetime,
    times: dict[str, datetime],
    *,
    assumed: tuple[str, ...],
    by: By,
    at: datetime,
) -> Assignment:
    identifier = incident.dispatch(unit.unit, unit.agency, occurred_at, by=by, at=at)
    unit.assign(identifier, incident.number, by=by, at=at)
    call, (received_at, answered_at) = next(iter(incident.calls.items()), ("", (None, None)))
    assignment = Assignment(
        assignment=identifier,
        unit=unit.unit,
        incident=incident.number,
        agency=unit.agency,
        station=unit.station,
        incident_type=incident.incident_type,
        priority=incident.priority,
        district=incident.location.district,
        call=call,
        received_at=received_at,
        answered_at=answered_at,
        occurred_at=occurred_at,
        times=times,
        assumed=assumed,
        by=by,
        timestamp=at,
    )
    store.add(assignment)
    return assignment


def _is_program(store: Store, by: By) -> bool:
    account = store.find(Account, f"account:{by.account}")
    return account is not None and account.kind == "program"
