"""A disk that is locked or full: a sentence and 503, nothing half written, and work goes on by itself when the disk is well."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live_link import console
from tests.server_fixture import City, Document, a_key, city_of, now, refusal, server_of, until

pytestmark = [pytest.mark.server, pytest.mark.faults, pytest.mark.slow]

OPEN: Document = {"incident_type": "flood", "place": {"lon": 117.2, "lat": 39.1}}


@pytest.fixture(scope="module")
def own_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with server_of(tmp_path_factory.mktemp("disk")) as server, city_of(server) as city:
        yield city


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the file, as a backup tool or an editor would."""
    other = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        other.rollback()
        other.close()


def test_a_locked_log_refuses_with_503_and_takes_the_same_command_when_it_is_free(own_city: City) -> None:
    api, key = own_city.api, a_key()
    before = api.get("/api/log", limit=1)["end"]
    with locked(own_city.server.directory / "facts.db"):
        answer = api.post("/api/commands/open_incident", OPEN, key=key)
        problem = refusal(answer, 503)
        assert problem["code"] == "store_unavailable"
        assert "locked" in problem["en"]
        assert answer.headers["retry-after"]
        assert api.documents("incident_board") is not None, "reading goes on"
    accepted = api.answer("open_incident", key=key, **OPEN)
    assert accepted["repeated"] is False, "nothing of it had been accepted"
    assert accepted["position"] == before + 1


def test_a_locked_view_file_is_waited_for(own_city: City) -> None:
    """Commands are accepted meanwhile: the views follow when the file is free."""
    api = own_city.api
    with console(api) as link, locked(own_city.server.directory / "views.db"):
        picture = link.watch("incident_board")
        answer = api.answer("open_incident", **OPEN)
        until(lambda: api.client.get("/api/ready").status_code == 503 or link.hear_type("tick")["lag"], "the lag is told", within_s=30)
        assert answer["result"]["incident"] not in picture.documents
    api.until_shown(answer["position"])
    until(lambda: api.get("/api/ready")["ready"], "ready again")
    assert answer["result"]["incident"] in api.documents("incident_board")


def test_a_locked_file_of_the_alarm_watch_stops_no_alarm(own_city: City) -> None:
    """Its checkpoint waits; what it raises is on the log of record."""
    api, sensor = own_city.api, own_city.sensor({"condition": "high", "value": 50.0})

    def failure() -> str:
        return str(api.client.get("/api/ready").json()["stopped"].get("alarm_watch", ""))

    with locked(own_city.server.directory / "alarm_watch.db"):
        until(lambda: "locked" in failure(), "the lock is told")
    until(lambda: not failure(), "it goes on")
    api.post("/api/intake/readings", {"source": "m", "readings": [{"sensor": sensor, "value": 70, "at": now().isoformat()}]})
    until(lambda: any(alarm["sensor"] == sensor for alarm in api.documents("alarm_board").values()), "the alarm")


def test_a_locked_telemetry_log_refuses_fixes_and_nothing_else(own_city: City) -> None:
    api, unit = own_city.api, own_city.unit()
    body = {"source": "avl", "fixes": [{"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}]}
    with locked(own_city.server.directory / "telemetry.db"):
        assert "telemetry" in refusal(api.post("/api/intake/positions", body), 503)["en"]
        assert own_city.incident(), "commands go on"
        shed = next(line for line in api.client.get("/metrics").text.splitlines() if line.startswith("drumtower_telemetry_shed_total"))
        assert shed.endswith(" 1"), "what could not be taken is counted"
    assert api.post("/api/intake/positions", body).json()["accepted"] == 1


def test_a_locked_key_store_refuses_a_caller_s_name_and_nothing_else(own_city: City) -> None:
    api, key = own_city.api, a_key()
    call = {"source": "119", "caller_name": "王五"}
    with locked(own_city.server.directory / "keys.db"):
        refusal(api.post("/api/commands/take_call", call, key=key), 503)
        assert api.answer("take_call", source="110")["result"]["call"]
    assert api.answer("take_call", key=key, **call)["repeated"] is False


def test_a_disk_that_takes_no_more_refuses_with_503_and_work_goes_on_when_it_does(tmp_path: Path) -> None:
    """The system's limit on the size of files stands for a quota that is used up; every write beyond it fails."""
    with server_of(tmp_path) as server, city_of(server) as city:
        assert server.process is not None
        unlimited = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        keys = [a_key() for _ in range(5)]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4_096, unlimited[1]))
        for key in keys:
            refusal(city.api.post("/api/commands/open_incident", OPEN, key=key), 503)
        assert city.api.client.get("/api/health").status_code == 200
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert_all_goes_on(city, keys)


def test_a_full_disk_refuses_with_503_and_work_goes_on_when_there_is_room(tmp_path: Path) -> None:
    directory = tmp_path / "small"
    directory.mkdir()
    with mounted(directory), server_of(directory / "data") as server, city_of(server) as city:
        ballast = directory / "ballast"
        fill(ballast)
        keys = [a_key() for _ in range(40)]
        answers = [city.api.post("/api/commands/open_incident", {**OPEN, "description": "水" * 4_000}, key=key) for key in keys]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert refused, "the disk was not full"
        for answer in refused:
            assert refusal(answer, 503)["code"] == "store_unavailable"
        ballast.unlink()
        late = [key for key, answer in zip(keys, answers, strict=True) if answer.status_code != 200]
        for key in late:
            assert city.api.answer("open_incident", key=key, **OPEN, description="水" * 4_000)["repeated"] is False
        until(lambda: len(city.api.documents("incident_board")) == len(keys), "each is there once")
        assert_all_goes_on(city, [])
        server.kill()
        server.start()
        assert len(city.api.documents("incident_board")) == len(keys) + 1


def assert_all_goes_on(city: City, keys: list[str]) -> None:
    for key in keys:
        assert city.api.answer("open_incident", key=key, **OPEN)["repeated"] is False
    answer = city.api.answer("open_incident", **OPEN)
    city.api.until_shown(answer["position"])
    until(lambda: city.api.client.get("/api/ready").json()["ready"], "ready again")
    assert city.api.get("/api/ready")["stopped"] == {}
    assert answer["result"]["incident"] in city.api.documents("incident_board")


@contextlib.contextmanager
def mounted(directory: Path) -> Iterator[None]:
    """A small disk of its own; only an administrator of the machine can have one."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(directory)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


def fill(ballast: Path) -> None:
    """Not a block is left."""
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        while True:
            os.write(file.fileno(), b"\0" * 4_096)
