"""Projecting the log into every view: on PostgreSQL, beside SQLite and the bare fold in memory, in batches as they come from a topic."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.month import write_month
from command_ui.garbage import look_at_what_is_new
from projections import CATALOGUE
from streams import projector
from streams.fact_store import FactStore
from streams.folding import Fold
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Projector
from streams.view_store import ViewStore
from streams.views import Views
from tools.bench import Report
from tools.local_postgres import LocalPostgres

FACTS = int(os.environ.get("BENCH_FACTS", "60000"))
UNITS = 2_000
# A city's burst in one record of a topic; and catching up.
BATCHES = (50, 1_000)


def run(report: Report) -> None:
    look_at_what_is_new()
    with tempfile.TemporaryDirectory(prefix="drumtower-bench-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        write_month(directory / "facts.db", facts=FACTS, units=UNITS)
        facts = FactStore(directory / "facts.db")
        with LocalPostgres(directory) as server:
            for batch in BATCHES:
                bare = _rate(facts, lambda: _bare(facts, batch))  # noqa: B023 -- called at once
                rates = {}
                stores: dict[str, Callable[[], Views]] = {
                    "SQLite": lambda: ViewStore(directory / f"views-{batch}.db"),  # noqa: B023
                    "PostgreSQL": lambda: PostgresViewStore(server.make(f"views_{batch}")),  # noqa: B023
                    "PostgreSQL, with deltas": lambda: PostgresViewStore(server.make(f"deltas_{batch}"), publishes=True),  # noqa: B023
                }
                for store, make in stores.items():
                    views = make()
                    rates[store] = _rate(facts, lambda: _projected(facts, views, batch))  # noqa: B023
                    views.close()
                for store, rate in rates.items():
                    peer, peer_value = ("bare fold in memory", bare) if store == "SQLite" else ("SQLite", rates["SQLite"])
                    report(
                        f"facts projected a second, every view, {store}, batches of {batch:,}",
                        rate,
                        "1/s",
                        peer=peer,
                        peer_value=peer_value,
                    )
                report(f"the bare fold in memory, batches of {batch:,}", bare, "1/s")
        facts.close()


def _projected(facts: FactStore, views: Views, batch: int) -> None:
    before = projector.CATCH_UP_FACTS
    projector.CATCH_UP_FACTS = batch
    Projector(facts, views, CATALOGUE, lambda _published: None).catch_up()
    projector.CATCH_UP_FACTS = before


def _bare(facts: FactStore, size: int) -> None:
    folds = [Fold(projection, lambda _key: None) for projection in CATALOGUE]
    batch = []
    for recorded in facts.facts(0):
        batch.append(recorded)
        if len(batch) >= size:
            for fold in folds:
                fold.keep(fold.evolve(batch))
            batch = []


def _rate(facts: FactStore, work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return facts.last_position / (time.perf_counter() - began)
