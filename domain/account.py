"""Accounts: who may sign in or send as a program, in which roles, and how far. No secret and no hash of one is ever a fact.

What a password or a token proves is in the credential store beside the log (`command_ui/accounts/`); what an account may do is here, so
that it can be asked for any time in the past who was allowed what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from eventsourcing.domain import event

from domain.account_refusals import (
    AccountIsDisabled,
    AccountIsNotDisabled,
    ProgramHasNoPassword,
    TokenRoleIsNotHeld,
    TokensAreTooMany,
)
from domain.editions import Editions
from domain.fact import Aggregate, By, FirstFact
from domain.refusals import StaleVersion, UnknownThing
from domain.values import Name

Role = Literal["call_taker", "dispatcher", "commander", "analyst", "agency", "administrator", "source", "wall"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
AccountKind = Literal["person", "program"]
ROLES_ZH: Final[dict[str, str]] = {
    "call_taker": "接警员",
    "dispatcher": "调度员",
    "commander": "指挥长",
    "analyst": "分析员",
    "agency": "部门",
    "administrator": "管理员",
    "source": "数据源",
    "wall": "大屏",
}

# A program has one token for each place where it runs; who needs more has lost count of them.
TOKENS_MAX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an account may do (`roles`) and how far it reaches; an empty list of agencies or districts means all."""

    roles: tuple[Role, ...]
    agencies: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A program's way in. Its secret is not here; its name is `ACCOUNT/NUMBER`."""

    roles: tuple[Role, ...]
    expires_at: datetime


