"""One view's picture in memory, and the frames' small parts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from domain.permissions import Scope
from streams.live_view import Facets, Filter, LiveView, gone_row, quote


def a_view() -> LiveView:
    return LiveView("board", "e", 0, lambda _document: Facets())


@given(st.text())
def test_a_key_is_a_json_string_whatever_it_holds(text: str) -> None:
    if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
        assert json.loads(quote(text)) == text
        assert json.loads(gone_row(text, 7)) == [text, 7]


def test_a_key_of_an_emoji_that_is_newer_than_this_python_stays_itself() -> None:
    assert json.loads(quote("U\U0001fae8'\"\\\n")) == "U\U0001fae8'\"\\\n"


def test_a_row_is_key_position_document() -> None:
    view = a_view()
    view.apply("a", 3, b'{"x":1}')
    assert [json.loads(row) for row in view.snapshot(Filter())] == [["a", 3, {"x": 1}]]


def test_what_left_and_what_changed_after_a_position_is_known() -> None:
    view = a_view()
    view.apply("a", 1, b"1")
    view.apply("b", 2, b"1")
    view.apply("a", 3, None)
    view.apply("c", 4, b"1")
    rows, gone = view.changed_since(2, Filter())
    assert ([json.loads(row)[0] for row in rows], [json.loads(row) for row in gone]) == (["c"], [["a", 3]])
    rows, gone = view.changed_since(3, Filter())
    assert ([json.loads(row)[0] for row in rows], gone) == (["c"], [])


def test_a_digest_tells_filters_apart_and_not_their_order() -> None:
    assert Filter(keys=frozenset({"a", "b"})).digest() == Filter(keys=frozenset({"b", "a"})).digest()
    one = frozenset({"x"})
    others = (
        Filter(),
        Filter(districts=one),
        Filter(agencies=one),
        Filter(keys=one),
        Filter(reach=Scope(agencies=one)),
        Filter(reach=Scope(districts=one)),
    )
    assert len({each.digest() for each in others}) == len(others)


def test_what_comes_back_is_not_gone() -> None:
    view = a_view()
    view.apply("a", 1, b"1")
    view.apply("a", 2, None)
    view.apply("a", 3, b"2")
    rows, gone = view.changed_since(1, Filter())
    assert ([json.loads(row) for row in rows], gone) == ([["a", 3, 2]], [])


def test_a_departure_of_what_was_never_shown_is_not_remembered() -> None:
    view = a_view()
    view.apply("a", 1, None)
    assert view.changed_since(0, Filter()) == ([], [])
