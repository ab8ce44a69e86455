"""The views on disk: one table a view, rows and checkpoint in one transaction, the checkpoint moved by compare-and-set."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from streams import hindsight, hindsight_tables
from streams.failures import StoreIsNewer, fenced
from streams.kept_documents import digest_of, packed, unpacked
from streams.views import Change, Checkpoint, Row, StoppedView

# Raised when the tables change; views are then rebuilt from the log.
SCHEMA_VERSION = 3


class ViewStore:
    """Implements `streams.views.Views` in one file. Not for several writing threads; other threads read by connections of their own.

    A view has one epoch here, the one that is served: its host reads it whichever it names, and is fenced if it is not its own.
    """

    is_far = False

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
        for statement in hindsight_tables.TABLES:
            self._connection.execute(statement)

    def open_hindsight(self) -> Checkpoint:
        """The checkpoint of what later facts say of earlier times; a file without it, or of another version, begins at 0 with none."""
        row = self._connection.execute("SELECT epoch, version, position FROM checkpoints WHERE view = ?", (hindsight.NAME,)).fetchone()
        if row is not None and row[1] == hindsight.VERSION:
            return Checkpoint(hindsight.NAME, *row)
        checkpoint = Checkpoint(hindsight.NAME, secrets.token_hex(4), hindsight.VERSION, 0)
        self._connection.execute("BEGIN IMMEDIATE")
        for statement in hindsight_tables.EMPTY:
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

    def forget(self, view: str) -> None:
        """Whoever opens it next begins it anew."""
        self._connection.execute("DELETE FROM checkpoints WHERE view = ?", (view,))

    def serve(self, _checkpoint: Checkpoint) -> bool:
        """As promised by `Views`: a new epoch is read from its beginning, for the server does not start before it has caught up."""
        return True

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
                hindsight_tables.write(self._connection, learnt)
            for checkpoint, position in moves:
                moved = self._connection.execute(
                    "UPDATE checkpoints SET position = ? WHERE view = ? AND epoch = ? AND position = ?",
                    (position, checkpoint.view, checkpoint.epoch, checkpoint.position),
                ).rowcount
                if moved != 1:
                    raise fenced(checkpoint.view, checkpoint.position)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def tell_stopped(self, checkpoint: Checkpoint, stopped: StoppedView) -> None:
        """As promised by `Views`."""
        self._connection.execute(
            "INSERT OR REPLACE INTO stopped VALUES (?, ?, ?, ?, ?)",
            (stopped.view, checkpoint.epoch, stopped.position, stopped.en, stopped.zh),
        )

    def stopped_views(self) -> list[StoppedView]:
        """As promised by `Views`."""
        rows = self.reader().execute(
            "SELECT view, stopped.position, en, zh FROM stopped JOIN checkpoints USING (view, epoch) "
            "WHERE checkpoints.position < stopped.position ORDER BY view"
        )
        return [StoppedView(*row) for row in rows]

    def document(self, view: str, key: str, *, epoch: str | None = None) -> Row | None:  # noqa: ARG002 -- there is one
        """As promised by `Views`."""
        row: Row | None = self.reader().execute(f'SELECT key, position, document FROM "{view}" WHERE key = ?', (key,)).fetchone()
        return row

    def documents_of(self, view: str, keys: Collection[str], *, epoch: str | None = None) -> dict[str, Row]:
        """As promised by `Views`."""
        rows = (self.document(view, key, epoch=epoch) for key in keys)
        return {row[0]: row for row in rows if row is not None}

    def documents(self, view: str, *, epoch: str | None = None) -> Iterator[Row]:  # noqa: ARG002 -- there is one
        """As promised by `Views`."""
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

    def digest(self, view: str, *, epoch: str | None = None) -> str:
        """As promised by `Views`."""
        return digest_of(self.documents(view, epoch=epoch))

    def keep_keyframe(
        self, checkpoint: Checkpoint, position: int, rows: Sequence[tuple[str, int, bytes | None]], *, is_whole: bool
    ) -> None:
        """As promised by `Views`."""
        self._connection.execute(
            "INSERT OR REPLACE INTO keyframes VALUES (?, ?, ?, ?, ?)",
            (checkpoint.view, checkpoint.epoch, position, is_whole, packed(rows)),
        )

    def keyframe(self, view: str, epoch: str, position: int) -> tuple[int, dict[str, bytes]] | None:
        """As promised by `Views`."""
        parts = self.reader().execute(
            "SELECT position, documents FROM keyframes WHERE view = :view AND epoch = :epoch AND position <= :position AND position >= "
            "(SELECT max(position) FROM keyframes WHERE view = :view AND epoch = :epoch AND position <= :position AND is_whole) "
            "ORDER BY position",
            {"view": view, "epoch": epoch, "position": position},
        )
        return unpacked(parts)

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

    def hindsight(self) -> hindsight_tables.HindsightTables:
        """As promised by `Views`."""
        return hindsight_tables.HindsightTables(self.reader())

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
