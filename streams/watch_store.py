"""What the alarm watch remembers between two lives of the server: each sensor's state, and how far both logs were read."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Protocol

import msgspec

from streams.alarm_watch import WatchCheckpoint, WatchedSensor
from streams.failures import StoreIsNewer

SCHEMA_VERSION = 1
decoded = msgspec.json.Decoder(WatchedSensor).decode
"""A sensor's state, of its stored form."""


class WatchMemory(Protocol):
    """What the watch needs of its store: a file (`WatchStore`), or PostgreSQL (`streams.postgres.watch_store`)."""

    def hold(self) -> bool:
        """Whether this process watches. Asked again and again: who has not asked for a while is replaced."""
        ...

    def load(self) -> tuple[list[WatchedSensor], int, int]:
        """Sensors, the readings' position, the facts' position."""
        ...

    def save(self, checkpoint: WatchCheckpoint) -> None:
        """All of it, or nothing."""
        ...

    def close(self) -> None:
        """Give the file or the connection back."""
        ...


class WatchStore:
    """One file; one transaction a checkpoint. Losing it is harmless: what lies in the logs is read again."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}): upgrade, or remove the file to have the logs read again.",
                f"{path} 由更新版本的鼓楼写成(格式 {found}):请升级,或删除该文件以重读日志。",
            )
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS sensors (sensor TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID")
        self._connection.execute("CREATE TABLE IF NOT EXISTS positions (log TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID")

    def hold(self) -> bool:
        """As promised by `WatchMemory`: a directory is served by one process."""
        return True

    def load(self) -> tuple[list[WatchedSensor], int, int]:
        """Sensors, the readings' position, the facts' position."""
        sensors = [decoded(row[0]) for row in self._connection.execute("SELECT state FROM sensors")]
        positions = dict(self._connection.execute("SELECT log, position FROM positions").fetchall())
        return sensors, positions.get("readings", 0), positions.get("facts", 0)

    def save(self, checkpoint: WatchCheckpoint) -> None:
        """All of it, or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(
                "INSERT INTO sensors VALUES (?, ?) ON CONFLICT (sensor) DO UPDATE SET state = excluded.state",
                [(sensor.sensor, msgspec.json.encode(sensor)) for sensor in checkpoint.sensors],
            )
            self._connection.executemany(
                "INSERT INTO positions VALUES (?, ?) ON CONFLICT (log) DO UPDATE SET position = excluded.position",
                [("readings", checkpoint.readings_position), ("facts", checkpoint.facts_position)],
            )
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
