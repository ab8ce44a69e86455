"""A change of shift between two consoles, an incident that is handed to a colleague, a promise that falls due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.driver import Console
from tests.browser.states import violations
from tests.browser.streets import Quarter
from tests.server_fixture import City, now, until

pytestmark = [pytest.mark.browser, pytest.mark.server]


def account_of(console: Console) -> str:
    """Who sits there."""
    account: str = console.page.context.request.get(f"{console.base_url}/api/session").json()["account"]
    return account


def go_to_hand_over(console: Console) -> Console:
    """By the menu of screens."""
    console.press("F4")
    console.page.get_by_role("menuitem", name="交接班").click()
    expect(console.page.locator(".ho")).to_be_visible()
    return console


def test_a_shift_is_handed_over_between_two_consoles_by_keyboard(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    number = quarter.incident(address="甲路 1 号")
    leaving, coming = sit(), sit()
    successor = account_of(coming)

    go_to_hand_over(leaving)
    leaving.page.locator("[data-pane='promise']").focus()
    leaving.write("回拨报警人")
    leaving.press("Enter")
    expect(leaving.page.locator(".ho-promise", has_text="回拨报警人")).to_have_count(1)
    leaving.page.get_by_label("接班人").focus()
    leaving.write(successor)
    leaving.press("Enter")
    leaving.page.get_by_label("交班说明").focus()
    leaving.write("夜班平稳")
    leaving.press("Control+Enter")
    expect(leaving.page.locator(".ho-head")).to_contain_text("等待接班")

    go_to_hand_over(coming)
    head = coming.page.locator(".ho-head")
    expect(head).to_contain_text("夜班平稳")
    row = coming.page.locator(f"[data-item='incident:{number}']")
    expect(row).to_contain_text("甲路 1 号")
    # One item by itself, with a question before; then the rest at once.
    coming.press("j")
    expect(coming.focused).to_have_class("ho-row")
    coming.press("n")
    coming.write("家属联系上了吗?")
    coming.press("Enter")
    expect(leaving.page.locator(".ho-said")).to_contain_text("家属联系上了吗?")
    expect(coming.focused).to_have_class("ho-row")
    first = coming.page.locator(".ho-items > li").first
    coming.press("Enter")
    expect(first.locator(".ho-by")).to_contain_text("✓")
    expect(coming.focused).to_have_class("ho-row")
    coming.press("Control+Enter")
    expect(coming.page.locator(".ho-head")).to_contain_text("接班")
    expect(leaving.page.locator(".ho-head")).to_contain_text("✓")
    until(lambda: any(one["owner"] == successor for one in city.api.documents("promise_board").values()), "the promise went along")


def test_an_incident_is_handed_to_a_colleague_who_takes_it_on(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    giving, taking = sit(), sit()
    giving.select(number)
    giving.press("c")
    giving.page.get_by_role("menuitem", name="移交给同事").click()
    giving.page.locator(".ask.edit input").first.focus()
    giving.write(account_of(taking))
    giving.press("Enter")
    expect(giving.page.locator("[data-field='hand-reason']")).to_be_focused()
    giving.write("换席")
    giving.press("Enter")
    expect(taking.row(number).locator(".q-hand")).to_be_visible()

    taking.page.get_by_role("button", name="只看我的").click()
    expect(taking.page.locator(".queue [role='option']")).to_have_count(1)
    taking.select(number)
    taking.press("j")
    expect(taking.page.locator(".i-resp")).not_to_contain_text("请接手")
    expect(giving.page.locator(".i-resp")).not_to_contain_text("待接手")
    # The timeline calls people by their names, not by their accounts.
    for fact in ("移交给 人", "人 接手"):
        expect(giving.timeline.filter(has_text=fact)).to_have_count(1)
    assert account_of(taking) not in "".join(giving.timeline.all_inner_texts())


def test_what_a_colleague_answers_for_is_not_taken_by_a_slip_of_one_key(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    owner, other = sit(), sit()
    city.api.send("hand_incident", incident=number, to=account_of(owner), reason="分片负责")
    owner.select(number)
    owner.press("j")
    expect(owner.page.locator(".i-resp")).to_contain_text("人")
    other.select(number)
    expect(other.page.locator(".i-resp")).to_contain_text("人")
    # What was handed to oneself takes one press, what a colleague has taken on takes two.
    other.press("j")
    expect(other.message).to_contain_text("再按一次 J")
    assert other.commands == []
    other.press("j")
    expect(other.message).to_contain_text("由您负责")


def test_a_promise_from_the_note_line_is_in_sight_when_it_is_due(city: City, sit: Sit) -> None:
    number = Quarter(city).incident()
    console = sit()
    console.select(number)
    console.press("n")
    expect(console.note).to_be_focused()
    console.write("承诺 回拨报警人")
    console.press("Enter")
    expect(console.timeline.last).to_contain_text("承诺:回拨报警人")
    due = console.page.locator(".promised")
    expect(due).to_have_count(0)

    overdue = {"text": "报区应急局", "due_at": (now() - timedelta(seconds=5)).isoformat()}
    session = console.page.context.request.get(f"{console.base_url}/api/session").json()
    headers = {"X-CSRF-Token": session["csrf"], "Idempotency-Key": f"promise-{number}"}
    console.page.context.request.post(f"{console.base_url}/api/commands/make_promise", data=overdue, headers=headers)
    expect(due).to_contain_text("承诺到期")
    due.click()
    row = console.page.locator(".ho-promise", has_text="报区应急局")
    row.focus()
    console.press("k")
    expect(row).to_have_count(0)
    expect(due).to_have_count(0)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_in_the_hand_over(city: City, sit: Sit, theme: str) -> None:
    Quarter(city).incident()
    console = go_to_hand_over(sit(settings=f'{{"theme":"{theme}"}}'))
    begun = city.api.send("begin_hand_over", remark="夜班平稳")["hand_over"]
    expect(console.page.locator(".ho-shift", has_text=begun)).to_be_visible()
    expect(console.page.locator(".ho-row").first).to_be_visible()
    assert violations(console) == []
    city.api.send("withdraw_hand_over", hand_over=begun, reason="演示")
