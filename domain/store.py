"""What a decision needs from the world: the aggregates that it names, and room for new ones."""

from __future__ import annotations

from typing import Protocol, TypeVar

from domain.fact import Aggregate
from domain.open_work import OpenWork
from domain.permissions import Scope

A = TypeVar("A", bound=Aggregate)


class Store(Protocol):
    """The aggregates of one command. What was got or added is written in one transaction when the decision returns."""

    def get(self, kind: type[A], identifier: str) -> A:
        """The aggregate with that identifier (`unit:E11`); raises UnknownThing where there is none."""
        ...

    def find(self, kind: type[A], identifier: str) -> A | None:
        """The aggregate with that identifier, or None."""
        ...

    def add(self, aggregate: Aggregate) -> None:
        """A new aggregate, to be written with the rest."""
        ...

    def next_number(self, kind: str, day: str) -> int:
        """The next running number of that day for identifiers `kind:DAY-NNNN`, counting those added by this command."""
        ...

    def seal(self, subject: str, text: str) -> str:
        """Personal data, sealed with the key of the subject that it belongs to."""
        ...

    def unseal(self, sealed: str) -> str:
        """What was sealed; raises PersonalDataIsErased where its key was erased."""
        ...

    def erase(self, subject: str) -> None:
        """Destroy the subject's key when the command's facts are on disk."""
        ...

    def open_work(self, scope: Scope) -> OpenWork:
        """What is open within the scope now, as the views show it: what a shift that ends hands over."""
        ...

    def day(self) -> str:
        """Today in the agency's zone, as six digits: `261123`."""
        ...
