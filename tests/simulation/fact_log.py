"""A store of record in memory: what `streams.store_of_record` promises, with the moments at which a server of PostgreSQL can fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.utils import get_topic

from domain.fact import Fact
from projections.projection import Recorded
from streams import store_of_record
from streams.codec import decode, encode
from streams.failures import StoreUnavailable
from streams.store_of_record import Receipt, ReceiptRow
from tests.simulation.processes import pause, rest


@dataclass(slots=True)
class FactLog:
    """The server. `commits` go through it one at a time."""

    recorded: list[Recorded] = field(default_factory=list)
    stored: list[StoredEvent] = field(default_factory=list)
    of_aggregate: dict[str, list[int]] = field(default_factory=dict)
    kept_receipts: dict[str, Receipt] = field(default_factory=dict)
    turn_of: str = ""
    is_away: bool = False
    # So many of the next commits are made, and nobody hears of it.
    answers_lost: int = 0

    def copy(self) -> FactLog:
        """The same log, to be gone on with."""
        of_aggregate = {name: list(positions) for name, positions in self.of_aggregate.items()}
        return FactLog(list(self.recorded), list(self.stored), of_aggregate, dict(self.kept_receipts))

    def commit(self, facts: Sequence[Fact], receipts: Sequence[ReceiptRow]) -> list[int]:
        """One transaction. Raises IntegrityError."""
        self.require_new(facts, receipts)
        positions = []
        for fact in facts:
            topic, state = get_topic(type(fact)), encode(fact)
            position = len(self.recorded) + 1
            self.recorded.append(Recorded(position, decode(topic, state)))
            self.stored.append(StoredEvent(fact.originator_id, fact.originator_version, topic, state))
            self.of_aggregate.setdefault(fact.originator_id, []).append(position)
            positions.append(position)
        for key, digest, last, at, reply in receipts:
            place = positions[last] if last >= 0 else len(self.recorded)
            self.kept_receipts[key] = Receipt(key, digest, place, datetime.fromisoformat(at), reply)
        return positions

    def require_new(self, facts: Sequence[Fact], receipts: Sequence[ReceiptRow]) -> None:
        """The keys of the tables: aggregate and version, and the idempotency key. Raises IntegrityError."""
        ahead: dict[str, int] = {}
        for fact in facts:
            name = fact.originator_id
            ahead[name] = ahead.get(name, len(self.of_aggregate.get(name, ()))) + 1
            if fact.originator_version != ahead[name]:
                raise IntegrityError(f"{name} has version {fact.originator_version} already")
        for row in receipts:
            if row[0] in self.kept_receipts:
                raise IntegrityError(f"the key {row[0]} has a receipt already")


class FactClient:
    """One process's way to it: what the product asks of a `streams.store_of_record.StoreOfRecord` on the paths that are simulated."""

    def __init__(self, log: FactLog, owner: str) -> None:
        self._log = log
        self._owner = owner
        self.recorder = self

    def append(self, facts: Sequence[Fact], receipts: Sequence[ReceiptRow]) -> Sequence[int]:
        """As promised by `StoreOfRecord`."""
        self._about("commit")
        while self._log.turn_of not in ("", self._owner):
            rest("commit, after the turn of another")
        positions = self._log.commit(facts, receipts)
        pause("hear that its commit is on disk")
        if self._log.answers_lost:
            self._log.answers_lost -= 1
            raise StoreUnavailable("The answer to the commit was lost: it is in doubt.", "提交的答复丢失:结果未知。")
        return positions

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """As promised by `StoreOfRecord`."""
        self._about("take a turn")
        while self._log.turn_of not in ("", self._owner):
            rest("take a turn after another")
        held, self._log.turn_of = self._log.turn_of, self._owner
        try:
            yield
        finally:
            self._log.turn_of = held

    @property
    def last_position(self) -> int:
        """As promised by `StoreOfRecord`."""
        self._about("read the end of the log")
        return len(self._log.recorded)

    def facts(self, after: int, until: int | None = None) -> Iterator[Recorded]:
        """As promised by `StoreOfRecord`: each read is of one moment."""
        self._about("read the log")
        return iter(self._log.recorded[after:until])

    def facts_at(self, positions: Sequence[int]) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        return [self._log.recorded[position - 1] for position in positions if 0 < position <= len(self._log.recorded)]

    def facts_of(self, identifier: str, after_version: int = 0) -> list[Fact]:
        """As promised by `StoreOfRecord`."""
        self._about("read an aggregate")
        return [self._log.recorded[position - 1].fact for position in self._log.of_aggregate.get(identifier, ())[after_version:]]

    def stream(self, identifier: str, after: int = 0, until: int | None = None) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        places = self._log.of_aggregate.get(identifier, ())
        return [self._log.recorded[place - 1] for place in places if place > after and (until is None or place <= until)]

    def moment_around(self, position: int) -> list[Recorded]:
        """As promised by `StoreOfRecord`."""
        return store_of_record.moment_around(self, position)  # type: ignore[arg-type]

    def last_number(self, prefix: str) -> int:
        """As promised by `StoreOfRecord`."""
        self._about("read the last number")
        return max(
            (int(name[len(prefix) + 1 :]) for name in self._log.of_aggregate if name.startswith(f"{prefix}-") and "/" not in name),
            default=0,
        )

    def receipts(self, keys: Sequence[str]) -> dict[str, Receipt]:
        """As promised by `StoreOfRecord`."""
        self._about("read receipts")
        return {key: self._log.kept_receipts[key] for key in keys if key in self._log.kept_receipts}

    def select_notifications(self, start: int, limit: int, *, stop: int, inclusive_of_start: bool) -> list[Notification]:
        """As the library's recorder has it, for the relay."""
        assert not inclusive_of_start, "the relay asks for what comes after."
        self._about("read what is stored")
        rows = self._log.stored[start : min(stop, start + limit)]
        return [
            Notification(
                id=position, originator_id=row.originator_id, originator_version=row.originator_version, topic=row.topic, state=row.state
            )
            for position, row in enumerate(rows, start + 1)
        ]

    def _about(self, what: str) -> None:
        pause(what)
        if self._log.is_away:
            raise StoreUnavailable("The store of record is away.", "事实库不可用。")
