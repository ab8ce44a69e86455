"""The embedded host of the projections: a thread that folds each batch of facts, commits rows and checkpoints, and tells the consoles.

A projection that fails on a fact stops there, loudly and alone: the others go on. A gap between what arrives and the checkpoint is filled
from the store of record.
"""

from __future__ import annotations

import itertools
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import OperationalError

from projections.projection import Projection, Recorded
from streams import hindsight
from streams.failures import StoreUnavailable, fenced
from streams.folding import Fold, Folded, PoisonFact
from streams.keyframes import Keyframes
from streams.store_of_record import StoreOfRecord
from streams.views import Change, Checkpoint, Views

# One transaction of the views while catching up; a document that changes often in it is written once. No more than from one keyframe to
# the next, which stands at the end of a transaction.
CATCH_UP_FACTS = 1_000
# Another process (the command line) may write to the log: it is looked at this often while nothing arrives.
IDLE_LOOK_S = 0.25
# After a fold the projector rests as long as it took, and no longer than this: a fold of one command takes a millisecond.
REST_FOR_WORK = 1.0
REST_S_MAX = 0.05
# A disk that is full or locked is tried again this often.
RETRY_S = 0.5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """What became visible with one commit: every view's new position, and the documents that changed or left."""

    positions: dict[str, int]
    changes: list[Change]
    committed_at: float


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
class Batch:
    """What is written in one transaction: where each view goes, what changed of it, and what then rests."""

    facts: int
    moves: list[tuple[Checkpoint, int]]
    known: list[tuple[Checkpoint, int]]
    changes: list[Change]
    resting: dict[str, list[Change]]


