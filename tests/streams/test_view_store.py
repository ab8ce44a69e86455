"""The views on disk, in every store: rows and checkpoint move together or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.failures import Fenced
from streams.views import Change, Checkpoint, Views
from tests.streams.view_stores import Keep


@pytest.fixture
def views(keep: Keep, tmp_path: Path) -> Iterator[Views]:
    store = keep(tmp_path)()
    yield store
    store.close()


def moved(checkpoint: Checkpoint, position: int) -> Checkpoint:
    return Checkpoint(checkpoint.view, checkpoint.epoch, checkpoint.version, position)


def test_a_document_is_written_replaced_and_gone(views: Views) -> None:
    checkpoint = views.open_view("board", 1)
    views.write([Change("board", "b", 1, b"{}"), Change("board", "a", 2, b"[1]")], [(checkpoint, 2)])
    views.write([Change("board", "b", 3, b'{"x":1}')], [(moved(checkpoint, 2), 3)])
    assert list(views.documents("board")) == [("a", 2, b"[1]"), ("b", 3, b'{"x":1}')]
    views.write([Change("board", "a", 4, None), Change("board", "none", 4, None)], [(moved(checkpoint, 3), 4)])
    assert views.document("board", "a") is None
    assert views.document("board", "b") == ("b", 3, b'{"x":1}')
    assert views.open_view("board", 1).position == 4


def test_a_checkpoint_that_another_moved_fences_and_writes_nothing(views: Views) -> None:
    checkpoint, other = views.open_view("board", 1), views.open_view("other", 1)
    views.write([], [(checkpoint, 5)])
    with pytest.raises(Fenced, match="moved the checkpoint of board beyond 0") as refused:
        views.write([Change("other", "a", 6, b"{}")], [(other, 6), (checkpoint, 6)])
    assert "另一个进程已推进 board 的检查点" in refused.value.zh
    assert (views.open_view("other", 1).position, views.document("other", "a")) == (0, None)
    views.write([Change("other", "a", 6, b"{}")], [(other, 6)])


def test_a_host_of_an_earlier_epoch_is_fenced(views: Views) -> None:
    before = views.open_view("board", 1)
    views.write([Change("board", "a", 1, b"{}")], [(before, 1)])
    after = views.open_view("board", 2)
    assert (after.position, after.epoch != before.epoch, list(views.documents("board", epoch=after.epoch))) == (0, True, [])
    views.write([Change("board", "a", 1, b"[]")], [(after, 1)])
    assert views.serve(moved(after, 1))
    assert list(views.documents("board")) == [("a", 1, b"[]")]
    with pytest.raises(Fenced):
        views.write([Change("board", "a", 2, b"{}")], [(moved(before, 1), 2)])
    assert list(views.documents("board")) == [("a", 1, b"[]")]


def test_a_failure_in_the_middle_leaves_the_rows_of_before(views: Views) -> None:
    checkpoint = views.open_view("board", 1)
    broken = Change("board", None, 1, b"{}")  # type: ignore[arg-type]  # what the types forbid, the table refuses
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        views.write([Change("board", "a", 1, b"{}"), broken], [(checkpoint, 1)])
    assert (list(views.documents("board")), views.open_view("board", 1).position) == ([], 0)
    views.write([Change("board", "a", 1, b"{}")], [(checkpoint, 1)])


@settings(max_examples=25)
@given(st.dictionaries(st.text(min_size=1, max_size=5).filter(lambda key: key.isprintable()), st.integers(0, 99), max_size=6))
def test_a_digest_is_of_the_documents_not_of_the_way_to_them(
    keep: Keep, tmp_path_factory: pytest.TempPathFactory, rows: dict[str, int]
) -> None:
    orders = [list(rows.items()), sorted(rows.items(), reverse=True)]
    found = []
    for name, order in zip("ab", orders, strict=True):
        store = keep(tmp_path_factory.mktemp(name))()
        checkpoint = store.open_view("board", 1)
        for position, (key, value) in enumerate(order, start=1):
            store.write([Change("board", key, position, b"%d" % value)], [(moved(checkpoint, position - 1), position)])
        found.append(store.digest("board"))
        store.close()
    assert found[0] == found[1]


def test_a_keyframe_is_the_newest_at_or_before_a_position(views: Views) -> None:
    checkpoint = views.open_view("board", 1)
    for position in (10, 20):
        views.keep_keyframe(checkpoint, position, [("a", position, b"%d" % position)], is_whole=True)
    assert views.keyframe("board", checkpoint.epoch, 9) is None
    assert views.keyframe("board", checkpoint.epoch, 19) == (10, {"a": b"10"})
    assert views.keyframe("board", checkpoint.epoch, 20) == (20, {"a": b"20"})
    assert views.keyframe("board", "another", 20) is None
    assert views.serve(views.open_view("board", 2))
    assert views.keyframe("board", checkpoint.epoch, 20) is None


def test_a_keyframe_of_what_changed_stands_on_those_before_it(views: Views) -> None:
    checkpoint = views.open_view("board", 1)
    views.keep_keyframe(checkpoint, 10, [("a", 3, b"1"), ("b", 4, b"1")], is_whole=True)
    views.keep_keyframe(checkpoint, 20, [("a", 12, None), ("c", 15, b"2")], is_whole=False)
    views.keep_keyframe(checkpoint, 30, [], is_whole=False)
    views.keep_keyframe(checkpoint, 40, [("a", 33, b"3")], is_whole=True)
    assert views.keyframe("board", checkpoint.epoch, 15) == (10, {"a": b"1", "b": b"1"})
    assert views.keyframe("board", checkpoint.epoch, 25) == (20, {"b": b"1", "c": b"2"})
    assert views.keyframe("board", checkpoint.epoch, 35) == (30, {"b": b"1", "c": b"2"})
    assert views.keyframe("board", checkpoint.epoch, 45) == (40, {"a": b"3"})
