"""The catalogue's past, its templates, and what is in use, as programs see them."""

from __future__ import annotations

from typing import Any

import pytest

from command_ui.in_use import NAMED_MAX
from domain.timers import STANDARD
from tests.command_ui.test_openapi import resolved
from tests.server_fixture import City, code, refusal

pytestmark = pytest.mark.server


def a_type(city: City, **more: Any) -> str:  # noqa: ANN401 -- fields of define_incident_type
    """A type of this test's own."""
    name = code("type_")
    city.api.send("define_incident_type", **{"incident_type": name, "zh": "试", "en": "Test", "category": "accident", "priority": 3} | more)
    return name


def redefine(city: City, name: str, **more: Any) -> None:  # noqa: ANN401 -- fields of define_incident_type
    """The same type with other values."""
    city.api.send("define_incident_type", **{"incident_type": name, "zh": "试", "en": "Test", "category": "accident", "priority": 3} | more)


def test_a_change_is_told_with_its_author_and_both_values(city: City) -> None:
    name = a_type(city)
    redefine(city, name, priority=1, questions=[{"zh": "几人?", "en": "How many?"}])
    answer = city.api.get(f"/api/catalogue/incident_type/{name}/history")
    resolved(city.api.get("/api/openapi.json"), "/api/catalogue/{kind}/{code}/history").validate(answer)
    newest, first = answer["entries"]
    assert (newest["version"], newest["topic"], newest["is_definition"]) == (2, "incident_type.redefined", True)
    assert newest["by"] == first["by"] != ""
    assert newest["changes"] == [
        {"field": "priority", "before": 3, "after": 1},
        {"field": "questions", "before": [], "after": [{"zh": "几人?", "en": "How many?"}]},
    ]
    assert first["version"] == 1


def test_a_change_is_taken_back_and_told_as_one_more_change(city: City) -> None:
    name = a_type(city)
    redefine(city, name, priority=1)
    key = code("undo-key-")
    first = city.api.answer("undo_change", kind="incident_type", code=name, version=2, key=key)
    again = city.api.answer("undo_change", kind="incident_type", code=name, version=2, key=key)
    assert (again["repeated"], again["position"]) == (True, first["position"])
    city.api.until_shown(first["position"])
    assert city.api.document("catalogue", f"incident_type:{name}")["priority"] == 3
    entries = city.api.get(f"/api/catalogue/incident_type/{name}/history")["entries"]
    assert [entry["changes"] for entry in entries[:2]] == [
        [{"field": "priority", "before": 1, "after": 3}],
        [{"field": "priority", "before": 3, "after": 1}],
    ]


def test_a_stale_definition_is_refused(city: City) -> None:
    name = a_type(city)
    redefine(city, name, priority=1)
    late = {"incident_type": name, "zh": "试", "en": "Late", "category": "accident", "priority": 3, "version": 1}
    assert city.api.refused(409, "define_incident_type", **late)["code"] == "stale_version"


def test_the_past_of_accounts_and_units_tells_their_definition_alone(city: City) -> None:
    unit = city.unit()
    incident = city.incident()
    city.api.send("dispatch_units", incident=incident, units=[unit])
    city.api.send("change_unit", unit=unit, zh="一号车", capabilities=["engine", "foam"])
    entries = city.api.get(f"/api/catalogue/unit/{unit}/history")["entries"]
    assert [entry["topic"] for entry in entries] == ["unit.changed", "unit.registered"]
    assert {change["field"] for change in entries[0]["changes"]} == {"zh", "capabilities"}
    account, _ = city.person("dispatcher")
    city.api.send("change_account", account=account, roles=["dispatcher", "analyst"])
    city.api.send("disable_account", account=account, reason="left")
    entries = city.api.get(f"/api/catalogue/account/{account}/history")["entries"]
    assert [entry["topic"] for entry in entries] == ["account.disabled", "account.changed", "account.created"]
    assert entries[1]["changes"] == [{"field": "roles", "before": ["dispatcher"], "after": ["dispatcher", "analyst"]}]
    city.api.send("undo_change", kind="account", code=account, version=2)
    assert city.api.document("account_directory", account)["roles"] == ["dispatcher"]


def test_the_past_is_for_administrators_and_commanders(city: City) -> None:
    with city.account("commander") as commander, city.account("dispatcher") as dispatcher:
        assert commander.get("/api/catalogue/agency/fire/history")["entries"]
        assert refusal(commander.client.get("/api/catalogue/account/admin/history"), 403)["code"] == "view_is_not_allowed"
        assert refusal(dispatcher.client.get("/api/catalogue/agency/fire/history"), 403)["code"] == "view_is_not_allowed"
        assert refusal(commander.post("/api/commands/undo_change", {"kind": "agency", "code": "fire", "version": 2}), 403)
    with city.account("commander", agencies=("ambulance",)) as elsewhere:
        unit = city.unit()
        assert refusal(elsewhere.client.get(f"/api/catalogue/unit/{unit}/history"), 403)["code"] == "out_of_scope"
        assert unit not in elsewhere.documents("unit_register")
    assert refusal(city.api.client.get("/api/catalogue/agency/navy/history"), 404)["zh"] == "没有这个部门:navy。"


def test_what_is_in_use_is_not_retired(city: City) -> None:
    for _ in range(NAMED_MAX + 1):
        city.unit()
    problem = city.api.refused(409, "retire_entry", kind="station", code="XF07", reason="mistake")
    assert problem["code"] == "entry_is_in_use"
    assert problem["en"].startswith("Station XF07 is in use by ")
    assert problem["en"].endswith(" …. Move or retire them first.")
    idle = code("XF")
    city.api.send("register_station", station=idle, agency="fire", zh="闲", en="Idle")
    city.api.send("retire_entry", kind="station", code=idle, reason="mistake")
    assert city.api.document("catalogue", f"station:{idle}")["is_retired"]
    body = {"unit": code("E"), "agency": "fire", "station": idle, "capabilities": []}
    assert city.api.refused(409, "register_unit", **body)["code"] == "entry_is_retired"


def test_a_retired_unit_leaves_the_board_and_stays_on_the_register(city: City) -> None:
    unit = city.unit()
    city.api.send("retire_entry", kind="unit", code=unit, reason="sold")
    assert unit not in city.api.documents("unit_status")
    assert city.api.document("unit_register", unit)["is_retired"]
    city.api.send("reinstate_entry", kind="unit", code=unit)
    assert city.api.document("unit_status", unit)["status"] == "available"


def test_templates_and_defaults_are_told(city: City) -> None:
    answer = city.api.get("/api/catalogue/templates")
    resolved(city.api.get("/api/openapi.json"), "/api/catalogue/templates").validate(answer)
    assert {template["code"] for template in answer["timers"]} >= {"standard", "nfpa_fire", "nfpa_ems", "china_120"}
    assert len(city.api.get("/api/settings")["targets"]) == len(STANDARD)
