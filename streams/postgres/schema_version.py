"""Which version the tables of each part of the program have in one database; the tables are made by the first that comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from psycopg import Connection

from streams.failures import StoreIsNewer, StoreUnavailable
from streams.postgres.one_connection import OneConnection, Row

# Any number, the same in every program of ours: who makes tables holds it.
_LOCK = 4_711_2026
_VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (part text PRIMARY KEY, version integer NOT NULL)"


def bring_up_to_date(connection: OneConnection, part: str, version: int, tables: Sequence[LiteralString]) -> None:
    """The part's tables are there in this version. Raises StoreIsNewer, and leaves them alone; StoreUnavailable without the server.

    Where they are there nothing is written: an account that may make no tables, and a server that is read-only, can serve them.
    """

    def cannot_be_opened(words: str) -> StoreUnavailable:
        return StoreUnavailable(
            f"The database at {connection.place} cannot be opened: {words}.", f"无法打开 {connection.place} 的数据库:{words}。"
        )

    with connection.transaction(cannot_be_opened) as transaction:
        if _found(transaction, connection.place, part, version) == version:
            return
        # Also where the store itself can do without: tables that a killed server forgets are missed until the next start.
        transaction.execute("SET LOCAL synchronous_commit = on")
        transaction.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        transaction.execute(_VERSIONS)
        # Another process may have made them while this one waited for the lock.
        if _found(transaction, connection.place, part, version) == version:
            return
        for statement in tables:
            transaction.execute(statement)
        transaction.execute("INSERT INTO schema_versions VALUES (%s, %s)", (part, version))


def _found(transaction: Connection[Row], place: str, part: str, version: int) -> int:
    there = transaction.execute("SELECT to_regclass('schema_versions') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return 0
    row = transaction.execute("SELECT version FROM schema_versions WHERE part = %s", (part,)).fetchone()
    found: int = row[0] if row else 0
    if found > version:
        raise StoreIsNewer(
            f"The database at {place} was written by a newer Drumtower (format {found} of its {part}; this one reads {version}): "
            "upgrade before you start it.",
            f"{place} 的数据库由更新版本的鼓楼写成({part} 的格式 {found},本版本只读到 {version}):请先升级再启动。",
        )
    return found
