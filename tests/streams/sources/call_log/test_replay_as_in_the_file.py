"""A log that lacks times, from the guess of its mapping to the percentiles: every interval is that of the file, and none is invented."""

from __future__ import annotations

import csv
import statistics
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.server_fixture import Api
from tests.streams.sources.call_log import first_units
from tests.streams.sources.call_log.command_line import replay
from tools.server_process import ServerProcess

pytestmark = pytest.mark.server

INTERVALS = ("answer_s", "call_processing_s", "turnout_s", "travel_s", "on_scene_s", "total_s")
Intervals = tuple[float | None, ...]


def intervals(row: dict[str, str]) -> Intervals:
    """What the row itself says, by subtraction."""

    def at(column: str) -> datetime | None:
        cell = row[column]
        return datetime.strptime(cell, first_units.FORM).replace(tzinfo=first_units.ZONE).astimezone(UTC) if cell else None

    def between(start: datetime | None, end: datetime | None) -> float | None:
        return None if start is None or end is None or end < start else (end - start).total_seconds()

    received, answered, dispatched, en_route, on_scene, leaves, _, cleared = map(at, first_units.STEPS)
    if received and answered and answered < received:
        answered = None
    return (
        between(received, answered),
        between(answered, dispatched),
        between(dispatched, en_route),
        between(en_route, on_scene),
        between(on_scene, leaves or cleared),
        between(received, on_scene),
    )


def percentiles(values: list[float]) -> list[float]:
    """Linear between closest ranks, by the standard library."""
    hundredths = statistics.quantiles(values, n=100, method="inclusive")
    return [statistics.fmean(values), hundredths[49], hundredths[89], hundredths[94]]


def test_the_committed_log_is_what_the_generator_makes() -> None:
    assert first_units.PATH.read_text("utf-8") == first_units.text()


def test_every_interval_and_percentile_is_that_of_the_file(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    log = tmp_path / "first_units.csv"
    log.write_text(first_units.text(), "utf-8")
    assert replay(server, log, "--guess", "--zone", "America/New_York").returncode == 0
    run = replay(server, log)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{first_units.ROWS} rows: {first_units.ROWS} taken, 0 duplicates, 0 bad" in run.stdout

    rows = list(csv.DictReader(first_units.text().splitlines()))
    sent = [row for row in rows if any(row[column] for column in list(first_units.STEPS)[2:])]
    api.until_shown(api.get("/api/log", limit=1)["end"])
    found = list(api.documents("response_times").values())
    assert len(found) == len(sent), "every assignment"
    by_borough: dict[str, list[Intervals]] = {"": [intervals(row) for row in sent]}
    for row in sent:
        by_borough.setdefault(row["BOROUGH"].lower(), []).append(intervals(row))
    for borough, expected in by_borough.items():
        shown = [tuple(document[name] for name in INTERVALS) for document in found if borough in ("", document["district"])]
        assert Counter(shown) == Counter(expected), borough or "all"
        query = {"group_by": "district" if borough else "all"}
        groups = {group["group"]: group for group in api.get("/api/response_times", **query)["groups"]}
        group = groups[borough or "all"]
        for number, name in enumerate(INTERVALS):
            values = [value for one in expected if (value := one[number]) is not None]
            measured = group["intervals"][name]
            assert measured["count"] == len(values)
            assert [measured[part] for part in ("mean", "p50", "p90", "p95")] == pytest.approx(percentiles(values))

    assumed = sum("dispatched" in document["assumed"] for document in found)
    assert assumed == sum(not row["FIRST_ASSIGNMENT_DATETIME"] for row in sent) > 0
    assert all(document["turnout_s"] is None and document["call_processing_s"] is None for document in found if document["assumed"])

    position = api.position()
    assert "Everything was there already: nothing was changed." in replay(server, log).stdout
    assert api.position() == position
