"""The states of a console that are looked at in both themes and both languages, and what axe says of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.driver import Console
from tests.browser.streets import Quarter
from tests.server_fixture import City, code

STATES = ("sign-in", "quiet", "busy", "incident selected", "recommendation unfolded", "intake open", "close dialog", "help")


def busy_number(city: City) -> str:
    """An incident with two units, a late note and an alarm beside it; its number."""
    quarter = Quarter(city)
    units = quarter.units(4)
    number = quarter.incident(description="四楼冒烟,有人被困")
    for _ in range(3):
        quarter.incident()
    city.api.send("dispatch_units", incident=number, units=units[:2])
    city.api.send("step_assignment", assignment=f"{number}/{units[0]}/1", step="on_scene")
    city.api.send("add_note", incident=number, text="楼梯间有浓烟")
    sensor = code("GAS-")
    place = {"lon": quarter.lon, "lat": quarter.lat}
    city.api.send(
        "raise_alarm", sensor=sensor, condition="high", priority=1, value=30, limit=20, zh="燃气浓度高", en="Gas high", place=place
    )
    return number


def violations(console: Console) -> list[str]:
    """What axe finds now: rule, and the elements that break it, each as it is written and with what is wrong with it."""
    found = Axe().run(console.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} ({node.get('failureSummary', '')})" for one in found for node in one["nodes"][:6]]


def walk_states(console: Console, enter: Callable[[], Console], number: str) -> Iterator[tuple[str, list[str]]]:
    """Each state by its name, with what axe finds in it. `enter` signs somebody in; `number` is a busy incident."""
    page = console.open().page
    expect(page.locator(".sign-in input").first).to_be_focused()
    yield "sign-in", violations(console)
    enter()
    page.keyboard.press("f")
    page.keyboard.type("there is no such incident")
    expect(page.locator(".queue [role='option']")).to_have_count(0)
    yield "quiet", violations(console)
    page.keyboard.press("Escape")
    expect(console.row(number)).to_be_visible()
    yield "busy", violations(console)
    console.select(number)
    expect(console.assigned).to_have_count(2)
    expect(console.timeline.first).to_be_visible()
    yield "incident selected", violations(console)
    console.press("R", "Enter")
    expect(console.candidates.first).to_be_visible()
    yield "recommendation unfolded", violations(console)
    console.press("F2")
    console.write("gulou")
    expect(console.suggestions.first).to_be_visible()
    yield "intake open", violations(console)
    console.press("Escape", "Escape")
    expect(console.intake).to_have_count(0)
    console.press("Alt+c")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_focused()
    yield "close dialog", violations(console)
    console.press("Escape")
    expect(dialog).to_have_count(0)
    console.press("F1")
    expect(dialog).to_be_visible()
    yield "help", violations(console)


EDITORS = {
    "type editor": re.compile("改类型|Change type"),
    "priority editor": re.compile("改优先级|Change priority"),
    "level editor": re.compile("改响应级别|Change response level"),
    "place editor": re.compile("改地点|Change place"),
}
# What the browser says of a network that is not there, and of a session that is over.
CUT_OFF = (r"WebSocket", r"ERR_INTERNET_DISCONNECTED", r"401.*/api/")


def walk_small_states(console: Console, number: str) -> Iterator[tuple[str, list[str]]]:
    """The editors over an incident, a promise in its note line and one that is dropped, and the link that is lost under all of them."""
    page = console.page
    console.select(number)
    for state, item in EDITORS.items():
        console.press("c")
        page.get_by_role("menuitem", name=item).click()
        editor = console.panel.locator(".ask.edit")
        expect(editor.locator(":focus")).to_have_count(1)
        expect(page.get_by_role("menu")).to_have_count(0)
        if state in {"type editor", "place editor"}:
            console.write("gulou" if state == "place editor" else "z")
            expect(page.locator(".suggest-p [role='option']").first).to_be_visible()
        yield state, violations(console)
        console.press("Escape", "Escape")
        expect(editor).to_have_count(0)
    console.press("N")
    console.write("promise 23:59 call back")
    expect(console.panel.locator(".note-k em")).to_be_visible()
    yield "promise in the note line", violations(console)
    console.press("Enter")
    page.goto(f"{console.base_url}/hand-over")
    promise = page.locator(".ho-promise", has_text="call back").first
    promise.focus()
    console.press("x")
    expect(page.locator(".ask input")).to_be_focused()
    yield "promise that is dropped", violations(console)
    console.open().ready()
    console.will_complain(*CUT_OFF)
    page.route_web_socket("**/api/live", lambda route: route.close())
    page.context.set_offline(offline=True)
    expect(page.locator(".screen[data-link='lost']")).to_be_visible()
    yield "lost link", violations(console)


def sign_in_over(console: Console, session: dict[str, Any], number: str) -> list[str]:
    """The session ends while an incident is open: the sign-in lies over the screen."""
    console.will_complain(*CUT_OFF)
    console.select(number)
    headers = {"X-CSRF-Token": session["csrf"]}
    assert console.page.context.request.post(f"{console.base_url}/api/sign_out", data={}, headers=headers).ok
    expect(console.page.locator(".sign-in[data-over]")).to_be_visible()
    return violations(console)
