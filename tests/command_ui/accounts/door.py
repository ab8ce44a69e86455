"""A real server over real files, with a clock of our own and a hash that costs nothing: what the tests of the door stand in front of."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI, Request, Response

from command_ui.accounts.accounts import Accounts
from command_ui.accounts.credentials import CredentialTables
from command_ui.accounts.passwords import Hasher
from command_ui.accounts.wiring import WiredAccounts, wire_accounts
from command_ui.api.commands import commands_router
from command_ui.api.views import views_router
from command_ui.center import Center
from command_ui.live import Live, live_router
from command_ui.live_socket import LiveSocket
from command_ui.problems import Problem, problem_of
from command_ui.settings import Settings
from domain.refusals import Refusal
from streams.failures import StreamFailure

# The parameters are the hash's business, not that of these tests: the least that argon2 takes.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# All of 127/8 is this machine: people sit at addresses of their own.
DESK, OFFICE, ELSEWHERE = "127.0.3.17", "127.0.0.2", "127.9.9.9"
T0 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
GOOD = "three unlike words"
OTHER = "quite another phrase"

R = TypeVar("R")

_keys = itertools.count()


@dataclass
class Clock:
    """Stands still until it is told."""

    now: datetime = T0

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Door:
    """A running command center and those who stand before it."""

    center: Center
    wired: WiredAccounts
    clock: Clock
    port: int
    loop: asyncio.AbstractEventLoop
    browsers: list[Browser] = field(default_factory=list)

    @property
    def host(self) -> str:
        """What browsers call the server."""
        return f"127.0.0.1:{self.port}"

    @property
    def accounts(self) -> Accounts:
        return self.wired.accounts

    def browser(self, address: str = DESK, **headers: str) -> Browser:
        """Another browser at this address."""
        transport = httpx.HTTPTransport(local_address=address)
        browser = Browser(httpx.Client(transport=transport, base_url=f"http://{self.host}", headers=headers, timeout=30))
        self.browsers.append(browser)
        return browser

    def first_password(self) -> str:
        """The password that is printed at the first start."""
        first = self.inside(self.wired.first_password)
        assert first is not None, "it was printed before."
        return first.password

    def administrator(self) -> Browser:
        """A browser in which an administrator is signed in (made for it, with the password GOOD)."""
        browser = self.browser(OFFICE)
        if self.center.document("account_directory", "chen") is None:
            browser.sign_in("admin", self.first_password())
            password = browser.ask("create_account", account="chen", zh="陈", en="Chen", roles=["administrator"]).json()["result"][
                "password"
            ]
            browser = self.browser(OFFICE)
            browser.sign_in("chen", password)
            assert browser.change_password(password, GOOD).status_code == 200
        else:
            browser.sign_in("chen", GOOD)
        return browser

    def person(self, account: str = "zhoukai", *roles: str, **more: object) -> str:
        """An account for somebody; its first password."""
        answer = self.administrator().ask(
            "create_account", account=account, zh="周凯", en="Zhou Kai", roles=list(roles) or ["dispatcher"], **more
        )
        assert answer.status_code == 200, answer.text
        password: str = answer.json()["result"]["password"]
        return password

    def token(self, account: str, *roles: str, **more: object) -> str:
        """A token of the account."""
        answer = self.administrator().ask("create_token", account=account, label="a program", roles=list(roles), **more)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["result"]["token"]
        return token

    def inside(self, act: Callable[[], Awaitable[R]]) -> R:
        """Await something on the server's own event loop."""

        async def awaited() -> R:
            return await act()

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(30)


class WatchedHasher(Hasher):
    """Notes what it looks at, and waits at a gate where there is one; `begun` is set when so many as `expected` have come to it."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.looked_at: list[str] = []
        self.begun = threading.Event()
        self.expected = 1
        self.gate: threading.Event | None = None

    def is_right(self, hashed: str | None, password: str) -> bool:
        self.looked_at.append(password)
        if len(self.looked_at) >= self.expected:
            self.begun.set()
        if self.gate is not None:
            assert self.gate.wait(30)
        return super().is_right(hashed, password)


class Browser:
    """Keeps its cookie, and sends the CSRF token of its session as the console does."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.csrf = ""

    def sign_in(self, account: str, password: str) -> httpx.Response:
        answer = self.client.post("/api/sign_in", json={"account": account, "password": password})
        self.csrf = answer.json()["csrf"] if answer.status_code == 200 else self.csrf
        return answer

    def change_password(self, old: str, new: str) -> httpx.Response:
        answer = self.post("/api/change_password", {"old_password": old, "new_password": new})
        self.csrf = answer.json()["csrf"] if answer.status_code == 200 else self.csrf
        return answer

    def session(self) -> httpx.Response:
        return self.client.get("/api/session")

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        return self.client.post(path, json=body or {}, headers={"X-CSRF-Token": self.csrf, **headers})

    def ask(self, command: str, **body: object) -> httpx.Response:
        """Send a command under a new key."""
        return self.post(f"/api/commands/{command}", body, **{"Idempotency-Key": f"key-{next(_keys):08d}"})

    @property
    def cookie(self) -> str:
        return self.client.cookies.get("drumtower_session") or ""


@contextmanager
def opened(
    directory: Path, clock: Clock, *, credentials: CredentialTables | None = None, hasher: Hasher | None = None, **given: bool | float
) -> Iterator[Door]:
    """A server of the accounts, commands, views and the live link over this directory, until the block ends."""
    settings = Settings(data=directory, **given)  # type: ignore[arg-type]
    center = Center(settings, now=clock)
    running: list[asyncio.AbstractEventLoop] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with center.running():
            running.append(asyncio.get_running_loop())
            yield

    application = FastAPI(lifespan=lifespan)
    wired = wire_accounts(application, center, settings, credentials=credentials, hasher=hasher or Hasher(CHEAP))
    application.include_router(commands_router(center, wired.guard, wired.accounts.complete, settings.body_bytes_max))
    application.include_router(views_router(center, wired.guard))
    application.include_router(live_router(Live(center, "test"), wired.guard_socket))

    async def refused(_: Request, error: Exception) -> Response:
        problem = problem_of(error)
        assert problem is not None, f"no answer for {error!r}"
        return problem.response()

    for kind in (Problem, Refusal, StreamFailure):
        application.add_exception_handler(kind, refused)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(application, log_level="error", ws=LiveSocket, lifespan="on"))
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]))
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30) as client:
                # The kernel holds the request until the server listens.
                assert client.get("/api/session").status_code == 401
            door = Door(center, wired, clock, listening.getsockname()[1], running[0])
            try:
                yield door
            finally:
                for browser in door.browsers:
                    browser.client.close()
        finally:
            server.should_exit = True
            thread.join()
            wired.accounts.close()


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is this refusal, in both languages."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    body: dict[str, Any] = answer.json()
    assert body["en"]
    assert body["zh"]
    assert answer.headers["content-type"] == "application/problem+json"
    return body
