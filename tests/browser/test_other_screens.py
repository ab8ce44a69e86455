"""From every screen, what is done on the dispatch screen is one key or one line away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]

SCREENS = ("statistics", "hand-over")


@pytest.mark.parametrize("screen", SCREENS)
def test_a_call_that_comes_in_elsewhere_is_taken_at_once(sit: Sit, screen: str) -> None:
    console = sit()
    console.page.goto(f"{console.base_url}/{screen}")
    expect(console.page.locator(f".screen[data-screen='{screen}'][data-link='up']")).to_be_visible()
    console.press("F2")
    expect(console.intake.locator("[data-field='place']")).to_be_focused()
    console.press("Escape")
    expect(console.intake).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
def test_an_incident_is_gone_to_by_its_number(city: City, sit: Sit, screen: str) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.page.goto(f"{console.base_url}/{screen}")
    expect(console.page.locator(f".screen[data-screen='{screen}'][data-link='up']")).to_be_visible()
    console.press("Control+k")
    console.write(f"go {number.split('-')[1]}")
    expect(console.page.locator("[role='option']").first).to_contain_text(number.split("-")[1])
    console.press("Enter")
    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
    assert console.page.url.removesuffix("/") == console.base_url


def test_the_menu_of_screens_is_worked_by_keys(sit: Sit) -> None:
    console = sit()
    console.press("F4")
    menu = console.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_visible()
    menu.get_by_role("menuitem", name="统计").press("Enter")
    expect(console.page.locator(".screen[data-screen='statistics']")).to_be_visible()
    console.page.go_back()
    expect(console.page.locator(".queue")).to_be_visible()
