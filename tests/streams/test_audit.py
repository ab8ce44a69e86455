"""Somebody has write access to the file of the log: what they can do, and where it is found."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import commands as ask
from streams.audit import Chained, noted_head, verified
from streams.chain import Head, bind, origin
from streams.fact_store import FactStore
from streams.failures import ChainIsBroken, StoreIsNewer, StoreIsOlder, StoreUnavailable
from streams.postgres.moving import finish, move
from tests.domain.given_when_then import FIRST_CALL, city, opened, taken
from tests.streams.on_disk import ANSWER_S, on_disk, random_command
from tests.streams.places import ON_BOTH, Place, closed_after

UNCHAINED = (
    (
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
        "PRIMARY KEY (originator_id, originator_version))"
    ),
    "CREATE TABLE receipts (key TEXT PRIMARY KEY, digest BLOB, position INTEGER, recorded_at TEXT, reply BLOB) WITHOUT ROWID",
    "PRAGMA user_version = 1",
)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """What anybody can do who may write to the file."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of some seventy facts, as a center that was stopped leaves it."""
    directory = tmp_path_factory.mktemp("written")
    chance = random.Random(7)
    with on_disk(directory) as disk:
        disk.do(*city(), opened(), taken())
        for number in range(150):
            disk.clock.passes(chance.randint(1, 60))
            future = disk.submit(random_command(chance, 1 + number // 6, 1 + number // 6))
            future.exception(ANSWER_S)
    with writing(directory / "facts.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return directory / "facts.db"


@pytest.fixture(params=ON_BOTH)
def copied(request: pytest.FixtureRequest, written: Path, tmp_path: Path) -> Iterator[Place]:
    """The same log in a store of each kind."""
    address = request.getfixturevalue("database") if request.param == "postgres" else ""
    with closed_after(Place(tmp_path, address)) as here:
        if address:
            chained = verified(written)
            move(written, address, chained, lambda _done, _end: None)
            finish(written, address, chained, lambda _done, _end: None)
        else:
            shutil.copyfile(written, tmp_path / "facts.db")
        yield here


def a_copy(written: Path, directory: Path) -> Path:
    copy = directory / "facts.db"
    for beside in directory.glob("facts.db*"):
        beside.unlink()
    shutil.copyfile(written, copy)
    return copy


def broken(place: Path | Place, *noted: Head) -> ChainIsBroken:
    where = place if isinstance(place, Place) else Place(place.parent)
    with pytest.raises(ChainIsBroken) as found:
        where.verified(noted=noted)
    return found.value


def test_what_was_written_holds(copied: Place) -> None:
    told: list[tuple[int, int]] = []
    chained = copied.verified(noted=(copied.noted_head().head,), progress=lambda done, end: told.append((done, end)))
    assert chained == copied.noted_head() == Chained(chained.head, 1)
    assert told[-1] == (chained.head.position, chained.head.position)
    assert chained.head.position > 50


def test_a_file_that_is_verified_is_left_as_it_is(written: Path, tmp_path: Path) -> None:
    copy = a_copy(written, tmp_path)
    before = copy.read_bytes()
    verified(copy)
    assert copy.read_bytes() == before


def tampered(connection: sqlite3.Connection, data: st.DataObject) -> tuple[int, str]:
    """Something done to the log, and the first position that does not hold any more."""
    end = connection.execute("SELECT max(rowid) FROM stored_events").fetchone()[0]
    at = data.draw(st.integers(1, end), "position")
    kind = data.draw(
        st.sampled_from(["byte", "recorded_at", "column", "hash", "swap", "take out", "close the gap", "put in", "newest"]), "tampering"
    )
    state = connection.execute("SELECT state FROM stored_events WHERE rowid = ?", (at,)).fetchone()[0]
    match kind:
        case "byte":
            index = data.draw(st.integers(0, len(state) - 1), "byte")
            changed = bytearray(state)
            changed[index] ^= data.draw(st.integers(1, 255), "bits")
            connection.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (bytes(changed), at))
        case "recorded_at":
            assert b'"timestamp":"2026-' in state
            connection.execute(
                "UPDATE stored_events SET state = ? WHERE rowid = ?", (state.replace(b'"timestamp":"2026-', b'"timestamp":"2025-'), at)
            )
        case "column":
            column, value = data.draw(
                st.sampled_from([("originator_id", "call:nobody"), ("originator_version", 99), ("topic", "x.y"), ("state", None)])
            )
            connection.execute(f"UPDATE stored_events SET {column} = ? WHERE rowid = ?", (value, at))  # noqa: S608 -- our own names
        case "hash":
            connection.execute("UPDATE stored_events SET hash = ? WHERE rowid = ?", (data.draw(st.none() | st.binary(max_size=32)), at))
        case "swap":
            other = data.draw(st.integers(1, end).filter(lambda position: position != at), "other")
            connection.executemany("UPDATE stored_events SET rowid = ? WHERE rowid = ?", [(-1, at), (at, other), (other, -1)])
            at = min(at, other)
        case "take out" | "close the gap":
            connection.execute("DELETE FROM stored_events WHERE rowid = ?", (at,))
            if kind == "close the gap":
                for position in range(at + 1, end + 1):
                    connection.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (position - 1, position))
        case "put in":
            connection.execute(
                "INSERT INTO stored_events SELECT 'call:forged', 1, topic, state, hash FROM stored_events WHERE rowid = ?", (at,)
            )
            at = end + 1
        case _:
            connection.execute("DELETE FROM stored_events WHERE rowid >= ?", (at,))
    return at, kind


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_the_log_is_found_at_its_place(written: Path, tmp_path: Path, data: st.DataObject) -> None:
    copy = a_copy(written, tmp_path)
    noted = noted_head(copy).head
    with writing(copy) as connection:
        position, _ = tampered(connection, data)
    # Receipts and a noted head are both there: nothing here needs the note, but the newest facts without a receipt.
    assert broken(copy, noted).position == position


def test_a_text_that_is_none_is_a_place_and_not_an_error(written: Path, tmp_path: Path) -> None:
    copy = a_copy(written, tmp_path)
    with writing(copy) as connection:
        connection.execute("UPDATE stored_events SET topic = CAST(x'ff' AS TEXT) WHERE rowid = 5")
    assert broken(copy).position == 5


def test_the_newest_facts_are_missed_by_the_receipts_that_name_them(copied: Place) -> None:
    end = copied.noted_head().head.position
    copied.execute("DELETE FROM stored_events WHERE rowid > ?", end - 3)
    assert broken(copied).en == f"The log ends at position {end - 3}, but it has been at {end}: the newest 3 facts are gone."


def test_who_takes_the_receipts_too_is_found_by_a_noted_head_only(copied: Place) -> None:
    noted = copied.noted_head().head
    copied.execute("DELETE FROM stored_events WHERE rowid > ?", noted.position - 3)
    copied.execute("DELETE FROM receipts WHERE position > ?", noted.position - 3)
    assert copied.verified().head.position == noted.position - 3
    assert broken(copied, noted).position == noted.position - 2


@pytest.mark.parametrize(
    ("act", "position"),
    [
        ("UPDATE stored_events SET topic = 'x.y' WHERE rowid = 9", 9),
        ("UPDATE stored_events SET originator_version = 99 WHERE rowid = 9", 9),
        ("UPDATE stored_events SET hash = (SELECT hash FROM stored_events WHERE rowid = 8) WHERE rowid = 9", 9),
        ("UPDATE stored_events SET state = (SELECT state FROM stored_events WHERE rowid = 8) WHERE rowid = 9", 9),
        ("DELETE FROM stored_events WHERE rowid = 9", 9),
        ("UPDATE stored_events SET rowid = 1000000 WHERE rowid = 9", 9),
    ],
)
def test_what_is_done_to_a_fact_is_found_at_its_place(copied: Place, act: LiteralString, position: int) -> None:
    copied.execute(act)
    assert broken(copied).position == position


def test_a_chain_made_anew_holds_but_does_not_pass_through_the_noted_head(written: Path, tmp_path: Path) -> None:
    copy = a_copy(written, tmp_path)
    noted = noted_head(copy).head
    with writing(copy) as connection:
        connection.execute("UPDATE stored_events SET state = replace(state, '2026', '2025') WHERE rowid = 9")
        connection.execute("UPDATE stored_events SET state = CAST(state AS BLOB)")
        previous = origin(1).hash
        rows = connection.execute("SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid")
        for row in rows.fetchall():
            previous = bind(previous, *row)
            connection.execute("UPDATE stored_events SET hash = ? WHERE rowid = ?", (previous, row[0]))
    assert verified(copy).head.position == noted.position, "who may write everything can make it hold: this is why heads are noted"
    assert broken(copy, noted).position == noted.position


@pytest.mark.parametrize("act", ["DELETE FROM chain", "UPDATE chain SET witnessed_since = 2"])
def test_since_when_it_was_witnessed_cannot_be_changed(copied: Place, act: LiteralString) -> None:
    copied.execute(act)
    assert broken(copied).position == 1


def test_a_person_who_was_erased_leaves_a_chain_that_holds(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city(), taken())
        noted = place.noted_head().head
        disk.do(ask.EraseCaller(call=FIRST_CALL, reason="本人要求"))
        chained = place.verified(noted=(noted,))
        assert chained.head == disk.machine.facts.head
    (place.directory / "keys.db").unlink()
    assert place.verified(noted=(noted,)) == chained


def test_a_log_is_verified_while_it_is_written(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())

        def write(done: int, end: int) -> None:
            if done == end:
                disk.do(opened())

        before = disk.machine.facts.head
        assert place.verified(progress=write).head == before
        assert place.verified().head == disk.machine.facts.head != before


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)",
        (
            "UPDATE stored_events SET hash = (SELECT hash FROM stored_events WHERE rowid = 1) "
            "WHERE rowid = (SELECT max(rowid) FROM stored_events)"
        ),
    ],
)
def test_a_log_that_is_cut_while_it_is_served_takes_nothing_more(place: Place, act: LiteralString) -> None:
    with place.machine() as disk:
        disk.do(*city(), opened())
        end = disk.machine.facts.last_position
        place.execute(act)
        with pytest.raises(StoreUnavailable) as refused:
            disk.do(opened())
        assert refused.value.en.startswith(f"The log was changed by somebody else while it was served (position {end} is not what was")
        assert "本条未受理" in refused.value.zh
        assert disk.machine.facts.last_position <= end


