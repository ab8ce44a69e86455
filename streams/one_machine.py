"""Everything of the streams that a serving process has: its stores, the writer of facts, and the host of the views."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
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
from streams.answers import Answer, Request
from streams.history import History
from streams.projector import Projector, Published
from streams.replay import Replay
from streams.stores import Stores, utc_now
from streams.view_host import ViewHost
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


class OneMachine:
    """Open it, `catch_up`, `start` it; `submit` commands from any thread; `stop` it, which closes its stores too.

    Its views are folded here, where no other host is given.
    """

    def __init__(
        self,
        stores: Stores,
        projections: Sequence[Projection],
        *,
        zone: ZoneInfo,
        host: ViewHost | None = None,
        now: Callable[[], datetime] = utc_now,
        on_published: Callable[[Published], None] = lambda _published: None,
        on_facts: Callable[[list[Recorded]], None] = lambda _facts: None,
    ) -> None:
        self.now = now
        self.facts, self.views = stores.facts, stores.views
        self.vault, self.accesses = stores.vault, stores.accesses
        self.telemetry, self.watch = stores.telemetry, stores.watch
        self._finish_erasures()
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
        self.watch.close()

    def _finish_erasures(self) -> None:
        """A kill between the fact of an erasure and its act leaves the key: it is destroyed now."""
        for recorded in self.facts.facts(max(0, self.facts.last_position - LAST_GROUP_FACTS)):
            if isinstance(recorded.fact, Call.CallerErased):
                self.vault.erase(f"call:{recorded.fact.call}")

    def _written(self, facts: list[Recorded]) -> None:
        if facts:
            self.projector.offer(facts)
            self.on_facts(facts)
