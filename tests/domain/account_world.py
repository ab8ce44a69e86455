"""A world of accounts in memory, and its directory folded from the facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import account_decisions
from domain.account import Role
from domain.account_commands import AccountCommand, CreateAccount
from domain.decisions import command_name
from domain.fact import By
from projections.account_directory import ACCOUNT_DIRECTORY, AccountDirectory
from tests.domain.alarm_world import AlarmWorld, at


class AccountWorld(AlarmWorld):
    """The same store, for commands on accounts. Agency `fire` and district `heping` are there."""

    def __init__(self) -> None:
        super().__init__()
        self.has_agency("fire")
        self.has_district("heping")

    def do(self, command: AccountCommand, *, now: float = 0, account: str = "admin", key: str = "") -> dict[str, Any]:  # type: ignore[override]
        """Decide one command."""
        decide: Callable[..., dict[str, Any]] = getattr(account_decisions, command_name(type(command)))
        try:
            result = decide(command, self, by=By(account=account, seat="1", cause=key), at=at(now))
            self.accept()
        finally:
            self._touched.clear()
        return result

    def directory(self) -> dict[str, AccountDirectory]:
        """The view, folded from the first fact."""
        found: dict[str, AccountDirectory] = {}
        for recorded in self.log:
            if isinstance(recorded.fact, ACCOUNT_DIRECTORY.facts):
                for key in ACCOUNT_DIRECTORY.keys(recorded.fact):
                    found[key] = ACCOUNT_DIRECTORY.evolve(found.get(key), recorded)
        return found


def person(account: str, *roles: Role, **more: tuple[str, ...] | str) -> CreateAccount:
    """An account for somebody."""
    return CreateAccount(account=account, zh="周凯", en="Zhou Kai", roles=roles or ("dispatcher",), **more)  # type: ignore[arg-type]
