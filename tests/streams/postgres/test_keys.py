"""The keys of personal data that several gateways share in PostgreSQL; what any vault promises is in `tests/streams/test_vault.py`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from streams.failures import StoreUnavailable
from streams.master_key import MasterKeyIsWrong
from streams.postgres.keys import PostgresKeys
from streams.vault import PersonalDataIsErased, SealIsBroken, Vault
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

SUBJECT = "call:C261123-0107"
NUMBER = "13812346677"

Gateway = Callable[[], Vault]
Ask = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def gateway(database: str, tmp_path: Path) -> Iterator[Gateway]:
    """Opens the vault of a further gateway."""
    opened: list[Vault] = []

    def open_one() -> Vault:
        opened.append(Vault(PostgresKeys(database), tmp_path / "master.key"))
        return opened[-1]

    yield open_one
    for vault in opened:
        vault.close()


@pytest.fixture
def ask(database: str) -> Ask:
    """Asks the database itself."""

    def answer(statement: str, *parameters: object) -> list[tuple[object, ...]]:
        with psycopg.connect(database, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    return answer


def test_an_erasure_at_one_gateway_is_seen_at_the_other_at_once(gateway: Gateway) -> None:
    one, other = gateway(), gateway()
    sealed = one.seal(SUBJECT, NUMBER)
    assert other.open(sealed) == NUMBER
    other.seal(SUBJECT, "and more")
    one.erase(SUBJECT)
    with pytest.raises(PersonalDataIsErased):
        other.open(sealed)
    with pytest.raises(PersonalDataIsErased):
        other.seal(SUBJECT, "again")


@pytest.mark.parametrize("is_known", [False, True])
def test_what_was_erased_elsewhere_before_the_facts_are_written_fails_them(gateway: Gateway, *, is_known: bool) -> None:
    """The writer flushes before it writes: a person that was erased meanwhile is not added to."""
    one, other = gateway(), gateway()
    if is_known:
        one.seal(SUBJECT, NUMBER)
    one.seal(SUBJECT, NUMBER, is_deferred=True)
    other.erase(SUBJECT)
    with pytest.raises(StoreUnavailable, match=r"erased in this moment\): nothing was accepted") as caught:
        one.flush()
    assert "本条未受理" in caught.value.zh
    with pytest.raises(PersonalDataIsErased):
        one.seal(SUBJECT, NUMBER, is_deferred=True)
    one.flush()


def test_two_processes_that_seal_for_new_subjects_agree_on_their_keys(
    gateway: Gateway,
    database: str,
    tmp_path: Path,
) -> None:
    third = gateway()
    subjects = 200
    command = [sys.executable, "-m", "tests.streams.postgres.child_sealer", database, str(tmp_path / "master.key"), str(subjects)]
    children = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        sealed, _ = child.communicate(timeout=60)
        assert [third.open(text) for text in sealed.splitlines()] == [f"text {index}" for index in range(subjects)]


def test_gateways_that_start_together_wrap_with_one_master_key(database: str, tmp_path: Path) -> None:
    def started(index: int) -> Vault | MasterKeyIsWrong:
        try:
            return Vault(PostgresKeys(database), tmp_path / f"{index}.key")
        except MasterKeyIsWrong as wrong:
            return wrong

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(started, range(4)))
    serving = [each for each in found if isinstance(each, Vault)]
    refused = [each for each in found if isinstance(each, MasterKeyIsWrong)]
    for vault in serving:
        vault.close()
    assert (len(serving), len(refused)) == (1, 3)
    assert all("is missing" in str(each) for each in refused)
    assert len(list(tmp_path.glob("*.key"))) == 1, "who is refused leaves no key behind."


def test_the_key_is_gone_from_the_table_and_its_row_is_vacuumed(gateway: Gateway, ask: Ask) -> None:
    vault = gateway()
    vault.seal(SUBJECT, NUMBER)
    vault.seal("call:other", NUMBER)
    vault.erase(SUBJECT)
    ask("CREATE EXTENSION pageinspect")
    rows = ask("SELECT length(t_data) FROM heap_page_items(get_raw_page('vault_keys', 0)) WHERE t_data IS NOT NULL")
    assert len(rows) == 2, "no older version of a row is left in the page."
    assert ask("SELECT convert_from(subject, 'UTF8') FROM vault_keys WHERE wrapped IS NOT NULL") == [("call:other",)]


def test_what_a_killed_server_forgot_is_on_disk_after_the_flush(postgres: LocalPostgres, gateway: Gateway) -> None:
    vault = gateway()
    sealed = [vault.seal(f"call:{index}", NUMBER, is_deferred=True) for index in range(50)]
    postgres.kill()
    postgres.start()
    vault.flush()
    postgres.kill()
    postgres.start()
    other = gateway()
    assert [other.open(text) for text in sealed] == [NUMBER] * 50


def test_a_key_that_the_server_lost_is_written_again_by_the_flush(gateway: Gateway, ask: Ask) -> None:
    vault = gateway()
    sealed = vault.seal(SUBJECT, NUMBER, is_deferred=True)
    ask("DELETE FROM vault_keys")
    vault.flush()
    assert gateway().open(sealed) == NUMBER


def test_while_the_server_is_away_nothing_is_sealed_and_afterwards_all_is_well(
    postgres: LocalPostgres,
    gateway: Gateway,
) -> None:
    vault = gateway()
    sealed = vault.seal(SUBJECT, NUMBER)
    vault.seal("call:deferred", NUMBER, is_deferred=True)
    postgres.kill()
    for act in (vault.flush, lambda: vault.seal(SUBJECT, "more"), lambda: vault.open(sealed), lambda: vault.erase(SUBJECT)):
        with pytest.raises(StoreUnavailable, match=r"The key store cannot be used now \(.*\): nothing was accepted\.") as caught:
            act()
        assert caught.value.zh.startswith("密钥库现在无法使用(")
    postgres.start()
    assert vault.open(sealed) == NUMBER
    assert vault.open(vault.seal("call:deferred", "afterwards")) == "afterwards"


def test_a_key_that_was_exchanged_in_the_table_is_noticed(gateway: Gateway, ask: Ask) -> None:
    vault = gateway()
    sealed = vault.seal("call:A", NUMBER)
    vault.seal("call:B", NUMBER)
    ask("UPDATE vault_keys SET wrapped = (SELECT wrapped FROM vault_keys WHERE subject = 'call:B') WHERE subject = 'call:A'")
    with pytest.raises(SealIsBroken, match="The key of call:A was changed in the key store"):
        vault.open(sealed)


def test_a_row_that_another_holds_refuses_and_recovers(gateway: Gateway, database: str) -> None:
    vault = gateway()
    vault.seal(SUBJECT, NUMBER)
    with closing(psycopg.connect(database)) as other:
        other.execute("SELECT * FROM vault_keys FOR UPDATE")
        with pytest.raises(StoreUnavailable, match="nothing was accepted"):
            vault.erase(SUBJECT)
        other.rollback()
    vault.erase(SUBJECT)
    with pytest.raises(PersonalDataIsErased):
        vault.seal(SUBJECT, NUMBER)
