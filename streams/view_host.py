"""What the serving process asks of the host of its views: they are folded here (`streams.projector`), or elsewhere and followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from projections.projection import Projection, Recorded
from streams.folding import Fold
from streams.views import Checkpoint


class HostedView(Protocol):
    """One view."""

    @property
    def projection(self) -> Projection:
        """What it is."""
        ...

    @property
    def fold(self) -> Fold:
        """Its typed documents."""
        ...

    @property
    def checkpoint(self) -> Checkpoint:
        """How far it has come, as this process knows."""
        ...

    @property
    def folded(self) -> int:
        """How many facts this process has folded into it."""
        ...

    @property
    def stopped(self) -> str:
        """Why it stands still, in English; empty while it goes."""
        ...

    @property
    def stopped_zh(self) -> str:
        """The same in Chinese."""
        ...


class ViewHost(Protocol):
    """`catch_up`, `start`, `stop`; from any thread."""

    @property
    def running(self) -> Mapping[str, HostedView]:
        """Every view by name."""
        ...

    @property
    def failure(self) -> str:
        """Why no view goes on, if that is so."""
        ...

    @property
    def trouble(self) -> str:
        """What keeps the views from going on now, and passes."""
        ...

    @property
    def position(self) -> int:
        """How far every view has come that goes."""
        ...

    @property
    def log_end(self) -> int:
        """Where the log ends, as this process knows without asking far away."""
        ...

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Before `start`: what the log holds is in the views, if they are folded here; the position reached."""
        ...

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End in good order."""
        ...

    def offer(self, facts: list[Recorded]) -> None:
        """Facts that have just been written by this process."""
        ...
