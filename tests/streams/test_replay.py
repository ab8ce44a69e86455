"""Any view as of a time T: what was known then, and what was true then."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from projections.call_board import CALL_BOARD
from projections.incident_board import INCIDENT_BOARD
from projections.incident_timeline import INCIDENT_TIMELINE
from projections.projection import Projection, Recorded
from projections.unit_status import UNIT_STATUS
from streams import keyframes, projector
from streams.fact_store import FactStore
from streams.projector import Projector
from streams.replay import Clock, Replay
from streams.view_store import ViewStore
from tests.domain.given_when_then import FIRST, SECOND, T0, Desk, at, city, dispatched, opened, sent, stepped
from tests.streams.as_it_was import what_was
from tests.streams.on_disk import a_random_log, on_disk

DESK = a_random_log(seed=21, commands=300)
PROJECTIONS = (INCIDENT_BOARD, UNIT_STATUS, CALL_BOARD)


@dataclass
class Archive:
    facts: FactStore
    replay: Replay
    epochs: dict[str, str]


def an_archive(directory: Path) -> Archive:
    facts = FactStore(directory / "facts.db")
    facts.save(*(recorded.fact for recorded in DESK.log))
    views = ViewStore(directory / "views.db")
    host = Projector(facts, views, PROJECTIONS, lambda _published: None)
    host.catch_up()
    return Archive(facts, Replay(facts, views), {name: view.checkpoint.epoch for name, view in host.running.items()})


@pytest.fixture(scope="module", params=["keyframes", "no keyframes"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The log of a random desk, with a keyframe every 40 facts, or with none."""
    before = keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS
    if request.param == "keyframes":
        keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS = 40, 13
    archive = an_archive(tmp_path_factory.mktemp("archive"))
    keyframes.KEYFRAME_FACTS, projector.CATCH_UP_FACTS = before
    found = archive.replay._views.keyframe("unit_status", archive.epochs["unit_status"], len(DESK.log))  # noqa: SLF001 -- not vacuous
    assert (found is not None) == (request.param == "keyframes")
    yield archive
    archive.facts.close()


def fold(projection: Projection, log: Iterator[Recorded] | list[Recorded]) -> dict[str, Any]:
    documents: dict[str, Any] = {}
    for recorded in log:
        if type(recorded.fact) in projection.facts:
            for key in projection.keys(recorded.fact):
                documents[key] = projection.evolve(documents.get(key), recorded)
    return {key: document for key, document in documents.items() if document is not None and projection.is_shown(document)}


def plain(documents: dict[str, Any]) -> dict[str, Any]:
    """Without what the occurred clock leaves to the order of the log: the order of an incident's assignments, and versions."""
    found = {}
    for key, document in documents.items():
        told = {field.name: getattr(document, field.name) for field in fields(document) if field.name != "version"}
        if "assignments" in told:
            told["assignments"] = sorted(told["assignments"], key=lambda row: row.assignment)
        found[key] = told
    return found


END_S = int((DESK.now - T0).total_seconds())
moments = st.integers(-60, END_S + 60).map(lambda seconds: T0 + timedelta(seconds=seconds)) | st.sampled_from(
    [recorded.fact.timestamp for recorded in DESK.log]
)


@settings(max_examples=40)
@given(moment=moments, projection=st.sampled_from(PROJECTIONS))
def test_what_was_known_is_the_fold_of_the_log_up_to_then(archive: Archive, moment: datetime, projection: Projection) -> None:
    position, documents = archive.replay.view_as_of(projection, archive.epochs[projection.name], moment, "recorded")
    prefix = list(itertools.takewhile(lambda recorded: recorded.fact.timestamp <= moment, DESK.log))
    assert position == len(prefix)
    assert documents == fold(projection, prefix)


@settings(max_examples=40)
@given(moment=moments, projection=st.sampled_from(PROJECTIONS))
def test_what_was_true_is_the_fold_of_what_holds_and_had_happened_by_then(
    archive: Archive, moment: datetime, projection: Projection
) -> None:
    _, documents = archive.replay.view_as_of(projection, archive.epochs[projection.name], moment, "occurred")
    assert plain(documents) == plain(what_was(projection, DESK.log, moment))


