"""A console's cold start at 18,000 units and 2,000 open incidents; its resume after a cut of 60 s; the server's memory then."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import websockets

from bench.city import build_city, place, send_all
from tools.bench import Report
from tools.server_process import ServerProcess

UNITS = 18_000
INCIDENTS = 2_000
VIEWS = ("catalogue", "incident_board", "unit_status", "alarm_board", "source_health")
# A cut of 60 s at the rate of a busy city: what happens meanwhile counts, not that the clock runs.
CHANGES_IN_A_CUT = 60 * 10
ROUNDS = 5


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        numbers = build_city(server, units=UNITS, incidents=INCIDENTS)
        with server.client() as client:
            _wait_for_views(client)
            _fixes(client)
            cold, resumed, gaps = [], [], 0
            for _ in range(ROUNDS):
                held, seconds = asyncio.run(_connect(server, {}))
                cold.append(seconds)
                notes = [
                    ("add_note", {"incident": numbers[index % INCIDENTS], "text": f"第{index}条"}) for index in range(CHANGES_IN_A_CUT)
                ]
                send_all(client, notes)
                _wait_for_views(client)
                after, seconds = asyncio.run(_connect(server, held))
                resumed.append(seconds)
                live = client.get("/api/views/incident_board").json()
                expected = {key: document for key, _, document in live["documents"]}
                gaps += after["incident_board"]["documents"] != expected
        assert server.process is not None, "the server runs."
        memory = psutil.Process(server.process.pid).memory_info().rss / 2**20
    report("cold start to the whole picture, median", statistics.median(cold), "s", target="<= 2")
    report("resume after the cut, median", statistics.median(resumed) * 1000, "ms", target="<= 500")
    report("resumed pictures that differ from the server's", gaps, "pictures", target="<= 0")
    report("memory of the server", memory, "MiB", target="<= 1000")


async def _connect(server: ServerProcess, held: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The picture of a console that comes with what it holds, and the seconds until it was whole."""
    began = time.perf_counter()
    url = server.base_url.replace("http", "ws", 1) + "/api/live"
    headers = {"Authorization": f"Bearer {server.token}"}
    picture = {view: {"epoch": None, "position": None, "documents": {}} | held.get(view, {}) for view in VIEWS}
    waiting = {*VIEWS, "unit_position"}
    async with websockets.connect(url, additional_headers=headers, max_size=None, compression=None, proxy=None) as socket:
        for view in VIEWS:
            state = picture[view]
            await socket.send(json.dumps({"type": "subscribe", "view": view, "since": state["position"], "epoch": state["epoch"]}))
        await socket.send(json.dumps({"type": "subscribe", "view": "unit_position"}))
        while waiting:
            frame = json.loads(await socket.recv())
            view = frame.get("view", "")
            if frame["type"] == "snapshot":
                if view in picture:
                    picture[view]["documents"].update({key: document for key, _, document in frame["documents"]})
                    picture[view] |= {"epoch": frame["epoch"], "position": frame["position"]}
                if frame["is_last"]:
                    waiting.discard(view)
            elif frame["type"] == "delta" and view in picture:
                assert picture[view]["position"] == frame["from"], "a gap in the positions"
                picture[view]["documents"].update({key: document for key, _, document in frame["set"]})
                for key, _ in frame["gone"]:
                    picture[view]["documents"].pop(key, None)
                picture[view]["position"] = frame["to"]
                waiting.discard(view)
    return picture, time.perf_counter() - began


def _wait_for_views(client: httpx.Client) -> None:
    """Until every view holds the newest fact, so that both pictures are of one moment."""
    end = client.get("/api/log", params={"limit": 1}).json()["end"]
    while client.get("/api/ready").json()["position"] < end:
        time.sleep(0.01)


def _fixes(client: httpx.Client) -> None:
    now = datetime.now(UTC).isoformat()
    for start in range(0, UNITS, 3_000):
        fixes = [{"unit": f"X{index:05d}", **place(index), "at": now} for index in range(start, start + 3_000)]
        answer = client.post("/api/intake/positions", json={"source": "avl", "fixes": fixes})
        assert answer.json()["accepted"] == len(fixes), answer.text
