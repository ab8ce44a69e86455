"""The statistics screen: by keyboard, each chart with its table, the table as a file; and a sentence where there are no figures."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.states import violations
from tests.browser.streets import Quarter
from tests.browser.test_a_killed_server import SERVER_IS_GONE
from tests.browser.test_sizes import OUTSIDE
from tests.browser.test_time_machine import enter, the_next_second, typed
from tests.server_fixture import City, city_of, code, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server]

ENGINES = 11


def read(desks: Desks, city: City, *roles: str, **more: Any) -> Console:  # noqa: ANN401 -- options of a browser context
    """The screen, with a reader of these roles before it."""
    account, password = city.person(*roles)
    console = desks.console(city, **more)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.page.goto(f"{city.server.base_url}/statistics")
    expect(console.page.locator(".main.figures")).to_be_visible()
    return console


def work(city: City) -> None:
    """More than ten engines that have arrived, so that percentiles are told, one ambulance that has not, and an alarm."""
    quarter = Quarter(city)
    number = quarter.incident(call=city.call())
    units = quarter.units(ENGINES)
    assignments = city.api.send("dispatch_units", incident=number, units=units)["assignments"]
    for assignment in assignments:
        for step in ("en_route", "on_scene"):
            city.api.answer("step_assignment", assignment=assignment, step=step)
    medic = city.unit("medic", agency="ambulance")
    city.api.send("dispatch_units", incident=number, units=[medic])
    city.api.send("raise_alarm", sensor=code("GAS-"), condition="high", priority=1, zh="燃气", en="Gas")


def test_a_table_stands_beside_the_chart_with_the_count_and_nothing_for_a_few(city: City, desks: Desks) -> None:
    work(city)
    console = read(desks, city, "commander")
    page = console.page
    table = page.locator("[data-fig='groups'] table")
    fire = table.locator("tr", has_text="消防")
    expect(fire).to_be_visible()
    figures = next(
        group for group in city.api.get("/api/statistics/response_times", group_by="agency")["groups"] if group["group"] == "fire"
    )
    cells = fire.locator("td").all_inner_texts()
    assert int(cells[1]) == figures["intervals"]["turnout_s"]["count"] >= ENGINES
    assert cells[2] not in {"·", "–"}
    expect(table.locator("tr", has_text="急救").locator("td").nth(3)).to_have_text("·")
    assert page.locator("[data-fig='groups'] .chart svg").count() == 5
    judged = city.api.get("/api/statistics/response_times")["targets"]
    targets = page.locator("[data-fig='targets'] tbody tr")
    expect(targets).to_have_count(len(judged))
    expect(targets.filter(has_text="接听 95%")).to_contain_text("NENA-STA-020.1-2020")
    for chart in page.locator(".chart").all():
        assert chart.get_attribute("role") == "img"
        assert chart.get_attribute("aria-label")


def test_in_the_time_machine_the_figures_are_those_of_then_and_escape_brings_the_present_back(city: City, desks: Desks) -> None:
    work(city)
    then = the_next_second()
    work(city)
    console = read(desks, city, "commander")
    count = console.page.locator("[data-fig='groups'] table tr", has_text="消防").locator("td").nth(1)

    def told(**as_of: str) -> str:
        groups = city.api.get("/api/statistics/response_times", group_by="agency", **as_of)["groups"]
        return str(next(group for group in groups if group["group"] == "fire")["intervals"]["turnout_s"]["count"])

    before, after = told(as_of=then.isoformat()), told()
    assert int(after) == int(before) + ENGINES
    expect(count).to_have_text(after)
    enter(console, typed(then))
    expect(count).to_have_text(before)
    with console.page.expect_download() as download:
        console.page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    turnouts = [row["count"] for row in rows if (row["group"], row["interval"]) == ("fire", "turnout_s")]
    assert turnouts == [before], "the file is the table that is shown"
    console.press("Escape")
    expect(count).to_have_text(after)


def test_tabs_periods_and_tables_are_keys_and_the_choice_outlasts_a_reload(city: City, desks: Desks) -> None:
    work(city)
    console = read(desks, city, "commander")
    page = console.page
    console.press("w")
    expect(page.locator("[data-tab='workload']")).to_be_visible()
    console.press("4")
    expect(page.get_by_role("radio", name="7 天")).to_be_checked()
    console.press("t")
    expect(page.locator("[data-fig='open'] table")).to_be_visible()
    console.press("a")
    expect(page.locator("[data-fig='measures'] tbody tr")).to_have_count(10)
    page.reload()
    expect(page.locator("[data-fig='measures']")).to_be_visible()
    expect(page.get_by_role("radio", name="7 天")).to_be_checked()


def test_the_file_is_the_table_and_opens_in_chinese(city: City, desks: Desks) -> None:
    work(city)
    console = read(desks, city, "commander")
    with console.page.expect_download() as download:
        console.page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("response-times_")
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert {row["group"] for row in rows} >= {"fire", "ambulance"}


def test_a_period_of_nothing_and_a_period_that_is_none_say_so(city: City, desks: Desks) -> None:
    console = read(desks, city, "commander")
    page = console.page
    console.press("6")
    expect(page.locator(".fig-none")).to_contain_text("请填开始与结束日期")
    page.get_by_label("从", exact=True).fill("2001-01-01")
    page.get_by_label("至", exact=True).fill("2001-01-02")
    expect(page.locator(".fig-none")).to_contain_text("没有符合条件的派遣")


def test_a_reader_without_the_right_is_told_for_whom_it_is(city: City, desks: Desks) -> None:
    account, password = city.person("call_taker")
    console = desks.console(city)
    console.will_complain(r"403.*/api/statistics/")
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.page.goto(f"{city.server.base_url}/statistics")
    expect(console.page.locator(".fig-none[role='alert']")).to_contain_text("此内容仅调度员、指挥长、分析员、部门可查看")


def test_an_empty_city_has_sentences_instead_of_charts(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path / "server") as server, city_of(server) as city:
        console = read(desks, city, "commander", settings=json.dumps({"lang": "en"}))
        console.will_complain(*SERVER_IS_GONE)
        for key, sentence in (("r", "Nothing was dispatched"), ("w", "No calls and no incidents"), ("a", "No alarms in this period")):
            console.press(key)
            expect(console.page.locator(".fig-none")).to_contain_text(sentence)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_in_the_statistics(city: City, desks: Desks, theme: str, lang: str) -> None:
    work(city)
    console = read(desks, city, "commander", settings=json.dumps({"theme": theme, "lang": lang}))
    found = {}
    for key, shown in (("r", "heat"), ("w", "stations"), ("a", "measures")):
        console.press(key)
        expect(console.page.locator(f"[data-fig='{shown}']")).to_be_visible()
        found[key] = violations(console)
    assert found == {"r": [], "w": [], "a": []}


@pytest.mark.parametrize(("width", "height", "lang"), [(1366, 768, "zh"), (1366, 768, "en"), (1920, 1080, "en"), (2560, 1440, "zh")])
def test_nothing_lies_outside_the_screen(city: City, desks: Desks, width: int, height: int, lang: str) -> None:
    work(city)
    console = read(desks, city, "commander", viewport={"width": width, "height": height}, settings=json.dumps({"lang": lang}))
    for key, shown in (("r", "heat"), ("w", "stations"), ("a", "measures")):
        console.press(key)
        expect(console.page.locator(f"[data-fig='{shown}']")).to_be_visible()
        assert console.page.evaluate(OUTSIDE) == [], shown
