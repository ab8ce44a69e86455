"""Commands: keys, versions, batches, roles; the refusals of what is so now."""

from __future__ import annotations

import httpx
import pytest

from domain.decisions import DECISIONS
from tests.server_fixture import Api, City, Document, a_key, refusal

pytestmark = pytest.mark.server

PLACE = {"lon": 117.2, "lat": 39.1}
OPEN: Document = {"incident_type": "dwelling_fire", "place": PLACE}


def test_an_answer_names_the_facts_and_where_they_stand(city: City) -> None:
    answer = city.api.answer("open_incident", **OPEN)
    number = answer["result"]["incident"]
    assert answer["repeated"] is False
    assert [(fact["topic"], fact["id"], fact["version"]) for fact in answer["facts"]] == [("incident.opened", f"incident:{number}", 1)]
    assert answer["facts"][-1]["position"] == answer["position"]
    on_the_log = city.api.get("/api/log", after=answer["position"] - 1, limit=1)["facts"][0]
    assert (on_the_log["position"], on_the_log["topic"]) == (answer["position"], "incident.opened")


def test_the_same_key_with_the_same_body_gets_the_first_answer_again(city: City) -> None:
    key = a_key()
    first = city.api.answer("open_incident", key=key, **OPEN)
    again = city.api.answer("open_incident", key=key, **OPEN)
    assert again == {**first, "repeated": True}


def test_the_same_key_with_another_body_is_refused(city: City) -> None:
    key = a_key()
    city.api.answer("open_incident", key=key, **OPEN)
    other = refusal(city.api.post("/api/commands/open_incident", {**OPEN, "address": "elsewhere"}, key=key), 422)
    assert (other["code"], other["field"]) == ("key_was_used", "Idempotency-Key")
    assert key in other["en"]
    another = refusal(city.api.post("/api/commands/take_call", {"source": "119"}, key=key), 422)
    assert another["code"] == "key_was_used"


def test_a_key_of_one_account_says_nothing_of_another_s(city: City) -> None:
    key = a_key()
    city.api.answer("open_incident", key=key, **OPEN)
    with city.account("dispatcher") as other:
        assert other.answer("open_incident", key=key, **OPEN)["repeated"] is False


def test_a_refused_command_leaves_its_key_free(city: City) -> None:
    key = a_key()
    body = {"incident": "NONE", "text": "?"}
    refusal(city.api.post("/api/commands/add_note", body, key=key), 404)
    assert city.api.answer("open_incident", key=key, **OPEN)["repeated"] is False


@pytest.mark.parametrize("key", ["", "short", "with space", "x" * 129, "naïve-key-"])
def test_a_command_without_a_sound_key_is_refused(city: City, key: str) -> None:
    headers = [(b"idempotency-key", key.encode("latin-1"))] if key else []
    answer = city.api.client.post("/api/commands/open_incident", json=OPEN, headers=httpx.Headers(headers))
    assert refusal(answer, 422)["field"] == "Idempotency-Key"


def test_an_unknown_command_is_refused_by_name(city: City) -> None:
    assert "explode" in refusal(city.api.post("/api/commands/explode", {}), 404)["en"]


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("add_note", {"incident": "000000-0000", "text": "?"}, "incident"),
        ("end_call", {"call": "C000000-0000"}, "call"),
        ("step_assignment", {"assignment": "0/E0/1", "step": "en_route"}, "assignment"),
        ("acknowledge_alarm", {"alarm": "S/high/1"}, "alarm"),
        ("put_out_of_service", {"unit": "NONE", "reason": "?"}, "unit"),
        ("open_incident", {"incident_type": "none", "place": PLACE}, "incident_type"),
        ("open_incident", {**OPEN, "district": "atlantis"}, "district"),
        ("retire_sensor", {"sensor": "NONE", "reason": "?"}, "sensor"),
        ("disable_account", {"account": "nobody", "reason": "?"}, "account"),
    ],
)
def test_what_is_not_known_is_named(city: City, name: str, body: dict[str, object], kind: str) -> None:
    problem = refusal(city.api.post(f"/api/commands/{name}", body), 404)
    assert problem["field"] == kind


def test_a_stale_version_is_refused_with_who_changed_what(city: City) -> None:
    incident = city.incident()
    seen = city.api.documents("incident_board")[incident]["version"]
    city.api.send("prioritise_incident", incident=incident, priority=1, version=seen)
    problem = city.api.refused(409, "prioritise_incident", incident=incident, priority=3, version=seen)
    assert (problem["code"], problem["field"]) == ("stale_version", "version")
    assert "tester" in problem["en"]
    assert city.api.documents("incident_board")[incident]["priority"] == 1
    # What somebody else changed beside it does not stand in the way.
    city.api.send("set_response_level", incident=incident, level=3, version=seen)