class Account(Aggregate):
    """Identified as `account:zhoukai`."""

    TOPIC = "account"

    class Event(Aggregate.Event):
        """The base of an account's events."""

    @dataclass(frozen=True)
    class Created(FirstFact):
        """The account exists. It cannot be used before it has a password or a token."""

        TOPIC = "account.created"
        account: str
        name: Name
        seat: str
        rights: Rights
        kind: AccountKind

    @dataclass(frozen=True)
    class Changed(Event):
        """Its names, its seat or its rights are others now."""

        TOPIC = "account.changed"
        account: str
        name: Name
        seat: str
        rights: Rights

    @dataclass(frozen=True)
    class Disabled(Event):
        """It cannot sign in, its sessions and tokens are refused."""

        TOPIC = "account.disabled"
        account: str
        reason: str

    @dataclass(frozen=True)
    class Enabled(Event):
        """It can be used again."""

        TOPIC = "account.enabled"
        account: str

    @dataclass(frozen=True)
    class PasswordReset(Event):
        """An administrator gave it a new password, to be changed by its owner. The password is not here."""

        TOPIC = "account.password_reset"
        account: str

    @dataclass(frozen=True)
    class LockedOut(Event):
        """So many wrong passwords came one after another that sign-in is refused until `until`, whatever the password."""

        TOPIC = "account.locked_out"
        account: str
        failures: int
        until: datetime

    @dataclass(frozen=True)
    class TokenCreated(Event):
        """A program may come in under this name. The token's secret is not here."""

        TOPIC = "account.token_created"
        account: str
        token: str
        label: str
        roles: tuple[Role, ...]
        expires_at: datetime

    @dataclass(frozen=True)
    class TokenRevoked(Event):
        """The token is refused from now on."""

        TOPIC = "account.token_revoked"
        account: str
        token: str
        reason: str

    @event(Created)
    def __init__(self, account: str, name: Name, seat: str, rights: Rights, kind: AccountKind, by: By, timestamp: datetime) -> None:
        self.account = account
        self.name = name
        self.seat = seat
        self.rights = rights
        self.kind = kind
        self.is_disabled = False
        self.tokens: dict[str, Token] = {}
        self.tokens_made = 0
        self.changed_last = (1, by.account, timestamp)
        self.editions = Editions("account", account)
        self.editions.add(1, by, timestamp, name=name, seat=seat, roles=rights.roles, agencies=rights.agencies, districts=rights.districts)

    @staticmethod
    def create_id(account: str) -> str:
        """`account:zhoukai`."""
        return f"account:{account}"

    @property
    def is_administrator(self) -> bool:
        """Whether a person can administer with it now: programs and disabled accounts cannot."""
        return self.kind == "person" and not self.is_disabled and "administrator" in self.rights.roles

    def change(self, name: Name, seat: str, rights: Rights, *, seen: int | None, by: By, at: datetime) -> None:
        """Refuses what changed after the version `seen`; the same again changes nothing."""
        if (name, seat, rights) == (self.name, self.seat, self.rights):
            return
        version, who, when = self.changed_last
        if seen is not None and version > seen:
            raise StaleVersion(
                what="roles and scope",
                what_zh="角色和范围",
                name=self.account,
                now=", ".join(role.replace("_", " ") for role in self.rights.roles),
                now_zh="、".join(ROLES_ZH[role] for role in self.rights.roles),
                by=who,
                at=when.isoformat(timespec="seconds"),
            )
        self._changed(account=self.account, name=name, seat=seat, rights=rights, by=by, timestamp=at)

    def disable(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a disabled account."""
        self._require_enabled("disable it again", "再次停用")
        self._disabled(account=self.account, reason=reason, by=by, timestamp=at)

    def enable(self, *, by: By, at: datetime) -> None:
        """Refuses an account that is not disabled."""
        if not self.is_disabled:
            raise AccountIsNotDisabled(account=self.account)
        self._enabled(account=self.account, by=by, timestamp=at)

    def reset_password(self, *, by: By, at: datetime) -> None:
        """Refuses programs, which have tokens, and disabled accounts."""
        self._require_enabled("give it a password", "设置密码")
        if self.kind == "program":
            raise ProgramHasNoPassword(account=self.account)
        self._password_reset(account=self.account, by=by, timestamp=at)

    def lock_out(self, failures: int, until: datetime, *, by: By, at: datetime) -> None:
        """That it happened; the throttle itself keeps the door."""
        self._locked_out(account=self.account, failures=failures, until=until, by=by, timestamp=at)

    def create_token(self, label: str, roles: tuple[Role, ...], days: int, *, by: By, at: datetime) -> str:
        """The name of a new token with some of the account's roles (none given: all of them). What has expired makes room."""
        self._require_enabled("make a token for it", "创建令牌")
        for role in roles:
            if role not in self.rights.roles:
                raise TokenRoleIsNotHeld(account=self.account, role=role, held=", ".join(self.rights.roles))
        if sum(token.expires_at > at for token in self.tokens.values()) >= TOKENS_MAX:
            raise TokensAreTooMany(account=self.account, most=TOKENS_MAX)
        token = f"{self.account}/{self.tokens_made + 1}"
        self._token_created(
            account=self.account,
            token=token,
            label=label,
            roles=roles or self.rights.roles,
            expires_at=at + timedelta(days=days),
            by=by,
            timestamp=at,
        )
        return token

    def revoke_token(self, token: str, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a token that is not there, or was revoked."""
        if token not in self.tokens:
            raise UnknownThing(kind="token", name=token)
        self._token_revoked(account=self.account, token=token, reason=reason, by=by, timestamp=at)

    def _require_enabled(self, act: str, act_zh: str) -> None:
        if self.is_disabled:
            raise AccountIsDisabled(account=self.account, act=act, act_zh=act_zh)

    @event(Changed)
    def _changed(self, account: str, name: Name, seat: str, rights: Rights, by: By, timestamp: datetime) -> None:
        self.name = name
        self.seat = seat
        self.rights = rights
        self.changed_last = (self.version + 1, by.account, timestamp)
        self.editions.add(
            self.version + 1,
            by,
            timestamp,
            name=name,
            seat=seat,
            roles=rights.roles,
            agencies=rights.agencies,
            districts=rights.districts,
        )

    @event(Disabled)
    def _disabled(self, account: str, reason: str, by: By, timestamp: datetime) -> None:
        self.is_disabled = True

    @event(Enabled)
    def _enabled(self, account: str, by: By, timestamp: datetime) -> None:
        self.is_disabled = False

    @event(PasswordReset)
    def _password_reset(self, account: str, by: By, timestamp: datetime) -> None:
        pass

    @event(LockedOut)
    def _locked_out(self, account: str, failures: int, until: datetime, by: By, timestamp: datetime) -> None:
        pass

    @event(TokenCreated)
    def _token_created(
        self, account: str, token: str, label: str, roles: tuple[Role, ...], expires_at: datetime, by: By, timestamp: datetime
    ) -> None:
        self.tokens[token] = Token(roles=roles, expires_at=expires_at)
        self.tokens_made += 1

    @event(TokenRevoked)
    def _token_revoked(self, account: str, token: str, reason: str, by: By, timestamp: datetime) -> None:
        del self.tokens[token]
