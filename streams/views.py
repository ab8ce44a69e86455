"""What the program asks of the views on disk: `streams.view_store` keeps them on SQLite, `streams.postgres.view_store` on PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.hindsight import Hindsight, Rows

# A document's row: its key, the position of the fact that last changed it, and its JSON.
Row = tuple[str, int, bytes]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a view has come. A new `epoch` means that it was rebuilt: positions of another epoch's documents do not compare."""

    view: str
    epoch: str
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class Change:
    """A document that changed (its JSON), or is gone (None)."""

    view: str
    key: str
    position: int
    document: bytes | None


@dataclass(frozen=True, slots=True)
class StoppedView:
    """A view that stands still before a position, and why, in both languages."""

    view: str
    position: int
    en: str
    zh: str


class Views(Protocol):
    """Written by one thread of a host, read by any.

    Where a view is rebuilt beside the one that is served, `epoch` says which of the two is read: the one that is served, if it is None.
    """

    @property
    def is_far(self) -> bool:
        """Whether reading a document takes a round trip to another process: a batch's are then better read together."""
        ...

    def open_view(self, view: str, version: int) -> Checkpoint:
        """The view's checkpoint; a new view, or one of another version, begins at 0 in a new epoch without documents."""
        ...

    def open_hindsight(self) -> Checkpoint:
        """The checkpoint of what later facts say of earlier times."""
        ...

    def serve(self, checkpoint: Checkpoint) -> bool:
        """Let this epoch be the one that is read, if it has come as far as the one that is; whether it is."""
        ...

    def write(
        self,
        changes: Iterable[Change],
        moves: Sequence[tuple[Checkpoint, int]],
        *,
        resting: Iterable[Change] = (),
        learnt: Rows | None = None,
    ) -> None:
        """Rows and checkpoints in one transaction. `moves` are checkpoints as this host knows them, and where each goes; raises Fenced.

        `resting` are those of the changes that are not shown afterwards, or gone; `learnt` is what the facts say of earlier times.
        """
        ...

    def tell_stopped(self, checkpoint: Checkpoint, stopped: StoppedView) -> None:
        """For others to read: this view stands still, where, and why."""
        ...

    def stopped_views(self) -> list[StoppedView]:
        """Views that stand still; one that has gone on since, or was begun anew, is not among them."""
        ...

    def document(self, view: str, key: str, *, epoch: str | None = None) -> Row | None:
        """One document's row."""
        ...

    def documents_of(self, view: str, keys: Collection[str], *, epoch: str | None = None) -> dict[str, Row]:
        """The rows of those of the documents that there are, by key."""
        ...

    def documents(self, view: str, *, epoch: str | None = None) -> Iterator[Row]:
        """Every document's row, by key."""
        ...

    def documents_between(self, view: str, first: str, last: str) -> Iterator[bytes]:
        """The documents whose keys lie in [`first`, `last`), by key."""
        ...

    def shown_keys(self, view: str, epoch: str) -> set[str]:
        """The keys of the documents that are not resting."""
        ...

    def digest(self, view: str, *, epoch: str | None = None) -> str:
        """Two views with the same documents have the same digest (SHA-256 over keys and JSON in the order of the keys)."""
        ...

    def keep_keyframe(
        self, checkpoint: Checkpoint, position: int, rows: Sequence[tuple[str, int, bytes | None]], *, is_whole: bool
    ) -> None:
        """A view's shown documents at a position, from which an earlier state is folded: all, or those that changed since the last one."""
        ...

    def keyframe(self, view: str, epoch: str, position: int) -> tuple[int, dict[str, bytes]] | None:
        """The newest keyframe at or before the position: where it stands, and the documents that were shown there, by key."""
        ...

    def keyframe_position(self, view: str, epoch: str, position: int) -> int:
        """Where the newest keyframe at or before the position stands; 0 where there is none."""
        ...

    def resting(self, view: str, epoch: str, key: str, position: int) -> bytes | None:
        """A document that a keyframe at this position leaves out because it was not shown then: a closed incident that comes back, say."""
        ...

    def hindsight(self) -> Hindsight:
        """What later facts say of earlier times, as far as it was written; for the thread that asks."""
        ...

    def close(self) -> None:
        """Give back what was held open."""
        ...
