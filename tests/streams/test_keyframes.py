"""Keyframes hold what changed, now and then the whole picture; each of them is the picture of its position."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from projections import CATALOGUE
from projections.incident_board import INCIDENT_BOARD
from projections.projection import Projection
from projections.unit_status import UNIT_STATUS
from streams import keyframes, projector
from streams.fact_store import FactStore
from streams.projector import Projector
from streams.view_store import ViewStore
from tests.domain.given_when_then import Desk, city
from tests.streams.on_disk import a_random_log

FLEET = tuple(f"E{number:03d}" for number in range(60))
LIVE = tuple(projection for projection in CATALOGUE if projection.is_live)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyframes, "KEYFRAME_FACTS", 5)
    monkeypatch.setattr(projector, "CATCH_UP_FACTS", 5)


def pictures(views: ViewStore, facts: FactStore, projection: Projection, epoch: str) -> None:
    """Every keyframe is what the fold of the log up to it shows."""
    positions = [row[0] for row in views.reader().execute("SELECT position FROM keyframes WHERE view = ?", (projection.name,))]
    assert positions
    documents: dict[str, object] = {}
    for recorded in facts.facts(0, max(positions)):
        if type(recorded.fact) in projection.facts:
            for key in projection.keys(recorded.fact):
                documents[key] = projection.evolve(documents.get(key), recorded)
        if recorded.position in positions:
            shown = {key: each for key, each in documents.items() if each is not None and projection.is_shown(each)}
            kept = views.keyframe(projection.name, epoch, recorded.position)
            assert kept is not None
            decoded = {key: msgspec.json.decode(document, type=projection.document) for key, document in kept[1].items()}
            assert (kept[0], msgspec.to_builtins(decoded)) == (recorded.position, msgspec.to_builtins(shown))


@pytest.mark.usefixtures("often")
def test_a_large_fleet_of_which_little_changes_is_not_written_out_each_time(tmp_path: Path) -> None:
    desk = Desk()
    desk.given(*city(FLEET))
    for _ in range(15):
        desk.given(ask.PutOutOfService(unit=FLEET[3], reason="检修"), ask.ReturnToService(unit=FLEET[3]))
    facts, views = FactStore(tmp_path / "facts.db"), ViewStore(tmp_path / "views.db")
    facts.save(*(recorded.fact for recorded in desk.log))
    host = Projector(facts, views, (UNIT_STATUS,), lambda _published: None)
    host.catch_up()
    pictures(views, facts, UNIT_STATUS, host.running["unit_status"].checkpoint.epoch)
    last = "SELECT is_whole FROM keyframes ORDER BY position DESC LIMIT 6"
    assert sum(row[0] for row in views.reader().execute(last)) <= 1
    views.close()
    facts.close()


@pytest.mark.usefixtures("often")
@settings(max_examples=15)
@given(cut=st.integers(1, 300), seed=st.integers(0, 3))
def test_every_keyframe_is_the_picture_of_its_position_whenever_the_host_was_started_anew(
    tmp_path_factory: pytest.TempPathFactory, cut: int, seed: int
) -> None:
    directory = tmp_path_factory.mktemp("keyframes")
    log = a_random_log(seed=seed, commands=300).log
    facts, views = FactStore(directory / "facts.db"), ViewStore(directory / "views.db")
    epochs = {}
    for part in (log[:cut], log[cut:]):
        facts.save(*(recorded.fact for recorded in part))
        host = Projector(facts, views, LIVE, lambda _published: None)
        host.catch_up()
        epochs = {name: view.checkpoint.epoch for name, view in host.running.items()}
    for projection in (INCIDENT_BOARD, UNIT_STATUS):
        pictures(views, facts, projection, epochs[projection.name])
    views.close()
    facts.close()


@pytest.mark.usefixtures("often")
def test_a_keyframe_that_could_not_be_written_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = a_random_log(seed=1, commands=200).log
    facts, views = FactStore(tmp_path / "facts.db"), ViewStore(tmp_path / "views.db")
    facts.save(*(recorded.fact for recorded in log[:40]))
    host = Projector(facts, views, (INCIDENT_BOARD,), lambda _published: None)
    host.catch_up()
    facts.save(*(recorded.fact for recorded in log[40:60]))
    with monkeypatch.context() as full:
        full.setattr(views, "keep_keyframe", _full)
        with pytest.raises(OSError, match="full"):
            host.catch_up()
    facts.save(*(recorded.fact for recorded in log[60:]))
    host.catch_up()
    pictures(views, facts, INCIDENT_BOARD, host.running["incident_board"].checkpoint.epoch)
    views.close()
    facts.close()


def _full(*_: object, **__: object) -> None:
    raise OSError("the disk is full")
