"""Projecting the log into every view on disk, beside the bare fold in memory; the city and one incident as of T."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psutil

from bench.month import BEGAN, ZONE, write_month
from command_ui.garbage import look_at_what_is_new
from projections import CATALOGUE
from projections.incident_board import INCIDENT_BOARD
from projections.incident_timeline import INCIDENT_TIMELINE
from projections.unit_status import UNIT_STATUS
from streams.fact_store import FactStore
from streams.folding import Fold
from streams.one_machine import OneMachine
from streams.projector import Projector
from streams.stores import stores_in
from streams.view_store import ViewStore
from tools.bench import Report

# DRUMTOWER_BENCH_FACTS=1500000 measures the whole month; the rate is the same from a fifth of it on.
FACTS = int(os.environ.get("BENCH_FACTS", "300000"))
MONTH = 1_500_000
UNITS = 2_000
BATCH = 5_000


def run(report: Report) -> None:
    # As the server's process does.
    look_at_what_is_new()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_month(directory / "facts.db", facts=FACTS, units=UNITS)
        facts = FactStore(directory / "facts.db")
        end = facts.last_position
        bare = end / _seconds(lambda: _bare(facts))
        views = ViewStore(directory / "views.db")
        projector = Projector(facts, views, CATALOGUE, lambda _published: None)
        projected = end / _seconds(projector.catch_up)
        report(
            "facts projected a second, every view, on disk",
            projected,
            "1/s",
            peer="bare fold in memory",
            peer_value=bare,
            target=">= 0.333 x peer",
        )
        report("a month of a city (1.5 million facts) rebuilt in", MONTH / projected, "s")
        views.close()
        facts.close()
        _look_back(report, directory)


def _bare(facts: FactStore) -> None:
    folds = [Fold(projection, lambda _key: None) for projection in CATALOGUE]
    batch = []
    for recorded in facts.facts(0):
        batch.append(recorded)
        if len(batch) >= BATCH:
            for fold in folds:
                fold.keep(fold.evolve(batch))
            batch = []


def _look_back(report: Report, directory: Path) -> None:
    machine = OneMachine(stores_in(directory), CATALOGUE, zone=ZONE)
    random.seed(2)
    span = timedelta(days=28) * min(1.0, FACTS / MONTH) if FACTS < MONTH else timedelta(days=28)
    moments = [BEGAN + span * random.random() for _ in range(9)]
    city = []
    for moment in moments:
        began = time.perf_counter()
        for projection in (INCIDENT_BOARD, UNIT_STATUS):
            epoch = machine.projector.running[projection.name].checkpoint.epoch
            machine.replay.view_as_of(projection, epoch, moment, "recorded")
        city.append(time.perf_counter() - began)
    report("the city (incidents and units) as of T, median", statistics.median(city), "s")
    report("the city (incidents and units) as of T, worst of nine", max(city), "s", target="<= 1")
    one = []
    for moment in moments:
        epoch = machine.projector.running["incident_board"].checkpoint.epoch
        board = machine.replay.view_as_of(INCIDENT_BOARD, epoch, moment, "recorded")[1]
        for number in list(board)[:5]:
            began = time.perf_counter()
            found = machine.replay.document_as_of(INCIDENT_TIMELINE, machine.incident_positions(number), number, moment, "recorded")
            one.append(time.perf_counter() - began)
            assert found is not None, number
    report("one incident as of T, worst", max(one) * 1000, "ms", target="<= 50")
    report("memory of the process", psutil.Process().memory_info().rss / 2**20, "MiB")
    machine.views.close()
    machine.facts.close()


def _seconds(work) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001 -- a call without arguments
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
