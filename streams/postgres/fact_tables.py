"""The tables of the store of record on PostgreSQL: facts with their hashes, receipts, and the chain's beginning.

Texts are compared byte by byte (`COLLATE "C"`), as SQLite does: what begins with a prefix is a range.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from psycopg import Cursor

from streams.chain import Head, origin
from streams.postgres.migrations import Step

PART = "facts"
STEPS: Final[tuple[Step, ...]] = (
    (
        # The library's columns, and the chain's hash. Whoever writes gives the positions: a row without one is refused.
        (
            'CREATE TABLE stored_events (notification_id bigint NOT NULL, originator_id text COLLATE "C" NOT NULL, '
            "originator_version bigint NOT NULL, topic text NOT NULL, state bytea NOT NULL, hash bytea NOT NULL, "
            "PRIMARY KEY (originator_id, originator_version))"
        ),
        "CREATE UNIQUE INDEX stored_events_notification_id_idx ON stored_events (notification_id)",
        # The last number of a day is asked for with every incident, when other processes open some too.
        (
            "CREATE INDEX stored_events_beginnings_idx ON stored_events (length(originator_id), originator_id, notification_id) "
            "WHERE originator_version = 1"
        ),
        (
            'CREATE TABLE receipts (key text COLLATE "C" PRIMARY KEY, digest bytea NOT NULL, position bigint NOT NULL, '
            "recorded_at text NOT NULL, reply bytea NOT NULL)"
        ),
        # One row. `moving_to` is the end of a log that is being moved in, for as long as it is not whole.
        "CREATE TABLE chain (witnessed_since bigint NOT NULL, moving_to bigint)",
        "CREATE UNIQUE INDEX chain_idx ON chain ((TRUE))",
        "INSERT INTO chain VALUES (1, NULL)",
    ),
    (
        # A lock asks for the right to change what is locked. An account that only adds facts takes it through the owner, and may not.
        # Whatever schemas its caller searches, it is this schema's table.
        (
            "DO $do$ BEGIN EXECUTE format('CREATE FUNCTION lock_log() RETURNS void LANGUAGE plpgsql SECURITY DEFINER "
            "SET search_path = pg_catalog, pg_temp AS %L', format('BEGIN LOCK TABLE %I.chain IN EXCLUSIVE MODE; END', current_schema())); "
            "END $do$"
        ),
        "REVOKE ALL ON FUNCTION lock_log() FROM PUBLIC",
    ),
)

# The library locks its table of events. On this one the same holds off other writers, and leaves the log to vacuum, which would otherwise
# stop every commit for as long as it works, or be stopped by them.
LOCK: Final = "SELECT lock_log()"
# Any number. Who writes shares it; who was overtaken takes it alone, and the others wait before they ask for the lock.
TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(4711002)"
SHARE_TURN: Final = "SELECT pg_advisory_xact_lock_shared(4711002)"
# Heard by who listens for new facts; the library's name for it.
NOTIFY: Final = "NOTIFY stored_events"
INSERT_FACTS: Final = (
    "INSERT INTO stored_events (notification_id, originator_id, originator_version, topic, state, hash) "
    "SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::bytea[], %b::bytea[])"
)
INSERT_RECEIPTS: Final = (
    "INSERT INTO receipts (key, digest, position, recorded_at, reply) "
    "SELECT * FROM unnest(%b::text[], %b::bytea[], %b::bigint[], %b::text[], %b::bytea[])"
)
_HEAD: Final = "SELECT notification_id, hash FROM stored_events ORDER BY notification_id DESC LIMIT 1"
_HASH: Final = "SELECT hash FROM stored_events WHERE notification_id = %s"
_SINCE: Final = "SELECT witnessed_since FROM chain"


def read_head(cursor: Cursor[tuple[Any, ...]]) -> Head:
    """Where the chain stands."""
    row = cursor.execute(_HEAD, prepare=True).fetchone()
    return origin(read_witnessed_since(cursor)) if row is None else Head(*row)


def read_witnessed_since(cursor: Cursor[tuple[Any, ...]]) -> int:
    """The position from which facts were hashed as they were written; 0, which no chain has, where that was taken away."""
    row = cursor.execute(_SINCE).fetchone()
    return row[0] if row else 0


def hash_reader(cursor: Cursor[tuple[Any, ...]]) -> Callable[[int], bytes | None]:
    """Reads the hash that stands at one position."""

    def read(position: int) -> bytes | None:
        row = cursor.execute(_HASH, (position,)).fetchone()
        return row[0] if row else None

    return read
