"""Durable commands a second, beside the same rows into plain SQLite with the same durability."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from command_ui.garbage import look_at_what_is_new
from domain import commands as ask
from domain.decisions import DECISIONS
from projections import CATALOGUE
from streams.fact_store import FactStore
from streams.one_machine import OneMachine
from streams.stores import stores_in
from tools.bench import Report

COMMANDS = 4_000
ROUNDS = 3
# What arrives together in a busy second: clients wait for their answers, so that so many are under way at once.
AT_ONCE = 64


def run(report: Report) -> None:
    # As the server's process does.
    look_at_what_is_new()
    ours, plain, grouped = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as directory:
            rate, rows = _ours(Path(directory))
            ours.append(rate)
            plain.append(_plain(Path(directory) / "plain.db", rows, at_once=1))
            grouped.append(_plain(Path(directory) / "grouped.db", rows, at_once=AT_ONCE))
    median = statistics.median
    report(
        "commands a second, 64 under way",
        median(ours),
        "1/s",
        peer="plain SQLite, FULL, a commit each",
        peer_value=median(plain),
        target=">= 0.5 x peer",
    )
    report("the same beside a commit for 64", median(ours), "1/s", peer="plain SQLite, FULL, a commit for 64", peer_value=median(grouped))


def _ours(directory: Path) -> tuple[float, list[list[tuple[str, int, str, bytes]]]]:
    machine = OneMachine(stores_in(directory), CATALOGUE, zone=ZoneInfo("Asia/Shanghai"))
    machine.start()
    define = ask.DefineIncidentType(incident_type="fire", zh="火", en="Fire", category="accident", priority=1)
    machine.submit(DECISIONS["define_incident_type"], define, account="bench", key="bench-type").result()
    command = ask.OpenIncident(incident_type="fire", place=ask.Place(lon=117.2, lat=39.1), address="南京路148号")
    start = machine.facts.last_position
    began = time.perf_counter()
    under_way = []
    for index in range(COMMANDS):
        under_way.append(machine.submit(DECISIONS["open_incident"], command, account="bench", key=f"bench-{index:08d}"))
        if len(under_way) >= AT_ONCE:
            under_way.pop(0).result()
    for waiting in under_way:
        waiting.result()
    spent = time.perf_counter() - began
    rows = _rows(machine, start)
    machine.stop()
    return COMMANDS / spent, rows


def _rows(machine: OneMachine, start: int) -> list[list[tuple[str, int, str, bytes]]]:
    assert isinstance(machine.facts, FactStore), "The machine's own store is on SQLite."
    with machine.facts.reading() as connection:
        found = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events WHERE rowid > ? ORDER BY rowid", (start,)
        )
        return [[row] for row in found]


def _plain(path: Path, commands: list[list[tuple[str, int, str, bytes]]], *, at_once: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE events (id TEXT, version INTEGER, topic TEXT, state BLOB, PRIMARY KEY (id, version))")
    began = time.perf_counter()
    for start in range(0, len(commands), at_once):
        connection.execute("BEGIN")
        for rows in commands[start : start + at_once]:
            connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    spent = time.perf_counter() - began
    connection.close()
    return len(commands) / spent
