"""What the alarm watch remembers, in PostgreSQL: whichever gateway watches next goes on from there."""

from __future__ import annotations

from typing import Final

import msgspec

from streams.alarm_watch import WatchCheckpoint, WatchedSensor
from streams.failures import Fenced, StoreUnavailable
from streams.postgres.one_connection import OneConnection
from streams.watch_store import decoded

STEPS: Final = (
    (
        'CREATE TABLE watch_sensors (sensor text COLLATE "C" PRIMARY KEY, state bytea NOT NULL)',
        # One row. `loads` counts who has begun to watch: only the last one saves.
        "CREATE TABLE watch_positions (loads bigint NOT NULL, readings bigint NOT NULL, facts bigint NOT NULL)",
        "CREATE UNIQUE INDEX watch_positions_is_one ON watch_positions ((TRUE))",
        "INSERT INTO watch_positions VALUES (0, 0, 0)",
    ),
)


class PostgresWatchStore:
    """A `streams.watch_store.WatchMemory`. Losing it is harmless, but for two that watch at once: the one that loaded last goes on."""

    def __init__(self, address: str) -> None:
        self._loads = 0
        self._connection = OneConnection(address, _unavailable)
        self._connection.bring_up_to_date("alarm watch", STEPS)

    def load(self) -> tuple[list[WatchedSensor], int, int]:
        """Sensors, the readings' position, the facts' position. From now on only this one saves."""
        with self._connection.transaction() as transaction:
            # Locks the row: the states below belong to these positions.
            row = transaction.execute("UPDATE watch_positions SET loads = loads + 1 RETURNING loads, readings, facts").fetchone()
            assert row is not None, "the positions were made with their table."
            sensors = [decoded(state) for (state,) in transaction.execute("SELECT state FROM watch_sensors ORDER BY sensor").fetchall()]
        self._loads, readings, facts = row
        return sensors, readings, facts

    def save(self, checkpoint: WatchCheckpoint) -> None:
        """All of it, or nothing. Raises Fenced where another has loaded since: its checkpoints count from then on."""
        with self._connection.transaction() as transaction:
            moved = transaction.execute(
                "UPDATE watch_positions SET readings = %s, facts = %s WHERE loads = %s",
                (checkpoint.readings_position, checkpoint.facts_position, self._loads),
            ).rowcount
            if moved != 1:
                raise Fenced("Another gateway has taken over the alarm watch: this one stops.", "另一个网关已接管告警监视:本网关停止监视。")
            with transaction.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO watch_sensors VALUES (%s, %s) ON CONFLICT (sensor) DO UPDATE SET state = excluded.state",
                    [(sensor.sensor, msgspec.json.encode(sensor)) for sensor in checkpoint.sensors],
                )

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def _unavailable(words: str) -> StoreUnavailable:
    return StoreUnavailable(f"The alarm watch cannot read or write its memory now: {words}.", f"告警监视现在无法读写其记录:{words}。")
