"""A real server for the tests of the public interface, the small city that they play in, and how they speak to it.

`server_of` starts one; the folders' conftests hand it out for a session. Tests share it, so each names its own units and incidents.
"""

from __future__ import annotations

import itertools
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.cluster_fixture import gateway_of, shared_servers
from tools.server_process import ServerProcess

# A view follows the log within milliseconds; a machine that other work stalls takes seconds.
WAIT_S_MAX = 20.0
LOOK_S = 0.01

Document = dict[str, Any]
T = TypeVar("T")

_names = itertools.count(1)


def until(look: Callable[[], T | None], what: str, *, within_s: float = WAIT_S_MAX) -> T:
    """What `look` finds, as soon as it finds something; an AssertionError that names `what` where it does not come."""
    latest = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < latest, f"{what}: not within {within_s:g} s."
        time.sleep(LOOK_S)


def a_key() -> str:
    """An idempotency key that nobody has used."""
    return uuid.uuid4().hex


def now() -> datetime:
    """The time, as a client reads it."""
    return datetime.now(UTC)


def code(prefix: str) -> str:
    """A code that no other test uses."""
    return f"{prefix}{next(_names):04d}"


@dataclass
class Api:
    """The public interface as a program sees it. Every answer is checked for what all answers promise."""

    base_url: str
    token: str = ""
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.client = httpx.Client(base_url=self.base_url, headers=headers, timeout=60, trust_env=False)

    @property
    def live_url(self) -> str:
        """Where the live link is."""
        return self.base_url.replace("http", "ws", 1) + "/api/live"

    def close(self) -> None:
        """Let the connections go."""
        self.client.close()

    def post(self, path: str, body: object, *, key: str | None = None, **headers: str) -> httpx.Response:
        """A request with a JSON body and, for a command, a key of its own."""
        return self.client.post(path, json=body, headers={"Idempotency-Key": key or a_key(), **headers})

    def raw(self, path: str, body: bytes, *, key: str | None = None) -> httpx.Response:
        """A request with these very bytes."""
        return self.client.post(path, content=body, headers={"Idempotency-Key": key or a_key(), "Content-Type": "application/json"})

    def answer(self, name: str, *, key: str | None = None, **body: Any) -> Document:  # noqa: ANN401 -- a command's fields
        """An accepted command's whole answer."""
        response = self.post(f"/api/commands/{name}", body, key=key)
        assert response.status_code == 200, f"{name}: {response.text}"
        document: Document = response.json()
        return document

    def send(self, name: str, **body: Any) -> Document:  # noqa: ANN401 -- a command's fields
        """An accepted command's result, once every view shows it."""
        answer = self.answer(name, **body)
        self.until_shown(answer["position"])
        result: Document = answer["result"]
        return result

    def refused(self, status: int, name: str, **body: Any) -> Document:  # noqa: ANN401 -- a command's fields
        """A refused command's problem document."""
        return refusal(self.post(f"/api/commands/{name}", body), status)

    def get(self, path: str, **query: Any) -> Document:  # noqa: ANN401 -- parameters of the query
        """An answered question."""
        response = self.client.get(path, params=query)
        assert response.status_code == 200, f"{path}: {response.text}"
        document: Document = response.json()
        return document

    def documents(self, view: str, **query: Any) -> dict[str, Any]:  # noqa: ANN401 -- parameters of the query
        """A view's documents by key."""
        return {key: document for key, _, document in self.get(f"/api/views/{view}", **query)["documents"]}

    def document(self, view: str, key: str, **query: Any) -> Document:  # noqa: ANN401 -- parameters of the query
        """One document of a view."""
        document: Document = self.get(f"/api/views/{view}/{key}", **query)["document"]
        return document

    def position(self) -> int:
        """How far every view has come."""
        position: int = self.get("/api/ready")["position"]
        return position

    def until_shown(self, position: int) -> None:
        """Return when every view has folded the fact at this position, and the pictures in memory show it."""
        shown = [view["view"] for view in self.get("/api/views")["views"] if view["epoch"] != "telemetry" and view["is_live"]]
        until(lambda: self.position() >= position, f"views at {position}")
        until(lambda: self.get(f"/api/views/{shown[-1]}")["position"] >= position, f"the picture at {position}")


def refusal(response: httpx.Response, status: int) -> Document:
    """The problem document of a refused request: RFC 9457, a sentence in both languages."""
    assert response.status_code == status, f"expected {status}, got {response.status_code}: {response.text[:500]}"
    assert response.headers["content-type"] == "application/problem+json"
    problem: Document = response.json()
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{problem['code']}"
    assert problem["detail"] == problem["en"]
    assert problem["en"].strip(), "a refusal is a sentence"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["zh"]), f"a refusal is Chinese too: {problem}"
    return problem


