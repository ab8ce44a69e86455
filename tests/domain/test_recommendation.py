"""Which units to send: the closest that cover what the plan still needs, and why the nearer ones do not serve."""

from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.recommendation import CANDIDATES_PER_NEED, UNSUITABLE_MAX, Offer, Wanted, eta_great_circle_s, recommend
from domain.values import LonLat

HERE = LonLat(lon=117.2, lat=39.12)
KM_DEG = 1 / 111.195


def a_unit(
    unit: str, km: float, *capabilities: str, status: str = "available", incident: str = "", position_age_s: float | None = 5
) -> Offer:
    return Offer(
        unit=unit,
        agency="fire",
        capabilities=capabilities,
        status=status,
        incident=incident,
        place=LonLat(lon=HERE.lon, lat=HERE.lat + km * KM_DEG),
        position_age_s=position_age_s,
    )


def pumps(count: int) -> list[Wanted]:
    return [Wanted(capability="pump", count=count)]


def test_the_closest_suitable_units_are_proposed() -> None:
    offers = [a_unit("E3", 3, "pump"), a_unit("E1", 1, "pump"), a_unit("E2", 2, "pump")]
    answer = recommend(HERE, pumps(2), [], offers)
    assert [(each.unit, each.is_proposed) for each in answer.candidates] == [("E1", True), ("E2", True), ("E3", False)]
    assert [(need.covered, need.short) for need in answer.needs] == [(2, 0)]


def test_what_is_on_the_incident_already_is_not_proposed_again() -> None:
    answer = recommend(HERE, pumps(2), [("pump",)], [a_unit("E1", 1, "pump"), a_unit("E2", 2, "pump")])
    assert [each.unit for each in answer.candidates if each.is_proposed] == ["E1"]


def test_a_shortfall_is_told() -> None:
    answer = recommend(HERE, [*pumps(2), Wanted(capability="ladder", count=1)], [], [a_unit("E1", 1, "pump")])
    assert [(need.capability, need.covered, need.short) for need in answer.needs] == [("pump", 1, 1), ("ladder", 0, 1)]


def test_one_unit_covers_every_need_that_it_can() -> None:
    answer = recommend(
        HERE, [*pumps(1), Wanted(capability="ladder", count=1)], [], [a_unit("Q1", 1, "pump", "ladder"), a_unit("E2", 2, "pump")]
    )
    assert [each.unit for each in answer.candidates if each.is_proposed] == ["Q1"]
    assert answer.candidates[0].covers == ("pump", "ladder")


def test_a_nearer_unit_that_cannot_go_stands_first_with_its_reason() -> None:
    offers = [
        a_unit("E1", 1, "pump", status="en_route", incident="261123-0009"),
        a_unit("E2", 2, "pump", status="out_of_service"),
        a_unit("E3", 3, "pump"),
        a_unit("E4", 4, "pump", status="on_scene", incident="261123-0008"),
    ]
    answer = recommend(HERE, pumps(1), [], offers)
    assert [(each.unit, each.is_suitable, each.reason_en, each.reason_zh) for each in answer.candidates] == [
        ("E1", False, "nearer, en route at 261123-0009", "更近·出动,在 261123-0009"),
        ("E2", False, "nearer, out of service", "更近·停用"),
        ("E3", True, "nearest that serves", "最近且具备"),
    ]


def test_a_unit_that_lacks_what_is_needed_is_not_shown() -> None:
    assert recommend(HERE, pumps(1), [], [a_unit("A1", 1, "ambulance")]).candidates == ()


def test_an_estimate_says_how_old_the_position_is() -> None:
    offers = [
        a_unit("E1", 1, "pump", position_age_s=None),
        a_unit("E2", 2, "pump", position_age_s=600),
        a_unit("E3", 3, "pump"),
    ]
    answer = recommend(HERE, pumps(2), [], offers)
    assert [(each.reason_en, each.reason_zh) for each in answer.candidates] == [
        ("nearest that serves, position unknown: from its station", "最近且具备·无定位,按驻地估算"),
        ("covers what is short, +1:56, position 10 min old", "补足所需,+1:56·定位 10 分钟前"),
        ("next, +3:51", "次近,+3:51"),
    ]


