"""A delta at the socket to its pixel: in the surge, and on a quiet day through the server.

From the message's arrival in the page, before the console hears it, to the end of the first frame that shows it: the row of the queue, the
cell of the board, the mark on the map; on the quiet day, the cells and the timeline of the selected incident.
"""

from __future__ import annotations

import random
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser

from bench.quiet import DELTAS_A_SECOND, quiet_city, send_commands
from bench.seat import seated
from bench.surge import SETTLE_S, WATCH, surge
from tests.browser.driver import chromium
from tools.bench import Report
from tools.server_process import ServerProcess

TRACES = 150
# Never in step with the console's own rhythm.
GAP_MS = (50, 250)
QUIET_S = 40
KINDS = {"row": "a row of the queue", "cell": "a cell of the board", "mark": "a mark on the map"}


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        with ServerProcess(Path(folder) / "surge") as server:
            trace_surge(report, browser, server)
        with ServerProcess(Path(folder) / "quiet") as server:
            hear_quiet(report, browser, server)


def trace_surge(report: Report, browser: Browser, server: ServerProcess) -> None:
    """Deltas of one kind after another among the 5,000."""
    with surge(browser, server) as console:
        page = console.page
        for turn in (0, 1):
            spot = page.evaluate("(turn) => window.benchWatch.findSpot(turn)", turn)
            assert 0 < spot["pixels"] < 1000, f"one mark stands alone at its spot: {spot}"
        took: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for turn in range(TRACES):
            for kind, found in took.items():
                found.append(page.evaluate("([kind, turn]) => window.benchWatch.trace(kind, turn)", [kind, turn]))
                page.wait_for_timeout(random.uniform(*GAP_MS))
    for kind, found in took.items():
        tell(report, f"in the surge, {KINDS[kind]}", found)


def hear_quiet(report: Report, browser: Browser, server: ServerProcess) -> None:
    """Every delta of a unit's status, and of the timeline that is looked at."""
    numbers = quiet_city(server)
    with seated(browser, server, script=WATCH.read_text("utf-8")) as console:
        console.select(numbers[0])
        console.page.wait_for_timeout(SETTLE_S * 1000)
        ended = threading.Event()
        # One note in ten is on the selected incident.
        sender = threading.Thread(target=send_commands, args=(server, numbers[:10], ended))
        sender.start()
        try:
            console.page.wait_for_timeout(QUIET_S * 1000)
        finally:
            ended.set()
            sender.join()
        heard = console.page.evaluate("window.benchWatch.heard()")
    tell(report, f"at {DELTAS_A_SECOND} deltas/s", heard)


def tell(report: Report, where: str, found: list[float]) -> None:
    """The median and the slowest of a hundred."""
    found.sort()
    report(f"a delta to its pixel {where}, median of {len(found)}", found[len(found) // 2], "ms")
    report(f"a delta to its pixel {where}, p99", found[min(len(found) - 1, int(len(found) * 0.99))], "ms", target="<= 150")
