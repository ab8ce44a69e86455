"""A month's statistics, from the rows of the views to the answer: twenty thousand incidents, and as many alarms."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pandas as pd

from bench.month import BEGAN, GROUP, write_month
from command_ui.api.statistics import alarm_figures, performance_at, response_figures, workload_figures
from command_ui.center import Center
from command_ui.settings import Settings
from command_ui.statistics import rows
from command_ui.statistics.rows import Wanted
from domain.alarm import Alarm, alarm_name
from domain.fact import By, Fact
from domain.permissions import Scope
from domain.values import Name
from streams.fact_store import FactStore
from tools.bench import Report

# Some fifteen facts an incident: 667 incidents a day for thirty days, three times Washington's fire service.
FACTS = 300_000
UNITS = 500
ALARMS = 20_000
TRIES = 5
# A reader who has pressed a key waits a second without wondering.
TARGET = "<= 1"


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_month(directory / "facts.db", facts=FACTS, units=UNITS)
        _write_alarms(directory / "facts.db")
        center = Center(Settings(data=directory))
        month = Wanted(since=BEGAN, until=BEGAN + timedelta(days=31))
        end = BEGAN + timedelta(days=30)
        figures = _median(lambda: response_figures(center, month, "incident_type", "hour"))
        report("response times by type and hour, percentiles and targets", figures, "s", target=TARGET)
        report(
            "three of the five intervals by pandas, one percentile, reading the rows as well",
            _median(lambda: _by_pandas(center, month)),
            "s",
        )
        report("calls and workload", _median(lambda: workload_figures(center, month, sees_calls=True)), "s", target=TARGET)
        report("alarm performance", _median(lambda: alarm_figures(center, month, 1)), "s", target=TARGET)
        report("what a wall asks for", _median(lambda: performance_at(center, end, Scope())), "s", target=TARGET)
        center.machine.views.close()
        center.machine.facts.close()


def _write_alarms(path: Path) -> None:
    """Two hundred sensors take turns; each alarm is raised and cleared, a month of them."""
    store = FactStore(path)
    by = By(account="bench")
    pending: list[Fact] = []
    for index in range(ALARMS):
        at = BEGAN + timedelta(days=30) * (index / ALARMS)
        sensor = f"S{index % 200:03d}"
        alarm = Alarm(
            alarm=alarm_name(sensor, "high", at),
            sensor=sensor,
            name=Name(zh=sensor, en=sensor),
            condition="high",
            priority=3,
            value=1.0,
            limit=0.5,
            unit_of_measure="",
            place=None,
            district="heping",
            agency="",
            is_watched=False,
            occurred_at=at,
            by=by,
            timestamp=at,
        )
        alarm.dismiss("bench", by=by, at=at + timedelta(minutes=5))
        pending.extend(cast("list[Fact]", alarm.collect_events()))
        if len(pending) >= GROUP:
            store.save(*pending)
            pending = []
    store.save(*pending)
    store.close()


def _by_pandas(center: Center, month: Wanted) -> None:
    frame = pd.DataFrame(
        [(row.incident_type, row.dispatched_at, row.turnout_s, row.travel_s, row.total_s) for row in rows.responses(center, month)]
    )
    frame.groupby([frame[0], frame[1].dt.hour])[[2, 3, 4]].quantile(0.9)


def _median(work: Callable[[], object]) -> float:
    took = []
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)
