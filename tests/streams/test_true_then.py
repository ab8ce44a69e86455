"""By the `occurred` clock a picture is the same however little of the log is read for it: from any keyframe, with an index or without."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec import structs

from domain import commands as ask
from domain.assignment import STEPS, Step
from projections import CATALOGUE
from projections.projection import Recorded
from projections.wall_board import WallIncident
from streams import hindsight_tables, keyframes, projector, true_then
from streams.fact_store import FactStore
from streams.history import History, Reel
from streams.projector import Projector
from streams.view_store import ViewStore
from tests.domain.given_when_then import FIRST, SECOND, Desk, at, city, dispatched, opened, sent, stepped
from tests.streams.as_it_was import what_was
from tests.streams.every_kind import desk_of_every_kind
from tests.streams.test_replay import plain

LIVE = tuple(projection for projection in CATALOGUE if projection.is_live)
UNITS = ("E11", "E12")


class Archive:
    """A log on disk, projected as far as `until` with a keyframe every so many facts."""

    def __init__(self, directory: Path, log: list[Recorded], *, every: int, until: int | None = None) -> None:
        self.directory = directory
        self.facts, self.views = FactStore(directory / "facts.db"), ViewStore(directory / "views.db")
        before = keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS
        keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS = every, max(1, every // 3)
        end = len(log) if until is None else until
        self.facts.save(*(recorded.fact for recorded in log[:end]))
        host = Projector(self.facts, self.views, LIVE, lambda _published: None)
        host.catch_up()
        self.facts.save(*(recorded.fact for recorded in log[end:]))
        keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS = before
        self.epochs = {name: view.checkpoint.epoch for name, view in host.running.items()}

    def forget_hindsight(self) -> None:
        """As a store of before there was an index."""
        self.views._connection.execute("DELETE FROM checkpoints WHERE view = 'hindsight'")  # noqa: SLF001 -- an older file
        for statement in hindsight_tables.EMPTY:
            self.views._connection.execute(statement)  # noqa: SLF001

    def reel(self, moment: datetime) -> Reel:
        return History(self.facts, self.views).reel([(each, self.epochs[each.name]) for each in LIVE], moment, "occurred")

    def pictures(self, moment: datetime) -> dict[str, Any]:
        reel = self.reel(moment)
        return {each.name: settled(reel.documents(each.name)) for each in LIVE}

    def close(self) -> None:
        self.views.close()
        self.facts.close()


@contextmanager
def archived(tmp_path_factory: pytest.TempPathFactory, log: list[Recorded], *, every: int, until: int | None = None) -> Iterator[Archive]:
    directory = tmp_path_factory.mktemp("archive")
    archive = Archive(directory, log, every=every, until=until)
    try:
        yield archive
    finally:
        archive.close()
        shutil.rmtree(directory)


def settled(documents: dict[str, Any]) -> dict[str, Any]:
    """As `plain`; of the wall not since when an incident is in its phase, which is that of the order in which it was told."""
    walls = {key: structs.replace(each, phase_at=at(0)) for key, each in documents.items() if isinstance(each, WallIncident)}
    return documents | walls | plain({key: document for key, document in documents.items() if is_dataclass(document)})


def the_slow_way(log: list[Recorded], moment: datetime) -> dict[str, Any]:
    return {each.name: settled(what_was(each, log, moment)) for each in LIVE}


# --- whatever was told late, corrected, undone, struck, merged, reopened

Act = Callable[[Desk, int], object]


def assignment(desk: Desk, which: int) -> str:
    """One of the newest."""
    names = [name.partition(":")[2] for name in desk.rows if name.startswith("assignment:")][-5:]
    return names[which % len(names)]


def incident(desk: Desk, which: int) -> str:
    names = [name.partition(":")[2] for name in desk.rows if name.startswith("incident:")]
    return names[which % len(names)]


def unit(which: int) -> str:
    return UNITS[which % len(UNITS)]


def correct(step: str) -> Act:
    return lambda desk, which: ask.CorrectStepTime(assignment=assignment(desk, which), step=step, occurred_at=desk.now, reason="核对")  # type: ignore[arg-type]


def step(name: Step | Literal["cleared"]) -> Act:
    return lambda desk, which: ask.StepAssignment(assignment=assignment(desk, which), step=name)


ACTS: tuple[Act, ...] = (
    lambda desk, which: dispatched(unit(which), incident=incident(desk, which // 2)),
    lambda desk, which: dispatched(unit(which), incident=incident(desk, which // 2)),
    step("en_route"),
    step("on_scene"),
    step("transporting"),
    step("cleared"),
    step("cleared"),
    correct("dispatched"),
    correct("on_scene"),
    correct("cleared"),
    lambda desk, which: ask.UndoStep(assignment=assignment(desk, which // 5), step=STEPS[which % 3 + 1], reason="按错"),
    lambda desk, which: ask.CancelAssignment(assignment=assignment(desk, which), reason="误派"),
    lambda desk, which: ask.AddNote(incident=incident(desk, which), text="记录"),
    lambda desk, which: ask.StrikeNote(incident=incident(desk, which), note=1, reason="误记"),
    lambda desk, which: ask.CloseIncident(incident=incident(desk, which), disposition="handled"),
    lambda desk, which: ask.ReopenIncident(incident=incident(desk, which), reason="复燃"),
    lambda desk, which: ask.MergeIncidents(incident=incident(desk, which), merged=incident(desk, which + 1)),
    lambda desk, which: ask.UnmergeIncident(incident=incident(desk, which), reason="并错"),
    lambda _desk, which: ask.PutOutOfService(unit=unit(which), reason="检修"),
    lambda _desk, which: ask.ReturnToService(unit=unit(which)),
    lambda _desk, _which: opened(),
)
# An act, on which thing, so many seconds after the one before, told so late of what may be told late.
Telling = list[tuple[Act, int, int, int | None]]
histories = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 60), st.integers(1, 120), st.none() | st.integers(0, 900)), min_size=10, max_size=50
)


def a_log_of(history: Telling) -> list[Recorded]:
    """What is refused is refused."""
    desk = Desk()
    desk.given(*city(UNITS), opened(), opened(), dispatched("E11"), dispatched("E12", incident=SECOND))
    for act, which, passes_s, late_s in history:
        desk.now += timedelta(seconds=passes_s)
        command: Any = act(desk, which)
        if late_s is not None and hasattr(command, "occurred_at"):
            command = replace(command, occurred_at=desk.now - timedelta(seconds=late_s))
        desk.when(command)
    return desk.log


@settings(max_examples=120, deadline=None)
@given(history=histories, every=st.integers(1, 25), share=st.floats(0, 1), seconds=st.integers(-10, 3_000))
def test_what_was_true_is_what_the_whole_log_says_however_little_of_it_is_read(
    tmp_path_factory: pytest.TempPathFactory, history: Telling, every: int, share: float, seconds: int
) -> None:
    """A log that grew beyond its views and their index is among them."""
    log = a_log_of(history)
    with archived(tmp_path_factory, log, every=every, until=round(len(log) * share) if share < 0.7 else None) as archive:
        assert archive.pictures(at(seconds)) == the_slow_way(log, at(seconds))


@settings(max_examples=60, deadline=None)
@given(history=histories, every=st.integers(1, 25), ahead=st.integers(1, 12), seconds=st.integers(-10, 2_000))
def test_the_steps_from_then_on_are_those_of_the_whole_log(
    tmp_path_factory: pytest.TempPathFactory, history: Telling, every: int, ahead: int, seconds: int
) -> None:
    log = a_log_of(history)
    with (
        pytest.MonkeyPatch.context() as patch,
        archived(tmp_path_factory, log, every=every) as archive,
        archived(tmp_path_factory, log, every=10_000) as whole,
    ):
        patch.setattr(true_then, "AHEAD_FACTS", ahead)
        whole.forget_hindsight()
        kept = archive.pictures(at(seconds))
        told = list(archive.reel(at(seconds)).steps())
        expected = list(whole.reel(at(seconds)).steps())
        moments = [each.at for each in told if each.changes]
        assert moments == sorted(set(moments))
        assert moments == [each.at for each in expected if each.changes]
        for each in told:
            for (view, key), change in each.changes.items():
                if change.after is None:
                    kept[view].pop(key, None)
                else:
                    kept[view] |= settled({key: change.after})
        event(f"{len(moments) // 10 * 10} steps or more")
        assert kept == the_slow_way(log, log[-1].fact.timestamp)


def test_a_dispatch_that_was_told_late_waits_for_a_release_that_came_after_t(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The release is not read for T: that it lies beyond is enough to know."""
    desk = Desk()
    desk.given(*city(UNITS), opened(), opened(), dispatched("E11"))
    desk.now = at(600)
    desk.given(stepped("cleared"))
    for seconds in range(610, 690, 10):
        desk.now = at(seconds)
        desk.given(ask.AddNote(incident=FIRST, text="记录"))
    desk.now = at(700)
    desk.given(replace(dispatched("E11", incident=SECOND), occurred_at=at(500)))
    with archived(tmp_path_factory, desk.log, every=3) as archive:
        found = [archive.pictures(at(seconds))["unit_status"]["E11"]["incident"] for seconds in (550, 599, 600)]
    assert found == [FIRST, FIRST, SECOND]


