"""The epochs of the views on PostgreSQL: begun beside the one that is served, moved by compare-and-set, served once they have caught up."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from streams.failures import StoreIsNewer, fenced
from streams.postgres.view_connections import Connection, Connections
from streams.postgres.view_tables import OF_EPOCHS
from streams.views import Checkpoint

# So many rows of a retired epoch are deleted in one transaction: the others wait for none of them.
CLEARED_ROWS = 5_000
# Two hosts that open a new view at once: the second finds the epoch that the first began. (The number is "epoch" in ASCII.)
_LOCK: Final = 0x65706F6368

# Rows are locked in one order, so that of two hosts one waits and is fenced; and before anything is written.
_MOVE: Final = """
    WITH moves AS (
        SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::integer[], %b::bigint[])
            AS m (view, epoch, before, after, topic_id, partition, next_offset)
    ), held AS (
        SELECT e.number FROM view_epochs e JOIN moves m ON e.view = m.view AND e.epoch = m.epoch
        WHERE e.position = m.before AND e.state <> 'retired' ORDER BY e.number FOR UPDATE OF e
    )
    UPDATE view_epochs e SET position = m.after, kafka_topic_id = coalesce(m.topic_id, e.kafka_topic_id),
        kafka_partition = coalesce(m.partition, e.kafka_partition), kafka_offset = coalesce(m.next_offset, e.kafka_offset)
    FROM moves m, held h WHERE e.number = h.number AND e.view = m.view
    RETURNING e.view, e.number, e.state = 'served', e.told
"""


@dataclass(frozen=True, slots=True)
class ReadTo:
    """How far a view has read its Kafka topic: `offset` is that of the next record. Offsets are nothing without the topic's id."""

    topic_id: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Moved:
    """An epoch whose checkpoint was moved: its number in the tables, whether it is the served one, and how far its deltas reach."""

    number: int
    is_served: bool
    told: int


def open_epoch(connection: Connection, view: str, version: int, *, is_rebuilt: bool) -> Checkpoint:
    """The epoch of this version that is served or being built, or a new one beside what is served. Raises StoreIsNewer.

    `is_rebuilt`: the one that is being built, or a new one, though the served one is of this version.
    """
    found = _find(connection, view, version, is_rebuilt=is_rebuilt)
    if found is None:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = _find(connection, view, version, is_rebuilt=is_rebuilt)
    if found is not None:
        return found
    served = connection.execute("SELECT version FROM view_epochs WHERE view = %s AND state = 'served'", (view,)).fetchone()
    if served is not None and served[0] > version:
        raise StoreIsNewer(
            f"The view {view} is served as a newer Drumtower folds it (version {served[0]}; this one knows {version}): upgrade, or have it "
            f"built anew: UPDATE view_epochs SET state = 'retired' WHERE view = '{view}'.",
            f"视图 {view} 由更新版本的鼓楼提供(版本 {served[0]},本版本只到 {version}):请升级,"
            f"或执行 UPDATE view_epochs SET state = 'retired' WHERE view = '{view}' 以重建。",
        )
    epoch = secrets.token_hex(4)
    connection.execute(
        "INSERT INTO view_epochs (view, epoch, version, state) VALUES (%s, %s, %s, %s)",
        (view, epoch, version, "served" if served is None else "built"),
    )
    return Checkpoint(view, epoch, version, 0)


def _find(connection: Connection, view: str, version: int, *, is_rebuilt: bool) -> Checkpoint | None:
    states = ["built"] if is_rebuilt else ["served", "built"]
    row = connection.execute(
        "SELECT epoch, position FROM view_epochs WHERE view = %s AND version = %s AND state = ANY (%s) "
        "ORDER BY state = 'served' DESC, number DESC LIMIT 1",
        (view, version, states),
    ).fetchone()
    return Checkpoint(view, row[0], version, row[1]) if row is not None else None


def move(connection: Connection, moves: Sequence[tuple[Checkpoint, int]], read: Mapping[str, ReadTo]) -> dict[str, Moved]:
    """Compare and set each checkpoint, all of them or none; by view. Raises Fenced."""
    places = [read.get(checkpoint.view) for checkpoint, _ in moves]
    columns: list[list[Any]] = [
        [checkpoint.view for checkpoint, _ in moves],
        [checkpoint.epoch for checkpoint, _ in moves],
        [checkpoint.position for checkpoint, _ in moves],
        [position for _, position in moves],
        [place and place.topic_id for place in places],
        [place and place.partition for place in places],
        [place and place.offset for place in places],
    ]
    moved = {view: Moved(number, is_served, told) for view, number, is_served, told in connection.execute(_MOVE, columns)}
    for checkpoint, _ in moves:
        if checkpoint.view not in moved:
            raise fenced(checkpoint.view, checkpoint.position)
    return moved


def serve(connection: Connection, checkpoint: Checkpoint) -> bool:
    """Switch to this epoch if it has caught up with the served one, and retire those from before it; whether it is the served one now."""
    # What consoles follow is switched for good: this commit waits for the disk.
    connection.execute("SET LOCAL synchronous_commit = on")
    rows = connection.execute(
        "SELECT number, epoch, position, state FROM view_epochs WHERE view = %s AND (epoch = %s OR state = 'served') "
        "ORDER BY number FOR UPDATE",
        (checkpoint.view, checkpoint.epoch),
    ).fetchall()
    own = next((row for row in rows if row[1] == checkpoint.epoch and row[3] != "retired"), None)
    served = next((row for row in rows if row[3] == "served"), None)
    if own is None:
        raise fenced(checkpoint.view, checkpoint.position)
    if own == served:
        return True
    if served is not None and own[2] < served[2]:
        return False
    connection.execute(
        "UPDATE view_epochs SET state = 'retired' WHERE view = %s AND (state = 'served' OR (state = 'built' AND number < %s))",
        (checkpoint.view, own[0]),
    )
    connection.execute("UPDATE view_epochs SET state = 'served' WHERE number = %s", (own[0],))
    return True


def clear_some(connections: Connections) -> bool:
    """Delete some of what retired epochs have left; whether there may be more."""
    with connections.transaction() as connection:
        # Two processes that clear at once take different ones.
        row = connection.execute("SELECT number FROM view_epochs WHERE state = 'retired' LIMIT 1 FOR UPDATE SKIP LOCKED").fetchone()
        if row is None:
            return False
        for table in OF_EPOCHS:
            deleted = connection.execute(
                f"DELETE FROM {table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {table} WHERE number = %s LIMIT %s))",
                (row[0], CLEARED_ROWS),
            ).rowcount
            if deleted:
                return True
        connection.execute("DELETE FROM view_epochs WHERE number = %s", (row[0],))
        return True
