"""Somebody else changed the value that is under edit: the console says so, keeps what was chosen, and overwrites only knowingly."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_priority_that_another_changed_is_not_overwritten_unknowingly(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.will_complain(r"409.*/prioritise_incident")
    console.select(number)
    console.press("C")
    expect(console.page.get_by_role("menuitem").first).to_be_focused()
    console.press("ArrowDown", "Enter")
    expect(console.panel.get_by_role("radio", name="紧急")).to_be_focused()
    console.press("1")

    seen = city.api.document("incident_board", number)["version"]
    city.api.send("prioritise_incident", incident=number, priority=3, version=seen)

    # The newer value stands beside the editor; what was chosen stays chosen.
    editor = console.panel.locator(".ask.edit")
    expect(editor.locator(".ask-now")).to_contain_text("P3")
    expect(console.panel.get_by_role("radio", name="特急")).to_have_attribute("aria-checked", "true")
    console.press("Enter")
    expect(editor.locator(".refusal")).to_be_visible()
    expect(editor.locator(".refusal")).to_contain_text("3")
    expect(console.panel.get_by_role("radio", name="特急")).to_have_attribute("aria-checked", "true")
    assert city.api.document("incident_board", number)["priority"] == 3

    # The second Enter means it.
    expect(editor.get_by_role("button", name="仍要改")).to_be_visible()
    console.press("Enter")
    expect(editor).to_have_count(0)
    expect(console.panel.locator(".i-head").get_by_label("P1")).to_be_visible()
    assert city.api.document("incident_board", number)["priority"] == 1
