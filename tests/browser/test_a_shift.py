"""A whole shift at the demo city at ten times its speed, by keyboard alone: what a dispatcher does in it, and what goes wrong meanwhile.

Somebody else takes the same unit first, the browser is reloaded in the middle of a sentence, the link is cut with an answer on its way, the
session runs out. Nothing typed is lost, nothing is done twice, and the screen says what happened.
"""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import ViewportSize, expect
from pypdf import PdfReader

from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import DESK, sign_in_by_request
from tests.browser.shift import OUTDOOR_FIRE, OUTSKIRTS, Dispatcher, Reserve, facts_of, short
from tests.cut_link import CutLink
from tests.demo_city import demo_city
from tests.server_fixture import Api, City, Document, code, now, server_of, until

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

CITY_SPEED = 10
# The city has lived through its past, and goes on: enough is open that the lists are lists.
CITY_INCIDENTS_MIN = 30
# A minute of the city, at its speed.
CUT_S = 60 / CITY_SPEED
# Three maps are drawn without a graphics card: two of them are small.
SMALL: ViewportSize = {"width": 1366, "height": 768}
LON, LAT = OUTSKIRTS
ZONE = ZoneInfo("Asia/Shanghai")
# Chromium tells of every request that the cut network or the ended session swallowed.
PROVOKED = (r"ERR_", r"WebSocket connection to .* failed", r"401.*/api/", r"409.*/dispatch_units", r"/api/map/")


@dataclass
class Shift:
    """The city, its reserve, and who sits where: the dispatcher behind a network that can be cut, a colleague, a commander."""

    city: City
    link: CutLink
    reserve: Reserve
    li: Dispatcher
    zhou: Dispatcher
    commander: Dispatcher


@pytest.fixture
def shift(tmp_path_factory: pytest.TempPathFactory, desks: Desks) -> Iterator[Shift]:
    with server_of(tmp_path_factory.mktemp("shift")) as server, demo_city(server, speed=CITY_SPEED), CutLink(server.port) as link:
        api = Api(server.base_url, server.token)
        city = City(api, server)
        until(lambda: len(api.documents("incident_board")) >= CITY_INCIDENTS_MIN, "the demo city lives", within_s=120)

        def seat(zh: str, en: str, viewport: ViewportSize) -> Dispatcher:
            account = code("w")
            made = api.send("create_account", account=account, zh=zh, en=en, seat=str(len(desks.consoles) + 3), roles=OPERATOR_ROLES)
            console = desks.console(city, viewport=viewport)
            console.will_complain(*PROVOKED)
            return Dispatcher(console, account, made["password"])

        li, zhou, commander = seat("李明", "Li Ming", DESK), seat("周凯", "Zhou Kai", SMALL), seat("郑海", "Zheng Hai", SMALL)
        li.console.base_url = link.base_url
        yield Shift(city, link, Reserve(city), li, zhou, commander)
        # Whoever looks on while the city goes would only complain of it.
        for context in desks.contexts:
            context.close()
        desks.contexts.clear()
        api.close()


def test_a_shift_at_the_demo_city_without_a_mouse(shift: Shift) -> None:
    li, zhou = shift.li, shift.zhou
    shift.reserve.add(6)
    li.sign_in()
    zhou.sign_in()
    wall = hang_the_wall(shift)

    first = take_a_call_and_open_it_once(shift)
    dispatch_by_recommendation(shift)
    expect(wall.console.page.locator(".w-prios")).to_be_visible()
    merged = link_a_second_call_and_merge_what_a_colleague_opened(shift, first)
    step_the_unit(shift)
    dispatch_by_command(shift, first)
    second = lose_a_unit_to_a_colleague(shift)
    answer_an_alarm_and_shelve_another(shift)
    reload_in_the_middle_of_a_sentence(shift, first)
    then = the_next_second()
    write_through_a_cut_link(shift, first)
    go_on_when_the_session_has_run_out(shift)
    hand_over_to_the_colleague(shift, second)
    correct_a_time_entered_late(shift, first)
    look_back(shift, first, then)
    close_and_print(shift, first)

    expect_everything_once(shift, first, second, merged)
    for person in (li, zhou, shift.commander):
        person.expect_no_pointer()


