"""A real week of San Francisco's fire department replayed as fast as it goes; every interval and percentile beside pandas on the file."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from pathlib import Path

import pandas as pd
from rich.console import Console

from streams.sources.call_log.replaying import replay_call_log
from tools.bench import Report
from tools.server_process import ServerProcess

SHIPPED = Path(__file__).resolve().parent.parent / "streams" / "sources" / "call_log" / "data" / "sffd-week.csv.gz"
COLUMNS = {
    "received": "Received DtTm",
    "answered": "Entry DtTm",
    "dispatched": "Dispatch DtTm",
    "en_route": "Response DtTm",
    "on_scene": "On Scene DtTm",
    "transporting": "Transport DtTm",
    "cleared": "Available DtTm",
}
INTERVALS = {
    "answer_s": ("received", "answered"),
    "call_processing_s": ("answered", "dispatched"),
    "turnout_s": ("dispatched", "en_route"),
    "travel_s": ("en_route", "on_scene"),
    "on_scene_s": ("on_scene", "left"),
    "total_s": ("received", "on_scene"),
}
SAME_S = 1e-6


def run(report: Report) -> None:
    log = pd.read_csv(SHIPPED)
    with tempfile.TemporaryDirectory() as directory, ServerProcess(Path(directory)) as server:
        began = time.perf_counter()
        code = asyncio.run(replay_call_log(base_url=server.base_url, token=server.token, console=Console(file=io.StringIO())))
        seconds = time.perf_counter() - began
        with server.client() as client:
            figures = client.get("/api/response_times").json()["groups"][0]["intervals"]
            rows = [document for _, _, document in client.get("/api/views/response_times").json()["documents"]]
            timelines = client.get("/api/views/incident_timeline").json()["documents"]
    times = pd.DataFrame({name: pd.to_datetime(log[column], format="%m/%d/%Y %I:%M:%S %p") for name, column in COLUMNS.items()})
    # Five rows never say when the unit was free again: the replay had to end them at a moment of its own, and says so.
    times["left"] = times["transporting"].fillna(times["cleared"])
    report("exit code of the replay (0: accounted for to the last row)", code, "", target="<= 0")
    report("calls", len({row["call"] for row in rows}), "", peer="the file", peer_value=log["Call Number"].nunique(), target="== 1 x peer")
    report("incidents", len(timelines), "", peer="the file", peer_value=log["Incident Number"].nunique(), target="== 1 x peer")
    report("assignments", len(rows), "", peer="the file", peer_value=len(log), target="== 1 x peer")
    differing = 0
    for interval, (start, end) in INTERVALS.items():
        spans = (times[end] - times[start]).dt.total_seconds()
        spans = spans[spans >= 0]
        ours = figures[interval]
        theirs = {"count": float(len(spans)), "mean": float(spans.mean())}
        theirs |= {f"p{int(q * 100)}": float(spans.quantile(q)) for q in (0.5, 0.9, 0.95)}
        wrong = [name for name, value in theirs.items() if abs(ours[name] - value) > SAME_S * max(1.0, abs(value))]
        differing += len(wrong)
        report(f"{interval}: count", ours["count"], "", peer="pandas", peer_value=theirs["count"])
        report(f"{interval}: p90", ours["p90"], "s", peer="pandas", peer_value=theirs["p90"])
    report("figures that differ from pandas (count, mean, p50, p90, p95 of six intervals)", differing, "figures", target="<= 0")
    report("the week replayed in", seconds, "s")
