"""Two operators side by side: each sees what the other does, and one unit goes to one incident."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Sit
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_every_change_of_one_appears_in_the_other(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    number = quarter.incident(address="甲路 8 号")
    one, other = sit(), sit()
    one.select(number)
    other.select(number)

    one.press("N")
    one.write("door locked")
    one.press("Enter")
    expect(other.timeline.filter(has_text="door locked")).to_be_visible()

    other.press("R")
    expect(other.candidates.first).to_contain_text(unit)
    other.press("Control+Enter")
    expect(one.assigned).to_contain_text([unit])
    expect(one.row(number).locator(".q-units svg")).to_have_count(1)
    expect(one.page.locator(f".board [data-unit='{unit}'], .board .u", has_text=unit).first).to_contain_text("派")

    one.press("Escape", "A", "F7")
    expect(other.timeline.filter(has_text="出动")).to_be_visible()
    expect(other.row(number).locator(".sm-en_route")).to_have_count(1)

    one.press("C")
    one.page.get_by_role("menuitem", name="改优先级").click()
    expect(one.panel.get_by_role("radio", name="紧急")).to_be_focused()
    one.press("4", "Enter")
    expect(other.panel.locator(".i-head").get_by_label("P4")).to_be_visible()

    one.press("Alt+c")
    expect(one.page.get_by_role("dialog")).to_contain_text(f"{unit} 出动")
    one.press("3", "Control+Enter")
    expect(other.panel).to_contain_text("已结案,只读")
    expect(other.panel).to_contain_text("误报")
    expect(other.timeline.filter(has_text="结案")).to_be_visible()


def test_the_second_who_sends_a_unit_is_refused_with_a_sentence_where_they_acted(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    first, second = quarter.incident(address="甲路 1 号"), quarter.incident(address="乙路 2 号")
    one, other = sit(), sit()
    other.will_complain(r"409.*/dispatch_units")
    one.select(first)
    other.select(second)
    for console in (one, other):
        console.press("R")
        expect(console.candidates.first).to_contain_text(unit)
        expect(console.candidates.first).to_have_attribute("aria-selected", "true")

    one.press("Control+Enter")
    expect(one.assigned).to_contain_text([unit])
    other.press("Control+Enter")

    refusal = other.panel.locator("[data-part='reco'] .refusal[role='alert']")
    expect(refusal).to_contain_text(unit)
    expect(refusal).to_contain_text(first)
    expect(other.assigned).to_have_count(0)
    expect(other.panel.locator("[data-part='reco'] :focus")).to_have_count(1)
    assert city.api.document("unit_status", unit)["incident"] == first
    assert city.api.document("incident_board", second)["assignments"] == []


def test_who_is_faster_than_the_recommendation_still_sends_by_keys(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    number = quarter.incident(address="丙路 3 号")
    console = sit()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    console.page.route(re.compile(r"/recommendation$"), hold)
    console.select(number)

    console.press("R")
    expect(console.panel.locator("[data-part='reco'] [data-pane='reco']")).to_be_focused()
    for route in waiting:
        route.continue_()

    expect(console.candidates.first).to_be_focused()
    console.press("Control+Enter")
    expect(console.assigned).to_contain_text([unit])


def test_who_comes_second_to_a_closing_is_told_who_was_first_and_keeps_the_remark(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("Alt+c")
    remark = console.page.locator("#close-remark")
    remark.focus()
    console.write("owner was told")

    city.api.send("close_incident", incident=number, disposition="false_alarm")

    dialog = console.page.get_by_role("dialog", name="结案")
    expect(dialog.get_by_role("alert")).to_contain_text(re.compile(f"{number} 已由 .+ 于 .+ 结案,没有再结案"))
    expect(remark).to_be_focused()
    expect(remark).to_have_value("owner was told")
    console.press("Control+Enter")
    assert console.commands == []
    console.press("Escape")
    expect(dialog).to_have_count(0)
    expect(console.page.locator("body:focus")).to_have_count(0)

    # Opened again by somebody, the incident comes back; the dialog does not, before it is asked for.
    city.api.send("reopen_incident", incident=number, reason="smoke again")
    expect(console.row(number)).to_be_visible()
    expect(console.panel.locator(".i-over")).to_have_count(0)
    expect(dialog).to_have_count(0)
    console.press("Alt+c")
    expect(remark).to_have_value("owner was told")
