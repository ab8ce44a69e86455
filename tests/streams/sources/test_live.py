from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.sources.live import Mirror


def snapshot(documents: dict[str, Any], *, position: int = 10, epoch: str = "a", is_last: bool = True) -> dict[str, Any]:
    rows = [[key, position, document] for key, document in documents.items()]
    return {"type": "snapshot", "view": "v", "epoch": epoch, "position": position, "documents": rows, "is_last": is_last}


def delta(since: int, to: int, changed: dict[str, Any], *, epoch: str = "a", gone: tuple[str, ...] = ()) -> dict[str, Any]:
    rows = [[key, to, document] for key, document in changed.items()]
    return {"type": "delta", "view": "v", "epoch": epoch, "from": since, "to": to, "set": rows, "gone": [[key, to] for key in gone]}


def test_a_snapshot_in_several_frames_replaces_the_picture_when_it_is_whole() -> None:
    mirror = Mirror("v", documents={"old": {}})
    assert mirror.take(snapshot({"x": {"n": 1}}, is_last=False))
    assert mirror.documents == {"old": {}}
    assert mirror.take(snapshot({"y": {"n": 2}}))
    assert mirror.documents == {"x": {"n": 1}, "y": {"n": 2}}
    assert mirror.subscription() == {"type": "subscribe", "view": "v", "since": 10, "epoch": "a"}


def test_a_gap_asks_for_a_new_snapshot() -> None:
    mirror = Mirror("v")
    mirror.take(snapshot({"x": {}}))
    assert not mirror.take(delta(12, 13, {"y": {}}))
    assert mirror.subscription() == {"type": "subscribe", "view": "v", "since": None, "epoch": None}
    assert mirror.documents == {"x": {}}


def test_a_delta_of_another_epoch_is_a_gap() -> None:
    mirror = Mirror("v")
    mirror.take(snapshot({"x": {}}))
    assert not mirror.take(delta(10, 11, {"y": {}}, epoch="b"))


@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers())), max_size=30))
def test_deltas_in_order_give_the_picture_that_they_tell(steps: list[tuple[str, int | None]]) -> None:
    mirror = Mirror("v")
    told: dict[str, Any] = {}
    mirror.take(snapshot({}, position=0))
    for position, (key, value) in enumerate(steps):
        if value is None:
            told.pop(key, None)
            assert mirror.take(delta(position, position + 1, {}, gone=(key,)))
        else:
            told[key] = {"n": value}
            assert mirror.take(delta(position, position + 1, {key: {"n": value}}))
    assert mirror.documents == told
