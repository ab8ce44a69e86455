"""What should not come comes: the console stays usable, loses nothing, and says in a sentence what is the matter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPERATOR_ROLES, Desks, Sit
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.streets import Quarter
from tests.server_fixture import City, city_of, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server]

MARKUP = "<img src=x onerror=\"document.title='taken over'\"><script>alert(1)</script>"
# A right-to-left override, Arabic, an emoji of four code points, a combining heap.
STRANGE = "\u202eabc شارع الملك 👨‍👩‍👧‍👦 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢"


def rests_in_its_box(console: Console) -> bool:
    """Nothing is wider than the window: no text pushed a panel aside."""
    return bool(console.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_note_of_a_megabyte_is_refused_in_a_sentence_and_kept(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.note.fill("很" * 1_000_000)
    console.note.focus()
    console.press("Enter")
    expect(console.panel.locator(".note .refusal")).to_contain_text("1000000 字,最多 4000 字")
    assert console.note.input_value() == "很" * 1_000_000
    assert "add_note" not in console.commands

    console.note.fill("短")
    console.press("Enter")
    expect(console.timeline.filter(has_text="短")).to_be_visible()


@pytest.mark.parametrize("words", [MARKUP, STRANGE], ids=["markup", "strange"])
def test_words_are_words_in_every_field(city: City, sit: Sit, words: str) -> None:
    quarter = Quarter(city)
    number = quarter.incident(address=words, description=words)
    call = city.call(address=words, description=words, caller_name=words[:60], district="heping")
    city.api.send("link_call", call=call, incident=number)
    city.api.send("add_note", incident=number, text=words)
    console = sit()
    console.select(number)
    plain = words.replace("\u202e", "")
    expect(console.timeline.filter(has_text=plain[-12:]).first).to_be_visible()
    console.press("N")
    console.page.keyboard.insert_text(words)
    console.press("Enter")
    # The address it was opened at, the note from elsewhere, and this one.
    expect(console.timeline.filter(has_text=plain[-12:])).to_have_count(3)
    assert console.page.title() != "taken over"
    assert console.page.locator(".screen img").count() == 0
    assert rests_in_its_box(console)


def test_an_address_of_300_characters_moves_nothing(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    short, long = quarter.incident(address="短路 1 号"), quarter.incident(address="天津市和平区" + "很长的路" * 73)
    console = sit()
    console.select(long)
    expect(console.panel).to_contain_text("很长的路")
    heights = [console.row(number).bounding_box() for number in (short, long)]
    assert heights[0] is not None
    assert heights[1] is not None
    assert heights[0]["height"] == heights[1]["height"]
    assert heights[0]["width"] == heights[1]["width"]
    assert rests_in_its_box(console)
    expect(console.note).to_be_in_viewport()


def test_ages_come_from_the_server_where_the_browser_is_an_hour_off(city: City, desks: Desks) -> None:
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    console.page.add_init_script(
        "const real = Date.now.bind(Date); Date.now = () => real() + 3600000;"
        "const Real = Date; globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(Date.now()); } };"
        "Date.now = () => real() + 3600000;"
    )
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    number = Quarter(city).incident()
    expect(console.row(number).locator(".q-age")).to_have_text(re.compile(r"^00:[0-5]\d$"))


def test_a_city_without_anything_can_be_worked_in(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path) as server, city_of(server) as city:
        account, password = city.person(*OPERATOR_ROLES)
        console = desks.console(city)
        sign_in_by_request(console.page.context, server.base_url, account, password)
        console.open().ready()
        expect(console.page.locator(".queue")).to_contain_text("没有在办警情")
        expect(console.page.locator(".board")).to_contain_text("没有登记的单位")
        expect(console.panel).to_contain_text("未选择警情")
        console.press("R", "A", "N", "B", "L", "Q", "Alt+c", "C", "Escape")
        console.press("F2")
        expect(console.intake.locator("[data-field='place']")).to_be_focused()
        console.press("Control+Enter")
        expect(console.intake).to_contain_text("缺地点")
        console.page.close()


@pytest.mark.parametrize("how", ["forbidden", "full"])
def test_a_browser_that_keeps_nothing_is_told_and_works(city: City, desks: Desks, how: str) -> None:
    number = Quarter(city).incident()
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    refuse = "{ get() { throw new DOMException('no', 'SecurityError'); } }"
    forbidden = f"for (const area of ['localStorage', 'sessionStorage']) Object.defineProperty(window, area, {refuse});"
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
    console.page.add_init_script(forbidden if how == "forbidden" else full)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    console.select(number)
    expect(console.page.locator(".band-quiet")).to_contain_text("重新载入会丢失")
    console.press("N")
    console.write("kept on the server")
    console.press("Enter")
    expect(console.timeline.filter(has_text="kept on the server")).to_be_visible()
    console.page.get_by_role("button", name="知道了").click()
    expect(console.page.locator(".band-quiet")).to_have_count(0)


@pytest.mark.parametrize(("what", "sentence"), [("css", "样式未能载入"), ("woff2", "字体未能载入")])
def test_a_style_or_a_font_that_does_not_load_is_said(city: City, desks: Desks, what: str, sentence: str) -> None:
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    # The map is a part of its own with a style of its own: it says itself that it is not there.
    console.will_complain(rf"net::ERR_FAILED.*\.{what}", r"Unable to preload CSS")
    console.page.route(re.compile(rf"\.{what}$"), lambda route: route.abort())
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open()
    expect(console.page.get_by_text(sentence)).to_be_visible()
    expect(console.page.locator(".queue")).to_be_visible()
    console.press("F2")
    expect(console.intake.locator("[data-field='place']")).to_be_focused()


def test_the_back_button_goes_to_the_screen_before_and_keeps_what_was_typed(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("N")
    console.write("half a sent")
    console.page.goto(f"{console.base_url}/panel/alarms")
    expect(console.page.locator("[data-area='alarms']")).to_be_visible()
    console.page.go_back()
    console.ready()
    expect(console.note).to_have_value("half a sent")
    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
