"""What only PostgreSQL's store of views has: epochs beside each other, deltas, snapshots, places in topics."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from projections import CATALOGUE
from projections.incident_board import INCIDENT_BOARD
from projections.unit_status import UNIT_STATUS
from streams import keyframes, projector
from streams.fact_store import FactStore
from streams.failures import Fenced, StoreIsNewer
from streams.postgres.view_epochs import ReadTo
from streams.postgres.view_outbox import ViewOutbox
from streams.postgres.view_store import Delta, PostgresViewStore
from streams.postgres.view_tables import OF_EPOCHS
from streams.projector import Projector
from streams.replay import Replay
from streams.view_store import ViewStore
from streams.views import Change, Checkpoint, Views
from tests.streams.on_disk import a_random_log
from tests.streams.scratch import digests, from_scratch
from tests.streams.view_stores import a_schema
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[3]
LIVE = tuple(projection for projection in CATALOGUE if projection.is_live)
# What takes milliseconds on an idle machine.
SETTLED_S = 30.0


@pytest.fixture
def address(postgres: LocalPostgres) -> str:
    return a_schema(postgres.address())


@pytest.fixture
def views(address: str) -> Iterator[PostgresViewStore]:
    store = PostgresViewStore(address, publishes=True)
    yield store
    store.close()


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[FactStore]:
    store = FactStore(tmp_path / "facts.db")
    store.save(*(recorded.fact for recorded in a_random_log(seed=3, commands=400).log))
    yield store
    store.close()


def moved(checkpoint: Checkpoint, position: int) -> Checkpoint:
    return dataclasses.replace(checkpoint, position=position)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLED_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.01)


# ---------------------------------------------------------------------------------------------------------------- epochs


def test_a_view_of_a_new_version_is_built_beside_the_one_that_is_served(address: str, views: PostgresViewStore, tmp_path: Path) -> None:
    newer = dataclasses.replace(UNIT_STATUS, version=UNIT_STATUS.version + 1)
    log = [recorded.fact for recorded in a_random_log(seed=3, commands=400).log]
    facts = FactStore(tmp_path / "facts.db")
    facts.save(*log[:100])
    old = Projector(facts, views, (UNIT_STATUS,), lambda _published: None)
    old.catch_up()
    served = views.digest("unit_status")
    beside = PostgresViewStore(address)
    begun = beside.open_view("unit_status", newer.version)
    beside.write([Change("unit_status", "nobody", 1, b'"half built"')], [(begun, 1)])
    assert not beside.serve(moved(begun, 1))
    assert views.digest("unit_status") == served
    assert beside.document("unit_status", "nobody", epoch=begun.epoch) == ("nobody", 1, b'"half built"')
    assert views.document("unit_status", "nobody") is None
    beside.write([Change("unit_status", "nobody", 1, None)], [(moved(begun, 1), 1)])
    # The old host goes on meanwhile.
    facts.save(*log[100:])
    old.catch_up()
    before = old.running["unit_status"].checkpoint
    snapshot = views.snapshot("unit_status")
    assert (snapshot and snapshot.checkpoint) == before == moved(before, len(log))
    # A host that is started anew finds the epoch that is being built, and switches to it.
    new = Projector(facts, beside, (newer,), lambda _published: None)
    assert new.running["unit_status"].checkpoint == moved(begun, 1)
    new.catch_up()
    snapshot = views.snapshot("unit_status")
    assert (snapshot and snapshot.checkpoint) == moved(begun, len(log))
    assert views.digest("unit_status") == from_scratch(facts, tmp_path / "scratch.db", (UNIT_STATUS,))["unit_status"]
    with pytest.raises(Fenced):
        views.write([], [(before, len(log) + 1)])
    with pytest.raises(StoreIsNewer, match="a newer Drumtower folds it"):
        views.open_view("unit_status", UNIT_STATUS.version)
    beside.close()
    facts.close()


def test_a_rebuild_of_the_same_version_is_served_when_it_has_caught_up_and_the_old_rows_are_cleared_away(
    address: str, views: PostgresViewStore, facts: FactStore, tmp_path: Path
) -> None:
    live = Projector(facts, views, CATALOGUE, lambda _published: None)
    live.catch_up()
    before = live.running["incident_board"].checkpoint
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE view_documents SET document = 'spoilt'")
    rebuilding = PostgresViewStore(address, rebuilds=True)
    rebuild = Projector(facts, rebuilding, CATALOGUE, lambda _published: None)
    assert rebuild.running["incident_board"].checkpoint.position == 0
    assert views.open_view("incident_board", INCIDENT_BOARD.version) == before
    rebuild.catch_up()
    after = views.open_view("incident_board", INCIDENT_BOARD.version)
    assert (after.epoch != before.epoch, after.position) == (True, facts.last_position)
    assert digests(views) == from_scratch(facts, tmp_path / "scratch.db")

    def is_cleared() -> bool:
        with psycopg.connect(address) as connection:
            [kept] = connection.execute("SELECT array_agg(number) FROM view_epochs").fetchone() or ([],)
            unlike = "WHERE number <> ALL (%s)"
            left = (connection.execute(f"SELECT 1 FROM {name} {unlike}", (kept,)).fetchone() for name in OF_EPOCHS)  # noqa: S608
            return len(kept) == len(CATALOGUE) + 1 and not any(left)

    wait_until(is_cleared)
    rebuilding.close()


def test_two_hosts_that_open_a_new_view_at_once_have_one_epoch(address: str) -> None:
    stores = [PostgresViewStore(address) for _ in range(4)]
    found: list[Checkpoint] = []
    threads = [threading.Thread(target=lambda store=store: found.append(store.open_view("board", 1))) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    for store in stores:
        store.close()


def test_of_two_processes_on_one_view_store_one_is_fenced(address: str, facts: FactStore, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.streams.postgres.child_projector", address, str(facts.path)]
    children = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = []
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "READY\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        said.append(child.communicate(timeout=SETTLED_S * 4)[0])
        assert child.returncode == 0
    assert [line.split()[0] for line in sorted(said)] == ["DONE", "FENCED"]
    assert "Another process has moved the checkpoint" in max(said)
    views = PostgresViewStore(address)
    assert digests(views) == from_scratch(facts, tmp_path / "scratch.db")
    views.close()


# ------------------------------------------------------------------------------------------- deltas, snapshots, topics


def test_deltas_say_what_each_move_changed_of_what_is_shown(views: PostgresViewStore) -> None:
    board = views.open_view("board", 1)
    closed = Change("board", "a", 4, b'"closed"')
    views.write([Change("board", "b", 2, b"1"), Change("board", "a", 1, b"1")], [(board, 3)])
    views.write([closed, Change("board", "b", 5, None)], [(moved(board, 3), 5)], resting=[closed, Change("board", "b", 5, None)])
    board = moved(board, 5)
    expected = [Delta("a", 0, 3, 1, b"1"), Delta("b", 0, 3, 2, b"1"), Delta("a", 3, 5, 4, None), Delta("b", 3, 5, 5, None)]
    assert views.deltas(board, limit=10) == expected
    assert views.deltas(board, limit=3) == expected[:3]
    views.let_go("board", board.epoch, 3)
    assert views.deltas(board, limit=10) == expected[2:]
    assert views.document("board", "a") == ("a", 4, b'"closed"')
    with pytest.raises(Fenced):
        views.write([Change("board", "c", 6, b"1")], [(moved(board, 4), 6)])
    assert views.deltas(board, limit=10) == expected[2:]


def test_a_move_that_changes_nothing_leaves_no_gap_between_the_deltas(views: PostgresViewStore) -> None:
    board = views.open_view("board", 1)
    views.write([Change("board", "a", 1, b"1")], [(board, 1)])
    views.write([], [(moved(board, 1), 4)])
    snapshot = views.snapshot("board")
    assert snapshot is not None
    assert (snapshot.checkpoint.position, snapshot.told) == (4, 1)
    views.write([Change("board", "a", 5, b"2")], [(moved(board, 4), 6)])
    assert views.deltas(moved(board, 6), limit=9) == [Delta("a", 0, 1, 1, b"1"), Delta("a", 1, 6, 5, b"2")]


@pytest.mark.parametrize("read_documents", [1, 2, 3, 100])
def test_whole_moves_wait_to_be_published_and_go_when_they_are(views: PostgresViewStore, read_documents: int) -> None:
    board = views.open_view("board", 1)
    views.write([Change("board", key, 1, b"1") for key in "abc"], [(board, 1)])
    views.write([Change("board", "a", 2, b"2")], [(moved(board, 1), 2)])
    outbox = ViewOutbox(views, lambda _view: moved(board, 2), read_documents=read_documents)
    published = []
    while waiting := outbox.waiting("board"):
        published += [(delta.since, delta.position, [change.key for change in delta.changes]) for delta in waiting]
        outbox.published("board", board.epoch, waiting[-1].position)
    assert published == [(0, 1, ["a", "b", "c"]), (1, 2, ["a"])]


def test_an_epoch_that_is_not_served_has_no_deltas(views: PostgresViewStore) -> None:
    views.open_view("board", 1)
    beside = views.open_view("board", 2)
    views.write([Change("board", "a", 1, b"1")], [(beside, 1)])
    assert views.deltas(beside, limit=1) == []
    assert views.serve(moved(beside, 1))
    views.write([Change("board", "a", 2, b"2")], [(moved(beside, 1), 2)])
    assert views.deltas(beside, limit=9) == [Delta("a", 0, 2, 2, b"2")]


def test_what_was_read_of_a_topic_moves_with_the_checkpoint(views: PostgresViewStore) -> None:
    board = views.open_view("board", 1)
    assert views.read_to(board) is None
    views.write([], [(board, 3)], read={"board": ReadTo("topic", 2, 17)})
    with pytest.raises(Fenced):
        views.write([], [(board, 4)], read={"board": ReadTo("topic", 2, 18)})
    assert views.read_to(board) == ReadTo("topic", 2, 17)
    # A record that held nothing new.
    views.write([], [(moved(board, 3), 3)], read={"board": ReadTo("topic", 2, 18)})
    views.write([], [(moved(board, 3), 4)])
    assert (views.read_to(board), views.open_view("board", 1).position) == (ReadTo("topic", 2, 18), 4)


def test_a_snapshot_is_of_one_moment_and_without_what_is_not_shown(address: str, views: PostgresViewStore) -> None:
    board = views.open_view("board", 1)
    keys = [f"{number:03d}" for number in range(50)]
    hidden = Change("board", "hidden", 1, b"0")
    views.write([hidden, *(Change("board", key, 1, b"1") for key in keys)], [(board, 1)], resting=[hidden])
    is_over = threading.Event()

    def go_on() -> None:
        writing = PostgresViewStore(address)
        for position in range(2, 200):
            changes = [Change("board", key, position, b"%d" % position) for key in keys]
            writing.write(changes, [(moved(board, position - 1), position)])
        writing.close()
        is_over.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    seen = set()
    while not is_over.is_set():
        snapshot = views.snapshot("board")
        assert snapshot is not None
        position = snapshot.checkpoint.position
        assert snapshot.rows == [(key, position, b"%d" % position) for key in keys]
        seen.add(position)
    thread.join()
    assert len(seen) > 1
    assert views.snapshot("never built") is None


# ------------------------------------------------------------------------------------------------------------ as of a time


@pytest.mark.parametrize("seed", [1, 3])
def test_every_view_as_of_every_time_is_the_same_as_on_sqlite(
    views: PostgresViewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(keyframes, "KEYFRAME_FACTS", 20)
    monkeypatch.setattr(projector, "CATCH_UP_FACTS", 20)
    log = a_random_log(seed=seed, commands=400).log
    facts, beside = FactStore(tmp_path / "facts.db"), ViewStore(tmp_path / "views.db")
    facts.save(*(recorded.fact for recorded in log))
    stores: tuple[Views, ...] = (views, beside)
    epochs = []
    for store in stores:
        host = Projector(facts, store, LIVE, lambda _published: None)
        host.catch_up()
        epochs.append({name: view.checkpoint.epoch for name, view in host.running.items()})
    assert views.hindsight().position == beside.hindsight().position == facts.last_position
    told = 0
    for recorded in log[:: len(log) // 8]:
        moment = recorded.fact.timestamp
        late = [set(store.hindsight().told_late(moment, facts.position_at(moment), facts.last_position)) for store in stores]
        assert late[0] == late[1]
        told += len(late[0])
        for projection in LIVE:
            on_postgres, on_sqlite = (
                [Replay(facts, store).view_as_of(projection, epoch[projection.name], moment, clock) for clock in ("recorded", "occurred")]
                for store, epoch in zip(stores, epochs, strict=True)
            )
            assert on_postgres == on_sqlite
    assert told, "something was told late"
    beside.close()
    facts.close()
