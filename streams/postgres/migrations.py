"""Our own tables in PostgreSQL, brought up to date step by step; each part of the program has a version of its own.

A step is a list of statements that leads from one version to the next. All missing steps are one transaction, taken by one process at a
time; a step that was released is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from psycopg import Connection, errors
from psycopg.rows import DictRow, tuple_row

from streams.failures import StoreIsNewer, StoreIsOlder

Step = Sequence[LiteralString]

# Any number, the same in every program of ours: who brings the tables up to date holds it.
_LOCK = 4_711_2026
_VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (part text PRIMARY KEY, version integer NOT NULL)"


def bring_up_to_date(connection: Connection[DictRow], place: str, part: str, steps: Sequence[Step]) -> None:
    """Take the steps that this database has not taken. Raises StoreIsNewer, and leaves it alone.

    An account that may make nothing can use what is there; where something is missing it is told so by StoreIsOlder.
    """
    try:
        _bring_up_to_date(connection, place, part, steps)
    except (errors.InsufficientPrivilege, errors.InvalidSchemaName) as error:
        # The other is said of a schema that the account may not even look into.
        account = connection.info.user
        raise StoreIsOlder(
            f"The tables of {part} in the store at {place} are missing or of an older Drumtower, and the account {account} may not make "
            "them: run `drumtower roles --create` once as their owner.",
            f"{place} 的存储中 {part} 的表缺失或版本过旧,账号 {account} 无权创建:请以所有者身份运行一次 `drumtower roles --create`。",
        ) from error


def _bring_up_to_date(connection: Connection[DictRow], place: str, part: str, steps: Sequence[Step]) -> None:
    if _version(connection, place, part, steps) == len(steps):
        # Reading is enough: a server that is read-only, or an account that may make nothing, can serve what is there.
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute(_VERSIONS)
        # Another process may have done it while this one waited for the lock.
        for step in steps[_version(connection, place, part, steps) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(
            "INSERT INTO schema_versions VALUES (%s, %s) ON CONFLICT (part) DO UPDATE SET version = excluded.version", (part, len(steps))
        )


def require_up_to_date(connection: Connection[DictRow], place: str, part: str, steps: Sequence[Step]) -> None:
    """Change nothing. Raises StoreIsNewer or StoreIsOlder where this program and the tables are not of one version."""
    if _version(connection, place, part, steps) < len(steps):
        raise StoreIsOlder(
            f"The store at {place} is empty or was written by an older Drumtower: start this one once on it.",
            f"{place} 的存储为空或由旧版本的鼓楼写成:请用本版本启动一次。",
        )


def _version(connection: Connection[DictRow], place: str, part: str, steps: Sequence[Step]) -> int:
    with connection.cursor(row_factory=tuple_row) as cursor:
        there = cursor.execute("SELECT to_regclass('schema_versions') IS NOT NULL").fetchone()
        if there is None or not there[0]:
            return 0
        row = cursor.execute("SELECT version FROM schema_versions WHERE part = %s", (part,)).fetchone()
    found: int = row[0] if row else 0
    if found > len(steps):
        raise StoreIsNewer(
            f"The store at {place} was written by a newer Drumtower (format {found} of its {part}; this one reads {len(steps)}): "
            "upgrade before you start it.",
            f"{place} 的存储由更新版本的鼓楼写成({part} 的格式 {found},本版本只读到 {len(steps)}):请先升级再启动。",
        )
    return found