def hang_the_wall(shift: Shift) -> Dispatcher:
    """The commander's wall, on a screen that nobody touches."""
    commander = shift.commander
    page = commander.console.page
    sign_in_by_request(page.context, commander.console.base_url, commander.account, commander.password)
    page.goto(f"{commander.console.base_url}/wall")
    expect(page.locator(".wall[data-link='up']")).to_be_visible()
    return commander


def take_a_call_and_open_it_once(shift: Shift) -> str:
    """The chord is pressed twice by a hand in a hurry: one call, one incident."""
    li, console = shift.li, shift.li.console
    li.begin_call(LON, LAT)
    console.write("芦苇荡起火,风向村庄")
    li.tab_to(console.intake.locator("[data-field='caller_number']"))
    console.write("13812346677")
    console.press("Control+Enter", "Control+Enter")
    expect(console.intake).to_have_count(0)
    expect(console.message).to_contain_text("已立案")
    number = li.selected
    li.expect_at(number)
    assert li.sent.names()["open_incident"] == 1
    return number


def dispatch_by_recommendation(shift: Shift) -> None:
    """The recommendation has the focus; the second press of the chord finds nothing left to do."""
    li, console = shift.li, shift.li.console
    expect(console.candidates.first).to_be_focused()
    expect(console.candidates.first).to_contain_text(shift.reserve.units[0])
    console.press("Control+Enter", "Control+Enter")
    expect(console.assigned).to_contain_text([shift.reserve.units[0]])
    expect(console.assigned.first).to_be_focused()
    assert li.sent.names()["dispatch_units"] == 1


def link_a_second_call_and_merge_what_a_colleague_opened(shift: Shift, number: str) -> str:
    """A second caller tells of the same fire and is put to it; a third told a colleague, and their incident becomes part of this one."""
    li, zhou, console = shift.li, shift.zhou, shift.li.console
    li.begin_call(LON + 0.0005, LAT)
    expect(console.intake.locator(".dup").first).to_contain_text(short(number))
    console.write("又有人报同一处火")
    console.press("Alt+1")
    expect(console.message).to_contain_text(f"电话已归入 {number}")
    li.expect_at(number)

    zhou.begin_call(LON - 0.0005, LAT)
    zhou.console.write("路边草地冒烟")
    zhou.console.press("Control+Enter")
    expect(zhou.console.message).to_contain_text("已立案")
    other = zhou.selected

    li.go(number)
    li.edit("并入另一警情到本警情")
    console.write(short(other))
    expect(console.panel.locator(".suggest-p [role='option']").first).to_contain_text(other)
    console.press("Enter")
    expect(console.panel.locator(".ask-now")).to_contain_text(f"{other} 并入 {number}")
    console.press("Enter")
    expect(console.message).to_contain_text("已办")
    expect(console.panel.locator(".ask.edit")).to_have_count(0)
    # The colleague still stands in what is part of another now, and is told so.
    expect(zhou.console.panel).to_contain_text("已并入,只读")
    return other


def step_the_unit(shift: Shift) -> None:
    """By its keys from wherever the focus is, and by a sentence."""
    li, console = shift.li, shift.li.console
    unit = shift.reserve.units[0]
    console.press("a")
    expect(console.assigned.first).to_be_focused()
    console.press("F7")
    expect(console.message).to_contain_text(f"{unit} 出动")
    li.command(f"{unit} 到场", f"登记 {unit}「到场」")
    expect(console.message).to_contain_text(f"{unit} 到场")


def dispatch_by_command(shift: Shift, number: str) -> None:
    """One line names unit and incident, and says before Enter what it will do."""
    li, console = shift.li, shift.li.console
    unit = shift.reserve.units[1]
    li.command(f"派 {unit} 到 {short(number)}", f"派 {unit} 到 {short(number)}")
    expect(console.assigned.filter(has_text=unit)).to_be_focused()


