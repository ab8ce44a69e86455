"""The chain's rule by itself: every fact is bound to all before it, and what a noted head adds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.chain import Head, Link, bind, origin, walk
from streams.failures import ChainIsBroken

Row = tuple[str, int, str, bytes]

rows = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(1, 2**40),
    st.sampled_from(["a.b", "a.bc"]),
    st.binary(max_size=20),
)
logs = st.lists(rows, min_size=1, max_size=12)


def chained(log: Sequence[Row], since: int = 1) -> list[Link]:
    links, head = [], origin(since)
    for position, row in enumerate(log, 1):
        head = Head(position, bind(head.hash, position, *row))
        links.append(Link(position, *row, head.hash))
    return links


def broken_at(links: Sequence[Link], since: int = 1, **known: Any) -> ChainIsBroken:  # noqa: ANN401 -- noted or reached
    with pytest.raises(ChainIsBroken) as broken:
        walk(links, since, **known)
    return broken.value


FIVE: list[Row] = [(f"call:C261123-000{n}", 1, "call.taken", b'{"n":%d}' % n) for n in range(1, 6)]


def test_the_rule_is_the_one_that_is_written_down() -> None:
    """Whoever has the log and this text can check it without us."""

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "big")

    start = hashlib.sha256(b"drumtower chain 1" + number(1, 8)).digest()
    frame = start + number(1, 8) + number(3, 8) + number(8, 4) + number(10, 4) + number(2, 8) + "unit:消1".encode() + b"unit.ended" + b"{}"
    assert origin(1).hash == start
    assert bind(start, 1, "unit:消1", 3, "unit.ended", b"{}") == hashlib.sha256(frame.replace(number(8, 4), number(9, 4), 1)).digest()


@given(logs)
def test_what_was_written_holds_and_ends_at_its_head(log: list[Row]) -> None:
    links = chained(log)
    assert walk(links, 1) == Head(len(log), links[-1].hash)
    assert walk(links, 1, noted=[Head(link.position, link.hash) for link in links], reached=len(log)) == Head(len(log), links[-1].hash)


def test_an_empty_log_holds_and_its_head_is_the_origin() -> None:
    assert walk([], 1) == origin(1)
    assert walk([], 1, noted=[origin(1)]) == origin(1)


@given(logs, st.data())
def test_a_fact_that_differs_in_anything_breaks_the_chain_where_it_stands(log: list[Row], data: st.DataObject) -> None:
    links = chained(log)
    index = data.draw(st.integers(0, len(log) - 1))
    other = data.draw(rows)
    assume(other != log[index])
    links[index] = Link(index + 1, *other, links[index].hash)
    assert broken_at(links).position == index + 1


@given(logs, st.data())
def test_two_facts_that_changed_places_break_the_chain_at_the_first(log: list[Row], data: st.DataObject) -> None:
    links = chained(log)
    first, second = data.draw(st.integers(0, len(log) - 1)), data.draw(st.integers(0, len(log) - 1))
    assume(first < second)
    with_hashes = data.draw(st.booleans())
    assume(with_hashes or log[first] != log[second])
    a, b = links[first], links[second]
    links[first] = Link(first + 1, *b[1:5], b.hash if with_hashes else a.hash)
    links[second] = Link(second + 1, *a[1:5], a.hash if with_hashes else b.hash)
    assert broken_at(links).position == first + 1


@given(logs, st.data())
def test_a_fact_taken_out_of_the_middle_is_missed(log: list[Row], data: st.DataObject) -> None:
    links = chained(log)
    assume(len(links) > 1)
    index = data.draw(st.integers(0, len(log) - 2))
    del links[index]
    broken = broken_at(links)
    assert broken.position == index + 1
    assert f"position {index + 1}: it is missing, {index + 2} is the next" in broken.en


@given(st.data())
def test_no_two_facts_have_the_same_frame(data: st.DataObject) -> None:
    a, b = data.draw(rows), data.draw(rows)
    assume(a != b)
    assert bind(bytes(32), 1, *a) != bind(bytes(32), 1, *b)


def test_bytes_that_move_from_one_field_to_the_next_are_another_fact() -> None:
    assert bind(bytes(32), 1, "call:1", 1, "call.taken", b"{}") != bind(bytes(32), 1, "call:1c", 1, "all.taken", b"{}")
    assert bind(bytes(32), 1, "call:1", 1, "call.taken", b"{}") != bind(bytes(32), 1, "call:1", 1, "call.take", b"n{}")


def test_what_no_fact_has_breaks_the_chain_and_ends_nothing() -> None:
    changes: list[dict[str, Any]] = [{"version": "one"}, {"version": -1}, {"state": "{}"}, {"state": None}, {"aggregate": None}]
    for change in [*changes, {"aggregate": "call:\udcff"}]:
        links = chained(FIVE)
        links[1] = links[1]._replace(**change)
        assert broken_at(links).position == 2


def test_a_fact_put_in_without_a_hash_breaks_the_chain() -> None:
    nothing: Any = None
    links = [*chained(FIVE), Link(6, *FIVE[0], nothing)]
    assert broken_at(links).position == 6


def test_the_position_since_which_it_was_witnessed_cannot_be_dated_back() -> None:
    links = chained(FIVE, since=4)
    assert walk(links, 4).position == 5
    assert broken_at(links, 1).position == 1


def test_the_newest_facts_are_missed_by_a_noted_head_only() -> None:
    links = chained(FIVE)
    assert walk(links[:3], 1).position == 3, "nothing inside tells that there was more"
    broken = broken_at(links[:3], noted=[Head(2, links[1].hash), Head(5, links[4].hash)])
    assert (broken.position, broken.en) == (4, "The log ends at position 3, but it has been at 5: the newest 2 facts are gone.")
    assert broken.zh == "日志止于位置 3,但曾到过 5:最新的 2 条事实已丢失。"
    assert broken_at(links[:3], reached=4).position == 4


def test_a_chain_made_anew_by_who_changed_it_is_found_by_a_noted_head_only() -> None:
    before = chained(FIVE)
    after = chained([*FIVE[:2], ("call:C261123-0003", 1, "call.taken", b'{"n":7}'), *FIVE[3:]])
    assert walk(after, 1).position == 5, "it holds together: this is why heads are noted elsewhere"
    assert walk(after, 1, noted=[Head(2, before[1].hash)]).position == 5, "and a head from before the change says nothing of it"
    broken = broken_at(after, noted=[Head(5, before[4].hash), Head(2, before[1].hash), Head(4, before[3].hash)])
    assert broken.position == 4
    assert broken.en.startswith(
        f"The head noted at position 4 is {before[3].hash.hex()[:16]}…, but the log has {after[3].hash.hex()[:16]}… there"
    )
    assert broken.en.endswith("facts after position 2 were rewritten, hashes and all.")


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_a_head_is_read_as_it_was_printed(position: int, digest: bytes) -> None:
    assert Head.noted(f" {Head(position, digest)}\n") == Head(position, digest)


@pytest.mark.parametrize("text", ["", "4711", "4711:9f", "-1:" + "9f" * 32, "٤:" + "9f" * 32, "1:" + "9F" * 32])
def test_what_is_no_head_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a head of a chain"):
        Head.noted(text)
