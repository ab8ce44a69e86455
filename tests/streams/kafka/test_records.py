"""What is published is read again as it was, whichever release wrote it; what is not ours or newer is refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fact import By
from domain.incident import Incident
from projections.projection import Recorded
from streams.kafka import records as subject
from streams.kafka.records import NewerRecord, NotOurRecord, Record, decode, encode, records, span
from tests.domain.given_when_then import at
from tests.streams.every_kind import desk_of_every_kind
from tests.streams.kafka.corpus import VERSIONS, kept
from tests.streams.on_disk import a_random_log
from tests.streams.test_frozen_log import expected

INCIDENT = "incident:261123-0001"


def note(
    position: int, *, text: str = "三楼有人", cause: str = "key", seconds: float = 0, aggregate: str = INCIDENT, version: int = 0
) -> Recorded:
    """A note on an incident; its version follows its position where none is given."""
    fact = Incident.NoteAdded(
        originator_id=aggregate,
        originator_version=version or position,
        timestamp=at(seconds),
        by=By(account="zhou", cause=cause),
        incident="261123-0001",
        note=1,
        text=text,
        occurred_at=at(seconds),
    )
    return Recorded(position, fact)


def changed(record: Record, **headers: str | None) -> Record:
    """The same with other headers; None takes one out."""
    names = {name.replace("_", "-") if name == "content_type" else name: value for name, value in headers.items()}
    kept_headers = [(name, value) for name, value in record.headers if name not in names]
    return replace(record, headers=(*kept_headers, *((name, value.encode()) for name, value in names.items() if value is not None)))


def rewritten(record: Record, change: Callable[[dict[str, Any]], object]) -> Record:
    """The same with another value."""
    assert record.value is not None
    value = json.loads(record.value)
    change(value)
    return replace(record, value=json.dumps(value).encode())


A_RECORD = encode([note(4), note(5)], prefix="city", epoch=3)


def test_every_kind_of_fact_goes_there_and_back() -> None:
    log = desk_of_every_kind().log
    saves = [decode(record) for record, _, _ in records(log, prefix="city", epoch=1)]
    assert [recorded for save in saves for recorded in save.facts] == log


@given(st.integers(0, 30), st.integers(1, 9), st.booleans())
def test_a_random_log_goes_there_and_back_in_order(seed: int, epoch: int, starts_late: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
    log = a_random_log(seed=seed, commands=20).log[7 if starts_late else 0 :]
    found: list[Recorded] = []
    for record, first, last in records(log, prefix="city", epoch=epoch):
        save = decode(record)
        assert (save.epoch, save.first, save.last) == (epoch, first, last) == span(record.headers)
        found += save.facts
    assert found == log


@given(st.text(max_size=80), st.text(max_size=30))
def test_words_of_any_script_survive(text: str, cause: str) -> None:
    save = decode(encode([note(1, text=text, cause=cause)], prefix="city", epoch=1))
    assert (save.facts[0], save.correlation) == (note(1, text=text, cause=cause), cause)


def test_one_save_of_one_aggregate_is_one_record() -> None:
    log = [
        *(note(1), note(2)),
        *(note(3, cause="another command"), note(4, cause="another moment", seconds=1)),
        *(note(5, aggregate="incident:2", version=1), note(6)),
        *(note(9), note(10)),
    ]
    assert [(first, last) for _, first, last in records(log, prefix="city", epoch=1)] == [(1, 2), (3, 3), (4, 4), (5, 5), (6, 6), (9, 10)]


def test_a_save_of_very_many_facts_becomes_several_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "RECORD_FACTS_MAX", 3)
    assert [(first, last) for _, first, last in records(map(note, range(1, 9)), prefix="city", epoch=1)] == [(1, 3), (4, 6), (7, 8)]


def test_a_save_of_very_large_facts_becomes_several_records() -> None:
    log = [note(position, text="长" * 100_000) for position in (1, 2, 3)]
    assert [(first, last) for _, first, last in records(log, prefix="city", epoch=1)] == [(1, 1), (2, 2), (3, 3)]


def test_a_record_is_a_cloud_event_that_says_which_command_caused_it() -> None:
    headers = {name: value.decode() for name, value in A_RECORD.headers}
    assert headers == {
        "ce_specversion": "1.0",
        "ce_type": "drumtower.save",
        "ce_source": "urn:drumtower:city",
        "ce_id": "4-5",
        "ce_time": "2026-11-23T06:30:00+00:00",
        "ce_subject": INCIDENT,
        "ce_dataschema": "urn:drumtower:save:1",
        "content-type": "application/json",
        "correlation": "key",
        "epoch": "3",
        "first": "4",
        "last": "5",
    }
    assert A_RECORD.key == INCIDENT.encode()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_record_of_a_released_version_is_still_read(version: str) -> None:
    facts = [recorded for record in kept(version) for recorded in decode(record).facts]
    assert [recorded.position for recorded in facts] == list(range(1, len(facts) + 1))
    assert {type(recorded.fact).TOPIC for recorded in facts} == set(expected(version)["topics"])


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (changed(A_RECORD, ce_type=None), "it has no ce_type header"),
        (changed(A_RECORD, ce_type="order.placed"), "its ce_type is 'order.placed', not 'drumtower.save'"),
        (changed(A_RECORD, ce_dataschema="urn:other"), "its ce_dataschema is 'urn:other'"),
        (changed(A_RECORD, epoch="first"), "invalid literal for int"),
        (changed(A_RECORD, epoch=None), "'epoch'"),
        (replace(A_RECORD, value=None), "it has no value"),
        (replace(A_RECORD, value=b"\xff\x00"), "its content does not hold"),
        (replace(A_RECORD, value=b"[]"), "Expected `object`, got `array`"),
        (replace(A_RECORD, value=b'{"facts":[]}'), "it carries no facts"),
        (replace(A_RECORD, key=b"unit:E11"), "its key is not the aggregate of its facts"),
        (replace(A_RECORD, key=None), "its key is not the aggregate of its facts"),
        (rewritten(A_RECORD, lambda value: value["facts"][1].update(position=7)), "its positions do not follow on one another (4, 7)"),
        (rewritten(A_RECORD, lambda value: value["facts"][1].update(version=9)), "position 5 is not the one that its entry names"),
        (rewritten(A_RECORD, lambda value: value["facts"][0]["state"].pop("text")), "missing required field `text`"),
    ],
)
def test_a_record_that_is_not_ours_is_refused_by_what_it_is(record: Record, says: str) -> None:
    with pytest.raises(NotOurRecord) as refused:
        decode(record, "city.facts, partition 0, offset 12")
    assert says in refused.value.en
    assert refused.value.en.startswith("city.facts, partition 0, offset 12 is not a record of Drumtower: ")


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (changed(A_RECORD, ce_dataschema="urn:drumtower:save:2"), "form 2 of records, and this program reads forms up to 1"),
        (
            rewritten(A_RECORD, lambda value: value["facts"][0].update(topic="incident.teleported")),
            "a kind of fact that this program does not know, 'incident.teleported'",
        ),
        (
            rewritten(A_RECORD, lambda value: value["facts"][0]["state"].update(class_version=2)),
            "incident.note_added in version 2, and this program reads versions up to 1",
        ),
    ],
)
def test_a_record_of_a_newer_program_is_refused_and_not_passed_over(record: Record, says: str) -> None:
    with pytest.raises(NewerRecord, match=r"Upgrade this program; it then goes on from here\.") as refused:
        decode(record, "city.facts, partition 0, offset 12")
    assert says in refused.value.en


def test_a_record_never_makes_the_program_import_what_it_names() -> None:
    record = rewritten(A_RECORD, lambda value: value["facts"][0].update(topic="antigravity:fly"))
    with pytest.raises(NewerRecord):
        decode(record)


def test_a_field_of_the_value_that_is_new_is_passed_over() -> None:
    record = rewritten(A_RECORD, lambda value: value.update(new=1))
    assert decode(record) == decode(A_RECORD)


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_no_content_whatever_raises_anything_else(value: bytes, epoch: bytes) -> None:
    headers = (*((name, text) for name, text in A_RECORD.headers if name != "epoch"), ("epoch", epoch))
    for record in (replace(A_RECORD, value=value), replace(A_RECORD, headers=headers)):
        try:
            decode(record)
        except NotOurRecord:
            continue
