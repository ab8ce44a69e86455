"""Looking back over HTTP: the views of a screen at one position, what changed after it, how busy a span was, where units went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from projections import CATALOGUE
from tests.server_fixture import Api, City, now, refusal

pytestmark = pytest.mark.server

LIVE = [projection.name for projection in CATALOGUE if projection.is_live and projection.name != "account_directory"]


def window(api: Api, as_of: str, *views: str, **query: object) -> dict[str, Any]:
    return api.get("/api/history/window", view=list(views or LIVE), as_of=as_of, **query)


def played(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The documents of each view after all steps of the answer."""
    kept = {view: dict(rows) for view, rows in answer["views"].items()}
    for step in answer["steps"]:
        for view, key, _, document in step["changes"]:
            if document is None:
                del kept[view][key]
            else:
                kept[view][key] = document
    return kept


@pytest.mark.parametrize("clock", ["recorded", "occurred"])
def test_the_picture_and_its_steps_come_to_what_the_views_show(city: City, clock: str) -> None:
    before = now()
    incident, unit = city.incident(district="heping"), city.unit()
    city.api.send("dispatch_units", incident=incident, units=[unit])
    late = (now() - timedelta(milliseconds=1)).isoformat()
    city.api.send("step_assignment", assignment=f"{incident}/{unit}/1", step="on_scene", occurred_at=late)
    city.api.send("close_incident", incident=city.incident(), disposition="handled")

    answer = window(city.api, before.isoformat(), clock=clock, steps=500)

    assert answer["is_last"]
    for view in LIVE:
        assert dict(answer["views"][view]) == city.api.documents(view, as_of=before.isoformat(), clock=clock), view
        assert played(answer)[view] == city.api.documents(view), view
    sentences = [fact["zh"] for step in answer["steps"] for fact in step["facts"]]
    assert f"{incident} 派出 {unit}" in sentences
    assert f"{incident} {unit} 到场" in sentences


def test_asked_on_from_where_it_ended_nothing_is_missing_and_nothing_double(city: City) -> None:
    before = now().isoformat()
    numbers = [city.incident() for _ in range(5)]
    whole = window(city.api, before, "incident_board", steps=500)
    kept = dict(whole["views"]["incident_board"])
    seen: list[Any] = []
    as_of, is_last = before, False
    while not is_last:
        part = window(city.api, as_of, "incident_board", steps=2, picture=False)
        assert part["views"] == {}
        seen += part["steps"]
        as_of, is_last = part["until"], part["is_last"]
    assert seen == whole["steps"]
    assert not set(numbers) & set(kept)


def test_the_steps_before_a_time_end_there_and_begin_from_a_picture(city: City) -> None:
    numbers = [city.incident() for _ in range(3)]
    end = now().isoformat()
    answer = window(city.api, end, "incident_board", back=True)
    assert [change[1] for step in answer["steps"] for change in step["changes"]][-3:] == numbers
    assert played(answer)["incident_board"] == city.api.documents("incident_board", as_of=end)
    assert answer["until"] == end.replace("+00:00", "Z")
    first = window(city.api, "1999-01-01T00:00:00Z", "incident_board", back=True)
    assert (first["is_first"], first["steps"]) == (True, [])


def test_nothing_outside_the_scope_is_told_not_even_that_something_happened(city: City) -> None:
    before = now().isoformat()
    theirs = city.incident("flood", district="nankai", address="密")
    engine, medic = city.unit("engine"), city.unit("medic", agency="ambulance")
    city.api.send("dispatch_units", incident=theirs, units=[engine])
    ours = city.incident("medical", district="heping")
    with city.account("agency", agencies=("ambulance",)) as agency:
        views = ("incident_board", "unit_status", "alarm_board")
        for told in (window(agency, before, *views, steps=500), window(agency, now().isoformat(), *views, back=True)):
            assert ours in str(told)
            assert medic in str(told)
            assert theirs not in str(told), "neither in a picture, nor in a step, nor in a sentence"
            assert engine not in str(told)
        city.api.send("dispatch_units", incident=theirs, units=[medic])
        joined = window(agency, before, "incident_board", steps=500)
        assert theirs in played(joined)["incident_board"], "from when its unit is sent, it concerns the agency"


