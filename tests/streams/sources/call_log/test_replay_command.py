"""`drumtower replay` from the command line: stopped, killed, started again, at a pace, and asked for what it cannot do."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.server_fixture import Api, Document, until
from tests.streams.sources.call_log import first_units
from tests.streams.sources.call_log.command_line import ended, replay, started
from tools.server_process import ServerProcess

pytestmark = pytest.mark.server

# More than the catalogue's own, so that calls are under way.
UNDER_WAY_FACTS = 300


def the_log(directory: Path) -> Path:
    """The log with holes and a mapping for it."""
    log = directory / "calls.csv"
    log.write_text(first_units.text(), "utf-8")
    log.with_suffix(".toml").write_text(
        """
        name = "calls"
        zone = "America/New_York"
        time_formats = ["%m/%d/%Y %I:%M:%S %p"]
        default_place = [-73.98, 40.73]
        stand_in = "FIRST"
        [columns]
        call = "CAD_INCIDENT_ID"
        received = "INCIDENT_DATETIME"
        dispatched = "FIRST_ASSIGNMENT_DATETIME"
        on_scene = "FIRST_ON_SCENE_DATETIME"
        cleared = "INCIDENT_CLOSE_DATETIME"
        """,
        "utf-8",
    )
    return log


def test_ctrl_c_ends_with_the_account_and_how_to_go_on(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    begin = api.position()
    # At the log's own pace it would take six hours.
    running = started(server, the_log(tmp_path), "--speed", "1")
    until(lambda: api.position() > begin, "the replay is under way", within_s=60)
    running.send_signal(signal.SIGINT)
    run = ended(running)
    assert run.returncode == 1
    assert f"{first_units.ROWS} rows: {first_units.ROWS} taken" in run.stdout
    assert "Stopped before the end; the same command goes on from here." in run.stdout
    assert "fault of the replay" not in run.stdout


def test_a_replay_that_was_killed_half_way_and_run_again_doubles_nothing(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    log, begin = the_log(tmp_path), api.position()
    killed = started(server, log)
    until(lambda: api.position() > begin + UNDER_WAY_FACTS, "some of the log is there", within_s=60)
    killed.kill()
    killed.communicate()
    again = replay(server, log)
    assert again.returncode == 0, again.stdout
    assert "nothing was changed" not in again.stdout, "it was killed before its end"
    facts = every_fact(api)
    for topic, identity in (("call.taken", "external_id"), ("incident.opened", "incident"), ("assignment.opened", "assignment")):
        found = [fact["fact"][identity] for fact in facts if fact["topic"] == topic]
        assert len(found) == len(set(found)) > 0, topic
    assert sum(fact["topic"] == "call.taken" for fact in facts) == first_units.ROWS
    causes = [fact["fact"]["by"]["cause"] for fact in facts if fact["topic"] == "assignment.opened"]
    assert len(causes) == len(set(causes)), "a dispatch is one command"
    position = api.position()
    assert "Everything was there already" in replay(server, log).stdout
    assert api.position() == position


def every_fact(api: Api) -> list[Document]:
    facts: list[Document] = []
    while page := api.get("/api/log", after=len(facts), limit=1_000)["facts"]:
        facts += page
    return facts


def test_a_pace_lets_the_log_pass_in_its_time(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    log = tmp_path / "calls.csv"
    log.write_text("id,at,sent,there,clear\n1,2026-01-01T08:00:00,2026-01-01T08:01:00,2026-01-01T08:09:00,2026-01-01T08:20:00\n", "utf-8")
    log.with_suffix(".toml").write_text(
        """
        name = "one"
        zone = "Asia/Shanghai"
        stand_in = "FIRST"
        default_place = [117.2, 39.1]
        columns = { call = "id", received = "at", dispatched = "sent", on_scene = "there", cleared = "clear" }
        """,
        "utf-8",
    )
    # Twenty minutes in two seconds.
    run = replay(server, log, "--speed", "600", "--shift-to-now")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "All times are told as if the log began at " in run.stdout
    row = until(lambda: next(iter(api.documents("response_times").values()), None), "its response time")
    assert (row["call_processing_s"], row["total_s"]) == (None, pytest.approx(0.9, abs=0.002))


def nowhere(directory: Path) -> ServerProcess:
    """For what is answered before a server is asked."""
    return ServerProcess(directory, base_url="http://127.0.0.1:9", token="dt_none")


@pytest.mark.parametrize("speed", ["fast", "0", "-1", "nan", "inf"])
def test_a_pace_that_is_none_is_a_sentence(tmp_path: Path, speed: str) -> None:
    run = replay(nowhere(tmp_path), f"--speed={speed}")
    assert run.returncode == 1
    assert f"--speed is {speed!r}: it must be max, or a positive factor." in run.stdout


def test_a_guess_that_needs_the_zone_asks_for_it_and_writes_nothing(tmp_path: Path) -> None:
    server = nowhere(tmp_path)
    log = tmp_path / "calls.csv"
    log.write_text("lat,lng,title,timeStamp\n40.1,-75.3,EMS: BACK PAINS,2026-11-23 14:14:00\n", "utf-8")
    run = replay(server, log, "--guess")
    assert run.returncode == 1
    assert run.stderr.endswith("which is not Asia/Shanghai: say the log's own time zone, as in --zone America/New_York.\n")
    assert not log.with_suffix(".toml").exists()
    assert replay(server, log, "--guess", "--zone", "America/New_York").returncode == 0
    assert 'zone = "America/New_York"' in log.with_suffix(".toml").read_text("utf-8")
    kept = replay(server, log, "--guess", "--zone", "America/Chicago")
    assert kept.returncode == 1
    assert "is there already and was left as it is" in kept.stderr
