"""What the program asks of a telemetry log. SQLite's (streams/telemetry.py) and Kafka's (streams/kafka/telemetry.py) both keep it.

A position is a whole number: the batches of all kinds and sources stand in one order, each at one position above 0, and what stands behind
a position can be asked for. Nothing else may be made of it: a log that was made anew begins with 1 again.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Protocol

from streams.telemetry import Batch, Heard


class Telemetry(Protocol):
    """`append` from any thread; reading blocks, and is for threads. What is not possible now is a StoreUnavailable, there and here."""

    @property
    def position(self) -> int:
        """That of the newest batch that it knows of."""

    @property
    def kept_since(self) -> float:
        """The moment (seconds since 1970) before which nothing is promised to be kept."""

    @property
    def shed(self) -> int:
        """Elements that were refused since it was opened."""

    @property
    def appended(self) -> int:
        """Fixes and readings that it has written since it was opened."""

    def start(self) -> None:
        """Begin to write."""

    def stop(self) -> None:
        """Write what waits, then end."""

    def append(
        self, kind: str, source: str, count: int, payload: bytes, *, rejected: int = 0, newest_at: float | None = None
    ) -> Future[int]:
        """The batch's position to come."""

    def batches(self, kind: str, after: int = 0, since: float = 0.0) -> Iterator[Batch]:
        """Batches of one kind after a position and recorded since a moment, in the order of the log, up to its end as it is now."""

    def heard(self, after: int, until: float) -> Iterator[Heard]:
        """What sources sent after a position and until a moment, in the order of the log."""

    def newest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The newest batch of a kind that was recorded between two moments."""

    def oldest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The oldest batch of a kind that was recorded between two moments."""
