"""What a wall shows: where it happens roughly, how grave it is, who waits; and never a person, a word or a house."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_ui.facets import reader_facets
from domain import alarm_commands
from domain import commands as ask
from projections.incident_board import INCIDENT_BOARD
from projections.wall_board import GRID_DEGREES, WALL_BOARD, WallAlarm, WallIncident, coarse, street_of
from tests.domain.alarm_world import AlarmWorld
from tests.domain.alarm_world import at as alarm_at
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, dispatched, opened, sent, stepped
from tests.projections.folding import fold, shown, view_of
from tests.streams.on_disk import a_random_log

KEY = f"incident:{FIRST}"


def wall(*commands: object) -> WallIncident:
    found: WallIncident = view_of(WALL_BOARD, opened(), *commands)[KEY]
    return found


def test_nothing_that_was_said_about_a_person_is_on_it() -> None:
    call = ask.TakeCall(source="119", caller_name="周德明", caller_number="17739582477", description="我母亲王桂兰晕倒了")
    incident = ask.OpenIncident(
        incident_type="dwelling_fire",
        place=ask.Place(lon=117.20312, lat=39.12034),
        address="和平区南京路148号3号楼402周德明家",
        district="heping",
        description="周德明称母亲王桂兰晕倒",
        call=FIRST_CALL,
    )
    note = ask.AddNote(incident=FIRST, text="患者王桂兰有心脏病史")
    documents = view_of(WALL_BOARD, call, incident, note, dispatched("E11"))
    text = msgspec.json.encode(documents).decode()
    assert documents[KEY].street == "南京路"
    for told in ("周德明", "17739582477", "7739", "王桂兰", "晕倒", "心脏", "148", "402", "117.20312", "39.12034", "zhou"):
        assert told not in text, f"{told} is on the wall"


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("南京路148号", "南京路"),
        ("和平区南京路与营口道交口东南角 148 号", "南京路"),
        ("滨海新区第三大街223号", "第三大街"),
        ("果园北道230号", "果园北道"),
        ("0 Block of MARINA BLVD, San Francisco", "MARINA BLVD"),
        ("12 Market St", "Market St"),
        ("", ""),
        ("张三家门口南京路", ""),
        ("李四家南京路", ""),
        ("王女士 13800138000 南京路", ""),
        ("3号楼402室,南京路", ""),
        ("John Smith, 5 Market St", ""),
        ("call 13800138000 Market St", ""),
    ],
)
def test_of_an_address_only_the_street_that_it_begins_with(address: str, street: str) -> None:
    assert street_of(address) == street


@given(st.text(max_size=60))
def test_a_street_never_holds_a_number_of_a_person(address: str) -> None:
    assert len(street_of(f"13800138000{address}")) < 40
    assert "138001" not in street_of(f"{address}13800138000")


@given(st.floats(-180, 180))
def test_a_place_is_that_of_a_square_of_half_a_kilometre(degrees: float) -> None:
    assert abs(coarse(degrees) - degrees) <= GRID_DEGREES / 2 + 1e-4
    assert coarse(coarse(degrees)) == coarse(degrees)


def test_it_waits_until_somebody_is_sent_and_again_when_the_unit_is_called_away() -> None:
    assert wall().phase == "pending"
    assert wall(30, dispatched("E11")).phase == "dispatched"
    assert wall(dispatched("E11"), stepped("on_scene")).phase == "on_scene"
    back = wall(30, dispatched("E11"), ask.CancelAssignment(assignment=sent("E11"), reason="误派"))
    assert (back.phase, back.phase_at) == ("pending", back.opened_at)
    assert wall(dispatched("E11"), stepped("cleared")).phase == "closing"


def test_what_is_closed_or_merged_leaves_the_wall_and_comes_back() -> None:
    close = ask.CloseIncident(incident=FIRST, disposition="handled")
    assert KEY not in shown(WALL_BOARD, opened(), close)
    assert KEY in shown(WALL_BOARD, opened(), close, ask.ReopenIncident(incident=FIRST, reason="复燃"))
    merged = shown(WALL_BOARD, opened(), opened(), ask.MergeIncidents(incident=SECOND, merged=FIRST))
    assert {key for key in merged if key.startswith("incident:")} == {f"incident:{SECOND}"}


@pytest.mark.parametrize("seed", range(12))
def test_the_wall_and_the_board_agree_on_what_is_open_and_in_which_phase(seed: int) -> None:
    log = a_random_log.__wrapped__(seed, 120).log
    board = {f"incident:{key}": row for key, row in fold(INCIDENT_BOARD, log).items()}
    on_wall = {key: row for key, row in fold(WALL_BOARD, log).items() if isinstance(row, WallIncident)}
    assert on_wall.keys() == board.keys()
    for key, row in on_wall.items():
        assert WALL_BOARD.is_shown(row) == INCIDENT_BOARD.is_shown(board[key])
        assert (row.phase, row.priority, row.district) == (board[key].phase, board[key].priority, board[key].district)
        assert reader_facets("wall_board")(msgspec.json.encode(row)) == reader_facets("incident_board")(msgspec.json.encode(board[key]))


def test_an_alarm_is_counted_until_it_ends() -> None:
    world = AlarmWorld()
    world.do(alarm_commands.RegisterSensor(sensor="G1", zh="张三家燃气", en="Gas", unit_of_measure="%"))
    raised = alarm_commands.RaiseAlarm(sensor="G1", condition="high", priority=1, value=1.0, limit=0.5, occurred_at=alarm_at(0))
    name = world.do(raised)["alarm"]
    key = f"alarm:{name}"
    assert fold(WALL_BOARD, world.log)[key] == WallAlarm(
        priority=1, raised_at=alarm_at(0), district="", agency="", is_acknowledged=False, is_returned=False, is_shelved=False
    )
    world.do(alarm_commands.ShelveAlarm(alarm=name, minutes=5, reason="张三来电"))
    assert fold(WALL_BOARD, world.log)[key].is_shelved
    world.do(alarm_commands.DismissAlarm(alarm=name, reason="误报"))
    assert fold(WALL_BOARD, world.log)[key] is None


def test_it_brings_the_names_of_districts_and_types_and_of_nothing_else() -> None:
    sensor = alarm_commands.RegisterSensor(sensor="G1", zh="张三家燃气", en="Gas", unit_of_measure="%")
    documents = view_of(WALL_BOARD, sensor)
    assert set(documents) == {
        *("name:district:heping", "name:district:hexi"),
        *("name:incident_type:dwelling_fire", "name:incident_type:flood"),
    }
    assert documents["name:district:heping"].zh == "和平区"
    assert "张三" not in msgspec.json.encode(documents).decode()
