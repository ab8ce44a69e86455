"""Changes of shift, incidents that are handed to a colleague, promises: how each request becomes facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain import hand_over_commands as ask
from domain import permissions
from domain.account import Account
from domain.fact import By
from domain.hand_over import HandOver
from domain.hand_over_refusals import ColleagueCannotTake
from domain.incident import Incident
from domain.open_work import WorkItem
from domain.permissions import Scope
from domain.promise import Promise
from domain.store import Store
from domain.times import EARLIEST, TimeHasNoZone, TimeIsTooEarly


def hand_incident(command: ask.HandIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """To somebody who can look after it."""
    incident = store.get(Incident, f"incident:{command.incident}")
    incident.require_open(f"hand it to {command.to}", f"移交给 {command.to}")
    _require_colleague(store, command.to, "take_incident")
    incident.hand(command.to, command.reason, by=by, at=at)
    return {}


def take_incident(command: ask.TakeIncident, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The sender answers for it."""
    store.get(Incident, f"incident:{command.incident}").take_on(by=by, at=at)
    return {}


def make_promise(command: ask.MakePromise, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A promise with the next number of the day. It may be due already: what was owed and forgotten is owed still."""
    incident = store.get(Incident, f"incident:{command.incident}") if command.incident else None
    due_at = _due(command.due_at)
    day = store.day()
    number = f"P{day}-{store.next_number('promise:P', day):04d}"
    store.add(
        Promise(
            promise=number,
            incident=command.incident,
            district=incident.location.district if incident else "",
            agency=incident.agency if incident else "",
            text=command.text,
            due_at=due_at,
            by=by,
            timestamp=at,
        )
    )
    return {"promise": number}


def keep_promise(command: ask.KeepPromise, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It was done."""
    store.get(Promise, f"promise:{command.promise}").keep(command.remark, by=by, at=at)
    return {}


def drop_promise(command: ask.DropPromise, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It will not be done."""
    store.get(Promise, f"promise:{command.promise}").drop(command.reason, by=by, at=at)
    return {}


def begin_hand_over(command: ask.BeginHandOver, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """With the list of what is open within the sender's scope, taken now."""
    if command.to:
        _require_colleague(store, command.to, "accept_hand_over")
    scope = _scope(store, by.account)
    work = store.open_work(scope)
    day = store.day()
    number = f"H{day}-{store.next_number('hand_over:H', day):04d}"
    store.add(
        HandOver(
            hand_over=number,
            to=command.to,
            remark=command.remark,
            agencies=tuple(sorted(scope.agencies)),
            districts=tuple(sorted(scope.districts)),
            position=work.position,
            items=work.items,
            left_out=work.left_out,
            by=by,
            timestamp=at,
        )
    )
    return {"hand_over": number, "items": len(work.items)}


def accept_hand_over(command: ask.AcceptHandOver, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """With the items go the promises of the one who leaves, and the incidents that they answered for."""
    hand_over = store.get(HandOver, f"hand_over:{command.hand_over}")
    accepted = hand_over.accept(command.items, by=by, at=at)
    for item in accepted:
        _take(item, hand_over, store, by=by, at=at)
    return {"accepted": len(accepted), "waiting": len(hand_over.waiting)}


def remark_hand_over(command: ask.RemarkHandOver, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A question, or an answer."""
    store.get(HandOver, f"hand_over:{command.hand_over}").remark(command.item, command.text, by=by, at=at)
    return {}


def withdraw_hand_over(command: ask.WithdrawHandOver, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """By the one who began it, or by a commander."""
    account = store.find(Account, f"account:{by.account}")
    is_commander = account is not None and "commander" in account.rights.roles
    store.get(HandOver, f"hand_over:{command.hand_over}").withdraw(command.reason, is_commander=is_commander, by=by, at=at)
    return {}


def _take(item: WorkItem, hand_over: HandOver, store: Store, *, by: By, at: datetime) -> None:
    """What has changed hands or ended since the list was taken stays as it is now."""
    if item.kind == "promise":
        promise = store.get(Promise, f"promise:{item.id}")
        if promise.is_open and promise.owner == hand_over.begun_by:
            promise.take_over(hand_over.number, by=by, at=at)
    elif item.kind == "incident":
        incident = store.get(Incident, f"incident:{item.id}")
        if incident.is_open and incident.responsible == hand_over.begun_by:
            incident.take_on(by=by, at=at)


def _require_colleague(store: Store, name: str, act: str) -> None:
    """Refuses an account that nobody sits at, or that may not do what will be asked of it."""
    account = store.get(Account, f"account:{name}")
    if account.is_disabled:
        raise ColleagueCannotTake(account=name, why="is disabled", why_zh="已停用")
    if account.kind == "program" or not permissions.may(act, account.rights.roles):
        raise ColleagueCannotTake(account=name, why="does not sit at a desk", why_zh="不在值守席位")


def _scope(store: Store, name: str) -> Scope:
    account = store.find(Account, f"account:{name}")
    if account is None:
        return Scope()
    return Scope(agencies=frozenset(account.rights.agencies), districts=frozenset(account.rights.districts))


def _due(due_at: datetime | None) -> datetime | None:
    if due_at is None:
        return None
    if due_at.tzinfo is None:
        raise TimeHasNoZone(field="due_at", value=due_at.isoformat())
    if due_at < EARLIEST:
        raise TimeIsTooEarly(field="due_at", value=due_at.isoformat())
    return due_at.astimezone(UTC)
