"""Views at one moment, and what changed after it, step by step: what a console plays, forward and back.

A reel begins with the picture at T (equal to `Replay.view_as_of` of each of its views, all at one position) and is then taken onward.
One step is one instant: everything that was recorded then (`recorded`: one command's facts share their moment), or everything that
happened then (`occurred`). The picture after a step at T' is the picture as of T'.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from projections.projection import Projection, Recorded
from streams.replay import Clock
from streams.store_of_record import StoreOfRecord
from streams.true_then import TrueThen
from streams.view_then import ViewThen
from streams.views import Views


@dataclass(frozen=True, slots=True)
class Changed:
    """A shown document before and after a step; None where it was not shown."""

    view: str
    key: str
    position: int
    before: Any
    after: Any


@dataclass(slots=True)
class Step:
    """What one instant changed, and the facts that did, each with the documents that it touched. Empty where nothing shown changed."""

    at: datetime
    changes: dict[tuple[str, str], Changed] = field(default_factory=dict)
    facts: list[tuple[Recorded, list[tuple[str, str]]]] = field(default_factory=list)
    read: int = 0
    """How many facts were folded for it, those that changed nothing shown included."""


class History:
    """Reads the log and the keyframes; writes nothing. Safe in any thread."""

    def __init__(self, facts: StoreOfRecord, views: Views) -> None:
        self._facts = facts
        self._views = views

    def reel(self, projections: Iterable[tuple[Projection, str]], moment: datetime, clock: Clock) -> Reel:
        """The views (each with its epoch) as of the moment, ready to be taken onward."""
        return Reel(self._facts, self._views, [ViewThen(self._views, *each) for each in projections], moment, clock)

    def earlier(self, moment: datetime, facts: int) -> datetime | None:
        """The time of the fact that so many facts lie between it and the moment; None where the log does not go back so far."""
        position = self._facts.position_at(moment) - facts
        found = self._facts.facts_at([position]) if position > 0 else []
        return found[0].fact.timestamp if found else None


class Reel:
    """Belongs to one thread. What is written to the log after it was begun it does not see."""

    def __init__(self, facts: StoreOfRecord, views: Views, folds: Sequence[ViewThen], moment: datetime, clock: Clock) -> None:
        self._facts = facts
        self._folds = folds
        self._end = facts.last_position
        self._then: TrueThen | None = None
        if clock == "occurred":
            self._then = TrueThen(facts, views, folds, moment, self._end)
            self.position = self._then.position
            return
        self.position = min(facts.position_at(moment), self._end)
        for fold in folds:
            fold.begin(self.position)
        for recorded in facts.facts(min((fold.start for fold in folds), default=self.position), self.position):
            self._take(recorded)

    def documents(self, view: str) -> dict[str, Any]:
        """The shown documents of one of its views now, by key."""
        return next(fold for fold in self._folds if fold.projection.name == view).shown()

    def steps(self) -> Iterator[Step]:
        """One instant after the other, to the end of the log. A step is taken as it is asked for."""
        if self._then is not None:
            while (happened := self._then.onward()) is not None:
                for at, together in itertools.groupby(happened, key=lambda each: each.moment):
                    yield self._step(at, [each.recorded for each in together])
            return
        by_time = itertools.groupby(self._facts.facts(self.position, self._end), key=lambda recorded: recorded.fact.timestamp)
        for at, group in by_time:
            facts = list(group)
            yield self._step(at, facts)
            self.position = facts[-1].position

    def _step(self, at: datetime, facts: list[Recorded]) -> Step:
        step = Step(at, read=len(facts))
        for recorded in facts:
            touched = []
            for view, key, before, after in self._take(recorded):
                first = step.changes.get((view, key))
                step.changes[view, key] = Changed(view, key, recorded.position, first.before if first else before, after)
                touched.append((view, key))
            if touched:
                step.facts.append((recorded, touched))
        return step

    def _take(self, recorded: Recorded) -> list[tuple[str, str, Any, Any]]:
        return [change for fold in self._folds for change in fold.take(recorded)]
