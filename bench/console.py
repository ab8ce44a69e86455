"""The console in a real Chromium: accessibility, strokes, and what its main thread does on a quiet day and in the surge.

Everything is a real page of the real server; in the surge (`bench/surge.py`) the page's live link is a stand-in.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.quiet import DELTAS_A_SECOND as QUIET_DELTAS_A_SECOND
from bench.quiet import quiet_city, send_commands
from bench.seat import seated, sign_in
from bench.surge import INCIDENTS, SETTLE_S, UNITS, WANTED, moving_map, surge
from tests.browser.driver import Console, chromium
from tests.browser.path import (
    DISPATCH_STROKES_MAX,
    PATH_STROKES_MAX,
    STEP_STROKES_MAX,
    dispatch_by_command,
    from_intake_to_close,
    step_by_command,
)
from tests.browser.states import STATES, busy_number, walk_states
from tests.browser.streets import lay_out_streets
from tests.server_fixture import City, city_of, server_of
from tools.bench import Report
from tools.server_process import ServerProcess

WINDOW_S = 15


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        with server_of(Path(folder) / "streets") as server, city_of(server) as city:
            lay_out_streets(city.api)
            count_strokes(report, browser, city)
            for theme in ("dark", "light"):
                look_with_axe(report, browser, city, theme)
        with ServerProcess(Path(folder) / "quiet") as server:
            measure_quiet(report, browser, server)
        with ServerProcess(Path(folder) / "surge") as server:
            measure_surge(report, browser, server)


def count_strokes(report: Report, browser: Browser, city: City) -> None:
    """The whole path by keyboard, and the two acts of the command bar, as `tests/browser` proves them."""
    units = tuple(city.unit("engine", lon=117.1778 + by, lat=39.1387) for by in (0.004, 0.008))
    first = city.incident("house_fire", lon=117.1778, lat=39.1387, address="鼓楼东街 3 号")
    with seated(browser, city.server) as console:
        console.strokes = 0
        from_intake_to_close(console, duplicate=first, units=(units[0], units[1]))
        report("strokes from intake to close, two units en route and on scene", console.strokes, "strokes", target=f"<= {PATH_STROKES_MAX}")
        target = f"<= {DISPATCH_STROKES_MAX}"
        console.strokes = 0
        dispatch_by_command(console, unit=units[0], incident=first)
        report("strokes of a dispatch by command, a unit to an incident by its number", console.strokes, "strokes", target=target)
        target = f"<= {STEP_STROKES_MAX}"
        for step, typed in (("出动", "e"), ("到场", "")):
            console.strokes = 0
            step_by_command(console, unit=units[0], typed=typed, told=step)
            how = "a step by its first letter" if typed else "the next step"
            report(f"strokes of a status step by command, {how}", console.strokes, "strokes", target=target)


def look_with_axe(report: Report, browser: Browser, city: City, theme: str) -> None:
    """Violations in all states, in both languages."""
    number = busy_number(city)
    found: list[str] = []
    for lang in ("zh", "en"):
        with seated(browser, city.server, settings={"theme": theme, "lang": lang}, is_signed_in=False) as console:

            def enter(console: Console = console) -> Console:
                sign_in(console, city.server)
                return console.open().ready()

            found += [f"{state}: {told}" for state, all_told in walk_states(console, enter, number) for told in all_told]
    for one in found:
        print(one)
    report(f"axe violations, {theme}, {len(STATES)} states in two languages", len(found), "violations", target="<= 0")


def measure_quiet(report: Report, browser: Browser, server: ServerProcess) -> None:
    """A working day: ten commands a second by others, each a delta for this console."""
    numbers = quiet_city(server)
    with seated(browser, server) as console:
        console.page.wait_for_timeout(SETTLE_S * 1000)
        still = busy_share(console.page)
        ended = threading.Event()
        sender = threading.Thread(target=send_commands, args=(server, numbers, ended))
        sender.start()
        try:
            console.page.wait_for_timeout(1000)
            share = busy_share(console.page)
        finally:
            ended.set()
            sender.join()
    report("main thread with nothing coming in", still * 100, "%")
    report(f"main thread at {QUIET_DELTAS_A_SECOND} deltas/s (through the server)", share * 100, "%", target="<= 15")


def measure_surge(report: Report, browser: Browser, server: ServerProcess) -> None:
    """The whole city at the rate at which its fleet moves: with the map at rest, and while a hand moves it."""
    with surge(browser, server) as console:
        page = console.page
        before, began = page.evaluate("window.benchLink.sent()"), time.monotonic()
        still = frames_a_second(page)
        rate = (page.evaluate("window.benchLink.sent()") - before) / (time.monotonic() - began)
        share = busy_share(page)
        with moving_map(page):
            moving = frames_a_second(page)
            share_moving = busy_share(page)
    there = f"{WANTED:,} deltas/s, {INCIDENTS:,} incidents, {UNITS:,} units"
    report("deltas that reached the console (stand-in link in the page)", rate, "deltas/s", target=f">= {0.95 * WANTED:.0f}")
    report(f"frames at {there}, the units moving", still, "frames/s", target=">= 50")
    report(f"frames at {there}, the map moving", moving, "frames/s", target=">= 50")
    report("main thread in that state, the stand-in included, the units moving", share * 100, "%")
    report("main thread in that state, the stand-in included, the map moving", share_moving * 100, "%")


def busy_share(page: Page) -> float:
    """The processor time of the page's main thread over the window, as a share of it: what neighbours on the cores take is not counted."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_s() -> float:
        return float({one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}["TaskDuration"])

    began, before = time.monotonic(), busy_s()
    page.wait_for_timeout(WINDOW_S * 1000)
    share = (busy_s() - before) / (time.monotonic() - began)
    devtools.detach()
    return share


def frames_a_second(page: Page) -> float:
    """How many frames the page draws. Counting them asks for each: the share of the main thread is measured at another time."""
    page.evaluate("window.framesSeen = 0; (function next() { window.framesSeen += 1; window.frame = requestAnimationFrame(next); })()")
    before = page.evaluate("[window.framesSeen, performance.now()]")
    page.wait_for_timeout(WINDOW_S * 1000)
    after = page.evaluate("cancelAnimationFrame(window.frame); [window.framesSeen, performance.now()]")
    return float((after[0] - before[0]) / (after[1] - before[1]) * 1000)
