"""Calls that nobody has worked off, and calls that turn out to be about something else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Desks, Sit
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]


def waiting(console: Console, call: str) -> Locator:
    return console.page.locator(f".calls [role='option'][data-id='{call}']")


def a_call(quarter: Quarter, **more: object) -> str:
    place = {"lon": quarter.lon, "lat": quarter.lat}
    return quarter.city.call(place=place, address="丁路 4 号", district="heping", **({"description": "阳台冒烟"} | more))


def test_a_call_that_another_program_took_waits_until_its_incident_is_open(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    quarter.units(1)
    console = sit()
    call = a_call(quarter, incident_type="house_fire")
    expect(waiting(console, call)).to_contain_text("阳台冒烟")

    waiting(console, call).click()
    console.press("Enter")
    expect(console.intake.locator("[data-field='place']")).to_have_value("丁路 4 号")
    expect(console.intake.locator("[data-field='incident_type']")).to_have_value("住宅火灾")
    console.press("Control+Enter")

    expect(waiting(console, call)).to_have_count(0)
    expect(console.intake).to_have_count(0)
    incident = city.api.document("call_board", call)["incident"]
    assert city.api.document("incident_board", incident)["calls"] == [call]
    assert "take_call" not in console.commands, "the call was there already"


def test_a_call_about_nothing_is_ended_with_what_became_of_it(city: City, sit: Sit) -> None:
    console = sit()
    call = a_call(Quarter(city), description="误拨")
    waiting(console, call).click()
    console.press("e", "Enter")
    expect(console.page.locator(".calls .refusal")).to_be_visible()
    console.write("误拨,已回访")
    console.press("Enter")

    expect(waiting(console, call)).to_have_count(0)
    expect(console.message).to_contain_text(f"{call} 已结束")
    assert city.api.document("call_board", call)["state"] == "ended"


def test_what_was_typed_to_a_waiting_call_is_still_there_after_a_reload(city: City, sit: Sit) -> None:
    console = sit()
    call = a_call(Quarter(city))
    waiting(console, call).click()
    console.press("Enter")
    description = console.intake.locator("[data-field='description']")
    description.focus()
    console.press("End")
    console.write(",有人呼救")
    console.page.reload()
    console.ready()

    waiting(console, call).click()
    console.press("Enter")
    expect(description).to_have_value("阳台冒烟,有人呼救")
    console.press("Escape")
    city.api.send("end_call", call=call, outcome="test")


def test_a_call_that_was_put_to_the_wrong_incident_gets_one_of_its_own_and_back(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    number = quarter.incident()
    calls = [a_call(quarter), a_call(quarter, description="电梯里有人")]
    for call in calls:
        city.api.send("link_call", call=call, incident=number)
    console = sit()
    console.select(number)
    console.press("C")
    console.page.get_by_role("menuitem", name="拆出部分电话另立警情").click()
    expect(console.page.get_by_role("option", name=calls[1])).to_have_attribute("aria-selected", "true")
    console.write("不是同一件事")
    console.press("Enter")

    expect(console.message).to_contain_text("拆出")
    other = city.api.document("call_board", calls[1])["incident"]
    assert other != number
    expect(console.panel.locator("h2 .num")).to_have_text(other.split("-")[1])
    console.press("Control+z")
    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
    assert sorted(city.api.document("incident_board", number)["calls"]) == [calls[0]]
    assert city.api.document("incident_board", number)["merged"] == [other]


def test_who_may_take_no_call_is_told_so_before_anything_is_typed(city: City, desks: Desks) -> None:
    console = desks.console(city)
    account, password = city.person("analyst")
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    expect(console.page.get_by_role("button", name=re.compile("^接警"))).to_have_count(0)
    console.press("F2")
    expect(console.message).to_contain_text("本账号不接警:接警员、调度员和指挥员可以。")
    expect(console.intake).to_have_count(0)


@pytest.mark.parametrize("role", ["analyst", "call_taker"])
def test_who_only_looks_asks_for_nothing_that_is_refused(city: City, desks: Desks, role: str) -> None:
    """A question that is refused is an error in the browser's console, which ends the test."""
    number = Quarter(city).incident()
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, *city.person(role))
    console.open().ready()
    console.select(number)
    console.press("N")
    expect(console.page.locator("[data-area=incident] .i-loc")).to_be_visible()
    expect(console.page.locator("[data-part=reco]")).to_have_count(0)