def lose_a_unit_to_a_colleague(shift: Shift) -> str:
    """Two chose the same unit; the second is refused with a sentence where they acted, and sends the next."""
    li, zhou, console = shift.li, shift.zhou, shift.li.console
    wanted, next_one = shift.reserve.units[2:4]
    mine, theirs = (
        shift.city.incident(OUTDOOR_FIRE, lon=LON, lat=LAT + by, address=address, district="heping")
        for by, address in ((0.03, "甲村路 1 号"), (-0.03, "乙村路 2 号"))
    )
    li.go(mine)
    console.press("r")
    # Nearer ones that are busy stand above it, and say so.
    expect(console.candidates.filter(has_text=wanted)).to_be_focused()
    expect(console.candidates.filter(has_text=wanted)).to_have_attribute("aria-selected", "true")
    zhou.command(f"派 {wanted} 到 {short(theirs)}", f"派 {wanted} 到 {short(theirs)}")
    expect(zhou.console.assigned).to_contain_text([wanted])

    console.press("Control+Enter")
    refusal = console.panel.locator("[data-part='reco'] .refusal[role='alert']")
    expect(refusal).to_contain_text(wanted)
    expect(refusal).to_contain_text(theirs)
    chosen = console.candidates.filter(has_text=next_one)
    # Who was lost is no longer on offer; the list has the focus, and goes on by the arrows.
    expect(console.candidates.filter(has_text=wanted).first).to_have_attribute("aria-disabled", "true")
    li.arrow_to(chosen)
    console.press("Space")
    expect(chosen).to_have_attribute("aria-selected", "true")
    console.press("Control+Enter")
    expect(console.assigned).to_contain_text([next_one])
    return mine


def answer_an_alarm_and_shelve_another(shift: Shift) -> None:
    """The alarms are one key away; a shelved one has its limit and its reason, and is found again."""
    li, console, api = shift.li, shift.li.console, shift.city.api
    rows = console.page.locator(".alarms [role='option']")
    gas, water = code("GAS-"), code("WATER-")
    for sensor, zh in ((gas, "燃气浓度高"), (water, "水位高")):
        api.send("raise_alarm", sensor=sensor, condition="high", priority=1, value=30, limit=20, zh=f"{zh} {sensor}", en=sensor)
    console.press("Escape", "l")
    li.walk_to("alarms", rows.filter(has_text=gas))
    console.press("Enter")
    expect(rows.filter(has_text=gas)).to_contain_text("已确认")
    li.walk_to("alarms", rows.filter(has_text=water))
    console.press("s")
    form = console.page.locator(".a-form")
    expect(form.get_by_label("分钟")).to_be_focused()
    console.write("45")
    li.tab_to(form.get_by_label("原因"))
    console.write("闸门检修")
    console.press("Enter", "Enter")
    expect(form).to_have_count(0)
    expect(rows.filter(has_text=water)).to_have_count(0)
    console.press("v")
    expect(rows.filter(has_text=water)).to_contain_text("搁置至")
    console.press("v")


def reload_in_the_middle_of_a_sentence(shift: Shift, number: str) -> None:
    """What stood in the line is in it again, and so is whoever was typing: the next letter belongs to the sentence."""
    li, console = shift.li, shift.li.console
    li.go(number)
    li.to_note()
    console.write("two boats on the ")
    console.page.reload()
    console.ready()
    li.expect_at(number)
    expect(console.note).to_have_value("two boats on the ")
    expect(console.note).to_be_focused()
    console.write("canal")
    console.press("Enter")
    expect(console.timeline.filter(has_text="two boats on the canal")).to_have_count(1)


def the_next_second() -> datetime:
    """A moment of whole seconds, once it has passed."""
    moment = now().replace(microsecond=0) + timedelta(seconds=1)
    until(lambda: now() > moment + timedelta(milliseconds=20), "the next second")
    return moment


def write_through_a_cut_link(shift: Shift, number: str) -> None:
    """An answer is lost on its way, then the network is gone for a minute of the city; what is typed waits, and is done once."""
    li, console, link = shift.li, shift.li.console, shift.link
    li.to_note()
    console.write("wind turns north")
    link.lose_replies()
    console.press("Enter")
    until(lambda: any(fact["zh"] == "wind turns north" for fact in facts_of(shift.city, number)), "the note arrived")
    link.cut()
    cut_at = now()
    expect(console.page.locator(".msgs")).to_contain_text("没有收到答复")
    band = console.page.locator(".band[role='alert']")
    expect(band).to_contain_text("数据停在")
    expect(band).to_contain_text("正在重连")
    # While it settles, the hand goes on: a step is refused where it was pressed, and a line is written in peace.
    unit = shift.reserve.units[1]
    li.command(f"{unit} 出动", f"登记 {unit}「出动」")
    expect(console.message).to_contain_text("连接已断,没有发出")
    li.write_command("记: second pump needed")
    until(lambda: now() > cut_at + timedelta(seconds=CUT_S), "a minute of the city", within_s=CUT_S * 4)
    link.mend()
    console.ready()
    expect(band).to_have_count(0)
    expect(console.page.locator(".msgs")).not_to_contain_text("没有收到答复")
    expect(console.note).to_have_value("")
    expect(console.timeline.filter(has_text="wind turns north")).to_have_count(1)
    expect(console.page.locator("[data-pane='command']")).to_have_value("记: second pump needed")
    console.press("Control+k", "Enter")
    expect(console.timeline.filter(has_text="second pump needed")).to_have_count(1)


