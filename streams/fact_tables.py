"""The tables of the store of record on SQLite: facts with their hashes, receipts, and since when facts were chained as they came."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from streams.chain import HASH_BYTES, Head, bind, origin
from streams.failures import StoreIsNewer

# Raised when the tables change in a way that an older program would misread.
SCHEMA_VERSION = 2
# The first format, without hashes.
UNCHAINED_VERSION = 1

TABLES: Final = (
    # The library's table, and the hash of the chain in the row of its fact: no page more is written for it.
    (
        "CREATE TABLE IF NOT EXISTS stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, hash BLOB, "
        "PRIMARY KEY (originator_id, originator_version))"
    ),
    "CREATE TABLE IF NOT EXISTS receipts (key TEXT PRIMARY KEY, digest BLOB, position INTEGER, recorded_at TEXT, reply BLOB) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS chain (witnessed_since INTEGER NOT NULL)",
)
INSERT_FACT: Final = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state, hash) VALUES (?, ?, ?, ?, ?, ?)"
INSERT_RECEIPT: Final = "INSERT INTO receipts VALUES (?, ?, ?, ?, ?)"
# A transaction that reads first and writes later fails when another process has written in between: this writes nothing, and first.
TAKE_WRITE_LOCK: Final = "UPDATE chain SET witnessed_since = witnessed_since WHERE FALSE"

Reading = sqlite3.Connection | sqlite3.Cursor


def bring_up_to_date(path: Path) -> None:
    """Make the tables, or give a file of an older format its chain, in one transaction. Raises StoreIsNewer, and leaves that file alone."""
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        if _format(connection, path) == SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have done it while this one waited for the lock.
        found = _format(connection, path)
        if found == UNCHAINED_VERSION and _has_facts(connection):
            connection.execute("ALTER TABLE stored_events ADD COLUMN hash BLOB")
        for statement in TABLES:
            connection.execute(statement)
        if found < SCHEMA_VERSION:
            _chain_what_there_is(connection)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    finally:
        # What was not committed is rolled back by this.
        connection.close()


def read_witnessed_since(reading: Reading) -> int:
    """The position from which facts were hashed as they were written; 0, which no chain has, where that was taken away."""
    row = reading.execute("SELECT witnessed_since FROM chain LIMIT 1").fetchone()
    return row[0] if row else 0


def read_head(reading: Reading) -> Head:
    """Where the chain stands."""
    row = reading.execute("SELECT rowid, hash FROM stored_events ORDER BY rowid DESC LIMIT 1").fetchone()
    if row is None:
        return origin(read_witnessed_since(reading))
    # A fact without a hash was not written by us. The next is bound to that nothing: operators go on, and `verify` finds the place.
    return Head(row[0], row[1] if isinstance(row[1], bytes) else bytes(HASH_BYTES))


def read_hash(reading: Reading, position: int) -> bytes | None:
    """The hash that stands at one position."""
    row = reading.execute("SELECT hash FROM stored_events WHERE rowid = ?", (position,)).fetchone()
    return row[0] if row else None


def _format(connection: sqlite3.Connection, path: Path) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise StoreIsNewer(
            f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): upgrade before you start it.",
            f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请先升级再启动。",
        )
    return found


def _has_facts(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'stored_events'").fetchone() is not None


def _chain_what_there_is(connection: sqlite3.Connection) -> None:
    end: int = connection.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()[0]
    connection.execute("INSERT INTO chain VALUES (?)", (end + 1,))
    previous = origin(end + 1).hash
    rows = connection.execute("SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid")
    writing = connection.cursor()
    for position, aggregate, version, topic, state in rows:
        previous = bind(previous, position, aggregate, version, topic, state)
        writing.execute("UPDATE stored_events SET hash = ? WHERE rowid = ?", (previous, position))
