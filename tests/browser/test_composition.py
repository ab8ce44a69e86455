"""Input methods: while one composes, every key is its own; what it commits is text like any other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.driver import Console
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def compose(console: Console, *stages: str) -> None:
    """An input method shows these letters one after the other, none of them committed."""
    devtools = console.devtools()
    for stage in stages:
        devtools.send("Input.imeSetComposition", {"text": stage, "selectionStart": len(stage), "selectionEnd": len(stage)})


def own_key(console: Console, code: str) -> None:
    """A key that the input method takes for itself, as browsers report it: «Process», code 229."""
    devtools = console.devtools()
    for kind in ("rawKeyDown", "keyUp"):
        devtools.send("Input.dispatchKeyEvent", {"type": kind, "key": "Process", "code": code, "windowsVirtualKeyCode": 229})


def test_while_an_input_method_composes_no_key_acts(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("N")
    expect(console.note).to_be_focused()
    sent = list(console.commands)

    compose(console, "l", "lo", "lou", "lou t", "lou ti")
    # Enter, Escape and a function key while it composes: one picks a candidate, one gives it up, one is the input method's menu.
    for key in ("Enter", "NumpadEnter", "Escape", "F2", "F8"):
        own_key(console, key)
    console.page.keyboard.press("Enter")
    expect(console.note).to_be_focused()
    expect(console.intake).to_have_count(0)
    assert console.commands == sent, "nothing was sent"

    console.devtools().send("Input.insertText", {"text": "楼梯有烟"})
    expect(console.note).to_have_value("楼梯有烟")
    console.press("Enter")
    expect(console.timeline.filter(has_text="楼梯有烟")).to_be_visible()
    assert console.commands == [*sent, "add_note"]


def test_a_place_and_a_type_are_found_by_what_an_input_method_commits(sit: Sit) -> None:
    console = sit()
    console.press("F2")
    place = console.intake.locator("[data-field='place']")
    expect(place).to_be_focused()
    compose(console, "g", "gu", "gu l", "gu lou")
    own_key(console, "Enter")
    console.page.keyboard.press("ArrowDown")
    expect(place).to_be_focused()
    console.devtools().send("Input.insertText", {"text": "鼓楼"})
    expect(console.suggestions.filter(has_text="鼓楼").first).to_be_visible()
    console.press("Enter")
    expect(console.intake.locator(".got")).to_be_visible()
    expect(console.intake.locator("[data-field='incident_type']")).to_be_focused()
    compose(console, "zhu", "zhuzhai")
    console.devtools().send("Input.insertText", {"text": "住宅"})
    expect(console.suggestions.filter(has_text="住宅火灾").first).to_be_visible()
    console.press("Enter")
    expect(console.intake.locator("[data-field='incident_type']")).to_have_value("住宅火灾")
