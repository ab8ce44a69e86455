"""How the command center puts the accounts together: the directory of its facts, its clock, its writer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import FastAPI

from command_ui.accounts.accounts import Accounts, SessionLimits
from command_ui.accounts.credentials import CredentialTables
from command_ui.accounts.guards import Guard, GuardSocket, request_guard, socket_guard
from command_ui.accounts.headers import SecurityHeaders
from command_ui.accounts.passwords import Hasher
from command_ui.accounts.router import accounts_router
from command_ui.center import Center
from command_ui.settings import Settings
from domain.account_commands import RecordLockOut
from domain.account_decisions import FIRST_ACCOUNT, SERVER
from domain.decisions import DECISIONS
from projections.account_directory import ACCOUNT_DIRECTORY, AccountDirectory
from streams.failures import StreamFailure

FILE: Final = "accounts.db"
# A view follows the log within milliseconds; one that does not is stopped, and its own health says so.
SETTLED_S_MAX = 2.0
SETTLED_LOOK_S = 0.005

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """Printed once, by whoever starts the server."""

    account: str
    password: str


@dataclass(frozen=True, slots=True)
class WiredAccounts:
    """What the rest of the interface needs of the accounts."""

    accounts: Accounts
    guard: Guard
    guard_socket: GuardSocket
    first_password: Callable[[], Awaitable[FirstPassword | None]]
    """To be awaited once the center runs: makes the first administrator, and a password where it has none."""


def wire_accounts(
    application: FastAPI, center: Center, settings: Settings, *, credentials: CredentialTables | None = None, hasher: Hasher | None = None
) -> WiredAccounts:
    """Routes, headers and guards on the application. `accounts.close()` when it ends. `credentials` lie in a file unless said otherwise."""
    view = ACCOUNT_DIRECTORY.name

    def account_of(account: str) -> AccountDirectory | None:
        found: AccountDirectory | None = center.document(view, account)
        return found

    def locked_out(account: str, failures: int, until: datetime) -> None:
        log.warning("%d wrong passwords in a row for account %s: refused until %s", failures, account, until.isoformat())
        command = RecordLockOut(account=account, failures=failures, until=until)
        try:
            center.machine.submit(DECISIONS["record_lock_out"], command, account=SERVER, key=f"{SERVER}:{secrets.token_hex(16)}")
        except StreamFailure:
            log.exception("the lock-out could not be recorded")

    async def settled(position: int) -> None:
        loop = asyncio.get_running_loop()
        latest = loop.time() + SETTLED_S_MAX
        # The projector is a thread and has no event to wait on.
        while center.reached(view) < position and loop.time() < latest:  # noqa: ASYNC110
            await asyncio.sleep(SETTLED_LOOK_S)

    accounts = Accounts(
        credentials or settings.data / FILE,
        account_of=account_of,
        now=center.now,
        limits=SessionLimits(lasts=timedelta(hours=settings.session_hours), lasts_idle=timedelta(hours=settings.session_idle_hours)),
        hasher=hasher,
        on_lock_out=locked_out,
        settled=settled,
    )

    async def first_password() -> FirstPassword | None:
        name = FIRST_ACCOUNT.account
        if account_of(name) is None:
            submitted = center.machine.submit(DECISIONS["create_account"], FIRST_ACCOUNT, account=SERVER, key=f"{SERVER}:first-account")
            await settled((await asyncio.wrap_future(submitted)).position)
        password = await accounts.first_password(name)
        return FirstPassword(name, password) if password is not None else None

    guard = request_guard(accounts, settings.allowed_origins)
    application.include_router(
        accounts_router(accounts, guard, allowed_origins=settings.allowed_origins, is_secure=settings.secure_cookies)
    )
    application.add_middleware(SecurityHeaders, is_tls=settings.secure_cookies)
    return WiredAccounts(accounts, guard, socket_guard(accounts, settings.allowed_origins), first_password)
