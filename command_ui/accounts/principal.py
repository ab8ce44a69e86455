"""Who sends a request: an account with its rights as they are at this moment, however it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from domain.permissions import Scope
from projections.account_directory import AccountDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An account at the door. Roles and scope are the account's now; a token has no more of the roles than it was made with."""

    account: str
    zh: str
    en: str
    seat: str
    kind: str
    roles: frozenset[str]
    agencies: frozenset[str]
    districts: frozenset[str]
    via: Literal["session", "token"]
    credential: str
    """Names the session or the token without opening it."""
    expires_at: datetime
    csrf: str = ""
    """What a browser must send back with everything but GET; empty for tokens, which no browser sends by itself."""
    must_change_password: bool = False

    @property
    def scope(self) -> Scope:
        """How far it reaches."""
        return Scope(agencies=self.agencies, districts=self.districts)

    def document(self) -> dict[str, Any]:
        """The session as the protocol says it."""
        return {
            "account": self.account,
            "zh": self.zh,
            "en": self.en,
            "seat": self.seat,
            "roles": sorted(self.roles),
            "scope": {"agencies": sorted(self.agencies), "districts": sorted(self.districts)},
            "csrf": self.csrf,
            "expires_at": self.expires_at,
            "must_change_password": self.must_change_password,
        }


def principal_by_session(
    view: AccountDirectory, *, credential: str, expires_at: datetime, csrf: str, must_change_password: bool
) -> Principal:
    """Somebody who signed in."""
    return Principal(
        account=view.account,
        zh=view.zh,
        en=view.en,
        seat=view.seat,
        kind=view.kind,
        roles=frozenset(view.roles),
        agencies=frozenset(view.agencies),
        districts=frozenset(view.districts),
        via="session",
        credential=credential,
        expires_at=expires_at,
        csrf=csrf,
        must_change_password=must_change_password,
    )


def principal_by_token(view: AccountDirectory, *, credential: str, roles: frozenset[str], expires_at: datetime) -> Principal:
    """A program with a token. A role that the account has lost is lost to its tokens."""
    return Principal(
        account=view.account,
        zh=view.zh,
        en=view.en,
        seat=view.seat,
        kind=view.kind,
        roles=roles & frozenset(view.roles),
        agencies=frozenset(view.agencies),
        districts=frozenset(view.districts),
        via="token",
        credential=credential,
        expires_at=expires_at,
    )
