"""The demo city against a real server: it comes up within seconds, follows operators, and goes on after `kill -9`."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from domain.values import LonLat, distance_m
from streams.sources.demo_city.driving import SPEED_KMH_MAX
from streams.sources.demo_city.running import run_demo_city
from tests.server_fixture import Api, Document, until
from tools.server_process import ServerProcess

pytestmark = pytest.mark.server


@contextmanager
def living(server: ServerProcess, api: Api, **more: float) -> Iterator[None]:
    """The demo city, as a program with an account of its own."""
    roles = ["source", "call_taker", "dispatcher", "administrator"]
    api.send("create_account", account="demo", zh="演示", en="Demo", roles=roles, kind="program")
    token = api.send("create_token", account="demo", label="demo")["token"]
    stop, loop, failed = asyncio.Event(), asyncio.new_event_loop(), []

    def live() -> None:
        try:
            loop.run_until_complete(run_demo_city(base_url=server.base_url, token=token, seed=1, stop=stop, **more))  # type: ignore[arg-type]
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            loop.close()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
    assert not failed
    assert not thread.is_alive()


def home(unit: Document) -> LonLat:
    lon, lat = unit["home"]
    return LonLat(lon=lon, lat=lat)


def is_afternoon(api: Api) -> bool:
    return len(api.documents("incident_board")) >= 25 and len(api.documents("unit_position")) >= 250


def test_the_city_comes_up_in_an_afternoon_follows_the_operator_and_survives_the_servers_end(server: ServerProcess, api: Api) -> None:
    begun = time.monotonic()
    with living(server, api, speed=10.0, human_share=1.0):
        until(lambda: is_afternoon(api), "a city in the middle of an afternoon", within_s=60)
        assert time.monotonic() - begun < 45, "a few seconds, on a machine that others load too"
        board, units = api.documents("incident_board"), api.documents("unit_status")
        assert len(units) >= 290
        assert {"pending", "dispatched", "on_scene"} <= {row["phase"] for row in board.values()}
        assert len(Counter(row["status"] for row in units.values())) >= 5
        until(lambda: len(api.documents("alarm_board")) >= 3, "some alarms", within_s=30)

        # An operator sends a unit to what was left to them: its crew goes there, and nobody else interferes.
        pending = [row for row in board.values() if row["phase"] == "pending"]
        patrols = [row for row in units.values() if row["status"] == "available" and "patrol" in row["capabilities"]]
        away = [
            (distance_m(LonLat(lon=row["lon"], lat=row["lat"]), home(one)), row["number"], one["unit"])
            for row in pending
            for one in patrols
        ]
        _, number, unit = min(away)
        api.send("dispatch_units", incident=number, units=[unit])
        fixes: list[tuple[float, LonLat]] = []

        def on_scene() -> bool:
            lon, lat, _, _, at_ms, _ = api.documents("unit_position")[unit]
            if not fixes or fixes[-1][0] != at_ms / 1000:
                fixes.append((at_ms / 1000, LonLat(lon=lon, lat=lat)))
            return bool(api.document("unit_status", unit)["status"] == "on_scene")

        until(on_scene, f"{unit} on scene at {number}", within_s=120)
        for (at, a), (later, b) in pairwise(fixes):
            # Ten times as fast as the clock, and seen through positions that are told once a second.
            assert distance_m(a, b) <= 10 * SPEED_KMH_MAX / 3.6 * (later - at + 1), "no unit jumps"
        assert [row["unit"] for row in api.document("incident_timeline", number)["head"]["assignments"]] == [unit]

        # The server is killed and comes back: the city goes on.
        server.kill()
        server.start()
        position = until(lambda: api.get("/api/ready")["position"], "the server is back")
        until(lambda: api.get("/api/ready")["position"] > position, "the city goes on", within_s=60)
        moved = until(
            lambda: next((row for row in api.documents("unit_position").values() if row[3]), None), "units drive again", within_s=60
        )
        assert moved
