"""Times as people and machines report them: aware, not before 1970, never ahead of now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Refusal
from domain.times import AHEAD_S_MAX, LATE_S, TimeHasNoZone, TimeIsAhead, TimeIsTooEarly, happened, is_late
from tests.domain.given_when_then import at

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def test_no_time_given_means_now() -> None:
    assert happened(None, at=at(0)) == at(0)


def test_a_time_of_another_zone_becomes_utc() -> None:
    moment = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=8)))
    assert happened(moment, at=at(0)).isoformat() == "2026-11-23T06:00:00+00:00"


def test_a_clock_that_is_a_minute_ahead_is_taken_as_now() -> None:
    assert happened(at(AHEAD_S_MAX), at=at(0)) == at(0)


@pytest.mark.parametrize(
    ("moment", "kind", "en", "zh"),
    [
        (
            at(3600),
            TimeIsAhead,
            "seen_at is 2026-11-23T07:30:00+00:00, 3600 seconds ahead of the server's clock: it cannot have happened yet.",
            "seen_at 为 2026-11-23T07:30:00+00:00,比服务器时间超前 3600 秒:尚未发生的事不能登记。",
        ),
        (
            datetime(2026, 11, 23, 6, 0),  # noqa: DTZ001 -- the point of the test
            TimeHasNoZone,
            "seen_at is 2026-11-23T06:00:00 without an offset from UTC: write it as 2026-11-23T14:32:07+08:00.",
            "seen_at 为 2026-11-23T06:00:00,没有时区:请写成 2026-11-23T14:32:07+08:00。",
        ),
        (
            datetime(1926, 11, 23, tzinfo=UTC),
            TimeIsTooEarly,
            "seen_at is 1926-11-23T00:00:00+00:00: nothing before 1970 can be recorded.",
            "seen_at 为 1926-11-23T00:00:00+00:00:1970 年以前的事不能登记。",
        ),
    ],
)
def test_a_time_that_cannot_be_right_is_refused_by_the_name_of_its_field(moment: datetime, kind: type[Refusal], en: str, zh: str) -> None:
    with pytest.raises(kind) as refused:
        happened(moment, at=at(0), field="seen_at")
    assert (refused.value.sentence_en, refused.value.sentence_zh, refused.value.field) == (en, zh, "seen_at")


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1), timezones=zones))  # noqa: DTZ001 -- hypothesis adds the zone
def test_whatever_is_reported_is_refused_or_becomes_utc_and_is_not_after_now(moment: datetime) -> None:
    try:
        meant = happened(moment, at=at(0))
    except (TimeIsAhead, TimeIsTooEarly):
        assert moment > at(AHEAD_S_MAX) or moment < datetime(1970, 1, 1, tzinfo=UTC)
    else:
        assert meant.tzinfo is UTC
        assert meant == min(moment, at(0))


@given(st.integers(0, 300))
def test_what_comes_within_half_a_minute_is_not_late(seconds: int) -> None:
    assert is_late(at(0), at(seconds)) == (seconds > LATE_S)
