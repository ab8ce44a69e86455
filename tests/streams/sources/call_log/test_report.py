from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from streams.sources.call_log.mapping import mapping_of
from streams.sources.call_log.operations import Operation
from streams.sources.call_log.reading import CallLog, read_log
from streams.sources.call_log.report import ReplayReport, show
from streams.sources.call_log.vocabulary import slug, vocabulary_commands
from streams.sources.client import Accepted, Answer, Refused

AT = datetime(2026, 1, 1, tzinfo=UTC)
DONE = Accepted({}, is_repeated=False, position=1)
THERE = Accepted({}, is_repeated=True, position=1)
REFUSED = Refused(409, "unit_is_assigned", "E1 is assigned.", "E1 正在执行。")


def operation(number: int, *tells: str) -> Operation:
    return Operation(key=f"response/{number}/dispatch", name="dispatch_units", body={}, at=AT, tells=tells)


def report_of(*answers: Answer | None) -> ReplayReport:
    report = ReplayReport(CallLog("log.csv"))
    operations = [operation(number, "dispatched") for number in range(len(answers))]
    for one in operations:
        report.plan(one)
    for one, answer in zip(operations, answers, strict=True):
        if answer is None:
            report.leave_out(one, "as open was refused")
        else:
            report.answer(one, answer)
    return report


def shown(report: ReplayReport) -> str:
    told = io.StringIO()
    show(report, Console(file=told, width=160))
    return told.getvalue()


def test_every_command_and_every_time_is_accepted_there_refused_or_left_out() -> None:
    report = report_of(DONE, THERE, REFUSED, None)
    tally = report.times["dispatched"]
    assert (tally.planned, tally.accepted, tally.already_there, tally.refused, tally.not_sent) == (4, 1, 1, 1, 1)
    assert report.is_accounted_for
    assert "1 x dispatch_units: unit_is_assigned" in shown(report)
    assert "response/2/dispatch: E1 is assigned." in shown(report)


def test_an_account_that_does_not_add_up_says_so() -> None:
    report = report_of(DONE)
    report.plan(operation(9, "dispatched"))
    assert not report.is_accounted_for
    assert "The account does not add up" in shown(report)


def test_a_run_that_changed_nothing_says_so() -> None:
    assert "Everything was there already: nothing was changed." in shown(report_of(THERE, THERE))
    assert "nothing was changed" not in shown(report_of(THERE, DONE))


def test_times_of_rows_without_a_unit_are_named_as_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("id,at,sent\n1,2026-01-01T00:00:00,2026-01-01T00:01:00\n", "utf-8")
    mapping = mapping_of({"name": "x", "zone": "UTC", "columns": {"call": "id", "received": "at", "dispatched": "sent"}}, "here")
    report = ReplayReport(read_log(path, mapping))
    assert report.untold["dispatched"] == 1
    assert "Not sent, as their rows name no unit: " in shown(report)
    assert "1 calls have no place" in shown(report)


def test_a_logs_own_words_become_codes_and_each_is_made_known_before_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,at,unit,kind,what,area\n1,2026-01-01T00:00:00,E1,Engine,Structure Fire,Mission Bay\n", "utf-8")
    columns = {"call": "id", "received": "at", "unit": "unit", "unit_type": "kind", "incident_type": "what", "district": "area"}
    mapping = mapping_of({"name": "x", "zone": "UTC", "agency": "fire", "columns": columns}, "here")
    found = [(name, next(iter(body.values()))) for _, name, body in vocabulary_commands(read_log(path, mapping).calls, mapping)]
    assert found == [
        ("register_agency", "fire"),
        ("register_station", "fire-headquarters"),
        ("define_district", "mission_bay"),
        ("define_incident_type", "structure_fire"),
        ("register_unit", "E1"),
    ]
    assert slug("住宅 火灾!") == "住宅_火灾"
