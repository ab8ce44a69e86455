"""A gateway's host of the views: they are folded by workers, and lie in a store that both reach. Here is only how far they are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from projections.projection import Projection, Recorded
from streams.failures import StoreUnavailable
from streams.folding import Fold
from streams.store_of_record import StoreOfRecord
from streams.views import Checkpoint, Views

# How far the views are, and where the log ends, is asked this often: ten short queries a second.
LOOK_S = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a view stands: its checkpoint, what its newest deltas reach, and why it stands still, if it does."""

    checkpoint: Checkpoint
    told: int
    stopped: str
    stopped_zh: str


class FollowedStore(Views, Protocol):
    """A view store that others write to."""

    def standings(self) -> list[Standing]:
        """Every view that is served."""
        ...


@dataclass(slots=True)
class FollowedView:
    """One view."""

    projection: Projection
    fold: Fold
    checkpoint: Checkpoint
    told: int = 0
    folded: int = 0
    stopped: str = ""
    stopped_zh: str = ""


class FollowedViews:
    """Implements `streams.view_host.ViewHost`. `on_look` is called in a thread of its own after each look."""

    def __init__(
        self,
        facts: StoreOfRecord,
        views: FollowedStore,
        projections: Sequence[Projection],
        relayed: Callable[[], int],
        on_look: Callable[[], None] = lambda: None,
    ) -> None:
        """`relayed` says up to which position facts are published."""
        self.running = {
            each.name: FollowedView(each, _fold(views, each), Checkpoint(each.name, "", each.version, 0)) for each in projections
        }
        self.failure = ""
        self.trouble = ""
        self.on_look = on_look
        self.log_end = 0
        self.relayed = 0
        self._ask_relayed = relayed
        self._facts = facts
        self._views = views
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="followed views", daemon=True)

    @property
    def position(self) -> int:
        """As promised by `ViewHost`."""
        return min((view.checkpoint.position for view in self.running.values() if not view.stopped), default=0)

    def stands(self) -> dict[str, tuple[str, int]]:
        """By view, the epoch that is served and what its newest deltas reach, as was last seen; for `streams.kafka.view_feed`."""
        return {name: (view.checkpoint.epoch, view.told) for name, view in self.running.items()}

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:  # noqa: ARG002 -- others fold
        """As promised by `ViewHost`: where the views stand now. Raises StoreUnavailable."""
        self.look()
        return self.position

    def start(self) -> None:
        """As promised by `ViewHost`."""
        self._thread.start()

    def stop(self) -> None:
        """As promised by `ViewHost`."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def offer(self, facts: list[Recorded]) -> None:
        """As promised by `ViewHost`: the relay publishes them, and the workers fold them."""
        self.log_end = max(self.log_end, facts[-1].position)

    def look(self) -> None:
        """Where the views stand now. Raises StoreUnavailable."""
        self.log_end = max(self.log_end, self._facts.last_position)
        self.relayed = self._ask_relayed()
        for standing in self._views.standings():
            view = self.running.get(standing.checkpoint.view)
            if view is not None:
                view.checkpoint, view.told = standing.checkpoint, standing.told
                view.stopped, view.stopped_zh = standing.stopped, standing.stopped_zh

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self.look()
                self.trouble = ""
            except StoreUnavailable as error:
                if not self.trouble:
                    log.warning("where the views stand cannot be read: %s", error)
                self.trouble = str(error)
            self.on_look()


def _fold(views: Views, projection: Projection) -> Fold:
    def read(key: str) -> bytes | None:
        row = views.document(projection.name, key)
        return row[2] if row else None

    return Fold(projection, read)
