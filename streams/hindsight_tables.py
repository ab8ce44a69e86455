"""The tables of what later facts say of earlier times (`streams.hindsight`), in the file of the views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from streams.hindsight import LENGTHS, NAME, SECOND_US, VERSION, Amended, Rows, microseconds

TABLES: Final = (
    (
        "CREATE TABLE IF NOT EXISTS told_late (length INTEGER, happened INTEGER, position INTEGER, "
        "PRIMARY KEY (length, happened, position)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS amended (assignment TEXT PRIMARY KEY, incident TEXT, unit TEXT, began INTEGER, last INTEGER, "
        "ended INTEGER, moved_to INTEGER) WITHOUT ROWID"
    ),
)
EMPTY: Final = ("DELETE FROM told_late", "DELETE FROM amended")

_LATE: Final = "INSERT OR IGNORE INTO told_late VALUES (?, ?, ?)"
_AMENDED: Final = (
    "INSERT INTO amended VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (assignment) DO UPDATE SET last = max(last, excluded.last), "
    "ended = excluded.ended, moved_to = max(moved_to, excluded.moved_to)"
)
_SPANS: Final = "SELECT position FROM told_late WHERE length = ? AND happened > ? AND happened <= ? AND position > ? AND position <= ?"
_ACROSS: Final = "SELECT * FROM amended WHERE began <= ? AND last > ?"
_LAST: Final = "SELECT last FROM amended WHERE assignment = ?"


def write(connection: sqlite3.Connection, added: Rows) -> None:
    """Into the transaction that moves the checkpoint."""
    connection.executemany(_LATE, added.late)
    connection.executemany(_AMENDED, [_row(each) for each in added.amended])


class HindsightTables:
    """Implements `streams.hindsight.Hindsight` for one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        row = connection.execute("SELECT position FROM checkpoints WHERE view = ? AND version = ?", (NAME, VERSION)).fetchone()
        self.position: int = row[0] if row else 0

    def told_late(self, moment: datetime, after: int, until: int) -> list[int]:
        """As promised by `Hindsight`."""
        at = microseconds(moment)
        found: list[int] = []
        for length in range(LENGTHS):
            since = at - (1 << length) * SECOND_US
            found.extend(row[0] for row in self._connection.execute(_SPANS, (length, since, at, after, until)))
        return found

    def amended_across(self, position: int) -> Iterator[Amended]:
        """As promised by `Hindsight`."""
        return (Amended(*row) for row in self._connection.execute(_ACROSS, (position, position)))

    def amended_since(self, assignments: Iterable[str], position: int) -> set[str]:
        """As promised by `Hindsight`."""
        lasts = ((name, self._connection.execute(_LAST, (name,)).fetchone()) for name in assignments)
        return {name for name, last in lasts if last is not None and last[0] > position}


def _row(amended: Amended) -> tuple[str, str, str, int, int, int, int]:
    each = amended
    return each.assignment, each.incident, each.unit, each.began, each.last, each.ended, each.moved_to_us
