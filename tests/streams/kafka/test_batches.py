"""The store of record in batches: what is stored, to the byte, and never past a gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent

from streams.fact_store import FactStore
from streams.kafka import batches as subject
from streams.kafka.batches import Batch, Batches, LogHasGap
from tests.streams.kafka.published import notes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FactStore]:
    made = FactStore(tmp_path / "facts.db")
    yield made
    made.close()


def written(store: FactStore, count: int) -> None:
    first = store.last_position + 1
    store.append([recorded.fact for recorded in notes(first, first + count - 1)], ())


def all_of(batches: Batches) -> list[Batch]:
    found = []
    while (batch := batches.next()) is not None:
        found.append(batch)
    return found


def test_batches_are_bounded_and_follow_on_one_another(store: FactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "BATCH_RECORDS", 10)
    monkeypatch.setattr(subject, "READ_FACTS", 7)
    written(store, 100)
    found = all_of(Batches(store, 0, prefix="city", epoch=1))
    assert all(len(batch.records) <= 10 for batch in found)
    assert [batch.last for batch in found] == [batch.records[-1][1] for batch in found]
    entries = [entry for batch in found for record, _ in batch.records for entry in msgspec.json.decode(record.value or b"")["facts"]]
    assert [entry["position"] for entry in entries] == list(range(1, 101))


def test_it_reads_on_when_more_was_written(store: FactStore) -> None:
    batches = Batches(store, 0, prefix="city", epoch=1)
    for count in (3, 5):
        assert batches.next() is None
        written(store, count)
        assert all_of(batches)[-1].last == batches.end == store.last_position


def test_a_fact_of_a_kind_that_is_not_known_here_is_published_as_it_is_stored(store: FactStore) -> None:
    """A newer gateway writes, an older relay publishes: it is for the readers to refuse."""
    state = b'{"timestamp":"2026-11-23T06:30:00Z", "by":{"account":"zhou","cause":"key"},"new":[1, 2]}'
    store.recorder.insert_events([StoredEvent("incident:1", 1, "incident.teleported", state)])
    [batch] = all_of(Batches(store, 0, prefix="city", epoch=1))
    assert state in (batch.records[0][0].value or b"")


def test_a_gap_stops_it_with_a_sentence(store: FactStore, tmp_path: Path) -> None:
    written(store, 9)
    with closing(sqlite3.connect(tmp_path / "facts.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM stored_events WHERE rowid = 5")
    with pytest.raises(LogHasGap, match=r"The store of record has no position 5, 6 is the next that there is"):
        all_of(Batches(store, 0, prefix="city", epoch=1))
