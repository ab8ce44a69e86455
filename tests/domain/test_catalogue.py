"""What the city is made of: defined anew as a whole, and the same definition again leaves no fact."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from domain import commands as ask
from domain.catalogue import Agency, IncidentType, ResponsePlan, Station
from domain.refusals import UnknownThing
from tests.domain.given_when_then import Desk, place

DEFINITIONS: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "agency": (ask.RegisterAgency(agency="police", zh="公安", en="Police"), {"en": "PSB"}, "agency.registered", "agency.renamed"),
    "station": (
        ask.RegisterStation(station="XF02", agency="fire", zh="二站", en="Station 2", place=place()),
        {"place": place(117.3, 39.2)},
        "station.registered",
        "station.changed",
    ),
    "district": (
        ask.DefineDistrict(district="nankai", zh="南开区", en="Nankai", code="120104"),
        {"short_zh": "南开"},
        "district.defined",
        "district.redefined",
    ),
    "incident_type": (
        ask.DefineIncidentType(
            incident_type="gas_leak",
            zh="燃气泄漏",
            en="Gas leak",
            category="accident",
            priority=2,
            questions=(ask.Question(zh="能闻到吗?", en="Can you smell it?"),),
        ),
        {"priority": 1},
        "incident_type.defined",
        "incident_type.redefined",
    ),
    "response_plan": (
        ask.DefineResponsePlan(incident_type="flood", level=2, needs=(ask.PlannedNeed(capability="pump", count=3),)),
        {"needs": ()},
        "response_plan.defined",
        "response_plan.redefined",
    ),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_leaves_a_fact_and_the_same_again_leaves_none(desk: Desk, name: str) -> None:
    command, change, defined, redefined = DEFINITIONS[name]
    desk.when(command)
    desk.then(defined)
    desk.when(command)
    desk.then()
    desk.when(dataclasses.replace(command, **change))
    desk.then(redefined)
    desk.when(dataclasses.replace(command, **change))
    desk.then()
    desk.when(command)
    desk.then(redefined)


@pytest.mark.parametrize(
    ("command", "en", "zh"),
    [
        (ask.RegisterStation(station="S", agency="navy", zh="x", en="x"), "There is no agency navy.", "没有这个部门:navy。"),
        (
            ask.RegisterStation(station="S", agency="fire", zh="x", en="x", district="atlantis"),
            "There is no district atlantis.",
            "没有这个区:atlantis。",
        ),
        (
            ask.DefineIncidentType(incident_type="t", zh="x", en="x", category="accident", priority=1, agency="navy"),
            "There is no agency navy.",
            "没有这个部门:navy。",
        ),
        (
            ask.DefineResponsePlan(incident_type="dragon", level=1, needs=()),
            "There is no incident type dragon.",
            "没有这个警情类型:dragon。",
        ),
    ],
)
def test_a_definition_rests_on_what_is_known(desk: Desk, command: object, en: str, zh: str) -> None:
    desk.when(command)
    desk.then_refused(UnknownThing, en, zh)


def test_the_newest_definition_holds(desk: Desk) -> None:
    desk.given(
        ask.RegisterStation(station="XF01", agency="ems", zh="新一站", en="New 1"),
        ask.DefineIncidentType(incident_type="flood", zh="内涝", en="Flooding", category="natural_disaster", priority=2, level=2),
        ask.DefineResponsePlan(incident_type="flood", level=2, needs=(ask.PlannedNeed(capability="pump"),)),
    )
    assert desk.look(Station, "station:XF01").definition[0] == "ems"
    flood = desk.look(IncidentType, "incident_type:flood")
    assert (flood.name.en, flood.priority, flood.level, flood.agency) == ("Flooding", 2, 2, "")
    assert [(need.capability, need.count) for need in desk.look(ResponsePlan, "response_plan:flood/2").needs] == [("pump", 1)]


def test_a_short_name_is_the_name_where_none_is_given(desk: Desk) -> None:
    desk.when(ask.RegisterAgency(agency="police", zh="公安", en="Police", short_zh="公"))
    fact = desk.fact(Agency.Registered)
    assert (fact.short.zh, fact.short.en) == ("公", "Police")
