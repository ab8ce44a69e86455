"""Each process may do its own work in PostgreSQL and nothing else; no process may change a fact; everything goes over TLS."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

import streams.postgres
from command_ui.accounts import credential_database
from command_ui.accounts.credential_database import CredentialDatabase
from command_ui.cli import main
from streams.failures import StoreIsOlder, StoreUnavailable
from streams.pipes.certificates import AUTHORITY, prepare
from streams.postgres.access_rows import PostgresAccesses
from streams.postgres.fact_store import FactStore
from streams.postgres.keys import PostgresKeys
from streams.postgres.parts import PARTS
from streams.postgres.roles import ROLES, Role, is_known, name_of
from streams.postgres.view_store import PostgresViewStore
from streams.postgres.watch_store import PostgresWatchStore
from streams.views import Change
from tests.streams.kafka.published import notes
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Secured:
    """A database with its roles; the environment is its owner's."""

    server: LocalPostgres
    name: str

    def address(self, role: Role) -> str:
        return self.server.address(self.name, role=name_of(role), password=password(role))

    def execute(self, statement: str, role: Role | None = None) -> list[tuple[object, ...]]:
        address = self.server.address(self.name) if role is None else self.address(role)
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def password(role: Role) -> str:
    return f"the-{role}s/own@"


@pytest.fixture
def empty(secured_postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secured]:
    name = f"secured_{next(_numbers)}"
    monkeypatch.setenv("DRUMTOWER_STORE", secured_postgres.make(name))
    yield Secured(secured_postgres, name)
    secured_postgres.drop(name)


@pytest.fixture
def city(empty: Secured, tmp_path: Path) -> Secured:
    """As an administrator makes it."""
    accounts = tmp_path / "accounts"
    accounts.write_text("".join(f"{name_of(role)} {password(role)}\n" for role in ROLES), "utf-8")
    assert main(["roles", "--create", "--accounts", str(accounts)]) == 0
    return empty


def test_what_was_made_is_found_right(city: Secured, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["roles", "--check"]) == 0
    assert capsys.readouterr().out.split() == ["drumtower_gateway", "right", "drumtower_worker", "right", "drumtower_relay", "right"]
    assert main(["roles", "--create"]) == 0
    # Passwords stay.
    assert city.execute("SELECT current_user", "relay") == [("drumtower_relay",)]