@dataclass
class City:
    """A few streets: two agencies, two districts, their stations, types, a plan. Units are made as tests need them."""

    api: Api
    server: ServerProcess

    def unit(self, *capabilities: str, agency: str = "fire", lon: float = 117.20, lat: float = 39.12) -> str:
        """A new unit at this place."""
        name = code("E" if agency == "fire" else "J")
        station = "XF07" if agency == "fire" else "JJ01"
        place = {"lon": lon, "lat": lat}
        self.api.send(
            "register_unit", unit=name, agency=agency, station=station, capabilities=list(capabilities or ("engine",)), place=place
        )
        return name

    def incident(self, incident_type: str = "dwelling_fire", *, lon: float = 117.20, lat: float = 39.12, **more: Any) -> str:  # noqa: ANN401
        """A new incident at this place."""
        opened = self.api.send("open_incident", incident_type=incident_type, place={"lon": lon, "lat": lat}, **more)
        number: str = opened["incident"]
        return number

    def call(self, **more: Any) -> str:  # noqa: ANN401 -- fields of take_call
        """A new call."""
        call: str = self.api.send("take_call", source="119", **more)["call"]
        return call

    def sensor(self, *limits: Document, **more: Any) -> str:  # noqa: ANN401 -- fields of register_sensor
        """A new sensor, once readings of it are taken."""
        name = code("TJ-GAS-")
        self.api.send(
            "register_sensor", sensor=name, zh="燃气", en="Gas", unit_of_measure="ppm", limits=list(limits), district="heping", **more
        )

        def is_known() -> bool:
            body = {"source": "probe", "readings": [{"sensor": name, "value": 0.0, "at": now().isoformat()}]}
            return bool(self.api.post("/api/intake/readings", body).json()["accepted"])

        until(is_known, f"{name} is watched")
        return name

    @contextmanager
    def account(self, *roles: str, agencies: tuple[str, ...] = (), districts: tuple[str, ...] = ()) -> Iterator[Api]:
        """A program of its own account with these roles and this scope."""
        name = code("p")
        self.api.send(
            "create_account", account=name, zh="程序", en="Program", roles=roles, agencies=agencies, districts=districts, kind="program"
        )
        made = self.api.send("create_token", account=name, label="tests")
        api = Api(self.api.base_url, made["token"])
        try:
            yield api
        finally:
            api.close()

    def person(self, *roles: str, **more: Any) -> tuple[str, str]:  # noqa: ANN401 -- fields of create_account
        """A person's account and password."""
        name = code("w")
        made = self.api.send("create_account", account=name, zh="人", en="Person", roles=roles, **more)
        return name, made["password"]


@contextmanager
def server_of(directory: Path, **environment: str) -> Iterator[ServerProcess]:
    """A server of its own, stopped at the end. With `TESTED_ON=cluster` in the environment of the tests it is a gateway."""
    if os.environ.get("TESTED_ON") == "cluster":
        served: AbstractContextManager[ServerProcess] = gateway_of(directory, *shared_servers(), environment)
    else:
        served = ServerProcess(directory, environment=dict(environment))
    with served as server:
        yield server


@contextmanager
def city_of(server: ServerProcess) -> Iterator[City]:
    """The small city on that server."""
    api = Api(server.base_url, server.token)
    try:
        lay_out(api)
        yield City(api, server)
    finally:
        api.close()


def lay_out(api: Api) -> None:
    """Agencies, districts, stations, types and a plan."""
    for agency, zh, en in (("fire", "消防", "Fire"), ("ambulance", "急救", "Ambulance")):
        api.answer("register_agency", agency=agency, zh=zh, en=en)
    for district, zh, en in (("heping", "和平区", "Heping"), ("nankai", "南开区", "Nankai")):
        api.answer("define_district", district=district, zh=zh, en=en)
    for station, agency in (("XF07", "fire"), ("JJ01", "ambulance")):
        place = {"lon": 117.2, "lat": 39.12}
        api.answer("register_station", station=station, agency=agency, zh="站", en="Station", district="heping", place=place)
    types = (
        ("dwelling_fire", "accident", "fire", 2),
        ("medical", "public_health", "ambulance", 3),
        ("flood", "natural_disaster", "fire", 2),
    )
    for incident_type, category, agency, priority in types:
        named = {"zh": incident_type, "en": incident_type}
        api.answer("define_incident_type", incident_type=incident_type, category=category, priority=priority, agency=agency, **named)
    needs = [{"capability": "engine", "count": 2}, {"capability": "ladder", "count": 1}]
    api.send("define_response_plan", incident_type="dwelling_fire", level=4, needs=needs)
