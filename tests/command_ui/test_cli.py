"""The command line: what it answers, and how it ends. Refusals are sentences on standard error, never a traceback."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from command_ui.bootstrap import build_application
from command_ui.settings import Settings, table
from streams.failures import StoreIsNewer, StoreUnavailable
from tests.server_fixture import City, city_of, server_of
from tools.server_process import ROOT

pytestmark = pytest.mark.server

# A start that is refused ends at once; a machine that other work stalls takes longer.
RUN_S_MAX = 60


def drumtower(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "command_ui.cli", *map(str, arguments)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("DRUMTOWER_")} | environment,
        capture_output=True,
        text=True,
        timeout=RUN_S_MAX,
        check=False,
    )


def assert_refused(run: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert re.search(sentence, run.stderr), run.stderr


def test_help_names_every_command() -> None:
    run = drumtower("--help")
    assert run.returncode == 0
    for command in ("serve", "settings", "verify", "chain-head", "rebuild", "send"):
        assert command in run.stdout


def test_an_unknown_command_is_not_understood() -> None:
    assert drumtower("explode").returncode == 2


def test_the_settings_are_told() -> None:
    told = drumtower("settings").stdout
    assert all(name in told for name, _, _ in table())


def test_a_wrong_setting_ends_the_start_with_its_name(tmp_path: Path) -> None:
    run = drumtower("serve", "--data", tmp_path / "data", DRUMTOWER_PORT="http")
    assert_refused(run, r"^DRUMTOWER_PORT is 'http', not a whole number between 0 and 65535\.$")
    assert not (tmp_path / "data").exists(), "nothing was opened"


def test_a_port_out_of_range_is_refused(tmp_path: Path) -> None:
    assert_refused(drumtower("serve", "--data", tmp_path, "--port", "70000"), "70000")


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_refused(drumtower("serve", "--data", tmp_path, "--port", str(port)), rf"127\.0\.0\.1:{port} cannot be listened on .*--port")


def test_a_host_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    assert_refused(drumtower("serve", "--data", tmp_path, "--host", "no.such.host.invalid", "--port", "0"), r"no\.such\.host\.invalid")


def test_a_directory_is_served_once(city: City) -> None:
    process = city.server.process
    assert process is not None
    run = drumtower("serve", "--data", city.server.directory, "--port", "0")
    assert_refused(run, rf"is served by process {process.pid} already: stop it, or choose another directory with --data")
    assert_refused(drumtower("rebuild", "--data", city.server.directory), "is served by process")
    assert city.incident(), "the first goes on"


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert_refused(drumtower("serve", "--data", tmp_path / "file" / "data", "--port", "0"), "file")


@pytest.mark.parametrize("file", ["facts.db", "views.db", "telemetry.db", "accounts.db", "alarm_watch.db"])
def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path, file: str) -> None:
    with sqlite3.connect(tmp_path / file) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    before = (tmp_path / file).read_bytes()
    with pytest.raises(StoreIsNewer, match=rf"{file} was written by a newer Drumtower"):
        build_application(Settings(data=tmp_path))
    assert (tmp_path / file).read_bytes() == before


def test_a_newer_file_ends_the_start_with_its_sentence(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "facts.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    assert_refused(drumtower("serve", "--data", tmp_path, "--port", "0"), r"facts\.db was written by a newer Drumtower \(format 99")


@pytest.mark.parametrize("file", ["facts.db", "views.db", "telemetry.db", "accounts.db", "alarm_watch.db", "keys.db"])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("不是数据库" * 1_000, encoding="utf-8")
    before = (tmp_path / file).read_bytes()
    with pytest.raises(StoreUnavailable, match=rf"{file} cannot be opened: file is not a database"):
        build_application(Settings(data=tmp_path))
    assert (tmp_path / file).read_bytes() == before


def test_a_command_is_sent_and_its_result_printed(city: City) -> None:
    body = json.dumps({"incident_type": "flood", "place": {"lon": 117.2, "lat": 39.1}})
    sent = drumtower("send", "open_incident", body, "--url", city.api.base_url, DRUMTOWER_TOKEN=city.api.token)
    assert sent.returncode == 0, sent.stderr
    assert re.fullmatch(r"\d{6}-\d{4}", json.loads(sent.stdout)["incident"])


def test_a_refused_command_is_told_on_standard_error(city: City) -> None:
    sent = drumtower("send", "add_note", '{"incident":"000000-0000","text":"?"}', "--url", city.api.base_url, "--token", city.api.token)
    assert_refused(sent, "add_note: There is no incident 000000-0000")
    wrong = drumtower("send", "add_note", "{", "--url", city.api.base_url, "--token", city.api.token)
    assert wrong.returncode == 2
    assert "not JSON" in wrong.stderr


def test_many_commands_are_sent_from_a_file(city: City, tmp_path: Path) -> None:
    file = tmp_path / "many.json"
    opened = ["open_incident", {"incident_type": "flood", "place": {"lon": 117.2, "lat": 39.1}}]
    file.write_text(json.dumps([opened, ["add_note", {"incident": "000000-0000", "text": "?"}], opened]), encoding="utf-8")
    sent = drumtower("send", "-", f"@{file}", "--url", city.api.base_url, "--token", city.api.token)
    assert sent.returncode == 1
    assert len(sent.stdout.splitlines()) == 2


def test_a_wrong_token_and_a_server_that_is_away_are_sentences(city: City) -> None:
    body = '{"incident":"1","text":"?"}'
    wrong = drumtower("send", "add_note", body, "--url", city.api.base_url, "--token", "dt_nonsense")
    assert_refused(wrong, "token")


def test_views_that_differ_from_the_log_are_found_and_built_anew(tmp_path: Path) -> None:
    with server_of(tmp_path) as server:
        with city_of(server) as city:
            number = city.incident()
        server.stop()
        assert drumtower("verify", "--data", tmp_path).returncode == 0
        with sqlite3.connect(tmp_path / "views.db") as views:
            views.execute(
                "UPDATE incident_board SET document = CAST(replace(document, '\"priority\":2', '\"priority\":1') AS BLOB) WHERE key = ?",
                (number,),
            )
        views.close()
        differing = drumtower("verify", "--data", tmp_path)
        assert differing.returncode == 1
        assert re.search(r"incident_board .* DIFFERS", differing.stdout)
        assert drumtower("rebuild", "--data", tmp_path).returncode == 0
        server.start()
        with server.client() as client:
            assert client.get(f"/api/views/incident_board/{number}").json()["document"]["priority"] == 2
        server.stop()
        assert drumtower("verify", "--data", tmp_path).returncode == 0


def test_a_changed_fact_is_found_and_named_in_a_sentence(tmp_path: Path) -> None:
    with server_of(tmp_path) as server:
        with city_of(server) as city:
            city.incident()
            noted = drumtower("chain-head", "--data", tmp_path)
            assert re.fullmatch(r"\d+:[0-9a-f]{64}\n", noted.stdout), noted.stderr
            number = city.incident()
        server.stop()
    heads = tmp_path / "heads"
    heads.write_text(f"# by hand, 2026-11-23\n{noted.stdout}", encoding="utf-8")
    holds = drumtower("verify", "--data", tmp_path, "--noted", f"@{heads}", "--noted", noted.stdout)
    assert holds.returncode == 0, holds.stdout + holds.stderr
    assert re.search(
        r"The chain holds over \d+ facts, all hashed as they were written; it passes through every head .* \(2\)\.", holds.stdout
    )
    with sqlite3.connect(tmp_path / "facts.db") as facts:
        facts.execute(
            "UPDATE stored_events SET state = CAST(replace(state, '\"priority\":2', '\"priority\":1') AS BLOB) WHERE originator_id = ?",
            (f"incident:{number}",),
        )
    facts.close()
    broken = drumtower("verify", "--data", tmp_path)
    assert broken.returncode == 1
    assert re.search(rf"The chain breaks at position \d+ \(incident\.opened of incident:{number}\)", broken.stdout), broken.stdout


def test_what_cannot_be_verified_is_a_sentence(tmp_path: Path) -> None:
    assert_refused(drumtower("verify", "--data", tmp_path / "nothing"), r"facts\.db cannot be opened")
    assert not (tmp_path / "nothing").exists()
    wrong = drumtower("verify", "--data", tmp_path, "--noted", "4711")
    assert wrong.returncode == 2
    assert "'4711' is not a head of a chain" in wrong.stderr
    missing = drumtower("verify", "--data", tmp_path, "--noted", f"@{tmp_path / 'heads'}")
    assert missing.returncode == 2
    assert "heads" in missing.stderr
