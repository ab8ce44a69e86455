"""The OpenAPI document is true: every route, status and schema; and nothing that can be sent makes the server fail."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from domain.decisions import DECISIONS
from projections import CATALOGUE
from tests.server_fixture import City, a_key, city_of, now, server_of

pytestmark = pytest.mark.server

# Some hundred operations; each gets so many bodies. Deterministic: the same on every run. FUZZ_EXAMPLES=500 looks longer.
EXAMPLES_EACH = int(os.environ.get("FUZZ_EXAMPLES", "12"))
NOT_TRIED = {
    # They would end what the test itself stands on: its account, its session, its sign-in.
    "/api/sign_in",
    "/api/sign_out",
    "/api/change_password",
    "/api/commands/disable_account",
    "/api/commands/change_account",
    "/api/commands/revoke_token",
}


@pytest.fixture(scope="module")
def document(city: City) -> dict[str, Any]:
    return city.api.get("/api/openapi.json")


def test_every_command_and_question_is_in_the_document(document: dict[str, Any]) -> None:
    paths = set(document["paths"])
    assert {f"/api/commands/{name}" for name in DECISIONS} <= paths
    assert {f"/api/intake/{name}" for name in ("positions", "readings", "unit_status", "calls", "citizen_reports")} <= paths
    assert {"/api/views", "/api/views/{view}", "/api/views/{view}/{key}", "/api/log", "/api/digest", "/api/health", "/metrics"} <= paths


def test_the_document_says_which_characters_a_text_may_not_have(document: dict[str, Any]) -> None:
    schema = document["paths"]["/api/commands/add_note"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    reads = jsonschema_rs.validator_for({**schema, "components": document["components"]})
    assert reads.is_valid({"incident": "1", "text": "one\n\ttwo"})
    assert not reads.is_valid({"incident": "1", "text": "a\u0000b"})


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    referred = set(re.findall(r"'\$ref': '([^']+)'", str(document)))
    assert referred <= named


def test_every_operation_says_what_it_answers_and_how_it_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            good = [status for status in operation["responses"] if status.startswith("2")]
            assert good, f"{method} {path} has no answer"
            assert operation["summary"], f"{method} {path} has no summary"
            for status in good:
                answer = operation["responses"][status]
                if status != "204":
                    assert answer.get("content"), f"{method} {path} does not say what it answers"
                    assert all(kind["schema"] for kind in answer["content"].values()), f"{method} {path} has an empty schema"
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]


def resolved(document: dict[str, Any], path: str, method: str = "get") -> jsonschema_rs.Draft202012Validator:
    content = document["paths"][path][method]["responses"]["200"]["content"]["application/json"]
    return jsonschema_rs.Draft202012Validator({**content["schema"], "components": document["components"]})


def test_the_answers_of_every_view_are_as_the_document_says(city: City, document: dict[str, Any]) -> None:
    unit = city.unit()
    incident = city.incident(call=city.call())
    city.api.send("dispatch_units", incident=incident, units=[unit])
    city.api.post("/api/intake/positions", {"source": "x", "fixes": [{"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}]})
    whole, one = resolved(document, "/api/views/{view}"), resolved(document, "/api/views/{view}/{key}")
    for view in [projection.name for projection in CATALOGUE] + ["unit_position", "source_health"]:
        answer = city.api.get(f"/api/views/{view}")
        whole.validate(answer)
        for key, _, _ in answer["documents"][:3]:
            one.validate(city.api.get(f"/api/views/{view}/{key}"))
    whole.validate(city.api.get("/api/views/incident_board", as_of=now().isoformat()))
    one.validate(city.api.get(f"/api/views/incident_board/{incident}", as_of=now().isoformat()))
    resolved(document, "/api/incidents/{incident}/recommendation").validate(city.api.get(f"/api/incidents/{incident}/recommendation"))
    resolved(document, "/api/possible_duplicates").validate(city.api.get("/api/possible_duplicates", lon=117.2, lat=39.12))
    for path in (
        "/api/response_times",
        "/api/statistics/response_times",
        "/api/statistics/workload",
        "/api/statistics/alarms",
        "/api/performance",
        "/api/log",
        "/api/digest",
        "/api/views",
        "/api/health",
        "/api/ready",
        "/api/settings",
        "/api/session",
    ):
        resolved(document, path).validate(city.api.get(path))


@pytest.mark.slow
def test_nothing_that_the_document_allows_or_forbids_makes_the_server_fail(tmp_path: Path) -> None:
    """A fuzz of every operation: no 5xx, no undocumented status or content type, every answer as its schema says. In a city of its own."""
    with server_of(tmp_path) as server, city_of(server) as city:
        everything_is_tried(city)


def everything_is_tried(city: City) -> None:
    load_all_checks()
    schema = schemathesis.openapi.from_url(f"{city.api.base_url}/api/openapi.json")
    checks: list[Any] = CHECKS.get_by_names(
        ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    )
    headers = {"Authorization": f"Bearer {city.api.token}"}
    failures: dict[str, str] = {}
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), f"an operation that cannot be read: {found}"
        operation = found.ok()
        if operation.path in NOT_TRIED:
            continue
        tried += 1

        @hypothesis.given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        @hypothesis.settings(
            max_examples=EXAMPLES_EACH,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def fuzz(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers={**headers, "Idempotency-Key": a_key()}, checks=checks)

        try:
            fuzz()
        except Exception as error:  # noqa: BLE001 -- whatever a check raises is gathered, and all of it is shown
            failures[operation.label] = str(error)[:2_000]
    assert tried > 60
    assert not failures, "\n\n".join(f"{label}\n{why}" for label, why in failures.items())
    assert city.api.get("/api/ready")["stopped"] == {}, "no view was poisoned"
