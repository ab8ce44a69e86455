"""The command line of what the pipes between servers and processes are secured with: an authority, certificates, passwords, settings."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from command_ui.extras import beyond_one_machine
from command_ui.settings import SettingIsWrong, Settings


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The command of this module."""
    pipes = commands.add_parser(
        "pipes", help="an authority, and for each server and process a folder with its key or its passwords, for TLS and SCRAM between them"
    )
    pipes.add_argument("directory", type=Path, help="where the folders are; run again it keeps passwords and renews what is about to end")
    pipes.add_argument(
        "--check", action="store_true", help="only tell until when the certificates are valid; exit code 1 where one ends soon"
    )
    pipes.add_argument(
        "--broker", action="append", metavar="HOST", help="a Kafka broker's name to the others; kafka-1, kafka-2 and kafka-3"
    )
    pipes.add_argument("--postgres", default="postgres", metavar="HOST", help="PostgreSQL's name to the others (%(default)s)")
    pipes.add_argument(
        "--seen-at", type=Path, default=Path("/pipes"), metavar="DIR", help="where each server finds its folder (%(default)s)"
    )
    pipes.set_defaults(run=_pipes)


def _pipes(given: argparse.Namespace) -> int:
    # A command is one moment: this is its clock.
    now = datetime.now(UTC)  # noqa: TID251
    prefix = Settings.read().topic_prefix
    with beyond_one_machine():
        from streams.kafka.access import account
        from streams.pipes.certificates import told
        from streams.pipes.installation import PROCESSES, SERVER, Installation, equip
        from streams.postgres.roles import name_of
    if given.check:
        files = [given.directory / "authority" / "ca.pem", *sorted(given.directory.glob(f"*/{SERVER}"))]
        if not files[0].is_file():
            raise SettingIsWrong(f"There is no authority in {given.directory}: `drumtower pipes {given.directory}` makes one.")
        sentences = told(files, now=now)
    else:
        sentences = equip(
            given.directory,
            Installation(
                brokers=given.broker or ("kafka-1", "kafka-2", "kafka-3"),
                postgres=given.postgres,
                kafka_accounts={process: account(prefix, process) for process in PROCESSES},
                postgres_roles={process: name_of(process) for process in PROCESSES},
                seen_at=given.seen_at,
            ),
            now=now,
        )
    for sentence in sentences:
        print(sentence.en)
    return 1 if given.check and any(sentence.is_ending for sentence in sentences) else 0
