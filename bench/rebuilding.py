"""A view folded anew from the log: on PostgreSQL, as `drumtower rebuild` does beside the one that is read, and on one machine's disk.

BENCH_FACTS=1500000 measures a whole month of a city; the rate is the same from a fifth of it on.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.month import write_month
from command_ui.garbage import look_at_what_is_new
from projections import CATALOGUE
from projections.incident_board import INCIDENT_BOARD
from streams.audit import verified
from streams.fact_store import FactStore
from streams.postgres import moving
from streams.postgres.fact_store import FactStore as PostgresFactStore
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Projector
from streams.rebuilding import rebuild
from streams.view_store import ViewStore
from tools.bench import Report
from tools.local_postgres import LocalPostgres

FACTS = int(os.environ.get("BENCH_FACTS", "300000"))
MONTH = 1_500_000
UNITS = 2_000


def run(report: Report) -> None:
    # As `drumtower` does.
    look_at_what_is_new()
    with tempfile.TemporaryDirectory(prefix="drumtower-bench-") as name:
        directory = Path(name)
        # PostgreSQL runs under an account of its own, which has to come this far.
        directory.chmod(0o711)
        source = directory / "facts.db"
        write_month(source, facts=FACTS, units=UNITS)
        chained = verified(source)
        facts = FactStore(source)
        with LocalPostgres(directory) as server:
            address = server.make("city")
            moved_s = _seconds(lambda: moving.move(source, address, chained, lambda _position, _end: None))
            moving.finish(source, address, chained, lambda _position, _end: None)
            report("facts moved into PostgreSQL a second", FACTS / moved_s, "1/s")
            far = PostgresFactStore(address)
            for what, projections in (("one view (incident_board)", (INCIDENT_BOARD,)), ("every view", CATALOGUE)):
                near_views = ViewStore(directory / f"views-{len(projections)}.db")
                near_s = _seconds(Projector(facts, near_views, projections, lambda _published: None).catch_up)
                near_views.close()
                far_views = PostgresViewStore(server.make(f"views_{len(projections)}"), publishes=True, rebuilds=True)
                far_s = _seconds(lambda: rebuild(far, far_views, projections, learns=len(projections) > 1))  # noqa: B023 -- called at once
                far_views.close()
                report(
                    f"{what}, folded anew from PostgreSQL into PostgreSQL",
                    facts.last_position / far_s,
                    "facts/s",
                    peer="on one machine's disk",
                    peer_value=facts.last_position / near_s,
                )
                report(f"{what} over a month of a city (1.5 million facts)", MONTH / facts.last_position * far_s, "s")
            far.close()
        facts.close()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
