"""What the alarm watch remembers, in PostgreSQL: whichever gateway watches next goes on from there."""

from __future__ import annotations

import contextlib
import time
from typing import Final

import msgspec

from streams.alarm_watch import WatchCheckpoint, WatchedSensor
from streams.failures import Fenced, StoreUnavailable
from streams.postgres.one_connection import OneConnection
from streams.watch_store import decoded

STEPS: Final = (
    (
        'CREATE TABLE watch_sensors (sensor text COLLATE "C" PRIMARY KEY, state bytea NOT NULL)',
        # One row. `turn` counts who has begun to watch: only the last one saves, and after `held_until` another may begin.
        (
            "CREATE TABLE watch_positions (turn bigint NOT NULL, held_until timestamptz NOT NULL, readings bigint NOT NULL, "
            "facts bigint NOT NULL)"
        ),
        "CREATE UNIQUE INDEX watch_positions_is_one ON watch_positions ((TRUE))",
        "INSERT INTO watch_positions VALUES (0, '-infinity', 0, 0)",
    ),
)


# A gateway that was killed, or hangs, is replaced after this; it asks each second at the most.
HELD_S: Final = 3.0
ASK_S: Final = 1.0
_HOLD: Final = (
    "UPDATE watch_positions SET turn = CASE WHEN turn = %s THEN turn ELSE turn + 1 END, "
    "held_until = clock_timestamp() + make_interval(secs => %s) "
    "WHERE turn = %s OR held_until < clock_timestamp() RETURNING turn"
)


class PostgresWatchStore:
    """A `streams.watch_store.WatchMemory`. Of several that watch at once, the one that began last saves."""

    def __init__(self, address: str) -> None:
        # No turn has this number.
        self._turn = -1
        self._is_held = False
        self._asked_at: float | None = None
        self._connection = OneConnection(address, _unavailable)
        self._connection.bring_up_to_date("alarm watch", STEPS)

    def hold(self) -> bool:
        """As promised by `WatchMemory`. Raises StoreUnavailable."""
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at >= ASK_S:
            row = self._connection.execute(_HOLD, (self._turn, HELD_S, self._turn)).fetchone()
            self._asked_at, self._is_held = now, row is not None
            if row is not None:
                self._turn = row[0]
        return self._is_held

    def load(self) -> tuple[list[WatchedSensor], int, int]:
        """Sensors, the readings' position, the facts' position."""
        with self._connection.transaction() as transaction:
            # Locks the row: the states below belong to these positions.
            row = transaction.execute("SELECT readings, facts FROM watch_positions FOR SHARE").fetchone()
            assert row is not None, "the positions were made with their table."
            sensors = [decoded(state) for (state,) in transaction.execute("SELECT state FROM watch_sensors ORDER BY sensor").fetchall()]
        readings, facts = row
        return sensors, readings, facts

    def save(self, checkpoint: WatchCheckpoint) -> None:
        """All of it, or nothing. Raises Fenced where another has begun to watch since: its checkpoints count from then on."""
        with self._connection.transaction() as transaction:
            moved = transaction.execute(
                "UPDATE watch_positions SET readings = %s, facts = %s WHERE turn = %s",
                (checkpoint.readings_position, checkpoint.facts_position, self._turn),
            ).rowcount
            if moved != 1:
                raise Fenced("Another gateway has taken over the alarm watch: this one stops.", "另一个网关已接管告警监视:本网关停止监视。")
            with transaction.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO watch_sensors VALUES (%s, %s) ON CONFLICT (sensor) DO UPDATE SET state = excluded.state",
                    [(sensor.sensor, msgspec.json.encode(sensor)) for sensor in checkpoint.sensors],
                )

    def close(self) -> None:
        """Give the watch to whoever asks next, and the connection back."""
        if self._is_held:
            # Where the server is away, the watch is free soon in any case.
            with contextlib.suppress(StoreUnavailable):
                self._connection.execute("UPDATE watch_positions SET held_until = '-infinity' WHERE turn = %s", (self._turn,))
        self._connection.close()


def _unavailable(words: str) -> StoreUnavailable:
    return StoreUnavailable(f"The alarm watch cannot read or write its memory now: {words}.", f"告警监视现在无法读写其记录:{words}。")
