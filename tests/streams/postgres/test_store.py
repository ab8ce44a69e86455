"""What only PostgreSQL can be: out of reach, read-only, of another version, locked, cut off in the middle of a commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from streams.failures import StoreIsNewer, StoreUnavailable
from streams.postgres import connections, failures
from streams.postgres.connections import Datastore
from streams.postgres.fact_store import FactStore
from streams.postgres.fact_tables import LOCK, STEPS
from tests.domain.given_when_then import FIRST, T0, city, opened
from tests.streams.on_disk import ANSWER_S, a_random_log
from tests.streams.places import Place, closed_after
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

DESK = a_random_log(seed=11, commands=60)


@pytest.fixture
def place(tmp_path: Path, database: str) -> Iterator[Place]:
    """An empty database."""
    with closed_after(Place(tmp_path, database)) as here:
        yield here


def execute(address: str, *statements: LiteralString) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


CUT_OFF: LiteralString = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://drumtower:wrong@127.0.0.1:{port}/postgres", "password authentication failed"),
        ("postgresql://drumtower:{password}@127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("postgresql://drumtower@127.0.0.1:1/postgres", "Connection refused"),
        ("postgresql://drumtower:{password}@127.0.0.1:{port}/postgres?sslmode=require", "SSL"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_told_by_its_own_reason(postgres: LocalPostgres, address: str, sentence: str) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        FactStore(address.format(port=postgres.port, password=postgres.password))
    assert refused.value.en.startswith("The store at 127.0.0.1:")
    assert "cannot be opened: " in refused.value.en
    assert sentence in refused.value.en
    assert refused.value.zh.startswith("无法打开 127.0.0.1:")
    assert postgres.password not in refused.value.en


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(StoreUnavailable, match="it looks like postgresql://account:password@host:5432/database") as refused:
        FactStore("postgresql//drumtower:secret@host/database")
    assert "secret" not in refused.value.en + refused.value.zh


def test_a_newer_store_is_left_alone(place: Place) -> None:
    place.open().close()
    execute(place.address, "UPDATE schema_versions SET version = 99", "DROP TABLE receipts")
    with pytest.raises(StoreIsNewer, match="was written by a newer Drumtower") as refused:
        place.open()
    assert "由更新版本的鼓楼写成" in refused.value.zh
    assert place.execute("SELECT to_regclass('receipts')") == [(None,)]


def test_several_that_start_at_once_make_the_tables_once(place: Place) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: place.open(), range(6)))
    assert [store.last_position for store in stores] == [0] * 6
    assert place.execute("SELECT * FROM schema_versions") == [("facts", len(STEPS))]


def test_an_account_that_may_only_read_and_write_opens_what_is_there(place: Place) -> None:
    place.open().append([recorded.fact for recorded in DESK.log], [])
    execute(
        place.address,
        "DROP ROLE IF EXISTS gateway",
        "CREATE ROLE gateway LOGIN PASSWORD 'gateway'",
        "GRANT SELECT, INSERT ON stored_events, receipts TO gateway",
        "GRANT SELECT ON schema_versions TO gateway",
        # The owner takes the lock for it.
        "GRANT SELECT ON chain TO gateway",
        "GRANT EXECUTE ON FUNCTION lock_log() TO gateway",
    )
    lesser = FactStore(place.address.replace("drumtower:", "gateway:").replace(place.address.split(":")[2].split("@")[0], "gateway"))
    assert list(lesser.facts(0)) == DESK.log
    assert not lesser.append([], [("key", b"", -1, T0.isoformat(), b"")])
    assert lesser.receipts(["key"])["key"].position == len(DESK.log)
    lesser.close()
    execute(place.address, "DROP OWNED BY gateway", "DROP ROLE gateway")


def test_a_read_only_server_is_read_refuses_commands_and_is_forgiven(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        execute(
            place.address,
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
            CUT_OFF,
        )
        before = len(disk.log())
        for _ in range(2):
            with pytest.raises(StoreUnavailable) as refused:
                disk.do(opened(), key="open-the-first")
            assert "(it is read-only: a standby, or set so): nothing was accepted" in refused.value.en
            assert "该库只读" in refused.value.zh
        other = place.open()
        assert other.last_position == before, "what is there can be read"
        with psycopg.connect(place.address, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$"
            )
        answer = disk.do(opened(), key="open-the-first")
        assert (answer.repeated, answer.result, answer.position) == (False, {"incident": FIRST}, before + 1)


def test_connections_that_were_cut_are_made_anew_unseen(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        for _ in range(3):
            execute(place.address, CUT_OFF)
            disk.do(opened())
            execute(place.address, CUT_OFF)
            assert len(disk.log()) == disk.machine.facts.last_position


def test_a_commit_that_was_not_answered_is_in_doubt_until_it_is_sent_again(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        execute(
            place.address,
            "CREATE FUNCTION end_at_commit() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER ending AFTER INSERT ON receipts DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION end_at_commit()",
        )
        with pytest.raises(StoreUnavailable) as refused:
            disk.do(opened(), key="open-the-first")
        assert "whether this was accepted is not known. Send it again with the same key" in refused.value.en
        assert "是否受理尚不可知" in refused.value.zh
        execute(place.address, "DROP TRIGGER ending ON receipts")
        assert disk.do(opened(), key="open-the-first").result == {"incident": FIRST}
        assert [recorded.fact.by.cause for recorded in disk.log()].count("open-the-first") == 1


def test_who_holds_the_lock_too_long_is_told_and_the_command_is_taken_when_it_is_free(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LOCK_S_MAX", 1)
    with place.machine() as disk:
        disk.do(*city())
        with psycopg.connect(place.address) as other:
            other.execute(LOCK)
            with pytest.raises(StoreUnavailable, match=r"\(another program holds its lock\): nothing was accepted"):
                disk.do(opened(), key="open-the-first")
        assert not disk.do(opened(), key="open-the-first").repeated


def test_a_process_that_stands_still_with_the_lock_is_cut_off(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_IN_TRANSACTION_S_MAX", 1)
    with place.machine() as disk:
        disk.do(*city())
        still = Datastore(place.address)
        is_over = threading.Event()

        def hold(connection: connections.Rows) -> None:
            with connection.transaction():
                connection.execute(LOCK)
                is_over.wait(60)
                connection.execute("SELECT 1")

        with ThreadPoolExecutor(1) as pool:
            held = pool.submit(still.run, hold)
            disk.do(opened())
            is_over.set()
            # It was dead when it awoke, and had its turn once more: the lock is free by then.
            held.result(60)
        still.close()


def test_no_read_walks_through_the_whole_log(place: Place) -> None:
    store = place.open()
    store.append([recorded.fact for recorded in DESK.log], [("key", b"", 0, T0.isoformat(), b"")])
    execute(
        place.address,
        "INSERT INTO stored_events SELECT n + 1000, 'incident:2611' || (n % 20 + 10) || '-' || to_char(n / 20, 'FM0000'), n % 7 + 1, "
        "topic, state, hash FROM generate_series(1, 30000) AS n, LATERAL (SELECT topic, state, hash FROM stored_events "
        "WHERE notification_id = 1) AS a ON CONFLICT DO NOTHING",
        "INSERT INTO receipts SELECT 'filler' || n, '', n, '', '' FROM generate_series(1, 30000) AS n",
        "ANALYZE",
        "SELECT pg_stat_reset()",
    )
    number = FIRST
    for _ in range(12):
        # The server makes one plan for all values of a statement after the first few.
        assert store.last_position > 20_000
        assert store.head.position == store.last_position
        assert len(list(store.facts(store.last_position - 5))) <= 5
        store.facts_at([1, 5, 9])
        store.facts_of(f"incident:{number}")
        store.stream(f"incident:{number}", 3)
        store.streams(f"assignment:{number}/", 3)
        store.positions_of([f"incident:{number}", "call:404"])
        store.positions_under(f"assignment:{number}/")
        store.places(f"incident:{number}", 1, 400)
        store.first_position(f"incident:{number}")
        store.last_number("incident:261113")
        assert set(store.receipts(["key", "none"])) == {"key"}
    store.close()
    walked = place.execute("SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname IN ('stored_events', 'receipts') ORDER BY 1")
    assert walked == [("receipts", 0), ("stored_events", 0)]


@pytest.mark.parametrize(
    ("error", "en"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "its disk is full"),
        (psycopg.errors.InsufficientPrivilege("permission denied"), "this account has not the right to"),
        (psycopg.errors.TooManyConnections("sorry"), "it has no connection left for this program"),
        (psycopg.errors.InternalError_("odd\n  things."), "odd things"),
        (psycopg.OperationalError(""), "OperationalError"),
    ],
)
def test_what_the_server_says_becomes_a_sentence(error: psycopg.Error, en: str) -> None:
    told = failures.not_used("host:5432/city", error)
    assert told.en == (
        f"The store at host:5432/city cannot be used now ({en}): nothing was accepted. Send it again with the same key when it is well."
    )
    assert told.zh.startswith("host:5432/city 的存储现在无法使用(")


def test_who_takes_a_turn_is_overtaken_by_nobody_and_lets_the_others_on_afterwards(place: Place) -> None:
    ours, theirs = place.open(), place.open()
    with ThreadPoolExecutor(1) as pool:
        with ours.in_turn(), ours.in_turn():
            waiting = pool.submit(theirs.append, [DESK.log[0].fact], [])
            until(lambda: place.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == [(1,)])
            assert ours.append([DESK.log[1].fact], []) == [1]
        assert waiting.result(60) == [2]
    assert ours.append([DESK.log[2].fact], []) == [3]


def until(is_so: Callable[[], bool]) -> None:
    latest = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < latest, "it did not come to be"


def test_gateways_that_give_the_same_numbers_refuse_nobody(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
    with place.machine() as first, place.machine() as second:
        waiting = [each.submit(opened()) for _ in range(60) for each in (first, second)]
        numbers = [future.result(ANSWER_S).result["incident"] for future in waiting]
        assert sorted(numbers) == [f"261123-{number:04d}" for number in range(1, 121)]