def test_facts_that_another_process_bound_to_ours_are_gone_on_from(place: Place) -> None:
    with place.machine() as ours, place.machine() as theirs:
        ours.do(*city())
        for _ in range(3):
            theirs.do(opened())
            ours.do(opened())
        assert place.verified().head.position == len(ours.log())


def test_a_fact_without_a_hash_stops_no_operator_and_is_found(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city())
        end = disk.machine.facts.last_position
        with writing(tmp_path / "facts.db") as connection:
            connection.execute("INSERT INTO stored_events SELECT 'unit:forged', 1, topic, state, NULL FROM stored_events WHERE rowid = 1")
        disk.do(opened())
    assert broken(tmp_path / "facts.db").position == end + 1


def an_unchained_copy(written: Path, directory: Path) -> Path:
    """The same facts as the first format kept them."""
    path = directory / "facts.db"
    connection = sqlite3.connect(path)
    for statement in UNCHAINED:
        connection.execute(statement)
    connection.execute("ATTACH ? AS written", (str(written),))
    columns = "originator_id, originator_version, topic, state"
    connection.execute(f"INSERT INTO stored_events SELECT {columns} FROM written.stored_events ORDER BY rowid")  # noqa: S608 -- our own names
    connection.execute("INSERT INTO receipts SELECT * FROM written.receipts")
    connection.commit()
    connection.close()
    return path


