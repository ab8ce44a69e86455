"""The pure parts of the demo city: what it is made of, when it calls, what its sensors say, whom its desk sends."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import Any

import pytest

from streams.sources.client import Accepted, Answer, Refused
from streams.sources.demo_city.catalogue import catalogue_commands
from streams.sources.demo_city.demand import Happening, happenings, rate_per_s
from streams.sources.demo_city.desk import PATIENCE_S, Desk, Errand
from streams.sources.demo_city.fleet import Fleet
from streams.sources.demo_city.forces import AGENCIES, CAPABILITIES, units
from streams.sources.demo_city.geography import BY_CODE, DISTRICTS, dice
from streams.sources.demo_city.incident_types import CATEGORIES, INCIDENT_TYPES
from streams.sources.demo_city.sensors import PERIOD_S, reading, sensors

NOON = 12 * 3_600.0


def test_the_city_has_sixteen_districts_six_agencies_and_three_hundred_units() -> None:
    assert len(DISTRICTS) == 16
    assert [agency.short_zh for agency in AGENCIES] == list("警消急交应城")
    assert 290 <= len(units(1)) <= 310
    assert len({unit.unit for unit in units(1)}) == len(units(1))


def test_every_plan_can_be_met_by_the_units_of_the_city() -> None:
    fitted = [capability for unit in units(1) for capability in unit.capabilities]
    for entry in INCIDENT_TYPES:
        for capability, count in entry.needs:
            assert capability in CAPABILITIES
            assert fitted.count(capability) >= count, f"{entry.code} needs {count} {capability}"


def test_incident_types_cover_the_four_national_categories_in_both_languages() -> None:
    assert {entry.category for entry in INCIDENT_TYPES} == set(CATEGORIES)
    assert len({entry.code for entry in INCIDENT_TYPES}) == len(INCIDENT_TYPES) >= 60
    for entry in INCIDENT_TYPES:
        assert len(entry.questions) == 3
        assert any("\u4e00" <= letter <= "\u9fff" for letter in entry.zh)
        assert entry.en.isascii()


def test_the_catalogue_names_only_what_it_has_said_before() -> None:
    known: set[tuple[str, str]] = set()
    for name, body in catalogue_commands(1):
        for field in ("agency", "district", "station", "incident_type"):
            if body.get(field) and not name.endswith(field):
                assert (field, body[field]) in known, f"{name} names {field} {body[field]}"
        known |= {(field, str(body[field])) for field in ("agency", "district", "station", "incident_type") if name.endswith(field)}


def test_fire_crews_and_ambulances_have_the_standards_turnout_and_travel_each_its_own() -> None:
    timers = {
        body["scope"]: [target["seconds"] for target in body["targets"]] for name, body in catalogue_commands(1) if name == "set_timers"
    }
    assert timers == {"fire": [80, 240], "ems": [60, 240]}


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    assert catalogue_commands(1) == catalogue_commands(1)
    assert catalogue_commands(1) != catalogue_commands(2)
    assert first(50) == first(50)
    assert first(50) != first(50, seed=2)


def first(count: int, *, seed: int = 1, at: float = NOON) -> list[Happening]:
    return list(islice(happenings(dice(seed), at), count))


def test_calls_follow_the_hour_of_the_day() -> None:
    days = 30
    by_hour = [0] * 24
    for happening in takewhile(lambda one: one.at < days * 86_400, happenings(dice(1), 0.0)):
        by_hour[int(happening.at % 86_400 // 3_600)] += 1
    for hour in range(24):
        expected = days * sum(rate_per_s(hour * 3_600 + 60 * minute) * 60 for minute in range(60))
        assert by_hour[hour] == pytest.approx(expected, abs=5 * expected**0.5), f"{hour} o'clock"
    assert by_hour[18] > 3 * by_hour[4]


def test_happenings_lie_in_their_district_and_some_are_reported_more_than_once() -> None:
    found = first(500)
    for happening in found:
        district = BY_CODE[happening.district]
        assert abs(happening.place.lon - district.centre.lon) <= 1.4 * district.spread[0]
        assert happening.address.startswith(district.zh)
        moments = [call.after_s for call in happening.calls]
        assert moments == sorted(moments)
        assert moments[0] == 0.0
    assert 0.04 < sum(len(happening.calls) > 1 for happening in found) / len(found) < 0.25


def test_a_healthy_sensor_is_calm_most_of_the_time_and_a_risen_one_is_not() -> None:
    healthy = [sensor for sensor in sensors(1) if sensor.fault == "none"]
    for sensor in healthy:
        _, limit, *_ = sensor.kind.limits[0]
        day = [reading(sensor, PERIOD_S * tick * 40) for tick in range(100)]
        assert sum(value is not None and value > limit for value in day) <= 12, sensor.code
        risen = reading(sensor, NOON + 300, risen_at=NOON)
        assert risen is not None
        assert risen > limit, sensor.code


def test_faults_look_like_what_they_are_called() -> None:
    ill: dict[str, Any] = {sensor.fault: sensor for seed in range(1, 6) for sensor in sensors(seed)}
    assert set(ill) == {"none", "chatter", "silence", "stuck", "noise"}
    hours = [float(second) for second in range(0, 4 * 3_600, 10)]
    assert None in [reading(ill["silence"], at) for at in hours]
    assert max(value or 0 for value in (reading(ill["noise"], at) for at in hours)) > ill["noise"].kind.highest
    stuck = [reading(ill["stuck"], at) for at in hours]
    assert max(stuck.count(value) for value in set(stuck)) >= 50
    _, limit, *_ = ill["chatter"].kind.limits[0]
    above = [(reading(ill["chatter"], at) or 0) > limit for at in hours]
    assert (
        max(sum(a != b for a, b in zip(above[i : i + 60], above[i + 1 : i + 61], strict=True)) for i in range(0, len(above) - 61, 60)) >= 50
    )


class World:
    """A desk whose every command is accepted, with the board that comes of it."""

    def __init__(self, *, human_share: float = 0.0) -> None:
        self.fleet = Fleet(units(1), dice(1))
        self.desk = Desk(self.fleet, dice(1), human_share=human_share, account="demo")
        self.board: dict[str, dict[str, Any]] = {}
        self.sent: list[Errand] = []

    def act(self, now: float) -> list[str]:
        errands = list(self.desk.errands(now, str, self.board))
        for errand in errands:
            self.sent.append(errand)
            errand.done(self.answer(errand))
        return [errand.name for errand in errands]

    def answer(self, errand: Errand) -> Answer:
        match errand.name:
            case "take_call":
                return Accepted({"call": f"C{len(self.sent)}"}, is_repeated=False, position=1)
            case "open_incident":
                self.board["I1"] = {"version": 1, "assignments": []}
                return self.changed({"incident": "I1"})
            case "dispatch_units":
                self.board["I1"]["version"] += 1
                return self.changed({"assignments": [f"I1/{unit}/1" for unit in errand.body["units"]], "refused": []})
            case _:
                return Accepted({}, is_repeated=False, position=1)

    def changed(self, result: dict[str, Any]) -> Accepted:
        return Accepted(result, is_repeated=False, position=1, facts=({"id": "incident:I1", "version": self.board["I1"]["version"]},))


def test_the_desk_takes_the_call_opens_the_incident_and_sends_what_the_plan_needs() -> None:
    world, happening = World(), first(1)[0]
    world.desk.hear(happening)
    names = [name for second in range(0, 3_600, 5) for name in world.act(happening.at + second)]
    assert names[:2] == ["take_call", "open_incident"]
    assert names.count("dispatch_units") == 1
    needed = {capability for capability, _ in happening.type.needs}
    sent = next(errand for errand in world.sent if errand.name == "dispatch_units").body["units"]
    assert needed <= {capability for unit in sent for capability in world.fleet.vehicles[unit].entry.capabilities}


def test_the_desk_closes_what_it_opened_when_every_unit_is_clear() -> None:
    world, happening = World(), first(1)[0]
    world.desk.hear(happening)
    closed = 0
    for second in range(0, 40_000, 10):
        now = happening.at + second
        for vehicle, step in world.fleet.due_steps(now):
            if step.step == "cleared":
                world.fleet.release(vehicle.entry.unit, at=step.at)
        closed += world.act(now).count("close_incident")
    assert closed == 1
    assert not world.desk.cases


def test_the_desk_leaves_alone_what_somebody_else_has_touched() -> None:
    world, happening = World(human_share=1.0), first(1)[0]
    world.desk.hear(happening)
    assert "open_incident" in [name for second in range(200) for name in world.act(happening.at + second)]
    world.board["I1"]["version"] += 1
    later = [name for second in range(200, int(4 * PATIENCE_S), 10) for name in world.act(happening.at + second)]
    assert not {"dispatch_units", "close_incident", "link_call"} & set(later)


def test_what_is_left_to_the_operators_is_sent_units_to_only_when_nobody_comes() -> None:
    world, happening = World(human_share=1.0), first(1)[0]
    world.desk.hear(happening)
    assert "dispatch_units" not in [name for second in range(0, int(PATIENCE_S), 10) for name in world.act(happening.at + second)]
    assert "dispatch_units" in [
        name for second in range(int(PATIENCE_S), int(2 * PATIENCE_S), 10) for name in world.act(happening.at + second)
    ]


def test_units_of_a_refused_dispatch_are_free_again() -> None:
    world, happening = World(), first(1)[0]
    world.answer = lambda errand: (  # type: ignore[method-assign]
        Refused(409, "incident_is_closed", "Closed.", "已结案。") if errand.name == "dispatch_units" else World.answer(world, errand)
    )
    world.desk.hear(happening)
    for second in range(0, 600, 10):
        world.act(happening.at + second)
    assert all(vehicle.is_free for vehicle in world.fleet.vehicles.values())


def test_a_crew_follows_a_dispatch_by_whomever_and_comes_home_when_called_back() -> None:
    fleet = Fleet(units(1), dice(1))
    unit = next(iter(fleet.vehicles))
    incidents = {"I9": {"priority": 1, "category": "accident", "lon": 117.3, "lat": 39.2}}
    document = {"unit": unit, "status": "dispatched", "assignment": f"I9/{unit}/1", "incident": "I9"}
    fleet.follow(document, incidents, at=0.0)
    assert [step.step for _, step in fleet.due_steps(200.0)][:2] == ["acknowledged", "en_route"]
    away = fleet.vehicles[unit].fix(300.0).place
    fleet.follow(document | {"status": "available", "assignment": "", "incident": ""}, incidents, at=300.0)
    assert fleet.vehicles[unit].fix(300.0).place == away
    assert fleet.vehicles[unit].fix(90_000.0).place == fleet.vehicles[unit].entry.home
    assert not list(fleet.due_steps(90_000.0))


def test_moving_units_report_every_five_seconds_and_standing_ones_every_thirty() -> None:
    fleet = Fleet(units(1), dice(1))
    unit = next(iter(fleet.vehicles))
    fleet.send(unit, "I9/U/1", {"priority": 1, "category": "accident", "lon": 117.6, "lat": 39.4}, at=0.0)
    reports: dict[str, int] = {}
    for second in range(300, 600):
        for name, _ in fleet.due_fixes(float(second)):
            reports[name] = reports.get(name, 0) + 1
    assert reports[unit] == 60
    others = [count for name, count in reports.items() if name != unit]
    assert 9 <= min(others) <= max(others) <= 13


def test_the_desk_goes_on_with_what_an_earlier_run_had_opened() -> None:
    world = World()
    row = {"number": "I1", "incident_type": "fight", "priority": 3, "district": "heping", "lon": 117.2, "lat": 39.11, "address": ""}
    world.board["I1"] = row | {"version": 4, "assignments": [], "calls": []}
    world.desk.adopt(world.board["I1"], NOON)
    names = [name for second in range(0, 600, 5) for name in world.act(NOON + second)]
    assert names == ["dispatch_units"]
