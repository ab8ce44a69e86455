"""A real server, the small city on it, and consoles of people who sign in there. Every console that complained fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.driver import DESK, Console, sign_in_by_request
from tests.browser.streets import lay_out_streets
from tests.server_fixture import City, city_of, server_of

OPERATOR_ROLES = ("call_taker", "dispatcher", "commander")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with server_of(tmp_path_factory.mktemp("browser")) as server, city_of(server) as city:
        lay_out_streets(city.api)
        yield city


@dataclass
class Desks:
    """Where operators sit down."""

    browser: Browser
    contexts: list[BrowserContext]
    consoles: list[Console]

    def console(self, city: City, *, settings: str = "{}", **context: Any) -> Console:  # noqa: ANN401 -- options of a browser context
        """A console that nobody has signed in at yet; `settings` is what the operator set there before."""
        made = self.browser.new_context(viewport=context.pop("viewport", DESK), **context)
        made.add_init_script(f"localStorage.getItem('drumtower.settings') ?? localStorage.setItem('drumtower.settings', '{settings}')")
        self.contexts.append(made)
        return self.window(made, city)

    def window(self, context: BrowserContext, city: City) -> Console:
        """One more window of the same operator."""
        console = Console(context.new_page(), city.server.base_url)
        self.consoles.append(console)
        return console

    def operator(self, city: City, **more: Any) -> Console:  # noqa: ANN401 -- options of a browser context
        """A console with an operator of their own signed in, the screen up."""
        account, password = city.person(*OPERATOR_ROLES)
        console = self.console(city, **more)
        sign_in_by_request(console.page.context, city.server.base_url, account, password)
        return console.open().ready()


@pytest.fixture
def desks(browser: Browser) -> Iterator[Desks]:
    desks = Desks(browser, [], [])
    yield desks
    for context in desks.contexts:
        context.close()
    faults = [fault for console in desks.consoles for fault in console.faults]
    assert faults == [], "a console complained"


Sit = Callable[..., Console]


@pytest.fixture
def sit(desks: Desks, city: City) -> Sit:
    """`sit()` is a console of a new operator in the city that all tests of this folder share."""

    def sit_down(**more: Any) -> Console:  # noqa: ANN401 -- options of a browser context
        return desks.operator(city, **more)

    return sit_down


@pytest.fixture(autouse=True)
def _swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened in the shared city is closed after it: a queue that grows with the suite would hide the rows of later tests."""
    if "city" not in request.fixturenames:
        yield
        return
    city: City = request.getfixturevalue("city")
    before = _left_open(city)
    yield
    for name, field, one in sorted(_left_open(city) - before):
        city.api.post(f"/api/commands/{name}", {field: one} | _HOW[name])


_HOW: dict[str, dict[str, Any]] = {
    "close_incident": {"disposition": "cancelled"},
    "end_call": {"outcome": "test"},
    "dismiss_alarm": {"reason": "test"},
}


def _left_open(city: City) -> set[tuple[str, str, str]]:
    """The command that would end it, the field that names it, and its name."""
    open_ = {
        "close_incident": ("incident", "incident_board"),
        "end_call": ("call", "call_board"),
        "dismiss_alarm": ("alarm", "alarm_board"),
    }
    return {(name, field, key) for name, (field, view) in open_.items() for key in city.api.documents(view)}
