"""Where the units were at a time T."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from streams.positions_then import positions_then
from tests.streams.telemetry_logs import OpenLog, open_log  # noqa: F401 -- a fixture

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Log:
    def __init__(self, open_log: OpenLog) -> None:  # noqa: F811 -- the fixture's value
        self.now = NOON
        self.telemetry = open_log(lambda: self.now.timestamp())  # noqa: PLW0108 -- the clock is set later
        self.telemetry.start()

    def given(self, unit: str, lon: float, *, made: datetime, recorded: datetime) -> None:
        self.now = recorded
        row = (unit, lon, 39.1, None, None, int(made.timestamp() * 1000))
        self.telemetry.append("fixes", "avl", 1, msgspec.json.encode([row])).result(10)


@pytest.fixture
def log(open_log: OpenLog) -> Iterator[Log]:  # noqa: F811 -- the fixture's value
    log = Log(open_log)
    yield log
    log.telemetry.stop()


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_the_newest_fix_that_was_known_then_is_where_the_unit_was(log: Log) -> None:
    log.given("E1", 117.1, made=NOON, recorded=NOON)
    log.given("E1", 117.2, made=NOON + minutes(5), recorded=NOON + minutes(5))
    log.given("E1", 117.3, made=NOON + minutes(9), recorded=NOON + minutes(9))
    position, units = positions_then(log.telemetry, NOON + minutes(6), "recorded")
    assert (position, units["E1"].lon) == (2, 117.2)


def test_a_fix_that_came_late_was_not_known_and_was_true(log: Log) -> None:
    log.given("E1", 117.1, made=NOON, recorded=NOON)
    log.given("E1", 117.2, made=NOON + minutes(5), recorded=NOON + minutes(20))
    known = positions_then(log.telemetry, NOON + minutes(6), "recorded")[1]
    true = positions_then(log.telemetry, NOON + minutes(6), "occurred")[1]
    assert (known["E1"].lon, true["E1"].lon) == (117.1, 117.2)


def test_a_unit_that_was_silent_for_an_hour_was_nowhere(log: Log) -> None:
    log.given("E1", 117.1, made=NOON, recorded=NOON)
    assert positions_then(log.telemetry, NOON + minutes(59), "recorded")[1].keys() == {"E1"}
    assert positions_then(log.telemetry, NOON + minutes(61), "recorded")[1] == {}