def test_what_was_told_of_an_incident_before_its_opening_happened_with_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    desk = Desk()
    desk.given(*city(UNITS), opened())
    desk.now = at(300)
    desk.given(opened())
    desk.now = at(400)
    desk.given(replace(dispatched("E11", incident=SECOND), occurred_at=at(100)))
    with archived(tmp_path_factory, desk.log, every=3) as archive:
        found = [archive.pictures(at(seconds))["unit_status"]["E11"]["status"] for seconds in (100, 200, 299, 300)]
    assert found == ["available", "available", "available", "dispatched"]


@pytest.mark.parametrize("amended", ["nothing", "on_scene of another", "cleared"])
@pytest.mark.parametrize("every", range(1, 34))
def test_a_keyframe_between_the_facts_of_a_command_parts_nothing(
    tmp_path_factory: pytest.TempPathFactory, every: int, amended: str
) -> None:
    """A unit that a merge takes along keeps its times, wherever in the merge the keyframe stands."""
    desk = Desk()
    desk.given(*city(UNITS), opened(), opened(), dispatched("E11"), dispatched("E12", incident=SECOND))
    desk.now = at(100)
    desk.given(stepped("on_scene"), stepped("on_scene", "E12", incident=SECOND))
    desk.now = at(200)
    desk.given(ask.MergeIncidents(incident=FIRST, merged=SECOND))
    desk.now = at(300)
    desk.given(ask.StepAssignment(assignment=sent("E12"), step="cleared", occurred_at=at(250)))
    desk.now = at(400)
    if amended == "cleared":
        desk.given(ask.CorrectStepTime(assignment=sent("E12"), step="cleared", occurred_at=at(350), reason="核对"))
    elif amended != "nothing":
        desk.given(ask.CorrectStepTime(assignment=sent("E11"), step="on_scene", occurred_at=at(90), reason="核对"))
    with archived(tmp_path_factory, desk.log, every=every) as archive:
        for seconds in (150, 200, 249, 250, 300, 349, 350, 400):
            assert archive.pictures(at(seconds)) == the_slow_way(desk.log, at(seconds)), seconds