def test_an_older_log_gets_its_chain_at_the_start_and_says_since_when(written: Path, tmp_path: Path) -> None:
    older = an_unchained_copy(written, tmp_path)
    with the_store_of(written) as facts:
        before = list(facts.facts(0))
    with pytest.raises(StoreIsOlder, match="has no chain of hashes yet"):
        verified(older)
    with pytest.raises(StoreIsOlder, match="Start this one once"):
        noted_head(older)
    with on_disk(tmp_path) as disk:
        assert disk.log() == before
        end = disk.machine.facts.last_position
        assert disk.machine.facts.witnessed_since == end + 1
        disk.do(opened())
    chained = verified(older)
    assert chained.witnessed_since == end + 1
    with on_disk(tmp_path) as disk:
        assert disk.machine.facts.head == chained.head, "a second start computes nothing anew"


def test_an_upgrade_that_is_cut_short_leaves_the_older_log(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = an_unchained_copy(written, tmp_path)
    calls: list[int] = []

    def fail_late(*fact: Any) -> bytes:  # noqa: ANN401 -- passed on
        calls.append(1)
        if len(calls) == 50:
            raise OSError("the disk is gone")
        return bind(*fact)

    with monkeypatch.context() as patch:
        patch.setattr("streams.fact_tables.bind", fail_late)
        with pytest.raises(OSError, match="the disk is gone"):
            FactStore(older)
    with pytest.raises(StoreIsOlder):
        verified(older)
    FactStore(older).close()
    assert verified(older).witnessed_since == verified(older).head.position + 1


def test_what_cannot_be_audited_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"facts\.db cannot be opened"):
        verified(tmp_path / "facts.db")
    assert not (tmp_path / "facts.db").exists()
    with writing(tmp_path / "newer.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreIsNewer, match="verify it with that one"):
        noted_head(tmp_path / "newer.db")


@contextmanager
def the_store_of(path: Path) -> Iterator[FactStore]:
    facts = FactStore(path)
    try:
        yield facts
    finally:
        facts.close()
