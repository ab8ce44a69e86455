"""The telemetry log: batches in their order, kept for as long as the setting says, and nothing shed uncounted."""

from __future__ import annotations

import sqlite3
from importlib import import_module
from pathlib import Path

import pytest

from streams.failures import StoreUnavailable
from streams.telemetry import DAY_S, TelemetryLog
from tests.streams.on_disk import ANSWER_S
from tests.streams.telemetry_logs import OpenLog, open_log  # noqa: F401 -- a fixture

NOW_S = 1_790_000_000.0


def a_log(directory: Path, *, days: float = 7, now: float = NOW_S) -> TelemetryLog:
    return TelemetryLog(directory / "telemetry.db", retention_days=days, now=lambda: now)


def test_batches_come_back_by_kind_in_their_order(open_log: OpenLog) -> None:  # noqa: F811 -- the fixture's value
    log = open_log(lambda: NOW_S)
    waiting = [log.append(kind, "gateway", 2, b"[%d]" % index) for index, kind in enumerate(["fixes", "readings", "fixes"])]
    log.start()
    assert [future.result(ANSWER_S) for future in waiting] == [1, 2, 3]
    assert [(batch.position, batch.source, batch.count, batch.payload) for batch in log.batches("fixes")] == [
        (1, "gateway", 2, b"[0]"),
        (3, "gateway", 2, b"[2]"),
    ]
    assert [batch.position for batch in log.batches("fixes", after=1)] == [3]
    assert list(log.batches("fixes", since=NOW_S + 1)) == []
    assert (log.position, log.appended, log.shed) == (3, 6, 0)
    log.stop()


def test_what_waits_when_the_log_stops_is_written(open_log: OpenLog) -> None:  # noqa: F811 -- the fixture's value
    log = open_log(lambda: NOW_S)
    log.start()
    waiting = [log.append("fixes", "gateway", 1, b"[]") for _ in range(300)]
    log.stop()
    assert [future.result(0) for future in waiting] == list(range(1, 301))
    again = open_log(lambda: NOW_S)
    assert again.position == 300
    again.stop()


def test_what_was_written_does_not_stay_beside_the_file(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    log.start()
    for _ in range(40):
        log.append("fixes", "gateway", 1, b" " * 500_000).result(ANSWER_S)
    assert (tmp_path / "telemetry.db").stat().st_size > 10_000_000
    assert (tmp_path / "telemetry.db-wal").stat().st_size < 10_000_000
    log.stop()


def test_what_is_older_than_the_retention_is_removed_and_no_position_comes_twice(tmp_path: Path) -> None:
    for day, expected in ((0, [1]), (6.9, [1, 2]), (7.1, [2, 3]), (30, [4])):
        log = a_log(tmp_path, now=NOW_S + day * DAY_S)
        log.start()
        log.append("fixes", "gateway", 1, b"[]").result(ANSWER_S)
        assert [batch.position for batch in log.batches("fixes")] == expected
        log.stop()


def test_a_position_is_never_used_again_though_all_is_older_than_the_retention(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    log.start()
    assert [log.append("fixes", "gateway", 1, b"[]").result(ANSWER_S) for _ in range(3)] == [1, 2, 3]
    log.stop()
    for days, expected in ((100, 4), (200, 5)):
        log = a_log(tmp_path, now=NOW_S + days * DAY_S)
        log.start()
        assert log.append("fixes", "gateway", 1, b"[]").result(ANSWER_S) == expected
        assert [batch.position for batch in log.batches("fixes")] == [expected]
        log.stop()


def test_what_cannot_wait_is_refused_and_counted(
    open_log: OpenLog,  # noqa: F811 -- the fixture's value
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = open_log(lambda: NOW_S)
    module = import_module("streams.telemetry" if isinstance(log, TelemetryLog) else "streams.kafka.telemetry_writer")
    monkeypatch.setattr(module, "WAITING_BATCHES_MAX", 2)
    waiting = [log.append("fixes", "gateway", 3, b"[]") for _ in range(2)]
    with pytest.raises(StoreUnavailable, match="cannot keep up: 5 elements were not taken") as refused:
        log.append("fixes", "gateway", 5, b"[]")
    assert refused.value.zh == "遥测日志写入过慢:5 条未受理。请重发最新数据。"
    assert log.shed == 5
    log.start()
    assert [future.result(ANSWER_S) for future in waiting] == [1, 2]
    log.stop()


def test_a_batch_that_was_taken_back_leaves_no_row_and_the_log_goes_on(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    taken_back, kept = [log.append("fixes", "gateway", 1, b"[]") for _ in range(2)]
    assert taken_back.cancel()
    log.start()
    assert kept.result(ANSWER_S) == 1
    assert log.append("fixes", "gateway", 1, b"[]").result(ANSWER_S) == 2
    log.stop()


def test_a_log_that_cannot_be_written_says_so_counts_and_recovers(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    log._connection.execute("PRAGMA busy_timeout = 50")  # noqa: SLF001 -- five seconds are long for a test
    other = sqlite3.connect(tmp_path / "telemetry.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    log.start()
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        log.append("fixes", "gateway", 4, b"[]").result(ANSWER_S)
    assert log.shed == 4
    other.execute("ROLLBACK")
    other.close()
    assert log.append("fixes", "gateway", 1, b"[]").result(ANSWER_S) == 1
    log.stop()


def test_a_log_of_the_first_format_is_read_and_gets_its_counts(tmp_path: Path) -> None:
    older = sqlite3.connect(tmp_path / "telemetry.db")
    older.execute(
        "CREATE TABLE batches (position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, source TEXT NOT NULL, "
        "recorded_at REAL NOT NULL, count INTEGER NOT NULL, payload BLOB NOT NULL)"
    )
    older.execute("INSERT INTO batches (kind, source, recorded_at, count, payload) VALUES ('fixes', 'a', ?, 3, '[]')", (NOW_S,))
    older.execute("PRAGMA user_version = 1")
    older.commit()
    older.close()
    log = a_log(tmp_path)
    log.start()
    log.append("fixes", "a", 2, b"[]", rejected=1, newest_at=NOW_S - 1).result(ANSWER_S)
    log.stop()
    again = a_log(tmp_path)
    assert [(each.accepted, each.rejected, each.newest_at) for each in again.heard(0, NOW_S)] == [(3, 0, None), (2, 1, NOW_S - 1)]
    again.stop()


def test_what_was_heard_is_told_up_to_a_moment_and_a_kind_s_newest_and_oldest_are_found(
    open_log: OpenLog,  # noqa: F811 -- the fixture's value
) -> None:
    clock = [NOW_S]
    log = open_log(lambda: clock[0])
    log.start()
    for seconds, kind in ((0, "health"), (10, "fixes"), (20, "health"), (30, "health")):
        clock[0] = NOW_S + seconds
        log.append(kind, "a", 1, b"[]").result(ANSWER_S)
    assert [each.position for each in log.heard(1, NOW_S + 20)] == [2, 3]
    assert [each.position for each in log.batches("health", since=NOW_S + 10)] == [3, 4]
    assert [
        found.position if found else None
        for found in (
            log.newest("health", since=NOW_S, until=NOW_S + 29),
            log.oldest("health", since=NOW_S + 1, until=NOW_S + 29),
            log.newest("health", since=NOW_S + 21, until=NOW_S + 29),
            log.newest("health", since=NOW_S, until=NOW_S + 30),
            log.oldest("health", since=NOW_S, until=float("inf")),
            log.oldest("fixes", since=NOW_S + 11, until=float("inf")),
        )
    ] == [3, 3, None, 4, 1, None]
    log.stop()
