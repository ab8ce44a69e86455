"""A view store in memory, as `streams.postgres.view_store` is one: epochs, checkpoints moved by compare-and-set, rows and deltas with them.

A transaction is a new dictionary of epochs in the place of the old one, so that a server that forgets its last commits has the one before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from streams import hindsight
from streams.failures import StoreUnavailable, fenced
from streams.followed_views import Standing
from streams.kafka.view_feed import Snapshot
from streams.postgres.view_store import Delta
from streams.views import Change, Checkpoint, Row, StoppedView
from tests.simulation.processes import pause

# Commits do not wait for the disk: a server that is killed has forgotten so many of them at the most, here.
FORGOTTEN_COMMITS_MAX = 8


@dataclass(frozen=True, slots=True)
class Epoch:
    """A row of `view_epochs`, with what the other tables have of it. Never changed in place."""

    checkpoint: Checkpoint
    state: str = "served"
    told: int = 0
    rows: dict[str, Row] = field(default_factory=dict)
    resting: dict[str, int] = field(default_factory=dict)
    deltas: tuple[Delta, ...] = ()
    stopped: StoppedView | None = None

    def is_shown(self, key: str) -> bool:
        """Whether a document is not at rest."""
        return self.resting.get(key) != self.rows[key][1]


Epochs = dict[tuple[str, str], Epoch]


@dataclass(slots=True)
class ViewTables:
    """The server; `on_commit` is told of every epoch that a transaction moved."""

    epochs: Epochs = field(default_factory=dict)
    on_commit: Callable[[Epoch], None] = lambda _epoch: None
    is_away: bool = False
    answers_lost: int = 0
    commits: int = 0
    made: int = 0
    kills: int = 0
    before: deque[Epochs] = field(default_factory=lambda: deque(maxlen=FORGOTTEN_COMMITS_MAX))

    def copy(self, on_commit: Callable[[Epoch], None]) -> ViewTables:
        """The same tables, to be gone on with."""
        return ViewTables(dict(self.epochs), on_commit, made=self.made)

    def commit(self, *changed: Epoch) -> None:
        """One transaction."""
        self.before.append(self.epochs)
        self.epochs = self.epochs | {(each.checkpoint.view, each.checkpoint.epoch): each for each in changed}
        self.commits += 1

    def forget(self, commits: int) -> int:
        """The server was killed; how many of its last commits are not on disk."""
        forgotten = min(commits, len(self.before))
        for _ in range(forgotten):
            self.epochs = self.before.pop()
        self.before.clear()
        self.kills += 1
        return forgotten

    def find(self, view: str, epoch: str | None) -> Epoch | None:
        """The epoch that is named, or the one that is served."""
        if epoch is not None:
            found = self.epochs.get((view, epoch))
            return found if found is not None and found.state != "retired" else None
        return next((each for each in self.epochs.values() if each.checkpoint.view == view and each.state == "served"), None)

    def compared(self, moves: Sequence[tuple[Checkpoint, int]]) -> list[Epoch]:
        """The epochs to be moved, each where its host believes it to be. Raises Fenced."""
        found = []
        for checkpoint, _ in moves:
            epoch = self.find(checkpoint.view, checkpoint.epoch)
            if epoch is None or epoch.checkpoint.position != checkpoint.position:
                raise fenced(checkpoint.view, checkpoint.position)
            found.append(epoch)
        return found


class ViewClient:
    """One process's way to it: `streams.views.Views`, what the outbox and a gateway read."""

    is_far = True

    def __init__(self, tables: ViewTables, *, rebuilds: bool = False) -> None:
        self._tables = tables
        self._rebuilds = rebuilds

    def open_view(self, view: str, version: int) -> Checkpoint:
        """As promised by `Views`."""
        self._about(f"open {view}")
        states = ("built",) if self._rebuilds else ("served", "built")
        ours = [each for each in self._tables.epochs.values() if each.checkpoint.view == view and each.state in states]
        if ours:
            return max(ours, key=lambda each: each.state == "served").checkpoint
        self._tables.made += 1
        checkpoint = Checkpoint(view, f"e{self._tables.made}", version, 0)
        served = self._tables.find(view, None)
        self._tables.commit(Epoch(checkpoint, "served" if served is None else "built"))
        return checkpoint

    def open_hindsight(self) -> Checkpoint:
        """As promised by `Views`."""
        return self.open_view(hindsight.NAME, hindsight.VERSION)

    def serve(self, checkpoint: Checkpoint) -> bool:
        """As promised by `Views`."""
        own = self._tables.find(checkpoint.view, checkpoint.epoch)
        if own is None:
            raise fenced(checkpoint.view, checkpoint.position)
        served = self._tables.find(checkpoint.view, None)
        if own == served:
            return True
        self._about(f"serve {checkpoint.view} from {checkpoint.epoch}")
        own, served = self._tables.find(checkpoint.view, checkpoint.epoch), self._tables.find(checkpoint.view, None)
        if own is None:
            raise fenced(checkpoint.view, checkpoint.position)
        if served is not None and own.checkpoint.position < served.checkpoint.position:
            return False
        retired = [] if served is None or served == own else [replace(served, state="retired", rows={}, deltas=())]
        self._tables.commit(*retired, replace(own, state="served"))
        # This commit waits for the disk, and all before it with it.
        self._tables.before.clear()
        return True

    def write(
        self,
        changes: Iterable[Change],
        moves: Sequence[tuple[Checkpoint, int]],
        *,
        resting: Iterable[Change] = (),
        learnt: hindsight.Rows | None = None,  # noqa: ARG002 -- the time machine is not simulated
    ) -> None:
        """As promised by `Views`."""
        newest = {(change.view, change.key): change for change in changes}
        asleep = {(change.view, change.key): change.position for change in resting}
        self._about("write views")
        moved = [
            _written(epoch, until, [change for (view, _), change in newest.items() if view == checkpoint.view], asleep)
            for epoch, (checkpoint, until) in zip(self._tables.compared(moves), moves, strict=True)
        ]
        kills = self._tables.kills
        self._tables.commit(*moved)
        for epoch in moved:
            self._tables.on_commit(epoch)
        pause("hear that the views are written")
        self._heard(kills)

    def tell_stopped(self, checkpoint: Checkpoint, stopped: StoppedView) -> None:
        """As promised by `Views`."""
        epoch = self._tables.find(checkpoint.view, checkpoint.epoch)
        if epoch is not None:
            self._tables.commit(replace(epoch, stopped=stopped))

    def document(self, view: str, key: str, *, epoch: str | None = None) -> Row | None:
        """As promised by `Views`."""
        return self.documents_of(view, [key], epoch=epoch).get(key)

    def documents_of(self, view: str, keys: Collection[str], *, epoch: str | None = None) -> dict[str, Row]:
        """As promised by `Views`."""
        self._about(f"read documents of {view}")
        found = self._tables.find(view, epoch)
        return {} if found is None else {key: found.rows[key] for key in keys if key in found.rows}

    def shown_keys(self, view: str, epoch: str) -> set[str]:
        """As promised by `Views`."""
        found = self._tables.find(view, epoch)
        return set() if found is None else {key for key in found.rows if found.is_shown(key)}

    def standings(self) -> list[Standing]:
        """As promised by `streams.followed_views.FollowedStore`."""
        self._about("look where the views stand")
        return [Standing(each.checkpoint, each.told, "", "") for each in self._tables.epochs.values() if each.state == "served"]

    def snapshot(self, view: str) -> Snapshot:
        """As `command_ui.gateway.Gateway.snapshot` gives it."""
        self._about(f"read {view}")
        epoch = self._tables.find(view, None)
        if epoch is None:
            return Snapshot(view, "", 0, 0, ())
        rows = tuple(epoch.rows[key] for key in sorted(epoch.rows) if epoch.is_shown(key))
        return Snapshot(view, epoch.checkpoint.epoch, epoch.checkpoint.position, epoch.told, rows)

    def deltas(self, checkpoint: Checkpoint, *, limit: int) -> list[Delta]:
        """As `streams.postgres.view_store` gives them."""
        self._about(f"read the deltas of {checkpoint.view}")
        epoch = self._tables.find(checkpoint.view, checkpoint.epoch)
        return [] if epoch is None else list(epoch.deltas[:limit])

    def let_go(self, view: str, epoch: str, until: int) -> None:
        """The same."""
        self._about(f"let go of the deltas of {view} up to {until}")
        found = self._tables.find(view, epoch)
        if found is not None:
            self._tables.commit(replace(found, deltas=tuple(delta for delta in found.deltas if delta.until > until)))

    def _about(self, what: str) -> None:
        pause(what)
        if self._tables.is_away:
            raise StoreUnavailable("The view store is away.", "视图库不可用。")

    def _heard(self, kills: int) -> None:
        if self._tables.answers_lost or self._tables.kills > kills:
            self._tables.answers_lost = max(0, self._tables.answers_lost - 1)
            raise StoreUnavailable("The answer of the view store was lost.", "视图库的答复丢失。")


def _written(epoch: Epoch, until: int, changes: Sequence[Change], asleep: dict[tuple[str, str], int]) -> Epoch:
    rows, resting, deltas = dict(epoch.rows), epoch.resting, list(epoch.deltas)
    for change in changes:
        if change.document is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = (change.key, change.position, change.document)
        is_asleep = (change.view, change.key) in asleep
        if is_asleep:
            resting = resting | {change.key: asleep[change.view, change.key]}
        if epoch.state == "served":
            deltas.append(Delta(change.key, epoch.told, until, change.position, None if is_asleep else change.document))
    told = until if changes and epoch.state == "served" else epoch.told
    return replace(epoch, checkpoint=replace(epoch.checkpoint, position=until), told=told, rows=rows, resting=resting, deltas=tuple(deltas))
