"""The map is the largest part and the first that can fail: without it the console still dispatches."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

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


def test_a_browser_without_webgl_shows_the_marks_on_plain_ground_and_says_so(city: City, desks: Desks) -> None:
    quarter = Quarter(city)
    number = quarter.incident()
    console = desks.console(city)
    console.page.add_init_script(
        "const asked = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : asked.call(this, kind, ...more);"
        "};"
    )
    sign_in_by_request(console.page.context, city.server.base_url, *city.person(*OPERATOR_ROLES))
    console.open().ready()
    expect(console.page.locator(".map-note")).to_contain_text("没有 WebGL 2")
    expect(console.page.locator(".map-wings")).to_have_count(0)
    console.select(number)
    # It is told of what was drawn: the incidents in view by their number.
    expect(console.page.locator(".map-said").first).to_contain_text(re.compile(r"视图内警情 [1-9]"))


def test_enter_before_the_gazetteer_has_answered_waits_for_it(city: City, desks: Desks) -> None:
    console = desks.operator(city)
    # Those that are not answered yet.
    asked: list[Route] = []
    console.page.route("**/api/places?*", lambda route: asked.append(route))  # noqa: PLW0108 -- Playwright marks what it is given
    console.press("F2")
    place = console.intake.locator("[data-field='place']")
    expect(place).to_be_focused()
    with console.page.expect_request("**/api/places?q=gulou"):
        console.write("gulou")
    console.press("Enter")
    expect(place).to_be_focused()
    expect(place).to_have_value("gulou")
    asked[-1].continue_()
    expect(console.intake.locator(".got")).to_be_visible()
    expect(place).to_have_value("鼓楼")
    expect(console.intake.locator("[data-field='incident_type']")).to_be_focused()