def test_a_batch_decides_each_command_by_itself(city: City) -> None:
    """One that is refused, one that is wrong, one that is unknown: the others are taken."""
    wanted = [
        ("open_incident", OPEN),
        ("open_incident", {**OPEN, "place": {"lon": 999, "lat": 0}}),
        ("explode", {}),
        ("add_note", {"incident": "000000-0000", "text": "?"}),
        ("open_incident", OPEN),
    ]
    commands = [{"name": name, "key": a_key(), "body": body} for name, body in wanted]
    commands.append({"name": "open_incident", "key": "short", "body": OPEN})
    answers = city.api.post("/api/commands", {"commands": commands}).json()["answers"]
    assert [answer["status"] for answer in answers] == [200, 422, 404, 404, 200, 422]
    first, second = answers[0]["answer"]["result"]["incident"], answers[4]["answer"]["result"]["incident"]
    assert first < second, "in their order"
    assert all(answer["refusal"]["zh"] for answer in answers if answer["status"] != 200)


def test_a_batch_repeated_as_a_whole_is_answered_as_a_whole(city: City) -> None:
    commands = [{"name": "open_incident", "key": a_key(), "body": OPEN} for _ in range(3)]
    commands.append(commands[0])
    first = city.api.post("/api/commands", {"commands": commands}).json()["answers"]
    again = city.api.post("/api/commands", {"commands": commands}).json()["answers"]
    assert [answer["answer"]["repeated"] for answer in first] == [False, False, False, True]
    assert all(answer["answer"]["repeated"] for answer in again)
    assert [a["answer"]["result"] for a in first] == [a["answer"]["result"] for a in again]


def test_a_batch_that_is_too_large_is_refused_as_a_whole(city: City) -> None:
    commands = [{"name": "open_incident", "key": a_key(), "body": OPEN}] * 501
    assert refusal(city.api.post("/api/commands", {"commands": commands}), 413)["field"] == "commands"


def test_a_command_is_only_for_its_roles(city: City) -> None:
    with city.account("analyst") as analyst:
        problem = analyst.refused(403, "open_incident", **OPEN)
        assert problem["code"] == "command_is_not_allowed"
        assert "dispatcher" in problem["en"]
        assert "调度员" in problem["zh"]
        commands = [{"name": "open_incident", "key": a_key(), "body": OPEN}]
        assert analyst.post("/api/commands", {"commands": commands}).json()["answers"][0]["status"] == 403


def test_a_secret_is_shown_once(city: City) -> None:
    """A repeat of the command shows nothing again, and the receipt keeps nothing of it."""
    key = a_key()
    body = {"account": "once", "zh": "一", "en": "Once", "roles": ["analyst"]}
    first = city.api.answer("create_account", key=key, **body)
    assert first["result"]["password"]
    assert "password" not in city.api.answer("create_account", key=key, **body)["result"]
    call = city.call(caller_name="李四")
    key = a_key()
    assert city.api.answer("reveal_caller", key=key, call=call, purpose="回拨")["result"]["caller_name"] == "李四"
    assert "李四" not in str(city.api.answer("reveal_caller", key=key, call=call, purpose="回拨"))


def test_an_erased_caller_cannot_be_read_again(city: City) -> None:
    call = city.call(caller_name="张三", caller_number="13900005678")
    city.api.send("erase_caller", call=call, reason="本人要求")
    problem = city.api.post("/api/commands/reveal_caller", {"call": call, "purpose": "回拨"})
    assert problem.status_code == 409, problem.text
    assert "张三" not in str(city.api.documents("call_board")[call])


def test_nobody_is_let_in_without_a_sign_in(city: City) -> None:
    stranger = Api(city.api.base_url)
    try:
        for response in (
            stranger.post("/api/commands/open_incident", OPEN),
            stranger.post("/api/commands", {"commands": []}),
            stranger.post("/api/intake/positions", {"source": "x", "fixes": []}),
            *(stranger.client.get(path) for path in ("/api/views", "/api/views/incident_board", "/api/log", "/api/digest", "/api/session")),
        ):
            assert refusal(response, 401)["code"] == "not_signed_in"
        wrong = stranger.client.get("/api/views", headers={"Authorization": "Bearer dt_nonsense"})
        assert refusal(wrong, 401)["code"] == "token_is_wrong"
    finally:
        stranger.close()


def test_a_browser_sends_the_csrf_token_with_every_command(city: City) -> None:
    account, password = city.person("dispatcher")
    browser = Api(city.api.base_url)
    try:
        session = browser.client.post("/api/sign_in", json={"account": account, "password": password}).json()
        assert refusal(browser.post("/api/commands/open_incident", OPEN), 403)["code"] == "csrf_is_wrong"
        wrong = browser.client.post(
            "/api/commands/open_incident", json=OPEN, headers={"Idempotency-Key": a_key(), "X-CSRF-Token": session["csrf"] + "x"}
        )
        assert refusal(wrong, 403)["code"] == "csrf_is_wrong"
        right = browser.client.post(
            "/api/commands/open_incident", json=OPEN, headers={"Idempotency-Key": a_key(), "X-CSRF-Token": session["csrf"]}
        )
        assert right.status_code == 200
    finally:
        browser.close()


def test_every_command_of_the_catalogue_has_a_route_that_reads_its_fields(city: City) -> None:
    """An unknown field is refused by every command as such: no route is missing, none reads loosely."""
    for name in DECISIONS:
        problem = city.api.post(f"/api/commands/{name}", {"no_such_field": 1})
        assert problem.status_code == 422, f"{name}: {problem.text}"
        assert "no_such_field" in {item["field"] for item in problem.json()["fields"]}, name
