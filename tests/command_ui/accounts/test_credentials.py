"""What is kept of secrets, in its own file."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from command_ui.accounts.credentials import PRUNE_EVERY, CredentialStore, SignIn, digest
from streams.failures import StoreIsNewer, StoreUnavailable
from tests.command_ui.accounts.door import T0


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    CredentialStore(tmp_path / "accounts.db").close()
    assert (tmp_path / "accounts.db").stat().st_mode & 0o077 == 0


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    CredentialStore(tmp_path / "accounts.db").close()
    with sqlite3.connect(tmp_path / "accounts.db") as writer:
        writer.execute("PRAGMA user_version = 99")
    writer.close()
    with pytest.raises(StoreIsNewer, match="was written by a newer Drumtower"):
        CredentialStore(tmp_path / "accounts.db")


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "accounts.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        CredentialStore(tmp_path / "accounts.db")


def test_a_locked_file_refuses_and_recovers(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "accounts.db", locked_s_max=0.01)
    other = sqlite3.connect(tmp_path / "accounts.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        store.set_password("zhoukai", "hash", must_change=True, at=T0)
    assert store.password("zhoukai") is None
    other.execute("ROLLBACK")
    other.close()
    store.set_password("zhoukai", "hash", must_change=True, at=T0)
    assert store.password("zhoukai") is not None
    store.close()


def test_a_rehash_does_not_undo_a_change_that_came_between(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "accounts.db")
    store.set_password("zhoukai", "old", must_change=False, at=T0)
    store.set_password("zhoukai", "changed", must_change=False, at=T0)
    store.rehash("zhoukai", "old", "old under other parameters")
    kept = store.password("zhoukai")
    assert kept is not None
    assert kept.hash == "changed"
    store.close()


def test_moments_are_kept_to_the_microsecond(tmp_path: Path) -> None:
    """Sessions and passwords are compared with facts of the log: a rounded moment would end the session that it began."""
    store = CredentialStore(tmp_path / "accounts.db")
    for microsecond in (0, 1, 123_457, 500_001, 999_999):
        at = T0.replace(microsecond=microsecond)
        store.begin_session(f"secret {microsecond}", "zhoukai", at=at)
        session = store.session(digest(f"secret {microsecond}"))
        assert session is not None
        assert session.created_at == at
    store.close()


def test_use_is_written_once_a_minute(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "accounts.db")
    store.begin_session("secret", "zhoukai", at=T0)
    for seconds, expected in ((59, 0), (60, 60), (90, 60), (120, 120)):
        session = store.session(digest("secret"))
        assert session is not None
        store.use_session(session, at=T0 + timedelta(seconds=seconds))
        session = store.session(digest("secret"))
        assert session is not None
        assert session.used_at == T0 + timedelta(seconds=expected)
    store.close()


def test_records_of_tries_are_kept_half_a_year_and_never_fill_the_disk(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "accounts.db", sign_ins_max=5)
    store.record(SignIn(T0, "zhoukai", "10.0.3.17", "signed_in"))
    later = T0 + timedelta(days=184)
    for index in range(2 * PRUNE_EVERY):
        store.record(SignIn(later + timedelta(seconds=index), "", "10.0.3.18", "wrong_password"))
    kept = store.sign_ins(limit=10 * PRUNE_EVERY)
    assert len(kept) < PRUNE_EVERY + 5
    assert store.sign_ins("zhoukai") == []
    assert kept[0].at == later + timedelta(seconds=2 * PRUNE_EVERY - 1)
    store.close()


def test_an_address_is_known_for_a_month(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "accounts.db")
    store.know_address("zhoukai", "10.0.3.17", at=T0)
    assert store.is_known_address("zhoukai", "10.0.3.17", at=T0 + timedelta(days=29))
    assert not store.is_known_address("zhoukai", "10.0.3.17", at=T0 + timedelta(days=30))
    assert not store.is_known_address("chen", "10.0.3.17", at=T0)
    store.close()


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "accounts.db")

    def begun(number: int) -> bool:
        for index in range(25):
            store.begin_session(f"{number} {index}", f"account{number}", at=T0 + timedelta(seconds=index))
        return store.session(digest(f"{number} 24")) is not None

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(begun, range(4)))
    store.close()
