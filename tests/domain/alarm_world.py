"""A world of alarms in memory: commands in, facts kept as they are stored, aggregates folded from them anew for every command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import alarm_decisions
from domain.alarm_commands import AlarmCommand
from domain.catalogue import Agency, District
from domain.decisions import command_name
from domain.fact import Aggregate, By, Fact
from domain.incident import Incident
from domain.refusals import Refusal, UnknownThing
from domain.store import A
from domain.values import Location, Name
from projections.projection import Recorded
from streams.codec import FactCodec

T0 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
CODEC = FactCodec()


def at(seconds: float) -> datetime:
    """So many seconds after the beginning."""
    return T0 + timedelta(seconds=seconds)


class AlarmWorld:
    """Implements `domain.store.Store`. What a refused command touched is forgotten; every accepted fact went through the codec."""

    def __init__(self) -> None:
        self.log: list[Recorded] = []
        self._rows: dict[str, list[Any]] = {}
        self._touched: dict[str, Aggregate] = {}
        self._keys: set[str] = set()

    def do(self, command: AlarmCommand, *, now: float = 0, account: str = "lin", key: str = "") -> dict[str, Any]:
        """Decide one command; a key that came before changes nothing."""
        if key and key in self._keys:
            return {}
        decide: Callable[..., dict[str, Any]] = getattr(alarm_decisions, command_name(type(command)))
        self._touched.clear()
        try:
            result = decide(command, self, by=By(account=account, seat="5", cause=key), at=at(now))
            self.accept()
        finally:
            self._touched.clear()
        self._keys.add(key)
        return result

    def accept(self) -> None:
        """Store the facts of what was touched."""
        for aggregate in self._touched.values():
            for event in aggregate.collect_events():
                row = CODEC.to_stored_event(event)
                self._rows.setdefault(aggregate.id, []).append(row)
                self.log.append(Recorded(len(self.log) + 1, CODEC.to_domain_event(row)))
        self._touched.clear()

    def topics(self) -> list[str]:
        """The topics of all facts, in order."""
        return [type(recorded.fact).TOPIC for recorded in self.log]

    def fact(self) -> Any:  # noqa: ANN401 -- a test reads the fields that it expects
        """The newest fact."""
        return self.log[-1].fact

    def get(self, kind: type[A], identifier: str) -> A:
        aggregate = self.find(kind, identifier)
        if aggregate is None:
            what, _, name = identifier.partition(":")
            raise UnknownThing(kind=what, name=name)
        return aggregate

    def find(self, kind: type[A], identifier: str) -> A | None:
        aggregate = self._touched.get(identifier)
        if aggregate is None:
            for row in self._rows.get(identifier, ()):
                fact: Fact = CODEC.to_domain_event(row)
                aggregate = fact.mutate(aggregate)
        if aggregate is None:
            return None
        assert isinstance(aggregate, kind)
        self._touched[identifier] = aggregate
        return aggregate

    def look(self, kind: type[A], identifier: str) -> A:
        """The aggregate as it is stored, for a test to look at."""
        self._touched.clear()
        aggregate = self.get(kind, identifier)
        self._touched.clear()
        return aggregate

    def add(self, aggregate: Aggregate) -> None:
        assert aggregate.id not in self._rows, f"{aggregate.id} exists: the store would refuse the transaction."
        self._touched[aggregate.id] = aggregate

    def next_number(self, kind: str, day: str) -> int:
        return sum(name.startswith(f"{kind}{day}") for name in self._rows) + 1

    def seal(self, subject: str, text: str) -> str:
        return f"{subject}|{text}"

    def unseal(self, sealed: str) -> str:
        return sealed.partition("|")[2]

    def erase(self, subject: str) -> None:
        raise AssertionError(f"nothing about alarms erases {subject}")

    def day(self) -> str:
        return "261123"

    def has_agency(self, agency: str) -> None:
        """Given: an agency."""
        name = Name(zh="消防", en="Fire")
        self.add(Agency(agency=agency, name=name, short=name, by=By(account="admin"), timestamp=T0))
        self.accept()

    def has_district(self, district: str) -> None:
        """Given: a district."""
        name = Name(zh="和平区", en="Heping")
        self.add(District(district=district, name=name, short=name, centre=None, code="120101", by=By(account="admin"), timestamp=T0))
        self.accept()

    def has_incident(self, number: str, *, is_closed: bool = False) -> None:
        """Given: an incident."""
        by = By(account="zhou")
        incident = Incident(
            incident=number,
            incident_type="gas_leak",
            category="accident",
            priority=2,
            level=4,
            location=Location(),
            description="",
            agency="fire",
            external_id="",
            occurred_at=T0,
            by=by,
            timestamp=T0,
        )
        if is_closed:
            incident.close("handled", "", T0, seen=None, by=by, at=T0)
        self.add(incident)
        self.accept()


def then_refused(act: Callable[[], object], refusal: type[Refusal], *, en: str, zh: str) -> Refusal:
    """The act is refused with exactly these two sentences."""
    with pytest.raises(refusal) as caught:
        act()
    assert en == caught.value.sentence_en
    assert zh == caught.value.sentence_zh
    assert caught.value.field
    return caught.value
