"""Played from T1 on, step by step, every view comes to what it is as of T2: by both clocks, with keyframes and without."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from domain.fact import occurred_at
from projections.incident_board import INCIDENT_BOARD
from projections.projection import Projection
from projections.unit_status import UNIT_STATUS
from streams import keyframes, projector
from streams.fact_store import FactStore
from streams.history import History, Reel
from streams.projector import Projector
from streams.replay import Clock, Replay
from streams.view_store import ViewStore
from tests.domain.given_when_then import FIRST, T0, at, city, dispatched, opened, sent
from tests.streams.on_disk import a_random_log, all_views, on_disk
from tests.streams.test_replay import plain

DESK = a_random_log(seed=33, commands=260)
PROJECTIONS = all_views()
CLOCKS: tuple[Clock, ...] = ("recorded", "occurred")


@dataclass
class Archive:
    history: History
    replay: Replay
    epochs: dict[str, str]

    def reel(self, moment: datetime, clock: Clock) -> Reel:
        return self.history.reel([(each, self.epochs[each.name]) for each in PROJECTIONS], moment, clock)

    def picture(self, projection: Projection, moment: datetime, clock: Clock) -> dict[str, Any]:
        return self.replay.view_as_of(projection, self.epochs[projection.name], moment, clock)[1]


@pytest.fixture(scope="module", params=["keyframes", "no keyframes"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The log of a random desk, with a keyframe every 40 facts, or with none."""
    directory = tmp_path_factory.mktemp("history")
    before = keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS
    if request.param == "keyframes":
        keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS = 40, 13
    facts = FactStore(directory / "facts.db")
    facts.save(*(recorded.fact for recorded in DESK.log))
    views = ViewStore(directory / "views.db")
    host = Projector(facts, views, PROJECTIONS, lambda _published: None)
    host.catch_up()
    keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS = before
    yield Archive(History(facts, views), Replay(facts, views), {name: view.checkpoint.epoch for name, view in host.running.items()})
    facts.close()


def settled(documents: dict[str, Any]) -> dict[str, Any]:
    """As `plain`; an entry of the catalogue is compared as it is."""
    dataclasses = {key: document for key, document in documents.items() if is_dataclass(document)}
    return documents | plain(dataclasses)


END_S = int((DESK.now - T0).total_seconds())
moments = st.integers(-60, END_S + 60).map(lambda seconds: T0 + timedelta(seconds=seconds)) | st.sampled_from(
    [time for recorded in DESK.log for time in (recorded.fact.timestamp, occurred_at(recorded.fact))]
)


@settings(max_examples=40)
@given(moment=moments, clock=st.sampled_from(CLOCKS))
def test_a_reel_begins_with_every_view_as_of_then(archive: Archive, moment: datetime, clock: Clock) -> None:
    reel = archive.reel(moment, clock)
    for projection in PROJECTIONS:
        assert settled(reel.documents(projection.name)) == settled(archive.picture(projection, moment, clock)), projection.name


@settings(max_examples=40)
@given(moment=moments, steps=st.integers(0, 60), clock=st.sampled_from(CLOCKS))
def test_played_on_it_is_every_view_as_of_each_step(archive: Archive, moment: datetime, steps: int, clock: Clock) -> None:
    reel = archive.reel(moment, clock)
    kept = {projection.name: reel.documents(projection.name) for projection in PROJECTIONS}
    before = moment
    for step in itertools.islice(reel.steps(), steps):
        assert step.at > before, "steps go forward, one instant each"
        before = step.at
        for (view, key), change in step.changes.items():
            assert kept[view].get(key) == change.before, "a step can be taken back by what it says was before"
            if change.after is None:
                kept[view].pop(key, None)
            else:
                kept[view][key] = change.after
    for projection in PROJECTIONS:
        assert settled(kept[projection.name]) == settled(archive.picture(projection, before, clock)), projection.name


@settings(max_examples=20)
@given(first=moments, second=moments, clock=st.sampled_from(CLOCKS))
def test_a_fact_is_in_one_step_and_none_is_left_out(archive: Archive, first: datetime, second: datetime, clock: Clock) -> None:
    start, end = sorted((first, second))
    told = [
        recorded.position
        for step in itertools.takewhile(lambda step: step.at <= end, archive.reel(start, clock).steps())
        for recorded, _ in step.facts
    ]
    assert len(told) == len(set(told))
    if clock == "recorded":
        between = {recorded.position for recorded in DESK.log if start < recorded.fact.timestamp <= end}
        assert set(told) <= between
        # Every fact of a unit changes what is shown of it.
        assert {r.position for r in DESK.log if r.position in between and type(r.fact).TOPIC.startswith("unit.")} <= set(told)


def test_a_closed_incident_that_comes_back_is_folded_from_where_it_rested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyframes, "KEYFRAME_FACTS", 1)
    with on_disk(tmp_path, projections=(INCIDENT_BOARD, UNIT_STATUS)) as disk:
        disk.do_each(*city(), opened("甲路 1 号"))
        disk.clock.passes(60)
        disk.do_each(ask.CloseIncident(incident=FIRST, disposition="handled"))
        disk.clock.passes(60)
        disk.do_each(opened("乙路 2 号"))
        disk.clock.passes(60)
        disk.do_each(ask.ReopenIncident(incident=FIRST, reason="复燃"))
        machine = disk.machine
        machine.projector.stop()
        epoch = machine.projector.running["incident_board"].checkpoint.epoch
        frame = machine.views.keyframe("incident_board", epoch, machine.facts.position_at(at(130)))
        assert frame is not None
        assert FIRST not in frame[1], "a keyframe does not carry what was closed long ago"
        reel = History(machine.facts, machine.views).reel([(INCIDENT_BOARD, epoch)], at(130), "recorded")
        assert FIRST not in reel.documents("incident_board")
        [step] = [step for step in reel.steps() if step.changes]
        assert step.changes["incident_board", FIRST].before is None
        assert step.changes["incident_board", FIRST].after.address == "甲路 1 号"
        _, documents = machine.replay.view_as_of(INCIDENT_BOARD, epoch, at(200), "recorded")
        assert documents[FIRST].address == "甲路 1 号"


def test_an_arrival_learnt_late_is_a_step_of_its_own_time_only_by_the_clock_of_what_was_true(tmp_path: Path) -> None:
    with on_disk(tmp_path, projections=(INCIDENT_BOARD, UNIT_STATUS)) as disk:
        disk.do(*city(), opened(), dispatched("E11"))
        disk.clock.passes(600)
        disk.do(ask.StepAssignment(assignment=sent("E11"), step="on_scene", occurred_at=at(240)))
        machine = disk.machine
        machine.projector.stop()
        views = [(view.projection, view.checkpoint.epoch) for view in machine.projector.running.values()]
        times = {
            clock: [step.at for step in History(machine.facts, machine.views).reel(views, at(60), clock).steps() if step.changes]
            for clock in CLOCKS
        }
        assert times == {"recorded": [at(600)], "occurred": [at(240)]}