def test_without_a_plan_the_nearest_units_are_offered_and_none_is_proposed() -> None:
    offers = [a_unit("E0", 0.5, "pump", status="on_scene", incident="I"), *(a_unit(f"E{km}", km, "pump") for km in range(1, 9))]
    answer = recommend(HERE, [], [], offers)
    assert [each.unit for each in answer.candidates] == ["E0", "E1", "E2", "E3", "E4"]
    assert not any(each.is_proposed for each in answer.candidates)
    assert answer.needs == ()


def test_the_estimate_is_the_line_times_a_factor_at_city_speed() -> None:
    assert round(eta_great_circle_s(HERE, LonLat(lon=HERE.lon, lat=HERE.lat + 10 * KM_DEG))) == 1157


def test_a_road_network_can_give_the_times() -> None:
    offers = [a_unit("near", 1, "pump"), a_unit("far", 5, "pump")]
    answer = recommend(HERE, pumps(1), [], offers, eta=lambda start, _end: 100 if start == offers[1].place else 900)
    assert [each.unit for each in answer.candidates] == ["far", "near"]
    assert answer.candidates[0].eta_s == 100


CAPABILITIES = ("pump", "ladder", "ambulance")
STATUSES = ("available", "available", "en_route", "out_of_service")
capabilities = st.sets(st.sampled_from(CAPABILITIES)).map(lambda found: tuple(sorted(found)))
offers = st.lists(
    st.tuples(st.floats(0, 20), capabilities, st.sampled_from(STATUSES)),
    max_size=12,
).map(lambda rows: [a_unit(f"U{index:02d}", km, *able, status=status) for index, (km, able, status) in enumerate(rows)])
needs = st.dictionaries(st.sampled_from(CAPABILITIES), st.integers(1, 3)).map(
    lambda plan: [Wanted(capability=capability, count=count) for capability, count in plan.items()]
)


@given(offers, needs, st.lists(capabilities, max_size=3))
def test_the_proposal_is_a_cover_without_waste(many: list[Offer], plan: list[Wanted], committed: list[tuple[str, ...]]) -> None:
    answer = recommend(HERE, plan, committed, many)
    by_name = {offer.unit: offer for offer in many}
    proposed = [by_name[each.unit] for each in answer.candidates if each.is_proposed]
    have = Counter(capability for able in [*committed, *(offer.capabilities for offer in proposed)] for capability in able)
    free = Counter(capability for offer in many if offer.status == "available" for capability in offer.capabilities)
    base = Counter(capability for able in committed for capability in able)
    for need, wanted in zip(answer.needs, plan, strict=True):
        assert need.covered + need.short == need.count == wanted.count
        assert need.short == max(0, wanted.count - have[wanted.capability])
        # Short only where the city has no more.
        assert need.short == max(0, wanted.count - base[wanted.capability] - free[wanted.capability])
    etas = [each.eta_s for each in answer.candidates]
    assert etas == sorted(etas)
    assert all(by_name[each.unit].status == "available" for each in answer.candidates if each.is_suitable)
    assert sum(not each.is_suitable for each in answer.candidates) <= UNSUITABLE_MAX
    others = [each for each in answer.candidates if each.is_suitable and not each.is_proposed]
    assert len(others) <= CANDIDATES_PER_NEED * max(1, len(plan))
    assert all(each.reason_en and each.reason_zh for each in answer.candidates)


@given(offers, needs)
def test_the_answer_does_not_depend_on_the_order_of_the_units(many: list[Offer], plan: list[Wanted]) -> None:
    assert recommend(HERE, plan, [], many) == recommend(HERE, plan, [], list(reversed(many)))


def test_the_proposal_follows_the_clock_not_the_name() -> None:
    for order in itertools.permutations([a_unit("E1", 3, "pump"), a_unit("E2", 1, "pump"), a_unit("E3", 2, "pump")]):
        assert [each.unit for each in recommend(HERE, pumps(1), [], order).candidates if each.is_proposed] == ["E2"]
