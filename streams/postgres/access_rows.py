"""The log of who opened a record in PostgreSQL, one for all gateways, for `streams.access_log`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from streams.access_log import AccessRow
from streams.failures import StoreUnavailable
from streams.postgres.one_connection import OneConnection

STEPS: Final = (
    (
        (
            'CREATE TABLE accesses (incident text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL, seat text NOT NULL, '
            "at double precision NOT NULL, last_at double precision NOT NULL, times integer NOT NULL, PRIMARY KEY (incident, account, at))"
        ),
        "CREATE INDEX accesses_by_time ON accesses (last_at)",
    ),
)
# One account that reads one record at two gateways in the same moment: the second finds what the first has written.
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s || chr(10) || %s, 0))"


class PostgresAccesses:
    """An `AccessRows`. Its commits do not wait for the disk, as those of the file do not."""

    def __init__(self, address: str) -> None:
        self._connection = OneConnection(address, _unavailable, is_synced=False)
        self._connection.bring_up_to_date("access log", STEPS)

    def note(self, incident: str, account: str, seat: str, at: float, *, same_since: float) -> None:
        """As promised by `AccessRows`."""
        with self._connection.transaction() as transaction:
            transaction.execute(_ONE_AT_A_TIME, (incident, account))
            extended = transaction.execute(
                "UPDATE accesses SET last_at = greatest(last_at, %s), times = times + 1 WHERE incident = %s AND account = %s AND at > %s",
                (at, incident, account, same_since),
            ).rowcount
            if not extended:
                # The same moment again, by a clock that went back ten minutes.
                transaction.execute(
                    "INSERT INTO accesses VALUES (%s, %s, %s, %s, %s, 1) ON CONFLICT (incident, account, at) "
                    "DO UPDATE SET seat = excluded.seat, last_at = excluded.last_at, times = 1",
                    (incident, account, seat, at, at),
                )

    def remove(self, before: float) -> None:
        """As promised by `AccessRows`."""
        self._connection.execute("DELETE FROM accesses WHERE last_at < %s", (before,))

    def newest(self, incident: str, limit: int) -> Sequence[AccessRow]:
        """As promised by `AccessRows`."""
        return self._connection.execute(
            "SELECT account, seat, at, last_at, times FROM accesses WHERE incident = %s ORDER BY at DESC LIMIT %s", (incident, limit)
        ).fetchall()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def _unavailable(words: str) -> StoreUnavailable:
    return StoreUnavailable(f"Who opened which record cannot be read or written now: {words}.", f"调阅记录现在无法读写:{words}。")
