"""From the first sign-in to the timeline of a closed incident, without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks, Sit
from tests.browser.path import (
    DISPATCH_STROKES_MAX,
    PATH_STROKES_MAX,
    STEP_STROKES_MAX,
    dispatch_by_command,
    from_intake_to_close,
    step_by_command,
)
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_call_is_followed_from_the_first_sign_in_to_the_close_by_keyboard_alone(desks: Desks, city: City) -> None:
    first = city.incident("house_fire", lon=117.1778, lat=39.1387, address="鼓楼东街 3 号", district="nankai")
    near, next_near = (city.unit("engine", lon=117.1778 + by, lat=39.1387) for by in (0.004, 0.008))
    account, password = city.person("call_taker", "dispatcher", "commander")
    console = desks.console(city).open()
    page = console.page

    # The first password does for now.
    expect(page.get_by_label("账号")).to_be_focused()
    console.write(account)
    console.press("Tab")
    console.write(password)
    console.press("Enter")
    expect(page.get_by_label("现在的密码")).to_be_focused()
    for _ in range(8):
        if page.evaluate("document.activeElement.textContent") == "以后再改":
            break
        console.press("Tab")
    console.press("Enter")
    console.ready()

    console.strokes = 0
    number = from_intake_to_close(console, duplicate=first, units=(near, next_near))
    assert console.strokes <= PATH_STROKES_MAX, f"{console.strokes} strokes"

    # The list that holds the focus stands still and says so; it lets go of the row when it is told to. The timeline stays to be read.
    expect(console.row(number)).to_contain_text("已结案")
    console.press(".")
    expect(console.row(number)).to_have_count(0)
    expect(console.panel).to_contain_text("已结案,只读")
    told = console.timeline.all_inner_texts()
    for fact in ("立案", near, next_near, "到场", "out", "结案"):
        assert any(fact in line for line in told), f"«{fact}» is not in the timeline: {told}"
    closed = city.api.document("incident_timeline", number)
    assert len(told) == len(closed["entries"])
    assert closed["head"]["disposition"] == "handled"
    assert {one["unit"] for one in closed["head"]["assignments"] if one["times"].get("on_scene")} == {near, next_near}
    assert {city.api.document("unit_status", unit)["status"] for unit in (near, next_near)} == {"available"}
    assert re.fullmatch(r"\d{6}-\d{4}", number)


def test_a_unit_is_dispatched_and_stepped_by_short_commands(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    number = quarter.incident()
    [unit] = quarter.units(1)
    console = sit()
    expect(console.row(number)).to_be_visible()

    dispatch_by_command(console, unit=unit, incident=number)
    assert console.strokes <= DISPATCH_STROKES_MAX, f"{console.strokes} strokes"
    assert city.api.document("unit_status", unit)["incident"] == number
    for typed, told in (("e", "出动"), ("", "到场")):
        console.strokes = 0
        step_by_command(console, unit=unit, typed=typed, told=told)
        assert console.strokes <= STEP_STROKES_MAX, f"{console.strokes} strokes"
    assert city.api.document("unit_status", unit)["status"] == "on_scene"
