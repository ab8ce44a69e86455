"""Lag and staleness of every source, sensor, projection and log, as a view that the consoles watch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from streams.alarm_watch import WatchedSensor

State = Literal["live", "late", "silent", "stopped"]

# Sources that were heard of: a name is made up by whoever holds a token, so that their number is bounded.
SOURCES_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source as it stands. `lag_s` is how old its newest element was when it came.

    Of a sensor, `accepted` readings were judged and `rejected` ones were not: the `late` ones, which were not newer than what had been
    read, and the `bad` ones, which no instrument of its kind can measure; `withheld` changes of its conditions were not told because they
    chattered. None: no sensor.
    """

    source: str
    kind: Literal["avl", "readings", "intake", "sensor", "projection", "log"]
    state: State
    last_at: datetime | None
    lag_s: float | None
    stale_after_s: float
    accepted: int
    rejected: int
    late: int | None = None
    bad: int | None = None
    withheld: int | None = None
    zh: str
    en: str


class SourceWatch:
    """`heard` when a source sends; `documents` gives the view. `position` is how far it knows the telemetry log.

    Belongs to the thread of the event loop.
    """

    def __init__(self, *, late_s: float, silent_s: float, now: Callable[[], datetime], position: int = 0) -> None:
        self._late_s = late_s
        self._silent_s = silent_s
        self._now = now
        self._sources: dict[str, SourceHealth] = {}
        self.position = position
        self.unnamed = 0

    def restore(self, known: Iterable[SourceHealth]) -> None:
        """Go on from what was known of sources."""
        self._sources.update({source.source: replace(source, state="live", zh="", en="") for source in known})

    def heard(
        self,
        source: str,
        kind: Literal["avl", "readings", "intake"],
        *,
        newest: datetime | None,
        accepted: int,
        rejected: int,
        position: int = 0,
        at: datetime | None = None,
    ) -> None:
        """A source sent something, now or `at`; `position` is its place in the telemetry log."""
        self.position = max(self.position, position)
        key = f"{kind}:{source}"
        known = self._sources.get(key)
        if known is None and len(self._sources) >= SOURCES_MAX:
            self.unnamed += 1
            return
        now = at or self._now()
        lag = round(max(0.0, (now - newest).total_seconds()), 1) if newest else None
        self._sources[key] = SourceHealth(
            source=key,
            kind=kind,
            state="live",
            last_at=now,
            lag_s=lag,
            stale_after_s=self._late_s,
            accepted=accepted + (known.accepted if known else 0),
            rejected=rejected + (known.rejected if known else 0),
            zh="",
            en="",
        )

    def documents(self) -> dict[str, SourceHealth]:
        """Every source with its state as of now."""
        now = self._now()
        return {key: self._judged(source, now) for key, source in self._sources.items()}

    def _judged(self, source: SourceHealth, now: datetime) -> SourceHealth:
        silence = (now - (source.last_at or datetime.fromtimestamp(0, UTC))).total_seconds()
        moment = source.last_at.isoformat(timespec="seconds") if source.last_at else ""
        if silence > self._silent_s:
            en, zh = f"Nothing from {source.source} since {moment}.", f"{source.source} 自 {moment} 起无数据。"
            return replace(source, state="silent", en=en, zh=zh)
        if silence > self._late_s or (source.lag_s or 0) > self._late_s:
            return replace(source, state="late", en=f"{source.source} is late.", zh=f"{source.source} 数据延迟。")
        return source


def sensor_health(watched: WatchedSensor, *, late_s: float) -> SourceHealth:
    """A sensor as a source: silent when the alarm watch says so, late when its newest reading was old as it came."""
    state, counts = watched.state, watched.state.counts
    source = f"sensor:{watched.sensor}"
    lag = max(0.0, (state.newest_heard_at - state.newest_at).total_seconds()) if state.newest_heard_at and state.newest_at else None
    standing: State = "live"
    en = zh = ""
    if any(each.condition == "silent" and each.is_active for each in state.conditions):
        moment = state.heard_at.isoformat(timespec="seconds")
        standing, en, zh = "silent", f"Nothing from {source} since {moment}.", f"{source} 自 {moment} 起无数据。"
    elif lag is not None and lag > late_s:
        standing, en, zh = "late", f"{source} is late.", f"{source} 数据延迟。"
    return SourceHealth(
        source=source,
        kind="sensor",
        state=standing,
        last_at=state.newest_heard_at,
        lag_s=round(lag, 1) if lag is not None else None,
        stale_after_s=watched.rules.silent_after_s or 0,
        accepted=counts.read,
        rejected=counts.not_newer + counts.bad + counts.untimely,
        late=counts.not_newer,
        bad=counts.bad + counts.untimely,
        withheld=counts.withheld,
        zh=zh,
        en=en,
    )


def projection_health(view: str, *, stopped: str, stopped_zh: str, behind: int, folded: int, at: datetime | None) -> SourceHealth:
    """A projection as a source of its view: a poison event stops it loudly and alone."""
    state: State = "stopped" if stopped else "late" if behind > 0 else "live"
    return SourceHealth(
        source=f"projection:{view}",
        kind="projection",
        state=state,
        last_at=at,
        lag_s=None,
        stale_after_s=0,
        accepted=folded,
        rejected=1 if stopped else 0,
        zh=stopped_zh,
        en=stopped,
    )
