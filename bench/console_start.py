"""A console's first useful picture from a cold cache, and what it weighs.

A Chromium is started anew for every round, its profile and its cache empty; the operator is signed in. From the start of the navigation to
the end of the frame that shows the queue with its incidents, and to the one that shows the map too: ground, incidents and units.
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from bench.quiet import INCIDENTS, UNITS, quiet_city
from bench.seat import seated
from bench.surge import WATCH
from tests.browser.driver import chromium
from tools.bench import ROOT, Report
from tools.server_process import ServerProcess

ASSETS = ROOT / "command_ui" / "console_build" / "assets"
ROUNDS = 7


def run(report: Report) -> None:
    queue, picture = [], []
    weight: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder)) as server:
        quiet_city(server)
        for _ in range(ROUNDS):
            with chromium() as browser, seated(browser, server, script=WATCH.read_text("utf-8")) as console:
                shown = console.page.evaluate("window.benchWatch.first()")
                queue.append(shown["queue"] / 1000)
                picture.append(shown["map"] / 1000)
                weight = weigh(console.page)
    told = f"{INCIDENTS} incidents, {UNITS} units"
    report(f"from a cold cache to the queue with its incidents, median of {ROUNDS} ({told})", statistics.median(queue), "s", target="<= 2")
    report("and to the map with its ground, incidents and units, median", statistics.median(picture), "s", target="<= 2")
    report("and to that, best", min(picture), "s")
    report("and to that, worst", max(picture), "s")
    report("JavaScript of the dispatch screen without the map's library, gzip", sum(weight.values()), "kB", target="<= 250")
    every = sum(map(zipped_kb, scripts()))
    report("JavaScript of every screen without the map's library, gzip", every, "kB")


def weigh(page: Page) -> dict[str, float]:
    """The scripts that a browser has fetched for this page, without the map's library and its worker, in kB."""
    fetched = page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname.split('/').pop())")
    here = {path.name: zipped_kb(path) for path in scripts() if path.name in fetched}
    assert here, f"the page fetches its scripts by their names; it fetched {fetched}"
    return here


def scripts() -> list[Path]:
    """Every script of the console but the map's library."""
    return [path for path in ASSETS.glob("*.js") if not path.name.startswith("maplibre")]


def zipped_kb(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 9)) / 1e3
