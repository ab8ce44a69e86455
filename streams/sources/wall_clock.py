"""The one place of the sources that reads the clock; everywhere else `now` is an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251 -- this is the place
