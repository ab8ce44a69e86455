"""Everything of the streams on one machine: the store of record, the telemetry log, the views, their writer and their host."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.call import Call
from domain.decisions import Decision
from domain.open_work import OpenWork
from domain.permissions import Scope
from projections.incident_record import linked
from projections.open_work import Boards, open_work
from projections.projection import Projection, Recorded
from streams.access_log import AccessLog
from streams.answers import Answer, Request
from streams.fact_store import FactStore
from streams.failures import StoreUnavailable, opening
from streams.history import History
from streams.projector import Projector, Published
from streams.replay import Replay
from streams.store_of_record import StoreOfRecord
from streams.telemetry import TelemetryLog
from streams.vault import Vault
from streams.view_host import ViewHost
from streams.view_store import ViewStore
from streams.views import Views
from streams.working_store import WorkingStore
from streams.writer import Writer

# More facts than one group commit holds: what a kill can have left half done lies among them.
LAST_GROUP_FACTS = 5_000


# What a shift works by: the view, and what `Boards` calls its documents.
WORK_VIEWS = {
    "incident_board": "incidents",
    "call_board": "calls",
    "alarm_board": "alarms",
    "unit_status": "units",
    "promise_board": "promises",
    "catalogue": "catalogue",
}


class _Entry(msgspec.Struct):
    position: int
    topic: str


class _Timeline(msgspec.Struct):
    entries: list[_Entry]


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


class OneMachine:
    """Open it, `catch_up`, `start` it; `submit` commands from any thread; `stop` it.

    Its facts and views lie in the directory, where no other stores are given; its views are folded here, where no other host is.
    """

    def __init__(  # noqa: PLR0913 -- what a machine is set up by
        self,
        directory: Path,
        projections: Sequence[Projection],
        *,
        zone: ZoneInfo,
        telemetry_days: float = 7.0,
        access_days: float = 183.0,
        master_key: Path | None = None,
        facts: StoreOfRecord | None = None,
        views: Views | None = None,
        host: ViewHost | None = None,
        now: Callable[[], datetime] = utc_now,
        on_published: Callable[[Published], None] = lambda _published: None,
        on_facts: Callable[[list[Recorded]], None] = lambda _facts: None,
    ) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreUnavailable(
                f"The data directory {directory} cannot be made: {error.strerror}.", f"无法建立数据目录 {directory}:{error.strerror}。"
            ) from error
        self.files = Files(directory)
        self.now = now
        with opening(self.files.facts):
            self.facts: StoreOfRecord = FactStore(self.files.facts) if facts is None else facts
        with opening(self.files.views):
            self.views: Views = ViewStore(self.files.views) if views is None else views
        with opening(self.files.keys):
            self.vault = Vault(self.files.keys, master_key)
        self._finish_erasures()
        with opening(self.files.telemetry):
            self.telemetry = TelemetryLog(self.files.telemetry, retention_days=telemetry_days, now=lambda: now().timestamp())
        with opening(self.files.accesses):
            self.accesses = AccessLog(self.files.accesses, retention_days=access_days)
        self.projector: ViewHost = Projector(self.facts, self.views, projections, on_published) if host is None else host
        self.replay = Replay(self.facts, self.views)
        self.history = History(self.facts, self.views)
        self.on_facts = on_facts
        self.working = WorkingStore(self.facts, self.vault, zone, now, self.open_work)
        self.writer = Writer(self.facts, self.working, now, self._written)

    def start(self) -> None:
        """Begin to take commands, telemetry and facts."""
        self.projector.start()
        self.telemetry.start()
        self.writer.start()

    def submit(self, decision: Decision, command: Any, *, account: str, seat: str = "", key: str) -> Future[Answer]:  # noqa: ANN401
        """The answer to come, once the facts are on disk; or a Refusal, or a StreamFailure."""
        return self.writer.submit(Request(decision, command, account, seat, key))

    def incident_positions(self, number: str) -> list[int]:
        """The positions of every fact of an incident, its assignments and its promises, in the order of the log."""
        own = [*self.facts.positions_of([f"incident:{number}"]), *self.facts.positions_under(f"assignment:{number}/")]
        return sorted({*own, *self._promised(number)})

    def _promised(self, number: str) -> list[int]:
        """A promise is named by its day, not by its incident: the incident's timeline says where its facts are."""
        row = self.views.document("incident_timeline", number) if "incident_timeline" in self.projector.running else None
        if row is None:
            return []
        entries = msgspec.json.decode(row[2], type=_Timeline).entries
        return [entry.position for entry in entries if entry.topic.startswith("promise.")]

    def open_work(self, scope: Scope) -> OpenWork:
        """What is open within the scope, as the views show it now. From any thread."""

        def shown(name: str) -> Iterator[Any]:
            running = self.projector.running[name]
            for _, _, row in self.views.documents(name):
                document = running.fold.decode(row)
                if running.projection.is_shown(document):
                    yield document

        position = min(self.projector.running[name].checkpoint.position for name in WORK_VIEWS)
        boards = Boards(**{field: shown(name) for name, field in WORK_VIEWS.items()})
        return open_work(boards, scope, position, self.now())

    def incident_facts(self, number: str) -> list[Recorded]:
        """Every fact that touched an incident, in the order of the log: its own, its assignments', and those of its calls and alarms."""
        own = self.facts.facts_at(self.incident_positions(number))
        calls, alarms = linked(own)
        others = self.facts.positions_of([*(f"call:{call}" for call in calls), *(f"alarm:{alarm}" for alarm in alarms)])
        # A call may have been about another incident before or after: what concerned that one is in its own record.
        beside = [item for item in self.facts.facts_at(others) if getattr(item.fact, "incident", "") in {"", number}]
        return sorted([*own, *beside], key=lambda recorded: recorded.position)

    def stop(self) -> None:
        """Write and fold what waits, then close."""
        self.writer.stop()
        self.projector.stop()
        self.telemetry.stop()
        self.views.close()
        self.facts.close()
        self.vault.close()
        self.accesses.close()

    def _finish_erasures(self) -> None:
        """A kill between the fact of an erasure and its act leaves the key: it is destroyed now."""
        for recorded in self.facts.facts(max(0, self.facts.last_position - LAST_GROUP_FACTS)):
            if isinstance(recorded.fact, Call.CallerErased):
                self.vault.erase(f"call:{recorded.fact.call}")

    def _written(self, facts: list[Recorded]) -> None:
        if facts:
            self.projector.offer(facts)
            self.on_facts(facts)
