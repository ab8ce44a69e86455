"""Who may sign in or send as a program, in which roles, and how far. Administrators only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from domain.account import Account, AccountKind, Role
from projections.projection import Projection, Recorded
from projections.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountToken:
    """A token in force, or expired; a revoked one is gone."""

    token: str
    label: str
    roles: tuple[Role, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDirectory:
    """One account; empty agencies or districts mean all."""

    account: str
    zh: str
    en: str
    seat: str
    roles: tuple[Role, ...]
    agencies: tuple[str, ...]
    districts: tuple[str, ...]
    kind: AccountKind
    is_disabled: bool
    disabled_reason: str
    disabled_at: datetime | None
    """When it was last disabled, also where it is enabled again: what was open before stays shut."""
    created_at: datetime
    password_reset_at: datetime | None
    locked_out_at: datetime | None
    tokens: tuple[AccountToken, ...]
    version: int

    def token(self, name: str) -> AccountToken | None:
        """The token with that name, or None."""
        return next((token for token in self.tokens if token.token == name), None)


AccountFact = (
    Account.Created
    | Account.Changed
    | Account.Disabled
    | Account.Enabled
    | Account.PasswordReset
    | Account.LockedOut
    | Account.TokenCreated
    | Account.TokenRevoked
)


def keys(fact: AccountFact) -> Iterable[str]:
    """The account that the fact is about."""
    return (fact.account,)


def evolve(document: AccountDirectory | None, recorded: Recorded) -> AccountDirectory | None:
    """The account after the fact."""
    fact: AccountFact = recorded.fact  # type: ignore[assignment]  # only these are offered
    if isinstance(fact, Account.Created):
        return _created(fact)
    if document is None:
        return None
    return replace(_changed(document, fact), version=fact.originator_version)


def _created(fact: Account.Created) -> AccountDirectory:
    return AccountDirectory(
        account=fact.account,
        zh=fact.name.zh,
        en=fact.name.en,
        seat=fact.seat,
        roles=fact.rights.roles,
        agencies=fact.rights.agencies,
        districts=fact.rights.districts,
        kind=fact.kind,
        is_disabled=False,
        disabled_reason="",
        disabled_at=None,
        created_at=fact.timestamp,
        password_reset_at=None,
        locked_out_at=None,
        tokens=(),
        version=fact.originator_version,
    )


def _changed(document: AccountDirectory, fact: AccountFact) -> AccountDirectory:
    match fact:
        case Account.Created():
            return document
        case Account.Changed():
            return replace(
                document,
                zh=fact.name.zh,
                en=fact.name.en,
                seat=fact.seat,
                roles=fact.rights.roles,
                agencies=fact.rights.agencies,
                districts=fact.rights.districts,
            )
        case Account.Disabled():
            return replace(document, is_disabled=True, disabled_reason=fact.reason, disabled_at=fact.timestamp)
        case Account.Enabled():
            return replace(document, is_disabled=False, disabled_reason="")
        case Account.PasswordReset():
            return replace(document, password_reset_at=fact.timestamp)
        case Account.LockedOut():
            return replace(document, locked_out_at=fact.timestamp)
        case Account.TokenCreated():
            token = AccountToken(
                token=fact.token,
                label=fact.label,
                roles=fact.roles,
                created_at=fact.timestamp,
                created_by=fact.by.account,
                expires_at=fact.expires_at,
            )
            return replace(document, tokens=(*document.tokens, token))
        case Account.TokenRevoked():
            return replace(document, tokens=tuple(token for token in document.tokens if token.token != fact.token))
        case _:
            assert_never(fact)


FACTS = AccountFact.__args__  # a union's members
ACCOUNT_DIRECTORY = Projection(name="account_directory", document=AccountDirectory, facts=FACTS, keys=keys, evolve=evolve)
