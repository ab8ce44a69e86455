"""Where the units were at a time T, from the telemetry log, for as long as it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from streams.positions import Fix
from streams.replay import Clock
from streams.telemetry import Batch
from streams.telemetry_log import Telemetry

# A unit that had not been heard of for an hour was nowhere, for whoever looked at the map.
LOOKED_BACK_S = 3_600.0

_payload = msgspec.json.Decoder(list[tuple[str, float, float, float | None, float | None, int]])


def fixes_of(batch: Batch) -> Iterator[Fix]:
    """The fixes of one batch of kind `fixes`."""
    return (Fix(*row, source=batch.source) for row in _payload.decode(batch.payload))


def positions_then(telemetry: Telemetry, moment: datetime, clock: Clock) -> tuple[int, dict[str, Fix]]:
    """The log's position then, and the newest fix of each unit: of those known at T (`recorded`), or of those made at or before T."""
    then = moment.timestamp()
    position, newest = 0, dict[str, Fix]()
    # A fix that was sent late is known within the hour, or not at all.
    until = then if clock == "recorded" else then + LOOKED_BACK_S
    for batch in telemetry.batches("fixes", since=then - LOOKED_BACK_S):
        if batch.recorded_at > until:
            break
        position = batch.position
        for fix in fixes_of(batch):
            known = newest.get(fix.unit)
            if fix.at_ms <= then * 1000 and (known is None or known.at_ms <= fix.at_ms):
                newest[fix.unit] = fix
    return position, newest


@dataclass(frozen=True, slots=True)
class Frame:
    """The newest fixes that came between the frame before and this moment (seconds since 1970), by unit."""

    at: float
    fixes: dict[str, Fix]


def positions_between(telemetry: Telemetry, since: datetime, until: datetime, every_s: float, clock: Clock) -> Iterator[Frame]:
    """What changes from `positions_then(since)` to `positions_then(until)`, in frames; a frame in which nothing moved is left out."""
    begin, end = since.timestamp(), until.timestamp()
    frames: dict[int, dict[str, Fix]] = {}
    latest = end if clock == "recorded" else end + LOOKED_BACK_S
    for batch in telemetry.batches("fixes", since=begin):
        if batch.recorded_at > latest:
            break
        for fix in fixes_of(batch):
            at = batch.recorded_at if clock == "recorded" else fix.at_ms / 1000
            if not begin < at <= end:
                continue
            frame = frames.setdefault(int((at - begin) / every_s), {})
            known = frame.get(fix.unit)
            if known is None or known.at_ms <= fix.at_ms:
                frame[fix.unit] = fix
    for index in sorted(frames):
        yield Frame(min(end, begin + (index + 1) * every_s), frames[index])
