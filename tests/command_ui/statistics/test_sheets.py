"""A table opens in a spreadsheet as what it says, in Chinese, and computes nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_ui.statistics.sheets import attached, sheet
from tests.command_ui.statistics.rows import ZONE


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_it_begins_with_the_mark_that_excel_needs_for_chinese() -> None:
    assert sheet(("名称",), [("和平区",)]).encode() == b"\xef\xbb\xbf" + "名称\r\n和平区\r\n".encode()


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_is_a_text(begin: str) -> None:
    assert read(sheet(("x",), [(f"{begin}HYPERLINK(1)",)]))[1] == [f"'{begin}HYPERLINK(1)"]


def test_a_negative_number_is_a_number() -> None:
    assert read(sheet(("a", "b", "c"), [(-1, -0.5, None)]))[1] == ["-1", "-0.5", ""]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=5))
def test_no_cell_ever_begins_like_a_formula_and_each_is_read_back(cells: list[str]) -> None:
    found = read(sheet(tuple("abcde"[: len(cells)]), [tuple(cells)]))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in found)
    assert [cell.removeprefix("'") for cell in found] == [cell.removeprefix("'") for cell in cells]


def test_the_file_is_named_by_its_period_in_the_agencys_time() -> None:
    since, until = datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)
    answer = attached("alarms", since, until, ZONE, "")
    assert answer.headers["content-disposition"] == 'attachment; filename="alarms_20261101T0000-20261201T0000.csv"'
