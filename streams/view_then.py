"""One view's documents at a moment, and what one fact changes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from domain.assignment import Assignment
from projections.projection import Projection, Recorded
from streams.folding import PoisonFact
from streams.views import Views


class ViewThen:
    """It begins at a keyframe. Documents that are not as the keyframe has them are `folded_anew`, from an earlier place in the log."""

    def __init__(self, views: Views, projection: Projection, epoch: str) -> None:
        self.projection = projection
        self.epoch = epoch
        self.start = 0
        self._views = views
        self._types = frozenset(projection.facts)
        self._decode = msgspec.json.Decoder(projection.document).decode
        self._documents: dict[str, Any] = {}
        self._anew: dict[str, int] = {}

    @property
    def tells_of_assignments(self) -> bool:
        """Whether amended steps are anything to it."""
        return Assignment.Opened in self._types

    def begin(self, position: int) -> None:
        """Start from the newest keyframe at or before the position."""
        frame = self._views.keyframe(self.projection.name, self.epoch, position)
        if frame is not None:
            self.start = frame[0]
            self._documents = {key: self._decode(document) for key, document in frame[1].items()}

    def keyframe_before(self, position: int) -> int:
        """Where the newest keyframe before the position stands; 0 where there is none."""
        return self._views.keyframe_position(self.projection.name, self.epoch, position - 1)

    @property
    def held(self) -> Iterable[str]:
        """The keys of the documents that it holds."""
        return self._documents.keys()

    def keys_of(self, recorded: Recorded) -> tuple[str, ...]:
        """Of the documents that the fact touches."""
        return tuple(self.projection.keys(recorded.fact)) if type(recorded.fact) in self._types else ()

    def fold_anew(self, keys: set[str], position: int) -> set[str]:
        """Take these documents as the keyframe at an earlier position has them, or as none from position 0 on; those that were not yet."""
        fresh = keys - self._anew.keys()
        frame = self._views.keyframe(self.projection.name, self.epoch, position) if position and fresh else None
        for key in fresh:
            shown = frame[1].get(key) if frame is not None else None
            self._anew[key] = position
            self._documents[key] = self._decode(shown) if shown is not None else self._resting(key, position)
        return fresh

    def shown(self) -> dict[str, Any]:
        """The documents that are shown, by key."""
        is_shown = self.projection.is_shown
        return {key: document for key, document in self._documents.items() if document is not None and is_shown(document)}

    def take(self, recorded: Recorded, only: set[str] | None = None) -> Iterator[tuple[str, str, Any, Any]]:
        """Evolve what the fact touches; view, key, and the document before and after it where either is shown. Raises PoisonFact."""
        fact = recorded.fact
        if type(fact) not in self._types:
            return
        for key in self.projection.keys(fact):
            if recorded.position <= self._anew.get(key, self.start) or (only is not None and key not in only):
                continue
            before = self._documents[key] if key in self._documents else self._resting(key, self.start)
            try:
                after = self.projection.evolve(before, recorded)
            except Exception as error:
                raise PoisonFact(self.projection.name, recorded, error) from error
            self._documents[key] = after
            was, now = self._if_shown(before), self._if_shown(after)
            if was is not now:
                yield self.projection.name, key, was, now

    def _resting(self, key: str, position: int) -> Any:  # noqa: ANN401 -- the projection's document
        """A document that was not shown at a keyframe."""
        row = self._views.resting(self.projection.name, self.epoch, key, position) if position else None
        return self._decode(row) if row is not None else None

    def _if_shown(self, document: Any) -> Any:  # noqa: ANN401 -- the projection's document
        return document if document is not None and self.projection.is_shown(document) else None
