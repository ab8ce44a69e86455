"""Alarms at the console: acknowledged, shelved for a time and with a reason, and always counted."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.driver import Console
from tests.server_fixture import City, code

pytestmark = [pytest.mark.browser, pytest.mark.server]


def expect_counts(console: Console, city: City) -> None:
    """The counts over the list, and in the bar, are those of the server."""
    states = Counter(alarm["state"] for alarm in city.api.documents("alarm_board").values())
    unacknowledged = states["raised"] + states["returned"]
    listed, shelved = console.page.get_by_role("radio", name="未确认"), console.page.get_by_role("radio", name="搁置")
    expect(listed).to_have_accessible_name(f"未确认 {unacknowledged} 已确认 {states['acknowledged']}")
    expect(shelved).to_have_accessible_name(f"搁置 {states['shelved']}")
    expect(console.page.locator(".top .al b")).to_have_text(str(unacknowledged))


def test_an_alarm_is_acknowledged_and_another_shelved_for_a_time_with_a_reason(city: City, sit: Sit) -> None:
    console = sit()
    place = {"lon": 117.2, "lat": 39.1}
    gas, water = code("GAS-"), code("WATER-")
    first = city.api.send(
        "raise_alarm", sensor=gas, condition="high", priority=1, value=30, limit=20, zh=f"燃气 {gas}", en="Gas", place=place
    )
    second = city.api.send("raise_alarm", sensor=water, condition="high", priority=2, zh=f"水位 {water}", en="Water", place=place)
    expect_counts(console, city)

    rows = console.page.locator(".alarms [role='option']")
    rows.filter(has_text=gas).click()
    console.press("Enter")
    expect(rows.filter(has_text=gas)).to_contain_text("已确认")
    expect_counts(console, city)
    assert city.api.document("alarm_board", first["alarm"])["state"] == "acknowledged"

    # Without a reason nothing is shelved; the sentence stands in the form.
    rows.filter(has_text=water).click()
    console.press("S")
    form = console.page.locator(".a-form")
    expect(form.get_by_label("分钟")).to_be_focused()
    console.write("45")
    console.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("请写明原因")
    console.press("Tab")
    console.write("flood gate is being repaired")
    console.press("Enter")
    expect(form).to_have_count(0)
    expect(rows.filter(has_text=water)).to_have_count(0)
    expect_counts(console, city)
    shelved = city.api.document("alarm_board", second["alarm"])
    assert (shelved["state"], shelved["shelve_reason"]) == ("shelved", "flood gate is being repaired")

    # The list of what is shelved is one key away, and U takes it back.
    console.press("V")
    expect(rows.filter(has_text=water)).to_contain_text("搁置至")
    rows.filter(has_text=water).click()
    console.press("u")
    expect(rows.filter(has_text=water)).to_have_count(0)
    expect_counts(console, city)
    console.press("V")
    expect(rows.filter(has_text=water)).to_contain_text("未确认")


def test_an_alarm_that_somebody_else_dismisses_first_leaves_the_form_with_its_words_and_says_so(city: City, sit: Sit) -> None:
    console, other = sit(), sit()
    gas = code("GAS-")
    place = {"lon": 117.2, "lat": 39.1}
    city.api.send("raise_alarm", sensor=gas, condition="high", priority=1, zh=f"燃气 {gas}", en="Gas", place=place)
    console.page.locator(".alarms [role='option']").filter(has_text=gas).click()
    console.press("D")
    form = console.page.locator(".a-form")
    reason = form.get_by_label("原因")
    expect(reason).to_be_focused()
    console.write("a test of the sensor")

    other.page.locator(".alarms [role='option']").filter(has_text=gas).click()
    other.press("D")
    expect(other.page.locator(".a-form").get_by_label("原因")).to_be_focused()
    other.write("maintenance")
    other.press("Enter")

    # «人» is the colleague's name, as everywhere.
    expect(form.get_by_role("alert")).to_contain_text(re.compile(r"已由 人 于 \d\d:\d\d:\d\d 撤销,不必再撤销"))
    expect(form.get_by_role("alert")).to_have_count(1)
    expect(reason).to_have_value("a test of the sensor")
    expect(reason).to_be_focused()
    console.press("Enter")
    assert console.commands == []
    console.press("Escape")
    expect(form).to_have_count(0)
    expect(console.page.locator(".alarms :focus")).to_have_count(1)
