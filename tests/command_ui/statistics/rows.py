"""Rows to compute figures of, and strategies that make them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from command_ui.statistics.rows import AlarmRow, CallRow, IncidentRow, ResponseRow, Wanted

ZONE = ZoneInfo("Asia/Shanghai")
BEGAN = datetime(2026, 11, 1, 16, tzinfo=UTC)
DAY = Wanted(since=BEGAN, until=BEGAN + timedelta(days=1))


def at(minutes: float) -> datetime:
    """So many minutes into the day, which begins at midnight in Shanghai."""
    return BEGAN + timedelta(minutes=minutes)


def response(**given: object) -> ResponseRow:
    """An assignment of a fire engine."""
    row: dict[str, object] = {
        "assignment": "I1/E1/1",
        "call": "",
        "incident": "I1",
        "unit": "E1",
        "agency": "fire",
        "station": "S1",
        "incident_type": "house_fire",
        "district": "heping",
        "priority": 1,
        "dispatched_at": at(0),
        "ended_at": None,
        **dict.fromkeys(("answer_s", "call_processing_s", "turnout_s", "travel_s", "on_scene_s", "total_s")),
    }
    return ResponseRow(**{**row, **given})  # type: ignore[arg-type]


def incident(opened: float, closed: float | None, **given: object) -> IncidentRow:
    """An incident that was open between these minutes."""
    row: dict[str, object] = {
        "number": "I1",
        "incident_type": "house_fire",
        "priority": 2,
        "district": "heping",
        "agency": "fire",
        "opened_at": at(opened),
        "closed_at": None if closed is None else at(closed),
        "merged_into": "",
        "assignments": [],
    }
    return IncidentRow(**{**row, **given})  # type: ignore[arg-type]


def call(minutes: float, *, answered_s: float = 5, source: str = "119") -> CallRow:
    """A call that came at this minute."""
    return CallRow(source, "heping", "house_fire", at(minutes), at(minutes) + timedelta(seconds=answered_s))


def alarm(minutes: float, **given: object) -> AlarmRow:
    """An alarm that was raised at this minute."""
    row: dict[str, object] = {
        "alarm": f"GAS/high/{minutes}",
        "sensor": "GAS",
        "zh": "燃气",
        "en": "Gas",
        "condition": "high",
        "priority": 3,
        "district": "heping",
        "agency": "",
        "raised_at": at(minutes),
        "acknowledged_at": None,
        "ended_at": None,
        "is_chattering": False,
        "shelved": 0,
        "is_shelved": False,
    }
    return AlarmRow(**{**row, **given})  # type: ignore[arg-type]


seconds = st.none() | st.floats(0, 3_600) | st.integers(0, 400).map(float)
responses = st.lists(
    st.builds(
        response,
        assignment=st.uuids().map(str),
        call=st.sampled_from(["", "C1", "C2", "C3"]),
        agency=st.sampled_from(["fire", "ems", "police"]),
        district=st.sampled_from(["heping", "nankai", ""]),
        priority=st.integers(1, 5),
        dispatched_at=st.integers(0, 60 * 24 - 1).map(at),
        answer_s=seconds,
        call_processing_s=seconds,
        turnout_s=seconds,
        travel_s=seconds,
        total_s=seconds,
    ),
    max_size=60,
)