def go_on_when_the_session_has_run_out(shift: Shift) -> None:
    """The sign-in lies over the screen and says why; under it the sentence waits, and the focus comes back to it."""
    li, console = shift.li, shift.li.console
    li.to_note()
    console.write("owner is")
    with closing(sqlite3.connect(shift.city.server.directory / "accounts.db", timeout=20)) as accounts, accounts:
        accounts.execute("UPDATE sessions SET created_at = 0 WHERE account = ?", (li.account,))
    console.write(" found")
    console.press("Enter")
    over = console.page.locator(".sign-in[data-over]")
    expect(over.get_by_role("alert").first).to_be_visible()
    li.sign_in_again()
    expect(console.note).to_be_focused()
    expect(console.note).to_have_value("owner is found")
    console.press("Enter")
    expect(console.timeline.filter(has_text="owner is found")).to_have_count(1)


def hand_over_to_the_colleague(shift: Shift, number: str) -> None:
    """It is theirs at once; they say so with one key, and both screens call them by their name."""
    li, zhou, console = shift.li, shift.zhou, shift.li.console
    console.press("Escape")
    li.go(number)
    console.press("Escape")
    li.edit("移交给同事")
    console.write(zhou.account)
    expect(console.panel.locator(".suggest-p [role='option']").first).to_contain_text("周凯")
    console.press("Enter")
    expect(console.page.locator("[data-field='hand-reason']")).to_be_focused()
    console.write("分片负责")
    console.press("Enter")
    expect(zhou.console.row(number).locator(".q-hand")).to_be_visible()
    zhou.go(number)
    zhou.console.press("Escape", "j")
    expect(zhou.console.page.locator(".i-resp")).not_to_contain_text("请接手")
    expect(console.page.locator(".i-resp")).not_to_contain_text("待接手")
    handed = console.timeline.filter(has_text="周凯")
    expect(handed.first).to_be_visible()
    expect(console.timeline.filter(has_text=zhou.account)).to_have_count(0)


def correct_a_time_entered_late(shift: Shift, number: str) -> None:
    """Nobody entered that the crew had acknowledged: it is entered late, wrongly, and corrected with a reason. All three times stay."""
    li, console = shift.li, shift.li.console
    unit = shift.reserve.units[0]
    [assignment] = [one for one in shift.city.api.document("incident_board", number)["assignments"] if one["unit"] == unit]
    dispatched = datetime.fromisoformat(assignment["times"]["dispatched"])
    wrong, right = (f"{dispatched.astimezone(ZONE) + timedelta(seconds=by):%H:%M:%S}" for by in (2, 1))
    li.go(number)
    row = console.assigned.filter(has_text=unit)
    console.press("a")
    li.arrow_to(row)
    console.press("e")
    field = console.panel.locator(".ask-time input")
    expect(field).to_be_focused()
    console.write(wrong)
    console.press("Enter", "Enter")
    expect(console.message).to_contain_text(f"{unit} 确认 {wrong}(补录)")
    expect(row).to_be_focused()
    console.press("1")
    expect(field).to_be_focused()
    console.write(right)
    console.press("Enter")
    expect(console.panel.locator(".ask .refusal")).to_contain_text("理由")
    console.press("Tab")
    console.write("电台记录为准")
    console.press("Enter", "Enter")
    expect(console.message).to_contain_text(f"由 {wrong} 更正为 {right}")
    expect(row).to_be_focused()


