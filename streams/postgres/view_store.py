"""The views on PostgreSQL: rows, deltas and checkpoint in one transaction, the checkpoint moved by compare-and-set.

A view of another version is built in an epoch of its own beside the one that is served, and read from when `serve` has switched to it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from streams import hindsight
from streams.failures import StoreUnavailable
from streams.followed_views import Standing
from streams.kafka import view_records
from streams.kept_documents import digest_of, packed, unpacked
from streams.postgres import hindsight_tables, view_epochs
from streams.postgres.connections import connected
from streams.postgres.failures import place_of
from streams.postgres.migrations import bring_up_to_date
from streams.postgres.view_connections import Connections
from streams.postgres.view_epochs import ReadTo
from streams.postgres.view_rows import write_deltas, write_rows
from streams.postgres.view_tables import PART, STEPS
from streams.views import Change, Checkpoint, Row, StoppedView

# So many rows come with each round trip while a whole view is read.
READ_ROWS = 2_000

# Which epoch is read: the one that is named, or the one that is served.
_NUMBER: Final = "(SELECT number FROM view_epochs WHERE view = %(view)s AND state = 'served')"
_NUMBER_OF_EPOCH: Final = "(SELECT number FROM view_epochs WHERE view = %(view)s AND epoch = %(epoch)s AND state <> 'retired')"
_SHOWN: Final = (
    "NOT EXISTS (SELECT 1 FROM view_resting rest WHERE rest.number = held.number AND rest.key = held.key AND rest.position = held.position)"
)


@dataclass(frozen=True, slots=True)
class Delta:
    """A document that one move of a checkpoint, to `until`, changed of what is shown (None: gone, or shown no more).

    `since` is the `until` of the deltas before: a chain without gaps, though a move that changed nothing has no deltas.
    """

    key: str
    since: int
    until: int
    position: int
    document: bytes | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A view as of one checkpoint; `told` is what the deltas reach that are in it already."""

    checkpoint: Checkpoint
    rows: list[Row]
    told: int


class Publishing(Protocol):
    """Who publishes what is put down to be published; told in the thread that writes."""

    def served(self, checkpoint: Checkpoint) -> None:
        """This epoch is the one that is read, from now on or still: what was put down of it and is not published is there."""
        ...

    def committed(self, deltas: Sequence[view_records.Delta]) -> None:
        """These have just been put down."""
        ...


