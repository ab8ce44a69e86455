"""`drumtower rebuild` from a terminal: what is named, what is refused, and what it does on one machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from command_ui.cli import main
from projections import CATALOGUE
from streams.view_store import ViewStore


def test_a_view_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rebuild", "no_such_view", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("There is no view no_such_view. There are ")
    assert all(projection.name in said for projection in CATALOGUE)


def test_names_and_all_together_are_not_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rebuild", "unit_status", "--all", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "Name views, or give --all: not both.\n"


def test_beyond_one_machine_it_asks_which(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DRUMTOWER_STORE", "postgresql://nobody@127.0.0.1:1/nowhere")
    assert main(["rebuild"]) == 2
    assert capsys.readouterr().err.startswith("Name the views to be folded anew, or give --all.")


def test_on_one_machine_the_named_views_begin_anew_at_the_next_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(ViewStore(tmp_path / "views.db")) as views:
        before = {each.name: views.open_view(each.name, each.version) for each in CATALOGUE}
    assert main(["rebuild", "unit_status", "call_board", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "The next start folds unit_status, call_board anew from the log.\n"
    with closing(ViewStore(tmp_path / "views.db")) as views:
        after = {each.name: views.open_view(each.name, each.version) for each in CATALOGUE}
    assert {name for name in before if before[name] != after[name]} == {"unit_status", "call_board"}


def test_on_one_machine_all_of_them_are_removed_where_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ViewStore(tmp_path / "views.db").close()
    assert main(["rebuild", "--data", str(tmp_path)]) == 0
    assert not list(tmp_path.glob("views.db*"))
    assert capsys.readouterr().out == "The views are removed; the next start folds them anew from the log.\n"
