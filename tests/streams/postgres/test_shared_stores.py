"""What gateways share in PostgreSQL, store by store: a newer one is refused, an absent server is a sentence, and it is found again."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Protocol

import psutil
import psycopg
import pytest

from command_ui.accounts.credential_database import CredentialDatabase
from command_ui.accounts.credentials import CredentialStore
from streams.access_log import AccessLog
from streams.alarm_watch import WatchCheckpoint
from streams.failures import StoreIsNewer, StoreUnavailable
from streams.postgres.access_rows import PostgresAccesses
from streams.postgres.keys import PostgresKeys
from streams.postgres.one_connection import ANSWER_S_MAX, OneConnection
from streams.postgres.relay_store import PostgresRelayStore
from streams.postgres.watch_store import PostgresWatchStore
from tools.local_postgres import LocalPostgres, free_port

pytestmark = pytest.mark.postgres

T0 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
BACK_S_MAX = 30.0


class Store(Protocol):
    def close(self) -> None: ...


Open = Callable[[str], Store]

STORES: dict[str, Open] = {
    "vault": PostgresKeys,
    "access log": PostgresAccesses,
    "alarm watch": PostgresWatchStore,
    "accounts": CredentialDatabase,
    "relay": lambda address: PostgresRelayStore(address, "city"),
}


@pytest.mark.parametrize("part", STORES)
def test_tables_of_a_newer_program_are_refused(part: str, database: str) -> None:
    STORES[part](database).close()
    with psycopg.connect(database, autocommit=True) as newer:
        newer.execute("UPDATE schema_versions SET version = 99")
    with pytest.raises(StoreIsNewer, match=rf"was written by a newer Drumtower \(format 99 of its {part}") as caught:
        STORES[part](database)
    assert "请先升级再启动" in caught.value.zh


@pytest.mark.parametrize("part", STORES)
def test_a_server_that_is_not_there_at_the_start_is_a_sentence_without_the_password(part: str) -> None:
    address = f"postgresql://drumtower:hidden@127.0.0.1:{free_port()}/city"
    with pytest.raises(StoreUnavailable, match=r"The store at 127\.0\.0\.1:\d+/city cannot be opened: ") as caught:
        STORES[part](address)
    assert "无法打开 127.0.0.1:" in caught.value.zh
    assert "hidden" not in caught.value.en + caught.value.zh


def test_an_address_that_is_none_is_a_sentence_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="The store's address cannot be read") as caught:
        PostgresKeys("postgresql://drumtower:hidden@[::1/city")
    assert "hidden" not in caught.value.en


@pytest.mark.parametrize("part", STORES)
def test_gateways_that_start_together_on_an_empty_database_all_start(part: str, database: str) -> None:
    def started(_: int) -> Store:
        return STORES[part](database)

    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(started, range(4)):
            store.close()


def test_an_account_that_may_make_no_tables_can_serve_those_that_are_there(database: str) -> None:
    PostgresAccesses(database).close()
    PostgresKeys(database).close()
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE ROLE gateway LOGIN PASSWORD 'a secret'")
        owner.execute("GRANT SELECT ON schema_versions TO gateway")
        owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON accesses TO gateway")
    address = database.replace(database.partition("://")[2].partition("@")[0], "gateway:a%20secret")
    with closing(AccessLog(PostgresAccesses(address), retention_days=1)) as accesses:
        accesses.opened("261123-0001", "li", "5", T0)
        assert [each.account for each in accesses.readers("261123-0001")] == ["li"]
    with (
        closing(PostgresKeys(address)) as keys,
        pytest.raises(StoreUnavailable, match="permission denied for table vault_keys"),
    ):
        keys.find("call:1")
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP OWNED BY gateway")
        owner.execute("DROP ROLE gateway")


def test_accounts_refuse_while_the_server_is_away_and_go_on_when_it_is_back(postgres: LocalPostgres, database: str) -> None:
    with closing(CredentialStore(CredentialDatabase(database))) as store:
        store.set_password("zhoukai", "hash", must_change=True, at=T0)
        store.begin_session("secret", "zhoukai", at=T0)
        postgres.kill()
        acts: tuple[Callable[[], object], ...] = (
            lambda: store.password("zhoukai"),
            lambda: store.set_password("zhoukai", "other", must_change=False, at=T0),
            lambda: store.begin_session("another", "zhoukai", at=T0),
        )
        for act in acts:
            with pytest.raises(StoreUnavailable, match="The accounts cannot be read or written now: ") as caught:
                act()
            assert caught.value.zh.startswith("账号库现在无法读写:")
        postgres.start()
        kept = store.password("zhoukai")
        assert kept is not None
        assert kept.hash == "hash"
        store.set_password("zhoukai", "other", must_change=False, at=T0)
        assert [each.account for each in store.sign_ins()] == []


def test_a_look_that_cannot_be_kept_is_counted_and_the_next_is_kept(postgres: LocalPostgres, database: str) -> None:
    with closing(AccessLog(PostgresAccesses(database), retention_days=1)) as accesses:
        postgres.kill()
        accesses.opened("261123-0001", "li", "5", T0)
        assert accesses.failed == 1
        with pytest.raises(StoreUnavailable, match="Who opened which record cannot be read or written now"):
            accesses.readers("261123-0001")
        postgres.start()
        accesses.opened("261123-0001", "li", "5", T0)
        assert [each.times for each in accesses.readers("261123-0001")] == [1]
        assert accesses.failed == 1


def test_a_checkpoint_that_was_not_saved_is_saved_later(postgres: LocalPostgres, database: str) -> None:
    with closing(PostgresWatchStore(database)) as store:
        assert store.hold()
        postgres.kill()
        with pytest.raises(StoreUnavailable, match="The alarm watch cannot read or write its memory now"):
            store.save(WatchCheckpoint(sensors=(), readings_position=1, facts_position=1))
        postgres.start()
        store.save(WatchCheckpoint(sensors=(), readings_position=2, facts_position=3))
        assert store.load() == ([], 2, 3)


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_given_up_and_found_again(postgres: LocalPostgres, database: str) -> None:
    assert postgres.process is not None
    server = psutil.Process(postgres.process.pid)
    stopped = [server, *server.children(recursive=True)]
    with closing(CredentialStore(CredentialDatabase(database))) as store:
        assert store.password("zhoukai") is None
        # What serves this connection came after the list above.
        stopped = [server, *server.children(recursive=True)]
        for process in stopped:
            process.suspend()
        try:
            with pytest.raises(StoreUnavailable, match=f"no answer within {ANSWER_S_MAX:.0f} s"):
                store.password("zhoukai")
            begun = time.monotonic()
            with pytest.raises(StoreUnavailable, match="no answer"):
                store.password("zhoukai")
            assert time.monotonic() - begun < ANSWER_S_MAX / 2, "who waits behind it is told at once."
        finally:
            for process in reversed(stopped):
                process.resume()
        deadline = time.monotonic() + BACK_S_MAX
        while True:
            try:
                assert store.password("zhoukai") is None
                break
            except StoreUnavailable:
                assert time.monotonic() < deadline


def test_a_database_that_turned_read_only_is_named_and_written_again_afterwards(database: str) -> None:
    name = database.rpartition("/")[2]
    with closing(CredentialStore(CredentialDatabase(database))) as store, psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        with psycopg.connect(database, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'drumtower' AND datname = %s", (name,)
            )
        with pytest.raises(StoreUnavailable, match="the database is read-only: a standby, or set so"):
            store.set_password("zhoukai", "hash", must_change=True, at=T0)
        assert store.password("zhoukai") is None
        owner.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
        store.set_password("zhoukai", "hash", must_change=True, at=T0)
        assert store.password("zhoukai") is not None


def test_what_was_closed_says_so(database: str) -> None:
    connection = OneConnection(database, lambda words: StoreUnavailable(words, words))
    connection.close()
    with pytest.raises(StoreUnavailable, match="it was closed"):
        connection.execute("SELECT 1")