class PostgresViewStore:
    """Implements `streams.views.Views`. Safe in any thread; several processes may write, and one of them wins.

    `publishes`: what changes in served epochs is put down as deltas too, for whoever publishes them, in the same transaction.
    `rebuilds`: whoever opens a view here builds it anew beside the served one, though that is of the same version.
    """

    is_far = True

    def __init__(self, address: str, *, publishes: bool = False, rebuilds: bool = False) -> None:
        # Views can always be folded from the log again: they survive a kill. Of a server that is killed the last moments may be gone, all
        # of them together with their checkpoints, and are folded again; no commit waits for a disk.
        self._connections = Connections(address, settings={"synchronous_commit": "off"})
        self._publishes = publishes
        self._rebuilds = rebuilds
        self.publishing: Publishing | None = None
        self._clearing: threading.Thread | None = None
        self._is_closing = False
        with connected(address) as connection:
            bring_up_to_date(connection, place_of(address), PART, STEPS)

    def open_view(self, view: str, version: int) -> Checkpoint:
        """As promised by `Views`; of another version, it begins beside the one that is served. Raises StoreIsNewer, StoreUnavailable."""
        with self._connections.transaction() as connection:
            return view_epochs.open_epoch(connection, view, version, is_rebuilt=self._rebuilds)

    def open_hindsight(self) -> Checkpoint:
        """As promised by `Views`."""
        return self.open_view(hindsight.NAME, hindsight.VERSION)

    def serve(self, checkpoint: Checkpoint) -> bool:
        """As promised by `Views`. What the epochs before it have left is cleared away meanwhile. Raises Fenced."""
        with self._connections.transaction() as connection:
            is_served = view_epochs.serve(connection, checkpoint)
        if is_served and (self._clearing is None or not self._clearing.is_alive()):
            self._clearing = threading.Thread(target=self._clear, name="retired views", daemon=True)
            self._clearing.start()
        if is_served and self.publishing is not None:
            self.publishing.served(checkpoint)
        return is_served

    def write(
        self,
        changes: Iterable[Change],
        moves: Sequence[tuple[Checkpoint, int]],
        *,
        resting: Iterable[Change] = (),
        learnt: hindsight.Rows | None = None,
        read: Mapping[str, ReadTo] | None = None,
    ) -> None:
        """As promised by `Views`; `read` says by view how far its topic was read. Raises Fenced, StoreUnavailable.

        After StoreUnavailable it may be on disk all the same (the answer was lost with the connection): `open_view` says.
        """
        newest = {(change.view, change.key): change for change in changes}
        asleep = list(resting)
        deltas: list[view_records.Delta] = []
        # Two round trips: the checkpoints, then everything else with the commit.
        with self._connections.transaction() as connection, connection.pipeline():
            moved = view_epochs.move(connection, moves, read or {})
            write_rows(connection, newest.values(), asleep, moved)
            if self._publishes:
                deltas = write_deltas(connection, newest, asleep, moves, moved)
            if learnt is not None and hindsight.NAME in moved:
                hindsight_tables.write(connection, moved[hindsight.NAME].number, learnt)
            connection.commit()
        if deltas and self.publishing is not None:
            self.publishing.committed(deltas)

    def tell_stopped(self, checkpoint: Checkpoint, stopped: StoppedView) -> None:
        """As promised by `Views`."""
        with self._connections.transaction() as connection:
            connection.execute(
                "UPDATE view_epochs SET stopped_at = %s, stopped_en = %s, stopped_zh = %s WHERE view = %s AND epoch = %s",
                (stopped.position, stopped.en, stopped.zh, checkpoint.view, checkpoint.epoch),
            )

    def stopped_views(self) -> list[StoppedView]:
        """As promised by `Views`."""
        with self._connections.transaction() as connection:
            rows = connection.execute(
                "SELECT view, stopped_at, stopped_en, stopped_zh FROM view_epochs "
                "WHERE state <> 'retired' AND position < stopped_at ORDER BY view"
            ).fetchall()
        return [StoppedView(*row) for row in rows]

    def document(self, view: str, key: str, *, epoch: str | None = None) -> Row | None:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            row: Row | None = connection.execute(
                f"SELECT key, position, document FROM view_documents WHERE number = {_epoch(epoch)} AND key = %(key)s",
                {"view": view, "epoch": epoch, "key": key},
            ).fetchone()
        return row

    def documents_of(self, view: str, keys: Collection[str], *, epoch: str | None = None) -> dict[str, Row]:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            rows = connection.execute(
                f"SELECT key, position, document FROM view_documents WHERE number = {_epoch(epoch)} AND key = ANY (%(keys)s)",
                {"view": view, "epoch": epoch, "keys": list(keys)},
                binary=True,
            )
            return {row[0]: row for row in rows}

    def documents(self, view: str, *, epoch: str | None = None) -> Iterator[Row]:
        """As promised by `Views`: as of the moment of the first one."""
        query = f"SELECT key, position, document FROM view_documents WHERE number = {_epoch(epoch)} ORDER BY key"
        with self._connections.transaction() as connection, connection.cursor("documents") as cursor:
            cursor.itersize = READ_ROWS
            cursor.execute(query, {"view": view, "epoch": epoch}, binary=True)
            yield from cursor

    def documents_between(self, view: str, first: str, last: str) -> Iterator[bytes]:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            rows = connection.execute(
                f"SELECT document FROM view_documents WHERE number = {_NUMBER} AND key >= %(first)s AND key < %(last)s ORDER BY key",
                {"view": view, "first": first, "last": last},
            ).fetchall()
        return (row[0] for row in rows)

    def shown_keys(self, view: str, epoch: str) -> set[str]:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            rows = connection.execute(
                f"SELECT key FROM view_documents held WHERE number = {_NUMBER_OF_EPOCH} AND {_SHOWN}", {"view": view, "epoch": epoch}
            )
            return {row[0] for row in rows}

    def standings(self) -> list[Standing]:
        """As promised by `streams.followed_views.FollowedStore`."""
        with self._connections.transaction() as connection:
            rows = connection.execute(
                "SELECT view, epoch, version, position, told, CASE WHEN position < stopped_at THEN stopped_en ELSE '' END, "
                "CASE WHEN position < stopped_at THEN stopped_zh ELSE '' END FROM view_epochs WHERE state = 'served'"
            ).fetchall()
        return [Standing(Checkpoint(*row[:4]), *row[4:]) for row in rows]

    def snapshot(self, view: str) -> Snapshot | None:
        """The shown documents of the served epoch with its checkpoint, as of one moment; None where the view was never built."""
        with self._connections.transaction(is_snapshot=True) as connection:
            row = connection.execute(
                "SELECT number, epoch, version, position, told FROM view_epochs WHERE view = %s AND state = 'served'", (view,)
            ).fetchone()
            if row is None:
                return None
            rows = connection.execute(
                f"SELECT key, position, document FROM view_documents held WHERE number = %s AND {_SHOWN} ORDER BY key",
                (row[0],),
                binary=True,
            ).fetchall()
        return Snapshot(Checkpoint(view, *row[1:4]), rows, row[4])

    def digest(self, view: str, *, epoch: str | None = None) -> str:
        """As promised by `Views`."""
        return digest_of(self.documents(view, epoch=epoch))

    def keep_keyframe(
        self, checkpoint: Checkpoint, position: int, rows: Sequence[tuple[str, int, bytes | None]], *, is_whole: bool
    ) -> None:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            connection.execute(
                f"INSERT INTO view_keyframes SELECT number, %(at)s, %(is_whole)s, %(rows)s FROM {_NUMBER_OF_EPOCH} AS own "
                "ON CONFLICT (number, position) DO UPDATE SET is_whole = excluded.is_whole, documents = excluded.documents",
                {"view": checkpoint.view, "epoch": checkpoint.epoch, "at": position, "is_whole": is_whole, "rows": packed(rows)},
            )

    def keyframe(self, view: str, epoch: str, position: int) -> tuple[int, dict[str, bytes]] | None:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            parts = connection.execute(
                f"SELECT position, documents FROM view_keyframes WHERE number = {_NUMBER_OF_EPOCH} AND position <= %(at)s AND position >= "
                f"(SELECT max(position) FROM view_keyframes WHERE number = {_NUMBER_OF_EPOCH} AND position <= %(at)s AND is_whole) "
                "ORDER BY position",
                {"view": view, "epoch": epoch, "at": position},
                binary=True,
            ).fetchall()
        return unpacked(parts)

    def keyframe_position(self, view: str, epoch: str, position: int) -> int:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            row = connection.execute(
                f"SELECT max(position) FROM view_keyframes WHERE number = {_NUMBER_OF_EPOCH} AND position <= %(at)s",
                {"view": view, "epoch": epoch, "at": position},
            ).fetchone()
        return (row and row[0]) or 0

    def resting(self, view: str, epoch: str, key: str, position: int) -> bytes | None:
        """As promised by `Views`."""
        with self._connections.statement() as connection:
            row = connection.execute(
                f"SELECT document FROM view_resting WHERE number = {_NUMBER_OF_EPOCH} AND key = %(key)s AND position <= %(at)s "
                "ORDER BY position DESC LIMIT 1",
                {"view": view, "epoch": epoch, "key": key, "at": position},
            ).fetchone()
        return row[0] if row else None

    def hindsight(self) -> hindsight_tables.HindsightTables:
        """As promised by `Views`."""
        return hindsight_tables.HindsightTables(self._connections)

    def read_to(self, checkpoint: Checkpoint) -> ReadTo | None:
        """How far this epoch has read its topic; None where it has not read from one."""
        with self._connections.statement() as connection:
            row = connection.execute(
                "SELECT kafka_topic_id, kafka_partition, kafka_offset FROM view_epochs WHERE view = %s AND epoch = %s",
                (checkpoint.view, checkpoint.epoch),
            ).fetchone()
        return ReadTo(*row) if row is not None and row[0] is not None else None

    def deltas(self, checkpoint: Checkpoint, *, limit: int) -> list[Delta]:
        """The oldest of those that this epoch has put down and that were not let go of; those of the last move may be cut short."""
        with self._connections.statement() as connection:
            rows = connection.execute(
                f"SELECT key, since, until, position, document FROM view_deltas WHERE number = {_NUMBER_OF_EPOCH} "
                "ORDER BY until, key LIMIT %(limit)s",
                {"view": checkpoint.view, "epoch": checkpoint.epoch, "limit": limit},
                binary=True,
            ).fetchall()
        return [Delta(*row) for row in rows]

    def told(self, checkpoint: Checkpoint) -> int:
        """What the newest deltas of this epoch reach; 0 where it has none."""
        with self._connections.statement() as connection:
            row = connection.execute(
                "SELECT told FROM view_epochs WHERE view = %s AND epoch = %s", (checkpoint.view, checkpoint.epoch)
            ).fetchone()
        return row[0] if row is not None else 0

    def let_go(self, view: str, epoch: str, until: int) -> None:
        """The deltas of this epoch up to a position are published: they are not needed any more."""
        with self._connections.statement() as connection:
            connection.execute(
                f"DELETE FROM view_deltas WHERE number = {_NUMBER_OF_EPOCH} AND until <= %(until)s",
                {"view": view, "epoch": epoch, "until": until},
            )

    def clear(self) -> None:
        """Until nothing is left of epochs that are not read any more. Raises StoreUnavailable."""
        while view_epochs.clear_some(self._connections):
            pass

    def close(self) -> None:
        """Give the connections back."""
        self._is_closing = True
        if self._clearing is not None:
            self._clearing.join()
        self._connections.close()

    def _clear(self) -> None:
        # What cannot be cleared now, or is left by a process that was killed, is cleared at the next switch.
        with contextlib.suppress(StoreUnavailable):
            while not self._is_closing and view_epochs.clear_some(self._connections):
                pass


def _epoch(epoch: str | None) -> str:
    return _NUMBER if epoch is None else _NUMBER_OF_EPOCH