def test_an_incident_s_record_as_of_the_time_comes_along(city: City) -> None:
    before = now().isoformat()
    ours, theirs = city.incident("medical"), city.incident("flood")
    between = now().isoformat()
    city.api.send("add_note", incident=ours, text="后来才知道")
    query = {"incident": [ours, theirs], "steps": 0}
    assert city.api.get("/api/history/window", as_of=before, **query)["views"] == {"incident_timeline": []}
    then = dict(city.api.get("/api/history/window", as_of=between, **query)["views"]["incident_timeline"])
    assert [entry["topic"] for entry in then[ours]["entries"]] == ["incident.opened"]
    assert theirs in then
    with city.account("agency", agencies=("ambulance",)) as agency:
        seen = dict(agency.get("/api/history/window", as_of=now().isoformat(), **query)["views"]["incident_timeline"])
        assert list(seen) == [ours]


def test_each_view_is_only_for_its_roles_and_history_too(city: City) -> None:
    at = now().isoformat()
    with city.account("agency", agencies=("fire",)) as agency, city.account("source") as source:
        answer = agency.client.get("/api/history/window", params={"view": ["incident_board", "call_board"], "as_of": at})
        assert refusal(answer, 403)["code"] == "view_is_not_allowed"
        for path, query in (("window", {"view": "unit_status", "as_of": at}), ("density", {"since": "2026-01-01T00:00:00Z", "until": at})):
            assert refusal(source.client.get(f"/api/history/{path}", params=query), 403)["code"] == "view_is_not_allowed"


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("window", {"view": "incident_board", "as_of": "2026-11-23T14:05:00"}, "as_of"),
        ("window", {"view": "incident_timeline", "as_of": "2026-11-23T14:05:00Z"}, "view"),
        ("window", {"view": "source_health", "as_of": "2026-11-23T14:05:00Z"}, "view"),
        ("window", {"view": "incident_board", "as_of": "2026-11-23T14:05:00Z", "steps": "501"}, "steps"),
        ("density", {"since": "2026-11-23T14:05:00Z", "until": "2026-11-23T14:05:00Z"}, "until"),
        ("density", {"since": "2026-11-23T14:05:00Z", "until": "2026-11-24T14:05:00Z", "bins": "0"}, "bins"),
        ("tracks", {"since": "2026-11-23T14:05:00Z", "until": "2026-11-23T16:05:00Z", "every_s": "60"}, "until"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(city: City, path: str, query: dict[str, str], field: str) -> None:
    assert refusal(city.api.client.get(f"/api/history/{path}", params=query), 422)["field"] == field


def test_the_density_counts_incidents_where_they_were_opened_closed_ones_too(city: City) -> None:
    since = now()
    city.incident(priority=1)
    city.api.send("close_incident", incident=city.incident(priority=2), disposition="handled")
    until = now() + timedelta(milliseconds=1)
    span = {"since": since.isoformat(), "until": until.isoformat()}
    assert city.api.get("/api/history/density", bins=1, **span)["bins"] == [[1, 1, 0, 0, 0]]
    several = city.api.get("/api/history/density", bins=7, **span)["bins"]
    assert [sum(column) for column in zip(*several, strict=True)] == [1, 1, 0, 0, 0]
    with city.account("agency", agencies=("ambulance",)) as agency:
        assert agency.get("/api/history/density", bins=1, **span)["bins"] == [[0, 0, 0, 0, 0]]


def test_the_tracks_lead_from_the_positions_then_to_the_positions_later(city: City) -> None:
    unit, other = city.unit(), city.unit("medic", agency="ambulance")

    def report(lon: float) -> None:
        fixes = [{"unit": each, "lon": lon, "lat": 39.1, "at": now().isoformat()} for each in (unit, other)]
        city.api.post("/api/intake/positions", {"source": "avl", "fixes": fixes})

    report(117.1)
    since = now()
    report(117.2)
    report(117.3)
    until = now()
    frames = city.api.get("/api/history/tracks", since=since.isoformat(), until=until.isoformat(), every_s=600)["frames"]
    places = {unit: fix[0] for frame in frames for unit, fix in frame["set"]}
    assert places[unit] == pytest.approx(117.3)
    assert window(city.api, since.isoformat(), "unit_position", steps=0)["steps"] == []
    then = dict(window(city.api, since.isoformat(), "unit_position")["views"]["unit_position"])
    assert then[unit][0] == pytest.approx(117.1)
    with city.account("agency", agencies=("ambulance",)) as agency:
        told = agency.get("/api/history/tracks", since=since.isoformat(), until=until.isoformat(), every_s=600)
        assert other in str(told)
        assert unit not in str(told)
