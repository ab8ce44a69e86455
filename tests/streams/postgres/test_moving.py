"""A one-machine log is moved into PostgreSQL: nothing is lost, a cut is gone on from, and no other log is written over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from command_ui.accounts.credential_database import CredentialDatabase
from command_ui.accounts.credentials import CredentialStore
from command_ui.cli import main
from streams.access_log import AccessLog
from streams.audit import verified
from streams.fact_store import FactStore
from streams.failures import ChainIsBroken, StoreIsNotEmpty, StoreUnavailable
from streams.postgres import audit as postgres_audit
from streams.postgres import moving
from streams.postgres.access_rows import PostgresAccesses
from streams.postgres.fact_store import FactStore as PostgresFactStore
from streams.postgres.keys import PostgresKeys
from streams.postgres.moving_beside import ACCOUNTS, KEYS, move_beside
from streams.vault import PersonalDataIsErased, Vault
from tests.conftest import ROOT
from tests.domain.given_when_then import T0, city, opened
from tests.streams.on_disk import a_random_log, on_disk
from tests.streams.places import Place, closed_after

pytestmark = pytest.mark.postgres

DESK = a_random_log(seed=5, commands=120)
END = len(DESK.log)
RECEIPTS = [(f"key-{index:04d}", b"digest", index, "2026-11-23T00:00:00+00:00", b"[[],{}]") for index in range(0, END, 2)]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A data directory whose machine has stopped."""
    store = FactStore(tmp_path / "facts.db")
    store.append(
        [recorded.fact for recorded in DESK.log], [*RECEIPTS, ("key-without-facts", b"digest", -1, "2026-11-23T00:00:00+00:00", b"")]
    )
    store.close()
    return tmp_path


@pytest.fixture
def target(tmp_path: Path, database: str) -> Iterator[Place]:
    """Where to."""
    with closed_after(Place(tmp_path, database)) as here:
        yield here


def execute(address: str, statement: LiteralString) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def a_move(directory: Path, database: str) -> int:
    return main(["move", "--data", str(directory), "--store", database])


def test_everything_is_there_afterwards(directory: Path, target: Place, capsys: pytest.CaptureFixture[str]) -> None:
    before = verified(directory / "facts.db")
    assert a_move(directory, target.address) == 0
    told = capsys.readouterr().out
    assert f"All {END} facts and the receipts of their commands are there, digest " in told
    assert f"The chain holds; its head is {before.head}" in told
    store = target.open()
    assert list(store.facts(0)) == DESK.log
    kept = store.receipts([key for key, *_ in RECEIPTS])
    assert {key: (receipt.position, receipt.reply) for key, receipt in kept.items()} == {
        key: (last + 1, reply) for key, _, last, _, reply in RECEIPTS
    }
    assert store.receipts(["key-without-facts"])["key-without-facts"].position == END
    assert target.verified(noted=(before.head,)) == before
    assert store.head == before.head


