"""A key press to its answer on the screen, in the surge, while a hand moves the map.

The keys are Chromium's own input events. Each is timed from the browser's time of the event to the end of the frame that shows what the key
is for: another incident in the panel, the letter in its field with what Enter would do, the focus where the key leads. Beside it stands the
browser's own event timing, which ends when the frame is presented and is rounded to 8 ms.
"""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Page

from bench.surge import moving_map, surge
from tests.browser.driver import chromium
from tools.bench import Report
from tools.server_process import ServerProcess

ROUNDS = 20
# An operator's hand; never in step with the console's own rhythm.
GAP_MS = (60, 180)
# What the browser does not tell took less.
TIMED_MS_MIN = 16


def run(report: Report) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        ServerProcess(Path(folder)) as server,
        surge(browser, server) as console,
    ):
        hand = Hand(console.page)
        with moving_map(console.page):
            work(hand)
        # While a button is held the browser keeps its timings back.
        console.page.wait_for_timeout(1000)
        timed: list[tuple[float, float]] = console.page.evaluate("window.benchWatch.timed()")
    every = sorted(one for of_kind in hand.answered.values() for one in of_kind)
    for kind, answered in hand.answered.items():
        answered.sort()
        report(f"{kind}, median of {len(answered)}", median(answered), "ms")
        report(f"{kind}, worst", answered[-1], "ms")
    report(f"a key to its answer on the screen, p99 of {len(every)}", p99(every), "ms", target="<= 50")
    told = [duration for at, duration in timed if at >= hand.began_ms]
    presented = sorted(told + [TIMED_MS_MIN] * (hand.pressed - len(told)))
    report(f"a key to the presented frame (the browser's event timing), p99 of {len(presented)}", p99(presented), "ms", target="<= 50")


def median(ordered: list[float]) -> float:
    return ordered[len(ordered) // 2]


def p99(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


class Hand:
    """Presses a key and waits for what it has to show."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answered: dict[str, list[float]] = defaultdict(list)
        self.pressed = 0
        self.began_ms: float = page.evaluate("performance.now()")

    def press(self, key: str, kind: str, shows: str, wanted: str = "") -> None:
        """One press, and the time until what it `shows` is there."""
        self.page.evaluate("([shows, wanted]) => window.benchWatch.await(shows, wanted)", [shows, wanted])
        self.page.keyboard.press(key)
        self.pressed += 1
        self.answered[kind].append(self.page.evaluate("window.benchWatch.answered()"))
        self.page.wait_for_timeout(random.uniform(*GAP_MS))

    def write(self, text: str, kind: str, shows: str) -> None:
        """Letter by letter into a field that was empty."""
        for index, letter in enumerate(text):
            self.press("Space" if letter == " " else letter, kind, shows, text[: index + 1])


def work(hand: Hand) -> None:
    """Through the queue, a note on what is found there, a command, and round the panels; again and again."""
    for turn in range(ROUNDS):
        hand.press("q", "focus by a letter", "focused", "[data-pane=queue]")
        for _ in range(4):
            hand.press("ArrowDown", "an arrow in the queue, the incident opened", "opened")
        hand.press("ArrowUp", "an arrow in the queue, the incident opened", "opened")
        hand.press("Enter", "focus by a letter", "focused", "[data-area=incident]")
        hand.press("n", "focus by a letter", "focused", "[data-pane=note]")
        hand.write("smoke", "a letter into a note", "written")
        hand.press("Escape", "focus by a letter", "focused", "[data-pane=queue]")
        hand.press("/", "focus by a letter", "focused", "[data-pane=command]")
        hand.write(f"go {1000 + turn * 37}", "a letter into the command bar", "read")
        hand.press("Enter", "an incident opened by command", "opened")
        hand.press("l", "focus by a letter", "focused", "[data-area=alarms]")
        hand.press("b", "focus by a letter", "focused", "[data-area=board]")
        hand.press("ArrowRight", "an arrow on the board", "focused", "[data-area=board] [aria-selected]")
