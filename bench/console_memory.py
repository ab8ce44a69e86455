"""The memory of a console's tab over eight hours of a shift, replayed at speed.

Calls, incidents, units, alarms and notes come through the server, about as many an hour as in a city of a million; positions, one each ten
seconds of every unit, come by a link inside the page (`bench/console_fixes.js`). Somebody works at the console meanwhile: opens incidents,
writes, commands, looks back, goes to every screen. At the end of an hour all of its incidents are closed and the console stands as it stood
an hour before; then rubbish is collected and what is left is measured. BENCH_HOURS=2 is a shorter look.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import CDPSession, Page, expect

from bench.city import build_city, place, send_all
from bench.seat import seated
from tests.browser.driver import Console, chromium
from tools.bench import ROOT, Report
from tools.server_process import ServerProcess

FIXES = ROOT / "bench" / "console_fixes.js"
HOURS = int(os.environ.get("BENCH_HOURS", "8"))
UNITS, INCIDENTS = 300, 30
# Forty incidents an hour, in four groups that are worked at the same time.
GROUPS, GROUP = 4, 10
FIXES_AN_HOUR = 360
# Between the waves of a group the console is let have what came.
WAVES = 8
FIXES_A_WAVE = FIXES_AN_HOUR // (GROUPS * WAVES)
SCREENS = ("统计", "交接班", "管理", "大屏")
Command = tuple[str, dict[str, Any]]


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, ServerProcess(Path(folder)) as server:
        numbers = build_city(server, units=UNITS, incidents=INCIDENTS)
        script = f"window.benchPlan = {json.dumps({'units': UNITS})};\n{FIXES.read_text('utf-8')}"
        with seated(browser, server, script=script) as console, server.client() as client:
            devtools = console.devtools()
            devtools.send("Performance.enable")
            hours = []
            for hour in range(HOURS):
                work_an_hour(console, client, hour)
                come_to_rest(console, numbers[0])
                hours.append(held(devtools))
                print(hour + 1, hours[-1])
    first, last = hours[0], hours[-1]
    report("heap of the tab after the first hour", first.heap_mb, "MB")
    report(f"heap of the tab after {HOURS} hours", last.heap_mb, "MB")
    report(f"growth of the heap from the first hour to the {HOURS}th", grown(first.heap_mb, last.heap_mb), "%", target="<= 10")
    report("nodes of the page after the first hour", first.nodes, "nodes")
    report(f"growth of the nodes from the first hour to the {HOURS}th", grown(first.nodes, last.nodes), "%", target="<= 10")
    report(
        f"growth of the event listeners from the first hour to the {HOURS}th", grown(first.listeners, last.listeners), "%", target="<= 10"
    )


def grown(first: float, last: float) -> float:
    """In percent of the first."""
    return (last / first - 1) * 100


@dataclass(frozen=True, slots=True)
class Held:
    """What a tab holds when its rubbish is gone: JavaScript's heap with the arrays outside it, nodes (in no page, too), listeners."""

    heap_mb: float
    nodes: float
    listeners: float


def held(devtools: CDPSession) -> Held:
    # What the first collection sets free may hold more.
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")
    metrics = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    return Held((heap["usedSize"] + heap.get("backingStorageSize", 0)) / 1e6, metrics["Nodes"], metrics["JSEventListeners"])


def come_to_rest(console: Console, number: str) -> None:
    """The screen as at the end of every hour: dispatch, this incident, nothing open, the last message gone."""
    console.press("q", "Home", "/")
    console.write(f"go {number}")
    console.press("Enter")
    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
    expect(console.page.locator(".queue [role='option']:has(.q-gone)")).to_have_count(0)
    expect(console.page.locator(".msgs .msg")).to_have_count(0)
    # React keeps what it drew last beside what it draws now: twice around, nothing of the hour is left there.
    for _ in range(2):
        console.press("b", "q", ".")


def work_an_hour(console: Console, client: httpx.Client, hour: int) -> None:
    """The city's hour in waves; between them, what the operator does."""
    acts = operate(console)
    for group in range(GROUPS):
        for wave in waves(client, hour * GROUPS + group):
            wave()
            console.page.evaluate("(count) => window.benchFixes(count)", FIXES_A_WAVE)
            next(acts, None)
    for _ in acts:
        pass


