"""Fan-out to 50 subscribers at 100 events a second, and to where each saturates, beside taky on the same work."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import position_feed, taky_peer
from bench.city import build_city
from bench.position_feed import Gateway, console
from bench.subscribers import Heard, Subscribers
from bench.taky_peer import Sender, Taky
from tools.bench import Report
from tools.server_process import ServerProcess

SUBSCRIBERS = 50
RATE = 100
SECONDS = 10
# Runs of either side in turn, of which the median stands: a moment in which the machine was busy with others tells nothing of either.
PAIRS = 5
# What subscribers say when they come has been told to all the others after so long.
SETTLE_S = 0.5
# What was sent last has this long to arrive.
ARRIVE_S = 1.0
# A rate is held where it could be sent in time, so much arrived, and 99 of 100 within a second.
LATE_HELD = 1.02
SHARE_HELD = 0.99
DELAY_S_HELD = 1.0
UNITS = 2_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: what share was delivered, how late in seconds, and how long the sending took for `SECONDS` of work."""

    share: float
    median_s: float
    p99_s: float
    sending_s: float

    @property
    def is_held(self) -> bool:
        """Whether the server bears this rate."""
        return self.sending_s <= SECONDS * LATE_HELD and self.share >= SHARE_HELD and self.p99_s <= DELAY_S_HELD


def run(report: Report) -> None:
    pairs = [(_ours_at(RATE, batch=1), _theirs_at(RATE)) for _ in range(PAIRS)]
    ours, theirs = (_of_all(runs) for runs in zip(*pairs, strict=True))
    report("events delivered, of those sent", ours.share, "share", peer="taky 0.10", peer_value=theirs.share, target=">= 0.999")
    report("sent to arrived, median", ours.median_s * 1000, "ms", peer="taky 0.10", peer_value=theirs.median_s * 1000)
    report("sent to arrived, p99", ours.p99_s * 1000, "ms", peer="taky 0.10", peer_value=theirs.p99_s * 1000, target="<= 0.5 x peer")
    our_most, their_most = _most(_our_rates()), _most(_their_rates())
    report("deliveries a second where it saturates", our_most, "1/s", peer="taky 0.10", peer_value=their_most, target=">= 5 x peer")


def _of_all(runs: Sequence[Measured]) -> Measured:
    """The worst share, and the medians of the rest."""
    return Measured(
        share=min(run.share for run in runs),
        median_s=median(run.median_s for run in runs),
        p99_s=median(run.p99_s for run in runs),
        sending_s=median(run.sending_s for run in runs),
    )


def _most(measured: Iterator[tuple[float, Measured]]) -> float:
    """The highest rate held, in deliveries a second."""
    held = 0.0
    for rate, run_at in measured:
        if not run_at.is_held:
            break
        held = rate * SUBSCRIBERS
    return held


def _our_rates() -> Iterator[tuple[float, Measured]]:
    for rate in (500, 1_000, 2_000, 4_000, 6_000, 8_000):
        yield rate, _ours_at(rate, batch=max(1, rate // 50))


def _their_rates() -> Iterator[tuple[float, Measured]]:
    for rate in (100, 200, 300, 400, 600, 800, 1_200, 1_600):
        yield rate, _theirs_at(rate)


def _ours_at(rate: float, *, batch: int) -> Measured:
    """Events are positions of units, as taky's are; so many in a request."""
    with _center() as server:
        words = [console(server.port, server.token) for _ in range(SUBSCRIBERS)]
        with (
            Subscribers(server.port, words, position_feed.stamps_in) as subscribers,
            Gateway(server.port, server.token, UNITS) as gateway,
        ):
            time.sleep(SETTLE_S)
            sent_s, sending_s = _send(rate / batch, gateway.hear, lambda number: gateway.send(number * batch, batch))
            gateway.hear(time.perf_counter() + ARRIVE_S)
            assert gateway.taken == gateway.posted, f"{gateway.posted - gateway.taken} of {gateway.posted} requests were not taken."
            return _measured(subscribers.finish(), sent_s, sending_s, batch=batch)


def _theirs_at(rate: float) -> Measured:
    words = [taky_peer.subscriber(number) for number in range(SUBSCRIBERS)]
    with Taky() as taky, Subscribers(taky.port, words, taky_peer.stamps_in) as subscribers, Sender(taky.port) as sender:
        time.sleep(SETTLE_S)
        sent_s, sending_s = _send(rate, _sleep, sender.send)
        time.sleep(ARRIVE_S)
        return _measured(subscribers.finish(), sent_s, sending_s, batch=1)


def _send(rate: float, wait: Callable[[float], None], send: Callable[[int], tuple[int, float]]) -> tuple[dict[int, float], float]:
    """Send so often for `SECONDS`, answered or not; when each stamp was sent, and how long it took."""
    sent_s: dict[int, float] = {}
    began = time.perf_counter()
    for number in range(round(rate * SECONDS)):
        wait(began + number / rate)
        stamp, moment = send(number)
        sent_s[stamp] = moment
    return sent_s, time.perf_counter() - began


def _sleep(until_s: float) -> None:
    time.sleep(max(0.0, until_s - time.perf_counter()))


def _measured(heard: Heard, sent_s: dict[int, float], sending_s: float, *, batch: int) -> Measured:
    delays = heard.delays_s(sent_s)
    if not delays:
        return Measured(0.0, float("inf"), float("inf"), sending_s)
    share = len(delays) / SUBSCRIBERS / (len(sent_s) * batch)
    return Measured(share, delays[len(delays) // 2], delays[int(len(delays) * 0.99)], sending_s)


@contextmanager
def _center() -> Iterator[ServerProcess]:
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        build_city(server, units=UNITS, incidents=1)
        yield server