def test_of_every_table_it_is_said_who_may_do_what(city: Secured) -> None:
    tables = [str(row[0]) for row in city.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    assert [table for table in tables if not is_known(table)] == []


def test_every_part_that_has_tables_is_brought_up_to_date() -> None:
    modules = [importlib.import_module(f"streams.postgres.{module.name}") for module in pkgutil.iter_modules(streams.postgres.__path__)]
    steps = {id(module.STEPS) for module in modules if hasattr(module, "STEPS")}
    assert steps == set(map(id, PARTS.values()))
    assert credential_database.STEPS


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", ["stored_events", "receipts", "chain"])
def test_no_process_changes_what_was_decided(city: Secured, role: Role, table: str) -> None:
    column = {"stored_events": "topic = 'x'", "receipts": "reply = ''", "chain": "witnessed_since = 9"}[table]
    for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}"):  # noqa: S608
        with pytest.raises(errors.InsufficientPrivilege):
            city.execute(statement, role)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("gateway", "UPDATE view_epochs SET position = 0"),
        ("gateway", "DELETE FROM view_documents"),
        ("gateway", "CREATE TABLE mine (n integer)"),
        ("gateway", "CREATE TEMPORARY TABLE chain (n integer)"),
        ("gateway", "BEGIN; LOCK TABLE stored_events IN EXCLUSIVE MODE"),
        ("gateway", "UPDATE schema_versions SET version = 0"),
        ("worker", "INSERT INTO stored_events VALUES (1, 'a', 1, 'b', '', '')"),
        ("worker", "SELECT lock_log()"),
        ("worker", "SELECT wrapped FROM vault_keys"),
        ("worker", "SELECT hash FROM passwords"),
        ("worker", "SELECT reply FROM receipts"),
        ("relay", "SELECT lock_log()"),
        ("relay", "SELECT document FROM view_documents"),
        ("relay", "SELECT wrapped FROM vault_keys"),
        ("relay", "SELECT hash FROM sessions"),
    ],
)
def test_no_process_does_another_ones_work(city: Secured, role: Role, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        city.execute(statement, role)


def test_a_gateway_writes_facts_that_the_others_read(city: Secured) -> None:
    log = notes(1, 7)
    store = FactStore(city.address("gateway"))
    store.append([recorded.fact for recorded in log], [])
    with store.in_turn():
        store.append([recorded.fact for recorded in notes(8, 9)], [])
    store.close()
    for role in ROLES:
        reader = FactStore(city.address(role))
        assert list(reader.facts(0, 7)) == log
        assert reader.last_position == 9
        reader.close()


def test_while_a_gateway_holds_the_lock_no_other_one_writes(city: Secured) -> None:
    with psycopg.connect(city.address("gateway")) as one, psycopg.connect(city.address("gateway")) as other:
        one.execute("SELECT lock_log()")
        other.execute("SET lock_timeout = '100ms'")
        with pytest.raises(errors.LockNotAvailable):
            other.execute("SELECT lock_log()")


def test_a_worker_writes_views_that_a_gateway_reads(city: Secured) -> None:
    with closing(PostgresViewStore(city.address("worker"), publishes=True)) as worker:
        checkpoint = worker.open_view("incident_board", 1)
        worker.write([Change("incident_board", "I1", 1, b"{}")], [(checkpoint, 1)])
        worker.serve(checkpoint)
        with closing(PostgresViewStore(city.address("gateway"))) as gateway:
            snapshot = gateway.snapshot("incident_board")
            assert snapshot is not None
            assert [row[0] for row in snapshot.rows] == ["I1"]


def test_a_gateway_keeps_keys_accounts_and_what_was_read(city: Secured, caplog: pytest.LogCaptureFixture) -> None:
    address = city.address("gateway")
    with closing(PostgresKeys(address)) as keys:
        assert keys.master(lambda: b"fingerprint") == b"fingerprint"
        assert keys.add("call:1", b"wrapped", is_deferred=False)
        keys.flush({"call:1": b"wrapped"})
        keys.erase("call:1")
        assert keys.find("call:1") == b""
    with closing(PostgresAccesses(address)) as accesses:
        accesses.note("I1", "zhou", "1", 10.0, same_since=0.0)
        accesses.note("I1", "zhou", "1", 11.0, same_since=0.0)
        accesses.remove(20.0)
    with closing(PostgresWatchStore(address)) as watch:
        assert watch.load() == ([], 0, 0)
    with closing(CredentialDatabase(address)) as accounts, accounts.using() as statements:
        statements.execute("INSERT INTO sign_ins (at, account, address, outcome) VALUES (?, ?, ?, ?)", (1.0, "zhou", "", "in"))
    assert caplog.records == []


def test_an_account_that_may_make_nothing_says_who_must(city: Secured) -> None:
    city.execute("UPDATE schema_versions SET version = version - 1 WHERE part = 'facts'")
    with pytest.raises(StoreIsOlder, match=r"and the account drumtower_gateway may not make them: run `drumtower roles --create`") as told:
        FactStore(city.address("gateway"))
    assert told.value.zh.endswith("`drumtower roles --create`。")


def test_in_an_empty_database_that_is_told_too(city: Secured) -> None:
    city.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with pytest.raises(StoreIsOlder, match=r"The tables of views in the store at .* are missing or of an older Drumtower"):
        PostgresViewStore(city.address("worker"))


def test_what_a_role_may_beyond_its_work_is_told_and_taken_away(city: Secured, capsys: pytest.CaptureFixture[str]) -> None:
    city.execute("GRANT DELETE ON stored_events TO drumtower_gateway; REVOKE SELECT ON chain FROM drumtower_relay")
    city.execute("GRANT CREATE ON SCHEMA public TO drumtower_worker")
    capsys.readouterr()
    assert main(["roles", "--check"]) == 1
    assert capsys.readouterr().out.splitlines()[3:] == [
        (
            "the role drumtower_gateway may DELETE stored_events, which is not what its work needs: run `drumtower roles --create`, "
            "and see of which other roles it is a member."
        ),
        "the role drumtower_worker may make tables: run `drumtower roles --create`.",
        "the role drumtower_relay may not SELECT chain: run `drumtower roles --create`.",
    ]
    assert main(["roles", "--create"]) == 0


def test_roles_that_are_missing_or_mighty_are_told(city: Secured, capsys: pytest.CaptureFixture[str]) -> None:
    city.execute("DROP OWNED BY drumtower_relay; DROP ROLE drumtower_relay; ALTER ROLE drumtower_worker SUPERUSER")
    capsys.readouterr()
    try:
        assert main(["roles", "--check"]) == 1
    finally:
        city.execute("ALTER ROLE drumtower_worker NOSUPERUSER")
    told = capsys.readouterr().out
    assert "the role drumtower_relay is missing: run `drumtower roles --create --accounts FILE`" in told
    assert "the role drumtower_worker may do more than any process must: run ALTER ROLE drumtower_worker NOSUPERUSER" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--check", "--accounts", "x"], "--accounts sets passwords: it goes with --create."),
        (["--create", "--accounts", "{file}"], "--accounts: there is no role postgres; they are drumtower_gateway, drumtower_worker,"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(
    arguments: Sequence[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRUMTOWER_STORE", "postgresql://owner@127.0.0.1:1/city")
    (tmp_path / "file").write_text("postgres secret\n", "utf-8")
    assert main(["roles", *(argument.format(file=tmp_path / "file") for argument in arguments)]) == 1
    assert capsys.readouterr().err.startswith(says)


def test_without_an_address_the_command_asks_for_the_owners(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roles", "--check"]) == 1
    assert capsys.readouterr().err.startswith("DRUMTOWER_STORE is not set: give the address of the tables' owner")


def test_who_comes_in_another_way_than_asked_is_refused_with_a_sentence(city: Secured, tmp_path: Path) -> None:
    prepare(tmp_path, {}, now=datetime(2026, 11, 27, tzinfo=UTC))
    right = city.address("gateway")
    bare = right.partition("?")[0]
    wrong = {
        right.replace(":the-", ":not-the-"): "password authentication failed",
        f"{bare}?sslmode=disable": "pg_hba.conf rejects connection for host",
        f"{bare}?sslmode=verify-full&sslrootcert={tmp_path / AUTHORITY}": "certificate verify failed",
        right.replace("@127.0.0.1", "@db.example.cn") + "&hostaddr=127.0.0.1": 'does not match host name "db.example.cn"',
    }
    for address, says in wrong.items():
        with pytest.raises(StoreUnavailable, match=f"The store at .* cannot be opened: .*{says}"):
            FactStore(address)


def test_a_password_is_never_sent_or_kept(city: Secured) -> None:
    kept = city.execute("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'drumtower_%'")
    assert len(kept) == 3
    assert all(str(row[0]).startswith("SCRAM-SHA-256$") for row in kept)
