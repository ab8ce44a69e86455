"""Call logs into a real server: everything is there, measured as in the file, and a second run changes nothing."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from streams.sources.call_log.mapping import mapping_of, read_mapping
from streams.sources.call_log.pace import Pace
from streams.sources.call_log.reading import read_log
from streams.sources.call_log.replaying import SHIPPED_LOG, SHIPPED_MAPPING, Replay, replay_call_log
from streams.sources.call_log.report import ReplayReport
from streams.sources.client import PublicInterface
from streams.sources.interface_errors import NotSignedIn
from tests.server_fixture import Api, now, until
from tools.server_process import ServerProcess

pytestmark = pytest.mark.server

FORM = "%m/%d/%Y %I:%M:%S %p"
# From receiving the call on, the columns between which each interval lies; on scene ends with transport, else with being available.
INTERVALS = {
    "answer_s": ("Received DtTm", "Entry DtTm"),
    "call_processing_s": ("Entry DtTm", "Dispatch DtTm"),
    "turnout_s": ("Dispatch DtTm", "Response DtTm"),
    "travel_s": ("Response DtTm", "On Scene DtTm"),
}


def hours_of_the_week(path: Path) -> list[dict[str, str]]:
    """Six hours of the shipped week, written to `path`: some two hundred responses with overlaps and missing times."""
    text = io.StringIO(gzip.decompress(SHIPPED_LOG.read_bytes()).decode("utf-8"))
    reader = csv.DictReader(text)
    rows = [row for row in reader if datetime(2017, 1, 1) <= datetime.strptime(row["Received DtTm"], FORM) < datetime(2017, 1, 1, 6)]  # noqa: DTZ001, DTZ007
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)
    return rows


def seconds(row: dict[str, str], start: str, end: str) -> float | None:
    if not row[start] or not row[end]:
        return None
    found = (datetime.strptime(row[end], FORM) - datetime.strptime(row[start], FORM)).total_seconds()  # noqa: DTZ007
    return found if found >= 0 else None


def test_a_log_is_there_to_the_last_row_measured_as_in_the_file_and_a_second_run_changes_nothing(
    server: ServerProcess, api: Api, tmp_path: Path
) -> None:
    log = tmp_path / "hours.csv"
    rows = hours_of_the_week(log)
    told = io.StringIO()

    def replay() -> int:
        running = replay_call_log(
            log, mapping=SHIPPED_MAPPING, base_url=server.base_url, token=server.token, console=Console(file=told, width=140)
        )
        return asyncio.run(running)

    assert replay() == 0, told.getvalue()
    log_end = api.get("/api/log", limit=1)["end"]
    api.until_shown(log_end)
    answered = api.documents("response_times")
    assert len(answered) == len(rows)
    assert len({found["call"] for found in answered.values()}) == len({row["Call Number"] for row in rows})

    by_log = {(row["Unit ID"], row["Received DtTm"], row["Dispatch DtTm"]): row for row in rows}
    zone = read_mapping(SHIPPED_MAPPING).zone

    def local(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(zone).strftime(FORM)

    last_of_unit: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: datetime.strptime(row["Dispatch DtTm"], FORM)):  # noqa: DTZ007
        last_of_unit[row["Unit ID"]] = row["RowID"]
    for found in answered.values():
        row = by_log.pop((found["unit"], local(found["times"]["received"]), local(found["times"]["dispatched"])))
        for interval, (start, end) in INTERVALS.items():
            assert found[interval] == seconds(row, start, end), f"{row['RowID']}: {interval}"
        if row["Available DtTm"] or row["Transport DtTm"] or last_of_unit[row["Unit ID"]] == row["RowID"]:
            leaves = "Transport DtTm" if row["Transport DtTm"] else "Available DtTm"
            assert found["on_scene_s"] == seconds(row, "On Scene DtTm", leaves), row["RowID"]
    assert not by_log

    assert replay() == 0
    assert "Everything was there already: nothing was changed." in told.getvalue()
    assert api.get("/api/log", limit=1)["end"] == log_end


SMALL = """id,unit,received,answered,sent,acknowledged,moving,there,clear,point
1,E1,2026-01-01T08:00:00,2026-01-01T08:00:10,2026-01-01T08:01:00,,2026-01-01T08:02:00,2026-01-01T08:06:00,2026-01-01T08:30:00,"(39, 117)"
2,E1,2026-01-01T08:19:00,2026-01-01T08:19:10,2026-01-01T08:20:00,,2026-01-01T08:21:00,,2026-01-01T08:40:00,"(39.2, 117.3)"
"""
SMALL_MAPPING = {
    "name": "small",
    "zone": "Asia/Shanghai",
    "columns": {"call": "id", "unit": "unit", "received": "received", "answered": "answered", "dispatched": "sent", "point": "point"}
    | {"acknowledged": "acknowledged", "en_route": "moving", "on_scene": "there", "cleared": "clear"},
}


def small_replay(server: ServerProcess, tmp_path: Path, pace: Pace, stop: asyncio.Event | None = None) -> ReplayReport:
    path = tmp_path / "small.csv"
    path.write_text(SMALL, "utf-8")
    mapping = mapping_of(SMALL_MAPPING, "here")

    async def run() -> ReplayReport:
        async with PublicInterface(server.base_url, server.token) as interface:
            return await Replay(read_log(path, mapping), mapping, interface, pace, stop=stop or asyncio.Event()).run()

    return asyncio.run(run())


def test_at_a_real_pace_an_overlap_is_cleared_in_time_and_corrected_when_the_true_time_comes(
    server: ServerProcess, api: Api, tmp_path: Path
) -> None:
    anchor = now()
    # Forty minutes of the log in four seconds.
    report = small_replay(server, tmp_path, Pace(speed=600, anchor=anchor))
    assert (report.commands.refused, report.commands.not_sent, report.is_accounted_for) == (0, 0, True)
    until(lambda: len(api.documents("response_times")) == 2, "both assignments")
    first = min(api.documents("response_times").values(), key=lambda row: str(row["dispatched_at"]))["assignment"]
    cleared = until(lambda: api.document("response_times", first)["times"].get("cleared"), "its end")
    shown = datetime.fromisoformat(cleared) - anchor
    assert shown == timedelta(seconds=1_800 / 600), "the true time: thirty minutes of the log"


def test_a_stopped_replay_goes_on_where_it_was(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    stop = asyncio.Event()
    stop.set()
    stopped = small_replay(server, tmp_path, Pace(), stop)
    assert stopped.is_stopped
    assert stopped.is_accounted_for
    assert stopped.commands.not_sent == stopped.commands.planned
    whole = small_replay(server, tmp_path, Pace())
    assert whole.commands.accepted == whole.commands.planned
    again = small_replay(server, tmp_path, Pace())
    assert again.changed_nothing
    assert len(api.documents("response_times")) == 2


def test_a_token_without_the_roles_ends_in_a_sentence(server: ServerProcess, api: Api) -> None:
    api.send("create_account", account="watcher", zh="看", en="Watcher", roles=["source"], kind="program")
    token = api.send("create_token", account="watcher", label="t")["token"]
    told = io.StringIO()
    running = replay_call_log(base_url=server.base_url, token=token, console=Console(file=told, width=200))
    assert asyncio.run(running) == 1
    assert "register_agency of private_ambulance was refused: " in told.getvalue()


def test_without_a_token_the_replay_says_so_at_once(server: ServerProcess) -> None:
    with pytest.raises(NotSignedIn, match="There is no token"):
        asyncio.run(replay_call_log(base_url=server.base_url, token="", console=Console(file=io.StringIO())))
