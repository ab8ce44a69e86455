"""The console in a real Chromium: accessibility, weight, strokes, and what its main thread does under load.

Everything is a real page of the real server. 10 deltas a second come through the server too, as commands of the interface. At 5,000 deltas
a second the server and the load client would have to share the two cores with the browser that is measured: there the page's live link is
a stand-in (`bench/console_link.js`) that speaks the protocol inside the page, on the same thread, with documents of the server's own shape.
"""

from __future__ import annotations

import gzip
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from bench.city import build_city, place
from tests.browser.driver import DESK, Console, chromium, sign_in_by_request
from tests.browser.path import PATH_STROKES_MAX, from_intake_to_close
from tests.browser.states import STATES, busy_number, walk_states
from tests.browser.streets import lay_out_streets
from tests.server_fixture import City, a_key, city_of, now, server_of
from tools.bench import ROOT, Report
from tools.server_process import ServerProcess

ASSETS = ROOT / "command_ui" / "console_build" / "assets"
LINK = ROOT / "bench" / "console_link.js"

QUIET_UNITS, QUIET_INCIDENTS = 500, 200
QUIET_DELTAS_A_SECOND = 10
CITY_UNITS, CITY_INCIDENTS = 18_000, 2_000
# What a fleet of 18,000 sends (3,600 fixes a second), and incidents and statuses on top of it.
DELTAS_A_SECOND = {"unit_position": 3_600, "incident_board": 1_000, "unit_status": 400}
# The incidents of that city are the stand-in's: the server has no recommendation for them.
NO_RECOMMENDATION = r"404.*/api/incidents/.*/recommendation$"
# The picture settles first: snapshots are drawn, fonts and the map's ground are there.
SETTLE_S = 4
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
        with ServerProcess(Path(folder) / "city") as server:
            measure_city(report, browser, server)


def weigh(report: Report, page: Page) -> None:
    """The JavaScript that a browser has fetched for this page, without the map's library and its worker; and that of all screens."""
    fetched = page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname.split('/').pop())")
    own = {
        path.name: len(gzip.compress(path.read_bytes(), 9)) / 1e3 for path in ASSETS.glob("*.js") if not path.name.startswith("maplibre")
    }
    here = {name: size for name, size in own.items() if name in fetched}
    assert here, f"the page fetches its scripts by their names; it fetched {fetched}"
    report("JavaScript of the dispatch screen without the map's library, gzip", sum(here.values()), "kB", target="<= 250")
    report("JavaScript of every screen without the map's library, gzip", sum(own.values()), "kB")


def count_strokes(report: Report, browser: Browser, city: City) -> None:
    """The whole path by keyboard, as `tests/browser` proves it."""
    units = tuple(city.unit("engine", lon=117.1778 + by, lat=39.1387) for by in (0.004, 0.008))
    first = city.incident("house_fire", lon=117.1778, lat=39.1387, address="鼓楼东街 3 号")
    with seated(browser, city.server) as console:
        console.strokes = 0
        from_intake_to_close(console, duplicate=first, units=(units[0], units[1]))
        report("strokes from intake to close, two units en route and on scene", console.strokes, "strokes", target=f"<= {PATH_STROKES_MAX}")


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
    numbers = build_city(server, units=QUIET_UNITS, incidents=QUIET_INCIDENTS)
    with server.client() as client:
        fixes = [{"unit": f"X{index:05d}", **place(index), "at": now().isoformat()} for index in range(QUIET_UNITS)]
        client.post("/api/intake/positions", json={"source": "avl", "fixes": fixes}).raise_for_status()
    with seated(browser, server) as console:
        console.page.wait_for_timeout(SETTLE_S * 1000)
        weigh(report, console.page)
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


