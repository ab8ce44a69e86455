"""The hosts that run projections, behind one small seam, so that one contract holds for each: a further host is one more class here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from projections.projection import Projection, Recorded
from streams.failures import Fenced
from streams.folding import Fold, PoisonFact
from streams.projector import Projector, Published
from streams.store_of_record import StoreOfRecord
from streams.views import Checkpoint, Views

# A batch of a handful of facts takes milliseconds; beyond this the host has stopped.
SETTLED_S = 30.0


class Host(Protocol):
    """Folds what the log holds into the view store."""

    def deliver(self, batch: list[Recorded]) -> None:
        """Facts arrive: late, twice, or with some missing. When this returns they are in the views, or the host has stopped."""
        ...

    def catch_up(self) -> None:
        """Fold what the log holds beyond the checkpoints."""
        ...

    def positions(self) -> dict[str, int]:
        """How far each view has come."""
        ...

    def stopped(self) -> dict[str, str]:
        """Views that stopped at a poison fact, and why."""
        ...

    def failure(self) -> str:
        """Why the host as a whole has stopped, if it has."""
        ...

    def stop(self) -> None:
        """End in good order."""
        ...


MakeHost = Callable[[StoreOfRecord, Views, Sequence[Projection]], Host]


class Embedded:
    """The host in the serving process: a thread, batches by the queue."""

    def __init__(self, facts: StoreOfRecord, views: Views, projections: Sequence[Projection]) -> None:
        self.published: list[Published] = []
        self.projector = Projector(facts, views, projections, self.published.append)
        self._is_started = False

    def deliver(self, batch: list[Recorded]) -> None:
        if not self._is_started:
            self.projector.start()
            self._is_started = True
        self.projector.offer(batch)
        end = max(recorded.position for recorded in batch)
        deadline = time.monotonic() + SETTLED_S
        while not self.failure() and any(position < end for view, position in self.positions().items() if view not in self.stopped()):
            assert time.monotonic() < deadline, f"the host did not come to {end}: {self.positions()}"
            time.sleep(0.001)

    def catch_up(self) -> None:
        self.projector.catch_up()

    def positions(self) -> dict[str, int]:
        return {name: view.checkpoint.position for name, view in self.projector.running.items()}

    def stopped(self) -> dict[str, str]:
        return {name: view.stopped for name, view in self.projector.running.items() if view.stopped}

    def failure(self) -> str:
        return self.projector.failure

    def stop(self) -> None:
        self.projector.stop()


class PlainLoop:
    """The reference: one fact, one view, one transaction."""

    def __init__(self, facts: StoreOfRecord, views: Views, projections: Sequence[Projection]) -> None:
        self._facts = facts
        self._views = views
        self._projections = {projection.name: projection for projection in projections}
        self._checkpoints: dict[str, Checkpoint] = {each.name: views.open_view(each.name, each.version) for each in projections}
        self._stopped: dict[str, str] = {}
        self._failure = ""

    def deliver(self, batch: list[Recorded]) -> None:
        for recorded in batch:
            for name in self._projections:
                self._fold(name, recorded)

    def catch_up(self) -> None:
        for name in self._projections:
            for recorded in self._facts.facts(self._checkpoints[name].position):
                self._fold(name, recorded)
            if name not in self._stopped and not self._failure:
                self._views.serve(self._checkpoints[name])

    def _fold(self, name: str, recorded: Recorded) -> None:
        checkpoint = self._checkpoints[name]
        if name in self._stopped or self._failure or recorded.position <= checkpoint.position:
            return
        for missing in self._facts.facts(checkpoint.position, recorded.position - 1):
            self._one(name, missing)
        if name not in self._stopped:
            self._one(name, recorded)

    def _one(self, name: str, recorded: Recorded) -> None:
        checkpoint = self._checkpoints[name]
        fold = Fold(
            self._projections[name], lambda key: row[2] if (row := self._views.document(name, key, epoch=checkpoint.epoch)) else None
        )
        if name in self._stopped:
            return
        try:
            folded = fold.step([recorded])
            self._views.write(folded.changes, [(checkpoint, recorded.position)])
        except PoisonFact as poison:
            self._stopped[name] = str(poison)
        except Fenced as fenced:
            self._failure = str(fenced)
        else:
            self._checkpoints[name] = Checkpoint(name, checkpoint.epoch, checkpoint.version, recorded.position)

    def positions(self) -> dict[str, int]:
        return {name: checkpoint.position for name, checkpoint in self._checkpoints.items()}

    def stopped(self) -> dict[str, str]:
        return dict(self._stopped)

    def failure(self) -> str:
        return self._failure

    def stop(self) -> None:
        """Nothing waits."""


HOSTS: dict[str, MakeHost] = {"embedded": Embedded, "plain loop": PlainLoop}
