"""The command line of the worker: a process that folds facts from Kafka into the views, one of as many as there are lanes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import Any

from command_ui import garbage
from command_ui.cli_kafka import connection
from command_ui.settings import SettingIsWrong, Settings
from streams.failures import opening
from streams.stores import Files

# Their own lines say nothing that ours do not, and a line for each service that starts or ends.
QUIET = ("aiokafka", "faust", "kafka", "mode")


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The commands of this module."""
    worker = commands.add_parser("worker", help="fold facts from Kafka into the views until told to stop; start as many as you like")
    worker.add_argument("--data", type=Path, help="the data directory with the log and the views (DRUMTOWER_DATA)")
    worker.add_argument("--name", dest="worker_name", help="its name among the workers (DRUMTOWER_WORKER_NAME)")
    worker.set_defaults(run=_worker)


def _worker(given: argparse.Namespace) -> int:
    settings = Settings.read(data=given.data, worker_name=given.worker_name)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Which lanes it holds belongs to what it says, however quiet the rest is.
    logging.getLogger("streams.kafka").setLevel(min(logging.INFO, logging.getLevelName(settings.log_level)))
    logging.getLogger("streams.kafka.transport").setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.ERROR, logging.getLevelName(settings.log_level)))
    garbage.look_at_what_is_new()
    return asyncio.run(_until_stopped(settings))


async def _until_stopped(settings: Settings) -> int:
    from projections import CATALOGUE
    from streams.fact_store import FactStore
    from streams.kafka.worker import Worker
    from streams.view_store import ViewStore

    brokers = connection(settings)
    files = Files(settings.data)
    if not files.facts.is_file():
        raise SettingIsWrong(f"There is no log in {settings.data}: set DRUMTOWER_DATA to the directory that `drumtower serve` writes to.")
    with opening(files.facts):
        facts = FactStore(files.facts)
    with opening(files.views):
        views = ViewStore(files.views)
    worker = Worker(brokers, facts, views, CATALOGUE, prefix=settings.topic_prefix, lane_count=settings.lanes, name=settings.worker_name)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, worker.stop)
    try:
        code = await worker.run()
    finally:
        views.close()
        facts.close()
    if worker.failure:
        sys.stderr.write(f"The worker ended: {worker.failure}\n")
    for view, why in worker.stood_still.items():
        sys.stderr.write(f"{view} stood still: {why}\n")
    return code
