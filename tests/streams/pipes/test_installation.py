"""Each server and process gets what is its own; the same command again keeps it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from command_ui.cli import main


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["pipes", str(tmp_path / "pipes")]) == 0
    assert capsys.readouterr().out.count(" until ") == 5
    return tmp_path / "pipes"


def files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def test_each_folder_holds_what_its_reader_needs_and_no_more(made: Path) -> None:
    broker = {"ca.pem", "server.pem", "server.properties", "cluster.id", "admin.password"}
    process = {"ca.pem", "kafka.password", "pgpass", "postgres.password"}
    assert {folder.name: {path.name for path in folder.iterdir()} for folder in made.iterdir()} == {
        "authority": {"ca.pem", "ca.key"},
        "kafka-1": broker,
        "kafka-2": broker,
        "kafka-3": broker,
        "postgres": {"ca.pem", "server.pem", "pg_hba.conf", "owner.password"},
        "admin": {"ca.pem", "kafka.password", "kafka.accounts", "pgpass", "postgres.accounts", "cluster.id"},
        "relay": process,
        "worker": process,
        "gateway": process,
    }


def test_nobody_else_reads_it(made: Path) -> None:
    everywhere = [path for path in made.rglob("*") if path.name != "ca.pem"]
    assert [path for path in everywhere if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_run_again_it_changes_nothing(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(made)
    assert main(["pipes", str(made)]) == 0
    assert files(made) == before
    assert main(["pipes", str(made), "--check"]) == 0
    assert "which is soon" not in capsys.readouterr().out


def test_passwords_are_the_same_on_both_sides(made: Path) -> None:
    accounts = dict(line.split() for line in (made / "admin" / "kafka.accounts").read_text("utf-8").splitlines())
    roles = dict(line.split() for line in (made / "admin" / "postgres.accounts").read_text("utf-8").splitlines())
    assert accounts == {f"drumtower-{name}": (made / name / "kafka.password").read_text("utf-8") for name in ("relay", "worker", "gateway")}
    for name in ("relay", "worker", "gateway"):
        [line] = (made / name / "pgpass").read_text("utf-8").splitlines()
        assert line == f"postgres:5432:drumtower:drumtower_{name}:{roles[f'drumtower_{name}']}"
    assert len({*accounts.values(), *roles.values()}) == 6


def test_brokers_are_of_one_cluster_and_know_one_another(made: Path) -> None:
    assert len({(made / f"kafka-{number}" / "cluster.id").read_bytes() for number in (1, 2, 3)}) == 1
    properties = (made / "kafka-2" / "server.properties").read_text("utf-8").splitlines()
    assert {
        "node.id=2",
        "controller.quorum.voters=1@kafka-1:9094,2@kafka-2:9094,3@kafka-3:9094",
        "advertised.listeners=CLIENT://kafka-2:9092,BROKER://kafka-2:9093",
        "super.users=User:admin;User:CN=kafka-1;User:CN=kafka-2;User:CN=kafka-3",
    } <= set(properties)


def test_where_there_is_no_authority_that_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pipes", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().err == f"There is no authority in {tmp_path}: `drumtower pipes {tmp_path}` makes one.\n"
