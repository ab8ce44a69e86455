"""Back to a time: the picture is that of then, nothing can be commanded, play and step go on from there, Escape brings the present back."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OPERATOR_ROLES, Desks, Sit
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.states import violations
from tests.browser.streets import Quarter
from tests.server_fixture import City, now, until

pytestmark = [pytest.mark.browser, pytest.mark.server]

ZONE = ZoneInfo("Asia/Shanghai")
REFUSED = re.compile("时间机内不能下达命令。按 Esc 回到现在。")


def band(console: Console) -> Locator:
    return console.page.locator(".then-band")


def bar(console: Console) -> Locator:
    return console.page.locator(".tm")


def event(console: Console) -> Locator:
    return console.page.locator(".tm-event")


def the_next_second() -> datetime:
    """A moment of whole seconds, once it has passed: what was recorded before it was known at it, what comes now was not."""
    moment = now().replace(microsecond=0) + timedelta(seconds=1)
    until(lambda: now() > moment + timedelta(milliseconds=20), "the next second")
    return moment


def typed(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M:%S}"


def enter(console: Console, text: str = "") -> None:
    console.press("F3")
    expect(band(console)).to_be_visible()
    # The keys of the bar are there once it has the focus.
    expect(console.page.get_by_role("slider")).to_be_focused()
    if text:
        console.press("F3")
        console.write(text)
        console.press("Enter")
    expect(band(console)).not_to_contain_text("正在取")


def test_the_screen_is_that_of_then_and_what_came_meanwhile_is_there_afterwards(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    first = quarter.incident(address="甲路 1 号")
    then = the_next_second()
    city.api.send("add_note", incident=first, text="后来才知道")
    second = quarter.incident(address="乙路 2 号")
    console = sit()
    console.select(first)
    expect(console.timeline.filter(has_text="后来才知道")).to_be_visible()
    expect(console.row(second)).to_be_visible()

    enter(console, typed(then))

    expect(band(console)).to_contain_text(f"{then.astimezone(ZONE):%H:%M:%S}")
    expect(band(console)).to_contain_text("当时所知")
    expect(console.page.locator(".clock")).to_have_text(f"{then.astimezone(ZONE):%H:%M:%S}")
    expect(console.page).to_have_title(re.compile("回看"))
    expect(console.row(second)).to_have_count(0)
    expect(console.row(first)).to_be_visible()
    expect(console.timeline.first).to_be_visible()
    expect(console.timeline.filter(has_text="后来才知道")).to_have_count(0)
    expect(console.page.get_by_role("status").filter(has_text="已进入时间机")).to_have_count(1)

    meanwhile = quarter.incident(address="丙路 3 号", priority=1)
    expect(band(console)).to_contain_text("新特急 1")
    expect(console.row(meanwhile)).to_have_count(0)

    console.press("Escape")
    expect(band(console)).to_have_count(0)
    expect(bar(console)).to_have_count(0)
    for number in (first, second, meanwhile):
        expect(console.row(number)).to_be_visible()
    expect(console.timeline.filter(has_text="后来才知道")).to_be_visible()
    expect(console.page).not_to_have_title(re.compile("回看"))


def test_nothing_can_be_commanded_by_button_key_or_command_bar(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    number = quarter.incident()
    city.api.send("dispatch_units", incident=number, units=[unit])
    console = sit()
    console.select(number)
    expect(console.assigned).to_have_count(1)
    console.press("F2")
    expect(console.intake).to_be_visible()
    enter(console)
    expect(console.intake).to_have_count(0)
    sent = list(console.commands)

    expect(console.page.locator("[data-part='reco']")).to_have_count(0)
    expect(console.note).to_have_count(0)
    for keys in (["F2"], ["Alt+c"], ["A", "F7"]):
        console.press(*keys)
        expect(console.message).to_have_text(REFUSED)
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    console.page.get_by_role("button", name=re.compile("接警")).click()
    expect(console.intake).to_have_count(0)
    console.press("/")
    console.write(f"note {number.split('-')[1]}: from the past")
    console.press("Enter")
    expect(console.message).to_have_text(REFUSED)

    assert console.commands == sent, "nothing reached the server"
    band(console).get_by_role("button", name=re.compile("回到现在")).click()
    expect(band(console)).to_have_count(0)
    # What was being typed waited for the return.
    expect(console.intake).to_be_visible()


def test_it_is_played_over_the_facts_to_now(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    first = quarter.incident()
    then = the_next_second()
    second = quarter.incident(address="丁路 4 号")
    city.api.send("close_incident", incident=first, disposition="handled")
    console = sit()
    enter(console, typed(then))
    expect(console.row(first)).to_be_visible()
    expect(console.row(second)).to_have_count(0)
    bar(console).get_by_role("radio", name="×100").click()
    console.press("P")
    expect(console.row(second)).to_be_visible()
    expect(console.row(first)).to_have_count(0)
    expect(event(console)).to_contain_text("已追上现在")
    expect(bar(console).get_by_role("button", name=re.compile("播放"))).to_be_visible()


def test_it_is_stepped_event_by_event_back_and_on(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    number = quarter.incident()
    for text in ("甲说第一", "乙说第二"):
        city.api.send("add_note", incident=number, text=text)
    console = sit()
    console.select(number)
    enter(console)
    console.press(",")
    expect(event(console)).to_contain_text("乙说第二")
    expect(console.timeline.filter(has_text="乙说第二")).to_be_visible()
    console.press(",")
    expect(event(console)).to_contain_text("甲说第一")
    expect(console.timeline.filter(has_text="乙说第二")).to_have_count(0)
    console.press(",")
    expect(event(console)).to_contain_text("立案")
    expect(console.timeline.filter(has_text="甲说第一")).to_have_count(0)
    console.press(",")
    expect(console.row(number)).to_have_count(0)
    expect(console.panel).to_contain_text("此刻还没有")
    console.press(".")
    expect(console.row(number)).to_be_visible()
    console.press(".", ".")
    expect(event(console)).to_contain_text("乙说第二")
    console.press(".")
    expect(event(console)).to_contain_text("此后没有变化")


def test_what_was_true_holds_what_was_learnt_late(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    number = quarter.incident(occurred_at=(now() - timedelta(minutes=20)).isoformat())
    console = sit()
    enter(console, "-5m")
    expect(console.row(number)).to_have_count(0)
    console.press("Shift+K")
    expect(band(console)).to_contain_text("当时实情")
    expect(console.row(number)).to_be_visible()
    console.press("Shift+K")
    expect(console.row(number)).to_have_count(0)


def test_then_and_now_stand_side_by_side(city: City, sit: Sit) -> None:
    quarter = Quarter(city)
    [unit] = quarter.units(1)
    changed, closed = quarter.incident(address="甲路 1 号"), quarter.incident(address="乙路 2 号")
    then = the_next_second()
    city.api.send("dispatch_units", incident=changed, units=[unit])
    city.api.send("close_incident", incident=closed, disposition="false_alarm")
    opened = quarter.incident(address="丙路 3 号")
    console = sit()
    enter(console, typed(then))
    console.press("Shift+C")
    for number, group in ((opened, "此后新立"), (closed, "此后结案或并入"), (changed, "有变化")):
        table = console.page.locator(".cmp-t").filter(has=console.page.locator("caption", has_text=group))
        expect(table.get_by_text(number.split("-")[1], exact=True)).to_be_visible()
    expect(console.page.locator(".cmp-t").filter(has_text="有变化")).to_contain_text(unit)
    console.press("Shift+C")
    expect(console.row(closed)).to_be_visible()


def test_a_time_that_cannot_be_read_is_said_and_stays_in_the_field(sit: Sit) -> None:
    console = sit()
    enter(console)
    console.press("F3")
    console.write("25:99")
    console.press("Enter")
    expect(event(console)).to_contain_text("看不懂这个时间")
    expect(console.page.locator("[data-pane='time-typed']")).to_have_value("25:99")
    console.press("Escape")
    expect(console.page.get_by_role("slider")).to_be_focused()


def test_a_reader_of_one_agency_looks_back_at_what_concerns_it(city: City, desks: Desks) -> None:
    quarter = Quarter(city)
    mine, other = quarter.incident("medical"), quarter.incident()
    account, password = city.person("agency", agencies=["ambulance"])
    console = desks.console(city)
    # Whom to send is not for an agency to ask.
    console.will_complain(r"403.*/recommendation$")
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    enter(console)
    console.press(",")
    expect(event(console)).to_contain_text(mine)
    expect(console.row(other)).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_at_another_time(city: City, desks: Desks, theme: str, lang: str) -> None:
    quarter = Quarter(city)
    number = quarter.incident()
    city.api.send("add_note", incident=number, text="浓烟")
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city, settings=json.dumps({"theme": theme, "lang": lang}))
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    console.select(number)
    enter(console)
    console.press(",")
    expect(console.page.locator(".tm-event time")).to_be_visible()
    found = {"stepped back": violations(console)}
    console.press(",", "Shift+C")
    expect(console.page.locator(".cmp-t")).not_to_have_count(0)
    found["compared"] = violations(console)
    assert {state: told for state, told in found.items() if told} == {}
