"""The door: a password, a session's secret or a token in, a Principal out.

Rights come from the facts (`account_of`), secrets from the credential store; both must agree. A secret whose account or token is not in the
directory opens nothing, so that a revocation that is a fact holds even where a crash left its secret behind.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn, ParamSpec, TypeVar

from command_ui.accounts.credentials import CredentialStore, CredentialTables, Password, Session, SignIn, digest
from command_ui.accounts.lately import LatelyFound
from command_ui.accounts.passwords import Hasher, PasswordIsTheOldOne, made_password, require_good
from command_ui.accounts.principal import Principal, principal_by_session, principal_by_token
from command_ui.accounts.refusals import (
    AccountIsShut,
    Ending,
    NotSignedIn,
    OldPasswordIsWrong,
    SignInIsBusy,
    SignInIsThrottled,
    SignInIsWrong,
    TokenIsWrong,
)
from command_ui.accounts.throttle import ACCOUNT, ADDRESS, Throttle, network
from domain import account_commands
from domain.decisions import command_name
from projections.account_directory import AccountDirectory
from streams.answers import Answer

TOKEN_PREFIX: Final = "dt_"  # noqa: S105 -- the part that is no secret
"""Lets scanners find a token that was committed somewhere by mistake."""
SECRET_BYTES: Final = 32
# Each check holds 64 MiB and a core for a tenth of a second: two at once leave the server its memory and its other work.
CHECKS_AT_ONCE = 2
# A shift of a hundred signs in within a minute; more that wait would wait for seconds.
CHECKS_WAITING_MAX = 64
# So many wrong passwords in a row are told to the administrators, as a fact.
LOCK_OUT_TRIES = 10

ACCOUNT_COMMANDS: Final = frozenset(command_name(command) for command in account_commands.COMMANDS)
# Passwords of one account never change twice at one moment: what began before the later one ends with it.
_TICK = timedelta(microseconds=1)

P = ParamSpec("P")
R = TypeVar("R")

Settled = Callable[[int], Awaitable[None]]
"""Returns when the directory knows the facts up to this position."""


async def _settled_at_once(_position: int) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a sign-in lasts: a shift, and less when nobody uses it."""

    lasts: timedelta = timedelta(hours=12)
    lasts_idle: timedelta = timedelta(hours=8)
    # A wall hangs where nobody could sign in again each morning, and its account may read only what any passer-by may see.
    lasts_on_a_wall: timedelta = timedelta(days=90)

    def of(self, roles: Iterable[str]) -> tuple[timedelta, timedelta]:
        """How long a sign-in of these roles lasts, and how long without use: an account that is a wall's and nothing else is never idle."""
        return (self.lasts_on_a_wall, self.lasts_on_a_wall) if set(roles) == {"wall"} else (self.lasts, self.lasts_idle)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that has just begun; `secret` goes into the cookie and is nowhere else."""

    secret: str
    principal: Principal


class Accounts:
    """One for a server. Its methods are for the event loop; hashing, and writes that are synced, happen in threads of its own."""

    def __init__(
        self,
        credentials: Path | CredentialTables,
        *,
        account_of: Callable[[str], AccountDirectory | None],
        now: Callable[[], datetime],
        limits: SessionLimits | None = None,
        hasher: Hasher | None = None,
        on_lock_out: Callable[[str, int, datetime], None] = lambda _account, _failures, _until: None,
        settled: Settled = _settled_at_once,
    ) -> None:
        self.limits = limits or SessionLimits()
        self._store = CredentialStore(credentials)
        self._account_of = account_of
        self._now = now
        self._hasher = hasher or Hasher()
        self._on_lock_out = on_lock_out
        self._settled = settled
        self._throttle = Throttle()
        self._lately = LatelyFound()
        self._threads = ThreadPoolExecutor(CHECKS_AT_ONCE, thread_name_prefix="password")
        # One: what is read for a write still holds when it is written.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="credentials")
        self._checking = 0

    async def sign_in(self, account: str, password: str, *, address: str) -> SignedIn:
        """A new session. Raises SignInIsWrong, SignInIsThrottled, SignInIsBusy, AccountIsShut."""
        view = self._person(account)
        if not await self._is_password(account, view, password, address=address):
            raise SignInIsWrong
        assert view is not None, "a right password belongs to somebody."
        if view.is_disabled:
            self._record(account, address, "disabled")
            raise AccountIsShut(account)
        now = self._now()
        await self._write(self._welcome, account, address, now)
        return await self._begin(account)

    def by_session(self, secret: str) -> Principal:
        """Who holds this session, with rights as they are now. Raises NotSignedIn with the reason."""
        return self._holder(digest(secret), csrf=csrf_of(secret))

    def by_token(self, secret: str) -> Principal:
        """The program that holds this token. Raises TokenIsWrong.

        A gateway that sends a hundred times a second is looked up once in it. What is changed through this server counts at once.
        """
        now, key = self._now(), digest(secret)
        if (found := self._lately.get(key, now)) is not None:
            return found
        name = self._store.token(secret, at=now) if secret.startswith(TOKEN_PREFIX) else None
        if name is None:
            raise TokenIsWrong
        return self._lately.keep(key, self._bearer(name, now), now)

    def again(self, principal: Principal) -> Principal:
        """The same principal with rights as they are now, for a link that stays open; no use of it. Raises NotSignedIn or TokenIsWrong."""
        if principal.via == "token":
            return self._again_by_token(principal.credential)
        return self._holder(bytes.fromhex(principal.credential), csrf=principal.csrf, is_use=False)

    def _again_by_token(self, name: str) -> Principal:
        """Fifty links of one program are looked up once in a second."""
        now, key = self._now(), name.encode()
        if (found := self._lately.get(key, now)) is not None:
            return found
        if not self._store.has_token(name):
            raise TokenIsWrong
        return self._lately.keep(key, self._bearer(name, now), now)

    async def sign_out(self, secret: str) -> None:
        """The session ends; signing out twice is no error."""
        await self._write(self._store.end_session, digest(secret))

    async def change_password(self, secret: str, old: str, new: str, *, address: str) -> SignedIn:
        """Another password, and one new session for all of the account's. Raises OldPasswordIsWrong, and what is wrong with the new."""
        principal = self.by_session(secret)
        require_good(new, principal.account)
        seen = self._store.password(principal.account)
        if not await self._is_password(principal.account, self._person(principal.account), old, address=address) or seen is None:
            raise OldPasswordIsWrong
        if old == new:
            raise PasswordIsTheOldOne
        hashed = await self._in_thread(self._hasher.hash, new)
        at = max(self._after(principal.account), seen.changed_at + _TICK)
        if not await self._write(self._store.replace_password, principal.account, hashed, seen=seen, at=at):
            # Changed in another window, or by an administrator, while this one was being checked.
            raise OldPasswordIsWrong
        self._record(principal.account, address, "password_changed")
        return await self._begin(principal.account)

    async def first_password(self, account: str) -> str | None:
        """A password for an account that has none, to be told once; None where it has one."""
        if self._store.password(account) is not None:
            return None
        password = made_password()
        hashed = await self._in_thread(self._hasher.hash, password)
        # Two gateways that start on an empty store at once tell one password.
        is_first = await self._write(self._store.set_first_password, account, hashed, at=self._now())
        return password if is_first else None

    async def complete(self, name: str, answer: Answer) -> Answer:
        """What an accepted command on accounts means for the secrets; the answer with what is shown once. Other commands pass as they are.

        When this returns the directory knows the command: a right that was taken is gone, a token that was made opens.
        A repeat shows nothing again: what was not read is made anew (`set_password`, another `create_token`).
        """
        if name not in ACCOUNT_COMMANDS:
            return answer
        await self._settled(answer.position)
        self._lately.forget()
        complete = {
            "create_account": self._after_create,
            "set_password": self._after_set_password,
            "create_token": self._after_create_token,
            "revoke_token": self._after_revoke_token,
        }.get(name)
        shown = await complete(answer) if complete is not None and not answer.repeated else {}
        return replace(answer, result={**answer.result, **shown}) if shown else answer

    def sign_ins(self, account: str | None = None, *, limit: int = 100) -> list[SignIn]:
        """Who tried to sign in, newest first."""
        return self._store.sign_ins(account, limit=limit)

    def tokens_used(self) -> dict[str, datetime | None]:
        """When each token was last used."""
        return self._store.tokens_used()

    def close(self) -> None:
        """Give threads and the credential store back."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)
        self._store.close()

    async def _after_create(self, answer: Answer) -> dict[str, str]:
        account = answer.result["account"]
        if self._person(account) is None:
            return {}
        password = await self.first_password(account)
        return {"password": password} if password is not None else {}

    async def _after_set_password(self, answer: Answer) -> dict[str, str]:
        account = answer.result["account"]
        password = await self._give_password(account, at=answer.recorded_at)
        self._throttle.forget(f"account {account}")
        return {"password": password}

    async def _after_create_token(self, answer: Answer) -> dict[str, str]:
        secret = TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        await self._write(self._store.add_token, secret, answer.result["name"])
        return {"token": secret}

    async def _after_revoke_token(self, answer: Answer) -> dict[str, str]:
        await self._write(self._store.remove_token, answer.result["name"])
        return {}

    async def _give_password(self, account: str, *, at: datetime) -> str:
        password = made_password()
        hashed = await self._in_thread(self._hasher.hash, password)
        await self._write(self._set_password, account, hashed, at)
        return password

    def _set_password(self, account: str, hashed: str, at: datetime) -> None:
        before = self._store.password(account)
        at = at if before is None else max(at, before.changed_at + _TICK)
        self._store.set_password(account, hashed, must_change=True, at=at)

    def _welcome(self, account: str, address: str, at: datetime) -> None:
        self._record(account, address, "signed_in")
        self._store.know_address(account, network(address), at=at)

    async def _begin(self, account: str) -> SignedIn:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        await self._write(self._store.begin_session, secret, account, at=self._after(account))
        return SignedIn(secret, self.by_session(secret))

    def _holder(self, hashed: bytes, *, csrf: str, is_use: bool = True) -> Principal:
        session = self._store.session(hashed)
        if session is None:
            raise NotSignedIn
        now = self._now()
        view = self._person(session.account)
        lasts, lasts_idle = self.limits.of(view.roles if view is not None else ())
        ends_at = session.created_at + lasts
        if now >= ends_at:
            self._end(session, "expired")
        if now >= session.used_at + lasts_idle:
            self._end(session, "idle")
        # A session from before the account was disabled does not come back when it is enabled again.
        if view is None or view.is_disabled or (view.disabled_at is not None and session.created_at < view.disabled_at):
            self._end(session, "disabled")
        password = self._password(view)
        if password is None or session.created_at < password.changed_at:
            self._end(session, "password_changed")
        if is_use:
            self._store.use_session(session, at=now)
        return principal_by_session(view, credential=hashed.hex(), expires_at=ends_at, csrf=csrf, must_change_password=password.must_change)

    def _end(self, session: Session, reason: Ending) -> NoReturn:
        self._store.end_session(session.hash)
        raise NotSignedIn(reason)

    def _bearer(self, name: str, now: datetime) -> Principal:
        view = self._account_of(name.partition("/")[0])
        token = view.token(name) if view is not None else None
        if view is None or token is None or view.is_disabled or token.expires_at <= now:
            raise TokenIsWrong
        return principal_by_token(view, credential=name, roles=frozenset(token.roles), expires_at=token.expires_at)

    def _person(self, account: str) -> AccountDirectory | None:
        view = self._account_of(account)
        return view if view is not None and view.kind == "person" else None

    def _password(self, view: AccountDirectory) -> Password | None:
        """The account's password; none where it was reset and the new one never came about (a crash between the two)."""
        password = self._store.password(view.account)
        is_reset = password is not None and view.password_reset_at is not None and password.changed_at < view.password_reset_at
        return None if is_reset else password

    def _after(self, account: str) -> datetime:
        """Now; never before what ends sessions and passwords, though the machine's clock may have gone back."""
        view = self._person(account)
        password = self._store.password(account)
        ends = (
            view.disabled_at if view is not None else None,
            view.password_reset_at if view is not None else None,
            password.changed_at if password is not None else None,
        )
        return max([self._now(), *(end for end in ends if end is not None)])

    async def _is_password(self, account: str, view: AccountDirectory | None, password: str, *, address: str) -> bool:
        """Whether it is, at the pace that the throttle allows; as slow for accounts that nobody has."""
        at = self._now()
        sender = network(address)
        doors = (self._door(account, sender, at), f"address {sender}")
        wait_s = max(self._throttle.wait_s(door, at.timestamp()) for door in doors)
        if wait_s:
            raise SignInIsThrottled(wait_s)
        if self._checking >= CHECKS_WAITING_MAX:
            raise SignInIsBusy
        tries = self._throttle.begin(doors[0], ACCOUNT, at.timestamp())
        self._throttle.begin(doors[1], ADDRESS, at.timestamp())
        kept = self._password(view) if view is not None else None
        is_right = await self._in_thread(self._hasher.is_right, kept.hash if kept else None, password)
        if is_right and kept is not None:
            self._throttle.forget(doors[0])
            self._throttle.forgive(doors[1])
            if self._hasher.is_outdated(kept.hash):
                self._store.rehash(account, kept.hash, await self._in_thread(self._hasher.hash, password))
            return True
        self._record(account if view is not None else "", address, "wrong_password")
        if view is not None and tries == LOCK_OUT_TRIES:
            self._on_lock_out(account, tries, at + timedelta(seconds=self._throttle.wait_s(doors[0], at.timestamp())))
        return False

    def _door(self, account: str, sender: str, at: datetime) -> str:
        """Wrong passwords from elsewhere must not keep a dispatcher from the desk: a sender known as the owner's has its own door."""
        if self._store.is_known_address(account, sender, at=at):
            return f"account {account} from {sender}"
        return f"account {account[:64]}"

    async def _in_thread(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        self._checking += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*arguments, **named))
        finally:
            self._checking -= 1

    async def _write(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        written = await asyncio.get_running_loop().run_in_executor(self._writer, lambda: work(*arguments, **named))
        self._lately.forget()
        return written

    def _record(self, account: str, address: str, outcome: str) -> None:
        self._store.record(SignIn(self._now(), account, address[:64], outcome))


def csrf_of(secret: str) -> str:
    """Bound to the session, and of no use for making its secret."""
    return urlsafe_b64encode(hmac.digest(secret.encode(), b"drumtower csrf", hashlib.sha256)).rstrip(b"=").decode("ascii")