def test_the_moved_log_is_verified_from_the_command_line(directory: Path, target: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain-head", "--data", str(directory)]) == 0
    head = capsys.readouterr().out
    a_move(directory, target.address)
    capsys.readouterr()
    assert main(["chain-head", "--store", target.address]) == 0
    assert capsys.readouterr().out == head
    assert main(["verify", "--store", target.address, "--noted", head.strip()]) == 0
    assert f"The chain holds over {END} facts" in capsys.readouterr().out
    target.execute("UPDATE stored_events SET topic = 'x.y' WHERE rowid = 9")
    assert main(["verify", "--store", target.address]) == 1
    assert "The chain breaks at position 9" in capsys.readouterr().out


def test_one_machine_does_without_what_speaks_to_postgresql() -> None:
    code = (
        "import sys\nfor name in ('psycopg', 'psycopg_pool', 'kafka', 'aiokafka', 'faust'): sys.modules[name] = None\n"
        "import command_ui.bootstrap\nfrom command_ui.cli import main\nsys.exit(main(['chain-head', '--store', 'postgresql://h/d']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "psycopg" in ended.stderr
    assert ended.stderr.endswith("is not installed, which leads beyond one machine: pip install 'drumtower[cluster]'.\n"), ended.stderr


def test_commands_go_on_where_the_file_ended(tmp_path: Path, target: Place) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(), opened())
        answer = disk.do(opened(), key="the-second-one")
    assert a_move(tmp_path, target.address) == 0
    with target.machine() as disk:
        assert disk.do(opened(), key="the-second-one").position == answer.position
        assert disk.do(opened()).result == {"incident": "261123-0003"}
        assert target.verified().head.position == answer.position + 1


def test_an_empty_log_is_moved_too(tmp_path: Path, target: Place) -> None:
    FactStore(tmp_path / "facts.db").close()
    assert a_move(tmp_path, target.address) == 0
    assert target.open().last_position == 0


class Cut(Exception):
    """The power is gone."""


def test_a_move_that_was_cut_short_is_closed_to_others_and_gone_on_with(
    directory: Path, target: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(moving, "BATCH_FACTS", 7)

    def cut(done: int, _end: int) -> None:
        if done > END // 2:
            raise Cut

    with pytest.raises(Cut):
        moving.move(directory / "facts.db", target.address, verified(directory / "facts.db"), cut)
    with pytest.raises(StoreUnavailable, match="run `drumtower move` until it says that all is there") as refused:
        target.open()
    assert "迁入尚未完成" in refused.value.zh
    assert a_move(directory, target.address) == 0
    assert "Went on from position" in capsys.readouterr().out
    assert list(target.open().facts(0)) == DESK.log


def test_a_store_that_is_not_empty_is_left_alone(directory: Path, target: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with target.machine() as disk:
        disk.do(*city())
        before = disk.machine.facts.head
    (directory / "serving.lock").unlink(missing_ok=True)
    assert a_move(directory, target.address) == 1
    assert f"holds {before.position} facts already, which are not the beginning of a move of this log" in capsys.readouterr().err
    assert target.noted_head().head == before


def test_another_log_does_not_go_on_with_a_move_that_was_cut_short(
    directory: Path, target: Place, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "facts.db"
    store = FactStore(other)
    store.append([recorded.fact for recorded in DESK.log[:20]], [])
    store.close()
    moving.move(other, target.address, verified(other), lambda _done, _end: None)
    execute(target.address, "UPDATE stored_events SET hash = sha256(hash)")
    with pytest.raises(StoreIsNotEmpty):
        moving.move(directory / "facts.db", target.address, verified(directory / "facts.db"), lambda _done, _end: None)


def test_another_program_that_writes_meanwhile_is_noticed(directory: Path, target: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH_FACTS", 50)
    early = target.open()

    def write(done: int, _end: int) -> None:
        if done == 50:
            early.append([], [])
            early.append([DESK.log[60].fact], [])

    with pytest.raises(StoreIsNotEmpty, match="Another program writes to the store meanwhile"):
        moving.move(directory / "facts.db", target.address, verified(directory / "facts.db"), write)


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM receipts WHERE key = 'key-0004'",
        "UPDATE receipts SET reply = 'x' WHERE key = 'key-0004'",
        "UPDATE stored_events SET state = 'x' WHERE notification_id = 3",
        "DELETE FROM stored_events WHERE notification_id = (SELECT max(notification_id) FROM stored_events)",
    ],
)
def test_what_differs_afterwards_is_told_and_stays_closed(directory: Path, target: Place, act: LiteralString) -> None:
    chained = verified(directory / "facts.db")
    moving.move(directory / "facts.db", target.address, chained, lambda _done, _end: None)
    execute(target.address, act)
    with pytest.raises(ChainIsBroken):
        moving.finish(directory / "facts.db", target.address, chained, lambda _done, _end: None)
    with pytest.raises(StoreUnavailable):
        PostgresFactStore(target.address)


def test_a_log_that_does_not_hold_is_not_moved(directory: Path, target: Place, capsys: pytest.CaptureFixture[str]) -> None:
    Place(directory).execute("UPDATE stored_events SET topic = 'x.y' WHERE rowid = 9")
    assert a_move(directory, target.address) == 1
    assert "The chain breaks at position 9" in capsys.readouterr().err
    with psycopg.connect(target.address) as connection:
        assert connection.execute("SELECT to_regclass('stored_events')").fetchone() == (None,)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--store", "postgresql://a@127.0.0.1:1/x"], "The store at 127.0.0.1:1/x cannot be opened: "),
        (["--store", "nonsense"], "The store's address cannot be read: it looks like postgresql://"),
        ([], "DRUMTOWER_STORE is not set: say where to"),
    ],
)
def test_where_it_cannot_go_is_a_sentence(directory: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "--data", str(directory), *arguments]) == 1
    assert sentence in capsys.readouterr().err


