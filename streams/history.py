"""Views at one moment, and what changed after it, step by step: what a console plays, forward and back.

A reel begins with the picture at T (equal to `Replay.view_as_of` of each of its views, all at one position) and is then taken onward.
One step is one instant: everything that was recorded then (`recorded`: one command's facts share their moment), or everything that
happened then (`occurred`). The picture after a step at T' is the picture as of T'.
"""

from __future__ import annotations

import itertools
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from domain.fact import occurred_at
from projections.projection import Projection, Recorded
from streams.fact_store import FactStore
from streams.folding import PoisonFact
from streams.replay import Clock
from streams.view_store import ViewStore


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
    """Reads the log, the keyframes and the index of late facts; writes nothing. Safe in any thread."""

    def __init__(self, facts: FactStore, views: ViewStore) -> None:
        self._facts = facts
        self._views = views

    def reel(self, projections: Iterable[tuple[Projection, str]], moment: datetime, clock: Clock) -> Reel:
        """The views (each with its epoch) as of the moment, ready to be taken onward."""
        return Reel(self._facts, self._views, [_View(self._views, *each, clock) for each in projections], moment, clock)

    def earlier(self, moment: datetime, facts: int) -> datetime | None:
        """The time of the fact that so many facts lie between it and the moment; None where the log does not go back so far."""
        position = self._facts.position_at(moment) - facts
        found = self._facts.facts_at([position]) if position > 0 else []
        return found[0].fact.timestamp if found else None


class Reel:
    """Belongs to one thread. What is written to the log after it was begun it does not see."""

    def __init__(self, facts: FactStore, views: ViewStore, folds: Sequence[_View], moment: datetime, clock: Clock) -> None:
        self._facts = facts
        self._views = views
        self._folds = folds
        self._clock = clock
        self._end = facts.last_position
        self.moment = moment
        self.position = min(facts.position_at(moment), self._end)
        # Stamped by a clock that runs ahead of ours: known already, and not yet so.
        self._ahead: list[Recorded] = []
        # What the views have not come to yet the index of late facts does not know: milliseconds' worth, read once.
        self._tail = list(facts.facts(views.position(), self._end)) if clock == "occurred" else []
        for fold in folds:
            fold.begin(self.position)
        start = min((fold.start for fold in folds), default=self.position)
        for recorded in facts.facts(start, self.position):
            if clock == "occurred" and occurred_at(recorded.fact) > moment:
                self._ahead.append(recorded)
            else:
                self._take(recorded)
        if clock == "occurred":
            for recorded in self._late(None, moment, self.position):
                self._take(recorded)

    def documents(self, view: str) -> dict[str, Any]:
        """The shown documents of one of its views now, by key."""
        return next(fold for fold in self._folds if fold.projection.name == view).shown()

    def steps(self) -> Iterator[Step]:
        """One instant after the other, to the end of the log. A step is taken as it is asked for."""
        by_time = itertools.groupby(self._facts.facts(self.position, self._end), key=lambda recorded: recorded.fact.timestamp)
        for at, group in by_time:
            facts = list(group)
            if self._clock == "recorded":
                yield self._step(at, facts)
            else:
                yield from self._happened_until(at, facts)
            self.position = facts[-1].position
        for at, late in _by_occurrence(self._ahead):
            yield self._step(at, late)
        self._ahead = []

    def _happened_until(self, end: datetime, recorded_now: list[Recorded]) -> Iterator[Step]:
        """The instants after the last one up to `end`: of facts recorded at it, learnt after it, or known ahead of their time."""
        known = [fact for fact in (*self._ahead, *recorded_now) if occurred_at(fact.fact) > self.moment]
        self._ahead = [fact for fact in known if occurred_at(fact.fact) > end]
        happened = [fact for fact in known if occurred_at(fact.fact) <= end]
        happened += self._late(self.moment, end, recorded_now[-1].position)
        for at, facts in _by_occurrence(happened):
            yield self._step(at, facts)
        self.moment = max(self.moment, end)

    def _late(self, after: datetime | None, until: datetime, position: int) -> list[Recorded]:
        """Facts beyond a position that had happened in the span (`after`, `until`], in the order of the log."""
        positions = self._views.late_positions(
            occurred_after_s=after.timestamp() if after else float("-inf"),
            occurred_until_s=until.timestamp(),
            recorded_after_s=until.timestamp(),
        )
        found = self._facts.facts_at([each for each in positions if position < each <= self._end])
        known = set(positions)
        found += [each for each in self._tail if each.position > position and each.position not in known]
        return [each for each in found if (after is None or occurred_at(each.fact) > after) and occurred_at(each.fact) <= until]

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
        self.moment = max(self.moment, at)
        return step

    def _take(self, recorded: Recorded) -> list[tuple[str, str, Any, Any]]:
        return [change for fold in self._folds for change in fold.take(recorded)]


