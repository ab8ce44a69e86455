"""Stored facts stay readable: the log of every released version is kept as it was written, and folds to what it folded to.

A line of a frozen log is never changed: a fact whose form changes gets an upcaster. The digest of a view is written anew when its
projection has changed on purpose.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from domain.fact import Aggregate
from projections import CATALOGUE
from streams.chain import Head, Link, bind, origin, walk
from streams.codec import decode
from streams.fact_store import FactStore
from streams.projector import Projector
from streams.view_store import ViewStore
from tests.streams.every_kind import desk_of_every_kind, kinds_of_facts
from tools.server_process import ROOT

HERE = Path(__file__).parent
VERSIONS = ("0_1",)


def frozen(version: str) -> list[StoredEvent]:
    """The rows of a release, in their order."""
    text = (HERE / f"frozen_log_{version}.jsonl").read_text(encoding="utf-8")
    rows: Iterator[dict[str, Any]] = map(json.loads, text.splitlines())
    return [StoredEvent(row["id"], row["version"], row["topic"], row["state"].encode()) for row in rows]


def expected(version: str) -> dict[str, Any]:
    """What they came to when they were frozen."""
    found: dict[str, Any] = json.loads((HERE / f"frozen_log_{version}.json").read_text(encoding="utf-8"))
    return found


def test_what_will_be_frozen_next_has_every_kind_of_fact() -> None:
    assert {type(recorded.fact).TOPIC for recorded in desk_of_every_kind().log} == kinds_of_facts()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_of_fact_of_a_released_version_is_still_read(version: str) -> None:
    rows = frozen(version)
    assert {row.topic for row in rows} == set(expected(version)["topics"])
    for row in rows:
        fact = decode(row.topic, row.state)
        assert (fact.originator_id, fact.originator_version) == (row.originator_id, row.originator_version)


def test_the_codec_alone_reads_every_kind() -> None:
    """A topic is found by its class, so the class must have been imported by whoever reads."""
    program = """
import json, sys
from streams.codec import decode
for row in map(json.loads, sys.stdin):
    fact = decode(row["topic"], row["state"].encode())
    if row["version"] == 1:
        fact.mutate(None)
"""
    text = (HERE / f"frozen_log_{VERSIONS[-1]}.jsonl").read_bytes()
    run = subprocess.run([sys.executable, "-c", program], input=text, cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_aggregate_of_a_released_version_is_still_what_it_was_called(version: str) -> None:
    aggregates: dict[str, Aggregate | None] = {}
    for row in frozen(version):
        aggregates[str(row.originator_id)] = decode(row.topic, row.state).mutate(aggregates.get(str(row.originator_id)))
    found = {name: [type(aggregate).__name__, aggregate.version] for name, aggregate in aggregates.items() if aggregate is not None}
    assert found == expected(version)["aggregates"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_log_of_a_released_version_folds_to_the_same_views(version: str, tmp_path: Path) -> None:
    facts, views = FactStore(tmp_path / "facts.db"), ViewStore(tmp_path / "views.db")
    facts.recorder.insert_events(frozen(version))
    Projector(facts, views, CATALOGUE, lambda _published: None).catch_up()
    digests = {view: views.digest(view) for view in expected(version)["views"]}
    views.close()
    facts.close()
    assert digests == expected(version)["views"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_head_that_was_noted_under_a_released_version_still_holds(version: str) -> None:
    links, head = [], origin(1)
    for position, row in enumerate(frozen(version), 1):
        fact = (position, str(row.originator_id), row.originator_version, row.topic, row.state)
        head = Head(position, bind(head.hash, *fact))
        links.append(Link(*fact, head.hash))
    assert walk(links, 1, noted=[Head.noted(expected(version)["head"])]) == head
