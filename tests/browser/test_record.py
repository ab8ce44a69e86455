"""The record of an incident as a page: whole, asked why, followed live, and printed as a report."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import Desks, Sit
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.states import violations
from tests.browser.streets import Quarter
from tests.server_fixture import City, now

pytestmark = [pytest.mark.browser, pytest.mark.server]


def an_eventful_incident(city: City) -> tuple[str, str]:
    """With a caller, a late note, a struck one, a corrected time, another priority and a merge; its number and its unit."""
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    call = city.call(caller_name="周德明", caller_number="13812346677", address="测试路 1 号", description="四楼冒烟")
    number, other = quarter.incident(call=call), quarter.incident()
    send = city.api.send
    send("dispatch_units", incident=number, units=[unit])
    send("step_assignment", assignment=f"{number}/{unit}/1", step="on_scene")
    earlier = (now() - timedelta(minutes=4)).isoformat()
    send("correct_step_time", assignment=f"{number}/{unit}/1", step="on_scene", occurred_at=earlier, reason="电台记录为准")
    send("add_note", incident=number, text="消防通道被占用", occurred_at=(now() - timedelta(minutes=11)).isoformat())
    note = send("add_note", incident=number, text="屋内有煤气罐")["note"]
    send("strike_note", incident=number, note=note, reason="误听")
    version = city.api.document("incident_board", number)["version"]
    send("prioritise_incident", incident=number, priority=1, version=version)
    send("merge_incidents", incident=number, merged=other)
    return number, unit


def open_record(console: Console, number: str) -> Console:
    """By its address, as from a link."""
    console.page.goto(f"{console.base_url}/incident/{number}")
    expect(console.page.locator(".rd-row").first).to_be_visible()
    return console


def test_a_record_shows_both_times_the_original_the_struck_words_and_the_merge(city: City, sit: Sit) -> None:
    number, unit = an_eventful_incident(city)
    page = open_record(sit(), number).page
    late = page.locator(".rd-facts > li", has_text="消防通道被占用")
    expect(late.locator(".rd-both")).to_contain_text("发生")
    expect(late.locator(".rd-both")).to_contain_text("补录")
    struck = page.locator("[data-part='notes'] li", has_text="误听")
    expect(struck.locator("s")).to_have_text("屋内有煤气罐")
    corrected = page.locator("[data-part='assignments'] tr", has_text=unit)
    expect(corrected.locator(".rd-was s")).to_have_count(1)
    expect(page.locator("[data-part='links']")).to_contain_text("并入本警情")
    expect(page.locator("[data-part='calls']")).to_contain_text("****")
    assert "13812346677" not in page.content()


def test_w_tells_why_a_value_is_so_and_leads_to_the_fact(city: City, sit: Sit) -> None:
    number, _ = an_eventful_incident(city)
    console = open_record(sit(), number)
    page = console.page
    priority = page.locator("[data-why='field:priority']")
    # By keyboard alone: W goes to the values, the arrows from one to the next, W again asks.
    console.press("w")
    expect(page.locator("[data-why='field:incident_type']")).to_be_focused()
    console.press("ArrowDown")
    expect(priority).to_be_focused()
    console.press("w")
    why = page.locator("[data-part='why'] li")
    expect(why).to_have_count(2)
    expect(why.first).to_contain_text("P1")
    expect(why.first).to_contain_text("改优先级")
    expect(why.first).to_contain_text("所见版本")
    expect(why.first.locator("button")).to_be_focused()
    console.press("Enter")
    expect(console.focused).to_contain_text("优先级由")
    console.press("Escape")
    expect(page.locator("[data-part='why']")).to_have_count(0)
    expect(priority).to_be_focused()


def test_the_timeline_is_filtered_by_what_people_said_and_what_came_late(city: City, sit: Sit) -> None:
    number, _ = an_eventful_incident(city)
    page = open_record(sit(), number).page
    filters = page.get_by_role("group", name="筛选时间线")
    filters.get_by_role("button", name="记录").click()
    expect(page.locator(".rd-facts > li:visible")).to_have_count(2)
    filters.get_by_role("button", name="补录").click()
    expect(page.locator(".rd-facts > li:visible", has_text="消防通道被占用")).to_have_count(1)
    expect(page.locator(".rd-facts > li:visible", has_text="屋内有煤气罐")).to_have_count(0)


def test_a_record_follows_what_is_done_elsewhere(city: City, sit: Sit) -> None:
    number, _ = an_eventful_incident(city)
    page = open_record(sit(), number).page
    city.api.send("add_note", incident=number, text="水源已接通")
    expect(page.locator("[data-part='notes']")).to_contain_text("水源已接通")
    city.api.send("close_incident", incident=number, disposition="handled")
    expect(page.locator("[data-field='state']")).to_contain_text("已结案")


def test_who_looked_at_the_caller_is_in_the_record_at_once(city: City, sit: Sit) -> None:
    number, _ = an_eventful_incident(city)
    page = open_record(sit(), number).page
    [call] = city.api.document("incident_board", number)["calls"]
    city.api.send("reveal_caller", call=call, purpose="回拨核实")
    expect(page.locator(".rd-facts > li", has_text="回拨核实")).to_have_count(1)


def test_a_record_is_opened_from_the_panel_by_a_key_and_from_the_command_bar(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("v")
    expect(console.page.locator(".rd-head h2")).to_contain_text(number)
    console.press("Escape")
    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
    console.press("Control+k")
    console.write(f"档案 {number}")
    console.press("Enter")
    expect(console.page.locator(".rd-head h2")).to_contain_text(number)


def test_a_record_prints_as_a_report(city: City, sit: Sit) -> None:
    number, unit = an_eventful_incident(city)
    page = open_record(sit(), number).page
    # A filter is of the screen: on paper all stands.
    page.get_by_role("group", name="筛选时间线").get_by_role("button", name="记录").click()
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    text = "".join(one.extract_text() for one in pages)
    width, height = (round(float(side) * 25.4 / 72) for side in (pages[0].mediabox.width, pages[0].mediabox.height))
    assert (width, height) == (210, 297), "A4"
    plain = "".join(text.split())
    for said in (number, unit, "1/", "138****6677", "P1"):
        assert said in plain, f"«{said}» is not on paper"
    assert "13812346677" not in plain
    assert "Ctrl" not in plain, "no controls on paper"
    assert plain.count("P2") >= 1, "what the filter hid is printed too"


def test_a_number_that_nobody_knows_is_said_in_a_sentence(sit: Sit) -> None:
    console = sit()
    console.will_complain(r"404.*/api/incidents/000000-0000/record")
    console.page.goto(f"{console.base_url}/incident/000000-0000")
    expect(console.page.get_by_role("alert")).to_have_text("✕没有这个警情:000000-0000。")


def test_whoever_may_not_read_a_record_is_told_so(city: City, desks: Desks) -> None:
    number = Quarter(city).incident()
    account, password = city.person("administrator")
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.will_complain(r"403.*/api/incidents/")
    console.page.goto(f"{console.base_url}/incident/{number}")
    expect(console.page.locator(".record .refusal")).to_contain_text("仅接警员、调度员、指挥长、分析员、部门可查看")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_in_the_record(city: City, sit: Sit, theme: str) -> None:
    number, _ = an_eventful_incident(city)
    console = open_record(sit(settings=f'{{"theme":"{theme}"}}'), number)
    assert violations(console) == []
    console.page.locator("[data-why='field:priority']").click()
    expect(console.page.locator("[data-part='why'] li")).to_have_count(2)
    assert violations(console) == []
