"""Who can administer now: one aggregate over all accounts, so that one administrator always remains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain.account_refusals import LastAdministrator
from domain.fact import Aggregate, By, FirstFact


class Roster(Aggregate):
    """Which persons can administer now; identified as `roster:administrators`.

    «One administrator always remains» is a rule over all accounts, and a decision sees only the aggregates that it names. A count taken
    from a view would be late by a commit: two administrators who disable each other in the same moment would both succeed. This
    aggregate is written in the transaction of the account's own fact, so that one of the two meets its version check.
    """

    TOPIC = "roster"

    class Event(Aggregate.Event):
        """The base of the roster's events."""

    @dataclass(frozen=True)
    class Opened(FirstFact):
        """The first administrator."""

        TOPIC = "roster.opened"
        account: str

    @dataclass(frozen=True)
    class AdministratorJoined(Event):
        """One more person can administer."""

        TOPIC = "roster.administrator_joined"
        account: str

    @dataclass(frozen=True)
    class AdministratorLeft(Event):
        """One person fewer can."""

        TOPIC = "roster.administrator_left"
        account: str

    @event(Opened)
    def __init__(self, account: str, by: By, timestamp: datetime) -> None:
        self.administrators = {account}

    @staticmethod
    def create_id() -> str:
        """There is one roster."""
        return "roster:administrators"

    def join(self, account: str, *, by: By, at: datetime) -> None:
        """Who is on it already stays."""
        if account not in self.administrators:
            self._administrator_joined(account=account, by=by, timestamp=at)

    def require_another(self, account: str, act: str, act_zh: str) -> None:
        """Refuses where this account is the last one."""
        if self.administrators == {account}:
            raise LastAdministrator(account=account, act=act, act_zh=act_zh)

    def leave(self, account: str, *, by: By, at: datetime) -> None:
        """Who is not on it need not leave; the last one cannot."""
        if account in self.administrators:
            self.require_another(account, "leave the roster", "退出管理员名册")
            self._administrator_left(account=account, by=by, timestamp=at)

    @event(AdministratorJoined)
    def _administrator_joined(self, account: str, by: By, timestamp: datetime) -> None:
        self.administrators.add(account)

    @event(AdministratorLeft)
    def _administrator_left(self, account: str, by: By, timestamp: datetime) -> None:
        self.administrators.discard(account)
