"""The log of who opened a record: one entry for a look, kept as long as it is set, and never in a reader's way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from streams.access_log import COALESCED_S, PRUNE_EVERY, AccessLog
from streams.failures import StoreIsNewer
from streams.postgres.access_rows import PostgresAccesses
from tests.real_servers import BOTH

Opened = Callable[..., AccessLog]

T0 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture(params=BOTH)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a further log on one and the same file or database."""
    if request.param == "sqlite":
        return partial(AccessLog, tmp_path / "accesses.db")
    address = request.getfixturevalue("database")
    return lambda retention_days: AccessLog(PostgresAccesses(address), retention_days=retention_days)


def test_looks_within_ten_minutes_are_one_entry(opened: Opened) -> None:
    accesses = opened(retention_days=183)
    for seconds in (0, 30, COALESCED_S - 1):
        accesses.opened("261123-0001", "li", "5", T0 + timedelta(seconds=seconds))
    [entry] = accesses.readers("261123-0001")
    assert (entry.account, entry.at, entry.last_at, entry.times) == ("li", T0, T0 + timedelta(seconds=COALESCED_S - 1), 3)
    accesses.close()


def test_a_later_look_another_reader_and_another_incident_are_entries_of_their_own(opened: Opened) -> None:
    accesses = opened(retention_days=183)
    accesses.opened("261123-0001", "li", "5", T0)
    accesses.opened("261123-0001", "zhou", "6", T0 + timedelta(seconds=1))
    accesses.opened("261123-0002", "li", "5", T0)
    accesses.opened("261123-0001", "li", "5", T0 + timedelta(seconds=COALESCED_S + 1))
    assert [entry.account for entry in accesses.readers("261123-0001")] == ["li", "zhou", "li"]
    accesses.close()


def test_what_is_older_than_the_setting_is_removed(opened: Opened) -> None:
    accesses = opened(retention_days=1)
    accesses.opened("261123-0001", "li", "5", T0)
    for _ in range(PRUNE_EVERY):
        accesses.opened("261123-0002", "li", "5", T0 + timedelta(days=2))
    assert accesses.readers("261123-0001") == []
    accesses.close()


def test_a_log_that_cannot_be_written_is_counted_and_stops_no_reader(opened: Opened) -> None:
    accesses = opened(retention_days=1)
    accesses.close()
    accesses.opened("261123-0001", "li", "5", T0)
    assert accesses.failed == 1


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "accesses.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreIsNewer, match=r"accesses\.db was written by a newer Drumtower"):
        AccessLog(tmp_path / "accesses.db", retention_days=1)


def test_one_account_that_reads_at_two_gateways_is_one_entry(opened: Opened) -> None:
    one, other = opened(retention_days=183), opened(retention_days=183)
    with ThreadPoolExecutor(2) as pool:
        for seconds in range(20):
            at = T0 + timedelta(seconds=seconds)
            list(pool.map(lambda gateway, at=at: gateway.opened("261123-0001", "li", "5", at), (one, other)))
    [entry] = one.readers("261123-0001")
    assert (entry.last_at, entry.times) == (T0 + timedelta(seconds=19), 40)
    assert other.readers("261123-0001") == [entry]
    one.close()
    other.close()
