"""The wall: read at five metres, pressed by nobody, and nothing of a person on it or on its way to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from tests.browser.conftest import Desks, Sit
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.states import violations
from tests.browser.streets import Quarter, lay_out_streets
from tests.browser.test_a_killed_server import SERVER_IS_GONE
from tests.browser.test_sizes import OUTSIDE
from tests.browser.test_time_machine import ZONE, the_next_second, typed
from tests.server_fixture import City, city_of, code, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server]

# What the test's callers and operators said; none of it is anybody's but the desk's.
PERSONAL = ("周德明", "周*", "17739582477", "177****2477", "王桂兰", "晕倒", "心脏病史", "148号", "3号楼", "402周", "楼道门禁")
CONTROLS = "button, a, input, select, textarea, [tabindex], [role='button'], [contenteditable]"


# A server that dies, or ends with its test, may do so while the map is still being fetched.
SERVER_ENDS = (*SERVER_IS_GONE, r"/api/map/", r"maplibre", r"ERR_CONTENT_LENGTH_MISMATCH")


def hang(desks: Desks, city: City, path: str = "/wall", **more: Any) -> Console:  # noqa: ANN401 -- options of a browser context
    """A wall with an account of its own signed in."""
    account, password = city.person("wall")
    console = desks.console(city, **more)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.page.goto(f"{city.server.base_url}{path}")
    expect(console.page.locator(".wall[data-link='up']")).to_be_visible()
    return console


def tell_of_persons(city: City) -> str:
    """An incident of a call, with a caller, a description, a house and a note; its number."""
    call = city.call(caller_name="周德明", caller_number="17739582477", description="母亲王桂兰晕倒")
    quarter = Quarter(city)
    # The response times have something to tell of.
    city.api.send("dispatch_units", incident=quarter.incident(priority=4), units=quarter.units(1))
    number = quarter.incident(
        address="南京路148号3号楼402周德明家", description="母亲王桂兰晕倒,楼道门禁 2477", call=call, district="heping", priority=1
    )
    city.api.send("add_note", incident=number, text="患者王桂兰有心脏病史")
    sensor = code("GAS-")
    alarm = city.api.send("raise_alarm", sensor=sensor, condition="high", priority=1, zh="周德明家燃气", en="Gas")["alarm"]
    city.api.send("shelve_alarm", alarm=alarm, minutes=5, reason="周德明来电说在检修")
    return number


def test_nothing_of_a_person_is_on_the_wall_or_on_its_way_to_it(city: City, desks: Desks) -> None:
    number = tell_of_persons(city)
    account, password = city.person("wall")
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    received: list[str] = []
    listen(console.page, received)
    console.page.goto(f"{city.server.base_url}/wall")
    row = console.page.locator(".w-waiting li").first
    expect(row).to_contain_text("住宅火灾")
    expect(row).to_contain_text("和平区 南京路")
    expect(console.page.locator(".w-times li").first).to_be_visible()
    assert any(f"incident:{number}" in frame for frame in received), "the wall knows of the incident"
    for told in PERSONAL:
        assert told not in console.page.content(), f"{told} is on the wall"
        assert not any(told in frame for frame in received), f"{told} came to the wall"


def listen(page: Page, received: list[str]) -> None:
    """Everything that the interface sends to the page."""

    def on_socket(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(str(payload)))

    def on_response(response: Response) -> None:
        if "/api/" in response.url and "/api/map/" not in response.url:
            received.append(response.text())

    page.on("websocket", on_socket)
    page.on("response", on_response)


def test_there_is_nothing_to_press_and_the_pointer_goes(city: City, desks: Desks) -> None:
    console = hang(desks, city)
    page = console.page
    assert page.locator(".screen").locator(CONTROLS).count() == 0
    assert page.locator(".top").count() == 0
    wall = page.locator(".wall")
    page.mouse.move(500, 500)
    page.mouse.move(520, 520)
    expect(wall).to_have_css("cursor", "default")
    expect(wall).to_have_css("cursor", "none")
    assert page.evaluate("document.activeElement === document.body")


def test_who_waits_stands_by_priority_and_then_by_how_long(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path / "server") as server, city_of(server) as city:
        lay_out_streets(city.api)
        quarter = Quarter(city)
        quarter.incident(priority=2, address="乙路 1 号")
        late = quarter.incident(priority=1, address="丁路 1 号")
        quarter.incident(priority=1, address="丙路 1 号")
        console = hang(desks, city)
        console.will_complain(*SERVER_ENDS)
        rows = console.page.locator(".w-waiting li")
        expect(rows).to_have_count(3)
        streets = [text.split("和平区 ")[1][:2] for text in rows.all_inner_texts() if "和平区 " in text]
        assert streets == ["丁路", "丙路", "乙路"]
        first = rows.first.locator(".age")
        was = first.inner_text()
        expect(first).not_to_have_text(was)
        city.api.send("dispatch_units", incident=late, units=quarter.units(1))
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("丙路")
        expect(console.page.locator(".w-prios li").first).to_contain_text("待派 1")


@pytest.mark.faults
def test_it_says_that_it_is_old_and_wakes_by_itself_when_the_server_is_back(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path / "server") as server, city_of(server) as city:
        lay_out_streets(city.api)
        console = hang(desks, city)
        console.will_complain(*SERVER_ENDS)
        page = console.page
        # The map is read once: a server that dies under it would be another test.
        expect(page.locator(".w-credit")).not_to_be_empty()
        server.kill()
        band = page.locator(".w-band[role='alert']")
        expect(band).to_contain_text("数据停在")
        expect(band).to_contain_text("正在重连")
        expect(page.locator(".w-data")).to_have_text("非实时")
        assert "grayscale" in page.locator(".w-body").evaluate("element => getComputedStyle(element).filter")
        server.start()
        expect(band).to_have_count(0)
        expect(page.locator(".w-data")).to_have_text("数据实时")
        Quarter(city).incident(priority=1, address="戊路 1 号")
        expect(page.locator(".w-waiting li")).to_have_count(1)


def test_a_walls_account_has_only_the_wall(city: City, desks: Desks) -> None:
    console = hang(desks, city, "/")
    assert console.page.url.endswith("/wall")


def test_who_has_more_than_the_wall_comes_to_the_desk_by_a_key(city: City, sit: Sit, desks: Desks) -> None:
    console = sit()
    console.page.goto(f"{console.base_url}/wall")
    expect(console.page.locator(".wall[data-link='up']")).to_be_visible()
    console.press("Escape")
    expect(console.page.locator(".queue")).to_be_visible()
    wall = hang(desks, city)
    wall.press("Escape", "F3")
    expect(wall.page.locator(".wall")).to_be_visible()
    expect(wall.page.locator(".w-then")).to_have_count(0)
    assert wall.page.url.endswith("/wall")


def test_a_commander_goes_back_in_time_on_the_wall_plays_on_and_returns(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path / "server") as server, city_of(server) as city:
        lay_out_streets(city.api)
        quarter = Quarter(city)
        first = quarter.incident(priority=1, address="甲路 1 号")
        then = the_next_second()
        quarter.incident(priority=1, address="乙路 2 号")
        city.api.send("close_incident", incident=first, disposition="handled", remark="周德明已安全")
        console = desks.console(city)
        console.will_complain(*SERVER_ENDS)
        account, password = city.person("commander")
        sign_in_by_request(console.page.context, city.server.base_url, account, password)
        page = console.page
        page.goto(f"{city.server.base_url}/wall")
        rows, strip = page.locator(".w-waiting li"), page.locator(".w-then")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("乙路")

        console.press("F3")
        expect(page.get_by_role("slider")).to_be_focused()
        console.press("F3")
        console.write(typed(then))
        console.press("Enter")

        expect(strip).to_contain_text(f"{then.astimezone(ZONE):%H:%M:%S}")
        expect(strip).to_contain_text("当时所知")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("甲路")
        expect(page.locator(".w-clock")).to_have_text(f"{then.astimezone(ZONE):%H:%M:%S}")
        expect(page.locator(".w-data")).to_have_text("回看,不是现在")
        assert page.locator(".screen button").count() == 0, "a wall has nothing to press at any time"
        assert violations(console) == []

        assert page.evaluate(OUTSIDE) == []

        console.press(".")
        expect(rows).to_have_count(2)
        console.press(".")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("乙路")
        assert "周德明" not in page.content()
        for _ in range(2):
            console.press(",")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("甲路")
        for _ in range(6):
            console.press("+")
        console.press("P")
        expect(strip).to_contain_text("已追上现在")
        expect(rows).to_contain_text("乙路")

        meanwhile = quarter.incident(priority=1, address="丙路 3 号")
        expect(rows).to_have_count(1)
        console.press("Escape")
        expect(strip).to_have_count(0)
        expect(rows).to_have_count(2)
        expect(page.locator(".w-data")).to_have_text("数据实时")
        assert page.url.endswith("/wall"), meanwhile


def test_an_empty_city_says_that_nobody_waits(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path / "server") as server, city_of(server) as city:
        console = hang(desks, city, "/wall?lang=en")
        console.will_complain(*SERVER_ENDS)
        expect(console.page.locator(".w-waiting .w-none")).to_have_text("Nobody is waiting for a unit")
        expect(console.page.locator(".w-times .w-none")).to_have_text("Nothing was dispatched in 12 h")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_on_the_wall(city: City, desks: Desks, theme: str, lang: str) -> None:
    tell_of_persons(city)
    console = hang(desks, city, f"/wall?theme={theme}&lang={lang}")
    expect(console.page.locator(".w-waiting li").first).to_be_visible()
    expect(console.page.locator(".w-times li").first).to_be_visible()
    assert violations(console) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160)])
def test_nothing_lies_outside_and_what_must_be_read_has_23_mm_of_a_55_inch_screen(
    city: City, desks: Desks, width: int, height: int
) -> None:
    tell_of_persons(city)
    console = hang(desks, city, viewport={"width": width, "height": height}, settings=json.dumps({"lang": "zh"}))
    page = console.page
    expect(page.locator(".w-times li").first).to_be_visible()
    assert page.evaluate(OUTSIDE) == []
    unit = min(width / 1920, height / 1080)
    for read in (".w-prios b", ".w-what", ".w-age", ".w-times b", ".w-districts li", ".w-alarms b", ".w-clock"):
        size = float(page.locator(read).first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)"))
        assert size >= 37 * unit - 0.5, f"{read} has {size} px"
