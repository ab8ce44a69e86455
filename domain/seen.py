"""A command names what it saw: which version last changed each value that people overwrite."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.fact import By
from domain.refusals import StaleVersion, VersionIsAhead

WHAT_ZH = {
    "type": "类型",
    "priority": "优先级",
    "level": "响应级别",
    "location": "地点",
    "state": "状态",
    "unit": "单位资料",
    "limits": "限值",
}


@dataclass(slots=True)
class Seen:
    """For each overwritable value of one aggregate: the version, the author and the moment of its last change."""

    name: str
    last: dict[str, tuple[int, str, datetime]] = field(default_factory=dict)

    def changed(self, what: str, version: int, by: By, at: datetime) -> None:
        """The value was changed by the fact with that version."""
        self.last[what] = (version, by.account, at)

    def require(self, what: str, seen: int | None, version_now: int, now: str, now_zh: str = "") -> None:
        """Refuse (StaleVersion) where the value, now `now`, changed after the version that was seen. None: nothing was seen.

        Nobody can have seen a version beyond the aggregate's own (VersionIsAhead): it would overwrite whatever comes until then.
        """
        require_existing(self.name, seen, version_now)
        version, by, at = self.last.get(what, (0, "", None))
        if seen is not None and version > seen and at is not None:
            raise StaleVersion(
                what=what,
                what_zh=WHAT_ZH.get(what, what),
                name=self.name,
                now=now,
                now_zh=now_zh or now,
                by=by,
                at=at.isoformat(timespec="seconds"),
            )


def require_existing(name: str, seen: int | None, version_now: int) -> None:
    """Refuse (VersionIsAhead) a version that nobody can have seen."""
    if seen is not None and seen > version_now:
        raise VersionIsAhead(name=name, seen=seen, version=version_now)
