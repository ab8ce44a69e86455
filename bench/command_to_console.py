"""An accepted command to the picture on 100 other consoles, at 50 commands a second."""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.city import build_city, place
from bench.consoles import Consoles
from tools.bench import Report
from tools.server_process import ServerProcess

CONSOLES = 100
RATE = 50
SECONDS = 20
# After the last command: what is on its way arrives.
SETTLED_S = 1.0


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        build_city(server, units=300, incidents=100)
        told = delays(server, [server.base_url], consoles=CONSOLES, rate=RATE, seconds=SECONDS)
    report("commands sent a second", told.rate, "1/s", target=f">= {RATE - 1}")
    report("delivered, of those that had to be", told.delivered, "share", target=">= 1")
    report("gaps seen by consoles", told.gaps, "gaps", target="<= 0")
    report("accepted to console, median", told.median_ms, "ms")
    report("accepted to console, p99", told.p99_ms, "ms", target="<= 100")


@dataclass(frozen=True, slots=True)
class Told:
    """What consoles saw of commands: each delay is from the command's answer to one console."""

    rate: float
    delivered: float
    gaps: int
    delays_ms: Sequence[float]

    @property
    def median_ms(self) -> float:
        """Of all delays."""
        return statistics.median(self.delays_ms)

    @property
    def p99_ms(self) -> float:
        """All but one in a hundred were shorter."""
        return self.delays_ms[int(len(self.delays_ms) * 0.99)]

    @property
    def longest_s(self) -> float:
        """The longest of all."""
        return self.delays_ms[-1] / 1000


def delays(
    server: ServerProcess,
    urls: Sequence[str],
    *,
    consoles: int,
    rate: int,
    seconds: int,
    settled_s: float = SETTLED_S,
    then: Callable[[], None] = lambda: None,
) -> Told:
    """Open incidents on `server`, watched by so many consoles at these addresses; after a third of the time `then` happens."""
    watching = [[{"view": "incident_board"}, {"view": "unit_status"}, {"view": "alarm_board"}]] * (consoles // len(urls))
    accepted: dict[str, float] = {}
    with ExitStack() as stack:
        groups = [stack.enter_context(Consoles(url, server.token, watching, watched="incident_board")) for url in urls]
        client = stack.enter_context(server.client())
        began = time.perf_counter()
        for index in range(rate * seconds):
            if index == rate * seconds // 3:
                then()
            time.sleep(max(0.0, began + index / rate - time.perf_counter()))
            body = {"incident_type": "dwelling_fire", "place": place(index), "address": f"第{index}号", "district": "heping"}
            answer = client.post("/api/commands/open_incident", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
            accepted[answer.json()["result"]["incident"]] = time.time()
        time.sleep(settled_s)
        seen = [group.finish() for group in groups]
    arrived = [(moment - at) * 1000 for key, at in accepted.items() for each in seen for moment in each.arrivals.get(key, [])]
    expected = len(accepted) * len(watching) * len(urls)
    return Told(len(accepted) / seconds, len(arrived) / expected, sum(each.gaps for each in seen), sorted(arrived))