def test_the_city_of_now_is_as_the_views_stand(archive: Archive) -> None:
    for projection in PROJECTIONS:
        for clock in ("recorded", "occurred"):
            _, documents = archive.replay.view_as_of(projection, archive.epochs[projection.name], DESK.now, clock)
            assert plain(documents) == plain(fold(projection, DESK.log))


def test_an_amendment_reaches_behind_the_keyframe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyframe that shows a unit on scene does not serve once that time was corrected to later than T."""
    monkeypatch.setattr(keyframes, "KEYFRAME_FACTS", 4)
    monkeypatch.setattr(projector, "CATCH_UP_FACTS", 1)
    desk = Desk()
    desk.given(*city(), opened())
    desk.now = at(60)
    desk.given(dispatched("E11"))
    desk.now = at(120)
    desk.given(stepped("on_scene"))
    desk.now = at(240)
    desk.given(opened(), dispatched("E12", incident=SECOND))
    desk.now = at(600)
    facts = FactStore(tmp_path / "facts.db")
    views = ViewStore(tmp_path / "views.db")
    desk.given(ask.CorrectStepTime(assignment=sent("E11"), step="on_scene", occurred_at=at(300), reason="核对"))
    facts.save(*(recorded.fact for recorded in desk.log))
    host = Projector(facts, views, (UNIT_STATUS,), lambda _published: None)
    host.catch_up()
    epoch, replay = host.running["unit_status"].checkpoint.epoch, Replay(facts, views)

    def status(seconds: int, clock: Clock) -> str:
        return str(replay.view_as_of(UNIT_STATUS, epoch, at(seconds), clock)[1]["E11"].status)

    kept = views.keyframe("unit_status", epoch, facts.position_at(at(260)))
    assert kept is not None
    assert kept[0] > facts.first_position(f"assignment:{sent('E11')}")
    assert (status(260, "recorded"), status(260, "occurred"), status(300, "occurred")) == ("on_scene", "dispatched", "on_scene")
    facts.close()


def test_one_incident_as_of_a_time_and_a_late_time_on_both_clocks(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(), opened(), opened(), dispatched("E11"))
        disk.do(dispatched("E12", incident=SECOND))
        disk.clock.passes(600)
        disk.do(ask.StepAssignment(assignment=sent("E11"), step="on_scene", occurred_at=at(240)))
        disk.do(ask.AddNote(incident=FIRST, text="明火"))
        replay, positions = disk.machine.replay, disk.machine.incident_positions(FIRST)

        def known(seconds: int, clock: Clock) -> Any:  # noqa: ANN401 -- a timeline or None
            return replay.document_as_of(INCIDENT_TIMELINE, positions, FIRST, at(seconds), clock)

        assert known(-1, "recorded") is None
        assert known(-1, "occurred") is None
        assert known(300, "recorded").head.phase == "dispatched"
        assert known(300, "occurred").head.phase == "on_scene"
        assert known(600, "recorded").head.phase == known(600, "occurred").head.phase == "on_scene"
        assert [entry.topic for entry in known(300, "occurred").entries] == [
            "incident.opened",
            "assignment.opened",
            "incident.units_chosen",
            "assignment.step_recorded",
        ]
        # Nothing of the other incident, and nothing of an incident whose number begins the same.
        log = {recorded.position: recorded.fact for recorded in disk.log()}
        assert {log[position].originator_id.partition(":")[2][: len(FIRST)] for position in positions} == {FIRST}
        assert positions == sorted(positions)


def test_an_incident_whose_number_begins_with_anothers_is_another(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(), opened(), dispatched("E11"))
        facts = disk.log()
        for recorded in facts:
            fact = recorded.fact
            if fact.originator_id.startswith(("incident:", "assignment:")):
                longer = fact.originator_id.replace(FIRST, f"{FIRST}0")
                disk.machine.facts.append([type(fact)(**vars(fact) | {"originator_id": longer})], [])
        assert max(disk.machine.incident_positions(FIRST)) <= len(facts)
