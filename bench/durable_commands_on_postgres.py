"""Durable commands a second, and reading the log, with the store of record on a real PostgreSQL beside the one on SQLite."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from command_ui.garbage import look_at_what_is_new
from domain import commands as ask
from domain.decisions import DECISIONS
from streams.fact_store import FactStore
from streams.one_machine import OneMachine
from streams.postgres.fact_store import FactStore as PostgresFactStore
from streams.store_of_record import StoreOfRecord
from streams.stores import stores_in
from tools.bench import Report
from tools.local_postgres import LocalPostgres, programs

COMMANDS = 3_000
ROUNDS = 3
READ_ROUNDS = 3
# One operator who waits for each answer, and what arrives together in a busy second.
UNDER_WAY = (1, 64, 256)


def run(report: Report) -> None:
    if programs() is None:
        print("PostgreSQL is not installed: tools/need postgresql says what to do.")
        return
    # As the server's process does.
    look_at_what_is_new()
    with tempfile.TemporaryDirectory(prefix="drumtower-postgres-") as directory:
        Path(directory).chmod(0o711)
        with LocalPostgres(Path(directory)) as server:
            _compare(report, server)


def _compare(report: Report, server: LocalPostgres) -> None:
    read: dict[str, list[float]] = {"postgres": [], "sqlite": []}
    for at_once in UNDER_WAY:
        written: dict[str, list[float]] = {"postgres": [], "sqlite": []}
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory() as directory:
                address = server.make(f"bench_{at_once}_{number}")
                file = Path(directory) / "facts.db"
                # Taken in turns: a machine that other work slows down slows both.
                stores: tuple[tuple[str, Callable[[], StoreOfRecord]], ...] = (
                    ("postgres", partial(PostgresFactStore, address)),
                    ("sqlite", partial(FactStore, file)),
                )
                for name, opened in stores:
                    rate, facts = _commands(Path(directory), opened, at_once)
                    written[name].append(rate)
                    read[name].append(facts)
                server.drop(f"bench_{at_once}_{number}")
        ours, peer = statistics.median(written["postgres"]), statistics.median(written["sqlite"])
        report(f"commands a second on PostgreSQL, {at_once} under way", ours, "1/s", peer="the same on SQLite", peer_value=peer)
    ours, peer = statistics.median(read["postgres"]), statistics.median(read["sqlite"])
    report("facts a second read from the log on PostgreSQL", ours, "1/s", peer="the same on SQLite", peer_value=peer)


def _commands(directory: Path, opened: Callable[[], StoreOfRecord], at_once: int) -> tuple[float, float]:
    facts = opened()
    machine = OneMachine(stores_in(directory, facts=facts), (), zone=ZoneInfo("Asia/Shanghai"))
    machine.start()
    define = ask.DefineIncidentType(incident_type="fire", zh="火", en="Fire", category="accident", priority=1)
    machine.submit(DECISIONS["define_incident_type"], define, account="bench", key="bench-type").result()
    command = ask.OpenIncident(incident_type="fire", place=ask.Place(lon=117.2, lat=39.1), address="南京路148号")
    commands = COMMANDS if at_once > 1 else COMMANDS // 5
    began = time.perf_counter()
    under_way = []
    for index in range(commands):
        under_way.append(machine.submit(DECISIONS["open_incident"], command, account="bench", key=f"bench-{index:08d}"))
        if len(under_way) >= at_once:
            under_way.pop(0).result()
    for waiting in under_way:
        waiting.result()
    written = commands / (time.perf_counter() - began)
    reading = [_read(facts) for _ in range(READ_ROUNDS)]
    machine.stop()
    return written, max(reading)


def _read(facts: StoreOfRecord) -> float:
    began = time.perf_counter()
    count = sum(1 for _ in facts.facts(0))
    return count / (time.perf_counter() - began)
