"""The command line of PostgreSQL's roles: one for each process, with the rights that its work needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from command_ui.cli_access import accounts_in
from command_ui.extras import beyond_one_machine
from command_ui.settings import SettingIsWrong, Settings


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The command of this module."""
    roles = commands.add_parser(
        "roles", help="the tables in PostgreSQL, and a role for each process with its least rights; DRUMTOWER_STORE is their owner's"
    )
    what = roles.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--create", action="store_true", help="bring the tables up to date, make the roles that are missing, set their rights"
    )
    what.add_argument("--check", action="store_true", help="compare the rights with what they must be; exit code 1 where anything is wrong")
    roles.add_argument("--accounts", type=Path, metavar="FILE", help="with --create: their passwords, a line «role password» for each")
    roles.set_defaults(run=_roles)


def _roles(given: argparse.Namespace) -> int:
    settings = Settings.read()
    if not settings.store:
        raise SettingIsWrong(
            "DRUMTOWER_STORE is not set: give the address of the tables' owner, such as postgresql://owner@host:5432/database."
        )
    if given.accounts is not None and not given.create:
        raise SettingIsWrong("--accounts sets passwords: it goes with --create.")
    passwords = accounts_in(given.accounts) if given.accounts is not None else {}
    with beyond_one_machine():
        from command_ui.accounts.credential_database import STEPS
        from streams.postgres.parts import PARTS
        from streams.postgres.roles import ROLES, check, create, name_of
    names = list(map(name_of, ROLES))
    for name in passwords:
        if name not in names:
            raise SettingIsWrong(f"--accounts: there is no role {name}; they are {', '.join(names)}.")
    wrongs = create(settings.store, {**PARTS, "accounts": STEPS}, passwords) if given.create else check(settings.store)
    for name in names:
        print(f"{name:20} {'wrong' if any(wrong.role == name for wrong in wrongs) else 'right'}")
    for wrong in wrongs:
        print(wrong.en)
    return 1 if wrongs else 0
