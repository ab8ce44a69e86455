from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import LonLat, distance_m
from streams.sources.demo_city.crews import Task, plan
from streams.sources.demo_city.driving import SPEED_KMH_MAX, Drive, bearing_deg, drive
from streams.sources.demo_city.geography import dice

PLACES = st.builds(LonLat, lon=st.floats(116.8, 117.8), lat=st.floats(38.8, 40.1))
# A second of driving at the greatest speed, and a metre for rounding.
JUMP_M_MAX = SPEED_KMH_MAX / 3.6 + 1


@given(start=PLACES, end=PLACES, seed=st.integers(0, 1_000), begin=st.floats(0, 5_000), is_urgent=st.booleans())
def test_a_vehicle_never_jumps(start: LonLat, end: LonLat, seed: int, begin: float, *, is_urgent: bool) -> None:
    one = drive(dice(seed), start, end, depart_at=0.0, is_urgent=is_urgent)
    moments = [begin + second for second in range(30)]
    fixes = [one.at(moment) for moment in moments]
    assert all(distance_m(a.place, b.place) <= JUMP_M_MAX for a, b in pairwise(fixes))
    assert all(0 <= fix.speed_kmh <= SPEED_KMH_MAX and 0 <= fix.heading_deg < 360 for fix in fixes)


@given(start=PLACES, end=PLACES, seed=st.integers(0, 1_000))
def test_a_drive_begins_and_ends_where_it_should_and_stands_there(start: LonLat, end: LonLat, seed: int) -> None:
    one = drive(dice(seed), start, end, depart_at=100.0, is_urgent=True)
    assert distance_m(one.at(50.0).place, start) < 1
    assert distance_m(one.at(one.arrive_at + 60).place, end) < 1
    assert one.at(one.arrive_at + 60).speed_kmh == one.at(50.0).speed_kmh == 0


def test_a_drive_of_no_distance_is_a_moment() -> None:
    here = LonLat(lon=117.2, lat=39.1)
    one = Drive(start=here, end=here, depart_at=0, speed_kmh=50)
    assert one.at(3.0).place == here


def test_a_bearing_is_clockwise_from_north() -> None:
    here = LonLat(lon=117.0, lat=39.0)
    assert bearing_deg(here, LonLat(lon=117.1, lat=39.0)) == pytest.approx(90)
    assert bearing_deg(here, LonLat(lon=117.0, lat=38.9)) == pytest.approx(180)


@given(
    start=PLACES,
    scene=PLACES,
    seed=st.integers(0, 1_000),
    agency=st.sampled_from(["fire", "ems", "police"]),
    priority=st.integers(1, 5),
    reached=st.sampled_from(["dispatched", "acknowledged", "en_route", "on_scene", "transporting", "at_destination"]),
)
def test_a_crews_steps_come_in_order_and_end_with_being_clear(
    start: LonLat, scene: LonLat, seed: int, agency: str, priority: int, reached: str
) -> None:
    task = Task(agency=agency, priority=priority, category="accident", start=start, scene=scene)
    crew = plan(dice(seed), task, dispatched_at=1_000.0, reached=reached)
    names = [step.step for step in crew.steps]
    every = ["acknowledged", "en_route", "on_scene", "transporting", "at_destination", "cleared"]
    assert names == [name for name in every if name in names]
    assert names[-1] == "cleared"
    assert reached not in names
    moments = [step.at for step in crew.steps]
    assert moments == sorted(moments)
    assert moments[0] >= 1_000.0


@given(start=PLACES, scene=PLACES, seed=st.integers(0, 300), moment=st.floats(0, 12_000))
def test_a_crew_is_on_scene_when_it_says_so_and_never_jumps(start: LonLat, scene: LonLat, seed: int, moment: float) -> None:
    task = Task(agency="ems", priority=1, category="public_health", start=start, scene=scene)
    crew = plan(dice(seed), task, dispatched_at=0.0)
    arrived = next(step.at for step in crew.steps if step.step == "on_scene")
    assert distance_m(crew.fix(arrived).place, scene) < 1
    assert distance_m(crew.fix(moment).place, crew.fix(moment + 1).place) <= JUMP_M_MAX
