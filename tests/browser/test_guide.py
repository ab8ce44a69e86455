"""The pictures of the console's guide: each screen is gone to as the guide says, and with PICTURES=take its picture is taken."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.test_pictures import still_city  # noqa: F401 -- the same city
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = ("console-guide.md", "console-guide.zh.md")


def _dispatch(console: Console, number: str) -> None:
    console.select(number)
    expect(console.assigned).to_have_count(2)
    expect(console.page.locator("[data-ground='drawn']")).to_be_visible()


def _intake(console: Console, number: str) -> None:
    _dispatch(console, number)
    console.press("F2")
    console.write("gulou")
    expect(console.suggestions.first).to_be_visible()


def _time_machine(console: Console, number: str) -> None:
    _dispatch(console, number)
    console.press("F3")
    expect(console.page.locator(".then-band")).to_be_visible()


def _at(path: str, what: str) -> Callable[[Console, str], None]:
    def go(console: Console, number: str) -> None:
        console.page.goto(f"{console.base_url}{path.format(number=number)}")
        expect(console.page.locator(what).first).to_be_visible()
        console.page.wait_for_load_state("networkidle")

    return go


PICTURES: dict[str, Callable[[Console, str], None]] = {
    "dispatch": _dispatch,
    "intake": _intake,
    "time-machine": _time_machine,
    "record": _at("/incident/{number}", ".main.record h1, .main.record h2"),
    "hand-over": _at("/hand-over", ".main.ho"),
    "statistics": _at("/statistics", ".main.figures"),
    "administration": _at("/administration", ".main.adm"),
    "wall": _at("/wall", ".main.wall"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_guide_s_screens_are_reached_as_it_says(still_city: tuple[City, str], desks: Desks, name: str) -> None:  # noqa: F811
    city, number = still_city
    account, password = city.person(*OPERATOR_ROLES, "administrator")
    console = desks.console(city)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.open().ready()
    PICTURES[name](console, number)
    if os.environ.get("PICTURES") == "take":
        (DOCS / "pictures" / "guide").mkdir(parents=True, exist_ok=True)
        console.page.screenshot(path=DOCS / "pictures" / "guide" / f"{name}.png", animations="disabled")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_picture_of_a_guide_is_there_and_every_screen_is_pictured(guide: str) -> None:
    text = (DOCS / guide).read_text("utf-8")
    shown = set(re.findall(r"pictures/guide/([\w-]+)\.png", text))
    assert shown == set(PICTURES)
    assert [name for name in shown if not (DOCS / "pictures" / "guide" / f"{name}.png").exists()] == []
