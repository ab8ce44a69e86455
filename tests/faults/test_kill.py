"""`kill -9` at random moments in the middle of a burst: what was accepted is there, once, and every console comes to the same picture."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.burst import burst
from tests.server_fixture import Document, city_of, now, server_of, until
from tools.server_process import ROOT

pytestmark = [pytest.mark.server, pytest.mark.faults, pytest.mark.slow]

KILLS = 4
UNITS = 8


def test_what_was_accepted_survives_kills_in_the_middle_of_a_burst(tmp_path: Path) -> None:
    seed = 261_123
    chance = random.Random(seed)
    with server_of(tmp_path) as server, city_of(server) as city:
        units = [city.unit() for _ in range(UNITS)]
        with burst([server.base_url], server.token, units, seed) as under_way:
            for _ in range(KILLS):
                under_way.until_accepted(chance.randrange(20, 120), "the burst")
                server.kill()
                server.start()
            under_way.until_accepted(20, "work after the last kill")
            under_way.end()
            assert under_way.accepted > 100
            assert sum(desk.again for desk in under_way.desks) > 0, "no command was under way when the server was killed"
            under_way.audit(city)
        assert all(watcher.links >= KILLS for watcher in under_way.watchers), "the consoles came back after each kill"
        assert_views_equal_a_fold_from_scratch(tmp_path)


def assert_views_equal_a_fold_from_scratch(directory: Path) -> None:
    """As `drumtower verify` finds it."""
    verify = [sys.executable, "-m", "command_ui.cli", "verify", "--data", str(directory)]
    verified = subprocess.run(verify, cwd=ROOT, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_readings_and_fixes_that_were_taken_are_there_after_a_kill(tmp_path: Path) -> None:
    """A restart empties no map, and an alarm that was raised stays raised."""
    with server_of(tmp_path) as server, city_of(server) as city:
        unit = city.unit()
        sensor = city.sensor({"condition": "high", "value": 50.0})
        fix = {"unit": unit, "lon": 117.25, "lat": 39.15, "at": now().isoformat()}
        city.api.post("/api/intake/positions", {"source": "avl", "fixes": [fix]})
        city.api.post("/api/intake/readings", {"source": "m", "readings": [{"sensor": sensor, "value": 70, "at": now().isoformat()}]})
        server.kill()
        server.start()
        assert city.api.documents("unit_position")[unit][:2] == [pytest.approx(117.25), pytest.approx(39.15)]

        def raised() -> list[Document]:
            return [alarm for alarm in city.api.documents("alarm_board").values() if alarm["sensor"] == sensor]

        until(raised, "the alarm, raised before the kill or from the reading's place on the log")
        city.api.post("/api/intake/readings", {"source": "m", "readings": [{"sensor": sensor, "value": 75, "at": now().isoformat()}]})
        assert [(alarm["condition"], alarm["state"]) for alarm in raised()] == [("high", "raised")]
