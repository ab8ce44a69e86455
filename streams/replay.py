"""Any view as of a time T.

Two clocks. `recorded`: what was known at T, which is the fold of the log up to T. `occurred`: what was true at T as far as is known
now: the facts that hold and happened by T, those learnt later included, in the order in which they happened (`streams.happened`).

Both start from the newest keyframe at or before T that they can use. What was recorded by T had happened by T, so that a keyframe serves
the occurred clock too, unless an assignment in it was amended afterwards: then the fold starts from the keyframe before that assignment.
Out of a keyframe come rows and versions in the order of the log: the assignments of an incident are the same, their order may differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from projections.projection import Projection, Recorded
from streams.fact_store import FactStore
from streams.folding import Fold
from streams.happened import Amendments, Happened, amendments, as_it_happened
from streams.view_store import ViewStore

Clock = Literal["recorded", "occurred"]


class Replay:
    """Reads the log and the keyframes; writes nothing. Safe in any thread."""

    def __init__(self, facts: FactStore, views: ViewStore) -> None:
        self._facts = facts
        self._views = views

    def view_as_of(self, projection: Projection, epoch: str, moment: datetime, clock: Clock) -> tuple[int, dict[str, Any]]:
        """The position that T comes to, and the shown documents then, by key."""
        position = self._facts.position_at(moment)
        fold, start, documents = self._from_keyframe(projection, epoch, position)
        if clock == "recorded":
            documents |= fold.step(self._facts.facts(start, position)).documents
        else:
            fold, start, documents = self._from_keyframe(projection, epoch, self.start_of(projection, epoch, position)[0])
            documents |= fold.step(what_had_happened(moment, self.happened_after(start))).documents
        return position, {key: document for key, document in documents.items() if document is not None and projection.is_shown(document)}

    def start_of(self, projection: Projection, epoch: str, position: int) -> tuple[int, int]:
        """From where the occurred clock folds to a position: the place at or before which a keyframe serves, and that keyframe's place."""
        start = self._views.keyframe_position(projection.name, epoch, position)
        while earlier := self._amended_before(start, amendments(self._facts.facts(start))):
            position = earlier - 1
            start = self._views.keyframe_position(projection.name, epoch, position)
        return position, start

    def happened_after(self, start: int) -> Iterable[Happened]:
        """The facts beyond a position that hold, each with its moment, as far as is known now."""
        return as_it_happened(self._facts.facts(start), amendments(self._facts.facts(start)))

    def document_as_of(self, projection: Projection, positions: list[int], key: str, moment: datetime, clock: Clock) -> Any:  # noqa: ANN401
        """One document then, folded from the facts at `positions` (its timeline's); None where there was none.

        By the occurred clock what its units did on other incidents is not looked at.
        """
        fold = Fold(projection, lambda _key: None)
        facts = self._facts.facts_at(positions)
        if clock == "recorded":
            wanted = [recorded for recorded in facts if recorded.fact.timestamp <= moment]
        else:
            wanted = what_had_happened(moment, as_it_happened(facts, amendments(facts)))
        return fold.step(wanted).documents.get(key)

    def _amended_before(self, start: int, amended: Amendments) -> int:
        """The position of the oldest assignment at or before `start` that was amended after it; 0 where there is none."""
        older = amended.amended - amended.carried.keys()
        return min((found for each in older if 0 < (found := self._facts.first_position(f"assignment:{each}")) <= start), default=0)

    def _from_keyframe(self, projection: Projection, epoch: str, position: int) -> tuple[Fold, int, dict[str, Any]]:
        frame = self._views.keyframe(projection.name, epoch, position)
        if frame is None:
            return Fold(projection, lambda _key: None), 0, {}
        fold = Fold(projection, lambda key: self._views.resting(projection.name, epoch, key, frame[0]))
        documents = {key: fold.decode(document) for key, document in frame[1].items()}
        fold.seed(documents)
        return fold, frame[0], documents


def what_had_happened(moment: datetime, facts: Iterable[Happened]) -> list[Recorded]:
    """What had happened by then, in the order in which it did."""
    by_then = sorted((each for each in facts if each.moment <= moment), key=lambda each: (each.moment, each.recorded.position))
    return [each.recorded for each in by_then]
