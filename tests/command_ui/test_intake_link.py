"""A gateway's open link: what is sent on it is taken as the request would be, answered in order, and what is wrong costs nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.server_fixture import WAIT_S_MAX, Api, City, Document, a_key, now

pytestmark = pytest.mark.server


@contextmanager
def intake(api: Api, *, origin: str | None = None, **headers: str) -> Iterator[ClientConnection]:
    own = headers or {"Authorization": f"Bearer {api.token}"}
    url = api.live_url.replace("/api/live", "/api/intake/link")
    given = Origin(origin) if origin is not None else None
    with connect(url, additional_headers=own, origin=given, compression=None, proxy=None, open_timeout=WAIT_S_MAX) as link:
        yield link


def say(link: ClientConnection, to: str, number: int = 1, **body: Any) -> None:  # noqa: ANN401 -- a request's fields
    link.send(json.dumps({"to": to, "id": number, "source": "gateway", **body}))


def hear(link: ClientConnection) -> Document:
    answer: Document = json.loads(link.recv(timeout=WAIT_S_MAX))
    return answer


def close_code(link: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed) as closed:
        link.recv(timeout=WAIT_S_MAX)
    return closed.value.rcvd.code if closed.value.rcvd is not None else None


def test_every_entrance_takes_and_refuses_on_the_link_what_it_does_in_a_request(city: City) -> None:
    unit, sensor = city.unit(), city.sensor({"condition": "high", "value": 50, "priority": 2})
    at = now().isoformat()
    bodies: dict[str, dict[str, Any]] = {
        "positions": {"fixes": [{"unit": unit, "lon": 117.2, "lat": 39.1, "at": at}, {"unit": "NOBODY", "lon": 1, "lat": 1, "at": at}]},
        "readings": {"readings": [{"sensor": sensor, "value": 20, "at": at}, {"sensor": sensor, "value": "x", "at": at}]},
        "unit_status": {"statuses": [{"unit": unit, "status": "flying", "at": at}]},
        "calls": {"calls": [{"source": "110", "external_id": a_key()}, 7]},
        "citizen_reports": {"reports": [{"description": "冒烟", "at": at, "place": {"lon": 117.2, "lat": 39.1}}, {}]},
    }
    with intake(city.api) as link:
        for number, (to, body) in enumerate(bodies.items()):
            say(link, to, number, **body)
            told = hear(link)
            asked: Document = city.api.post(f"/api/intake/{to}", {"source": "gateway", **body}).json()
            assert told.pop("id") == number
            assert told.keys() == asked.keys()
            assert {**told, "position": 0} == {**asked, "position": 0, **({"calls": told["calls"]} if "calls" in told else {})}
    assert city.api.documents("unit_position")[unit][:2] == [117.2, 39.1]


def test_messages_that_are_on_their_way_together_are_answered_in_their_order(city: City) -> None:
    unit, began = city.unit(), now() - timedelta(seconds=100)
    with intake(city.api) as link:
        for number in range(100):
            at = (began + timedelta(milliseconds=number)).isoformat()
            say(link, "positions", number, fixes=[{"unit": unit, "lon": 117 + number / 1_000, "lat": 39.1, "at": at}])
        answers = [hear(link) for _ in range(100)]
    assert [answer["id"] for answer in answers] == list(range(100))
    assert [answer["accepted"] for answer in answers] == [1] * 100
    positions = [answer["position"] for answer in answers]
    assert positions == sorted(set(positions)), "each is a batch of its own on the log, in order"
    assert city.api.documents("unit_position")[unit][0] == pytest.approx(117.099)


WRONG = {
    "no JSON": ("{", 400, ""),
    "no object": ("[]", 400, ""),
    "a number that is none": ('{"to":"positions","id":"x"}', 400, ""),
    "nowhere to go": ('{"source":"gateway","fixes":[]}', 422, "to"),
    "to a place that there is not": ('{"to":"video","source":"gateway","fixes":[]}', 422, "to"),
    "without a source": ('{"to":"positions","id":3,"fixes":[]}', 422, "source"),
    "with the elements of another": ('{"to":"positions","id":3,"source":"gateway","readings":[]}', 422, "fixes"),
    "nested without end": ("[" * 50_000, 400, ""),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_message_that_is_wrong_is_told_and_the_link_goes_on(city: City, what: str) -> None:
    sent, status, field = WRONG[what]
    unit = city.unit()
    with intake(city.api) as link:
        link.send(sent)
        problem = hear(link)["problem"]
        assert (problem["status"], problem["field"]) == (status, field)
        assert problem["en"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["zh"])
        say(link, "positions", fixes=[{"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}])
        assert hear(link)["accepted"] == 1


def test_bytes_are_read_as_text_and_a_message_that_is_too_large_ends_its_link_alone(city: City) -> None:
    with intake(city.api) as link, intake(city.api) as other:
        link.send(b'{"to":"positions","id":9,"source":"gateway","fixes":[]}')
        assert hear(link)["id"] == 9
        say(link, "positions", fixes=[], more="x" * 70_000)
        assert close_code(link) == 1009
        say(other, "positions", fixes=[])
        assert hear(other)["accepted"] == 0


def test_who_is_no_source_is_refused_each_message_and_who_is_nobody_is_turned_away(city: City) -> None:
    with city.account("analyst") as analyst, intake(analyst) as link:
        say(link, "positions", fixes=[])
        assert hear(link)["problem"]["status"] == 403
    with intake(city.api, Authorization="Bearer dt_wrong") as link:
        assert close_code(link) == 4401
    with intake(city.api, origin="https://evil.example") as link:
        assert close_code(link) == 4403


def test_a_token_that_is_revoked_ends_the_link_with_the_next_message(city: City) -> None:
    with city.account("source") as gateway, intake(gateway) as link:
        say(link, "positions", fixes=[])
        assert hear(link)["accepted"] == 0
        account = gateway.get("/api/session")["account"]
        city.api.send("revoke_token", token=f"{account}/1", reason="轮换")
        say(link, "positions", fixes=[])
        assert close_code(link) == 4401
