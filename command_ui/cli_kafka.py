"""The command line beyond one machine: the topics as they must be, and the relay that publishes the log to them."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_ui.cli_access import accounts_in, print_rights, rights_on
from command_ui.cli_stores import open_log
from command_ui.ending import stop_on_signals
from command_ui.extras import beyond_one_machine
from command_ui.logs import set_up_logs
from command_ui.settings import SettingIsWrong, Settings
from streams.stores import Files

if TYPE_CHECKING:
    from streams.kafka.admin import Wrong
    from streams.kafka.connection import Connection
    from streams.kafka.relay_state import RelayStore
    from streams.kafka.topics import Topic

# A broker hears of a new topic within a second, and a busy one in some.
HEARD_S = 15.0


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The commands of this module."""
    topics = commands.add_parser(
        "topics", help="the Kafka topics, what each is for, who may do what with them, and whether all that is as it must be"
    )
    what = topics.add_mutually_exclusive_group()
    what.add_argument("--create", action="store_true", help="create topics and rights that are missing, then check")
    what.add_argument("--check", action="store_true", help="compare them with what is on the brokers; exit code 1 where anything is wrong")
    topics.add_argument(
        "--accounts",
        type=Path,
        metavar="FILE",
        help="with --create: make these accounts at the brokers, a line «account password» for each",
    )
    topics.set_defaults(run=_topics)

    relay = commands.add_parser("relay", help="publish the log to the Kafka topics until told to stop")
    relay.add_argument("--data", type=Path, help="the data directory with the log (DRUMTOWER_DATA), unless DRUMTOWER_STORE is set")
    relay.set_defaults(run=_relay)


def connection(settings: Settings) -> Connection:
    """Where the brokers are. Raises SettingIsWrong where none is named."""
    with beyond_one_machine():
        from streams.kafka.connection import Connection

    if not settings.brokers:
        raise SettingIsWrong("DRUMTOWER_BROKERS is empty: name the Kafka brokers, such as kafka-1:9092,kafka-2:9092,kafka-3:9092.")
    if settings.kafka_ca is not None and not settings.kafka_ca.is_file():
        raise SettingIsWrong(f"DRUMTOWER_KAFKA_CA is {str(settings.kafka_ca)!r}, where there is no file.")
    return Connection(brokers=settings.brokers, account=settings.kafka_account, password=settings.kafka_password, ca=settings.kafka_ca)


def wanted(settings: Settings, brokers: int) -> tuple[Topic, ...]:
    """Every topic of this installation."""
    from projections import CATALOGUE
    from streams.kafka.topics import every_topic

    return every_topic(
        settings.topic_prefix,
        (projection.name for projection in CATALOGUE),
        # One that is down now is one of them all the same.
        brokers=max(brokers, len(settings.brokers)),
        lane_count=settings.lanes,
        telemetry_days=settings.telemetry_days,
    )


def _topics(given: argparse.Namespace) -> int:
    settings = Settings.read()
    if given.accounts is not None and not given.create:
        raise SettingIsWrong("--accounts makes accounts: it goes with --create.")
    accounts = accounts_in(given.accounts) if given.accounts is not None else {}
    if not given.create and not given.check:
        _print_table(wanted(settings, 0), {})
        print_rights(settings.topic_prefix)
        return 0
    with beyond_one_machine():
        from streams.kafka.admin import administering

    _quiet_libraries()
    with administering(connection(settings)) as admin:
        topics = wanted(settings, admin.brokers())
        created = {topic.name for topic in admin.create(topics)} if given.create else set()
        wrongs = admin.check(topics, patience_s=HEARD_S if given.create else 0.0)
        faults = {wrong.topic for wrong in wrongs}
        _print_table(
            topics, {topic.name: "wrong" if topic.name in faults else "created" if topic.name in created else "right" for topic in topics}
        )
        wrongs += rights_on(admin, settings.topic_prefix, creates=given.create, accounts=accounts)
    _print_wrongs(wrongs)
    return 1 if wrongs else 0


def _print_table(topics: Sequence[Topic], states: dict[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    columns = ("topic", "partitions", "copies", "in sync", "cleanup", "kept", "record MB", *(["state"] if states else []), "why")
    for column in columns:
        table.add_column(column, no_wrap=column != "why", justify="right" if column in {"partitions", "copies", "in sync"} else "left")
    for topic in topics:
        days = topic.retention_days
        table.add_row(
            topic.name,
            str(topic.partitions),
            str(topic.replication),
            f">= {topic.in_sync_min}",
            topic.cleanup,
            "for ever" if days is None else f"{days:g} days",
            f"{topic.record_bytes_max / 1_048_576:g}",
            *([states[topic.name]] if states else []),
            topic.why,
        )
    # Into a file or a pipe a line is a topic, however long.
    Console(width=None if sys.stdout.isatty() else 240).print(table)


def _print_wrongs(wrongs: Sequence[Wrong]) -> None:
    for wrong in wrongs:
        print(wrong.en)


def _relay(given: argparse.Namespace) -> int:
    settings = Settings.read(data=given.data)
    set_up_logs(settings, "relay")
    # How far it is belongs to what it says, however quiet the rest is.
    logging.getLogger("streams.kafka").setLevel(min(logging.INFO, logging.getLevelName(settings.log_level)))
    _quiet_libraries()
    return asyncio.run(_relay_until_stopped(settings))


async def _relay_until_stopped(settings: Settings) -> int:
    with beyond_one_machine():
        from streams.kafka.relay import Relay

    brokers = connection(settings)
    stopping = asyncio.Event()
    stop_on_signals(stopping.set)
    with open_log(settings) as facts, closing(_kept_by_relay(settings)) as kept:
        relay = Relay(facts, brokers, kept, prefix=settings.topic_prefix, lane_count=settings.lanes)
        await relay.run(stopping)
    print(f"Stopped; published up to position {relay.progress.position} of {relay.progress.end}.")
    return 0


def _kept_by_relay(settings: Settings) -> RelayStore:
    """Beside the events, wherever those are."""
    if settings.store:
        from streams.postgres.relay_store import PostgresRelayStore

        return PostgresRelayStore(settings.store, settings.topic_prefix)
    from streams.kafka.relay_state import RelayFile

    return RelayFile(Files(settings.data).directory / "relay.db", settings.topic_prefix)


def _quiet_libraries() -> None:
    """What the clients' libraries would say at every attempt; what counts is said in our own sentences."""
    for name in ("kafka", "aiokafka"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
