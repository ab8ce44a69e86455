"""Keys at moments that nobody scripted: pressed twice, pressed while something else is open, pressed where they mean nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.conftest import Desks, Sit
from tests.browser.office import office
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_the_unit_takes_the_focus_though_the_next_recommendation_is_there_before_it(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    number = quarter.incident()
    console = sit()
    held: list[str | bytes] = []
    links: list[WebSocketRoute] = []
    is_slow = False

    def slow(route: WebSocketRoute) -> None:
        links.append(route)
        server = route.connect_to_server()
        server.on_message(lambda message: held.append(message) if is_slow else route.send(message))

    console.page.route_web_socket(re.compile("/api/live"), slow)
    console.page.reload()
    console.ready()
    console.select(number)
    console.press("R")
    expect(console.candidates.first).to_be_focused()
    is_slow = True
    with console.page.expect_response(re.compile("/recommendation$")):
        console.press("Control+Enter")
    console.press("Control+Enter")
    is_slow = False
    for message in held:
        links[-1].send(message)

    expect(console.assigned.filter(has_text=unit)).to_be_focused()
    assert console.commands.count("dispatch_units") == 1


def test_a_note_whose_answer_a_reload_took_is_written_once(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)

    def swallow(route: Route) -> None:
        route.fetch()
        # Accepted, and nobody here ever hears of it.

    console.page.route(re.compile("/api/commands/add_note$"), swallow, times=1)
    console.press("N")
    console.write("stairs are full of smoke")
    with console.page.expect_request(re.compile("/api/commands/add_note$")):
        console.press("Enter")
    expect(console.timeline.filter(has_text="stairs are full of smoke")).to_have_count(1)
    console.page.reload()
    console.ready()

    expect(console.message).to_contain_text("1 项操作没有收到答复")
    expect(console.note).to_have_value("stairs are full of smoke")
    expect(console.note).to_be_focused()
    console.press("Enter")
    expect(console.note).to_have_value("")
    told = [entry for entry in city.api.document("incident_timeline", number)["entries"] if entry["topic"] == "incident.note_added"]
    assert len(told) == 1


def test_letters_that_are_typed_while_the_page_comes_back_are_no_keys(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("N")
    console.write("door ")
    held: list[Route] = []
    console.page.route(re.compile("/api/session$"), lambda route: held.append(route), times=1)  # noqa: PLW0108 -- a handler needs attributes
    console.page.reload()
    expect(console.page.locator("#root")).to_be_attached()
    held[0].continue_()
    console.ready()
    console.write("c")
    expect(console.page.get_by_role("menu")).to_have_count(0)
    expect(console.note).to_be_focused()


def test_an_enter_that_is_pressed_twice_shelves_one_alarm_and_acknowledges_none(city: City, sit: Sit) -> None:
    console = sit()
    alarms = [
        city.api.send("raise_alarm", sensor=f"TWICE-{index}", condition="high", priority=1, zh=f"连按 {index}", en="Twice")["alarm"]
        for index in range(2)
    ]
    rows = console.page.locator(".alarms [role='option']")
    console.press("l")
    expect(rows.filter(has_text="连按 1")).to_be_visible()
    for _ in range(30):
        if rows.filter(has_text="连按 0").get_attribute("aria-selected") == "true":
            break
        console.press("ArrowDown")
    console.press("s")
    expect(console.page.locator(".a-form").get_by_label("分钟")).to_be_focused()
    console.press("Tab")
    console.write("repair")
    console.page.reload()
    console.ready()
    # The words are kept where they were given.
    console.press("l")
    for _ in range(30):
        if rows.filter(has_text="连按 0").get_attribute("aria-selected") == "true":
            break
        console.press("ArrowDown")
    console.press("s")
    expect(console.page.locator(".a-form").get_by_label("原因")).to_have_value("repair")
    console.press("Enter", "Enter")
    expect(rows.filter(has_text="连按 0")).to_have_count(0)
    assert city.api.document("alarm_board", alarms[0])["state"] == "shelved"
    assert city.api.document("alarm_board", alarms[1])["state"] == "raised"
    assert console.commands.count("shelve_alarm") == 1


def test_an_administrator_is_led_by_the_command_bar_and_told_what_is_not_theirs(city: City, desks: Desks) -> None:
    at = office(city, desks)
    console = at.go("agencies").console
    console.press("/")
    expect(console.page.locator("[data-pane='command']")).to_be_focused()
    expect(console.page.locator(".cmd-list [role='option']").filter(has_text="打开「管理」")).to_have_count(1)
    console.write("单位")
    console.press("Enter")
    expect(console.page).to_have_url(re.compile("/administration/units$"))
    expect(console.page.locator("[data-pane='admin-table']")).to_be_focused()
    console.press("/")
    console.write("接警")
    expect(console.page.locator(".cmd-list [data-no]")).to_contain_text("此账号不处理警情")
    console.press("Enter")
    expect(console.intake).to_have_count(0)
    console.press("Escape")
