"""What is kept of secrets, in its own file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from command_ui.accounts.credential_database import CredentialDatabase
from command_ui.accounts.credentials import PRUNE_EVERY, SESSIONS_MAX, CredentialStore, Password, Session, SignIn, digest
from streams.failures import StoreIsNewer, StoreUnavailable
from tests.command_ui.accounts.door import T0
from tests.real_servers import BOTH

Opened = Callable[..., CredentialStore]


@pytest.fixture(params=BOTH)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a further store on one and the same file or database."""
    if request.param == "sqlite":
        return partial(CredentialStore, tmp_path / "accounts.db")
    address = request.getfixturevalue("database")
    return lambda **limits: CredentialStore(CredentialDatabase(address), **limits)


@pytest.fixture
def store(opened: Opened) -> Iterator[CredentialStore]:
    store = opened()
    yield store
    store.close()


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


def test_a_rehash_does_not_undo_a_change_that_came_between(store: CredentialStore) -> None:
    store.set_password("zhoukai", "old", must_change=False, at=T0)
    store.set_password("zhoukai", "changed", must_change=False, at=T0)
    store.rehash("zhoukai", "old", "old under other parameters")
    kept = store.password("zhoukai")
    assert kept is not None
    assert kept.hash == "changed"


def test_moments_are_kept_to_the_microsecond(store: CredentialStore) -> None:
    """Sessions and passwords are compared with facts of the log: a rounded moment would end the session that it began."""
    for microsecond in (0, 1, 123_457, 500_001, 999_999):
        at = T0.replace(microsecond=microsecond)
        store.begin_session(f"secret {microsecond}", "zhoukai", at=at)
        session = store.session(digest(f"secret {microsecond}"))
        assert session is not None
        assert session.created_at == at


def test_use_is_written_once_a_minute(store: CredentialStore) -> None:
    store.begin_session("secret", "zhoukai", at=T0)
    for seconds, expected in ((59, 0), (60, 60), (90, 60), (120, 120)):
        session = store.session(digest("secret"))
        assert session is not None
        store.use_session(session, at=T0 + timedelta(seconds=seconds))
        session = store.session(digest("secret"))
        assert session is not None
        assert session.used_at == T0 + timedelta(seconds=expected)


def test_records_of_tries_are_kept_half_a_year_and_never_fill_the_disk(opened: Opened) -> None:
    store = opened(sign_ins_max=5)
    store.record(SignIn(T0, "zhoukai", "10.0.3.17", "signed_in"))
    later = T0 + timedelta(days=184)
    for index in range(2 * PRUNE_EVERY):
        store.record(SignIn(later + timedelta(seconds=index), "", "10.0.3.18", "wrong_password"))
    kept = store.sign_ins(limit=10 * PRUNE_EVERY)
    assert len(kept) < PRUNE_EVERY + 5
    assert store.sign_ins("zhoukai") == []
    assert kept[0].at == later + timedelta(seconds=2 * PRUNE_EVERY - 1)
    store.close()


def test_an_address_is_known_for_a_month(store: CredentialStore) -> None:
    store.know_address("zhoukai", "10.0.3.17", at=T0)
    assert store.is_known_address("zhoukai", "10.0.3.17", at=T0 + timedelta(days=29))
    assert not store.is_known_address("zhoukai", "10.0.3.17", at=T0 + timedelta(days=30))
    assert not store.is_known_address("chen", "10.0.3.17", at=T0)


def test_threads_share_a_store(store: CredentialStore) -> None:

    def begun(number: int) -> bool:
        for index in range(25):
            store.begin_session(f"{number} {index}", f"account{number}", at=T0 + timedelta(seconds=index))
        return store.session(digest(f"{number} 24")) is not None

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(begun, range(4)))


def test_a_first_password_is_given_once(store: CredentialStore) -> None:
    assert store.set_first_password("admin", "one", at=T0)
    assert not store.set_first_password("admin", "another", at=T0)
    assert store.password("admin") == Password("one", must_change=True, changed_at=T0)


def test_a_password_is_never_older_than_the_one_before_it(store: CredentialStore) -> None:
    """Two gateways whose clocks differ: sessions of the earlier password end all the same."""
    store.set_password("zhoukai", "one", must_change=False, at=T0)
    store.set_password("zhoukai", "another", must_change=True, at=T0 - timedelta(seconds=2))
    assert store.password("zhoukai") == Password("another", must_change=True, changed_at=T0 + timedelta(microseconds=1))


def test_of_two_that_change_the_same_password_one_does(store: CredentialStore) -> None:
    store.set_password("zhoukai", "old", must_change=True, at=T0)
    seen = store.password("zhoukai")
    assert seen is not None
    later = T0 + timedelta(seconds=1)
    assert [store.replace_password("zhoukai", name, seen=seen, at=later) for name in ("mine", "yours")] == [True, False]
    assert store.password("zhoukai") == Password("mine", must_change=False, changed_at=later)


def test_the_least_used_session_beyond_the_limit_ends(store: CredentialStore) -> None:
    for index in range(SESSIONS_MAX + 1):
        store.begin_session(f"secret {index}", "zhoukai", at=T0 + timedelta(seconds=index))
    assert store.session(digest("secret 0")) is None
    assert store.session(digest("secret 1")) is not None


def test_a_name_with_a_letter_that_no_store_keeps_is_nobodys(store: CredentialStore) -> None:
    assert store.password("zhou\0kai") is None
    assert not store.is_known_address("zhou\0kai", "10.0.3.17", at=T0)


def test_tries_are_listed_newest_first_of_one_or_of_all(store: CredentialStore) -> None:
    for seconds, account in enumerate(("zhoukai", "chen", "zhoukai")):
        store.record(SignIn(T0 + timedelta(seconds=seconds), account, "10.0.3.17", "signed_in"))
    assert [each.account for each in store.sign_ins()] == ["zhoukai", "chen", "zhoukai"]
    assert [(each.at - T0).seconds for each in store.sign_ins("zhoukai", limit=5)] == [2, 0]


def test_what_one_gateway_writes_is_so_at_the_other(opened: Opened) -> None:
    one, other = opened(), opened()
    one.begin_session("secret", "zhoukai", at=T0)
    assert other.session(digest("secret")) == Session(digest("secret"), "zhoukai", T0, T0)
    other.end_session(digest("secret"))
    assert one.session(digest("secret")) is None
    one.add_token("dt_secret", "demo/1")
    assert other.token("dt_secret", at=T0) == "demo/1"
    assert one.tokens_used() == {"demo/1": T0}
    other.remove_token("demo/1")
    assert (one.token("dt_secret", at=T0), one.has_token("demo/1")) == (None, False)
    one.close()
    other.close()
