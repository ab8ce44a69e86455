"""The embedded host of the projections: a thread that folds each batch of facts, commits rows and checkpoints, and tells the consoles.

A projection that fails on a fact stops there, loudly and alone: the others go on. A gap between what arrives and the checkpoint is filled
from the store of record.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import OperationalError

from projections.projection import Projection, Recorded
from streams.failures import StoreUnavailable
from streams.stepping import Stepped, Stepper
from streams.store_of_record import StoreOfRecord
from streams.views import Change, Views

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
        self._stepper = Stepper(facts, views, projections)
        self.running = self._stepper.running
        self._on_published = on_published
        self._arriving: queue.SimpleQueue[list[Recorded] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)
        self.failure = ""
        self.trouble = ""

    @property
    def log_end(self) -> int:
        """As promised by `ViewHost`."""
        return self._facts.last_position

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Fold what the log holds beyond the checkpoints; the position reached. For before `start`."""
        end = self._facts.last_position
        batch: list[Recorded] = []
        for recorded in self._facts.facts(self._stepper.learnt_position):
            batch.append(recorded)
            if len(batch) >= CATCH_UP_FACTS:
                self._fold(batch)
                if progress is not None:
                    progress(batch[-1].position, end)
                batch = []
        if batch:
            self._fold(batch)
        self._stepper.serve()
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
        return self._stepper.position

    def _run(self) -> None:
        while True:
            is_last = False
            try:
                if self.trouble and (stepped := self._stepper.settle()) is not None:
                    self._tell(stepped)
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
        if self._stepper.is_at_work and self._facts.last_position > self.position:
            return list(self._facts.facts(self.position, self.position + CATCH_UP_FACTS))
        return []

    def _contiguous(self, batch: list[Recorded]) -> list[Recorded]:
        """The batch from the checkpoint on, without what came before; what another process wrote in between is read from the log."""
        if not self._stepper.is_at_work:
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
        self._tell(self._stepper.step(batch))

    def _tell(self, stepped: Stepped) -> None:
        self._on_published(Published(stepped.positions, self._shown(stepped.changes), time.monotonic()))
        self._stepper.rest(stepped)

    def _shown(self, changes: list[Change]) -> list[Change]:
        shown = []
        for change in changes:
            view = self.running[change.view]
            document = view.fold.get(change.key) if change.document is not None else None
            is_shown = document is not None and view.projection.is_shown(document)
            shown.append(change if is_shown or change.document is None else Change(change.view, change.key, change.position, None))
        return shown