def waves(client: httpx.Client, group: int) -> list[Callable[[], object]]:
    """The life of a group of incidents, and of as many alarms."""
    opened: list[str] = []
    alarms: list[str] = []
    at = [group * GROUP + index for index in range(GROUP)]
    units = [[f"X{(one * 2 + side) % UNITS:05d}" for side in (0, 1)] for one in at]

    def send(commands: list[Command]) -> list[dict[str, Any]]:
        return send_all(client, commands)

    def open_them() -> None:
        calls = send([("take_call", {"source": "119", "place": place(one), "description": f"浓烟 {one}"}) for one in at])
        where = [{"incident_type": "dwelling_fire", "place": place(one), "address": f"解放路{one}号", "district": "heping"} for one in at]
        told = send([("open_incident", {**here, "call": call["call"]}) for here, call in zip(where, calls, strict=True)])
        opened.extend(one["incident"] for one in told)

    def raise_them() -> None:
        body = {"condition": "high", "priority": 2, "value": 30, "limit": 20, "zh": "燃气浓度高", "en": "Gas high", "district": "heping"}
        told = send([("raise_alarm", {**body, "sensor": f"GAS-{one}", "place": place(one)}) for one in at[:3]])
        alarms.extend(one["alarm"] for one in told)

    def step(name: str) -> list[Command]:
        pairs = [(number, unit) for number, both in zip(opened, units, strict=True) for unit in both]
        return [("step_assignment", {"assignment": f"{number}/{unit}/1", "step": name}) for number, unit in pairs]

    def note(text: str) -> list[Command]:
        return [("add_note", {"incident": number, "text": f"{text} {number}"}) for number in opened]

    made: list[Callable[[], object]] = [
        open_them,
        raise_them,
        lambda: send([("dispatch_units", {"incident": number, "units": both}) for number, both in zip(opened, units, strict=True)]),
        lambda: send(step("en_route") + [("acknowledge_alarm", {"alarm": alarm}) for alarm in alarms]),
        lambda: send(note("二楼有烟")),
        lambda: send(step("on_scene")),
        lambda: send(note("已控制") + [("return_alarm_to_normal", {"alarm": alarm}) for alarm in alarms]),
        lambda: send([("close_incident", {"incident": number, "disposition": "handled"}) for number in opened]),
    ]
    assert len(made) == WAVES, "an hour has as many waves as its fixes are shared among."
    return made


def operate(console: Console) -> Iterator[None]:
    """One act after another, each back at the dispatch screen when it is done."""
    page = console.page
    yield
    for turn in range(4):
        console.press("q", "ArrowDown", "ArrowDown" if turn % 2 else "ArrowUp", "Enter")
        yield
        console.press("n")
        console.write(f"caller says the door is locked {turn}")
        console.press("Enter")
        expect(console.note).to_have_value("")
        console.press("Escape")
        yield
        console.press("r", "Enter", "Escape", "l", "ArrowDown", "b", "ArrowRight", "ArrowDown", "q")
        yield
        console.press("F2")
        console.write("nanjing")
        console.press("Escape", "Escape")
        expect(console.intake).to_have_count(0)
        console.press("/")
        console.write("X000")
        console.press("Escape", "F1")
        expect(page.get_by_role("dialog")).to_be_visible()
        console.press("Escape")
        yield
        look_back(console)
        yield
        go_round(page)
        yield


def look_back(console: Console) -> None:
    """To a minute ago, some steps on and back, and to the present again."""
    console.press("F3")
    expect(console.page.locator(".then-band")).to_be_visible()
    expect(console.page.get_by_role("slider")).to_be_focused()
    console.press("ArrowLeft", ",", ",", ",", ".", ".")
    expect(console.page.locator(".then-band")).not_to_contain_text("正在取")
    console.press("Escape")
    expect(console.page.locator(".then-band")).to_have_count(0)


def go_round(page: Page) -> None:
    """To every screen and back, and to the record of the selected incident."""
    for screen in SCREENS:
        page.keyboard.press("F4")
        page.get_by_role("menuitem", name=screen).press("Enter")
        expect(page.locator(".screen:not([data-screen='dispatch'])")).to_be_visible()
        page.go_back()
        expect(page.locator(".queue")).to_be_visible()
    page.keyboard.press("q")
    page.keyboard.press("v")
    expect(page.locator(".screen[data-screen='incident']")).to_be_visible()
    page.go_back()
    expect(page.locator(".queue")).to_be_visible()
    expect(page.locator(".map-ground[data-ground='drawn']")).to_be_visible()
