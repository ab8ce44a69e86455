"""The command line of the worker: a process that folds facts from Kafka into the views, one of as many as there are lanes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_ui import garbage
from command_ui.cli_kafka import connection
from command_ui.cli_stores import open_log
from command_ui.ending import stop_on_signals
from command_ui.extras import beyond_one_machine
from command_ui.logs import set_up_logs
from command_ui.settings import Settings
from streams.failures import opening
from streams.stores import Files

if TYPE_CHECKING:
    from streams.kafka.connection import Connection
    from streams.kafka.view_publishing import ViewPublishing
    from streams.views import Views

# Their own lines say nothing that ours do not, and a line for each service that starts or ends.
QUIET = ("aiokafka", "faust", "kafka", "mode")


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The commands of this module."""
    worker = commands.add_parser("worker", help="fold facts from Kafka into the views until told to stop; start as many as you like")
    worker.add_argument(
        "--data", type=Path, help="the data directory with the log and the views (DRUMTOWER_DATA), unless DRUMTOWER_STORE is set"
    )
    worker.add_argument("--name", dest="worker_name", help="its name among the workers (DRUMTOWER_WORKER_NAME)")
    worker.set_defaults(run=_worker)


def _worker(given: argparse.Namespace) -> int:
    settings = Settings.read(data=given.data, worker_name=given.worker_name)
    set_up_logs(settings, settings.worker_name or "worker")
    # Which lanes it holds belongs to what it says, however quiet the rest is.
    logging.getLogger("streams.kafka").setLevel(min(logging.INFO, logging.getLevelName(settings.log_level)))
    logging.getLogger("streams.kafka.transport").setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.ERROR, logging.getLevelName(settings.log_level)))
    garbage.look_at_what_is_new()
    return asyncio.run(_until_stopped(settings))


async def _until_stopped(settings: Settings) -> int:
    with beyond_one_machine():
        from streams.kafka.worker import Worker
    from projections import CATALOGUE

    brokers = connection(settings)
    with open_log(settings) as facts, _opened_views(settings, brokers) as (views, publishing):
        worker = Worker(
            brokers,
            facts,
            views,
            CATALOGUE,
            prefix=settings.topic_prefix,
            lane_count=settings.lanes,
            name=settings.worker_name,
            publishing=publishing,
        )
        stop_on_signals(worker.stop)
        code = await worker.run()
    if worker.failure:
        sys.stderr.write(f"The worker ended: {worker.failure}\n")
    for view, why in worker.stood_still.items():
        sys.stderr.write(f"{view} stood still: {why}\n")
    return code


@contextmanager
def _opened_views(settings: Settings, brokers: Connection) -> Iterator[tuple[Views, ViewPublishing | None]]:
    """The views; in PostgreSQL they have gateways that follow them."""
    if not settings.store:
        from streams.view_store import ViewStore

        with opening(Files(settings.data).views):
            file = ViewStore(Files(settings.data).views)
        with closing(file):
            yield file, None
        return
    from projections import CATALOGUE
    from streams.kafka.view_publishing import ViewPublishing
    from streams.postgres.view_outbox import ViewOutbox
    from streams.postgres.view_store import PostgresViewStore

    with closing(PostgresViewStore(settings.store, publishes=True)) as views:
        names = [projection.name for projection in CATALOGUE]
        publishing = ViewPublishing(brokers, settings.topic_prefix, names, lambda checkpoint_of: ViewOutbox(views, checkpoint_of))
        views.publishing = publishing
        with closing(publishing):
            yield views, publishing
