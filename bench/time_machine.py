"""The time machine on a month of facts: to any time, one step, a month's density; at the interface and in a real Chromium.

By both clocks. A step in the browser is measured from the key to the drawn sentence of the event; the steps are held beforehand, as the
console holds them. BENCH_FACTS=1500000 measures the whole month.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from bench.month import BEGAN, write_month
from projections import CATALOGUE
from streams.fact_store import FactStore
from streams.projector import Projector
from streams.view_store import ViewStore
from tests.browser.driver import DESK, Console, chromium, sign_in_by_request
from tests.server_fixture import City, city_of
from tools.bench import Report
from tools.server_process import ServerProcess

FACTS = int(os.environ.get("BENCH_FACTS", "300000"))
UNITS = 2_000
MONTH = timedelta(days=30)
TIMES = 100
STEPS = 40
VIEWS = ("catalogue", "incident_board", "call_board", "unit_status", "alarm_board", "unit_position")
# From the key to the next picture that shows the event: what the person at the console waits for.
STEP = """async () => {
  const line = document.querySelector('.tm-event');
  const began = performance.now();
  const told = new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); requestAnimationFrame(() => done(performance.now() - began)); });
    watch.observe(line, { childList: true, subtree: true, characterData: true });
  });
  window.dispatchEvent(new KeyboardEvent('keydown', { key: KEY, code: CODE, bubbles: true }));
  return await told;
}"""


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_month(directory / "facts.db", facts=FACTS, units=UNITS, is_told_late=True)
        facts, views = FactStore(directory / "facts.db"), ViewStore(directory / "views.db")
        Projector(facts, views, CATALOGUE, lambda _published: None).catch_up()
        views.close()
        facts.close()
        measure(report, directory)


def measure(report: Report, directory: Path) -> None:
    """All rows, on a directory that holds a month."""
    size = sum(path.stat().st_size for path in directory.glob("views.db*"))
    report("views, keyframes and what rests beside them, on disk", size / 1e6, "MB")
    with ServerProcess(directory) as server, city_of(server) as city:
        for clock in ("recorded", "occurred"):
            seconds = sorted(_window(city.api.client, clock, steps=20) for _ in range(TIMES))
            report(f"all views as of any time, {clock}, median", seconds[TIMES // 2], "s")
            report(f"all views as of any time, {clock}, p99", seconds[-2], "s", target="<= 1")
            report(f"all views as of any time, {clock}, worst", seconds[-1], "s", target="<= 1")
            ahead = sorted(_window(city.api.client, clock, steps=300, picture=False) for _ in range(TIMES // 5))
            report(f"the next steps from any time on, {clock}, worst", ahead[-1], "s", target="<= 1")
        since, until = BEGAN.isoformat(), (BEGAN + MONTH).isoformat()
        density = _seconds(lambda: city.api.get("/api/history/density", since=since, until=until, bins=240))
        report("density of the month", density, "s", target="<= 1")
        _in_the_browser(report, city)


def _any_time() -> str:
    return (BEGAN + random.random() * MONTH).isoformat()


def _window(client: httpx.Client, clock: str, *, steps: int, picture: bool = True) -> float:
    query: dict[str, Any] = {"view": VIEWS, "as_of": _any_time(), "clock": clock, "steps": steps, "picture": picture}
    return _seconds(lambda: client.get("/api/history/window", params=query).raise_for_status())


def _in_the_browser(report: Report, city: City) -> None:
    account, password = city.person("dispatcher", "commander")
    with chromium() as browser:
        context = browser.new_context(viewport=DESK)
        sign_in_by_request(context, city.server.base_url, account, password)
        console = Console(context.new_page(), city.server.base_url).open().ready()
        page = console.page
        console.press("F3")
        jumps = [_jump(console, f"{BEGAN + random.random() * MONTH:%Y-%m-%d %H:%M:%S}") for _ in range(10)]
        report("the screen as of any time, from Enter to the picture, worst of 10", max(jumps), "s", target="<= 2")
        for name, key, code in (("on", ".", "Period"), ("back", ",", "Comma")):
            steps = sorted(_step(page, key, code) for _ in range(STEPS))
            report(f"one step {name}, from the key to the drawn sentence, p95", steps[int(0.95 * STEPS)], "ms", target="<= 100")
            report(f"one step {name}, worst of {STEPS}", steps[-1], "ms")
        context.close()


def _jump(console: Console, typed: str) -> float:
    console.press("F3")
    console.page.keyboard.type(typed)
    began = time.perf_counter()
    console.press("Enter")
    expect(console.page.locator(".then-band .then-dim")).to_have_count(0)
    return time.perf_counter() - began


def _step(page: Page, key: str, code: str) -> float:
    elapsed: float = page.evaluate(STEP.replace("KEY", repr(key)).replace("CODE", repr(code)))
    return elapsed


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
