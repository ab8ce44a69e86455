"""The surge: 2,000 open incidents, 18,000 units, 5,000 deltas a second, and a hand that moves the map.

At that rate the server and a load client would have to share the two cores with the browser that is measured: the page's live link is a
stand-in (`bench/console_link.js`) that speaks the protocol inside the page, on the same thread, with documents of the server's own shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from bench.city import build_city
from bench.seat import document_of, seated
from tests.browser.driver import Console
from tools.bench import ROOT
from tools.server_process import ServerProcess

LINK = ROOT / "bench" / "console_link.js"
WATCH = ROOT / "bench" / "console_watch.js"

UNITS, INCIDENTS = 18_000, 2_000
# What a fleet of 18,000 sends (3,600 fixes a second), and incidents and statuses on top of it.
DELTAS_A_SECOND = {"unit_position": 3_600, "incident_board": 1_000, "unit_status": 400}
WANTED = sum(DELTAS_A_SECOND.values())
# The incidents of that city are the stand-in's: the server has no recommendation for them.
NO_RECOMMENDATION = r"404.*/api/incidents/.*/recommendation$"
# The picture settles first: snapshots are drawn, fonts and the map's ground are there.
SETTLE_S = 4


@contextmanager
def surge(browser: Browser, server: ServerProcess) -> Iterator[Console]:
    """A console of the whole city on the map, every unit of it drawn, while the deltas come."""
    [number] = build_city(server, units=1, incidents=1)
    with server.client() as client:
        shapes = {view: document_of(client, view, key) for view, key in (("incident_board", number), ("unit_status", "X00000"))}
    plan = {"shapes": shapes, "units": UNITS, "incidents": INCIDENTS, "deltas": DELTAS_A_SECOND}
    script = f"window.benchPlan = {json.dumps(plan)};\n{LINK.read_text('utf-8')}\n{WATCH.read_text('utf-8')}"
    with seated(browser, server, script=script, announced=(NO_RECOMMENDATION,)) as console:
        expect(console.page.locator(".q-sub b").first).to_have_text(str(INCIDENTS))
        console.page.locator(".mid").get_by_role("button", name="全市", exact=True).click()
        console.page.wait_for_timeout(SETTLE_S * 1000)
        console.page.evaluate("window.benchLink.begin()")
        console.page.wait_for_timeout(1000)
        yield console


@contextmanager
def moving_map(page: Page) -> Iterator[None]:
    """A hand drags the map to and fro: a real press, and then a move for every frame, as the browser hands over those of a mouse."""
    box = page.locator(".map-touch").bounding_box()
    assert box is not None, "the map stands."
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.evaluate("window.benchWatch.drag()")
    try:
        yield
    finally:
        page.evaluate("window.benchWatch.rest()")
        page.mouse.up()
