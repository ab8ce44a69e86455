"""Accounts: how each request becomes facts. The roster of administrators changes in the transaction of the account."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from domain import account_commands as ask
from domain.account import ROLES, Account, Rights, Role
from domain.account_refusals import AccountNameIsMalformed, AccountNameIsReserved, AgencyIsMissing, RolesAreMissing
from domain.catalogue import Agency, District
from domain.fact import By
from domain.refusals import AlreadyExists, UnknownThing
from domain.roster import Roster
from domain.store import Store
from domain.values import Name

ACCOUNT_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")

SERVER: Final = "system"
"""What the server does by itself is signed with this name."""
RESERVED_NAMES: Final = frozenset({SERVER, "server", "drumtower"})

FIRST_ACCOUNT: Final = ask.CreateAccount(
    account="admin",
    zh="管理员",
    en="Administrator",
    # Whoever installs it sees the city at once, and gives the desks away from there.
    roles=("call_taker", "dispatcher", "commander", "administrator"),
)


def create_account(command: ask.CreateAccount, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """A new account; its agencies and districts must be known."""
    if not ACCOUNT_NAME.fullmatch(command.account):
        raise AccountNameIsMalformed(account=command.account)
    if command.account in RESERVED_NAMES:
        raise AccountNameIsReserved(account=command.account)
    if store.find(Account, f"account:{command.account}") is not None:
        raise AlreadyExists(kind="account", name=command.account)
    account = Account(
        account=command.account,
        name=Name(zh=command.zh, en=command.en),
        seat=command.seat,
        rights=_rights(store, command.account, command.roles, command.agencies, command.districts),
        kind=command.kind,
        by=by,
        timestamp=at,
    )
    store.add(account)
    _enrol(store, account, by=by, at=at)
    return {"account": command.account}


def change_account(command: ask.ChangeAccount, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """What is given replaces what was; the last administrator keeps the role."""
    account = store.get(Account, f"account:{command.account}")
    old = account.rights
    rights = _rights(
        store,
        command.account,
        old.roles if command.roles is None else command.roles,
        old.agencies if command.agencies is None else command.agencies,
        old.districts if command.districts is None else command.districts,
    )
    name = Name(
        zh=account.name.zh if command.zh is None else command.zh,
        en=account.name.en if command.en is None else command.en,
    )
    if "administrator" not in rights.roles:
        _require_another(store, account, "take the role away", "取消其管理员角色")
    account.change(name, account.seat if command.seat is None else command.seat, rights, seen=command.version, by=by, at=at)
    _enrol(store, account, by=by, at=at)
    return {"account": command.account}


def disable_account(command: ask.DisableAccount, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The last administrator cannot be disabled."""
    account = store.get(Account, f"account:{command.account}")
    _require_another(store, account, "disable the account", "停用该账号")
    account.disable(command.reason, by=by, at=at)
    _enrol(store, account, by=by, at=at)
    return {"account": command.account}


def enable_account(command: ask.EnableAccount, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """With the rights that it had."""
    account = store.get(Account, f"account:{command.account}")
    account.enable(by=by, at=at)
    _enrol(store, account, by=by, at=at)
    return {"account": command.account}


def set_password(command: ask.SetPassword, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """That it was reset; the password itself is made and kept elsewhere."""
    store.get(Account, f"account:{command.account}").reset_password(by=by, at=at)
    return {"account": command.account}


def create_token(command: ask.CreateToken, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The token's name; its secret is made and kept elsewhere."""
    account = store.get(Account, f"account:{command.account}")
    token = account.create_token(command.label, _in_order(command.roles), command.days, by=by, at=at)
    return {"account": command.account, "name": token, "expires_at": account.tokens[token].expires_at.isoformat()}


def revoke_token(command: ask.RevokeToken, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """The token is refused from now on."""
    account = store.find(Account, f"account:{command.token.partition('/')[0]}")
    if account is None:
        raise UnknownThing(kind="token", name=command.token)
    account.revoke_token(command.token, command.reason, by=by, at=at)
    return {"account": account.account, "name": command.token}


def record_lock_out(command: ask.RecordLockOut, store: Store, *, by: By, at: datetime) -> dict[str, Any]:
    """Administrators and the account's owner are to know of it."""
    store.get(Account, f"account:{command.account}").lock_out(command.failures, command.until, by=by, at=at)
    return {"account": command.account}


def _rights(store: Store, account: str, roles: Iterable[Role], agencies: tuple[str, ...], districts: tuple[str, ...]) -> Rights:
    ordered = _in_order(roles)
    if not ordered:
        raise RolesAreMissing
    if "agency" in ordered and not agencies:
        raise AgencyIsMissing(account=account)
    for agency in agencies:
        store.get(Agency, f"agency:{agency}")
    for district in districts:
        store.get(District, f"district:{district}")
    return Rights(roles=ordered, agencies=tuple(sorted(set(agencies))), districts=tuple(sorted(set(districts))))


def _in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Each role once, in the order in which they are always named."""
    wanted = set(roles)
    return tuple(role for role in ROLES if role in wanted)


def _require_another(store: Store, account: Account, act: str, act_zh: str) -> None:
    """Refuses an act that would leave nobody to administer."""
    roster = store.find(Roster, Roster.create_id())
    if roster is not None:
        roster.require_another(account.account, act, act_zh)


def _enrol(store: Store, account: Account, *, by: By, at: datetime) -> None:
    """The roster, as the account now is."""
    roster = store.find(Roster, Roster.create_id())
    if roster is None:
        if account.is_administrator:
            store.add(Roster(account=account.account, by=by, timestamp=at))
    elif account.is_administrator:
        roster.join(account.account, by=by, at=at)
    else:
        roster.leave(account.account, by=by, at=at)
