"""The command line that leads beyond one machine: `move` takes the log of a data directory into PostgreSQL."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from command_ui.cli_progress import bar
from command_ui.extras import beyond_one_machine
from command_ui.settings import SettingIsWrong, Settings
from streams.audit import verified
from streams.failures import StoreUnavailable
from streams.stores import Files

DIGEST_SHOWN = 16


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The command of this module."""
    moving = commands.add_parser(
        "move",
        help="copy the log of a data directory into an empty PostgreSQL, with receipts and chain, and compare; go on where it was cut",
    )
    moving.add_argument("--data", type=Path, help="the data directory (DRUMTOWER_DATA); nothing may serve it meanwhile")
    moving.add_argument("--store", help="the address of the database (DRUMTOWER_STORE); a password on a command line is seen by others")
    moving.set_defaults(run=_move)


def _move(given: argparse.Namespace) -> int:
    from command_ui.serving import served_alone

    settings = Settings.read(data=given.data, store=given.store)
    if not settings.store:
        raise SettingIsWrong("DRUMTOWER_STORE is not set: say where to, such as postgresql://account@host:5432/database.")
    files = Files(settings.data)
    if not files.facts.exists():
        raise StoreUnavailable(f"There is no log in {settings.data}.", f"{settings.data} 中没有日志。")
    with beyond_one_machine():
        from streams.postgres.moving import finish, move
    with served_alone(settings.data):
        with bar("checking the chain") as progress:
            chained = verified(files.facts, progress=progress)
        with bar("copying") as progress:
            began = move(files.facts, settings.store, chained, progress)
        with bar("comparing") as progress:
            digest = finish(files.facts, settings.store, chained, progress)
    if began:
        print(f"Went on from position {began}.")
    print(f"All {chained.head.position} facts and the receipts of their commands are there, digest {digest.hex()[:DIGEST_SHOWN]}.")
    print(f"The chain holds; its head is {chained.head}")
    print(f"The keys of personal data stay in {files.keys}, and are needed as before.")
    return 0
