"""Whether a call may be about an incident that is open already."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.duplicates import CANDIDATES_MAX, RADIUS_M_MAX, OpenIncident, possible_duplicates
from domain.values import LonLat, distance_m
from tests.domain.given_when_then import T0, at

HERE = LonLat(lon=117.2, lat=39.12)
METRE_DEG = 1 / 111_195


def an_incident(
    number: str, *, metres: float = 0, opened_at: datetime = T0, kind: str = "dwelling_fire", category: str = "accident"
) -> OpenIncident:
    place = LonLat(lon=HERE.lon, lat=HERE.lat + metres * METRE_DEG)
    return OpenIncident(incident=number, incident_type=kind, category=category, place=place, opened_at=opened_at)


def found(*incidents: OpenIncident, kind: str = "dwelling_fire", category: str = "accident", now: datetime = T0) -> list[str]:
    return [each.incident for each in possible_duplicates(HERE, now, kind, category, incidents)]


def test_the_nearest_of_equals_stands_first() -> None:
    assert found(an_incident("far", metres=900), an_incident("near", metres=100)) == ["near", "far"]


def test_the_newest_of_equals_stands_first() -> None:
    assert found(an_incident("old", opened_at=at(-7200)), an_incident("new", opened_at=at(-60))) == ["new", "old"]


def test_the_same_type_goes_before_the_same_category_and_that_before_another() -> None:
    others = (
        an_incident("other", kind="flood", category="natural_disaster"),
        an_incident("category", kind="gas_leak"),
        an_incident("type"),
    )
    assert found(*others) == ["type", "category", "other"]


def test_beyond_three_kilometres_it_is_another_event() -> None:
    assert found(an_incident("there", metres=RADIUS_M_MAX + 10)) == []
    assert found(an_incident("here", metres=RADIUS_M_MAX - 10)) == ["here"]


def test_a_duplicate_says_why_in_both_languages() -> None:
    [same] = possible_duplicates(HERE, at(0), "dwelling_fire", "accident", [an_incident("I", metres=180, opened_at=at(-600))])
    assert (same.en, same.zh) == ("same type, 180 m away, 10 min ago", "同类型·相距 180 米·10 分钟前")
    assert (same.distance_m, same.age_s, same.same_type, same.same_category) == (180, 600, True, True)
    [category] = possible_duplicates(HERE, at(0), "gas_leak", "accident", [an_incident("I", metres=180, opened_at=at(-600))])
    assert (category.en, category.zh) == ("same category, 180 m away, 10 min ago", "同类别·相距 180 米·10 分钟前")
    [unknown] = possible_duplicates(HERE, at(0), "", "", [an_incident("I")])
    assert (unknown.en, unknown.zh, unknown.same_type) == ("0 m away, 0 min ago", "相距 0 米·0 分钟前", False)


incidents = st.builds(
    lambda number, metres, age_s, kind: an_incident(f"I{number}", metres=metres, opened_at=at(-age_s), kind=kind),
    st.integers(0, 99),
    st.floats(-5_000, 5_000),
    st.integers(-600, 200_000),
    st.sampled_from(["dwelling_fire", "flood"]),
)


@given(st.lists(incidents, max_size=30))
def test_at_most_nine_are_offered_in_the_order_of_their_scores_and_none_is_far(many: list[OpenIncident]) -> None:
    offered = possible_duplicates(HERE, at(0), "dwelling_fire", "accident", many)
    scores = [each.score for each in offered]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    near = [each for each in many if distance_m(HERE, each.place) <= RADIUS_M_MAX]
    assert len(offered) == min(len(near), CANDIDATES_MAX)
