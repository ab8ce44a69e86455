"""The views on disk: one table a view, rows and checkpoint in one transaction, the checkpoint moved by compare-and-set."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from streams import hindsight
from streams.failures import Fenced, StoreIsNewer

# Raised when the tables change; views are then rebuilt from the log.
SCHEMA_VERSION = 3

_kept = msgspec.json.Decoder(list[tuple[str, int, msgspec.Raw]])
_GONE = b"null"

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


class ViewStore:
    """Not for several writing threads; `reader()` gives other threads a connection of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}): upgrade, or remove the file to have the views built anew.",
                f"{path} 由更新版本的鼓楼写成(格式 {found}):请升级,或删除该文件以重建视图。",
            )
        # Views can always be folded from the log again: they survive a kill, and need not survive a power cut.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        if 0 < found < SCHEMA_VERSION:
            # Written before there were resting documents, or keyframes of what has changed: every view begins anew, in a new epoch.
            self._connection.execute("DELETE FROM checkpoints")
            self._connection.execute("DROP TABLE IF EXISTS keyframes")
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS checkpoints (view TEXT PRIMARY KEY, epoch TEXT, version INTEGER, position INTEGER) WITHOUT ROWID"
        )
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS keyframes (view TEXT, epoch TEXT, position INTEGER, is_whole INTEGER, documents BLOB, "
            "PRIMARY KEY (view, epoch, position)) WITHOUT ROWID"
        )
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS resting (view TEXT, epoch TEXT, key TEXT, position INTEGER, document BLOB, "
            "PRIMARY KEY (view, epoch, key, position)) WITHOUT ROWID"
        )
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS stopped (view TEXT PRIMARY KEY, epoch TEXT, position INTEGER, en TEXT, zh TEXT) WITHOUT ROWID"
        )
        for statement in hindsight.TABLES:
            self._connection.execute(statement)

    def open_hindsight(self) -> Checkpoint:
        """The checkpoint of what later facts say of earlier times; a file without it, or of another version, begins at 0 with none."""
        row = self._connection.execute("SELECT epoch, version, position FROM checkpoints WHERE view = ?", (hindsight.NAME,)).fetchone()
        if row is not None and row[1] == hindsight.VERSION:
            return Checkpoint(hindsight.NAME, *row)
        checkpoint = Checkpoint(hindsight.NAME, secrets.token_hex(4), hindsight.VERSION, 0)
        self._connection.execute("BEGIN IMMEDIATE")
        for statement in hindsight.EMPTY:
            self._connection.execute(statement)
        self._connection.execute(
            "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, 0)", (checkpoint.view, checkpoint.epoch, checkpoint.version)
        )
        self._connection.execute("COMMIT")
        return checkpoint

    def open_view(self, view: str, version: int) -> Checkpoint:
        """The view's checkpoint; a new view, or one of another version, begins at 0 in a new epoch with an empty table."""
        row = self._connection.execute("SELECT epoch, version, position FROM checkpoints WHERE view = ?", (view,)).fetchone()
        if row is not None and row[1] == version:
            return Checkpoint(view, row[0], row[1], row[2])
        checkpoint = Checkpoint(view, secrets.token_hex(4), version, 0)
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(f'DROP TABLE IF EXISTS "{view}"')
        self._connection.execute(
            f'CREATE TABLE "{view}" (key TEXT PRIMARY KEY, position INTEGER NOT NULL, document BLOB NOT NULL) WITHOUT ROWID'
        )
        self._connection.execute("DELETE FROM keyframes WHERE view = ?", (view,))
        self._connection.execute("DELETE FROM resting WHERE view = ?", (view,))
        self._connection.execute(
            "INSERT INTO checkpoints VALUES (?, ?, ?, 0) ON CONFLICT (view) DO UPDATE SET epoch = excluded.epoch, "
            "version = excluded.version, position = 0",
            (view, checkpoint.epoch, version),
        )
        self._connection.execute("COMMIT")
        return checkpoint

    def write(
        self,
        changes: Iterable[Change],
        moves: Sequence[tuple[Checkpoint, int]],
        *,
        resting: Iterable[Change] = (),
        learnt: hindsight.Rows | None = None,
    ) -> None:
        """Rows and checkpoints in one transaction. `moves` are checkpoints as this host knows them, and where each goes; raises Fenced.

        `resting` are those of the changes that are not shown afterwards, or gone; `learnt` is what the facts say of earlier times.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            by_view: dict[str, list[Change]] = {}
            for change in changes:
                by_view.setdefault(change.view, []).append(change)
            for view, rows in by_view.items():
                self._connection.executemany(
                    f'INSERT INTO "{view}" VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET position = excluded.position, '
                    "document = excluded.document",
                    [(row.key, row.position, row.document) for row in rows if row.document is not None],
                )
                self._connection.executemany(f'DELETE FROM "{view}" WHERE key = ?', [(row.key,) for row in rows if row.document is None])
            epochs = {checkpoint.view: checkpoint.epoch for checkpoint, _ in moves}
            self._connection.executemany(
                "INSERT OR REPLACE INTO resting VALUES (?, ?, ?, ?, ?)",
                [(row.view, epochs[row.view], row.key, row.position, row.document) for row in resting],
            )
            if learnt is not None:
                hindsight.write(self._connection, learnt)
            for checkpoint, position in moves:
                moved = self._connection.execute(
                    "UPDATE checkpoints SET position = ? WHERE view = ? AND epoch = ? AND position = ?",
                    (position, checkpoint.view, checkpoint.epoch, checkpoint.position),
                ).rowcount
                if moved != 1:
                    raise Fenced(
                        f"Another process has moved the checkpoint of {checkpoint.view} beyond {checkpoint.position}: this one stops.",
                        f"另一个进程已推进 {checkpoint.view} 的检查点({checkpoint.position} 之后):本进程停止。",
                    )
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def tell_stopped(self, checkpoint: Checkpoint, stopped: StoppedView) -> None:
        """For others to read: this view stands still, where, and why."""
        self._connection.execute(
            "INSERT OR REPLACE INTO stopped VALUES (?, ?, ?, ?, ?)",
            (stopped.view, checkpoint.epoch, stopped.position, stopped.en, stopped.zh),
        )

    def stopped_views(self) -> list[StoppedView]:
        """Views that stand still; one that has gone on since, or was begun anew, is not among them."""
        rows = self.reader().execute(
            "SELECT view, stopped.position, en, zh FROM stopped JOIN checkpoints USING (view, epoch) "
            "WHERE checkpoints.position < stopped.position ORDER BY view"
        )
        return [StoppedView(*row) for row in rows]

    def document(self, view: str, key: str) -> Row | None:
        """One document's row."""
        row: Row | None = self.reader().execute(f'SELECT key, position, document FROM "{view}" WHERE key = ?', (key,)).fetchone()
        return row

    def documents(self, view: str) -> Iterator[Row]:
        """Every document's row, by key."""
        yield from self.reader().execute(f'SELECT key, position, document FROM "{view}" ORDER BY key')

    def documents_between(self, view: str, first: str, last: str) -> Iterator[bytes]:
        """The documents whose keys lie in [`first`, `last`), by key."""
        rows = self.reader().execute(f'SELECT document FROM "{view}" WHERE key >= ? AND key < ?', (first, last))
        return (row[0] for row in rows)

    def shown_keys(self, view: str, epoch: str) -> set[str]:
        """The keys of the documents that are not resting."""
        rows = self.reader().execute(
            f'SELECT key FROM "{view}" AS held WHERE NOT EXISTS (SELECT 1 FROM resting '
            "WHERE view = ? AND epoch = ? AND key = held.key AND position = held.position)",
            (view, epoch),
        )
        return {row[0] for row in rows}

    def digest(self, view: str) -> str:
        """Two views with the same documents have the same digest (SHA-256 over keys and JSON in the order of the keys)."""
        whole = hashlib.sha256()
        for key, _, document in self.documents(view):
            whole.update(key.encode() + b"\0" + document + b"\n")
        return whole.hexdigest()

    def keep_keyframe(
        self, checkpoint: Checkpoint, position: int, rows: Sequence[tuple[str, int, bytes | None]], *, is_whole: bool
    ) -> None:
        """A view's shown documents at a position, from which an earlier state is folded: all, or those that changed since the last one."""
        raw = [(key, at, None if document is None else msgspec.Raw(document)) for key, at, document in rows]
        self._connection.execute(
            "INSERT OR REPLACE INTO keyframes VALUES (?, ?, ?, ?, ?)",
            (checkpoint.view, checkpoint.epoch, position, is_whole, zlib.compress(msgspec.json.encode(raw), 1)),
        )

    def keyframe(self, view: str, epoch: str, position: int) -> tuple[int, dict[str, bytes]] | None:
        """The newest keyframe at or before the position: where it stands, and the documents that were shown there, by key."""
        parts = self.reader().execute(
            "SELECT position, documents FROM keyframes WHERE view = :view AND epoch = :epoch AND position <= :position AND position >= "
            "(SELECT max(position) FROM keyframes WHERE view = :view AND epoch = :epoch AND position <= :position AND is_whole) "
            "ORDER BY position",
            {"view": view, "epoch": epoch, "position": position},
        )
        documents: dict[str, bytes] = {}
        found = 0
        for position_of_part, part in parts:
            found = position_of_part
            for key, _, raw in _kept.decode(zlib.decompress(part)):
                document = bytes(raw)
                if document == _GONE:
                    documents.pop(key, None)
                else:
                    documents[key] = document
        return (found, documents) if found else None

    def resting(self, view: str, epoch: str, key: str, position: int) -> bytes | None:
        """A document that a keyframe at this position leaves out because it was not shown then: a closed incident that comes back, say."""
        row = (
            self.reader()
            .execute(
                "SELECT document FROM resting WHERE view = ? AND epoch = ? AND key = ? AND position <= ? ORDER BY position DESC LIMIT 1",
                (view, epoch, key, position),
            )
            .fetchone()
        )
        return row[0] if row else None

    def keyframe_position(self, view: str, epoch: str, position: int) -> int:
        """Where the newest keyframe at or before the position stands; 0 where there is none."""
        found: int = (
            self.reader()
            .execute(
                "SELECT coalesce(max(position), 0) FROM keyframes WHERE view = ? AND epoch = ? AND position <= ?", (view, epoch, position)
            )
            .fetchone()[0]
        )
        return found

    def reader(self) -> sqlite3.Connection:
        """This thread's connection for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5, isolation_level=None)
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
