"""How many incidents were opened in each part of a span, by priority: what a time bar shows. Closed ones are counted, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from streams.views import Views

PRIORITIES = 5
# An incident's number begins with the day on which it was entered: one that was entered so much after it was opened is looked for, too.
ENTERED_LATE = timedelta(days=2)


class _Opened(msgspec.Struct):
    opened_at: datetime
    priority: int


_opened = msgspec.json.Decoder(_Opened)


def opened_in_bins(
    views: Views, since: datetime, until: datetime, bins: int, zone: ZoneInfo, sees: Callable[[bytes], bool]
) -> list[list[int]]:
    """For each of `bins` equal parts of [since, until): the incidents opened in it, priority 1 first."""
    counts = [[0] * PRIORITIES for _ in range(bins)]
    start, length = since.timestamp(), (until - since).total_seconds()
    first = _day(since, zone, timedelta(days=-1))
    last = _day(until, zone, ENTERED_LATE + timedelta(days=1))
    for document in views.documents_between("incident_openings", first, last):
        opened = _opened.decode(document)
        place = int((opened.opened_at.timestamp() - start) / length * bins)
        if since <= opened.opened_at < until and sees(document):
            counts[min(place, bins - 1)][min(max(opened.priority, 1), PRIORITIES) - 1] += 1
    return counts


def _day(moment: datetime, zone: ZoneInfo, by: timedelta) -> str:
    try:
        return f"{(moment + by).astimezone(zone):%y%m%d}"
    except OverflowError:
        return "" if by < timedelta(0) else "99"
