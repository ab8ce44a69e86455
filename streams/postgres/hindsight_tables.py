"""What later facts say of earlier times (`streams.hindsight`), in the tables of the views on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from streams.hindsight import LENGTHS, NAME, SECOND_US, VERSION, Amended, Rows, microseconds
from streams.postgres.view_connections import Connection, Connections

_LATE: Final = (
    "INSERT INTO view_told_late SELECT %b, late.* FROM unnest(%b::integer[], %b::bigint[], %b::bigint[]) AS late ON CONFLICT DO NOTHING"
)
_AMENDED: Final = (
    "INSERT INTO view_amended AS held VALUES (%b, %b, %b, %b, %b, %b, %b, %b) ON CONFLICT (number, assignment) DO UPDATE SET "
    "last = greatest(held.last, excluded.last), ended = excluded.ended, moved_to = greatest(held.moved_to, excluded.moved_to)"
)
_SPANS: Final = """
    SELECT told.position FROM unnest(%b::integer[], %b::bigint[]) AS span (length, since) JOIN view_told_late told
        ON told.number = %b AND told.length = span.length AND told.happened > span.since
    WHERE told.happened <= %b AND told.position > %b AND told.position <= %b
"""
_COLUMNS: Final = "assignment, incident, unit, began, last, ended, moved_to"


def write(connection: Connection, number: int, added: Rows) -> None:
    """Into the transaction that moves the checkpoint, whose epoch has this number."""
    if added.late:
        connection.execute(_LATE, [number, *([row[column] for row in added.late] for column in range(3))])
    if added.amended:
        rows = [
            (number, each.assignment, each.incident, each.unit, each.began, each.last, each.ended, each.moved_to_us)
            for each in added.amended
        ]
        with connection.cursor() as cursor:
            cursor.executemany(_AMENDED, rows)


class HindsightTables:
    """Implements `streams.hindsight.Hindsight`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        with connections.statement() as connection:
            row = connection.execute(
                "SELECT number, position FROM view_epochs WHERE view = %s AND version = %s AND state <> 'retired' "
                "ORDER BY position DESC, number LIMIT 1",
                (NAME, VERSION),
            ).fetchone()
        self._number: int = row[0] if row else 0
        self.position: int = row[1] if row else 0

    def told_late(self, moment: datetime, after: int, until: int) -> list[int]:
        """As promised by `Hindsight`."""
        at = microseconds(moment)
        since = [at - (1 << length) * SECOND_US for length in range(LENGTHS)]
        with self._connections.statement() as connection:
            found = connection.execute(_SPANS, (list(range(LENGTHS)), since, self._number, at, after, until))
            return [row[0] for row in found]

    def amended_across(self, position: int) -> Iterable[Amended]:
        """As promised by `Hindsight`."""
        with self._connections.statement() as connection:
            found = connection.execute(
                f"SELECT {_COLUMNS} FROM view_amended WHERE number = %s AND began <= %s AND last > %s",  # noqa: S608 -- our own columns
                (self._number, position, position),
            )
            return [Amended(*row) for row in found]

    def amended_since(self, assignments: Iterable[str], position: int) -> set[str]:
        """As promised by `Hindsight`."""
        with self._connections.statement() as connection:
            found = connection.execute(
                "SELECT assignment FROM view_amended WHERE number = %s AND assignment = ANY (%s) AND last > %s",
                (self._number, list(assignments), position),
            )
            return {row[0] for row in found}
