"""Forced colours, and 200 % zoom of a wide screen: nothing is cut off or out of reach, and the focus is always seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.driver import DESK, Console, sign_in_by_request
from tests.browser.streets import Quarter
from tests.browser.test_record import an_eventful_incident
from tests.browser.test_sizes import CROWDED, CUT
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server]

ROLES = ("call_taker", "dispatcher", "commander", "analyst", "administrator")
# What a browser of 1920 × 1080 shows of a page at 200 %: half of it, in twice the pixels.
ZOOMED: dict[str, Any] = {"viewport": {"width": 960, "height": 540}, "device_scale_factor": 2}
SCREENS = {
    "dispatch": "/",
    "wall": "/wall",
    "record": "/incident/{number}",
    "hand-over": "/hand-over",
    "statistics": "/statistics",
    "administration": "/administration/accounts",
}

# A control that no scrolling brings into the window, or that something else covers once it is there.
OUT_OF_REACH = """() => {
  const found = [];
  for (const e of document.querySelectorAll('button, a[href], input, select, textarea, [tabindex="0"]')) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest('[inert], [aria-hidden="true"]')) continue;
    e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const r = e.getBoundingClientRect();
    if (r.width < 2 || r.height < 2) continue;
    const name = `${e.className || e.tagName} «${(e.textContent || e.getAttribute('aria-label') || '').slice(0, 24)}»`;
    // A long list is larger than the window: its beginning counts.
    const [right, bottom] = [Math.min(r.right, r.left + 40), Math.min(r.bottom, r.top + 20)];
    if (r.left < -1 || r.top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) found.push(`out of the window: ${name}`);
    else {
      const at = document.elementFromPoint((r.left + right) / 2, (r.top + bottom) / 2);
      // The controls of the map lie over a corner of what takes its gestures.
      const isUnderItsControls = e.matches('.map-touch') && at?.closest('.map-ctl');
      const isSeen = at && (e.contains(at) || at.contains(e) || at.closest('label')?.contains(e) || isUnderItsControls);
      if (!isSeen) found.push(`covered: ${name}`);
    }
  }
  document.querySelector('#root').scrollTo(0, 0);
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  if (document.querySelector('#root').scrollWidth > innerWidth + 1) found.push('the screen scrolls sideways');
  return found;
}"""

# Where Tab came to, and whether an outline of the operator's own palette tells so.
FOCUS = """() => {
  const e = document.activeElement;
  const ring = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  };
  return [`${e.className || e.tagName}`, e === document.body || ring(e) || (e.parentElement !== null && ring(e.parentElement))];
}"""

# Whether most of the drawn ground has this colour of the style sheet.
GROUND_IS = """(wanted) => {
  const shown = document.querySelector('.map-shown');
  if (!shown?.width) return false;
  const swatch = document.createElement('i');
  swatch.style.cssText = `forced-color-adjust: none; color: ${wanted}`;
  document.body.append(swatch);
  const [r, g, b] = getComputedStyle(swatch).color.match(/\\d+/g).map(Number);
  swatch.remove();
  const { data } = shown.getContext('2d').getImageData(0, 0, shown.width, shown.height);
  let same = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 8 && data[at + 3] > 250) same += 1;
  }
  return same > data.length / 4 / 3;
}"""

# Text within a chart, whose colour no browser forces.
FAINT = """() => {
  const swatch = document.createElement('i');
  swatch.style.color = 'CanvasText';
  document.body.append(swatch);
  const ink = getComputedStyle(swatch).color;
  swatch.remove();
  return [...document.querySelectorAll('.chart svg text')].filter((e) => getComputedStyle(e).fill !== ink).map((e) => e.textContent);
}"""


@pytest.fixture(scope="module")
def number(city: City) -> Iterator[str]:
    found, _ = an_eventful_incident(city)
    begun = city.api.send("begin_hand_over", remark="夜班平稳")["hand_over"]
    yield found
    city.api.send("withdraw_hand_over", hand_over=begun, reason="演示")
    city.api.send("close_incident", incident=found, disposition="cancelled")


def look_at(desks: Desks, city: City, path: str, **context: Any) -> Console:  # noqa: ANN401 -- options of a browser context
    account, password = city.person(*ROLES)
    console = desks.console(city, **context)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    console.page.goto(city.server.base_url + path)
    expect(console.page.locator(".screen[data-link='up'] .main")).to_be_visible()
    expect(console.page.locator(".empty", has_text="正在")).to_have_count(0)
    return console


@pytest.mark.parametrize("screen", SCREENS)
def test_at_200_percent_everything_is_in_reach_without_scrolling_sideways(city: City, desks: Desks, number: str, screen: str) -> None:
    console = look_at(desks, city, SCREENS[screen].format(number=number), **ZOOMED)
    assert console.page.evaluate(OUT_OF_REACH) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_at_200_percent_an_incident_is_dispatched_without_scrolling_sideways(city: City, desks: Desks, lang: str) -> None:
    quarter = Quarter(city)
    quarter.units(3)
    number = quarter.incident(address="和平区南京路与营口道交口东南角 148 号 3 号楼 2 单元")
    console = look_at(desks, city, "/", settings=json.dumps({"lang": lang}), **ZOOMED)
    console.select(number)
    expect(console.page.locator(".map-picture > canvas").first).to_be_visible()
    assert console.page.evaluate(OUT_OF_REACH) == []
    console.press("R", "Enter")
    expect(console.candidates.first).to_be_visible()
    assert console.page.evaluate(OUT_OF_REACH) == []
    console.press("Control+Enter")
    expect(console.assigned).to_have_count(1)
    assert [*console.page.evaluate(OUT_OF_REACH), *console.page.evaluate(CUT), *console.page.evaluate(CROWDED)] == []


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if screen != "wall"])
def test_in_forced_colours_the_focus_is_seen_wherever_tab_comes_to(city: City, desks: Desks, number: str, screen: str) -> None:
    console = look_at(desks, city, SCREENS[screen].format(number=number), viewport=DESK, forced_colors="active")
    unseen = []
    for _ in range(40):
        console.press("Tab")
        name, is_seen = console.page.evaluate(FOCUS)
        if not is_seen:
            unseen.append(name)
    assert unseen == []


def test_in_forced_colours_the_focus_is_seen_on_the_map(city: City, desks: Desks, number: str) -> None:
    console = look_at(desks, city, "/", viewport=DESK, forced_colors="active")
    console.row(number).click()
    console.page.locator(".map-touch").focus()
    console.press("Shift")
    assert console.page.evaluate(FOCUS)[1]


def test_the_ground_of_the_map_follows_the_palette_of_the_system_and_the_theme(city: City, desks: Desks, number: str) -> None:
    console = look_at(desks, city, "/", viewport=DESK, forced_colors="active")
    page = console.page
    expect(console.row(number)).to_be_visible()
    page.wait_for_function(GROUND_IS, arg="Canvas")
    page.emulate_media(forced_colors="none")
    page.wait_for_function(GROUND_IS, arg="var(--map-land)")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_function(GROUND_IS, arg="var(--map-land)")
    page.emulate_media(forced_colors="active")
    page.wait_for_function(GROUND_IS, arg="Canvas")


def test_in_forced_colours_the_text_of_a_chart_has_the_colour_of_text(city: City, desks: Desks, number: str) -> None:
    console = look_at(desks, city, SCREENS["statistics"], viewport=DESK, forced_colors="active")
    expect(console.page.locator(".chart svg text").first).to_be_attached()
    assert console.page.evaluate(FAINT) == []
    assert number
