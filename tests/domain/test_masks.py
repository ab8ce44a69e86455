"""What may be shown of a caller to everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.masks import HIDDEN_MIN, mask_caller, mask_name, mask_number


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812346677", "138****6677"),
        ("+8613812346677", "+86*******6677"),
        ("02223456789", "022****6789"),
        ("23456789", "******89"),
        ("12345", "***45"),
        ("110", "*10"),
        ("", ""),
        ("  13812346677 ", "138****6677"),
    ],
)
def test_a_number_shows_its_ends_where_enough_stays_hidden(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(("name", "masked"), [("周德明", "周**"), ("李雷", "李*"), ("Zhou Deming", "Z**"), ("", "")])
def test_a_name_shows_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_caller_is_one_line_of_what_is_known() -> None:
    assert mask_caller("周德明", "13812346677") == "周** 138****6677"
    assert mask_caller("", "13812346677") == "138****6677"
    assert mask_caller("周德明", "") == "周**"
    assert mask_caller("", "") == ""


@given(st.text(alphabet="0123456789", min_size=7, max_size=30))
def test_of_a_number_that_can_be_dialled_at_least_four_digits_stay_hidden(number: str) -> None:
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= HIDDEN_MIN
    assert all(shown in (digit, "*") for shown, digit in zip(masked, number, strict=True))