class Projector:
    """`offer` facts from the writer's thread; `on_published` is called in the projector's thread after each commit."""

    def __init__(
        self,
        facts: StoreOfRecord,
        views: Views,
        projections: Sequence[Projection],
        on_published: Callable[[Published], None],
    ) -> None:
        self._facts = facts
        self._views = views
        self._on_published = on_published
        self._arriving: queue.SimpleQueue[list[Recorded] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)
        self.running = {projection.name: self._opened(projection) for projection in projections}
        self._hindsight = views.open_hindsight()
        self._in_doubt: Batch | None = None
        # Those that may have been begun beside another epoch.
        self._unserved = {*self.running, self._hindsight.view}
        self.failure = ""
        self.trouble = ""

    def _opened(self, projection: Projection) -> Running:
        checkpoint = self._views.open_view(projection.name, projection.version)
        fold = _fold_on_disk(self._views, projection, checkpoint.epoch)
        shown = self._views.shown_keys(projection.name, checkpoint.epoch) if projection.is_live else set()
        return Running(projection, fold, checkpoint, Keyframes(projection, checkpoint, shown))

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Fold what the log holds beyond the checkpoints; the position reached. For before `start`."""
        end = self._facts.last_position
        start = min([self._hindsight.position, *(view.checkpoint.position for view in self.running.values() if not view.stopped)])
        batch: list[Recorded] = []
        for recorded in self._facts.facts(start):
            batch.append(recorded)
            if len(batch) >= CATCH_UP_FACTS:
                self._fold(batch)
                if progress is not None:
                    progress(batch[-1].position, end)
                batch = []
        if batch:
            self._fold(batch)
        self._serve()
        return self._facts.last_position

    def start(self) -> None:
        """Begin to fold what arrives."""
        self._thread.start()

    def stop(self) -> None:
        """Fold what has arrived, then end."""
        if self._thread.is_alive():
            self._arriving.put(None)
            self._thread.join()

    def offer(self, facts: list[Recorded]) -> None:
        """Facts that have just been written."""
        self._arriving.put(facts)

    @property
    def position(self) -> int:
        """How far every view that runs has come."""
        return min((view.checkpoint.position for view in self.running.values() if not view.stopped), default=0)

    @property
    def _is_at_work(self) -> bool:
        return any(not view.stopped for view in self.running.values())

    def _run(self) -> None:
        while True:
            is_last = False
            try:
                self._settle()
                batch, is_last = self._next_batch()
                if batch:
                    began = time.monotonic()
                    self._fold(batch)
                    # Commands go first: in a burst of them what comes meanwhile is folded together, for less.
                    time.sleep(min(REST_S_MAX, REST_FOR_WORK * (time.monotonic() - began)))
                self.trouble = ""
            except (sqlite3.OperationalError, OperationalError, StoreUnavailable) as error:
                # A full or locked disk passes, and so does a lost connection; what was not folded is read from the log when it has.
                log.exception("the views cannot be written now")
                self.trouble = str(error)
                time.sleep(RETRY_S)
            except Exception as error:
                log.exception("the projector stopped")
                self.failure = str(error)
                return
            if is_last:
                return

    def _next_batch(self) -> tuple[list[Recorded], bool]:
        try:
            first = self._arriving.get(timeout=IDLE_LOOK_S)
        except queue.Empty:
            return self._written_elsewhere(), False
        if first is None:
            return [], True
        batch = list(first)
        while len(batch) < CATCH_UP_FACTS:
            try:
                more = self._arriving.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return self._contiguous(batch), True
            batch.extend(more)
        return self._contiguous(batch), False

    def _written_elsewhere(self) -> list[Recorded]:
        if self._is_at_work and self._facts.last_position > self.position:
            return list(self._facts.facts(self.position, self.position + CATCH_UP_FACTS))
        return []

    def _contiguous(self, batch: list[Recorded]) -> list[Recorded]:
        """The batch from the checkpoint on, without what came before; what another process wrote in between is read from the log."""
        if not self._is_at_work:
            return []
        whole: list[Recorded] = []
        position = self.position
        for recorded in batch:
            if recorded.position <= position:
                continue
            if recorded.position > position + 1:
                whole.extend(self._facts.facts(position, recorded.position - 1))
            whole.append(recorded)
            position = recorded.position
        return whole

    def _fold(self, batch: list[Recorded]) -> None:
        end = batch[-1].position
        changes: list[Change] = []
        moves: list[tuple[Checkpoint, int]] = []
        resting: dict[str, list[Change]] = {}
        for view in self.running.values():
            if view.stopped or view.checkpoint.position >= end:
                view.pending = None
                continue
            mine = batch if view.checkpoint.position < batch[0].position else [r for r in batch if r.position > view.checkpoint.position]
            reached = self._step(view, mine, end)
            assert view.pending is not None, f"{view.projection.name} was stepped without a result."
            changes.extend(view.pending.changes)
            resting[view.projection.name] = view.keyframes.resting(view.pending)
            moves.append((view.checkpoint, reached))
        learnt, known = self._learn(batch)
        self._in_doubt = Batch(len(batch), moves, known, changes, resting)
        self._views.write(changes, [*moves, *known], resting=itertools.chain.from_iterable(resting.values()), learnt=learnt)
        self._accept(self._in_doubt)

    def _accept(self, batch: Batch) -> None:
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
        self._on_published(Published({move[0].view: move[1] for move in batch.moves}, self._shown(batch.changes), time.monotonic()))
        for checkpoint, _ in batch.moves:
            self._keep_keyframe(self.running[checkpoint.view])
        self._serve()

    def _settle(self) -> None:
        """Whether a transaction is on disk that failed without an answer, or one before it is not any more: where the views stand says it.

        Raises Fenced where another host has moved them.
        """
        if not self.trouble:
            return
        batch = self._in_doubt
        expected = {before.view: _at(before, reached) for before, reached in (*batch.moves, *batch.known)} if batch is not None else {}
        held = {name: view.checkpoint for name, view in self.running.items()} | {self._hindsight.view: self._hindsight}
        found = {name: self._views.open_view(name, view.projection.version) for name, view in self.running.items()}
        found[self._hindsight.view] = self._views.open_hindsight()
        if batch is not None and expected and all(found[name] == checkpoint for name, checkpoint in expected.items()):
            self._accept(batch)
            return
        self._in_doubt = None
        for name, checkpoint in found.items():
            if checkpoint.epoch != held[name].epoch or checkpoint.position > held[name].position:
                raise fenced(name, held[name].position)
            if checkpoint.position < held[name].position:
                # Its last transactions were lost with the server: they are folded again.
                if name == self._hindsight.view:
                    self._hindsight = checkpoint
                else:
                    self.running[name] = self._opened(self.running[name].projection)

    def _serve(self) -> None:
        """What has caught up with the epoch beside which it was built is read from now on."""
        for name in list(self._unserved):
            checkpoint = self._hindsight if name == self._hindsight.view else self.running[name].checkpoint
            if self._views.serve(checkpoint):
                self._unserved.discard(name)

    def _learn(self, batch: list[Recorded]) -> tuple[hindsight.Rows, list[tuple[Checkpoint, int]]]:
        """What the batch says of earlier times, with what of the log lies before it; and the move of that checkpoint."""
        position, end = self._hindsight.position, batch[-1].position
        if position >= end:
            return hindsight.Rows(), []
        missed = self._facts.facts(position, batch[0].position - 1) if batch[0].position > position + 1 else ()
        mine = itertools.chain(missed, (recorded for recorded in batch if recorded.position > position))
        return hindsight.rows(mine, self._facts), [(self._hindsight, end)]

    def _step(self, view: Running, batch: list[Recorded], end: int) -> int:
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

    def _shown(self, changes: list[Change]) -> list[Change]:
        shown = []
        for change in changes:
            view = self.running[change.view]
            document = view.fold.get(change.key) if change.document is not None else None
            is_shown = document is not None and view.projection.is_shown(document)
            shown.append(change if is_shown or change.document is None else Change(change.view, change.key, change.position, None))
        return shown

    def _keep_keyframe(self, view: Running) -> None:
        if not view.keyframes.is_due(view.checkpoint.position):
            return
        name, epoch = view.projection.name, view.checkpoint.epoch
        keyframe = view.keyframes.next(view.checkpoint.position, lambda keys: self._views.documents_of(name, keys, epoch=epoch))
        self._views.keep_keyframe(view.checkpoint, keyframe.position, keyframe.rows, is_whole=keyframe.is_whole)
        view.keyframes.kept(keyframe)


def _at(checkpoint: Checkpoint, position: int) -> Checkpoint:
    return Checkpoint(checkpoint.view, checkpoint.epoch, checkpoint.version, position)


def _fold_on_disk(views: Views, projection: Projection, epoch: str) -> Fold:
    def read(key: str) -> bytes | None:
        row = views.document(projection.name, key, epoch=epoch)
        return row[2] if row else None

    def read_together(keys: set[str]) -> dict[str, bytes]:
        return {key: row[2] for key, row in views.documents_of(projection.name, keys, epoch=epoch).items()}

    return Fold(projection, read, read_together if views.is_far else None)
