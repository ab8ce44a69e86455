"""An accepted command to the picture on 100 other consoles, at 50 commands a second."""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from pathlib import Path

from bench.city import build_city, place
from bench.consoles import Consoles
from tools.bench import Report
from tools.server_process import ServerProcess

CONSOLES = 100
RATE = 50
SECONDS = 20


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        build_city(server, units=300, incidents=100)
        subscriptions = [[{"view": "incident_board"}, {"view": "unit_status"}, {"view": "alarm_board"}]] * CONSOLES
        accepted: dict[str, float] = {}
        with Consoles(server.base_url, server.token, subscriptions, watched="incident_board") as consoles, server.client() as client:
            began = time.perf_counter()
            for index in range(RATE * SECONDS):
                due = began + index / RATE
                time.sleep(max(0.0, due - time.perf_counter()))
                body = {"incident_type": "dwelling_fire", "place": place(index), "address": f"第{index}号", "district": "heping"}
                answer = client.post("/api/commands/open_incident", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
                accepted[answer.json()["result"]["incident"]] = time.time()
            time.sleep(1.0)
            seen = consoles.finish()
    delays = sorted((moment - accepted[key]) * 1000 for key in accepted for moment in seen.arrivals.get(key, []))
    delivered = sum(len(seen.arrivals.get(key, [])) for key in accepted)
    report("commands sent a second", len(accepted) / SECONDS, "1/s", target=f">= {RATE - 1}")
    report("delivered, of those that had to be", delivered / (len(accepted) * CONSOLES), "share", target=">= 1")
    report("gaps seen by consoles", seen.gaps, "gaps", target="<= 0")
    report("accepted to console, median", statistics.median(delays), "ms")
    report("accepted to console, p99", delays[int(len(delays) * 0.99)], "ms", target="<= 100")