class _View:
    """One view's documents at a moment.

    By the clock of what was true, facts come in another order than that of the log: a document is then folded again from the keyframe,
    so that it is always the fold of its facts in the order of the log.
    """

    def __init__(self, views: ViewStore, projection: Projection, epoch: str, clock: Clock) -> None:
        self.projection = projection
        self.start = 0
        self._views = views
        self._epoch = epoch
        self._types = frozenset(projection.facts)
        self._first: dict[str, Any] = {}
        self._documents: dict[str, Any] = {}
        self._taken: dict[str, list[Recorded]] | None = {} if clock == "occurred" else None

    def begin(self, position: int) -> None:
        """Start from the newest keyframe at or before the position."""
        # What was recorded up to T had happened by T: the keyframe serves both clocks.
        frame = self._views.keyframe(self.projection.name, self._epoch, position)
        if frame is not None:
            self.start = frame[0]
            self._first = {key: document for key, _, document in _frame_decoder(self.projection.document).decode(frame[1])}
            self._documents = dict(self._first)

    def shown(self) -> dict[str, Any]:
        """The documents that are shown, by key."""
        is_shown = self.projection.is_shown
        return {key: document for key, document in self._documents.items() if document is not None and is_shown(document)}

    def take(self, recorded: Recorded) -> Iterator[tuple[str, str, Any, Any]]:
        """Evolve what the fact touches; view, key, and the document before and after it where either is shown. Raises PoisonFact."""
        fact = recorded.fact
        if type(fact) not in self._types or recorded.position <= self.start:
            return
        for key in self.projection.keys(fact):
            before = self._documents[key] if key in self._documents else self._resting(key)
            try:
                after = self._after(key, before, recorded)
            except Exception as error:
                raise PoisonFact(self.projection.name, recorded, error) from error
            self._documents[key] = after
            was, now = self._if_shown(before), self._if_shown(after)
            if was is not now:
                yield self.projection.name, key, was, now

    def _after(self, key: str, before: Any, recorded: Recorded) -> Any:  # noqa: ANN401 -- the projection's document
        evolve = self.projection.evolve
        if self._taken is None:
            return evolve(before, recorded)
        taken = self._taken.setdefault(key, [])
        if not taken or taken[-1].position < recorded.position:
            taken.append(recorded)
            return evolve(before, recorded)
        insort(taken, recorded, key=lambda each: each.position)
        document = self._first[key] if key in self._first else self._resting(key)
        for each in taken:
            document = evolve(document, each)
        return document

    def _resting(self, key: str) -> Any:  # noqa: ANN401 -- the projection's document
        """A document that was not shown at the keyframe."""
        row = self._views.resting(self.projection.name, self._epoch, key, self.start)
        return msgspec.json.decode(row, type=self.projection.document) if row is not None else None

    def _if_shown(self, document: Any) -> Any:  # noqa: ANN401 -- the projection's document
        return document if document is not None and self.projection.is_shown(document) else None


def _by_occurrence(facts: list[Recorded]) -> Iterator[tuple[datetime, list[Recorded]]]:
    order: Callable[[Recorded], tuple[datetime, int]] = lambda each: (occurred_at(each.fact), each.position)  # noqa: E731 -- typed
    for at, group in itertools.groupby(sorted(facts, key=order), key=lambda each: occurred_at(each.fact)):
        yield at, list(group)


def _frame_decoder(document: Any) -> msgspec.json.Decoder[list[tuple[str, int, Any]]]:  # noqa: ANN401 -- a type
    return msgspec.json.Decoder(list[tuple[str, int, document]])
