"""What is wrong with a body is refused with a sentence in both languages that names the field; nothing else is lost."""

from __future__ import annotations

import json

import pytest

from streams.sources.datum import to_wgs84
from tests.server_fixture import City, a_key, now, refusal

pytestmark = pytest.mark.server

PLACE = {"lon": 117.2, "lat": 39.1}
OPEN = {"incident_type": "dwelling_fire", "place": PLACE}
# More digits than Python itself turns into an integer without being told to.
LONG_NUMBER = b"9" * 5_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"incident_type": "dwelling_fire",}',
        b"\xff\xfe",
        b'{"a": "\x00"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"incident":"1","priority":%b}' % LONG_NUMBER,
        b'{"incident":"1","text":"\\ud83d"}',
    ],
    ids=[
        "empty",
        "cut off",
        "no JSON",
        "trailing comma",
        "no UTF-8",
        "bare NUL",
        "deep arrays",
        "deep objects",
        "endless number",
        "half of a surrogate pair",
    ],
)
def test_a_body_that_is_not_json_is_refused(city: City, body: bytes) -> None:
    assert refusal(city.api.raw("/api/commands/open_incident", body), 400)["code"] == "malformed_json"


WRONG: dict[str, tuple[str, str, str]] = {
    "unknown field": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":1},"colour":"red"}', "colour"),
    "unknown field inside": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":1,"alt":3}}', "place.alt"),
    "missing field": ("open_incident", '{"incident_type":"x"}', "place"),
    "not a number": ("open_incident", '{"incident_type":"x","place":{"lon":"east","lat":1}}', "place.lon"),
    "NaN": ("open_incident", '{"incident_type":"x","place":{"lon":NaN,"lat":1}}', "place.lon"),
    "Infinity": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":-Infinity}}', "place.lat"),
    "a number too large": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":1e999}}', "place.lat"),
    "longitude out of range": ("open_incident", '{"incident_type":"x","place":{"lon":181,"lat":1}}', "place.lon"),
    "latitude out of range": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":-90.01}}', "place.lat"),
    "unknown datum": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":1,"datum":"Krasowski"}}', "place.datum"),
    "not a time": ("end_call", '{"call":"C1","occurred_at":"yesterday"}', "occurred_at"),
    "unknown word": ("close_incident", '{"incident":"1","disposition":"forgotten"}', "disposition"),
    "a word of two lists": ("step_assignment", '{"assignment":"1/E1/1","step":"flying"}', "step"),
    "unknown priority": ("prioritise_incident", '{"incident":"1","priority":6}', "priority"),
    "an empty list": ("dispatch_units", '{"incident":"1","units":[]}', "units"),
    "too many": ("dispatch_units", f'{{"incident":"1","units":{json.dumps(["E1"] * 51)}}}', "units"),
    "a wrong element": ("dispatch_units", '{"incident":"1","units":["E1",7]}', "units.1"),
    "an empty code": ("dispatch_units", '{"incident":"","units":["E1"]}', "incident"),
    "an empty reason": ("cancel_assignment", '{"assignment":"1/E1/1","reason":""}', "reason"),
    "a note too long": ("add_note", f'{{"incident":"1","text":"{"字" * 8_001}"}}', "text"),
    "a NUL in a note": ("add_note", '{"incident":"1","text":"a\\u0000b"}', "text"),
    "a terminal's escape in a code": ("register_unit", '{"unit":"E\\u001b1","agency":"fire","station":"XF07","capabilities":[]}', "unit"),
    "a NUL deep inside": (
        "register_unit",
        '{"unit":"E1","agency":"fire","station":"XF07","capabilities":["a","\\u0000"]}',
        "capabilities.1",
    ),
    "false for a latitude": ("open_incident", '{"incident_type":"x","place":{"lon":1,"lat":false}}', "place.lat"),
    "a text for a longitude": ("open_incident", '{"incident_type":"x","place":{"lon":"117.2","lat":1}}', "place.lon"),
    "a broken version": ("prioritise_incident", '{"incident":"1","priority":1,"version":1.5}', "version"),
    "a number for a time": ("end_call", '{"call":"C1","occurred_at":1764000000}', "occurred_at"),
    "a text for a truth": ("close_incident", '{"incident":"1","disposition":"handled","release_units":"no"}', "release_units"),
    "a list": ("add_note", "[]", ""),
    "null": ("add_note", "null", ""),
}


