"""What the figures look like: their schemas for the OpenAPI document, and their tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

import msgspec

from command_ui.api.answers import MOMENT, TEXT, TRUTH, WHOLE, Schema, listing, record, table
from command_ui.statistics.alarms import AlarmPerformance, AlarmRate
from command_ui.statistics.figures import Group
from command_ui.statistics.sheets import Cell, sheet
from command_ui.statistics.verdicts import Verdict
from command_ui.statistics.workload import Answering, Committed, Slot
from projections.response_times import TIMED_INTERVALS

_KINDS: Final = (Group, Verdict, Slot, Committed, Answering, AlarmPerformance, AlarmRate)
_SCHEMAS, _COMPONENTS = msgspec.json.schema_components(_KINDS, ref_template="#/components/schemas/Figures{name}")
FIGURES_SHOWN: Final[dict[str, Schema]] = {f"Figures{name}": schema for name, schema in _COMPONENTS.items()}
"""The named parts, for the document's components."""
_GROUP, _VERDICT, _SLOT, _COMMITTED, _ANSWERING, _ALARMS, _RATE = _SCHEMAS

_AS_OF: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
RESPONSE_TIMES: Final = record(
    since=MOMENT,
    until=MOMENT,
    as_of=_AS_OF,
    group_by=TEXT,
    and_by=TEXT,
    assignments=WHOLE,
    groups=listing(_GROUP),
    targets=listing(_VERDICT),
)
WORKLOAD: Final = record(
    since=MOMENT,
    until=MOMENT,
    as_of=_AS_OF,
    step={"enum": ["hour", "day"]},
    sees_calls=TRUTH,
    calls=WHOLE,
    incidents=WHOLE,
    slots=listing(_SLOT),
    by=table(table(WHOLE)),
    answering=_ANSWERING,
    stations=listing(_COMMITTED),
)
ALARMS: Final = record(since=MOMENT, until=MOMENT, as_of=_AS_OF, performance=_ALARMS)
PERFORMANCE: Final = record(at=MOMENT, shift_h={"type": "number"}, hour=listing(_VERDICT), shift=listing(_VERDICT), alarms=_RATE)


def response_sheet(found: dict[str, Any], _zone: tzinfo) -> str:
    """One line a group and interval; an interval that nobody had has its line with the count 0."""
    header = (
        "group",
        "and_group",
        "interval",
        "count",
        "mean_s",
        "p50_s",
        "p90_s",
        "p95_s",
        "target_s",
        "target_share",
        "judged",
        "within",
    )

    def lines() -> Iterator[tuple[Cell, ...]]:
        for group in found["groups"]:
            for interval in TIMED_INTERVALS:
                figures = group.intervals[interval]
                yield (
                    *(group.group, group.and_group, interval, figures.count, figures.mean, figures.p50, figures.p90, figures.p95),
                    *(figures.target_s, figures.target_share, figures.judged, figures.within),
                )

    return sheet(header, lines())


def workload_sheet(found: dict[str, Any], zone: tzinfo) -> str:
    """One line a number: what it is of, its name, when, and how much."""

    def lines() -> Iterator[tuple[Cell, ...]]:
        for slot in found["slots"]:
            at = slot.at.astimezone(zone)
            for source, count in slot.calls.items():
                yield "calls", source, at, count
            for priority, count in slot.incidents.items():
                yield "incidents", priority, at, count
            yield "open_at_once_max", "", at, slot.open_max
        for kind, counts in found["by"].items():
            for name, count in counts.items():
                yield f"incidents_by_{kind}", name, None, count
        for station in found["stations"]:
            name = f"{station.agency}/{station.station}"
            yield "committed_h", name, None, station.committed_h
            yield "utilisation", name, None, station.utilisation

    return sheet(("what", "name", "at", "value"), lines())


def alarm_sheet(found: dict[str, Any], zone: tzinfo) -> str:
    """The figures first, then the most frequent sources and the alarms of each hour."""
    figures: AlarmPerformance = found["performance"]
    plain = (
        *("alarms", "operators", "operator_hours", "per_operator_hour", "ten_minutes", "ten_minutes_flooded", "flood_share", "peak_count"),
        *("peak_at", "most_frequent_share", "chattering", "stale", "shelved", "shelved_now", "acknowledged_p50_s", "acknowledged_p90_s"),
    )

    def lines() -> Iterator[tuple[Cell, ...]]:
        for name in plain:
            value = getattr(figures, name)
            yield name, "", None, value.astimezone(zone) if isinstance(value, datetime) else value
        for priority, count in figures.priorities.items():
            yield "priority", priority, None, count
        for one in figures.most_frequent:
            yield "most_frequent", f"{one.sensor}/{one.condition}", None, one.count
        for at, count in figures.by_hour:
            yield "by_hour", "", at.astimezone(zone), count

    return sheet(("what", "name", "at", "value"), lines())
