"""At the three sizes of the trade, and with larger text, nothing lies outside the screen and nothing that names a thing is cut."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.driver import Console
from tests.browser.streets import Quarter
from tests.server_fixture import City, code, now

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


# Every size at which somebody works, 200 % zoom of a wide screen among them, and the settings that make words and letters larger.
SIZES = ((960, 540), (1280, 720), (1366, 768), (1920, 1080))
LARGER: tuple[dict[str, object], ...] = ({}, {"lang": "en"}, {"text_percent": 130}, {"lang": "en", "text_percent": 130, "theme": "light"})
LARGER_NAMES = ("Chinese", "English", "Chinese at 130 %", "English at 130 %")

# What an element of the intake shows of itself: within the window, within what scrolls it, and on top.
UNSEEN = """(e) => {
  const r = e.getBoundingClientRect();
  const name = e.dataset.field || e.id || e.className || e.textContent;
  if (r.width < 2 || r.height < 2) return `no size: ${name}`;
  for (let p = e.parentElement; p; p = p.parentElement) {
    if (e.closest('[popover]') && p.matches('.in-form')) break;
    if (getComputedStyle(p).overflowY === 'visible') continue;
    const box = p.getBoundingClientRect();
    if (r.top < box.top - 1 || r.bottom > box.bottom + 1) return `cut: ${name} in ${p.className}`;
  }
  const at = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
  // What the console says passes in seconds.
  return at && (e.contains(at) || at.contains(e) || at.closest('.msgs')) ? null : `covered or outside: ${name}`;
}"""
# What of the form is drawn beyond the box: it would float over the board.
SPILT = """() => {
  const box = document.querySelector('.intake').getBoundingClientRect();
  const clips = (e) => e.closest('.in-form') !== null && getComputedStyle(e.closest('.in-form')).overflowY !== 'visible';
  return [...document.querySelectorAll('.intake :is(input, select, .btn, .rad, label, h3)')]
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, r]) => r.height && (r.right > box.right + 1 || (r.bottom > box.bottom + 1 && !clips(e))))
    .map(([e]) => `spilt: ${e.dataset.field || e.id || e.className}`);
}"""


@pytest.mark.parametrize("settings", LARGER, ids=LARGER_NAMES)
def test_a_filled_intake_keeps_its_act_and_its_duplicates_in_view(city: City, sit: Sit, settings: dict[str, object]) -> None:
    quarter = Quarter(city)
    three = [
        {"zh": zh, "en": en} for zh, en in (("有人被困", "Anybody trapped"), ("可见明火", "Open flames"), ("高层(>8层)", "A high-rise"))
    ]
    kind = code("great_").lower()
    city.api.answer(
        "define_incident_type",
        incident_type=kind,
        zh=f"大楼{kind}",
        en=kind,
        category="accident",
        priority=1,
        agency="fire",
        questions=three,
    )
    for index in range(9):
        quarter.incident(kind, address=f"和平区南京路 {index} 号")
    console = sit(settings=json.dumps(settings))
    page, intake = console.page, console.intake
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        state = f"{width}x{height}"
        console.press("F2")
        expect(intake.locator("[data-field='place']")).to_be_focused()
        console.write(f"{quarter.lon:.5f},{quarter.lat:.5f}")
        expect(console.suggestions.first).to_be_visible()
        console.press("Enter")
        console.write(kind)
        option = console.suggestions.filter(has_text=kind).first
        expect(option).to_be_visible()
        assert option.evaluate(UNSEEN) is None, state
        console.press("Enter")
        expect(intake.get_by_role("radio").first).to_be_focused()
        expect(intake.locator(".dup")).to_have_count(9)
        always = (intake.locator(".intake-h .primary"), intake.locator(".in-dup h3"), intake.locator(".dup").first)
        seen = [one.evaluate(UNSEEN) for one in always]
        for field in ("place", "incident_type", "description", "caller_number", "caller_name", "address", "district"):
            place = intake.locator(f"[data-field='{field}']")
            place.focus()
            seen += [place.evaluate(UNSEEN), *page.evaluate(SPILT), *(one.evaluate(UNSEEN) for one in always)]
        assert [one for one in seen if one] == [], state
        console.press("Alt+n", "Escape")
        expect(intake).to_have_count(0)


# Times, steps and heads of the table of units, and the head of the panel: what is wider than its place, or lies over its neighbour.
CROWDED = """() => {
  const drawn = (e) => { const range = document.createRange(); range.selectNodeContents(e); return range.getBoundingClientRect(); };
  const cells = [...document.querySelectorAll("[data-part='assigned'] :is(.td, .th th)")];
  const wide = cells.map((e) => [e, drawn(e), e.getBoundingClientRect()]).filter(([, p, q]) => p.right > q.right + 1 || p.left < q.left - 1)
    .map(([e]) => e).map((e) => `wider than its cell: ${e.textContent}`);
  const over = (these) => these.flatMap((a, index) => these.slice(index + 1).filter((b) => {
    const [p, q] = [drawn(a), drawn(b)];
    return p.width && q.width && p.left < q.right && q.left < p.right && p.top < q.bottom - 1 && q.top < p.bottom - 1;
  }).map((b) => `${a.textContent} over ${b.textContent}`));
  const near = cells.flatMap((a) => cells.filter((b) => {
    const [p, q] = [drawn(a), drawn(b)];
    return a !== b && p.width && q.width && q.left >= p.left && q.left < p.right + 2.5 && p.top < q.bottom && q.top < p.bottom;
  }).map((b) => `no room between ${a.textContent} and ${b.textContent}`));
  return [...wide, ...near, ...over([...document.querySelectorAll('.i-head :is(h2, p > *, .timer b, .timer > span)')])];
}"""


@pytest.mark.parametrize("settings", LARGER, ids=LARGER_NAMES)
def test_step_times_and_the_head_of_an_incident_have_room(city: City, sit: Sit, settings: dict[str, object]) -> None:
    quarter = Quarter(city)

    def ago(seconds: int) -> str:
        return (now() - timedelta(seconds=seconds)).isoformat()

    pending = quarter.incident(priority=1)
    incidents = {}
    for name, steps in (("at the scene", 3), ("on the way", 4), ("there", 5)):
        first, second = quarter.units(1)[0], city.unit("als", lon=quarter.lon, lat=quarter.lat)
        number = incidents[name] = quarter.incident(occurred_at=ago(1_500))
        city.api.send("dispatch_units", incident=number, units=[first, second], occurred_at=ago(1_400))
        city.api.send("step_assignment", assignment=f"{number}/{first}/1", step="on_scene")
        for index, step in enumerate(("acknowledged", "en_route", "on_scene", "transporting", "at_destination")[:steps]):
            city.api.send("step_assignment", assignment=f"{number}/{second}/1", step=step, occurred_at=ago(1_300 - 100 * index))
    console = sit(settings=json.dumps(settings))
    for name, number in {"pending": pending, **incidents}.items():
        console.page.set_viewport_size({"width": 1920, "height": 1080})
        console.select(number)
        expect(console.assigned).to_have_count(0 if number == pending else 2)
        for width, height in (*SIZES[1:], (2560, 1440)):
            console.page.set_viewport_size({"width": width, "height": height})
            assert console.page.evaluate(CROWDED) == [], f"{name}, {width}x{height}"
    late = console.assigned.last.locator(".st-t[data-late]")
    expect(late).to_have_count(6)
    for one in late.all():
        told = (one.get_attribute("title") or "").split()[-1].removeprefix("补录于")
        expect(one.locator(".st-l")).to_contain_text(told.strip()[:5])