@pytest.mark.parametrize("every", [4, 7])
def test_an_index_that_is_missing_is_made_when_the_views_are_opened(tmp_path_factory: pytest.TempPathFactory, every: int) -> None:
    """The views stay as they are; nothing is missing meanwhile, only slower."""
    log = desk_of_every_kind().log
    with archived(tmp_path_factory, log, every=every) as archive:
        reader = archive.views.reader()
        kept = {table: reader.execute(f"SELECT * FROM {table}").fetchall() for table in ("told_late", "amended")}  # noqa: S608 -- ours
        moment = log[len(log) // 2].fact.timestamp
        before = archive.pictures(moment)
        archive.forget_hindsight()
        assert archive.pictures(moment) == before
        host = Projector(archive.facts, archive.views, LIVE, lambda _published: None)
        progress: list[tuple[int, int]] = []
        host.catch_up(lambda reached, end: progress.append((reached, end)))
        assert {name: view.checkpoint.epoch for name, view in host.running.items()} == archive.epochs
        assert {table: reader.execute(f"SELECT * FROM {table}").fetchall() for table in kept} == kept  # noqa: S608
        assert all(kept.values())
        assert archive.pictures(moment) == before


def test_every_kind_of_fact_is_read_at_every_moment(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = desk_of_every_kind().log
    with archived(tmp_path_factory, log, every=30) as archive:
        for moment in itertools.islice(sorted({recorded.fact.timestamp for recorded in log}), 0, None, 5):
            assert archive.pictures(moment) == the_slow_way(log, moment), moment
