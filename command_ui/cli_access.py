"""The command line of who may do what on the brokers: the part of `drumtower topics` that is told where the brokers check rights."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from command_ui.settings import SettingIsWrong

if TYPE_CHECKING:
    from streams.kafka.access import Rule
    from streams.kafka.admin import Admin, Wrong

# A line of a file of accounts: a name, and a password without spaces.
LINE = re.compile(r"(?P<account>\S+)\s+(?P<password>\S+)")


def accounts_in(path: Path) -> dict[str, str]:
    """Passwords by account: a line for each, `#` begins a remark. Raises SettingIsWrong."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise SettingIsWrong(f"--accounts: {path} cannot be read: {error.strerror}.") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            # The line may hold a password: it is not repeated.
            raise SettingIsWrong(f"--accounts: line {number} of {path} is not an account and its password, with a space between.")
        found[match["account"]] = match["password"]
    return found


def rights_on(admin: Admin, prefix: str, *, creates: bool, accounts: dict[str, str]) -> list[Wrong]:
    """Make what is missing, where that was asked for, and tell how the rights are: a sentence for each that is wrong."""
    from streams.kafka.access_admin import compared, create_accounts, found_rules, grant, missing_accounts

    found = found_rules(admin)
    if found is None:
        print("The brokers check no rights (they have no authorizer): whoever reaches them may do everything.")
        return []
    created: list[Rule] = []
    if creates:
        if accounts:
            create_accounts(admin, accounts)
        created = grant(admin, prefix)
        found += created
    print_rights(prefix, found=found, created=created)
    # A broker may hear late of an account that was just made.
    missing = [wrong for wrong in missing_accounts(admin, prefix) if wrong.topic not in accounts]
    return [*missing, *compared(prefix, found)]


def print_rights(prefix: str, *, found: Collection[Rule] | None = None, created: Collection[Rule] = ()) -> None:
    """Each role's rights and why it has them; with what was `found` on the brokers, whether they are there."""
    from rich.console import Console
    from rich.table import Table

    from streams.kafka.access import account, rights, rules_of

    table = Table(box=None, pad_edge=False)
    for column in ("account", "may", "on", *(["state"] if found is not None else []), "why"):
        table.add_column(column, no_wrap=column != "why")
    for right in rights(prefix):
        wanted = rules_of(prefix, right)
        cells = []
        if found is not None:
            cells = ["missing" if not set(wanted) <= set(found) else "created" if set(wanted) & set(created) else "right"]
        name = f"{right.kind.lower()} {right.name}{'*' if right.pattern == 'PREFIXED' else ''}"
        table.add_row(account(prefix, right.role), " ".join(right.operations), name, *cells, right.why)
    print()
    # Into a file or a pipe a line is a right, however long.
    Console(width=None if sys.stdout.isatty() else 240).print(table)
