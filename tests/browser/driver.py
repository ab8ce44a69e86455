"""A person at a console: a real Chromium page, the strokes that were pressed in it, and whatever it complained of.

A console that complains (an error in the browser's console, an uncaught exception) has failed, whatever the screen shows. Chromium itself
writes every answer of 400 and more, and every refused connection, as an error: a test says beforehand which of them it provokes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.conftest import CHROMIUM_FLAGS

# A machine that other work stalls takes seconds for what is done in milliseconds.
WAIT_MS_MAX = 20_000
expect.set_options(timeout=WAIT_MS_MAX)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

DESK: ViewportSize = {"width": 1920, "height": 1080}

# Who is not signed in yet is told so: the console asks once, at its start.
FIRST_SESSION = r"401.*/api/session$"


@dataclass
class Console:
    """One console in one browser context. `strokes` counts what was pressed; `faults` holds what nobody announced."""

    page: Page
    base_url: str
    strokes: int = 0
    faults: list[str] = field(default_factory=list)
    announced: list[str] = field(default_factory=lambda: [FIRST_SESSION])
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS_MAX)
        self.page.on("console", self._on_message)
        self.page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        self.page.on("request", self._on_request)

    def will_complain(self, *patterns: str) -> None:
        """These errors of the network are the test's own doing: patterns of «text address»."""
        self.announced.extend(patterns)

    def open(self) -> Console:
        """The console's page, as somebody who types the address sees it."""
        self.page.goto(self.base_url)
        return self

    def ready(self) -> Console:
        """The screen stands, and the link is up."""
        expect(self.page.locator(".screen[data-link='up']")).to_be_visible()
        expect(self.page.locator(".queue")).to_be_visible()
        return self

    def press(self, *keys: str) -> None:
        """Each is one stroke, a chord too."""
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def write(self, text: str) -> None:
        """As many strokes as letters."""
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def row(self, number: str) -> Locator:
        """An incident in the queue."""
        return self.page.locator(f".queue [role='option'][data-id='{number}']")

    def select(self, number: str) -> None:
        """Choose an incident in the queue, and wait until its panel is there."""
        self.row(number).click()
        # A list holds still while the pointer rests in it.
        self.page.mouse.move(700, 22)
        expect(self.panel.locator("h2 .num")).to_have_text(number.split("-")[1])

    @property
    def panel(self) -> Locator:
        """The incident's panel."""
        return self.page.locator(".panel.inc")

    @property
    def intake(self) -> Locator:
        """The call intake."""
        return self.page.locator(".intake")

    @property
    def suggestions(self) -> Locator:
        """What a field of the intake offers."""
        return self.intake.locator(".suggest-p [role='option']")

    @property
    def candidates(self) -> Locator:
        """The units that are recommended."""
        return self.panel.locator("[data-part='reco'] [role='option']")

    @property
    def assigned(self) -> Locator:
        """The units on the incident."""
        return self.panel.locator("[data-part='assigned'] tbody tr.tr")

    @property
    def timeline(self) -> Locator:
        """What happened."""
        return self.panel.locator("[data-part='timeline'] .tl-r")

    @property
    def note(self) -> Locator:
        """The note line."""
        return self.page.locator("[data-pane='note']")

    @property
    def message(self) -> Locator:
        """The last thing that the console said."""
        return self.page.locator(".msgs .msg").last

    @property
    def focused(self) -> Locator:
        """What has the focus."""
        return self.page.locator("*:focus")

    def devtools(self) -> CDPSession:
        """Chromium's own protocol, for what a page cannot do to itself: an input method, the performance counters."""
        return self.page.context.new_cdp_session(self.page)

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        told = f"{message.text} {message.location.get('url', '')}"
        if not any(re.search(pattern, told) for pattern in self.announced):
            self.faults.append(told)

    def _on_request(self, request: Request) -> None:
        if "/api/commands/" in request.url:
            self.commands.append(request.url.rsplit("/", 1)[1])


def sign_in_by_request(context: BrowserContext, base_url: str, account: str, password: str) -> dict[str, Any]:
    """The cookie without the form, for tests of something else. A first password is changed to `password` with «!» behind it."""
    answer = context.request.post(f"{base_url}/api/sign_in", data={"account": account, "password": password})
    assert answer.ok, answer.text()
    session: dict[str, Any] = answer.json()
    if session["must_change_password"]:
        answer = context.request.post(
            f"{base_url}/api/change_password",
            data={"old_password": password, "new_password": f"{password}!"},
            headers={"X-CSRF-Token": session["csrf"]},
        )
        assert answer.ok, answer.text()
        session = answer.json()
    return session


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, as the tests start it, for programs that are no tests."""
    installed = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert installed is not None, f"There is no Chromium on this machine ({', '.join(CHROMIUM_NAMES)})."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
