"""Which operations can be sent next: in the order of their moments, none before what its body needs or what must come before it.

Pure: `next_batch` hands out, `answered` takes the answers. An operation whose need was refused is never sent; what it was for is told.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from streams.sources.call_log.operations import Answered, Operation
from streams.sources.client import Accepted, Answer


@dataclass(slots=True)
class _Waiting:
    operation: Operation
    needs: int
    after: int
    is_lost: bool = False


@dataclass(slots=True)
class Schedule:
    """Of a fixed set of operations; `left` is how many have neither been answered nor given up."""

    left: int = 0
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _needed_by: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _before: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _ready: list[tuple[datetime, int, str]] = field(default_factory=list)
    _order: dict[str, int] = field(default_factory=dict)
    _results: dict[str, dict[str, Any]] = field(default_factory=dict)
    _uses: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> Self:
        """A schedule of these operations. Each must name only operations that are among them."""
        schedule = cls()
        schedule._add(operations)
        return schedule

    def next_batch(self, limit: int, *, until: datetime | None = None) -> list[Operation]:
        """At most `limit` operations that can be sent in this order, none later than `until`."""
        batch: list[Operation] = []
        while self._ready and len(batch) < limit and (until is None or self._ready[0][0] <= until):
            _, _, key = heapq.heappop(self._ready)
            batch.append(self._waiting[key].operation)
            self._passed(key)
        return batch

    @property
    def next_at(self) -> datetime | None:
        """The moment of the earliest operation that can be sent."""
        return self._ready[0][0] if self._ready else None

    def body(self, operation: Operation) -> dict[str, Any]:
        """The operation's body with what other operations were answered; moments of the log are left to the caller."""
        return {name: self._value(value) for name, value in operation.body.items()}

    def answered(self, operation: Operation, answer: Answer) -> list[tuple[Operation, str]]:
        """Take an answer; the operations that can never be sent because of it, each with the one that was refused."""
        self.left -= 1
        waiting = self._waiting.pop(operation.key)
        self._release(waiting.operation)
        dependants = self._needed_by.pop(operation.key, [])
        if isinstance(answer, Accepted):
            if dependants:
                self._results[operation.key] = answer.result
                self._uses[operation.key] = len(dependants)
            for key in dependants:
                self._one_less(key, needs=1)
            return []
        return [lost for key in dependants for lost in self._lose(key, operation.key)]

    def unsent(self) -> list[Operation]:
        """What was neither answered nor given up, in the order of the log."""
        return [waiting.operation for waiting in self._waiting.values() if not waiting.is_lost]

    def _add(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            assert operation.key not in self._waiting, f"{operation.key} is there twice: keys are identities."
            needs = operation.needs
            self._waiting[operation.key] = _Waiting(operation, len(needs), len(operation.after))
            self._order[operation.key] = len(self._order)
            for key in needs:
                self._needed_by[key].append(operation.key)
            for key in operation.after:
                self._before[key].append(operation.key)
        unknown = [key for key in (*self._needed_by, *self._before) if key not in self._waiting]
        assert not unknown, f"{unknown[:3]} are waited for and are not among the operations."
        self.left = len(self._waiting)
        for key, waiting in self._waiting.items():
            if not waiting.needs and not waiting.after:
                heapq.heappush(self._ready, (waiting.operation.at, self._order[key], key))

    def _lose(self, key: str, because: str) -> list[tuple[Operation, str]]:
        """Give up an operation and what needs it. What only comes after it goes on."""
        waiting = self._waiting.get(key)
        if waiting is None or waiting.is_lost:
            return []
        waiting.is_lost = True
        self.left -= 1
        self._release(waiting.operation)
        lost = [(waiting.operation, because)]
        self._passed(key)
        for dependant in self._needed_by.pop(key, []):
            lost += self._lose(dependant, because)
        return lost

    def _release(self, operation: Operation) -> None:
        """Forget results that nobody will ask for again."""
        for needed in operation.needs:
            if needed in self._uses:
                self._uses[needed] -= 1
                if not self._uses[needed]:
                    del self._uses[needed], self._results[needed]

    def _passed(self, key: str) -> None:
        for later in self._before.pop(key, []):
            self._one_less(later, after=1)

    def _one_less(self, key: str, *, needs: int = 0, after: int = 0) -> None:
        waiting = self._waiting[key]
        waiting.needs -= needs
        waiting.after -= after
        if not waiting.needs and not waiting.after and not waiting.is_lost:
            heapq.heappush(self._ready, (waiting.operation.at, self._order[key], key))

    def _value(self, value: object) -> object:
        if not isinstance(value, Answered):
            return value
        found = self._results[value.operation][value.field]
        return found if value.index is None else found[value.index]
