"""The views when PostgreSQL is killed, away, read-only, full, or not as it should be: a sentence, and on by itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from projections import CATALOGUE
from streams import projector
from streams.fact_store import FactStore
from streams.failures import StoreIsNewer, StoreUnavailable
from streams.postgres.view_connections import CONNECTIONS_MAX, Connections
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Projector
from streams.views import Change
from tests.real_servers import a_postgres
from tests.streams.on_disk import a_random_log
from tests.streams.scratch import digests, from_scratch
from tests.streams.view_stores import a_schema
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

# A start of the server after a kill reads its log again: a second on an idle machine.
SETTLED_S = 60.0


@pytest.fixture
def own_server() -> Iterator[LocalPostgres]:
    """A server that a test may kill."""
    yield from a_postgres()


@pytest.fixture
def address(postgres: LocalPostgres) -> str:
    return a_schema(postgres.address())


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLED_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.005)


@pytest.mark.faults
@pytest.mark.slow
def test_a_server_that_is_killed_in_the_middle_of_folding_loses_nothing(
    own_server: LocalPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "CATCH_UP_FACTS", 3)
    monkeypatch.setattr(projector, "IDLE_LOOK_S", 0.005)
    monkeypatch.setattr(projector, "RETRY_S", 0.05)
    chance = random.Random(11)
    log = [recorded.fact for recorded in a_random_log(seed=3, commands=500).log]
    facts, views = FactStore(tmp_path / "facts.db"), PostgresViewStore(own_server.make("views"), publishes=True)
    published: list[int] = []
    host = Projector(facts, views, CATALOGUE, lambda each: published.append(each.positions["unit_status"]))
    host.start()
    log = log[: len(log) // 3 * 3]
    part = len(log) // 3
    for start in range(0, len(log), part):
        facts.save(*log[start : start + part - 3])
        middle = start + chance.randint(1, part // 2)
        wait_until(lambda: host.position >= middle)  # noqa: B023 -- called at once
        own_server.kill()
        facts.save(*log[start + part - 3 : start + part])
        wait_until(lambda: host.trouble != "" or host.failure != "")
        assert "PostgreSQL (127.0.0.1:" in host.trouble
        own_server.start()
        wait_until(lambda: host.trouble == "" or host.failure != "")
        assert host.failure == ""
    wait_until(lambda: host.position == len(log) or host.failure != "")
    assert host.failure == ""
    assert digests(views) == from_scratch(facts, tmp_path / "scratch.db")
    assert published[-1] == len(log)
    host.stop()
    views.close()
    facts.close()


@pytest.mark.faults
def test_whoever_lost_the_connection_while_another_host_went_on_is_fenced(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "RETRY_S", 0.01)
    facts, views, others = FactStore(tmp_path / "facts.db"), MayBeAway(address), PostgresViewStore(address)
    facts.save(*(recorded.fact for recorded in a_random_log(seed=3, commands=60).log))
    host, other = (Projector(facts, store, CATALOGUE, lambda _published: None) for store in (views, others))
    views.is_away = True
    host.start()
    wait_until(lambda: host.trouble != "")
    other.catch_up()
    views.is_away = False
    wait_until(lambda: host.failure != "")
    assert "Another process has moved the checkpoint" in host.failure
    host.stop()
    for store in (views, others, facts):
        store.close()


@pytest.mark.faults
def test_a_transaction_whose_answer_was_lost_is_published_once(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "RETRY_S", 0.01)
    facts, views = FactStore(tmp_path / "facts.db"), LosesItsFirstAnswer(address)
    facts.save(*(recorded.fact for recorded in a_random_log(seed=3, commands=60).log))
    published: list[int] = []
    host = Projector(facts, views, CATALOGUE, lambda each: published.append(each.positions["unit_status"]))
    host.start()
    wait_until(lambda: host.position == facts.last_position or host.failure != "")
    host.stop()
    assert (host.failure, published) == ("", [facts.last_position])
    assert digests(views) == from_scratch(facts, tmp_path / "scratch.db")
    views.close()
    facts.close()


class MayBeAway(PostgresViewStore):
    """Writes nothing while it is away."""

    is_away = False

    def write(self, *arguments: Any, **others: Any) -> None:  # noqa: ANN401 -- as they come
        if self.is_away:
            raise StoreUnavailable("the connection is gone", "连接已断开")
        super().write(*arguments, **others)


class LosesItsFirstAnswer(PostgresViewStore):
    """What it writes first is on disk, and nobody is told."""

    has_answered = False

    def write(self, *arguments: Any, **others: Any) -> None:  # noqa: ANN401 -- as they come
        super().write(*arguments, **others)
        if not self.has_answered:
            self.has_answered = True
            raise StoreUnavailable("the connection is gone", "连接已断开")


def test_a_server_that_takes_no_writes_is_named_with_what_to_do(address: str) -> None:
    PostgresViewStore(address).close()
    views = PostgresViewStore(f"{address}%20-cdefault_transaction_read_only%3Don")
    with pytest.raises(StoreUnavailable, match=r"PostgreSQL \(127.0.0.1:\d+/postgres\) takes no writes: it is a standby") as refused:
        views.open_view("board", 1)
    assert "现在只读" in refused.value.zh
    assert views.snapshot("board") is None
    views.close()


def test_a_disk_that_is_full_is_named_and_nothing_is_written_until_there_is_room(address: str) -> None:
    views = PostgresViewStore(address)
    board = views.open_view("board", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON view_documents EXECUTE FUNCTION full_disk()")
        with pytest.raises(StoreUnavailable, match="has no room left on its disk: nothing was written") as refused:
            views.write([Change("board", "a", 1, b"1")], [(board, 1)])
        assert "磁盘已满" in refused.value.zh
        assert views.open_view("board", 1) == board
        connection.execute("DROP TRIGGER full_disk ON view_documents")
    views.write([Change("board", "a", 1, b"1")], [(board, 1)])
    views.close()


def test_a_server_that_is_not_there_and_one_that_refuses_the_account_are_told_without_the_password(postgres: LocalPostgres) -> None:
    with pytest.raises(StoreUnavailable, match=r"127.0.0.1:1/views cannot be opened: .*refused") as refused:
        PostgresViewStore("postgresql://drumtower:secret@127.0.0.1:1/views")
    assert "无法打开 127.0.0.1:1/views" in refused.value.zh
    wrong = postgres.address().replace(postgres.password, "wrong-password")
    with pytest.raises(StoreUnavailable, match="password authentication failed") as refused:
        PostgresViewStore(wrong)
    assert "wrong-password" not in f"{refused.value.en}{refused.value.zh}"
    with pytest.raises(StoreUnavailable, match="address cannot be read"):
        PostgresViewStore("the database in the cellar")


def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(address: str, postgres: LocalPostgres) -> None:
    views = PostgresViewStore(address)
    board = views.open_view("board", 1)
    with psycopg.connect(postgres.address(), autocommit=True) as connection:
        ended = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'postgres'"
        connection.execute(ended)
    views.write([Change("board", "a", 1, b"1")], [(board, 1)])
    assert views.document("board", "a") == ("a", 1, b"1")
    views.close()


def test_views_of_a_newer_format_are_left_alone(address: str) -> None:
    PostgresViewStore(address).close()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE schema_versions SET version = 99")
    with pytest.raises(StoreIsNewer, match="format 99") as refused:
        PostgresViewStore(address)
    assert "请先升级再启动" in refused.value.zh


def test_a_process_that_may_not_make_tables_serves_where_they_are(postgres: LocalPostgres, address: str) -> None:
    PostgresViewStore(address).close()
    with psycopg.connect(address, autocommit=True) as connection:
        [schema] = connection.execute("SELECT current_schema()").fetchone() or ("",)
        connection.execute(f"CREATE ROLE {schema}_worker LOGIN PASSWORD 'for one test'")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {schema}_worker")
        connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema}_worker")
    views = PostgresViewStore(address.replace(f"drumtower:{postgres.password}", f"{schema}_worker:for%20one%20test"), publishes=True)
    views.write([Change("board", "a", 1, b"1")], [(views.open_view("board", 1), 1)])
    assert views.document("board", "a") == ("a", 1, b"1")
    views.close()


def test_when_all_connections_are_in_use_whoever_wants_one_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import ExitStack

    monkeypatch.setattr("streams.postgres.view_connections.WAIT_S_MAX", 0.05)
    connections = Connections(address)
    with ExitStack() as held:
        for _ in range(CONNECTIONS_MAX):
            held.enter_context(connections.transaction())
        with pytest.raises(StoreUnavailable, match=f"All {CONNECTIONS_MAX} connections to PostgreSQL"):
            held.enter_context(connections.transaction())
    with connections.transaction() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    connections.close()
