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
        help="copy a data directory into an empty PostgreSQL: log, receipts and chain, keys, accounts; go on where it was cut",
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
        beside = _move_beside(files, settings)
        with bar("comparing") as progress:
            digest = finish(files.facts, settings.store, chained, progress)
    if began:
        print(f"Went on from position {began}.")
    print(f"All {chained.head.position} facts and the receipts of their commands are there, digest {digest.hex()[:DIGEST_SHOWN]}.")
    print(f"The chain holds; its head is {chained.head}")
    print(f"With them {beside[0]} keys of personal data, {beside[1]} entries of accounts, and {beside[2]} of who opened a record.")
    master = settings.master_key or files.keys.with_name("master.key")
    print(f"Every gateway needs the master key: copy {master} to it, and name it in DRUMTOWER_MASTER_KEY.")
    print("Fixes and readings of the last days stay where they are. Facts come to Kafka by `drumtower relay`, views by `drumtower worker`.")
    return 0


def _move_beside(files: Files, settings: Settings) -> tuple[int, int, int]:
    """Keys, accounts and accesses; how many of each."""
    from command_ui.accounts.credential_database import CredentialDatabase
    from streams.postgres.access_rows import PostgresAccesses
    from streams.postgres.keys import PostgresKeys
    from streams.postgres.moving_beside import ACCESSES, ACCOUNTS, KEYS, move_beside

    # Each makes its tables.
    for made in (PostgresKeys(settings.store), CredentialDatabase(settings.store), PostgresAccesses(settings.store)):
        made.close()
    return (
        move_beside(files.keys, settings.store, KEYS),
        move_beside(files.accounts, settings.store, ACCOUNTS),
        move_beside(files.accesses, settings.store, ACCESSES),
    )
