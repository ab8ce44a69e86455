"""Recommendation, possible duplicates, percentiles, the log and its digest: right where asked rightly, refused by the field where not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from streams.audit import noted_head
from streams.stores import Files
from tests.server_fixture import City, now, refusal

pytestmark = pytest.mark.server


def test_a_recommendation_without_a_plan_offers_the_nearest(city: City) -> None:
    unit = city.unit("engine", lon=110.0, lat=30.0)
    incident = city.incident("flood", lon=110.001, lat=30.0)
    offer = city.api.get(f"/api/incidents/{incident}/recommendation")
    assert offer["needs"] == []
    assert offer["candidates"][0]["unit"] == unit
    assert offer["candidates"][0]["distance_km"] == pytest.approx(0.1, abs=0.02)


def test_a_recommendation_uses_the_newest_fix_of_a_unit(city: City) -> None:
    unit = city.unit("engine", lon=100.0, lat=30.0)
    incident = city.incident("flood", lon=105.0, lat=30.0)
    body = {"source": "x", "fixes": [{"unit": unit, "lon": 105.001, "lat": 30.0, "at": now().isoformat()}]}
    city.api.post("/api/intake/positions", body)
    first = city.api.get(f"/api/incidents/{incident}/recommendation")["candidates"][0]
    assert first["unit"] == unit
    assert first["position_age_s"] < 60


def test_what_is_committed_already_is_not_asked_for_again(city: City) -> None:
    units = [city.unit("engine", lon=120.0, lat=30.0) for _ in range(2)]
    incident = city.incident(lon=120.0, lat=30.0)
    city.api.send("dispatch_units", incident=incident, units=units)
    needs = {need["capability"]: need for need in city.api.get(f"/api/incidents/{incident}/recommendation")["needs"]}
    assert (needs["engine"]["covered"], needs["engine"]["short"]) == (2, 0)


def test_a_recommendation_for_an_unknown_incident_is_refused(city: City) -> None:
    assert refusal(city.api.client.get("/api/incidents/000000-0000/recommendation"), 404)["field"] == "incident"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"lat": 39}, "lon"),
        ({"lon": "east", "lat": 39}, "lon"),
        ({"lon": 181, "lat": 39}, "lon"),
        ({"lon": "nan", "lat": 39}, "lon"),
        ({"lon": "inf", "lat": 39}, "lon"),
        ({"lon": 117, "lat": -91}, "lat"),
        ({"lon": 117, "lat": 39, "at": "2026-11-23T14:05:00"}, "at"),
        ({"lon": 117, "lat": 39, "incident_type": "x" * 65}, "incident_type"),
    ],
)
def test_possible_duplicates_of_nowhere_are_refused(city: City, query: dict[str, str | float], field: str) -> None:
    assert refusal(city.api.client.get("/api/possible_duplicates", params=query), 422)["field"] == field


def test_an_unknown_type_finds_what_is_near_all_the_same(city: City) -> None:
    incident = city.incident(lon=99.5, lat=25.5)
    found = city.api.get("/api/possible_duplicates", lon=99.5, lat=25.5, incident_type="unheard_of")["candidates"]
    assert [candidate["incident"] for candidate in found] == [incident]
    assert not found[0]["same_type"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-11-23T14:05:00"}, "since"),
        ({"until": "2026-11-23T14:05:00"}, "until"),
        ({"since": "tomorrow"}, "since"),
        ({"until": "9999-12-31T23:59:59-14:00"}, "until"),
        ({"group_by": "moon"}, "group_by"),
    ],
)
def test_response_times_of_no_time_are_refused(city: City, query: dict[str, str], field: str) -> None:
    assert refusal(city.api.client.get("/api/response_times", params=query), 422)["field"] == field


@pytest.mark.parametrize("group_by", ["all", "agency", "incident_type", "district", "priority", "hour", "day", "unit", "station"])
def test_every_assignment_is_in_one_group(city: City, group_by: str) -> None:
    unit = city.unit("engine")
    assignment = city.api.send("dispatch_units", incident=city.incident(), units=[unit])["assignments"][0]
    for step in ("en_route", "on_scene"):
        city.api.send("step_assignment", assignment=assignment, step=step)
    answer = city.api.get("/api/response_times", group_by=group_by, since=(now() - timedelta(days=1)).isoformat())
    counted = sum(group["intervals"]["turnout_s"]["count"] for group in answer["groups"])
    rows = city.api.documents("response_times").values()
    assert answer["assignments"] == len(rows)
    assert counted == sum(row["turnout_s"] is not None for row in rows)


def test_response_times_outside_the_time_are_not_counted(city: City) -> None:
    assert city.api.get("/api/response_times", until="2000-01-01T00:00:00Z")["assignments"] == 0


def test_the_log_is_read_page_by_page_without_a_gap(city: City) -> None:
    city.incident()
    after, positions = 0, []
    while page := city.api.get("/api/log", after=after, limit=7)["facts"]:
        positions += [fact["position"] for fact in page]
        after = positions[-1]
    assert positions == list(range(1, len(positions) + 1))
    assert len(positions) == city.api.get("/api/log")["end"]


@pytest.mark.parametrize(
    ("query", "field"), [({"after": -1}, "after"), ({"after": 2**63}, "after"), ({"limit": 0}, "limit"), ({"limit": 1_001}, "limit")]
)
def test_a_page_of_no_log_is_refused(city: City, query: dict[str, int], field: str) -> None:
    assert refusal(city.api.client.get("/api/log", params=query), 422)["field"] == field


def test_the_log_says_nothing_of_a_caller(city: City) -> None:
    before = city.api.get("/api/log", limit=1)["end"]
    city.call(caller_name="司马相如", caller_number="13712345678")
    facts = city.api.get("/api/log", after=before)["facts"]
    assert "call.taken" in {fact["topic"] for fact in facts}
    assert "司马相如" not in str(facts)
    assert "13712345678" not in str(facts)


def test_the_digest_has_the_head_of_the_chain_to_be_noted_elsewhere(city: City) -> None:
    city.incident()
    chain = city.api.get("/api/digest")["chain"]
    noted = noted_head(Files(city.server.directory).facts)
    assert (chain["position"], chain["hash"], chain["witnessed_since"]) == (noted.head.position, noted.head.hash.hex(), 1)


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("/api/log", ("dispatcher",)),
        ("/api/digest", ("dispatcher",)),
        ("/api/incidents/1/recommendation", ("analyst",)),
        ("/api/possible_duplicates?lon=1&lat=1", ("analyst",)),
        ("/api/response_times", ("call_taker",)),
        ("/api/places?q=x", ("source",)),
    ],
)
def test_a_question_is_only_for_its_roles(city: City, path: str, roles: tuple[str, ...]) -> None:
    with city.account(*roles) as somebody:
        assert refusal(somebody.client.get(path), 403)["code"] == "view_is_not_allowed"
