"""Times as call logs write them, to aware UTC.

A format is one of strptime's, or `iso` (ISO 8601, with or without an offset), or `unix` (seconds since 1970, UTC), or `unix_ms`. A
time without an offset is in the log's own zone; where a clock shows an hour twice in autumn, the first is meant, as the log does not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

# Logs repeat the moments of a call in each of its rows; strptime is the slowest part of reading.
MOMENTS_REMEMBERED_MAX = 100_000

# Exports of PostgreSQL and ArcGIS write the offset in hours only, which strptime does not take.
_HOURS_ONLY = re.compile(r"[+-]\d\d$")


def moment(text: str, formats: Sequence[str], zone: ZoneInfo) -> datetime:
    """The first format that fits. ValueError with a sentence where none does."""
    return _moment(text, tuple(formats), zone)


@lru_cache(maxsize=MOMENTS_REMEMBERED_MAX)
def _moment(text: str, formats: tuple[str, ...], zone: ZoneInfo) -> datetime:
    for form in formats:
        try:
            found = _read(text, form)
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            continue
    raise ValueError(f"{text!r} is not a time of the form {' or '.join(formats)}")


def _read(text: str, form: str) -> datetime:
    match form:
        case "iso":
            return datetime.fromisoformat(text)
        case "unix":
            return datetime.fromtimestamp(float(text), UTC)
        case "unix_ms":
            return datetime.fromtimestamp(float(text) / 1_000, UTC)
        case _:
            if "%p" in form:
                text = text.replace("上午", "AM").replace("下午", "PM")
            if form.endswith("%z") and _HOURS_ONLY.search(text):
                text += "00"
            return datetime.strptime(text, form)  # noqa: DTZ007 -- the caller adds the log's zone
