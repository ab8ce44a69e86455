"""3,600 fixes a second of 18,000 units into 100 consoles with viewports: how old is what a map shows, and what it costs."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.city import build_city, place
from bench.consoles import Consoles
from tools.bench import Report
from tools.server_process import ServerProcess

UNITS = 18_000
RATE = 3_600
CONSOLES = 100
SECONDS = 20
BATCHES_A_SECOND = 20


def run(report: Report) -> None:
    random.seed(1)
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        build_city(server, units=UNITS, incidents=200)
        with server.client() as client:
            for start in range(0, UNITS, 3_000):
                _send(client, range(start, start + 3_000))
            with Consoles(server.base_url, server.token, [_viewport() for _ in range(CONSOLES)]) as consoles:
                assert server.process is not None, "the server runs."
                process = psutil.Process(server.process.pid)
                cpu = sum(process.cpu_times()[:2])
                began = time.perf_counter()
                accepted = 0
                size = RATE // BATCHES_A_SECOND
                for tick in range(SECONDS * BATCHES_A_SECOND):
                    due = began + tick / BATCHES_A_SECOND
                    time.sleep(max(0.0, due - time.perf_counter()))
                    accepted += _send(client, [(tick * size + index) % UNITS for index in range(size)])
                spent = time.perf_counter() - began
                cpu = sum(process.cpu_times()[:2]) - cpu
                memory = process.memory_info().rss / 2**20
                time.sleep(1.0)
                seen = consoles.finish()
    ages = sorted(seen.ages_s)
    report("fixes taken a second", accepted / spent, "1/s", target=f">= {RATE * 0.97:.0f}")
    report("fixes shown on consoles a second", len(ages) / spent, "1/s")
    report("gaps seen by consoles", seen.gaps, "gaps", target="<= 0")
    report("age of a shown fix, median", ages[len(ages) // 2], "s")
    report("age of a shown fix, p99", ages[int(len(ages) * 0.99)], "s", target="<= 2")
    report("processor of the server", cpu / spent, "cores", target="<= 1")
    report("memory of the server", memory, "MiB", target="<= 1000")


def _viewport() -> list[dict[str, object]]:
    """A district, a few districts or, for each tenth, the whole city."""
    if random.random() < 0.1:
        return [{"view": "unit_position", "filter": {}}]
    lon, lat = 117.2 + random.uniform(-0.2, 0.2), 39.12 + random.uniform(-0.2, 0.2)
    half = random.choice([0.02, 0.05, 0.1])
    return [{"view": "unit_position", "filter": {"viewport": [lon - half, lat - half, lon + half, lat + half]}}]


def _send(client, units) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001 -- an httpx client and numbers of units
    now = datetime.now(UTC).isoformat()
    fixes = []
    for unit in units:
        where = place(unit)
        fixes.append(
            {
                "unit": f"X{unit:05d}",
                "lon": where["lon"] + random.uniform(-0.002, 0.002),
                "lat": where["lat"] + random.uniform(-0.002, 0.002),
                "at": now,
                "heading_deg": 90,
                "speed_kmh": 30,
            }
        )
    answer = client.post("/api/intake/positions", json={"source": "avl", "fixes": fixes})
    accepted: int = answer.json()["accepted"]
    return accepted
