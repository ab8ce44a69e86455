"""An installation's settings, retiring, and taking a change back: how each becomes facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from domain import account_commands, account_decisions, aliases, colours, status_codes, timers
from domain import administration_commands as ask
from domain.account import Account
from domain.aliases import Alias
from domain.catalogue import Agency, District, IncidentType, ResponsePlan, Station
from domain.choosing import require_choosable, retirable
from domain.city_settings import Aliases, Capability, Colours, StatusCodes, Timers
from domain.colours import Colour
from domain.editions import Editions
from domain.fact import By
from domain.status_codes import StatusCode
from domain.store import Store
from domain.timers import EVERYBODY, Target
from domain.unit import Unit
from domain.values import Name

Defined = Agency | Station | District | IncidentType | ResponsePlan | Capability | Timers | Aliases | Colours | StatusCodes | Unit
UNDOABLE: Final[dict[ask.Undoable, type[Defined]]] = {
    "agency": Agency,
    "station": Station,
    "district": District,
    "unit": Unit,
    "capability": Capability,
    "incident_type": IncidentType,
    "response_plan": ResponsePlan,
    "timers": Timers,
    "aliases": Aliases,
    "colours": Colours,
    "status_codes": StatusCodes,
}


def define_capability(command: ask.DefineCapability, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """New, or anew."""
    name = Name(zh=command.zh, en=command.en)
    capability = store.find(Capability, f"capability:{command.capability}")
    if capability is None:
        store.add(Capability(capability=command.capability, name=name, by=by, timestamp=at))
    else:
        capability.define(name, seen=command.version, by=by, at=at)
    return {"capability": command.capability}


def set_timers(command: ask.SetTimers, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """For the city, or for an agency that is known."""
    if command.scope != EVERYBODY:
        require_choosable(store, "agency", command.scope)
    targets = tuple(
        Target(interval=one.interval, seconds=one.seconds, share_percent=one.share_percent, priority=one.priority)
        for one in command.targets
    )
    timers.require_sound(targets)
    found = store.find(Timers, f"timers:{command.scope}")
    if found is None:
        store.add(Timers(scope=command.scope, targets=targets, by=by, timestamp=at))
    else:
        found.define(targets, seen=command.version, by=by, at=at)
    return {"timers": command.scope}


def set_aliases(command: ask.SetAliases, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Words that neither the product nor this list has already."""
    words = tuple(Alias(word=one.word.strip(), meaning=one.meaning) for one in command.aliases)
    aliases.require_sound(words)
    found = store.find(Aliases, f"aliases:{EVERYBODY}")
    if found is None:
        store.add(Aliases(scope=EVERYBODY, aliases=words, by=by, timestamp=at))
    else:
        found.define(words, seen=command.version, by=by, at=at)
    return {"aliases": EVERYBODY}


def set_colours(command: ask.SetColours, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Of agencies that are known and of unit statuses, within the rules of contrast."""
    for one in command.colours:
        if one.of == "agency":
            require_choosable(store, "agency", one.code)
    painted = tuple(Colour(of=one.of, code=one.code, dark=one.dark.lower(), light=one.light.lower()) for one in command.colours)
    colours.require_sound(painted)
    found = store.find(Colours, f"colours:{EVERYBODY}")
    if found is None:
        store.add(Colours(scope=EVERYBODY, colours=painted, by=by, timestamp=at))
    else:
        found.define(painted, seen=command.version, by=by, at=at)
    return {"colours": EVERYBODY}


def set_status_codes(command: ask.SetStatusCodes, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Of an agency that is known."""
    require_choosable(store, "agency", command.agency)
    codes = tuple(StatusCode(code=one.code, status=one.status, name=Name(zh=one.zh, en=one.en)) for one in command.codes)
    status_codes.require_sound(codes)
    found = store.find(StatusCodes, f"status_codes:{command.agency}")
    if found is None:
        store.add(StatusCodes(agency=command.agency, codes=codes, by=by, timestamp=at))
    else:
        found.define(codes, seen=command.version, by=by, at=at)
    return {"status_codes": command.agency}


def retire_entry(command: ask.RetireEntry, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It cannot be chosen any more."""
    retirable(store, command.kind, command.code).retire(command.reason, by=by, at=at)
    return {command.kind: command.code}


def reinstate_entry(command: ask.ReinstateEntry, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """It can be chosen again; what it rests on must be choosable, too."""
    thing = retirable(store, command.kind, command.code)
    _require_references(store, thing.editions, {})
    thing.reinstate(by=by, at=at)
    return {command.kind: command.code}


def undo_change(command: ask.UndoChange, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A new fact that restores what that version changed; nothing is taken out of the log."""
    if command.kind == "account":
        return _undo_account(command, store, by=by, at=at)
    thing = store.get(UNDOABLE[command.kind], f"{command.kind}:{command.code}")
    values = thing.editions.without(command.version)
    is_retired = values.pop("is_retired")
    was_retired = thing.editions.retired is not None
    reason = f"撤销第 {command.version} 版 · version {command.version} taken back"
    _require_references(store, thing.editions, values)
    if was_retired and not is_retired and not isinstance(thing, ResponsePlan | Timers | Aliases | Colours | StatusCodes):
        thing.reinstate(by=by, at=at)
    if thing.editions.differs(**values):
        define: Callable[..., None] = thing.change if isinstance(thing, Unit) else thing.define
        define(**values, by=by, at=at)
    if is_retired and not was_retired and not isinstance(thing, ResponsePlan | Timers | Aliases | Colours | StatusCodes):
        thing.retire(reason, by=by, at=at)
    return {command.kind: command.code}


def _undo_account(command: ask.UndoChange, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Through the same door as any other change of an account: the roster and the last administrator are looked after there."""
    values = store.get(Account, f"account:{command.code}").editions.without(command.version)
    change = account_commands.ChangeAccount(
        account=command.code,
        zh=values["name"].zh,
        en=values["name"].en,
        seat=values["seat"],
        roles=values["roles"],
        agencies=values["agencies"],
        districts=values["districts"],
    )
    return account_decisions.change_account(change, store, by=by, at=at)


def _require_references(store: Store, editions: Editions, values: dict[str, Any]) -> None:
    """Refuses what would rest on something that is retired; what it rests on already is not chosen anew, but when it comes back it is."""
    now = editions.kept[-1].values
    for kind in ("agency", "station", "district"):
        code = values.get(kind, now.get(kind))
        if code and (code != now.get(kind) or not values):
            require_choosable(store, kind, code)
