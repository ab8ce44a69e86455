"""What is being typed outlives a reload, a sign-out in another window and the end of the account's session."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OPERATOR_ROLES, Desks, Sit
from tests.browser.driver import sign_in_by_request
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]

SESSION_IS_OVER = r"401.*/api/"


def test_a_reload_in_mid_sentence_keeps_the_note_and_the_intake(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("N")
    console.write("two people on the ro")
    console.press("F2")
    console.write("117.2010,39.1230")
    console.press("Enter")
    expect(console.intake.locator("[data-field='incident_type']")).to_be_focused()
    console.intake.locator("[data-field='description']").fill("四楼冒烟")
    console.page.reload()
    console.ready()

    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
    expect(console.note).to_have_value("two people on the ro")
    # The caller is still on the line: the intake is open again, and whoever was typing is in the field.
    expect(console.intake.locator("[data-field='description']")).to_be_focused()
    expect(console.intake.locator("[data-field='place']")).to_have_value("117.20100, 39.12300")
    expect(console.intake.locator("[data-field='description']")).to_have_value("四楼冒烟")
    expect(console.intake.locator(".got")).to_be_visible()


def test_what_is_typed_after_the_intake_was_sent_waits_in_the_note_line(city: City, sit: Sit) -> None:
    Quarter(city).incident()
    console = sit()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    console.page.route(re.compile("/api/commands/open_incident$"), hold)
    console.press("F2")
    console.write("117.2010,39.1230")
    console.press("Enter")
    console.write("zzhz")
    console.press("Enter")
    description = console.intake.locator("[data-field='description']")
    description.click()
    console.write("smoke on the 4th floor")
    with console.page.expect_request(re.compile("/api/commands/open_incident$")):
        console.press("Control+Enter")
    console.write(", two people shout")
    expect(description).to_have_value("smoke on the 4th floor, two people shout")
    held[0].continue_()

    expect(console.intake).to_have_count(0)
    expect(console.note).to_have_value("two people shout")
    expect(console.note).to_be_focused()
    console.write(" from a window")
    console.press("Enter")
    expect(console.timeline.filter(has_text="two people shout from a window")).to_be_visible()


def test_the_words_that_filter_the_queue_are_there_after_a_reload(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    number, another = quarter.incident(address="滨江道 77 号"), quarter.incident(address="丁路 4 号")
    console = sit()
    console.press("f")
    console.write("滨江道")
    expect(console.row(another)).to_have_count(0)
    console.page.reload()
    console.ready()
    expect(console.page.locator("[data-pane='filter']")).to_have_value("滨江道")
    expect(console.row(number)).to_be_visible()
    expect(console.row(another)).to_have_count(0)


@pytest.mark.parametrize(("item", "field"), [("改地点", "place"), ("改类型", "incident_type")])
def test_the_editor_of_an_open_incident_keeps_its_words(city: City, sit: Sit, item: str, field: str) -> None:
    quarter = Quarter(city)
    number, another = quarter.incident(), quarter.incident()
    console = sit()
    editor = console.panel.locator(f".edit [data-field='{field}']")

    def open_editor() -> None:
        console.press("c")
        console.page.get_by_role("menuitem", name=item).click()
        expect(editor).to_be_focused()

    console.select(number)
    open_editor()
    console.write("the yard behind")
    console.select(another)
    expect(editor).to_have_count(0)
    console.page.reload()
    console.ready()
    console.select(number)
    open_editor()
    expect(editor).to_have_value("the yard behind")
    # The words belong to their incident.
    console.press("Escape")
    expect(editor).to_have_count(0)
    console.select(another)
    open_editor()
    expect(editor).to_have_value("")


@pytest.mark.parametrize(("item", "choice"), [("改优先级", "特急"), ("改响应级别", "II级 重大")])
def test_the_choice_of_an_open_editor_is_kept_over_a_reload_and_given_up_by_escape(city: City, sit: Sit, item: str, choice: str) -> None:
    quarter = Quarter(city)
    number, another = quarter.incident(), quarter.incident()
    console = sit()
    wanted = console.panel.locator(".edit").get_by_role("radio", name=choice)

    def open_editor() -> None:
        console.press("c")
        console.page.get_by_role("menuitem", name=item).click()
        expect(console.panel.locator(".edit [role='radio']:focus")).to_have_count(1)

    console.select(number)
    open_editor()
    wanted.click()
    expect(wanted).to_have_attribute("aria-checked", "true")
    console.select(another)
    expect(wanted).to_have_count(0)
    console.page.reload()
    console.ready()
    console.select(number)
    open_editor()
    expect(wanted).to_have_attribute("aria-checked", "true")
    console.press("Escape")
    expect(wanted).to_have_count(0)
    open_editor()
    expect(wanted).to_have_attribute("aria-checked", "false")
    assert console.commands == []


def test_a_sign_out_in_another_window_lays_the_sign_in_over_the_screen_and_keeps_the_draft(city: City, desks: Desks) -> None:
    number = Quarter(city).incident()
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    console.will_complain(SESSION_IS_OVER)
    other = desks.window(console.page.context, city).open().ready()
    other.will_complain(SESSION_IS_OVER)
    console.select(number)
    console.press("N")
    console.write("the owner says")

    other.page.locator(".me").click()
    other.page.get_by_role("menuitem", name="退出登录").click()

    over = console.page.locator(".sign-in[data-over]")
    # The other window says it, or the server does: whichever comes first.
    expect(over).to_contain_text(re.compile("已在另一窗口退出|已退出"))
    expect(console.page.locator(".screen")).to_have_js_property("inert", True)
    expect(console.page.get_by_label("密码")).to_be_focused()
    console.write(f"{password}!")
    console.press("Enter")
    expect(over).to_have_count(0)
    console.ready()
    expect(console.note).to_be_focused()
    expect(console.note).to_have_value("the owner says")
    console.write(" it is empty")
    console.press("Enter")
    expect(console.timeline.filter(has_text="the owner says it is empty")).to_be_visible()
    # The window that signed out follows the sign-in: windows of one operator share it.
    other.ready()


@pytest.mark.parametrize(("keys", "over"), [(("Alt+c",), ".dlg #close-remark"), (("?",), ".dlg .keys"), (("c",), ".pop .menu")])
def test_the_sign_in_lies_over_whatever_is_open_and_gives_it_back(city: City, desks: Desks, keys: tuple[str, ...], over: str) -> None:
    number = Quarter(city).incident()
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    session = sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    console.will_complain(SESSION_IS_OVER)
    console.select(number)
    console.press(*keys)
    expect(console.page.locator(over)).to_be_visible()
    is_remark = over.endswith("remark")
    if is_remark:
        console.page.locator(over).focus()
        console.write("nobody was hurt")

    headers = {"X-CSRF-Token": session["csrf"]}
    assert console.page.context.request.post(f"{city.server.base_url}/api/sign_out", data={}, headers=headers).ok

    # A press of the pointer proves that nothing lies over it.
    field = console.page.get_by_label("密码")
    expect(field).to_be_focused()
    field.click()
    console.write(f"{password}!")
    expect(field).to_have_value(f"{password}!")
    # What rests under it hears no keys: this would close the incident.
    console.press("Control+Enter")
    console.press("Enter")
    expect(console.page.locator(".sign-in")).to_have_count(0)
    assert console.commands == []
    if is_remark:
        expect(console.page.locator(over)).to_have_value("nobody was hurt")
        expect(console.page.locator(over)).to_be_focused()
        console.write(", it seems")
        expect(console.page.locator(over)).to_have_value("nobody was hurt, it seems")
    # Whatever was open is left as it always is, and the keys are those of the screen again.
    console.press("Escape")
    expect(console.page.locator(over)).to_have_count(0)
    console.ready()
    console.press("n")
    expect(console.note).to_be_focused()


def test_a_disabled_account_is_told_so_over_the_screen_and_its_draft_stays(city: City, desks: Desks) -> None:
    number = Quarter(city).incident()
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    console.will_complain(SESSION_IS_OVER, r"40[13].*/api/")
    console.select(number)
    console.press("N")
    console.write("neighbours are out")

    city.api.send("disable_account", account=account, reason="left the service")

    over = console.page.locator(".sign-in[data-over]")
    expect(over).to_be_visible()
    expect(over.get_by_role("alert").first).not_to_be_empty()
    console.write(f"{password}!")
    console.press("Enter")
    expect(over.locator(".refusal").last).to_be_visible()
    expect(console.note).to_have_value("neighbours are out")
