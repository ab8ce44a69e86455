"""Moves what lies beside the log of one machine into PostgreSQL: keys of personal data, secrets of accounts, who opened which record.

Row by row and in one transaction a table; what is there already stays. Afterwards every row of the file is found there, by digest.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, LiteralString

from streams.failures import StoreIsNotEmpty, StoreUnavailable
from streams.postgres.failures import place_of
from streams.postgres.one_connection import OneConnection

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table there and here: its columns with PostgreSQL's types, of which the first `keys` name a row, and what gives them there."""

    name: LiteralString
    columns: dict[LiteralString, LiteralString]
    keys: int
    read: str
    as_read: Callable[[Row], Row] = lambda row: row


def _with_bytes(row: Row) -> Row:
    """A subject is UTF-8 of which PostgreSQL's text leaves out a letter: bytes there."""
    return (row[0].encode(), *row[1:])


TEXT, BYTES, REAL, WHOLE = "text", "bytea", "double precision", "integer"

KEYS: Final = (
    Table("vault_master", {"fingerprint": BYTES}, 1, "SELECT fingerprint FROM master"),
    Table("vault_keys", {"subject": BYTES, "wrapped": BYTES}, 1, "SELECT subject, wrapped FROM keys", _with_bytes),
)
ACCOUNTS: Final = (
    Table(
        "passwords",
        {"account": TEXT, "hash": TEXT, "must_change": WHOLE, "changed_at": REAL},
        1,
        "SELECT account, hash, must_change, changed_at FROM passwords",
    ),
    Table(
        "sessions",
        {"hash": BYTES, "account": TEXT, "created_at": REAL, "used_at": REAL},
        1,
        "SELECT hash, account, created_at, used_at FROM sessions",
    ),
    Table("tokens", {"hash": BYTES, "token": TEXT, "used_at": REAL}, 1, "SELECT hash, token, used_at FROM tokens"),
    Table("addresses", {"account": TEXT, "address": TEXT, "at": REAL}, 2, "SELECT account, address, at FROM addresses"),
    Table(
        "sign_ins",
        {"at": REAL, "account": TEXT, "address": TEXT, "outcome": TEXT},
        4,
        "SELECT at, account, address, outcome FROM sign_ins ORDER BY rowid",
    ),
)
ACCESSES: Final = (
    Table(
        "accesses",
        {"incident": TEXT, "account": TEXT, "at": REAL, "seat": TEXT, "last_at": REAL, "times": WHOLE},
        3,
        "SELECT incident, account, at, seat, last_at, times FROM accesses",
    ),
)


def move_beside(file: Path, address: str, tables: Sequence[Table]) -> int:
    """Copy the tables of a file; how many rows they have. The tables are there already.

    Raises StoreIsNotEmpty where another value stands under the key of a row, and StoreUnavailable.
    """
    if not file.exists():
        return 0
    count = 0
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source, closing(_opened(address)) as target:
        for table in tables:
            rows = [table.as_read(row) for row in source.execute(table.read)]
            _copy(target, table, rows)
            _compare(target, table, rows, file, place_of(address))
            count += len(rows)
    return count


def _opened(address: str) -> OneConnection:
    def unavailable(words: str) -> StoreUnavailable:
        return StoreUnavailable(f"What lies beside the log could not be moved: {words}.", f"未能迁移日志以外的数据:{words}。")

    return OneConnection(address, unavailable)


def _copy(target: OneConnection, table: Table, rows: Sequence[Row]) -> None:
    names = ", ".join(table.columns)
    same = " AND ".join(f"there.{column} IS NOT DISTINCT FROM new.{column}" for column in list(table.columns)[: table.keys])
    values = ", ".join(f"%s::{kind}" for kind in table.columns.values())
    # Not every table has a key of its own (what was signed in when): what is there is known by its columns.
    insert = (
        f"INSERT INTO {table.name} ({names}) SELECT * FROM (SELECT {values}) AS new ({names}) "  # noqa: S608 -- our own names
        f"WHERE NOT EXISTS (SELECT FROM {table.name} there WHERE {same})"
    )
    with target.transaction() as transaction, transaction.cursor() as cursor:
        cursor.executemany(insert.encode(), rows)


def _compare(target: OneConnection, table: Table, rows: Sequence[Row], file: Path, place: str) -> None:
    names = ", ".join(table.columns)
    found = target.execute(f"SELECT {names} FROM {table.name}".encode()).fetchall()  # noqa: S608 -- our own names
    wanted = {row[: table.keys] for row in rows}
    if _digest(rows) != _digest(row for row in found if row[: table.keys] in wanted):
        raise StoreIsNotEmpty(
            f"{table.name} at {place} holds other rows than {file}: it is the database of another center. Choose an empty one.",
            f"{place} 的 {table.name} 与 {file} 不一致:该数据库属于另一个中心。请另选一个空数据库。",
        )


def _digest(rows: Iterable[Row]) -> bytes:
    digest = hashlib.sha256()
    for text in sorted({repr(tuple(row)) for row in rows}):
        digest.update(text.encode(errors="surrogateescape"))
    return digest.digest()
