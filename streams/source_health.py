"""Lag and staleness of every source, projection and log, as a view that the consoles watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

State = Literal["live", "late", "silent", "stopped"]

# Sources that were heard of: a name is made up by whoever holds a token, so that their number is bounded.
SOURCES_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source as it stands. `lag_s` is how old its newest element was when it came."""

    source: str
    kind: Literal["avl", "readings", "intake", "projection", "log"]
    state: State
    last_at: datetime | None
    lag_s: float | None
    stale_after_s: float
    accepted: int
    rejected: int
    zh: str
    en: str


class SourceWatch:
    """`heard` when a source sends; `documents` gives the view. Belongs to the thread of the event loop."""

    def __init__(self, *, late_s: float, silent_s: float, now: Callable[[], datetime]) -> None:
        self._late_s = late_s
        self._silent_s = silent_s
        self._now = now
        self._sources: dict[str, SourceHealth] = {}
        self.unnamed = 0

    def heard(
        self, source: str, kind: Literal["avl", "readings", "intake"], *, newest: datetime | None, accepted: int, rejected: int
    ) -> None:
        """A source sent something."""
        key = f"{kind}:{source}"
        known = self._sources.get(key)
        if known is None and len(self._sources) >= SOURCES_MAX:
            self.unnamed += 1
            return
        now = self._now()
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
