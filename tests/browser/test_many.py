"""A catastrophe's worth at once, 10,000 units and 3,000 incidents: the queue scrolls, keys answer, and what is looked for is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.city import build_city
from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import sign_in_by_request
from tests.server_fixture import Api, City, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

UNITS, INCIDENTS = 10_000, 3_000
# On an idle machine a key is answered within 50 ms (`make bench` measures it); beyond this a person presses it again.
ANSWER_S_MAX = 3.0
# The first picture is some 13,000 documents; a machine that other work stalls takes its time for them.
PICTURE_MS_MAX = 60_000
# What all the rest takes: a list that somebody forgot to cut takes minutes.
USE_S_MAX = 60.0


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, list[str]]]:
    """A city with so many of both, and the numbers of its incidents."""
    directory: Path = tmp_path_factory.mktemp("many")
    with server_of(directory) as server:
        numbers = build_city(server, units=UNITS, incidents=INCIDENTS)
        api = Api(server.base_url, server.token)
        api.until_shown(api.answer("add_note", incident=numbers[0], text="全部已登记")["position"])
        yield City(api, server), numbers
        api.close()


def test_ten_thousand_units_and_three_thousand_incidents_can_be_worked_with(crowd: tuple[City, list[str]], desks: Desks) -> None:
    city, numbers = crowd
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    page = console.page
    console.open().ready()
    expect(page.locator(".q-sub b").first).to_have_text(str(INCIDENTS), timeout=PICTURE_MS_MAX)
    expect(page.locator(".board")).to_contain_text(str(UNITS), timeout=PICTURE_MS_MAX)
    began = time.monotonic()

    # The whole list is there for the wheel and the keys, and only what is in sight is drawn.
    queue = page.locator("[data-pane='queue']")
    rows = page.locator(".queue [role='option']")
    expect(rows.first).to_be_visible()
    assert rows.count() < INCIDENTS / 10
    first = rows.first.get_attribute("data-id")
    queue.hover()
    page.mouse.wheel(0, 40_000)
    expect(page.locator(f".queue [data-id='{first}']")).not_to_be_in_viewport()
    assert rows.count() < INCIDENTS / 10
    page.mouse.move(700, 22)
    queue.focus()
    console.press("Home")
    expect(page.locator(f".queue [data-id='{first}']")).to_be_in_viewport()

    # A key is answered.
    chosen = page.locator(".queue [role='option'][aria-selected='true']")
    for _ in range(5):
        before = chosen.get_attribute("data-id") if chosen.count() else None
        pressed = time.monotonic()
        console.press("ArrowDown")
        page.wait_for_function(
            "before => document.querySelector(\".queue [role='option'][aria-selected='true']\")?.dataset.id !== before", arg=before
        )
        assert time.monotonic() - pressed < ANSWER_S_MAX

    # What is looked for is found: by its words in the filter, by its number in the command bar, a unit by its call sign.
    console.press("f")
    console.write("南京路2718号")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("南京路2718号")
    console.press("Escape")
    wanted = numbers[1_999]
    console.press("Control+k")
    console.write(f"go {wanted.split('-')[1]}")
    will_do = page.locator(".cmd-list [role='option'][aria-selected='true'] .cmd-w")
    expect(will_do).to_contain_text(wanted.split("-")[1])
    console.press("Enter")
    expect(console.panel.locator("h2 .num")).to_have_text(wanted.split("-")[1])
    expect(console.panel).to_contain_text("南京路1999号")

    # And the work goes on at once, while the incident is still coming up: the unit is sent, and both lists say so.
    console.press("Control+k")
    console.write(f"派 X09999 到 {wanted.split('-')[1]}")
    expect(will_do).to_contain_text("X09999")
    expect(will_do).to_contain_text(wanted.split("-")[1])
    console.press("Enter")
    expect(console.assigned).to_have_count(1)
    expect(console.assigned).to_contain_text("X09999")
    assert time.monotonic() - began < USE_S_MAX