@pytest.fixture(params=list(WRONG.values()), ids=list(WRONG))
def wrong(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    found: tuple[str, str, str] = request.param
    return found


def test_a_wrong_field_is_named(city: City, wrong: tuple[str, str, str]) -> None:
    name, body, field = wrong
    problem = refusal(city.api.raw(f"/api/commands/{name}", body.encode()), 422)
    assert problem["code"] == "invalid_field"
    assert field in {item["field"] for item in problem["fields"]}
    assert field in problem["en"] or len(problem["fields"]) > 1
    assert len(problem["en"]) < 400, "a sentence, not the whole body"


def test_a_whole_number_may_be_written_with_a_point(city: City) -> None:
    number = city.incident()
    version = city.api.document("incident_board", number)["version"]
    body = f'{{"incident":"{number}","priority":2,"version":{version}.0}}'
    assert city.api.raw("/api/commands/prioritise_incident", body.encode()).status_code == 200


@pytest.mark.parametrize("query", ["response_times?until=0.5", "views/incident_board?as_of=1764000000"])
def test_a_number_is_no_time_in_a_query(city: City, query: str) -> None:
    problem = refusal(city.api.client.get(f"/api/{query}"), 422)
    assert "not a time such as" in problem["en"]


def test_every_wrong_field_is_named_at_once(city: City) -> None:
    problem = city.api.refused(422, "open_incident", incident_type="x" * 65, place={"lon": 200, "lat": 1}, priority=9)
    assert {"incident_type", "place.lon", "priority"} <= {item["field"] for item in problem["fields"]}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2999-01-01T00:00:00+08:00", "time_is_ahead"),
        ("9999-12-31T23:59:59-14:00", "time_is_ahead"),
        ("2026-11-23T14:32:07", "time_has_no_zone"),
        ("1969-12-31T00:00:00Z", "time_is_too_early"),
        ("0001-01-01T00:00:00+14:00", "time_is_too_early"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(city: City, at: str, code: str) -> None:
    problem = city.api.refused(422, "take_call", source="119", received_at=at)
    assert problem["code"] == code
    assert problem["field"] == "received_at"


TEXTS = {
    "emoji": "👨‍👩‍👧 二楼 🔥",
    "right to left": "\u202eمرحبا\u202c",
    "combining": "e\u0301" * 100,
    "rare characters": "𠮷野家 㐂",
    "markup": "<script>alert(1)</script> ${7*7} {{x}} {0} %s",
    "line breaks": "一\n二\r\n三\t四",
    "as long as may be": "字" * 8_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_comes_back_as_it_was_written(city: City, text: str) -> None:
    incident = city.incident(description=text)
    city.api.send("add_note", incident=incident, text=text)
    assert city.api.documents("incident_board")[incident]["description"] == text
    entries = city.api.document("incident_timeline", incident)["entries"]
    assert any(text in entry["zh"] or text == entry["data"].get("text") for entry in entries)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_a_place_in_a_chinese_datum_is_converted(city: City, datum: str) -> None:
    incident = city.api.send("open_incident", incident_type="dwelling_fire", place={**PLACE, "datum": datum})["incident"]
    shown = city.api.documents("incident_board")[incident]
    assert (shown["lon"], shown["lat"]) == pytest.approx(to_wgs84(PLACE["lon"], PLACE["lat"], datum))
    assert shown["lon"] < PLACE["lon"] - 0.005, "Tianjin is some 500 m off in these datums"


def test_an_oversized_body_is_refused_whether_it_is_announced_or_not(city: City) -> None:
    body = b'{"incident":"1","text":"' + b"a" * 2_100_000 + b'"}'
    assert refusal(city.api.raw("/api/commands/add_note", body), 413)["code"] == "body_too_large"
    chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    chunked = city.api.client.post("/api/commands/add_note", content=chunks, headers={"Idempotency-Key": a_key()})
    assert "content-length" not in chunked.request.headers
    assert refusal(chunked, 413)["code"] == "body_too_large"
    city.incident()


def test_nothing_of_refused_commands_is_on_the_log(city: City, wrong: tuple[str, str, str]) -> None:
    name, body, _ = wrong
    before = city.api.get("/api/log", limit=1)["end"]
    city.api.raw(f"/api/commands/{name}", body.encode())
    assert city.api.get("/api/log", limit=1)["end"] == before


def test_words_to_choose_from_are_told_in_either_language(city: City) -> None:
    place = {"lon": 117.2, "lat": 39.1, "datum": "MARS"}
    problem = city.api.refused(422, "open_incident", incident_type="flood", place=place)
    assert problem["en"] == "place.datum is 'MARS': it must be 'WGS-84', 'GCJ-02' or 'BD-09'."
    assert problem["zh"] == "place.datum 为 'MARS':只能是 'WGS-84'、'GCJ-02'、'BD-09'。"


def test_one_bad_reading_among_a_thousand_costs_no_other_and_says_what_it_is(city: City) -> None:
    sensor = city.sensor({"condition": "high", "value": 50.0})
    readings = [{"sensor": sensor, "value": 1.0, "at": now().isoformat()} for _ in range(1_000)]
    readings[437]["value"] = "hot"
    answer = city.api.post("/api/intake/readings", {"source": "t", "readings": readings}).json()
    assert (answer["accepted"], answer["rejected_count"]) == (999, 1)
    expected = {"index": 437, "field": "value", "en": "value must be a number, not a text.", "zh": "value 应为数字,而不是文本。"}
    assert answer["rejected"] == [expected]
