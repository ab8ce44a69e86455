"""The mappings of the operator's guide are whole: each is replayed as it stands there, with its rows."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from streams.sources.call_log.replaying import replay_call_log
from streams.sources.datum import to_wgs84
from tests.server_fixture import Api, Document, until
from tools.server_process import ROOT, ServerProcess

pytestmark = pytest.mark.server

GUIDE = (ROOT / "docs" / "operators-guide.md").read_text("utf-8")
EXAMPLES = re.findall(r"```csv\n(.*?)```\n+```toml\n(.*?)```", GUIDE, re.DOTALL)


def replayed(server: ServerProcess, api: Api, directory: Path, example: int) -> list[Document]:
    """The response times in the order of the log, after the replay of that example."""
    rows, mapping = EXAMPLES[example]
    log = directory / "log.csv"
    log.write_text(rows, "gb18030" if "gb18030" in mapping else "utf-8")
    log.with_suffix(".toml").write_text(mapping, "utf-8")
    told = io.StringIO()
    running = replay_call_log(log, base_url=server.base_url, token=server.token, console=Console(file=told, width=200))
    assert asyncio.run(running) == 0, told.getvalue()
    count = rows.count("\n") - 1
    assert f"{count} rows: {count} taken, 0 duplicates, 0 bad." in told.getvalue()
    api.until_shown(api.get("/api/log", limit=1)["end"])
    found = until(lambda: api.documents("response_times"), "response times")
    return sorted(found.values(), key=lambda row: str(row["assignment"]))


def test_the_guide_has_a_mapping_for_each_of_three_shapes() -> None:
    assert len(EXAMPLES) == 3


def test_a_log_that_names_no_unit(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    first, second, third = replayed(server, api, tmp_path, 0)
    assert (first["total_s"], first["unit"], first["priority"]) == (390, "FIRST-001", 3)
    assert (second["assumed"], second["total_s"], second["turnout_s"], second["call_processing_s"]) == (["dispatched"], 480, None, None)
    assert (second["incident_type"], second["priority"], second["district"]) == ("cardiac_arrest", 1, "bronx")
    assert third["total_s"] is None
    assert not api.documents("incident_board"), "all are closed"


def test_a_log_of_units(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    engine, truck, again = replayed(server, api, tmp_path, 1)
    measured = ("answer_s", "call_processing_s", "turnout_s", "travel_s", "on_scene_s", "total_s")
    assert [engine[name] for name in measured] == [40, 30, 70, 220, 3_840, 360]
    assert [truck[name] for name in measured] == [40, 30, None, None, 2_550, 450]
    assert (engine["station"], engine["incident"], again["unit"]) == (truck["station"], truck["incident"], "E03")
    assert api.document("incident_timeline", again["incident"])["head"]["disposition"] == "false_alarm"


def test_a_chinese_log_with_the_points_of_a_chinese_map(server: ServerProcess, api: Api, tmp_path: Path) -> None:
    theft, beside, _ = replayed(server, api, tmp_path, 2)
    assert (theft["total_s"], theft["answer_s"], theft["incident_type"]) == (540, None, "theft")
    assert {theft["unit"], beside["unit"]} == {"和平01", "和平02"}
    head = api.document("incident_timeline", theft["incident"])["head"]
    lon, lat = to_wgs84(117.20639, 39.10104, "GCJ-02")
    assert (head["lon"], head["lat"], head["address"]) == (pytest.approx(lon), pytest.approx(lat), "南京路1号")
    assert not api.documents("incident_board"), "all are closed"
