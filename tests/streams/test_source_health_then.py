"""How the sources were at a time T, as far as the telemetry log reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

import pytest

from streams.source_health import SourceHealth, SourceWatch, projection_health
from streams.source_health_then import HEALTH_GAP_S, KeptHealth, health_known_from, source_health_then
from tests.domain.given_when_then import at
from tests.streams.on_disk import ANSWER_S, Clock
from tests.streams.telemetry_logs import OpenLog, open_log  # noqa: F401 -- a fixture

Kind = Literal["avl", "readings", "intake"]
BATCHES = {"avl": "fixes", "readings": "readings", "intake": "intake"}
SENSOR = replace(projection_health("x", stopped="", stopped_zh="", behind=0, folded=9, at=None), source="sensor:S1", kind="sensor", late=2)


class Desk:
    """A server's watch over its sources beside its telemetry log, and what the watch showed at each moment."""

    def __init__(self, open_log: OpenLog) -> None:  # noqa: F811 -- the fixture's value
        self.clock = Clock()
        self.telemetry = open_log(lambda: self.clock().timestamp(), days=1)
        self.telemetry.start()
        self.watch = SourceWatch(late_s=10, silent_s=60, now=self.clock)
        self.facts = 0
        self.shown: dict[datetime, dict[str, SourceHealth]] = {}

    def heard(self, kind: Kind, source: str, accepted: int, rejected: int = 0) -> None:
        newest = self.clock()
        appended = self.telemetry.append(
            BATCHES[kind], source, accepted, b"[]", rejected=rejected, newest_at=newest.timestamp() if kind != "intake" else None
        )
        position = appended.result(ANSWER_S)
        self.watch.heard(source, kind, newest=newest if kind != "intake" else None, accepted=accepted, rejected=rejected, position=position)

    def documents(self) -> dict[str, SourceHealth]:
        folds = projection_health("unit_status", stopped="", stopped_zh="", behind=0, folded=self.facts, at=None)
        return {folds.source: folds, SENSOR.source: SENSOR} | self.watch.documents()

    def keep(self) -> None:
        kept = KeptHealth(late_s=10, silent_s=60, heard=self.watch.position, facts=self.facts, documents=tuple(self.documents().values()))
        self.telemetry.append("health", "server", 0, kept.packed()).result(ANSWER_S)

    def note(self) -> None:
        self.shown[self.clock()] = self.documents()

    def then(self, moment: datetime, facts: int = 0) -> dict[str, SourceHealth] | None:
        found = source_health_then(self.telemetry, lambda _moment: facts, moment)
        return found.documents if found else None


@pytest.fixture
def desk(open_log: OpenLog) -> Iterator[Desk]:  # noqa: F811 -- the fixture's value
    desk = Desk(open_log)
    yield desk
    desk.telemetry.stop()


def test_a_source_is_shown_as_the_consoles_saw_it_then(desk: Desk) -> None:
    desk.keep()
    desk.note()
    for seconds, kind, source, accepted, rejected in (
        (1, "avl", "gateway", 5, 1),
        (3, "readings", "plc", 7, 0),
        (4, "avl", "gateway", 2, 0),
        (20, "intake", "119", 1, 3),
        (1, "avl", "gateway", 0, 4),
    ):
        desk.clock.passes(seconds)
        desk.heard(kind, source, accepted, rejected)  # type: ignore[arg-type]
        desk.note()
        if kind == "readings":
            desk.keep()
    desk.clock.passes(45)
    desk.note()
    states = {source.state for documents in desk.shown.values() for source in documents.values()}
    assert states == {"live", "late", "silent"}
    for moment, documents in desk.shown.items():
        assert desk.then(moment) == documents, moment


def test_projections_count_the_facts_that_were_recorded_since_the_picture(desk: Desk) -> None:
    desk.facts = 40
    desk.keep()
    found = desk.then(at(30), facts=47)
    assert found is not None
    assert (found["projection:unit_status"].accepted, found["sensor:S1"]) == (47, SENSOR)


def test_what_came_while_the_picture_was_written_is_counted_once(desk: Desk) -> None:
    desk.heard("avl", "gateway", 5)
    picture = KeptHealth(late_s=10, silent_s=60, heard=0, facts=0, documents=())
    desk.telemetry.append("health", "server", 0, picture.packed()).result(ANSWER_S)
    found = desk.then(at(1))
    assert found is not None
    assert found["avl:gateway"].accepted == 5


def test_nothing_is_told_of_a_time_that_is_not_kept(desk: Desk) -> None:
    assert health_known_from(desk.telemetry) is None
    assert desk.then(at(0)) is None
    desk.keep()
    assert health_known_from(desk.telemetry) == at(0)
    assert desk.then(at(-1)) is None
    assert desk.then(at(HEALTH_GAP_S)) is not None
    assert desk.then(at(HEALTH_GAP_S + 1)) is None, "the server was not running: nobody saw anything"
    desk.clock.passes(86_401)
    assert desk.then(at(1)) is None, "telemetry is kept for a day here"