def look_back(shift: Shift, number: str, then: datetime) -> None:
    """The commander goes from the wall to the desk and back to what was known then, plays it on, and returns to now."""
    commander, console = shift.commander, shift.commander.console
    console.press("Escape")
    expect(console.page.locator(".queue")).to_be_visible()
    commander.go(number)
    expect(console.timeline.filter(has_text="wind turns north")).to_have_count(1)
    console.press("F3")
    expect(console.page.get_by_role("slider")).to_be_focused()
    console.press("F3")
    console.write(f"{then.astimezone(ZONE):%H:%M:%S}")
    console.press("Enter")
    band = console.page.locator(".then-band")
    expect(band).to_contain_text("当时所知")
    expect(console.timeline.filter(has_text="two boats on the canal")).to_have_count(1)
    expect(console.timeline.filter(has_text="wind turns north")).to_have_count(0)
    for _ in range(6):
        console.press("+")
    console.press("p")
    expect(console.timeline.filter(has_text="wind turns north")).to_have_count(1)
    console.press("Escape")
    expect(band).to_have_count(0)
    console.ready()


def close_and_print(shift: Shift, number: str) -> None:
    """Closing says whom it releases; the record goes to the printer by its chord, and holds everything."""
    li, console = shift.li, shift.li.console
    console.press("Alt+c")
    dialog = console.page.get_by_role("dialog")
    expect(dialog).to_contain_text(shift.reserve.units[0])
    expect(dialog.get_by_role("radio").first).to_be_focused()
    console.press("1", "Control+Enter", "Control+Enter")
    expect(dialog).to_have_count(0)
    expect(console.message).to_contain_text("已结案")
    li.command(f"档案 {number}", f"打开档案 {number}")
    expect(console.page.locator(".rd-head h2")).to_contain_text(number)
    expect(console.page.locator("[data-field='state']")).to_contain_text("已结案")
    console.page.evaluate("window.print = () => { document.body.dataset.printed = 'true'; }")
    console.press("Control+p")
    expect(console.page.locator("body[data-printed]")).to_have_count(1)
    pages = PdfReader(io.BytesIO(console.page.pdf(prefer_css_page_size=True))).pages
    printed = "".join("".join(one.extract_text() for one in pages).split())
    for said in (number, *shift.reserve.units[:2], "twoboatsonthecanal", "windturnsnorth", "secondpumpneeded", "ownerisfound"):
        assert said in printed, f"«{said}» is not on paper"
    console.press("Escape")
    expect(console.page.locator(".queue")).to_be_visible()


# What became of these stands at an alarm, not on an incident.
OF_ALARMS = {"acknowledge_alarm", "shelve_alarm"}


def expect_everything_once(shift: Shift, *numbers: str) -> None:
    """Every accepted command of the shift is in the log once, whatever was pressed or asked twice, and nothing else; no word is lost."""
    open_ = [number for number, row in shift.city.api.documents("incident_board").items() if is_in_the_outskirts(row)]
    facts = facts_of(shift.city, *numbers, *open_)
    for person in (shift.li, shift.zhou):
        mine = [fact for fact in facts if fact["by"] == person.account]
        causes = {fact["cause"] for fact in mine}
        of_incidents = {key for key in person.sent.accepted if person.sent.keys[key] not in OF_ALARMS}
        assert causes == {f"{person.account}:{key}" for key in of_incidents}, "what was sent and accepted, and nothing else"
    sent = shift.li.sent
    assert any(tries > 1 for tries in sent.tries.values()), "one was asked for again under its own key"
    assert sent.names()["shelve_alarm"] == 1
    notes = Counter(fact["zh"] for fact in facts if fact["topic"] == "incident.note_added")
    assert notes == Counter(["two boats on the canal", "wind turns north", "second pump needed", "owner is found"])
    doing = Counter(fact["topic"] for fact in facts if fact["by"] == shift.li.account)
    once = ("incident.opened", "incident.closed", "incident.handed", "incident.absorbed", "assignment.step_time_corrected")
    assert {topic: doing[topic] for topic in once} == dict.fromkeys(once, 1), doing


def is_in_the_outskirts(row: Document) -> bool:
    """Of the shift, and not of the demo city."""
    return row["lat"] is not None and abs(row["lat"] - LAT) < 0.05 and abs(row["lon"] - LON) < 0.05
