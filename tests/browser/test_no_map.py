"""The map is the largest part and the first that can fail: without it the console still dispatches."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import sign_in_by_request
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_map_that_cannot_be_fetched_takes_nothing_else_along(city: City, desks: Desks) -> None:
    """So it is when the server was upgraded under an open console: the old build's parts are gone."""
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    number = quarter.incident()
    console = desks.console(city)
    console.will_complain(r"ERR_FAILED.*MapPanel", r"Failed to fetch dynamically imported module", r"Unable to preload")
    console.page.route("**/assets/MapPanel-*.js", lambda route: route.abort())
    sign_in_by_request(console.page.context, city.server.base_url, *city.person(*OPERATOR_ROLES))
    console.open().ready()

    expect(console.page.locator(".mid [role='alert']")).to_contain_text("地图不可用")
    console.select(number)
    console.press("R")
    expect(console.candidates.first).to_contain_text(unit)
    console.press("Control+Enter")
    expect(console.assigned).to_contain_text([unit])


def test_enter_before_the_gazetteer_has_answered_chooses_nothing_and_stays(city: City, desks: Desks) -> None:
    console = desks.operator(city)
    console.page.route("**/api/places?*", lambda _: None)  # asked, and not answered yet
    console.press("F2")
    place = console.intake.locator("[data-field='place']")
    expect(place).to_be_focused()
    with console.page.expect_request("**/api/places?*"):
        console.write("gulou")
    console.press("Enter")
    expect(place).to_be_focused()
    console.page.unroute("**/api/places?*")
    console.press("Backspace")
    expect(console.suggestions.filter(has_text="鼓楼").first).to_be_visible()
    console.press("Enter")
    expect(console.intake.locator(".got")).to_be_visible()
