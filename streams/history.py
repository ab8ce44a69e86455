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

import msgspec

from projections.projection import Projection, Recorded
from streams.fact_store import FactStore
from streams.folding import PoisonFact
from streams.replay import Clock, Replay
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
    """Reads the log and the keyframes; writes nothing. Safe in any thread."""

    def __init__(self, facts: FactStore, views: ViewStore) -> None:
        self._facts = facts
        self._views = views
        self._replay = Replay(facts, views)

    def reel(self, projections: Iterable[tuple[Projection, str]], moment: datetime, clock: Clock) -> Reel:
        """The views (each with its epoch) as of the moment, ready to be taken onward."""
        return Reel(self._facts, self._replay, [_View(self._views, *each) for each in projections], moment, clock)

    def earlier(self, moment: datetime, facts: int) -> datetime | None:
        """The time of the fact that so many facts lie between it and the moment; None where the log does not go back so far."""
        position = self._facts.position_at(moment) - facts
        found = self._facts.facts_at([position]) if position > 0 else []
        return found[0].fact.timestamp if found else None


_Happening = tuple[datetime, int, Recorded, Sequence["_View"]]


class Reel:
    """Belongs to one thread. What is written to the log after it was begun it does not see."""

    def __init__(self, facts: FactStore, replay: Replay, folds: Sequence[_View], moment: datetime, clock: Clock) -> None:
        self._facts = facts
        self._folds = folds
        self._end = facts.last_position
        self._to_come: list[_Happening] | None = None
        self.position = min(facts.position_at(moment), self._end)
        if clock == "recorded":
            for fold in folds:
                fold.begin(self.position)
            start = min((fold.start for fold in folds), default=self.position)
            for recorded in facts.facts(start, self.position):
                self._take(recorded, folds)
        else:
            self._to_come = self._happen(replay, moment)

    def documents(self, view: str) -> dict[str, Any]:
        """The shown documents of one of its views now, by key."""
        return next(fold for fold in self._folds if fold.projection.name == view).shown()

    def steps(self) -> Iterator[Step]:
        """One instant after the other, to the end of the log. A step is taken as it is asked for."""
        if self._to_come is not None:
            for at, happenings in itertools.groupby(self._to_come, key=lambda each: each[0]):
                yield self._step(at, [(recorded, folds) for _, _, recorded, folds in happenings])
            return
        by_time = itertools.groupby(self._facts.facts(self.position, self._end), key=lambda recorded: recorded.fact.timestamp)
        for at, group in by_time:
            facts = list(group)
            yield self._step(at, [(recorded, self._folds) for recorded in facts])
            self.position = facts[-1].position

    def _happen(self, replay: Replay, moment: datetime) -> list[_Happening]:
        """Take what had happened by then; what happens afterwards, in its order. Views that begin at one keyframe share the reading."""
        together: dict[int, list[_View]] = {}
        for fold in self._folds:
            frame, start = replay.start_of(fold.projection, fold.epoch, self.position)
            fold.begin(frame)
            together.setdefault(start, []).append(fold)
        to_come: list[_Happening] = []
        for start, folds in together.items():
            for each in sorted(replay.happened_after(start), key=lambda each: (each.moment, each.recorded.position)):
                if each.recorded.position > self._end:
                    continue
                if each.moment <= moment:
                    self._take(each.recorded, folds)
                else:
                    to_come.append((each.moment, each.recorded.position, each.recorded, folds))
        return sorted(to_come, key=lambda each: each[:2])

    def _step(self, at: datetime, facts: list[tuple[Recorded, Sequence[_View]]]) -> Step:
        step = Step(at, read=len(facts))
        for recorded, folds in facts:
            touched = []
            for view, key, before, after in self._take(recorded, folds):
                first = step.changes.get((view, key))
                step.changes[view, key] = Changed(view, key, recorded.position, first.before if first else before, after)
                touched.append((view, key))
            # Views that begin at different keyframes are read apart, and meet here.
            if touched and step.facts and step.facts[-1][0].position == recorded.position:
                step.facts[-1][1].extend(touched)
            elif touched:
                step.facts.append((recorded, touched))
        return step

    def _take(self, recorded: Recorded, folds: Sequence[_View]) -> list[tuple[str, str, Any, Any]]:
        return [change for fold in folds for change in fold.take(recorded)]


class _View:
    """One view's documents at a moment."""

    def __init__(self, views: ViewStore, projection: Projection, epoch: str) -> None:
        self.projection = projection
        self.epoch = epoch
        self.start = 0
        self._views = views
        self._types = frozenset(projection.facts)
        self._documents: dict[str, Any] = {}

    def begin(self, position: int) -> None:
        """Start from the newest keyframe at or before the position."""
        frame = self._views.keyframe(self.projection.name, self.epoch, position)
        if frame is not None:
            self.start = frame[0]
            decode = msgspec.json.Decoder(self.projection.document).decode
            self._documents = {key: decode(document) for key, document in frame[1].items()}

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
                after = self.projection.evolve(before, recorded)
            except Exception as error:
                raise PoisonFact(self.projection.name, recorded, error) from error
            self._documents[key] = after
            was, now = self._if_shown(before), self._if_shown(after)
            if was is not now:
                yield self.projection.name, key, was, now

    def _resting(self, key: str) -> Any:  # noqa: ANN401 -- the projection's document
        """A document that was not shown at the keyframe."""
        row = self._views.resting(self.projection.name, self.epoch, key, self.start)
        return msgspec.json.decode(row, type=self.projection.document) if row is not None else None

    def _if_shown(self, document: Any) -> Any:  # noqa: ANN401 -- the projection's document
        return document if document is not None and self.projection.is_shown(document) else None
