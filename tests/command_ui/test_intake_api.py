"""What feeds data in: one bad element never costs the others, and each bad one is told with its field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from streams.sources.datum import to_wgs84
from tests.server_fixture import City, Document, a_key, now, refusal, until

pytestmark = pytest.mark.server


def fix(unit: str, **more: str | float) -> Document:
    return {"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat(), **more}


def sent(city: City, kind: str, name: str, elements: list[Any], source: str = "gateway") -> Document:
    response = city.api.post(f"/api/intake/{kind}", {"source": source, name: elements})
    assert response.status_code == 200, response.text
    answer: Document = response.json()
    return answer


BAD_FIXES: dict[str, tuple[str, str]] = {
    "unknown unit": ('{"unit":"NOBODY","lon":1,"lat":1,"at":"2026-01-01T00:00:00Z"}', "unit"),
    "a unit that is no text": ('{"unit":7,"lon":1,"lat":1,"at":"2026-01-01T00:00:00Z"}', "unit"),
    "missing latitude": ('{"unit":"UNIT","lon":1,"at":"2026-01-01T00:00:00Z"}', "lat"),
    "longitude out of range": ('{"unit":"UNIT","lon":180.5,"lat":1,"at":"2026-01-01T00:00:00Z"}', "lon"),
    "latitude out of range": ('{"unit":"UNIT","lon":1,"lat":91,"at":"2026-01-01T00:00:00Z"}', "lat"),
    "a number too large": ('{"unit":"UNIT","lon":1,"lat":1e999,"at":"2026-01-01T00:00:00Z"}', "lat"),
    "unknown datum": ('{"unit":"UNIT","lon":1,"lat":1,"at":"2026-01-01T00:00:00Z","datum":"Mars"}', "datum"),
    "far future": ('{"unit":"UNIT","lon":1,"lat":1,"at":"2999-01-01T00:00:00Z"}', "at"),
    "before time": ('{"unit":"UNIT","lon":1,"lat":1,"at":"0001-01-01T00:00:00+14:00"}', "at"),
    "no zone": ('{"unit":"UNIT","lon":1,"lat":1,"at":"2026-01-01T00:00:00"}', "at"),
    "no time": ('{"unit":"UNIT","lon":1,"lat":1,"at":"now"}', "at"),
    "heading of no compass": ('{"unit":"UNIT","lon":1,"lat":1,"at":"2026-01-01T00:00:00Z","heading_deg":1e300}', "heading_deg"),
    "speed of no vehicle": ('{"unit":"UNIT","lon":1,"lat":1,"at":"2026-01-01T00:00:00Z","speed_kmh":-1}', "speed_kmh"),
    "not an object": ("7", ""),
    "null": ("null", ""),
    "endless number": (f'{{"unit":"UNIT","lon":{"9" * 5_000},"lat":1,"at":"2026-01-01T00:00:00Z"}}', "lon"),
}


@pytest.mark.parametrize(("bad", "field"), BAD_FIXES.values(), ids=BAD_FIXES)
def test_one_bad_fix_among_a_thousand_is_reported_and_the_others_are_taken(city: City, bad: str, field: str) -> None:
    unit = city.unit()
    good = f'{{"unit":"{unit}","lon":117.2,"lat":39.1,"at":"{now().isoformat()}"}}'
    elements = [good] * 17 + [bad.replace("UNIT", unit)] + [good] * 982
    answer = city.api.raw("/api/intake/positions", f'{{"source":"gateway","fixes":[{",".join(elements)}]}}'.encode())
    assert answer.status_code == 200, answer.text
    assert (answer.json()["accepted"], answer.json()["rejected_count"]) == (999, 1)
    rejected = answer.json()["rejected"][0]
    assert (rejected["index"], rejected["field"]) == (17, field)
    assert rejected["en"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rejected["zh"])


def test_one_bad_reading_among_a_thousand_is_reported_and_the_others_are_taken(city: City) -> None:
    sensor = city.sensor()
    readings: list[Any] = [{"sensor": sensor, "value": 1.5, "at": now().isoformat()}] * 999
    for bad, field in (
        ({"sensor": "NONE", "value": 1, "at": now().isoformat()}, "sensor"),
        ({"sensor": sensor, "value": "hot", "at": now().isoformat()}, "value"),
        ({"sensor": sensor, "at": now().isoformat()}, "value"),
        ({"sensor": sensor, "value": 1, "at": "2999-01-01T00:00:00Z"}, "at"),
        ({"sensor": sensor, "value": 1, "at": "0001-01-01T00:00:00+10:00"}, "at"),
    ):
        answer = sent(city, "readings", "readings", [*readings[:500], bad, *readings[500:]])
        assert (answer["accepted"], answer["rejected_count"]) == (999, 1)
        assert (answer["rejected"][0]["index"], answer["rejected"][0]["field"]) == (500, field)


def test_one_bad_call_or_report_never_costs_the_others(city: City) -> None:
    calls: list[Any] = [
        {"source": "119", "description": "一"},
        {"source": "telegraph"},
        {"source": "119", "incident_type": "none"},
        {"source": "119", "place": {"lon": 1, "lat": 95}},
        {"source": "119", "colour": "red"},
        "a call",
        {"source": "120", "received_at": "2999-01-01T00:00:00Z"},
        {"source": "119", "description": "a\u0000b"},
        {"source": "120", "description": "二"},
    ]
    answer = sent(city, "calls", "calls", calls)
    assert answer["accepted"] == 2
    assert [rejected["index"] for rejected in answer["rejected"]] == [1, 2, 3, 4, 5, 6, 7]
    fields = [rejected["field"] for rejected in answer["rejected"]]
    assert fields == ["source", "incident_type", "place.lat", "colour", "", "received_at", "description"]
    assert [set(result) for result in answer["calls"]] == [{"call"}] * 2
    reports = [{"place": {"lon": 117.2, "lat": 39.1}, "description": "冒烟", "at": now().isoformat()}, {"description": "?"}]
    answer = sent(city, "citizen_reports", "reports", reports)
    assert (answer["accepted"], answer["rejected"][0]["index"]) == (1, 1)
    taken = answer["calls"][0]["call"]
    until(lambda: taken in city.api.documents("call_board"), "the report is a call")


@pytest.mark.parametrize("bad", ["9" * 5_000, "[" * 800 + "]" * 800], ids=["endless number", "deep"])
def test_an_element_that_cannot_be_read_costs_no_other(city: City, bad: str) -> None:
    body = f'{{"source":"gateway","calls":[{{"source":"119"}},{bad},{{"source":"119","description":{bad}}},{{"source":"120"}}]}}'
    answer = city.api.raw("/api/intake/calls", body.encode())
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == 2
    assert [rejected["index"] for rejected in answer.json()["rejected"]] == [1, 2]


def test_a_call_that_names_itself_is_taken_once_however_often_it_is_sent(city: City) -> None:
    call = {"source": "110", "external_id": a_key()}
    first = sent(city, "calls", "calls", [call])
    again = sent(city, "calls", "calls", [{"source": "119"}, call])
    assert again["calls"][1] == first["calls"][0]


def test_a_unit_reports_its_own_status(city: City) -> None:
    unit = city.unit()
    incident = city.incident()
    assignment = city.api.send("dispatch_units", incident=incident, units=[unit])["assignments"][0]
    at = now().isoformat()
    answer = sent(
        city, "unit_status", "statuses", [{"unit": unit, "status": step, "at": at} for step in ("en_route", "on_scene", "flying")]
    )
    assert answer["accepted"] == 2
    assert (answer["rejected"][0]["index"], answer["rejected"][0]["field"]) == (2, "status")
    city.api.until_shown(answer["position"])
    row = city.api.document("response_times", assignment)
    assert set(row["times"]) >= {"en_route", "on_scene"}
    sent(city, "unit_status", "statuses", [{"unit": unit, "status": "available", "at": at}])
    until(lambda: city.api.documents("unit_status")[unit]["status"] == "available", "the unit is free")
    idle = sent(
        city, "unit_status", "statuses", [{"unit": unit, "status": "on_scene", "at": at}, {"unit": "NONE", "status": "on_scene", "at": at}]
    )
    assert [rejected["field"] for rejected in idle["rejected"]] == ["unit", "unit"]
    sent(city, "unit_status", "statuses", [{"unit": unit, "status": "out_of_service", "at": at, "reason": "加油"}])
    until(lambda: city.api.documents("unit_status")[unit]["status"] == "out_of_service", "the unit is out of service")


def test_a_unit_reports_a_code_of_its_agency(city: City) -> None:
    unit = city.unit()
    city.api.send("dispatch_units", incident=city.incident(), units=[unit])
    codes = [{"code": "22", "status": "on_scene"}, {"code": "5", "status": "ignored"}]
    city.api.send("set_status_codes", agency="fire", codes=codes)
    answer = sent(city, "unit_status", "statuses", [{"unit": unit, "code": code} for code in ("22", "5", "77", "")])
    assert answer["accepted"] == 2
    assert [(one["index"], one["field"]) for one in answer["rejected"]] == [(2, "code"), (3, "status")]
    assert answer["rejected"][0]["zh"] == "fire 没有状态代码 77:请管理员在「状态代码」中设定。"
    until(lambda: city.api.documents("unit_status")[unit]["status"] == "on_scene", "the unit is on scene")


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_a_fix_in_a_chinese_datum_is_converted(city: City, datum: str) -> None:
    unit = city.unit()
    sent(city, "positions", "fixes", [fix(unit, datum=datum)])
    lon, lat = city.api.documents("unit_position")[unit][:2]
    assert (lon, lat) == pytest.approx(to_wgs84(117.2, 39.1, datum), abs=2e-6)


def test_an_older_fix_that_comes_late_changes_nothing(city: City) -> None:
    unit = city.unit()
    sent(city, "positions", "fixes", [fix(unit, lon=117.3)])
    sent(city, "positions", "fixes", [fix(unit, lon=117.1, at=(now() - timedelta(seconds=20)).isoformat())])
    assert city.api.documents("unit_position")[unit][0] == pytest.approx(117.3)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, ""),
        (b"[]", 422, "source"),
        (b'{"fixes":[]}', 422, "source"),
        (b'{"source":"","fixes":[]}', 422, "source"),
        (b'{"source":"' + b"s" * 65 + b'","fixes":[]}', 422, "source"),
        (b'{"source":"a\\u0000b","fixes":[]}', 422, "source"),
        (b'{"source":7,"fixes":[]}', 422, "source"),
        (b'{"source":"x"}', 422, "fixes"),
        (b'{"source":"x","fixes":{}}', 422, "fixes"),
        (b'{"source":"x","fixes":[' + b",".join([b"0"] * 5_001) + b"]}", 413, "fixes"),
        (b'{"source":"x","fixes":[NaN]}', 400, ""),
        (b'{"source":"\\ud800","fixes":[]}', 400, ""),
        (b"[" * 100_000, 422, "source"),
        (b'{"source":"x","fixes":[' + b"[" * 100_000, 400, ""),
        (b'{"source":"x","fixes":["' + b"a" * 2_000_001 + b'"]}', 413, ""),
    ],
)
def test_a_request_that_is_wrong_as_a_whole_is_refused_as_a_whole(city: City, body: bytes, status: int, field: str) -> None:
    assert refusal(city.api.raw("/api/intake/positions", body), status)["field"] == field


def test_nothing_at_all_is_a_sign_of_life(city: City) -> None:
    answer = sent(city, "positions", "fixes", [], source="heartbeat")
    assert (answer["accepted"], answer["rejected_count"]) == (0, 0)


def test_only_the_first_hundred_faults_are_told_and_all_are_counted(city: City) -> None:
    answer = sent(city, "positions", "fixes", [fix("NOBODY")] * 250)
    assert (answer["accepted"], answer["rejected_count"], len(answer["rejected"])) == (0, 250, 100)


def test_the_intake_is_for_sources(city: City) -> None:
    with city.account("dispatcher") as dispatcher:
        assert refusal(dispatcher.post("/api/intake/positions", {"source": "x", "fixes": []}), 403)["code"] == "view_is_not_allowed"
