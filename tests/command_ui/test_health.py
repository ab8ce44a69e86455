"""What feeds data in is watched: readings become alarms, silence is told, a poison event stops one view loudly and alone."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from command_ui.bootstrap import Running, build_application
from command_ui.live_socket import LiveSocket
from command_ui.serving import listen
from command_ui.settings import Settings
from domain.catalogue import District
from projections import CATALOGUE
from projections.projection import Projection, Recorded
from tests.live_link import console
from tests.server_fixture import Api, City, city_of, now, server_of, until

pytestmark = pytest.mark.server


def read(city: City, sensor: str, value: float, source: str = "modbus") -> None:
    body = {"source": source, "readings": [{"sensor": sensor, "value": value, "at": now().isoformat()}]}
    assert city.api.post("/api/intake/readings", body).json()["accepted"] == 1


def alarms(city: City, sensor: str) -> dict[str, Any]:
    return {alarm["condition"]: alarm for alarm in city.api.documents("alarm_board").values() if alarm["sensor"] == sensor}


def test_a_reading_beyond_a_limit_raises_an_alarm_and_one_within_the_dead_band_does_not_end_it(city: City) -> None:
    sensor = city.sensor({"condition": "high", "value": 50.0, "hysteresis": 5.0, "priority": 1})
    read(city, sensor, 49.0)
    read(city, sensor, 62.0)
    alarm = until(lambda: alarms(city, sensor).get("high"), "the alarm")
    assert (alarm["state"], alarm["value"], alarm["limit"], alarm["priority"]) == ("raised", 62.0, 50.0, 1)
    assert alarm["district"] == "heping"
    read(city, sensor, 48.0)
    read(city, sensor, 63.0)
    city.api.send("acknowledge_alarm", alarm=alarm["alarm"])
    assert alarms(city, sensor)["high"]["state"] == "acknowledged"
    read(city, sensor, 44.0)
    until(lambda: "high" not in alarms(city, sensor), "back to normal and acknowledged: it leaves the board")


def test_an_alarm_that_ends_before_anybody_saw_it_stays_until_somebody_has(city: City) -> None:
    sensor = city.sensor({"condition": "low", "value": 10.0})
    read(city, sensor, 5.0)
    until(lambda: alarms(city, sensor).get("low"), "the alarm")
    read(city, sensor, 20.0)
    alarm = until(lambda: (found := alarms(city, sensor).get("low")) and found["state"] == "returned" and found, "the return")
    city.api.send("acknowledge_alarm", alarm=alarm["alarm"])
    assert alarms(city, sensor) == {}


def test_a_sensor_that_falls_silent_is_an_alarm_of_its_own(city: City) -> None:
    sensor = city.sensor(silent_after_s=1.0)
    read(city, sensor, 1.0)
    until(lambda: alarms(city, sensor).get("silent"), "the silence")
    read(city, sensor, 1.0)
    until(lambda: (found := alarms(city, sensor).get("silent")) is None or found["state"] == "returned", "it speaks again")


def test_source_health_counts_what_was_taken_and_what_was_not(city: City) -> None:
    unit = city.unit()
    good = {"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}
    for _ in range(2):
        city.api.post("/api/intake/positions", {"source": "counted", "fixes": [good, good, {**good, "lat": 99}]})
    shown = until(
        lambda: (found := city.api.documents("source_health").get("avl:counted")) and found["accepted"] == 4 and found, "the counts"
    )
    assert (shown["rejected"], shown["state"], shown["kind"]) == (2, "live", "avl")


def test_a_source_whose_data_are_old_when_they_come_is_late(city: City) -> None:
    unit = city.unit()
    old = {"unit": unit, "lon": 117.2, "lat": 39.1, "at": (now() - timedelta(minutes=5)).isoformat()}
    city.api.post("/api/intake/positions", {"source": "behind", "fixes": [old]})
    shown = until(lambda: city.api.documents("source_health").get("avl:behind"), "the source")
    assert shown["state"] == "late"
    assert shown["lag_s"] == pytest.approx(300, abs=5)
    assert "behind" in shown["en"]
    assert "延迟" in shown["zh"]


def test_a_source_that_stops_sending_is_late_and_then_silent_on_every_console(tmp_path: Path) -> None:
    with server_of(tmp_path, DRUMTOWER_SOURCE_LATE_S="1", DRUMTOWER_SOURCE_SILENT_S="2") as server, city_of(server) as city:
        unit = city.unit()
        fix = {"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}
        city.api.post("/api/intake/positions", {"source": "gone", "fixes": [fix]})
        with console(city.api) as link:
            picture = link.watch("source_health")
            states: list[str] = []

            def is_silent() -> bool:
                state = picture.documents.get("avl:gone", {}).get("state")
                if state and [state] != states[-1:]:
                    states.append(state)
                return bool(state == "silent")

            link.hear_until(is_silent, "the silence")
            assert states[-2:] == ["late", "silent"]


def test_health_is_open_and_tells_of_nobody(city: City) -> None:
    stranger = Api(city.api.base_url)
    try:
        assert stranger.get("/api/health")["status"] == "alive"
        assert stranger.get("/api/ready")["ready"] is True
        assert stranger.get("/api/settings")["time_zone"] == "Asia/Shanghai"
        metrics = stranger.client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        values = dict(line.rsplit(" ", 1) for line in metrics.text.splitlines() if not line.startswith("#"))
        assert float(values["drumtower_log_position"]) > 0
        assert float(values['drumtower_view_stopped{view="incident_board"}']) == 0
    finally:
        stranger.close()


@dataclasses.dataclass(frozen=True, slots=True)
class Count:
    """How many districts there are."""

    districts: int


def _poisonous(document: Count | None, _recorded: Recorded) -> Count:
    count = (document.districts if document else 0) + 1
    if count == 2:
        raise ValueError("two is too many")
    return Count(count)


def _one_key(_fact: object) -> Iterable[str]:
    return ("all",)


POISONED = Projection(
    name="poisoned",
    document=Count,
    facts=(District.Defined,),
    keys=_one_key,
    evolve=_poisonous,
)


@contextlib.contextmanager
def served_here(directory: Path, projections: tuple[Projection, ...]) -> Iterator[tuple[str, str]]:
    """The application in this process, on a socket: its address and the first password."""
    told: list[Running] = []

    async def on_running(running: Running) -> None:
        told.append(running)

    application = build_application(Settings(data=directory), projections=projections, on_running=on_running)
    listening: socket.socket = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", ws=LiveSocket))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        until(lambda: server.started, "the server")
        first = told[0].first_password
        assert first is not None
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", first.password
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


def test_a_poison_event_stops_its_view_loudly_and_alone(tmp_path: Path) -> None:
    with served_here(tmp_path, (*CATALOGUE, POISONED)) as (address, password):
        admin = Api(address)
        try:
            session = admin.client.post("/api/sign_in", json={"account": "admin", "password": password}).json()
            admin.client.headers["X-CSRF-Token"] = session["csrf"]
            admin.answer("define_district", district="heping", zh="和平区", en="Heping")
            until(lambda: admin.get("/api/ready")["stopped"] == {}, "all is well")
            second = admin.answer("define_district", district="nankai", zh="南开区", en="Nankai")
            stopped = until(lambda: admin.get("/api/ready")["stopped"], "the stop")
            assert stopped == {"poisoned": f"poisoned stopped at position {second['position']} (Defined): ValueError: two is too many"}

            third = admin.answer("define_district", district="hexi", zh="河西区", en="Hexi")
            until(lambda: admin.position() >= third["position"], "the others follow")
            assert "district:hexi" in admin.documents("catalogue")
            health = until(
                lambda: (found := admin.documents("source_health")["projection:poisoned"]) and found["state"] == "stopped" and found,
                "the health",
            )
            assert str(second["position"]) in health["zh"]
            assert health["rejected"] == 1
            assert admin.documents("source_health")["projection:catalogue"]["state"] == "live"
            assert 'drumtower_view_stopped{view="poisoned"} 1' in admin.client.get("/metrics").text
            with console(admin, Cookie=f"drumtower_session={admin.client.cookies['drumtower_session']}") as link:
                assert link.watch("source_health").documents["projection:poisoned"]["state"] == "stopped"
        finally:
            admin.close()
