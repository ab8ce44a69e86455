"""Chinese and English are complete: no string of the other language stands on a screen, in a menu, in a dialog, in a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.streets import Quarter, lay_out_streets
from tests.browser.test_a_killed_server import SERVER_IS_GONE
from tests.browser.words import chinese_in, latin_in
from tests.server_fixture import City, city_of, code, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server]

# How the switch to Chinese is found by whoever reads no English.
SWITCH = frozenset({"中文"})
# Names, keys and units of measure that stand in Chinese text as they are.
NAMES = frozenset(
    word
    for line in (
        "OpenStreetMap contributors GeoNames DCW GMT Drumtower English",
        "Esc Enter Ctrl Alt Shift Space Tab min ppm WGS GCJ GAS LGPL ODbL tester",
    )
    for word in line.split()
)


@pytest.fixture(scope="module")
def plain_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city whose data are in one language at a time, so that what is found is the console's own."""
    with server_of(tmp_path_factory.mktemp("languages")) as server, city_of(server) as city:
        lay_out_streets(city.api)
        yield city


def furnish(city: City, *, zh: bool) -> str:
    """An incident with two units, a late note, an alarm, a call that waits; its number."""
    words = {"address": "测试路一号", "description": "冒烟"} if zh else {"address": "1 Test Street", "description": "smoke"}
    quarter = Quarter(city)
    units = quarter.units(4)
    number = quarter.incident(**words)
    city.api.send("dispatch_units", incident=number, units=units[:2])
    city.api.send("step_assignment", assignment=f"{number}/{units[0]}/1", step="on_scene")
    city.api.send("step_assignment", assignment=f"{number}/{units[1]}/1", step="en_route")
    city.api.send("put_out_of_service", unit=units[3], reason="修理" if zh else "repair")
    city.api.send("add_note", incident=number, text="楼梯有烟" if zh else "smoke on the stairs")
    call = city.call(**words)
    city.api.send("link_call", call=call, incident=number)
    city.call(**words)
    place = {"lon": quarter.lon, "lat": quarter.lat}
    city.api.send(
        "raise_alarm",
        sensor=code("GAS-"),
        condition="high",
        priority=1,
        value=30,
        limit=20,
        zh="燃气",
        en="Gas",
        place=place,
        district="heping",
    )
    return number


def walk(console: Console, number: str) -> Iterator[str]:
    """The states of the dispatch screen, one after the other, by their names."""
    page = console.page
    console.select(number)
    expect(console.assigned).to_have_count(2)
    expect(console.timeline.first).to_be_visible()
    yield "incident"
    console.press("R", "Enter")
    expect(console.candidates.first).to_be_visible()
    yield "recommendation"
    for name, key in (("change", "c"),):
        console.press(key)
        expect(page.get_by_role("menu")).to_be_visible()
        yield f"menu {name}"
        console.press("Escape")
    page.locator(".me").click()
    expect(page.get_by_role("menu")).to_be_visible()
    yield "menu of the operator"
    console.press("Escape")
    for name, key in (("shelve", "s"), ("dismiss", "d")):
        console.press("l", key, "Enter")
        expect(page.locator(".a-form")).to_be_visible()
        yield f"alarm {name}"
        console.press("Escape")
    console.press("F2")
    console.press("Control+Enter")
    expect(console.intake.locator(".fld-no").first).to_be_visible()
    yield "intake"
    console.press("Escape")
    console.press("Alt+c")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "close"
    console.press("Escape")
    console.press("F1")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "help"
    console.press("Escape")
    for line in ("E", "go 9", "note: x", "E0001 到场" if page.evaluate("document.documentElement.lang") == "zh-CN" else "E0001 onscene"):
        console.press("/")
        page.keyboard.type(line)
        yield f"command «{line}»"
        console.press("Escape", "Escape")


def strangers(city: City, desks: Desks, lang: str, number: str, look: Callable[[Console], list[str]]) -> dict[str, list[str]]:
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city, settings=json.dumps({"lang": lang, "theme": "dark"}))
    found: dict[str, list[str]] = {}
    console.open()
    expect(console.page.locator(".sign-in input").first).to_be_focused()
    found["sign-in"] = look(console)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    for state in walk(console, number):
        found[state] = look(console)
    return {state: words for state, words in found.items() if words}


def test_nothing_is_left_in_chinese_on_an_english_console(plain_city: City, desks: Desks) -> None:
    number = furnish(plain_city, zh=False)
    found = strangers(plain_city, desks, "en", number, lambda console: chinese_in(console.page, known=SWITCH))
    assert found == {}


def test_nothing_is_left_in_english_on_a_chinese_console(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path) as server, city_of(server) as city:
        lay_out_streets(city.api)
        for district, zh in (("heping", "和平区"), ("nankai", "南开区")):
            city.api.answer("define_district", district=district, zh=zh, en=zh)
        number = furnish(city, zh=True)
        found = strangers(city, desks, "zh", number, lambda console: latin_in(console.page, known=NAMES))
        # The console is still open when its server ends.
        desks.consoles[-1].will_complain(*SERVER_IS_GONE)
        assert found == {}
