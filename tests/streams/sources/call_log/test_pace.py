from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.call_log.moments import moment
from streams.sources.call_log.pace import LogClock, Pace
from streams.sources.call_log.points import point

FIRST = datetime(2017, 1, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=7)
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@given(speed=st.floats(0.1, 1_000), offset_s=st.floats(0, 600_000))
def test_a_shifted_pace_tells_nothing_before_it_can_have_happened(speed: float, offset_s: float) -> None:
    clock = LogClock(pace=Pace(speed=speed, anchor=NOW), first=FIRST, last=LAST, started_at=NOW)
    event = FIRST + timedelta(seconds=offset_s)
    due = NOW + timedelta(seconds=clock.wait_s(event, NOW))
    assert abs((clock.told(event) - due).total_seconds()) < 0.001


@given(offset_s=st.floats(0, 600_000))
def test_as_fast_as_it_goes_a_shift_keeps_every_interval_and_ends_now(offset_s: float) -> None:
    clock = LogClock(pace=Pace(anchor=NOW), first=FIRST, last=LAST, started_at=NOW)
    event = FIRST + timedelta(seconds=offset_s)
    assert clock.told(event) - clock.told(FIRST) == event - FIRST
    assert clock.told(LAST) == NOW
    assert clock.log_time(NOW) is None


def test_without_a_shift_the_logs_own_times_are_told() -> None:
    clock = LogClock(pace=Pace(speed=60), first=FIRST, last=LAST, started_at=NOW)
    assert clock.told(LAST) == LAST
    assert clock.log_time(NOW + timedelta(minutes=1)) == FIRST + timedelta(hours=1)
    assert clock.wait_s(FIRST + timedelta(hours=1), NOW) == 60


def test_runs_that_tell_other_times_are_other_runs() -> None:
    paces = [Pace(), Pace(speed=60), Pace(anchor=NOW), Pace(speed=60, anchor=NOW), Pace(speed=30, anchor=NOW)]
    assert [pace.identity for pace in paces[:2]] == ["", ""]
    assert len({pace.identity for pace in paces}) == 4


def test_an_hour_that_a_clock_shows_twice_is_the_first_of_the_two() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/Los_Angeles")
    assert moment("2016-11-06 01:30:00", ("iso",), zone) == datetime(2016, 11, 6, 8, 30, tzinfo=UTC)
    assert moment("1483200000", ("%Y", "unix"), zone) == datetime(2016, 12, 31, 16, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="'then' is not a time of the form iso or unix"):
        moment("then", ("iso", "unix"), zone)


@given(lon=st.floats(-180, 180).filter(bool), lat=st.floats(-90, 90).filter(bool))
def test_every_form_of_a_point_is_read_alike(lon: float, lat: float) -> None:
    lon, lat = round(lon, 6) or 1.0, round(lat, 6) or 1.0
    assert point(f"({lat:f}, {lon:f})", "(lat, lon)", "WGS-84") == pytest.approx((lon, lat), abs=1e-6)
    assert point(f"{lon:f},{lat:f}", "(lon, lat)", "WGS-84") == pytest.approx((lon, lat), abs=1e-6)
    assert point(f"SRID=4326;POINT ({lon:f} {lat:f})", "wkt", "WGS-84") == pytest.approx((lon, lat), abs=1e-6)
