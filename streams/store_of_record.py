"""The store of record as the rest of the program knows it: facts in the order in which they were accepted, and the receipts of commands.

`streams.fact_store` keeps it in a file of SQLite, `streams.postgres.fact_store` in PostgreSQL. Both promise the same: positions count from
1 without gaps, facts and the receipts of their commands are on disk together before they are answered, each fact is bound to the one before
it (`streams.chain`), and who reads on from a position never passes a fact over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.fact import Fact
from projections.projection import Recorded
from streams.chain import Head

# One read of the log: large enough to amortise the query, small enough to keep a reader's memory flat.
READ_FACTS = 2_000

ReceiptRow = tuple[str, bytes, int, str, bytes]
"""A receipt on its way: key, digest, index of its last fact in the transaction (-1 without), recorded_at, reply."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an idempotency key was answered with, kept in the transaction of its facts."""

    key: str
    digest: bytes
    position: int
    recorded_at: datetime
    reply: bytes


class StoreOfRecord(Protocol):
    """From any thread. Where it cannot be reached or written: PersistenceError, or a StreamFailure with its sentence."""

    def append(self, facts: Sequence[Fact], receipts: Sequence[ReceiptRow]) -> Sequence[int]:
        """The positions of the facts, which are on disk with the receipts of their commands.

        Raises IntegrityError where another has written to the same aggregates or under the same keys, and ChainIsBroken where what this
        process has written is not there any more.
        """
        ...

    def in_turn(self) -> AbstractContextManager[None]:
        """For who was overtaken: where the store can, other processes do not write while this lasts, and wait."""
        ...

    @property
    def last_position(self) -> int:
        """The position of the newest fact, 0 in an empty log."""
        ...

    @property
    def head(self) -> Head:
        """Where the chain over the log stands."""
        ...

    @property
    def witnessed_since(self) -> int:
        """The position from which facts were hashed as they were written; those before it were hashed by an upgrade."""
        ...

    def facts(self, after: int, until: int | None = None) -> Iterator[Recorded]:
        """Facts in the order of the log, from the one after position `after` to `until`."""
        ...

    def facts_at(self, positions: Sequence[int]) -> list[Recorded]:
        """The facts at these positions, in their order."""
        ...

    def facts_of(self, identifier: str, after_version: int = 0) -> list[Fact]:
        """The facts of one aggregate, oldest first."""
        ...

    def stream(self, identifier: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """The facts of one aggregate whose positions lie in (`after`, `until`], in the order of the log."""
        ...

    def streams(self, prefix: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """The same of all aggregates whose identifiers begin with `prefix`, which ends with a slash."""
        ...

    def positions_of(self, identifiers: Sequence[str]) -> list[int]:
        """The positions of every fact of these aggregates, in the order of the log."""
        ...

    def positions_under(self, prefix: str) -> list[int]:
        """The same of all aggregates whose identifiers begin with `prefix`, which ends with a slash."""
        ...

    def places(self, identifier: str, after: int, before: int) -> list[tuple[int, str]]:
        """Position and topic of the facts of one aggregate between two positions."""
        ...

    def moment_around(self, position: int) -> list[Recorded]:
        """The fact at a position, with all before and behind it that were recorded at the same moment: those of its command, at least."""
        ...

    def first_position(self, identifier: str) -> int:
        """The position of the fact that began the aggregate; 0 where there is none."""
        ...

    def position_at(self, moment: datetime) -> int:
        """The position of the newest fact recorded at or before `moment`; 0 before the first. Recorded times never go back."""
        ...

    def last_number(self, prefix: str) -> int:
        """The highest running number among identifiers `PREFIX-NNNN`, 0 where there is none."""
        ...

    def receipts(self, keys: Sequence[str]) -> dict[str, Receipt]:
        """What those of the keys were answered with that came before."""
        ...

    def close(self) -> None:
        """Give the file or the connections back."""
        ...


def end_of(prefix: str) -> str:
    """The first text behind all that begin with `prefix`, which ends with a slash."""
    assert prefix.endswith("/"), f"{prefix} must end with a slash: what follows it in the order of identifiers is the end."
    return f"{prefix[:-1]}0"


def moment_around(facts: StoreOfRecord, position: int) -> list[Recorded]:
    """As `StoreOfRecord.moment_around` promises, of any store."""
    [middle] = facts.facts_at([position])
    found = [middle]
    for step in (-1, 1):
        at = position + step
        while (beside := facts.facts_at([at])) and beside[0].fact.timestamp == middle.fact.timestamp:
            found += beside
            at += step
    return sorted(found, key=lambda recorded: recorded.position)
