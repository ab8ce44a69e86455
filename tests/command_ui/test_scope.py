"""How far an account reaches, over every way in and out: commands, views, single documents, earlier states, positions."""

from __future__ import annotations

import pytest

from tests.server_fixture import Api, City, code, now, refusal

pytestmark = pytest.mark.server


def test_a_desk_of_one_district_opens_and_changes_nothing_in_another(city: City) -> None:
    here, there = city.incident(district="heping"), city.incident(district="nankai")
    with city.account("dispatcher", districts=("heping",)) as desk:
        desk.answer("add_note", incident=here, text="到达")
        problem = desk.refused(403, "add_note", incident=there, text="到达")
        assert problem["code"] == "out_of_scope"
        assert there in problem["zh"]
        desk.refused(403, "open_incident", incident_type="flood", place={"lon": 117.1, "lat": 39.1}, district="nankai")
        desk.refused(403, "merge_incidents", incident=here, merged=there)
        answers = desk.post(
            "/api/commands", {"commands": [{"name": "add_note", "key": code("batch-key-"), "body": {"incident": there, "text": "?"}}]}
        )
        assert answers.json()["answers"][0]["refusal"]["code"] == "out_of_scope"


def test_an_agency_steps_its_own_units_and_no_others(city: City) -> None:
    incident = city.incident()
    engine, medic = city.unit("engine"), city.unit("medic", agency="ambulance")
    mine, theirs = city.api.send("dispatch_units", incident=incident, units=[medic, engine])["assignments"]
    with city.account("agency", agencies=("ambulance",)) as agency:
        agency.answer("step_assignment", assignment=mine, step="en_route")
        assert agency.refused(403, "step_assignment", assignment=theirs, step="en_route")["code"] == "out_of_scope"
        agency.refused(403, "put_out_of_service", unit=engine, reason="?")
        agency.answer("add_note", incident=incident, text="病人已上车")


def test_a_source_reports_only_for_units_of_its_agency(city: City) -> None:
    engine, medic = city.unit("engine"), city.unit("medic", agency="ambulance")
    with city.account("source", agencies=("ambulance",)) as source:
        body = {"source": "mdt", "statuses": [{"unit": unit, "status": "out_of_service", "reason": "?"} for unit in (engine, medic)]}
        answer = source.post("/api/intake/unit_status", body).json()
        assert (answer["accepted"], answer["rejected"][0]["index"]) == (1, 0)


def seen(api: Api, view: str, **query: str) -> set[str]:
    return set(api.documents(view, **query))


def test_an_agency_sees_what_concerns_it_and_nothing_else(city: City) -> None:
    ours, shared, theirs = city.incident("medical"), city.incident("flood"), city.incident("flood")
    medic, engine = city.unit("medic", agency="ambulance"), city.unit("engine")
    sent = city.api.send("dispatch_units", incident=shared, units=[medic, engine])["assignments"]
    fixes = [{"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()} for unit in (medic, engine)]
    city.api.post("/api/intake/positions", {"source": "avl", "fixes": fixes})
    with city.account("agency", agencies=("ambulance",)) as agency:
        incidents, units = {ours, shared, theirs}, {medic, engine}
        for view in ("incident_board", "incident_timeline"):
            assert seen(agency, view) & incidents == {ours, shared}, view
            assert seen(agency, view, as_of=now().isoformat()) & incidents == {ours, shared}, f"{view} earlier"
            assert agency.document(view, shared)
            assert refusal(agency.client.get(f"/api/views/{view}/{theirs}"), 403)["code"] == "out_of_scope"
            earlier = agency.client.get(f"/api/views/{view}/{theirs}", params={"as_of": now().isoformat()})
            assert refusal(earlier, 403)["code"] == "out_of_scope"
        assert seen(agency, "unit_status") & units == {medic}
        assert seen(agency, "unit_position") & units == {medic}
        assert seen(agency, "response_times") & set(sent) == {sent[0]}
        assert agency.client.get(f"/api/views/unit_position/{engine}").status_code == 404
        assert seen(agency, "incident_board", agency="fire") & incidents == {shared}, "a filter narrows the scope and never widens it"
        assert seen(agency, "catalogue") == seen(city.api, "catalogue"), "the catalogue is for everybody"
        assert seen(agency, "source_health"), "everybody must see that a picture is stale"


def test_a_desk_of_one_district_sees_that_district_and_what_has_none_yet(city: City) -> None:
    here, there, nowhere = city.incident(district="heping"), city.incident(district="nankai"), city.incident()
    calls = city.call(district="heping"), city.call(district="nankai"), city.call()
    with city.account("call_taker", districts=("heping",)) as desk:
        assert seen(desk, "incident_board") & {here, there, nowhere} == {here, nowhere}
        assert seen(desk, "call_board") & set(calls) == {calls[0], calls[2]}
        assert seen(desk, "unit_status") == seen(city.api, "unit_status"), "units are of no district"
        refusal(desk.client.get(f"/api/views/call_board/{calls[1]}"), 403)


def test_a_call_taker_of_a_district_hears_of_calls_of_others_only_through_the_board(city: City) -> None:
    call = city.call(district="nankai", caller_name="赵六")
    with city.account("call_taker", districts=("heping",)) as desk:
        desk.refused(403, "reveal_caller", call=call, purpose="好奇")


@pytest.mark.parametrize(
    ("role", "view"),
    [("source", "incident_board"), ("administrator", "call_board"), ("analyst", "account_directory"), ("dispatcher", "account_directory")],
)
def test_a_view_is_only_for_its_roles(city: City, role: str, view: str) -> None:
    with city.account(role) as somebody:
        assert refusal(somebody.client.get(f"/api/views/{view}"), 403)["code"] == "view_is_not_allowed"
        assert refusal(somebody.client.get(f"/api/views/{view}/x"), 403)["code"] == "view_is_not_allowed"
