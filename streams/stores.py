"""Where everything of the streams lies: here in the files of a directory, beyond one machine in PostgreSQL and Kafka."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from streams.access_log import AccessLog
from streams.fact_store import FactStore
from streams.failures import StoreUnavailable, opening
from streams.store_of_record import StoreOfRecord
from streams.telemetry import TelemetryLog
from streams.telemetry_log import Telemetry
from streams.vault import Vault
from streams.view_store import ViewStore
from streams.views import Views
from streams.watch_store import WatchMemory, WatchStore


def utc_now() -> datetime:
    """The one place that reads the clock."""
    return datetime.now(UTC)  # noqa: TID251 -- this is that place


@dataclass(frozen=True, slots=True)
class Files:
    """Where everything lies under the data directory."""

    directory: Path

    @property
    def facts(self) -> Path:
        """The store of record: back this up."""
        return self.directory / "facts.db"

    @property
    def views(self) -> Path:
        """The views: built anew from the facts when missing."""
        return self.directory / "views.db"

    @property
    def telemetry(self) -> Path:
        """Fixes and readings."""
        return self.directory / "telemetry.db"

    @property
    def keys(self) -> Path:
        """The keys of personal data: back this up, apart from the facts."""
        return self.directory / "keys.db"

    @property
    def accesses(self) -> Path:
        """Who opened which record."""
        return self.directory / "accesses.db"

    @property
    def lock(self) -> Path:
        """Held by the process that serves this directory."""
        return self.directory / "serving.lock"

    @property
    def alarm_watch(self) -> Path:
        """What the alarm watch remembers: read anew from the logs when missing."""
        return self.directory / "alarm_watch.db"


@dataclass(frozen=True, slots=True)
class Stores:
    """What the serving process reads and writes."""

    facts: StoreOfRecord
    views: Views
    vault: Vault
    telemetry: Telemetry
    accesses: AccessLog
    watch: WatchMemory


def stores_in(
    directory: Path,
    *,
    telemetry_days: float = 7.0,
    access_days: float = 183.0,
    master_key: Path | None = None,
    now: Callable[[], datetime] = utc_now,
    facts: StoreOfRecord | None = None,
) -> Stores:
    """The files of a directory, made where they are missing; the facts may lie elsewhere. Raises StoreIsNewer, StoreUnavailable."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreUnavailable(
            f"The data directory {directory} cannot be made: {error.strerror}.", f"无法建立数据目录 {directory}:{error.strerror}。"
        ) from error
    files = Files(directory)
    with opening(files.facts):
        opened_facts: StoreOfRecord = FactStore(files.facts) if facts is None else facts
    with opening(files.views):
        views = ViewStore(files.views)
    with opening(files.keys):
        vault = Vault(files.keys, master_key)
    with opening(files.telemetry):
        telemetry = TelemetryLog(files.telemetry, retention_days=telemetry_days, now=lambda: now().timestamp())
    with opening(files.accesses):
        accesses = AccessLog(files.accesses, retention_days=access_days)
    with opening(files.alarm_watch):
        watch = WatchStore(files.alarm_watch)
    return Stores(opened_facts, views, vault, telemetry, accesses, watch)