def send_commands(server: ServerProcess, numbers: list[str], ended: threading.Event) -> None:
    """Notes and changes of status in turn, at a steady rate."""
    with server.client() as client:
        begun, sent = time.monotonic(), 0
        while not ended.wait(max(0.0, begun + sent / QUIET_DELTAS_A_SECOND - time.monotonic())):
            unit = f"X{sent // 4 % QUIET_UNITS:05d}"
            commands: list[tuple[str, dict[str, Any]]] = [
                ("add_note", {"incident": numbers[sent % len(numbers)], "text": f"note {sent}"}),
                ("put_out_of_service", {"unit": unit, "reason": "检修"}),
                ("add_note", {"incident": numbers[sent % len(numbers)], "text": f"note {sent}"}),
                ("return_to_service", {"unit": unit}),
            ]
            name, body = commands[sent % 4]
            answer = client.post(f"/api/commands/{name}", json=body, headers={"Idempotency-Key": a_key()})
            assert answer.is_success, answer.text
            sent += 1


def measure_city(report: Report, browser: Browser, server: ServerProcess) -> None:
    """A city of 18,000 units and 2,000 open incidents, at the rate at which its whole fleet moves."""
    [number] = build_city(server, units=1, incidents=1)
    with server.client() as client:
        shapes = {view: document_of(client, view, key) for view, key in (("incident_board", number), ("unit_status", "X00000"))}
    plan = {"shapes": shapes, "units": CITY_UNITS, "incidents": CITY_INCIDENTS, "deltas": DELTAS_A_SECOND}
    script = f"window.benchPlan = {json.dumps(plan)};\n{LINK.read_text('utf-8')}"
    with seated(browser, server, script=script, announced=(NO_RECOMMENDATION,)) as console:
        expect(console.page.locator(".q-sub b").first).to_have_text(str(CITY_INCIDENTS))
        # The whole city on the map: every unit that moves is drawn.
        console.page.locator(".mid").get_by_role("button", name="全市", exact=True).click()
        console.page.wait_for_timeout(SETTLE_S * 1000)
        console.page.evaluate("window.benchLink.begin()")
        console.page.wait_for_timeout(1000)
        before, began = console.page.evaluate("window.benchLink.sent()"), time.monotonic()
        frames = frames_a_second(console.page)
        rate = (console.page.evaluate("window.benchLink.sent()") - before) / (time.monotonic() - began)
        share = busy_share(console.page)
    wanted = sum(DELTAS_A_SECOND.values())
    report("deltas that reached the console (stand-in link in the page)", rate, "deltas/s", target=f">= {0.95 * wanted:.0f}")
    report(f"frames at {wanted:,} deltas/s, {CITY_INCIDENTS:,} incidents, {CITY_UNITS:,} units", frames, "frames/s", target=">= 50")
    report("main thread in that state, the stand-in included", share * 100, "%")


def document_of(client: httpx.Client, view: str, key: str) -> dict[str, Any]:
    answer = client.get(f"/api/views/{view}/{key}")
    assert answer.is_success, answer.text
    document: dict[str, Any] = answer.json()["document"]
    return document


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


@contextmanager
def seated(
    browser: Browser,
    server: ServerProcess,
    *,
    settings: dict[str, object] | None = None,
    script: str = "",
    is_signed_in: bool = True,
    announced: tuple[str, ...] = (),
) -> Iterator[Console]:
    """A console of the administrator; a fault of the console ends the benchmark."""
    context = browser.new_context(viewport=DESK)
    context.add_init_script(f"localStorage.setItem('drumtower.settings', '{json.dumps(settings or {})}');\n{script}")
    console = Console(context.new_page(), server.base_url)
    console.will_complain(*announced)
    try:
        if is_signed_in:
            sign_in(console, server)
            console.open().ready()
        yield console
        assert console.faults == [], console.faults
    finally:
        context.close()


def sign_in(console: Console, server: ServerProcess) -> None:
    """As the administrator, whose first password is changed at the first sign-in."""
    sign_in_by_request(console.page.context, server.base_url, "admin", server.admin_password)
    if not server.admin_password.endswith("!"):
        server.admin_password += "!"
