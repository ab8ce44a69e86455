"""The console looks as it did when it was last looked at: three sizes, both themes, both languages, within a stated tolerance."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.picture import difference, expect_as_kept, stopping
from tests.browser.streets import lay_out_streets
from tests.browser.test_time_machine import enter
from tests.server_fixture import City, city_of, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server]

SIZES = ("1366x768", "1920x1080", "2560x1440")
LON, LAT = 117.2, 39.12


@pytest.fixture(scope="module")
def still_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, str]]:
    """A city in which nothing moves, and the number of the incident that is looked at."""
    with server_of(tmp_path_factory.mktemp("pictures")) as server, city_of(server) as city:
        lay_out_streets(city.api)
        yield city, furnish(city)


def furnish(city: City) -> str:
    """Incidents of every priority, in every phase; units of both agencies; an alarm; a call that waits."""
    for index in range(40):
        agency = "fire" if index % 2 else "ambulance"
        city.api.answer(
            "register_unit",
            unit=f"{'E' if index % 2 else 'J'}{index:04d}",
            agency=agency,
            station="XF07" if index % 2 else "JJ01",
            capabilities=["engine"] if index % 3 else ["engine", "ladder"],
            place={"lon": LON + 0.004 * (index % 8), "lat": LAT + 0.003 * (index // 8)},
        )
    numbers: list[str] = []
    for index in range(15):
        opened = city.api.answer(
            "open_incident",
            incident_type=("house_fire", "medical", "flood")[index % 3],
            place={"lon": LON + 0.01 * (index % 5) - 0.02, "lat": LAT + 0.008 * (index // 5) - 0.008},
            priority=index % 5 + 1,
            district=("heping", "nankai")[index % 2],
            address=f"测试路 {index + 1} 号",
            description="四楼冒烟,有人被困",
        )
        numbers.append(opened["result"]["incident"])
    looked_at = numbers[1]
    city.api.answer("dispatch_units", incident=looked_at, units=["E0001", "E0003"])
    city.api.answer("step_assignment", assignment=f"{looked_at}/E0001/1", step="on_scene")
    city.api.answer("dispatch_units", incident=numbers[5], units=["J0002"])
    city.api.answer("put_out_of_service", unit="J0004", reason="修理")
    city.api.answer("add_note", incident=looked_at, text="楼梯间有浓烟")
    city.api.answer(
        "raise_alarm",
        sensor="GAS-1",
        condition="high",
        priority=1,
        value=30,
        limit=20,
        zh="河西友谊路可燃气体",
        en="Gas, Youyi Road",
        place={"lon": LON, "lat": LAT},
        district="heping",
    )
    city.call(description="阳台冒烟", address="丁路 4 号", district="heping")
    city.api.until_shown(city.api.answer("add_note", incident=numbers[0], text="核实中")["position"])
    return looked_at


def look(desks: Desks, still: tuple[City, str], *, size: str = "1920x1080", theme: str = "dark", lang: str = "zh") -> Console:
    """A console at the incident, everything drawn."""
    city, number = still
    width, height = map(int, size.split("x"))
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city, settings=json.dumps({"theme": theme, "lang": lang}), viewport={"width": width, "height": height})
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    stopping(console).open().ready()
    console.select(number)
    expect(console.assigned).to_have_count(2)
    expect(console.timeline.filter(has_text="浓烟")).to_be_visible()
    expect(console.page.locator("[data-ground='drawn']")).to_be_visible()
    console.page.wait_for_function("document.fonts.status === 'loaded'")
    return console


@pytest.mark.parametrize("size", SIZES)
def test_the_dispatch_screen_at_three_sizes(still_city: tuple[City, str], desks: Desks, size: str) -> None:
    expect_as_kept(look(desks, still_city, size=size), f"dispatch-{size}")


def test_the_dispatch_screen_in_the_light_theme(still_city: tuple[City, str], desks: Desks) -> None:
    expect_as_kept(look(desks, still_city, theme="light"), "dispatch-light")


def test_the_dispatch_screen_in_english(still_city: tuple[City, str], desks: Desks) -> None:
    expect_as_kept(look(desks, still_city, lang="en"), "dispatch-english")


def test_the_intake_over_the_map(still_city: tuple[City, str], desks: Desks) -> None:
    console = look(desks, still_city)
    console.press("F2")
    console.write("gulou")
    expect(console.suggestions.first).to_be_visible()
    expect_as_kept(console, "intake")


def test_a_lost_link(still_city: tuple[City, str], desks: Desks) -> None:
    console = look(desks, still_city)
    console.will_complain(r"WebSocket", r"ERR_INTERNET_DISCONNECTED")
    console.page.route_web_socket("**/api/live", lambda route: route.close())
    console.page.context.set_offline(True)
    expect(console.page.locator(".screen[data-link='lost']")).to_be_visible()
    expect_as_kept(console, "lost")


# The other screens: where each is, and what stands on it when it is whole. The names of the pictures are theirs.
OTHERS = {
    "wall": ("/wall", ".w-waiting li"),
    "record": ("/incident/{number}", ".rd-row"),
    "statistics": ("/statistics", ".chart svg"),
    "hand-over": ("/hand-over", ".ho-head"),
    "administration": ("/administration/units/E0001", ".adm-past li"),
}
# The whole day's rights: what a screen leaves out for want of rights is no part of its picture.
EVERY_ROLE = (*OPERATOR_ROLES, "analyst", "administrator")
# Each screen at one size of the trade, in one theme and language of two; together they are all of them.
LOOKS = (
    ("wall", "1920x1080", "dark", "zh"),
    ("wall", "2560x1440", "light", "en"),
    ("record", "1920x1080", "dark", "zh"),
    ("record", "1366x768", "light", "en"),
    ("statistics", "1920x1080", "dark", "zh"),
    ("statistics", "1366x768", "light", "en"),
    ("hand-over", "1920x1080", "dark", "zh"),
    ("hand-over", "1366x768", "light", "en"),
    ("administration", "1920x1080", "dark", "zh"),
    ("administration", "1366x768", "light", "en"),
)


def look_elsewhere(desks: Desks, still: tuple[City, str], screen: str, *, size: str, theme: str, lang: str) -> Console:
    """A console at another screen, everything on it."""
    city, number = still
    path, whole = OTHERS[screen]
    width, height = map(int, size.split("x"))
    account, password = city.person(*EVERY_ROLE)
    console = desks.console(city, settings=json.dumps({"theme": theme, "lang": lang}), viewport={"width": width, "height": height})
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    stopping(console).page.goto(city.server.base_url + path.format(number=number))
    expect(console.page.locator(".screen[data-link='up'] .main")).to_be_visible()
    expect(console.page.locator(whole).first).to_be_visible()
    expect(console.page.locator(".empty", has_text="正在")).to_have_count(0)
    if screen == "wall":
        expect(console.page.locator("[data-ground='drawn']")).to_be_visible()
    console.page.wait_for_function("document.fonts.status === 'loaded'")
    return console


@pytest.mark.parametrize(("screen", "size", "theme", "lang"), LOOKS)
def test_the_other_screens(still_city: tuple[City, str], desks: Desks, screen: str, size: str, theme: str, lang: str) -> None:
    api = still_city[0].api
    begun = api.send("begin_hand_over", remark="夜班平稳")["hand_over"] if screen == "hand-over" else ""
    console = look_elsewhere(desks, still_city, screen, size=size, theme=theme, lang=lang)
    # Who has looked is everybody who had their picture taken before.
    console.page.add_style_tag(content="[data-part='readers'] { display: none }")
    try:
        expect_as_kept(console, f"{screen}-{size}-{theme}-{lang}")
    finally:
        if begun:
            api.send("withdraw_hand_over", hand_over=begun, reason="演示")


@pytest.mark.parametrize(("size", "theme", "lang"), [("1920x1080", "dark", "zh"), ("1366x768", "light", "en")])
def test_the_time_machine(still_city: tuple[City, str], desks: Desks, size: str, theme: str, lang: str) -> None:
    console = look(desks, still_city, size=size, theme=theme, lang=lang)
    enter(console)
    console.press(",")
    expect(console.page.locator(".tm-event time")).to_be_visible()
    # Where the hours stand along the bar is a matter of the minute.
    console.page.add_style_tag(content=".tm-axis { visibility: hidden }")
    expect_as_kept(console, f"time-machine-{size}-{theme}-{lang}")


def test_a_row_that_moved_is_noticed(still_city: tuple[City, str], desks: Desks) -> None:
    console = look(desks, still_city)
    before = console.page.screenshot()
    console.page.add_style_tag(content=".queue .q-row { transform: translateX(6px) }")
    assert difference(console, before, console.page.screenshot()) > 0.004