def test_a_directory_without_a_log_is_told_and_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "--data", str(tmp_path / "none"), "--store", "postgresql://a@127.0.0.1:1/x"]) == 1
    assert "There is no log in" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_an_audit_of_an_empty_database_says_so_and_makes_nothing(database: str) -> None:
    with pytest.raises(Exception, match="is empty or was written by an older Drumtower"):
        postgres_audit.verified(database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_keys_accounts_and_accesses_go_along(tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Given a machine that has sealed a caller, erased another, knows a password and who opened a record.
    with on_disk(tmp_path) as disk:
        disk.do(*city(), opened())
        sealed = disk.machine.vault.seal("call:C1", "王小明")
        disk.machine.vault.seal("call:C2", "李四")
        disk.machine.vault.erase("call:C2")
        disk.machine.accesses.opened("261123-0001", "zhoukai", "5", T0)
    with closing(CredentialStore(tmp_path / "accounts.db")) as credentials:
        credentials.set_first_password("zhoukai", "$argon2id$x", at=T0)
        credentials.begin_session("a secret", "zhoukai", at=T0)
        credentials.know_address("zhoukai", "127.0.0.1", at=T0)
    # When it is moved, and moved once more because nobody was sure.
    assert a_move(tmp_path, database) == 0
    assert move_beside(tmp_path / "keys.db", database, KEYS) == 3
    assert "With them 3 keys of personal data, 3 entries of accounts, and 1 of who opened a record." in capsys.readouterr().out
    # Then the gateways know all of it.
    with closing(Vault(PostgresKeys(database), tmp_path / "master.key")) as vault:
        assert vault.open(sealed) == "王小明"
        with pytest.raises(PersonalDataIsErased):
            vault.seal("call:C2", "李四")
    with closing(CredentialStore(CredentialDatabase(database))) as credentials:
        password = credentials.password("zhoukai")
        assert password is not None
        assert password.hash == "$argon2id$x"
    with closing(AccessLog(PostgresAccesses(database), retention_days=9_999)) as accesses:
        assert [each.account for each in accesses.readers("261123-0001")] == ["zhoukai"]


def test_accounts_of_another_center_are_not_written_over(tmp_path: Path, database: str) -> None:
    with closing(CredentialStore(CredentialDatabase(database))) as theirs:
        theirs.set_first_password("zhoukai", "$argon2id$theirs", at=T0)
    with closing(CredentialStore(tmp_path / "accounts.db")) as ours:
        ours.set_first_password("zhoukai", "$argon2id$ours", at=T0)
    with pytest.raises(StoreIsNotEmpty, match=r"passwords at .* holds other rows than"):
        move_beside(tmp_path / "accounts.db", database, ACCOUNTS)
    with closing(CredentialStore(CredentialDatabase(database))) as theirs:
        password = theirs.password("zhoukai")
        assert password is not None
        assert password.hash == "$argon2id$theirs"
