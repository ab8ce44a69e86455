"""An administrator at work: accounts, types, plans, words, colours and fleets, with what two administrators do to each other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks, Sit
from tests.browser.driver import FIRST_SESSION, Console
from tests.browser.office import office
from tests.browser.streets import Quarter
from tests.server_fixture import City, code, now, until

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_an_account_is_made_by_keyboard_and_its_owner_signs_in_within_its_scope(city: City, desks: Desks) -> None:
    here = office(city, desks).go("accounts")
    name = code("lan")
    page = here.console.page
    expect(here.table.get_by_role("listbox")).to_be_focused()
    here.console.press("n")
    expect(here.field("account")).to_be_focused()
    here.console.write(name)
    here.field("zh").fill("兰心")
    here.field("en").fill("Lan Xin")
    here.form.get_by_role("checkbox", name="调度员").check()
    here.form.get_by_role("checkbox", name="消防").check()
    here.console.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{name} 的首个密码")
    password = dialog.locator("output").inner_text()
    dialog.get_by_role("button", name="已记下").click()
    expect(dialog).to_have_count(0)
    expect(here.row(name)).to_have_attribute("aria-selected", "true")
    expect(here.row(name)).to_contain_text("兰心")
    expect(page.locator("body")).not_to_contain_text(password)

    session = page.context.browser.new_context() if page.context.browser else None
    assert session is not None
    answer = session.request.post(f"{city.server.base_url}/api/sign_in", data={"account": name, "password": password})
    assert answer.ok
    signed_in = answer.json()
    assert (signed_in["roles"], signed_in["scope"]) == (["dispatcher"], {"agencies": ["fire"], "districts": []})
    session.close()


def test_a_type_and_its_question_are_at_intake_on_another_console_at_once(city: City, desks: Desks, sit: Sit) -> None:
    desk = sit()
    here = office(city, desks).go("types")
    name = code("boat_fire_")
    here.console.press("n")
    expect(here.field("incident_type")).to_be_focused()
    here.console.write(name)
    here.field("zh").fill("游船起火")
    here.field("en").fill("Boat fire")
    for field, value in (("category", "accident"), ("priority", "2"), ("level", "3"), ("agency", "fire")):
        here.field(field).select_option(value)
    here.form.get_by_role("button", name="加一行").click()
    expect(here.line(0, "zh")).to_be_focused()
    here.console.write("船上还有人吗")
    here.line(0, "en").fill("Anybody still aboard?")
    here.save()
    expect(here.row(name)).to_contain_text("游船起火")

    desk.press("F2")
    desk.intake.locator("[data-field='incident_type']").fill("游船起火")
    desk.press("Enter")
    expect(desk.intake).to_contain_text("船上还有人吗")


def test_a_plan_is_changed_in_its_table_and_taken_back_from_its_history(city: City, desks: Desks) -> None:
    name = code("barn_fire_")
    city.api.send("define_incident_type", incident_type=name, zh="谷仓火灾", en="Barn fire", category="accident", priority=2)
    city.api.send("define_response_plan", incident_type=name, level=3, needs=[{"capability": "engine", "count": 2}])
    here = office(city, desks).go(f"plans/{name}")
    cell = here.form.get_by_label(re.compile(r"水罐 III级|engine III级")).first
    expect(cell).to_have_value("2")
    cell.fill("5")
    here.save()
    plan = f"response_plan:{name}/3"
    assert city.api.document("catalogue", plan)["needs"] == [{"capability": "engine", "count": 5}]
    newest = here.past.first
    expect(newest).to_contain_text("engine×2")
    expect(newest).to_contain_text("engine×5")
    newest.get_by_role("button", name="撤销第 2 版").click()
    expect(cell).to_have_value("2")
    expect(here.past.first).to_contain_text("engine×5")
    document = city.api.document("catalogue", plan)
    assert (document["needs"], document["version"]) == ([{"capability": "engine", "count": 2}], 3)


def test_an_alias_is_understood_in_the_command_bar_and_a_built_in_word_is_refused(city: City, desks: Desks, sit: Sit) -> None:
    quarter = Quarter(city)
    number, (unit,) = quarter.incident(), quarter.units(1)
    city.api.send("dispatch_units", incident=number, units=[unit])
    desk = sit()
    here = office(city, desks).go("aliases")
    here.console.will_complain(r"422.*/set_aliases")
    here.form.get_by_role("button", name="加一行").click()
    expect(here.line(0, "word")).to_be_focused()
    here.console.write("send")
    here.console.press("Control+s")
    expect(here.form.get_by_role("alert").last).to_contain_text("「send」是命令栏的内置词")
    here.line(0, "word").fill("OS")
    here.save()

    desk.press("/")
    desk.write(f"{unit} os")
    expect(desk.page.locator(".cmd-r[data-focused]")).to_contain_text(f"登记 {unit}「到场」")
    desk.press("Enter")
    expect(desk.message).to_contain_text("到场")
    city.api.send("set_aliases", aliases=[])


# How many pixels of the map's marks are of this colour.
PAINTED = """([red, green, blue]) => {
  const canvas = document.querySelectorAll('.map-picture > canvas')[1];
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) count += data[i] === red && data[i + 1] === green && data[i + 2] === blue;
  return count;
}"""


def test_a_faint_colour_is_refused_in_a_sentence_and_a_sound_one_paints_board_and_map(city: City, desks: Desks, sit: Sit) -> None:
    (unit,) = Quarter(city).units(1)
    fix = {"unit": unit, "lon": 117.2, "lat": 39.12, "at": now().isoformat()}
    city.api.post("/api/intake/positions", {"source": "gateway", "fixes": [fix]})
    desk = sit()
    expect(desk.page.locator(".map-picture > canvas")).to_have_count(3)
    blue = [147, 193, 232]
    assert desk.page.evaluate(PAINTED, blue) == 0
    here = office(city, desks).go("colours")
    here.console.will_complain(r"422.*/set_colours")
    here.form.get_by_role("button", name="加一行").click()
    here.line(0, "of").select_option("status")
    here.line(0, "code").select_option("available")
    here.line(0, "dark").fill("#333333")
    here.console.press("Control+s")
    expect(here.form.get_by_role("alert").last).to_contain_text("对比度只有")
    expect(here.line(0, "dark")).to_have_value("#333333")
    here.line(0, "dark").fill("#93c1e8")
    here.save()
    mark = desk.page.locator(".board .sm-available").first
    expect(mark).to_have_css("fill", "rgb(147, 193, 232)")
    until(lambda: desk.page.evaluate(PAINTED, blue), "the unit's mark on the map in its colour")
    city.api.send("set_colours", colours=[])
    expect(mark).not_to_have_css("fill", "rgb(147, 193, 232)")
    until(lambda: desk.page.evaluate(PAINTED, blue) == 0, "the mark in grey again")


def test_two_administrators_do_not_overwrite_each_other_unknowingly(city: City, desks: Desks) -> None:
    name = code("kiosk_fire_")
    kiosk = {"incident_type": name, "zh": "亭子火灾", "category": "accident"}
    city.api.send("define_incident_type", **kiosk, en="Kiosk fire", priority=2)
    here = office(city, desks).go(f"types/{name}")
    here.field("en").fill("Kiosk ablaze")
    expect(here.form.locator(".adm-unsaved")).to_be_visible()

    # Another field: it follows, and nothing is in the way.
    city.api.send("define_incident_type", **kiosk, en="Kiosk fire", priority=1)
    expect(here.field("priority")).to_have_value("1")
    expect(here.field("en")).to_have_value("Kiosk ablaze")
    expect(here.form.locator(".adm-clash")).to_have_count(0)

    # The same field: theirs stands beside mine, and the save waits.
    city.api.send("define_incident_type", **kiosk, en="Booth fire", priority=1)
    clash = here.form.locator(".adm-clash")
    expect(clash).to_contain_text("Booth fire")
    expect(clash).to_contain_text("Kiosk ablaze")
    here.console.press("Control+s")
    expect(here.form.locator(".refusal")).to_contain_text("有字段已被他人更改")
    assert city.api.document("catalogue", f"incident_type:{name}")["en"] == "Booth fire"
    clash.get_by_role("button", name="保留我的").click()
    here.save()
    document = city.api.document("catalogue", f"incident_type:{name}")
    assert (document["en"], document["priority"]) == ("Kiosk ablaze", 1)


def test_a_fleet_is_imported_and_its_bad_rows_are_named(city: City, desks: Desks) -> None:
    here = office(city, desks).go("units")
    page = here.console.page
    good, other, bad = code("X"), code("X"), code("X")
    here.console.press("i")
    area = page.locator(".adm-paste")
    expect(area).to_be_focused()
    area.fill(f"呼号,部门,站点,能力\n{good},消防,XF07,engine\n{bad},消防,XF99,engine\n{other},fire,站,\n")
    panel = page.locator(".adm-import")
    expect(panel.get_by_role("status")).to_contain_text("可导入 2 行,有误 1 行")
    expect(panel.locator("tr[data-wrong]")).to_contain_text("没有这个站点:XF99。")
    here.console.press("Control+Enter")
    expect(panel.get_by_role("status")).to_contain_text("已导入 2")
    documents = city.api.documents("unit_register")
    assert (good in documents, other in documents, bad in documents) == (True, True, False)
    # What was not taken is still there to be put right.
    expect(area).to_have_value(re.compile(bad))


def test_a_draft_outlives_a_reload_and_is_discarded_knowingly(city: City, desks: Desks) -> None:
    here = office(city, desks).go("agencies/fire")
    here.field("short_en").fill("FIREX")
    expect(here.form.locator(".adm-unsaved")).to_be_visible()
    here.console.page.reload()
    expect(here.field("short_en")).to_have_value("FIREX")
    here.form.get_by_role("button", name="放弃更改").click()
    expect(here.field("short_en")).to_have_value("Fire")


def test_a_station_in_use_is_not_retired_and_an_idle_one_is_and_comes_back(city: City, desks: Desks) -> None:
    city.unit()
    idle = code("XF")
    city.api.send("register_station", station=idle, agency="fire", zh="闲站", en="Idle")
    here = office(city, desks).go("stations/XF07")
    here.console.will_complain(r"409.*/retire_entry")
    here.form.get_by_role("button", name="停用站点…").click()
    here.console.write("mistake")
    here.console.press("Enter")
    expect(here.form.locator(".refusal")).to_contain_text("仍被")
    here.go(f"stations/{idle}")
    here.form.get_by_role("button", name="停用站点…").click()
    here.console.write("mistake")
    here.console.press("Enter")
    expect(here.form.locator(".p-head .tag")).to_have_text("已停用")
    expect(here.past.first).to_contain_text("mistake")
    here.past.first.get_by_role("button", name="撤销").click()
    expect(here.form.locator(".p-head .tag")).to_have_count(0)


def test_a_commander_looks_and_changes_nothing(city: City, desks: Desks) -> None:
    here = office(city, desks, "commander").go("agencies/fire")
    expect(here.form).to_contain_text("您的角色只能查看")
    expect(here.field("zh")).to_be_disabled()
    expect(here.form.get_by_role("button", name="保存")).to_have_count(0)
    expect(here.console.page.locator(".adm-nav")).not_to_contain_text("账号")
    here.go("accounts")
    expect(here.console.page.locator(".adm-sec[aria-current]")).to_contain_text("部门")


def test_a_timer_of_the_catalogue_is_what_the_dispatch_screen_measures_against(city: City, desks: Desks, sit: Sit) -> None:
    number = Quarter(city).incident()
    desk = sit()
    desk.select(number)
    timer = desk.panel.locator(".timer")
    expect(timer).to_contain_text("派出 / 02:00")
    here = office(city, desks).go("timers/fire")
    here.form.get_by_role("button", name="加一行").click()
    here.line(0, "interval").select_option("call_processing")
    here.line(0, "seconds").fill("45")
    here.save()
    expect(timer).to_contain_text("派出 / 00:45")
    city.api.send("set_timers", scope="fire", targets=[])
    expect(timer).to_contain_text("派出 / 02:00")


def test_an_administrator_without_other_roles_meets_no_refusal(city: City, desks: Desks) -> None:
    console: Console = office(city, desks).go("agencies").console
    assert console.announced == [FIRST_SESSION]
    expect(console.page.locator(".msgs .msg")).to_have_count(0)
