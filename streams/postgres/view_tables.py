"""The tables of the views on PostgreSQL.

One row a (view, epoch) with its checkpoint, and one table of documents for all of them. A table for each view would be written in large
batches up to a tenth faster, in small ones half as fast (a statement a view instead of one for all), and every process that may meet a new
epoch would need the right to make tables. The number of the epoch, not its names, stands before each key: that makes a quarter of the rate.
"""

from __future__ import annotations

from typing import Final

from streams.failures import StoreIsNewer
from streams.postgres.connections import Connections

# Raised with each migration.
FORMAT: Final = 1
# Two processes that start together on an empty database: the second waits, and finds the tables. (The number is "views" in ASCII.)
_LOCK: Final = 0x7669657773

TABLES: Final = (
    # `state`: `built` beside the served one, `served`, or `retired`, which is to be cleared away. Rows are changed in place all the time.
    """
    CREATE TABLE view_epochs (
        number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        view text COLLATE "C" NOT NULL,
        epoch text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        state text NOT NULL CHECK (state IN ('built', 'served', 'retired')),
        kafka_topic_id text,
        kafka_partition integer,
        kafka_offset bigint,
        UNIQUE (view, epoch)
    ) WITH (fillfactor = 50)
    """,
    "CREATE UNIQUE INDEX view_epochs_served ON view_epochs (view) WHERE state = 'served'",
    """
    CREATE TABLE view_documents (
        number integer, key text COLLATE "C", position bigint NOT NULL, document bytea NOT NULL, PRIMARY KEY (number, key)
    )
    """,
    """
    CREATE TABLE view_keyframes (
        number integer, position bigint, is_whole boolean NOT NULL, documents bytea NOT NULL, PRIMARY KEY (number, position)
    )
    """,
    """
    CREATE TABLE view_resting (
        number integer, key text COLLATE "C", position bigint, document bytea, PRIMARY KEY (number, key, position)
    )
    """,
    # `since` and `until`: the move of the checkpoint in whose transaction the document changed.
    """
    CREATE TABLE view_deltas (
        number integer, until bigint, key text COLLATE "C", since bigint NOT NULL, position bigint NOT NULL, document bytea,
        PRIMARY KEY (number, until, key)
    )
    """,
    """
    CREATE TABLE view_told_late (number integer, length integer, happened bigint, position bigint,
        PRIMARY KEY (number, length, happened, position))
    """,
    """
    CREATE TABLE view_amended (
        number integer, assignment text COLLATE "C", incident text NOT NULL, unit text NOT NULL, began bigint NOT NULL,
        last bigint NOT NULL, ended bigint NOT NULL, moved_to bigint NOT NULL, PRIMARY KEY (number, assignment)
    )
    """,
    "CREATE TABLE view_format (format integer NOT NULL)",
    f"INSERT INTO view_format VALUES ({FORMAT})",
)
# Every table that holds rows of an epoch.
OF_EPOCHS: Final = (
    "view_documents",
    "view_keyframes",
    "view_resting",
    "view_deltas",
    "view_told_late",
    "view_amended",
)


def bring_up_to_date(connections: Connections) -> None:
    """Make the tables where there are none; needs no right to, where there are. Raises StoreIsNewer."""
    with connections.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        row = connection.execute("SELECT to_regclass('view_format') IS NOT NULL").fetchone()
        if row is None or not row[0]:
            for statement in TABLES:
                connection.execute(statement)
            return
        found = connection.execute("SELECT max(format) FROM view_format").fetchone()
        if found is not None and found[0] is not None and found[0] > FORMAT:
            raise StoreIsNewer(
                f"The views in {connections.name} were written by a newer Drumtower (format {found[0]}; this one reads {FORMAT}): "
                "upgrade before you start it.",
                f"{connections.name} 中的视图由更新版本的鼓楼写成(格式 {found[0]},本版本只读到 {FORMAT}):请先升级再启动。",
            )
