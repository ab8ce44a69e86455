"""Views over HTTP: whole, one document, filtered, as of a time; what is asked wrongly is refused by its field."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from projections import CATALOGUE
from tests.server_fixture import City, city_of, now, refusal, server_of, until

pytestmark = pytest.mark.server

MADE = {"unit_position", "source_health"}


def test_every_view_is_listed_and_answers(city: City) -> None:
    listed = {view["view"] for view in city.api.get("/api/views")["views"]}
    assert listed == {projection.name for projection in CATALOGUE} | MADE
    for view in listed:
        answer = city.api.get(f"/api/views/{view}")
        assert set(answer) == {"view", "epoch", "position", "server_time", "as_of", "documents"}
        assert answer["view"] == view
        assert datetime.fromisoformat(answer["server_time"]).tzinfo == UTC


@pytest.mark.parametrize("view", ["no_such_view", "recommendation"])
@pytest.mark.parametrize("role", ["dispatcher", "source"])
def test_what_is_no_view_is_not_found_whoever_asks(city: City, role: str, view: str) -> None:
    with city.account(role) as somebody:
        for path in (f"/api/views/{view}", f"/api/views/{view}/x", f"/api/views/{view}?as_of={quote(now().isoformat())}"):
            problem = refusal(somebody.client.get(path), 404)
            assert (problem["code"], problem["field"]) == ("unknown_view", "view")
            assert (problem["en"], problem["zh"]) == (f"There is no view {view}.", f"没有视图 {view}。")
    window = {"as_of": now().isoformat(), "view": view}
    assert refusal(city.api.client.get("/api/history/window", params=window), 404)["code"] == "unknown_view"


def test_a_document_stands_with_the_position_of_its_last_fact(city: City) -> None:
    incident = city.incident()
    answer = city.api.answer("prioritise_incident", incident=incident, priority=1)
    city.api.until_shown(answer["position"])
    whole = {key: position for key, position, _ in city.api.get("/api/views/incident_board")["documents"]}
    one = city.api.get(f"/api/views/incident_board/{incident}")
    assert whole[incident] == one["position"] == answer["position"]
    assert one["document"]["priority"] == 1


def test_a_view_is_filtered_by_district_and_agency(city: City) -> None:
    here, there = city.incident(district="heping"), city.incident("medical", district="nankai")
    assert {here} == {here, there} & set(city.api.documents("incident_board", district="heping"))
    assert {there} == {here, there} & set(city.api.documents("incident_board", agency="ambulance"))
    assert not {here, there} & set(city.api.documents("incident_board", agency="ambulance", district="heping"))
    moment = now().isoformat()
    assert {there} == {here, there} & set(city.api.documents("incident_board", as_of=moment, agency="ambulance"))
    engine, medic = city.unit("engine"), city.unit("medic", agency="ambulance")
    assert {medic} == {engine, medic} & set(city.api.documents("unit_status", agency="ambulance"))


def test_an_agency_sees_incidents_that_its_units_are_sent_to(city: City) -> None:
    incident = city.incident(district="heping")
    medic = city.unit("medic", agency="ambulance")
    assert incident not in city.api.documents("incident_board", agency="ambulance")
    city.api.send("dispatch_units", incident=incident, units=[medic])
    assert incident in city.api.documents("incident_board", agency="ambulance")
    assert incident in city.api.documents("incident_board", agency="ambulance", as_of=now().isoformat())


def test_a_closed_incident_leaves_the_board_and_keeps_its_documents(city: City) -> None:
    incident = city.incident()
    city.api.send("close_incident", incident=incident, disposition="false_alarm")
    assert incident not in city.api.documents("incident_board")
    assert city.api.document("incident_board", incident)["is_closed"]
    assert city.api.document("incident_timeline", incident)["head"]["disposition"] == "false_alarm"


def test_a_view_now_is_the_view_as_of_now(tmp_path: Path) -> None:
    # In a city of its own, where no time was corrected: by the occurred clock a correction stands at its final time only.
    with server_of(tmp_path) as server, city_of(server) as city:
        city.incident()
        for projection in CATALOGUE:
            moment = now().isoformat()
            for clock in ("recorded", "occurred"):
                then = city.api.documents(projection.name, as_of=moment, clock=clock)
                assert then == city.api.documents(projection.name), f"{projection.name} by the {clock} clock"


def test_a_view_before_everything_is_empty(city: City) -> None:
    answer = city.api.get("/api/views/incident_board", as_of="1999-01-01T00:00:00+08:00")
    assert (answer["position"], answer["documents"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"as_of": "2026-11-23T14:05:00"}, "as_of"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": "9999-12-31T23:59:59-14:00"}, "as_of"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "as_of"),
        ({"as_of": "2026-11-23T14:05:00Z", "clock": "sun"}, "clock"),
        ({"district": "x" * 65}, "district"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(city: City, query: dict[str, str], field: str) -> None:
    for path in ("/api/views/incident_board", "/api/views/incident_timeline"):
        assert refusal(city.api.client.get(path, params=query), 422)["field"] == field


@pytest.mark.parametrize("view", ["no_such_view", "sqlite_master", "checkpoints", 'incident_board"; DROP TABLE "x', "..", "%00"])
def test_what_is_no_view_is_not_there(city: City, view: str) -> None:
    with city.account("administrator", "dispatcher", "analyst") as anybody:
        answer = anybody.client.get(f"/api/views/{view}")
        assert answer.status_code in (403, 404), answer.text
        refusal(answer, answer.status_code)
        refusal(anybody.client.get(f"/api/views/{view}/x"), answer.status_code)


@pytest.mark.parametrize("key", ["000000-0000", "%00", "..%2f..", "x" * 500, "%F0%9F%94%A5", "%ff"])
def test_what_is_no_document_is_not_there(city: City, key: str) -> None:
    problem = refusal(city.api.client.get(f"/api/views/incident_board/{key}"), 404)
    assert len(problem["en"]) < 300


def test_one_unit_s_position_and_one_source_s_health_are_documents_too(city: City) -> None:
    unit = city.unit()
    at = now()
    body = {"source": "one", "fixes": [{"unit": unit, "lon": 117.21, "lat": 39.12, "at": at.isoformat(), "heading_deg": 90}]}
    city.api.post("/api/intake/positions", body)
    position = city.api.get(f"/api/views/unit_position/{unit}")["document"]
    assert position[:3] == [pytest.approx(117.21), pytest.approx(39.12), 90]
    assert position[4] == int(at.timestamp() * 1000)
    until(lambda: city.api.client.get("/api/views/source_health/avl:one").status_code == 200, "the source is shown")
    assert city.api.document("source_health", "avl:one")["accepted"] == 1
    refusal(city.api.client.get("/api/views/unit_position/NONE"), 404)


def test_an_alarm_s_key_has_slashes_and_is_found(city: City) -> None:
    alarm = city.api.send("raise_alarm", sensor="S-1", condition="smoke", priority=2)["alarm"]
    assert city.api.document("alarm_board", alarm)["alarm"] == alarm


def test_how_the_sources_were_is_told_as_of_a_time_as_far_as_it_is_known(city: City) -> None:
    unit = city.unit()
    good = {"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}
    city.api.post("/api/intake/positions", {"source": "then", "fixes": [good, {**good, "unit": "NONE"}]})
    moment = now()
    city.api.post("/api/intake/positions", {"source": "then", "fixes": [{**good, "unit": "NONE"}]})
    city.api.post("/api/intake/calls", {"source": "then", "calls": [{"source": "110"}, {"source": "nobody"}]})
    for clock in ("recorded", "occurred"):
        answer = city.api.get("/api/views/source_health", as_of=moment.isoformat(), clock=clock)
        found = {key: document for key, _, document in answer["documents"]}
        assert (found["avl:then"]["accepted"], found["avl:then"]["rejected"], found["avl:then"]["state"]) == (1, 1, "live")
        assert "intake:then" not in found
        assert found["projection:incident_board"]["state"] == "live"
        assert answer["known_from"] <= answer["sampled_at"] <= answer["as_of"]
    later = city.api.documents("source_health", as_of=now().isoformat())
    assert (later["avl:then"]["rejected"], later["intake:then"]["accepted"], later["intake:then"]["rejected"]) == (2, 1, 1)
    one = city.api.get("/api/views/source_health/avl:then", as_of=moment.isoformat())
    assert one["document"]["rejected"] == 1
    refusal(city.api.client.get("/api/views/source_health/avl:nobody", params={"as_of": moment.isoformat()}), 404)


def test_where_one_unit_was_is_a_document_too(city: City) -> None:
    unit = city.unit()
    fix = {"unit": unit, "lon": 117.3, "lat": 39.1, "at": now().isoformat()}
    city.api.post("/api/intake/positions", {"source": "then", "fixes": [fix]})
    one = city.api.get(f"/api/views/unit_position/{unit}", as_of=now().isoformat())
    assert one["document"][0] == pytest.approx(117.3)


@pytest.mark.parametrize("view", sorted(MADE))
def test_what_lies_before_the_kept_telemetry_is_refused_with_how_far_it_reaches(city: City, view: str) -> None:
    problem = refusal(city.api.client.get(f"/api/views/{view}", params={"as_of": "2020-01-01T00:00:00Z"}), 404)
    assert (problem["code"], problem["field"]) == ("not_kept", "as_of")
    assert f"{view} is known from 2" in problem["en"]
    assert "有记录" in problem["zh"]


def test_a_sensor_s_counts_are_shown_among_the_sources(city: City) -> None:
    sensor = city.sensor({"condition": "high", "value": 50.0}, lowest=0.0, highest=100.0)
    moment = now().isoformat()
    readings = [{"sensor": sensor, "value": value, "at": moment} for value in (10.0, 10.0)]
    city.api.post("/api/intake/readings", {"source": "plc", "readings": readings})
    city.api.post("/api/intake/readings", {"source": "plc", "readings": [{"sensor": sensor, "value": 900.0, "at": now().isoformat()}]})

    def shown() -> bool:
        found = city.api.documents("source_health").get(f"sensor:{sensor}")
        return found is not None and (found["late"], found["bad"]) == (1, 1)

    until(shown, "the sensor's counts")
