"""Whether the log in a file is what was written: reads it as any auditor could, and changes nothing. The file may be served meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from streams.chain import Head, Link, walk
from streams.fact_tables import SCHEMA_VERSION, read_head, read_witnessed_since
from streams.failures import StoreIsNewer, StoreIsOlder, opening

# Told so often, a bar moves smoothly and costs nothing.
TOLD_EVERY_FACTS = 1_000


@dataclass(frozen=True, slots=True)
class Chained:
    """The head of a log's chain, and the position from which facts were hashed as they were written (those before: by an upgrade)."""

    head: Head
    witnessed_since: int


def noted_head(path: Path) -> Chained:
    """What to note elsewhere: read, not checked."""
    with reading(path) as connection:
        return Chained(read_head(connection), read_witnessed_since(connection))


def verified(path: Path, *, noted: Collection[Head] = (), progress: Callable[[int, int], None] = lambda _done, _end: None) -> Chained:
    """Every fact against its hash. Raises ChainIsBroken at the first position that does not hold; `noted` are heads kept elsewhere."""
    with reading(path) as connection:
        since = read_witnessed_since(connection)
        # Receipts are answers that were given: one that names a position says that the log has been there.
        reached: int = connection.execute("SELECT coalesce(max(position), 0) FROM receipts").fetchone()[0]
        with closing(links(connection, progress)) as log:
            return Chained(walk(log, since, noted=noted, reached=reached), since)


def links(connection: sqlite3.Connection, progress: Callable[[int, int], None], *, after: int = 0) -> Generator[Link]:
    """Every fact as it is stored, in the order of the log, from the one after position `after`."""
    end: int = connection.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()[0]
    rows = connection.execute(
        "SELECT rowid, originator_id, originator_version, topic, state, hash FROM stored_events WHERE rowid > ? ORDER BY rowid", (after,)
    )
    for row in rows:
        if row[0] % TOLD_EVERY_FACTS == 0:
            progress(row[0], end)
        yield Link._make(row)
    progress(end, end)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One state of the file, whatever is written meanwhile."""
    with opening(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5, isolation_level=None)
    # A text that is none, put in by somebody else, is a place that does not hold: it must not end the reading.
    connection.text_factory = lambda text: text.decode(errors="surrogateescape")
    try:
        with opening(path):
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
        _require_format(path, found)
        yield connection
    finally:
        connection.close()


def _require_format(path: Path, found: int) -> None:
    if found > SCHEMA_VERSION:
        raise StoreIsNewer(
            f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): verify it with that one.",
            f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请用该版本校验。",
        )
    if found < SCHEMA_VERSION:
        raise StoreIsOlder(
            f"{path} has no chain of hashes yet: it was written by an older Drumtower. Start this one once; it gives the log its chain.",
            f"{path} 尚无哈希链:由旧版本的鼓楼写成。请用本版本启动一次,即为日志建立哈希链。",
        )
