"""The hops between a decision and the consoles of a gateway, and which of them is behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from streams.source_health import SourceHealth

# The relay says once a second how far it is; what is late by no more than that is not late.
HOP_LATE_S = 3.0


@dataclass(frozen=True, slots=True)
class Hop:
    """One of them: the position that has come through it."""

    name: str
    zh: str
    en: str
    reached: int


def hops(*, relayed: int, folded: int, shown: int) -> tuple[Hop, ...]:
    """In the order of the way: facts on Kafka, folded into every view, their deltas here."""
    return (
        Hop("relay", "发布到 Kafka", "Facts to Kafka (relay)", relayed),
        Hop("workers", "事实归入视图", "Facts into views (workers)", folded),
        Hop("deltas", "视图变化到本网关", "Changes of views to this gateway", shown),
    )


def hop_health(way: Iterable[Hop], lag_s: Callable[[int], float]) -> dict[str, SourceHealth]:
    """Each hop as a source. `lag_s` is by how much a position stands behind the log; a hop is late by what it adds to the one before."""
    found, before = {}, 0.0
    for hop in way:
        # A view may have been read from its store before the relay told how far it is.
        behind = max(before, lag_s(hop.reached))
        own, before = behind - before, behind
        is_late = own > HOP_LATE_S
        source = f"log:{hop.name}"
        found[source] = SourceHealth(
            source=source,
            kind="log",
            state="late" if is_late else "live",
            last_at=None,
            lag_s=round(own, 1),
            stale_after_s=HOP_LATE_S,
            accepted=hop.reached,
            rejected=0,
            zh=f"{hop.zh}:落后 {own:.0f} 秒" if is_late else hop.zh,
            en=f"{hop.en}: {own:.0f} s behind" if is_late else hop.en,
        )
    return found
