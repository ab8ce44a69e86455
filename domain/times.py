"""When things happened, as people and machines report it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.refusals import Invalid

# Clocks of consoles, radios and gateways differ by seconds; beyond a minute it is an error of entry, not of a clock.
AHEAD_S_MAX = 60.0
# Nothing that this system may be told of happened before; a typing error of the century is caught.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# What comes within half a minute was entered while it happened; beyond it both times are shown.
LATE_S = 30.0


class TimeIsAhead(Invalid):
    """A time lies ahead of the clock by more than clocks differ."""

    en = "{field} is {value}, {ahead_s:.0f} seconds ahead of the server's clock: it cannot have happened yet."
    zh = "{field} 为 {value},比服务器时间超前 {ahead_s:.0f} 秒:尚未发生的事不能登记。"


class TimeHasNoZone(Invalid):
    """A time without an offset could mean any of 38 moments."""

    en = "{field} is {value} without an offset from UTC: write it as 2026-11-23T14:32:07+08:00."
    zh = "{field} 为 {value},没有时区:请写成 2026-11-23T14:32:07+08:00。"


class TimeIsTooEarly(Invalid):
    """A time before anything that this system may be told of."""

    en = "{field} is {value}: nothing before 1970 can be recorded."
    zh = "{field} 为 {value}:1970 年以前的事不能登记。"


def happened(when: datetime | None, *, at: datetime, field: str = "occurred_at") -> datetime:
    """The moment that is meant, in UTC and never after `at` (now); no time given means now. Raises the refusals of this module."""
    if when is None:
        return at
    if when.tzinfo is None:
        raise TimeHasNoZone(field=field, value=when.isoformat())
    if when < EARLIEST:
        raise TimeIsTooEarly(field=field, value=when.isoformat())
    if when - at > timedelta(seconds=AHEAD_S_MAX):
        raise TimeIsAhead(field=field, value=when.isoformat(), ahead_s=(when - at).total_seconds())
    return min(when.astimezone(UTC), at)


def is_late(occurred_at: datetime, recorded_at: datetime) -> bool:
    """Whether both times must be shown."""
    return (recorded_at - occurred_at).total_seconds() > LATE_S
