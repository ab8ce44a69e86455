"""What may be asked of accounts and tokens: one frozen value for each command, as in `commands.py`. No command carries a secret.

A first password and a token's secret are made by the server after the facts are on disk, and shown once in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, get_args

from annotated_types import Ge, Le, MaxLen, MinLen

from domain.account import ROLES, AccountKind, Role
from domain.bounds import Code, LongCode, Reason, ShortText

# A scope that names more than this is «all» with a mistake in it.
SCOPE_MAX = 100
# A token that outlives a year has outlived the memory of what it was for.
TOKEN_DAYS_MAX = 366

Roles = Annotated[tuple[Role, ...], MaxLen(len(ROLES))]
Scope = Annotated[tuple[Code, ...], MaxLen(SCOPE_MAX)]
SeatName = Annotated[str, MaxLen(64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount:
    """Somebody, or some program, is to come in. A person's first password is in the answer, once."""

    account: Code
    zh: ShortText
    en: ShortText
    roles: Roles
    seat: SeatName = ""
    agencies: Scope = ()
    districts: Scope = ()
    kind: AccountKind = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount:
    """Other names, another seat, other rights; what is not given stays."""

    account: Code
    zh: ShortText | None = None
    en: ShortText | None = None
    seat: SeatName | None = None
    roles: Roles | None = None
    agencies: Scope | None = None
    districts: Scope | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableAccount:
    """It cannot be used any more; nothing of it is forgotten."""

    account: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableAccount:
    """It can be used again."""

    account: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPassword:
    """A new password, made by the server and in the answer once; every session of the account ends."""

    account: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateToken:
    """A program's way in; its secret is in the answer, once. No roles given: all of the account's."""

    account: Code
    label: Annotated[str, MinLen(1), MaxLen(200)]
    roles: Roles = ()
    days: Annotated[int, Ge(1), Le(TOKEN_DAYS_MAX)] = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """The token named `ACCOUNT/NUMBER` is refused from now on."""

    token: LongCode
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLockOut:
    """Sent by the sign-in itself, by nobody else: so many wrong passwords came that the account is refused until `until`."""

    account: Code
    failures: Annotated[int, Ge(1)]
    until: datetime


AccountCommand = CreateAccount | ChangeAccount | DisableAccount | EnableAccount | SetPassword | CreateToken | RevokeToken | RecordLockOut

COMMANDS: Final[tuple[type[Any], ...]] = get_args(AccountCommand)
