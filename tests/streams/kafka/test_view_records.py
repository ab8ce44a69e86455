"""Deltas as records: whatever comes twice, late or from two workers at once, each is taken over once, whole and in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.view_records import CHECKPOINT, Assembler, Delta, DeltaIsMissing, NotAViewRecord, ViewRecord, records_of
from streams.views import Change

BOARD = "incident_board"


def a_delta(since: int, position: int, *keys: str, epoch: str = "e1") -> Delta:
    return Delta(BOARD, epoch, since, position, tuple(Change(BOARD, key, position, b'{"at":%d}' % position) for key in keys))


def taken(assembler: Assembler, records: list[ViewRecord]) -> list[Delta]:
    return [delta for record in records if (delta := assembler.take(record)) is not None]


@st.composite
def histories(draw: st.DrawFn) -> list[Delta]:
    deltas: list[Delta] = []
    position = 0
    for _ in range(draw(st.integers(1, 8))):
        since, position = position, position + draw(st.integers(1, 5))
        changes = [
            Change(BOARD, key, draw(st.integers(since + 1, position)), draw(st.none() | st.just(b"{}")))
            for key in draw(st.sets(st.sampled_from("abcdef"), max_size=4))
        ]
        deltas.append(Delta(BOARD, "e1", since, position, tuple(changes)))
    return deltas


@given(histories())
def test_what_was_sent_in_order_comes_out_as_it_was(deltas: list[Delta]) -> None:
    records = [record for delta in deltas for record in records_of(delta)]
    assert taken(Assembler(BOARD, "e1", 0), records) == deltas


@given(histories(), st.data())
def test_two_workers_that_publish_the_same_between_each_other_change_nothing(deltas: list[Delta], data: st.DataObject) -> None:
    """Each in its order, as a broker keeps it; how the two are mixed is anybody's guess."""
    first = [record for delta in deltas for record in records_of(delta)]
    second = first[data.draw(st.integers(0, len(first))) :]
    mixed: list[ViewRecord] = []
    while first or second:
        source = first if first and (not second or len(first) > len(second) or data.draw(st.booleans())) else second
        mixed.append(source.pop(0))
    assembler = Assembler(BOARD, "e1", 0)
    came = taken(assembler, mixed)
    assert [(delta.since, delta.position) for delta in came] == [(delta.since, delta.position) for delta in deltas]
    assert [set(delta.changes) for delta in came] == [set(delta.changes) for delta in deltas]


def test_who_begins_in_the_middle_passes_over_what_is_known() -> None:
    records = [*records_of(a_delta(0, 3, "a", "b")), *records_of(a_delta(3, 4, "b"))]
    assert taken(Assembler(BOARD, "e1", 3), records) == [a_delta(3, 4, "b")]
    assert taken(Assembler(BOARD, "e1", 4), records) == []


def test_a_delta_that_is_missing_is_told() -> None:
    with pytest.raises(DeltaIsMissing, match="stands at 3, and what comes next reaches from 5 to 7 with 1 of 1"):
        taken(Assembler(BOARD, "e1", 3), records_of(a_delta(5, 7, "a")))


def test_a_delta_of_which_a_document_is_missing_is_told() -> None:
    first, _, checkpoint = records_of(a_delta(0, 2, "a", "b"))
    with pytest.raises(DeltaIsMissing, match="1 of 2 documents"):
        taken(Assembler(BOARD, "e1", 0), [first, checkpoint])


def test_another_epoch_is_told() -> None:
    with pytest.raises(DeltaIsMissing, match="begun anew"):
        taken(Assembler(BOARD, "e1", 3), records_of(a_delta(0, 1, "a", epoch="e2")))


@pytest.mark.parametrize(
    "record",
    [
        ViewRecord(b"a", b"{}", ()),
        ViewRecord(b"a", b"{}", (("epoch", b"e1"), ("reaches", b"soon"), ("position", b"1"))),
        ViewRecord(CHECKPOINT, b"[]", (("epoch", b"e1"), ("reaches", b"9"), ("position", b"9"))),
        ViewRecord(CHECKPOINT, None, (("epoch", b"e1"), ("reaches", b"9"), ("position", b"9"))),
    ],
)
def test_a_record_of_somebody_else_is_refused_and_changes_nothing(record: ViewRecord) -> None:
    assembler = Assembler(BOARD, "e1", 0)
    with pytest.raises(NotAViewRecord):
        assembler.take(record)
    assert taken(assembler, records_of(a_delta(0, 1, "a"))) == [a_delta(0, 1, "a")]
