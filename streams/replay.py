"""Any view as of a time T.

Two clocks. `recorded`: what was known at T, which is the fold of the log up to T. `occurred`: what was true at T as far as is known
now: the facts that happened at or before T, those learnt later included. Both start from the newest keyframe at or before T.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from domain.fact import occurred_at
from projections.projection import Projection, Recorded
from streams.fact_store import FactStore
from streams.folding import Fold
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
        documents |= fold.step(self._facts_until(start, position, moment, clock)).documents
        return position, {key: document for key, document in documents.items() if document is not None and projection.is_shown(document)}

    def document_as_of(self, projection: Projection, positions: list[int], key: str, moment: datetime, clock: Clock) -> Any:  # noqa: ANN401
        """One document then, folded from the facts at `positions` (its timeline's); None where there was none."""
        fold = Fold(projection, lambda _key: None)
        facts = self._facts.facts_at(positions)
        wanted = [fact for fact in facts if (fact.fact.timestamp if clock == "recorded" else occurred_at(fact.fact)) <= moment]
        return fold.step(wanted).documents.get(key)

    def _from_keyframe(self, projection: Projection, epoch: str, position: int) -> tuple[Fold, int, dict[str, Any]]:
        fold = Fold(projection, lambda _key: None)
        # What was recorded up to T had happened by T: the keyframe serves both clocks.
        frame = self._views.keyframe(projection.name, epoch, position)
        if frame is None:
            return fold, 0, {}
        rows = msgspec.json.decode(frame[1], type=list[tuple[str, int, msgspec.Raw]])
        documents = {key: fold.decode(bytes(row)) for key, _, row in rows}
        fold.seed(documents)
        return fold, frame[0], documents

    def _facts_until(self, start: int, position: int, moment: datetime, clock: Clock) -> Iterator[Recorded]:
        if clock == "recorded":
            yield from self._facts.facts(start, position)
            return
        for recorded in self._facts.facts(start):
            if occurred_at(recorded.fact) <= moment:
                yield recorded
