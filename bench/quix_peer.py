"""The peer: PyPI's Quix Streams, which folds the same records with the same fold into the same kind of store.

`python -m bench.quix_peer SERVERS PREFIX FACTS VIEWS`, in an environment that has it, prints seconds and seconds of processor time, from
the first record to the last. Its sink is given what came since the last checkpoint, as its own sinks for databases are: that is Quix's way
to write many records together.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from quixstreams import Application
from quixstreams.sinks import BatchingSink

from command_ui.garbage import look_at_what_is_new
from projections import CATALOGUE
from streams.fact_store import FactStore
from streams.kafka import topics, worker
from streams.kafka.lanes import Lanes
from streams.kafka.records import Record
from streams.view_store import ViewStore

QUIET_S = 5.0


class Folding(BatchingSink):  # type: ignore[misc]
    """Folds what came since the last checkpoint; `spent` is there at the end."""

    def __init__(self, lanes: Lanes, end: int) -> None:
        super().__init__()
        self.spent: tuple[float, float] | None = None
        self._lanes = lanes
        self._end = end
        self._began: tuple[float, float] | None = None

    def add(self, **record: Any) -> None:  # noqa: ANN401 -- Quix's own
        """One record."""
        if self._began is None:
            self._began = time.perf_counter(), time.process_time()
        super().add(**record)

    def write(self, batch: Any) -> None:  # noqa: ANN401 -- Quix's own
        """Those of one partition."""
        self._lanes.held[batch.partition].fold([(Record(each.key, each.value, tuple(each.headers or ())), "") for each in batch])
        if self._began is not None and all(lane.position >= self._end for lane in self._lanes.held.values()):
            self.spent = time.perf_counter() - self._began[0], time.process_time() - self._began[1]


def main(servers: str, prefix: str, facts: Path, views: Path) -> None:
    """Fold every record of the lanes."""
    look_at_what_is_new()
    log = FactStore(facts)
    lanes = Lanes(log, ViewStore(views), CATALOGUE, topics.LANES)
    lanes.take(range(topics.LANES))
    folding = Folding(lanes, log.last_position)

    application = Application(
        servers,
        consumer_group=f"quix-{time.monotonic_ns()}",
        auto_offset_reset="earliest",
        commit_every=worker.FOLD_RECORDS,
        commit_interval=0.1,
        consumer_poll_timeout=0.1,
        auto_create_topics=False,
        loglevel="ERROR",
    )
    frame = application.dataframe(application.topic(topics.lanes(prefix), key_deserializer="bytes", value_deserializer="bytes"))
    frame.sink(folding)
    # It ends when so long nothing more has come, which is not measured.
    application.run(timeout=QUIET_S)
    if folding.spent is None:
        raise RuntimeError(f"The views stand at {[lane.position for lane in lanes.held.values()]} and not at {log.last_position}.")
    print(json.dumps(folding.spent))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
