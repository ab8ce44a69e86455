"""The tables of the views on PostgreSQL.

One row a (view, epoch) with its checkpoint, and one table of documents for all of them. A table for each view would be written in large
batches up to a fifth faster, in small ones half as fast (a statement a view instead of one for all), and every process that may meet a new
epoch would need the right to make tables. The number of the epoch, not its names, stands before each key: that makes a quarter of the rate.
"""

from __future__ import annotations

from typing import Final

from streams.postgres.migrations import Step

# The name under which `streams.postgres.migrations` keeps their version.
PART: Final = "views"

_FIRST: Final[Step] = (
    # `state`: `built` beside the served one, `served`, or `retired`, which is to be cleared away. Rows are changed in place all the time.
    # `told`: the position that the newest deltas reach; the checkpoint itself may be further, where nothing changed.
    """
    CREATE TABLE view_epochs (
        number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        view text COLLATE "C" NOT NULL,
        epoch text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        told bigint NOT NULL DEFAULT 0,
        state text NOT NULL CHECK (state IN ('built', 'served', 'retired')),
        kafka_topic_id text,
        kafka_partition integer,
        kafka_offset bigint,
        stopped_at bigint,
        stopped_en text,
        stopped_zh text,
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
    # `until`: where the checkpoint came to in whose transaction the document changed; `since`: the `until` of the deltas before these.
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
)
STEPS: Final[tuple[Step, ...]] = (_FIRST,)
# Every table that holds rows of an epoch.
OF_EPOCHS: Final = (
    "view_documents",
    "view_keyframes",
    "view_resting",
    "view_deltas",
    "view_told_late",
    "view_amended",
)
