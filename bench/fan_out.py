"""Fan-out to 50 subscribers at 100 events a second, and to where each saturates, beside taky on the same work."""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.city import build_city, place
from bench.consoles import Consoles
from bench.taky_peer import Subscribers, Taky, send_events
from tools.bench import Report
from tools.server_process import ServerProcess

SUBSCRIBERS = 50
RATE = 100
SECONDS = 10
# A rate is held where so much arrived, and 99 of 100 within a second.
SHARE_HELD = 0.99
DELAY_S_HELD = 1.0
UNITS = 2_000


def run(report: Report) -> None:
    ours, theirs = _ours_at(RATE, batch=1), _theirs_at(RATE)
    report("events delivered, of those sent", ours[0], "share", peer="taky 0.10", peer_value=theirs[0], target=">= 0.999")
    report("sent to arrived, median", ours[1] * 1000, "ms", peer="taky 0.10", peer_value=theirs[1] * 1000)
    report("sent to arrived, p99", ours[2] * 1000, "ms", peer="taky 0.10", peer_value=theirs[2] * 1000, target="<= 0.5 x peer")
    our_most, their_most = _most(_our_rates()), _most(_their_rates())
    report("deliveries a second where it saturates", our_most, "1/s", peer="taky 0.10", peer_value=their_most, target=">= 5 x peer")


def _most(measured: Iterator[tuple[float, tuple[float, float, float]]]) -> float:
    """The highest rate held, in deliveries a second."""
    held = 0.0
    for rate, (share, _, p99) in measured:
        if share < SHARE_HELD or p99 > DELAY_S_HELD:
            break
        held = rate * SUBSCRIBERS
    return held


def _our_rates() -> Iterator[tuple[float, tuple[float, float, float]]]:
    for rate in (500, 1_000, 2_000, 4_000, 6_000, 8_000):
        yield rate, _ours_at(rate, batch=max(1, rate // 50))


def _their_rates() -> Iterator[tuple[float, tuple[float, float, float]]]:
    for rate in (100, 200, 300, 400, 600, 800, 1_200, 1_600):
        yield rate, _theirs_at(rate)


def _ours_at(rate: float, *, batch: int) -> tuple[float, float, float]:
    """Share delivered, median and p99 of the delay in seconds: events are positions of units, as taky's are."""
    with _center() as server:
        link = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
        with Consoles(server.base_url, server.token, [[{"view": "unit_position"}]] * SUBSCRIBERS) as consoles:
            began = time.perf_counter()
            sent = 0
            while (due := began + sent / rate) < began + SECONDS:
                time.sleep(max(0.0, due - time.perf_counter()))
                now = datetime.now(UTC).isoformat()
                fixes = [{"unit": f"X{(sent + index) % UNITS:05d}", **place(sent + index), "at": now} for index in range(batch)]
                link.request("POST", "/api/intake/positions", json.dumps({"source": "avl", "fixes": fixes}), headers)
                answer = link.getresponse()
                answer.read()
                assert answer.status == 200, answer.status
                sent += batch
            time.sleep(1.0)
            seen = consoles.finish()
    delays = sorted(seen.ages_s)
    if not delays:
        return 0.0, 0.0, float("inf")
    return len(delays) / SUBSCRIBERS / sent, delays[len(delays) // 2], delays[int(len(delays) * 0.99)]


@contextmanager
def _center() -> Iterator[ServerProcess]:
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        build_city(server, units=UNITS, incidents=1)
        yield server


def _theirs_at(rate: float) -> tuple[float, float, float]:
    with Taky() as taky, Subscribers(taky.port, SUBSCRIBERS) as subscribers:
        time.sleep(0.5)
        sent = send_events(taky.port, rate=rate, seconds=SECONDS)
        heard = subscribers.finish()
    delays = sorted(heard.delays_s)
    return len(delays) / SUBSCRIBERS / sent, delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
