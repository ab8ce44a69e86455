"""At the three sizes of the trade, and with larger text, nothing lies outside the screen and nothing that names a thing is cut."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.driver import Console
from tests.browser.streets import Quarter
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]

# What an operator must see whatever is open: the bar, the clock, the counts, the queue, the alarms, the map, the board.
ALWAYS = (
    ".top",
    ".clock",
    ".top .al",
    ".queue",
    ".queue .cnts",
    ".alarms",
    ".mid",
    ".board",
    ".panel.inc",
    ".i-head .timer",
    "[data-pane='note']",
)

# Elements that stick out of the screen, or whose text is cut although it names a thing (a call sign, a number, a time, a count).
OUTSIDE = """() => {
  const [w, h] = [innerWidth, innerHeight];
  const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) { const { overflowX, overflowY } = getComputedStyle(p);
    if (/auto|scroll|hidden|clip/.test(overflowX + overflowY)) return true; } return false; };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    const r = e.getBoundingClientRect();
    if (r.width < 2 || r.height < 2 || getComputedStyle(e).visibility === 'hidden' || e.closest('.sr, canvas, .maplibregl-map')) continue;
    const isInside = r.right <= w + 1 && r.bottom <= h + 1 && r.left >= -1 && r.top >= -1;
    if (!isInside && !scrolls(e)) found.push(`outside: ${e.className || e.tagName}`);
  }
  if (document.documentElement.scrollWidth > w || document.documentElement.scrollHeight > h) found.push('the page scrolls');
  return found;
}"""
CUT = """() => [...document.querySelectorAll('.num, .clock, .st-u b, .r-id, .q-no, .q-age, .eta, .top .btn, .p-head h2')]
  .filter((e) => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
  .map((e) => `cut: ${e.className} «${e.textContent}» in ${e.parentElement.className}`)"""


def expect_all_inside(console: Console, state: str) -> None:
    page = console.page
    view = page.viewport_size
    assert view is not None
    for name in ALWAYS:
        box = page.locator(name).first.bounding_box()
        assert box is not None, f"{state}: {name} is not there"
        assert box["width"] > 0, f"{state}: {name} has no width"
        assert box["height"] > 0, f"{state}: {name} has no height"
        assert box["x"] + box["width"] <= view["width"] + 1, f"{state}: {name} ends at the right of the screen"
        assert box["y"] + box["height"] <= view["height"] + 1, f"{state}: {name} ends below the screen"
    assert [*page.evaluate(OUTSIDE), *page.evaluate(CUT)] == [], state


@pytest.mark.parametrize(
    ("width", "height", "settings"),
    [
        (1366, 768, {}),
        (1366, 768, {"lang": "en"}),
        (1920, 1080, {"lang": "en", "density": "dense"}),
        (1920, 1080, {"text_percent": 130}),
        (2560, 1440, {}),
    ],
    ids=["1366x768", "1366x768 English", "1920x1080 English dense", "1920x1080 text at 130 %", "2560x1440"],
)
def test_nothing_lies_outside_the_screen(city: City, sit: Sit, width: int, height: int, settings: dict[str, object]) -> None:
    quarter = Quarter(city)
    units = quarter.units(3)
    number = quarter.incident(address="和平区南京路与营口道交口东南角 148 号 3 号楼 2 单元")
    city.api.send("dispatch_units", incident=number, units=units[:2])
    console = sit(viewport={"width": width, "height": height}, settings=json.dumps(settings))
    console.select(number)
    expect(console.assigned).to_have_count(2)
    expect(console.page.locator(".map-picture > canvas").first).to_be_visible()
    expect_all_inside(console, "an incident is selected")
    console.press("R", "Enter")
    expect(console.candidates.first).to_be_visible()
    expect_all_inside(console, "the recommendation is unfolded")
    console.press("F2")
    expect(console.intake.locator("[data-field='place']")).to_be_focused()
    console.write("gulou")
    expect(console.suggestions.first).to_be_visible()
    expect_all_inside(console, "the intake is open")
