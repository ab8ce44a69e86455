"""Any view as of a time T.

Two clocks. `recorded`: what was known at T, which is the fold of the log up to T. `occurred`: what was true at T as far as is known
now: the facts that hold and happened by T, those learnt later included, in the order in which they happened (`streams.happened`).

Both start from the newest keyframe at or before T. What was recorded by T had happened by T, so that a keyframe serves the occurred clock
too, but for what was amended afterwards (`streams.true_then`). Out of a keyframe come rows and versions in the order of the log: the
assignments of an incident are the same, their order may differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from projections.projection import Projection, Recorded
from streams.folding import Fold
from streams.happened import Happened, amendments, as_it_happened
from streams.store_of_record import StoreOfRecord
from streams.true_then import TrueThen
from streams.view_then import ViewThen
from streams.views import Views

Clock = Literal["recorded", "occurred"]


class Replay:
    """Reads the log and the keyframes; writes nothing. Safe in any thread."""

    def __init__(self, facts: StoreOfRecord, views: Views) -> None:
        self._facts = facts
        self._views = views

    def view_as_of(self, projection: Projection, epoch: str, moment: datetime, clock: Clock) -> tuple[int, dict[str, Any]]:
        """The position that T comes to, and the shown documents then, by key."""
        if clock == "recorded":
            position = self._facts.position_at(moment)
            fold, start, documents = self._from_keyframe(projection, epoch, position)
            documents |= fold.step(self._facts.facts(start, position)).documents
            return position, {key: each for key, each in documents.items() if each is not None and projection.is_shown(each)}
        view = ViewThen(self._views, projection, epoch)
        then = TrueThen(self._facts, self._views, [view], moment, self._facts.last_position)
        return then.position, view.shown()

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
