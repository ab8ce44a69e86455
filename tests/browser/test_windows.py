"""Several windows of one operator: panels in windows of their own, one selection, and a server that was upgraded under them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import OPERATOR_ROLES, Desks, Sit
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def torn_off(desks: Desks, console: Console, area: str) -> Console:
    """The window that the panel with the focus gets."""
    with console.page.expect_popup() as opened:
        console.press("Shift+W")
    window = Console(opened.value, console.base_url)
    desks.consoles.append(window)
    expect(window.page.locator(f"[data-area='{area}']")).to_be_visible()
    return window


def torn(page: Page, panel: str) -> Locator:
    return page.locator(f".torn-{panel}")


def test_a_panel_in_a_window_of_its_own_shares_selection_and_comes_back(city: City, desks: Desks, sit: Sit) -> None:
    quarter = Quarter(city)
    quarter.units(1)
    first, second = quarter.incident(address="子路 1 号"), quarter.incident(address="丑路 2 号")
    console = sit()
    console.select(first)
    console.press("Q")
    window = torn_off(desks, console, "queue")
    expect(torn(console.page, "queue")).to_contain_text("在另一窗口")

    window.row(second).click()
    expect(console.panel.locator("h2 .num")).to_have_text(second.split("-")[1])
    window.press("Enter")
    expect(console.page.locator("[data-part='reco'] :focus")).to_have_count(1)
    window.press("F2")
    expect(console.intake).to_be_visible()
    console.press("Escape")

    with window.page.expect_event("close"):
        torn(console.page, "queue").get_by_role("button", name="收回").click()
    expect(torn(console.page, "queue")).to_have_count(0)
    expect(console.row(second)).to_be_visible()


def test_a_panel_whose_window_is_closed_stands_in_the_screen_again(city: City, desks: Desks, sit: Sit) -> None:
    console = sit()
    unit = city.unit()
    expect(console.page.locator(f".board [data-unit='{unit}']")).to_be_visible()
    console.press("B")
    window = torn_off(desks, console, "board")
    expect(torn(console.page, "board")).to_be_visible()
    window.page.close()
    expect(console.page.locator("[data-area='board']")).to_be_visible()


def test_windows_of_one_operator_keep_their_own_selection_where_that_is_wished(city: City, desks: Desks, sit: Sit) -> None:
    quarter = Quarter(city)
    first, second = quarter.incident(), quarter.incident()
    console = sit(settings=json.dumps({"follows": False}))
    console.select(first)
    console.press("Q")
    window = torn_off(desks, console, "queue")
    window.row(second).click()
    expect(window.row(second)).to_have_attribute("aria-selected", "true")
    expect(console.panel.locator("h2 .num")).to_have_text(first.split("-")[1])


@dataclass
class Upgrades:
    """A link to the server that says another version than the server's, from the next link on."""

    page: Page
    told: str = "9.9.9"
    links: list[WebSocketRoute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route_web_socket(re.compile("/api/live"), self._pass_on)
        self.page.reload()

    def _pass_on(self, route: WebSocketRoute) -> None:
        self.links.append(route)
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            frame = json.loads(message)
            route.send(json.dumps(frame | {"version": self.told}) if frame["type"] == "hello" else message)

        server.on_message(pass_on)

    def to(self, version: str) -> None:
        """The server is another one from now on."""
        self.told = version
        self.links[-1].close()


def test_a_newer_server_is_said_and_its_console_is_loaded_when_wished(city: City, sit: Sit) -> None:
    console = sit()
    console.select(Quarter(city).incident())
    upgrades = Upgrades(console.page)
    console.ready()
    expect(console.page.locator(".band-quiet")).to_have_count(0)
    # The selection comes back with its incident: before that there is no line to write on.
    expect(console.note).to_be_visible()
    console.press("N")
    console.write("half a sent")
    expect(console.note).to_have_value("half a sent")
    upgrades.to("10.0.0")
    band = console.page.locator(".band-quiet")
    expect(band).to_contain_text("10.0.0")
    band.get_by_role("button", name="立即载入").click()
    console.ready()
    expect(console.note).to_have_value("half a sent")


def test_an_editor_that_was_left_on_another_incident_holds_no_newer_console_back(city: City, desks: Desks) -> None:
    quarter = Quarter(city)
    number, another = quarter.incident(), quarter.incident()
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.page.clock.install()
    console.open().ready()
    upgrades = Upgrades(console.page)
    console.ready()
    console.select(number)
    console.press("c")
    console.page.get_by_role("menuitem", name="改地点").click()
    editor = console.panel.locator(".edit [data-field='place']")
    expect(editor).to_be_focused()
    console.write("the yard behind")
    console.select(another)
    upgrades.to("10.0.0")
    expect(console.page.locator(".band-quiet")).to_contain_text("10.0.0")
    console.ready()
    console.page.evaluate("document.activeElement.blur(); window.isThePageOfBefore = true")
    console.page.clock.fast_forward(31_000)
    console.page.wait_for_function("window.isThePageOfBefore === undefined")
    console.ready()
    console.select(number)
    console.press("c")
    console.page.get_by_role("menuitem", name="改地点").click()
    expect(editor).to_have_value("the yard behind")
