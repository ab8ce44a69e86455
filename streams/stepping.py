"""Views that go through the log together: the step that every host takes, with what it gives written in one transaction.

A projection that fails on a fact stops there, loudly and alone: the others go on.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from projections.projection import Projection, Recorded
from streams import hindsight
from streams.fact_store import FactStore
from streams.folding import Fold, Folded, PoisonFact
from streams.keyframes import Keyframes
from streams.view_store import Change, Checkpoint, ViewStore

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """One view at work."""

    projection: Projection
    fold: Fold
    checkpoint: Checkpoint
    keyframes: Keyframes
    stopped: str = ""
    stopped_zh: str = ""
    folded: int = 0
    pending: Folded | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """What one transaction wrote: the changed documents, and where each view moved to."""

    changes: list[Change]
    positions: dict[str, int]


class Stepper:
    """`step` with each batch; then, when whoever waits for the changes has them, `keep_keyframes`. For one thread at a time."""

    def __init__(self, facts: FactStore, views: ViewStore, projections: Sequence[Projection], *, learns: bool = True) -> None:
        """`learns`: what later facts say of earlier times is kept along with these views (streams/hindsight.py)."""
        self._facts = facts
        self._views = views
        self.running = {projection.name: self._opened(projection) for projection in projections}
        self._hindsight = views.open_hindsight() if learns else None

    def _opened(self, projection: Projection) -> Running:
        checkpoint = self._views.open_view(projection.name, projection.version)
        fold = Fold(projection, lambda key: _document(self._views, projection.name, key))
        shown = self._views.shown_keys(projection.name, checkpoint.epoch) if projection.is_live else set()
        return Running(projection, fold, checkpoint, Keyframes(projection, checkpoint, shown))

    @property
    def position(self) -> int:
        """How far every view that runs has come."""
        return min((view.checkpoint.position for view in self.running.values() if not view.stopped), default=0)

    @property
    def learnt_position(self) -> int:
        """How far every view that runs has come, and what is kept of earlier times with them."""
        ours = [view.checkpoint.position for view in self.running.values() if not view.stopped]
        return min(ours if self._hindsight is None else [self._hindsight.position, *ours], default=0)

    @property
    def is_at_work(self) -> bool:
        """Whether a view runs still."""
        return any(not view.stopped for view in self.running.values())

    def step(self, batch: list[Recorded]) -> Stepped:
        """Fold facts that follow on one another into each view that has not seen them, and write it all; raises Fenced."""
        end = batch[-1].position
        changes: list[Change] = []
        moves: list[tuple[Checkpoint, int]] = []
        resting: dict[str, list[Change]] = {}
        for view in self.running.values():
            if view.stopped or view.checkpoint.position >= end:
                view.pending = None
                continue
            mine = batch if view.checkpoint.position < batch[0].position else [r for r in batch if r.position > view.checkpoint.position]
            reached = _fold(view, mine, end)
            assert view.pending is not None, f"{view.projection.name} was stepped without a result."
            changes.extend(view.pending.changes)
            resting[view.projection.name] = view.keyframes.resting(view.pending)
            moves.append((view.checkpoint, reached))
        learnt, known = self._learn(batch)
        self._views.write(changes, [*moves, *known], resting=itertools.chain.from_iterable(resting.values()), learnt=learnt)
        for before, reached in known:
            self._hindsight = Checkpoint(before.view, before.epoch, before.version, reached)
        for checkpoint, reached in moves:
            view = self.running[checkpoint.view]
            assert view.pending is not None, f"{checkpoint.view} was written without a result."
            view.fold.accept(view.pending)
            view.keyframes.take_note(view.pending, resting[checkpoint.view])
            view.folded += len(batch)
            view.checkpoint = Checkpoint(checkpoint.view, checkpoint.epoch, checkpoint.version, reached)
        return Stepped(changes, {move[0].view: move[1] for move in moves})

    def keep_keyframes(self, stepped: Stepped) -> None:
        """Keep a keyframe of each view that has come far enough with this step."""
        for name in stepped.positions:
            self._keep_keyframe(self.running[name])

    def _learn(self, batch: list[Recorded]) -> tuple[hindsight.Rows, list[tuple[Checkpoint, int]]]:
        """What the batch says of earlier times, with what of the log lies before it; and the move of that checkpoint."""
        end = batch[-1].position
        if self._hindsight is None or self._hindsight.position >= end:
            return hindsight.Rows(), []
        position = self._hindsight.position
        missed = self._facts.facts(position, batch[0].position - 1) if batch[0].position > position + 1 else ()
        mine = itertools.chain(missed, (recorded for recorded in batch if recorded.position > position))
        return hindsight.rows(mine, self._facts), [(self._hindsight, end)]

    def _keep_keyframe(self, view: Running) -> None:
        if not view.keyframes.is_due(view.checkpoint.position):
            return
        keyframe = view.keyframes.next(view.checkpoint.position, lambda key: self._views.document(view.projection.name, key))
        self._views.keep_keyframe(view.checkpoint, keyframe.position, keyframe.rows, is_whole=keyframe.is_whole)
        view.keyframes.kept(keyframe)


def _fold(view: Running, batch: list[Recorded], end: int) -> int:
    """Fold the batch, or the part of it before a poison fact; the position reached."""
    try:
        view.pending = view.fold.step(batch)
    except PoisonFact as poison:
        view.stopped = str(poison)
        view.stopped_zh = f"视图 {view.projection.name} 停在位置 {poison.recorded.position}:{poison.__cause__}"
        log.exception("a projection stopped")
        good = [recorded for recorded in batch if recorded.position < poison.recorded.position]
        view.pending = view.fold.step(good)
        return max(poison.recorded.position - 1, view.checkpoint.position)
    return end


def _document(views: ViewStore, view: str, key: str) -> bytes | None:
    row = views.document(view, key)
    return row[2] if row else None
