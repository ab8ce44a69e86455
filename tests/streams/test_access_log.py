"""The log of who opened a record: one entry for a look, kept as long as it is set, and never in a reader's way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.access_log import COALESCED_S, PRUNE_EVERY, AccessLog
from streams.failures import StoreIsNewer

T0 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def test_looks_within_ten_minutes_are_one_entry(tmp_path: Path) -> None:
    accesses = AccessLog(tmp_path / "accesses.db", retention_days=183)
    for seconds in (0, 30, COALESCED_S - 1):
        accesses.opened("261123-0001", "li", "5", T0 + timedelta(seconds=seconds))
    [entry] = accesses.readers("261123-0001")
    assert (entry.account, entry.at, entry.last_at, entry.times) == ("li", T0, T0 + timedelta(seconds=COALESCED_S - 1), 3)


def test_a_later_look_another_reader_and_another_incident_are_entries_of_their_own(tmp_path: Path) -> None:
    accesses = AccessLog(tmp_path / "accesses.db", retention_days=183)
    accesses.opened("261123-0001", "li", "5", T0)
    accesses.opened("261123-0001", "zhou", "6", T0 + timedelta(seconds=1))
    accesses.opened("261123-0002", "li", "5", T0)
    accesses.opened("261123-0001", "li", "5", T0 + timedelta(seconds=COALESCED_S + 1))
    assert [entry.account for entry in accesses.readers("261123-0001")] == ["li", "zhou", "li"]


def test_what_is_older_than_the_setting_is_removed(tmp_path: Path) -> None:
    accesses = AccessLog(tmp_path / "accesses.db", retention_days=1)
    accesses.opened("261123-0001", "li", "5", T0)
    for _ in range(PRUNE_EVERY):
        accesses.opened("261123-0002", "li", "5", T0 + timedelta(days=2))
    assert accesses.readers("261123-0001") == []


def test_a_log_that_cannot_be_written_is_counted_and_stops_no_reader(tmp_path: Path) -> None:
    accesses = AccessLog(tmp_path / "accesses.db", retention_days=1)
    accesses.close()
    accesses.opened("261123-0001", "li", "5", T0)
    assert accesses.failed == 1


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "accesses.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreIsNewer, match=r"accesses\.db was written by a newer Drumtower"):
        AccessLog(tmp_path / "accesses.db", retention_days=1)
