"""How the sources were at a time T, from the telemetry log, for as long as it is kept.

Once a minute the health of everything is written to the log. The sources' at T is exact: it starts from the last such picture and counts
what the log says they sent since. The projections' is that picture and the facts that were recorded since. The sensors' counts, and whether
anything had stopped, are as of that picture. When something came is when it was recorded, so that both clocks give the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from streams.source_health import SourceHealth, SourceWatch
from streams.telemetry_log import Telemetry

# A picture of a thousand sources is some 20 KB: 200 MB in the week that is kept by default, a hundredth of a city's fixes.
HEALTH_KEPT_EVERY_S = 60.0
# A picture that is older than three of them at T: the server was not running then, and nobody saw anything.
HEALTH_GAP_S = 3 * HEALTH_KEPT_EVERY_S

KINDS: Final[dict[str, Literal["avl", "readings", "intake"]]] = {"fixes": "avl", "readings": "readings", "intake": "intake"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHealth:
    """The health of everything; `heard` and `facts` are the positions of the telemetry log and of the facts that it knows of."""

    late_s: float
    silent_s: float
    heard: int
    facts: int
    documents: tuple[SourceHealth, ...]

    def packed(self) -> bytes:
        """As it is written."""
        return zlib.compress(msgspec.json.encode(self), 1)


@dataclass(frozen=True, slots=True)
class HealthThen:
    """The documents at T, by key; `sampled_at` is when the picture was written that they start from."""

    position: int
    sampled_at: datetime
    documents: dict[str, SourceHealth]


_kept = msgspec.json.Decoder(KeptHealth)


def source_health_then(telemetry: Telemetry, position_at: Callable[[datetime], int], moment: datetime) -> HealthThen | None:
    """How everything was; None where nothing of then is kept. `position_at` is that of the log of facts."""
    then = moment.timestamp()
    batch = telemetry.newest("health", since=max(then - HEALTH_GAP_S, telemetry.kept_since), until=then)
    if batch is None:
        return None
    kept = _kept.decode(zlib.decompress(batch.payload))
    watch = SourceWatch(late_s=kept.late_s, silent_s=kept.silent_s, now=lambda: moment)
    watch.restore(source for source in kept.documents if source.kind in KINDS.values())
    position, readings = batch.position, 0
    for heard in telemetry.heard(kept.heard, then):
        position = max(position, heard.position)
        if heard.kind in KINDS:
            newest = _time(heard.newest_at) if heard.newest_at is not None else None
            at = _time(heard.recorded_at)
            watch.heard(heard.source, KINDS[heard.kind], newest=newest, accepted=heard.accepted, rejected=heard.rejected, at=at)
            readings += heard.accepted if heard.kind == "readings" else 0
    folded = max(0, position_at(moment) - kept.facts)
    others = (_since(source, readings, folded) for source in kept.documents if source.kind not in KINDS.values())
    return HealthThen(position, _time(batch.recorded_at), {source.source: source for source in others} | watch.documents())


def health_known_from(telemetry: Telemetry) -> datetime | None:
    """The first moment of which the sources' health is kept; None where there is none yet."""
    oldest = telemetry.oldest("health", since=telemetry.kept_since, until=float("inf"))
    return _time(oldest.recorded_at) if oldest else None


def _since(source: SourceHealth, readings: int, folded: int) -> SourceHealth:
    if source.kind != "projection" or source.state == "stopped":
        return source
    return replace(source, accepted=source.accepted + (readings if source.source == "projection:alarm_watch" else folded))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
