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
from streams.failures import fenced
from streams.folding import Fold, Folded, PoisonFact
from streams.keyframes import Keyframes
from streams.store_of_record import StoreOfRecord
from streams.views import Change, Checkpoint, Views

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


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is written in one transaction: where each view goes, what changed of it, and what then rests."""

    facts: int
    moves: list[tuple[Checkpoint, int]]
    known: list[tuple[Checkpoint, int]]
    changes: list[Change]
    resting: dict[str, list[Change]]


class Stepper:
    """`step` with each batch; then, when whoever waits for the changes has them, `rest`. For one thread at a time.

    Where a step failed for want of the store, `settle` before the next: it may be on disk, and one before it may not be any more.
    """

    def __init__(self, facts: StoreOfRecord, views: Views, projections: Sequence[Projection], *, learns: bool = True) -> None:
        """`learns`: what later facts say of earlier times is kept along with these views (streams/hindsight.py)."""
        self._facts = facts
        self._views = views
        self.running = {projection.name: self._opened(projection) for projection in projections}
        self._hindsight = views.open_hindsight() if learns else None
        self._in_doubt: _Batch | None = None
        # Those that may have been begun beside another epoch.
        self._unserved = [*self.running, *([hindsight.NAME] if learns else [])]

    def _opened(self, projection: Projection) -> Running:
        checkpoint = self._views.open_view(projection.name, projection.version)
        fold = _fold_on_disk(self._views, projection, checkpoint.epoch)
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
        self._in_doubt = _Batch(len(batch), moves, known, changes, resting)
        self._views.write(changes, [*moves, *known], resting=itertools.chain.from_iterable(resting.values()), learnt=learnt)
        return self._accept(self._in_doubt)

    def settle(self) -> Stepped | None:
        """Ask where the views stand: what the step gave that failed without an answer, if it is on disk; raises Fenced.

        What was lost with the server is read again from where the views stand now.
        """
        batch, self._in_doubt = self._in_doubt, None
        expected = {before.view: _at(before, reached) for before, reached in (*batch.moves, *batch.known)} if batch is not None else {}
        held = {name: view.checkpoint for name, view in self.running.items()}
        found = {name: self._views.open_view(name, view.projection.version) for name, view in self.running.items()}
        if self._hindsight is not None:
            held[hindsight.NAME], found[hindsight.NAME] = self._hindsight, self._views.open_hindsight()
        if batch is not None and expected and all(found[name] == checkpoint for name, checkpoint in expected.items()):
            return self._accept(batch)
        for name, checkpoint in found.items():
            if checkpoint.epoch != held[name].epoch or checkpoint.position > held[name].position:
                raise fenced(name, held[name].position)
            if checkpoint.position < held[name].position:
                # Its last transactions were lost with the server: they are folded again.
                if name == hindsight.NAME:
                    self._hindsight = checkpoint
                else:
                    self.running[name] = self._opened(self.running[name].projection)
        return None

    def rest(self, stepped: Stepped) -> None:
        """What need not be done before the changes are told: a keyframe of each view that has come far enough, and the switch of epochs."""
        self.keep_keyframes(stepped)
        self.serve()

    def keep_keyframes(self, stepped: Stepped) -> None:
        """Of each view that has come far enough."""
        for name in stepped.positions:
            self._keep_keyframe(self.running[name])

    def leave_served(self) -> bool:
        """What is read by now is for others to fold further; whether nothing is left here."""
        for name in self.running.keys() - set(self._unserved):
            del self.running[name]
        if hindsight.NAME not in self._unserved:
            self._hindsight = None
        return not self._unserved

    def serve(self) -> None:
        """What has caught up with the epoch beside which it was built is read from now on."""
        for name in list(self._unserved):
            checkpoint = self._hindsight if name == hindsight.NAME else self.running[name].checkpoint
            assert checkpoint is not None, f"{name} is not kept by this host."
            if self._views.serve(checkpoint):
                self._unserved.remove(name)

    def _accept(self, batch: _Batch) -> Stepped:
        """It is on disk."""
        self._in_doubt = None
        for before, reached in batch.known:
            self._hindsight = _at(before, reached)
        for checkpoint, reached in batch.moves:
            view = self.running[checkpoint.view]
            assert view.pending is not None, f"{checkpoint.view} was written without a result."
            view.fold.accept(view.pending)
            view.keyframes.take_note(view.pending, batch.resting[checkpoint.view])
            view.folded += batch.facts
            view.checkpoint = _at(checkpoint, reached)
        return Stepped(batch.changes, {move[0].view: move[1] for move in batch.moves})

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
        name, epoch = view.projection.name, view.checkpoint.epoch
        keyframe = view.keyframes.next(view.checkpoint.position, lambda keys: self._views.documents_of(name, keys, epoch=epoch))
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


def _at(checkpoint: Checkpoint, position: int) -> Checkpoint:
    return Checkpoint(checkpoint.view, checkpoint.epoch, checkpoint.version, position)


def _fold_on_disk(views: Views, projection: Projection, epoch: str) -> Fold:
    def read(key: str) -> bytes | None:
        row = views.document(projection.name, key, epoch=epoch)
        return row[2] if row else None

    def read_together(keys: set[str]) -> dict[str, bytes]:
        return {key: row[2] for key, row in views.documents_of(projection.name, keys, epoch=epoch).items()}

    return Fold(projection, read, read_together if views.is_far else None)
