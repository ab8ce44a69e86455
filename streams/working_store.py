"""The aggregates that the writer works on: an identity map over the fact store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from domain.fact import Aggregate, Fact
from domain.open_work import OpenWork
from domain.permissions import Scope
from domain.refusals import UnknownThing
from domain.store import A
from streams.store_of_record import StoreOfRecord

# A position that no log has: where it stands is not known.
UNKNOWN = -1
# A city's open incidents, its units and their assignments, twice over; beyond it the least used are read again from the log.
AGGREGATES_MAX = 50_000


class Seals(Protocol):
    """What the vault offers."""

    def seal(self, subject: str, text: str, *, is_deferred: bool = False) -> str:
        """Sealed text; deferred, its key is on disk after the next `flush` only."""
        ...

    def flush(self) -> None:
        """Put the keys of what was sealed on disk."""
        ...

    def open(self, sealed: str) -> str:
        """The text that was sealed."""
        ...

    def erase(self, subject: str) -> None:
        """Destroy the subject's key."""
        ...


def _nothing(_scope: Scope) -> OpenWork:
    """A store without views has no open work to show."""
    return OpenWork(position=0, items=(), left_out=0)


class WorkingStore:
    """Implements `domain.store.Store` for one writer. Not for several threads."""

    def __init__(
        self,
        facts: StoreOfRecord,
        seals: Seals,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        open_work: Callable[[Scope], OpenWork] = _nothing,
    ) -> None:
        self._facts = facts
        self._seals = seals
        self._zone = zone
        self._now = now
        self._open_work = open_work
        self._known: OrderedDict[str, Aggregate] = OrderedDict()
        # Everything known here is as it was at this position or later.
        self._position = facts.last_position
        self._numbers: dict[str, int] = {}
        self._touched: dict[str, Aggregate] = {}
        self._erasures: list[str] = []
        self._accepted_numbers: dict[str, int] = {}
        self._accepted_erasures: list[str] = []

    def get(self, kind: type[A], identifier: str) -> A:
        """As promised by `domain.store.Store`."""
        aggregate = self.find(kind, identifier)
        if aggregate is None:
            what, _, name = identifier.partition(":")
            raise UnknownThing(kind=what, name=name)
        return aggregate

    def find(self, kind: type[A], identifier: str) -> A | None:
        """As promised by `domain.store.Store`."""
        aggregate = self._touched.get(identifier) or self._known.get(identifier) or self._load(identifier)
        if aggregate is None:
            return None
        assert isinstance(aggregate, kind), f"{identifier} is a {type(aggregate).__name__}, not a {kind.__name__}."
        self._touched[identifier] = aggregate
        return aggregate

    def add(self, aggregate: Aggregate) -> None:
        """As promised by `domain.store.Store`."""
        self._touched[aggregate.id] = aggregate

    def next_number(self, kind: str, day: str) -> int:
        """As promised by `domain.store.Store`."""
        prefix = f"{kind}{day}"
        if prefix not in self._numbers:
            self._numbers = {prefix: number for prefix, number in self._numbers.items() if prefix.endswith(day)}
            self._numbers[prefix] = self._facts.last_number(prefix)
        self._numbers[prefix] += 1
        return self._numbers[prefix]

    def seal(self, subject: str, text: str) -> str:
        """As promised by `domain.store.Store`."""
        return self._seals.seal(subject, text, is_deferred=True)

    def unseal(self, sealed: str) -> str:
        """As promised by `domain.store.Store`."""
        return self._seals.open(sealed)

    def erase(self, subject: str) -> None:
        """As promised by `domain.store.Store`."""
        self._erasures.append(subject)

    def open_work(self, scope: Scope) -> OpenWork:
        """As promised by `domain.store.Store`."""
        return self._open_work(scope)

    def day(self) -> str:
        """As promised by `domain.store.Store`."""
        return self._now().astimezone(self._zone).strftime("%y%m%d")

    def accept(self) -> list[Fact]:
        """The facts of the command that has just been decided.

        Incidents come last: an incident is closed after its assignments ended, though it was looked at first.
        """
        facts: list[Fact] = []
        for identifier, aggregate in sorted(self._touched.items(), key=lambda item: item[0].startswith("incident:")):
            facts.extend(cast("Sequence[Fact]", aggregate.collect_events()))
            self._known[identifier] = aggregate
            self._known.move_to_end(identifier)
        self._touched.clear()
        self._accepted_numbers = dict(self._numbers)
        self._accepted_erasures = list(self._erasures)
        while len(self._known) > AGGREGATES_MAX:
            self._known.popitem(last=False)
        return facts

    def refuse(self) -> bool:
        """Forget what a refused command touched; True where it had changed something before it was refused (its aggregates are void)."""
        changed = [identifier for identifier, aggregate in self._touched.items() if aggregate.pending_events]
        for identifier in changed:
            self._known.pop(identifier, None)
        self._touched.clear()
        self._numbers = dict(self._accepted_numbers)
        self._erasures = list(self._accepted_erasures)
        return bool(changed)

    @property
    def is_behind(self) -> bool:
        """True where another process has written since."""
        return self._facts.last_position != self._position

    def follow(self) -> None:
        """Forget what another process has changed since. Not between a decision and its commit."""
        end = self._facts.last_position
        if end == self._position:
            return
        if self._position == UNKNOWN:
            self.forget()
            self._position = end
            return
        for recorded in self._facts.facts(self._position):
            self._known.pop(recorded.fact.originator_id, None)
            self._position = recorded.position
        self._numbers.clear()
        self._accepted_numbers.clear()

    def wrote(self, positions: Sequence[int]) -> None:
        """These were written by this store; what another wrote just before them is still to be followed."""
        if positions and positions[0] == self._position + 1:
            self._position = positions[-1]

    def forget(self) -> None:
        """Read everything anew: the store has refused, or another process has written. `follow` comes before the next decision."""
        # The store may be out of reach just now: where it stands is asked when it is needed.
        self._position = UNKNOWN
        self._known.clear()
        self._touched.clear()
        self._numbers.clear()
        self._accepted_numbers.clear()
        self._erasures.clear()
        self._accepted_erasures.clear()

    def erased(self) -> list[str]:
        """Subjects whose keys are to be destroyed now that their facts are on disk."""
        erasures = self._erasures
        self._erasures, self._accepted_erasures = [], []
        return erasures

    def keep_keys(self) -> None:
        """The keys of what was sealed are on disk before the facts that need them."""
        self._seals.flush()

    def destroy(self, subject: str) -> None:
        """Destroy the subject's key."""
        self._seals.erase(subject)

    def _load(self, identifier: str) -> Aggregate | None:
        aggregate: Aggregate | None = None
        for fact in self._facts.facts_of(identifier):
            aggregate = fact.mutate(aggregate)
        return aggregate
