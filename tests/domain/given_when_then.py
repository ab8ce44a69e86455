"""A desk in memory: `given` commands, `when` one comes, `then` these facts, or `then_refused` with this sentence.

    desk.given(*AN_OPEN_INCIDENT, DispatchUnits(incident="261123-0001", units=("E11",)))
    desk.when(DispatchUnits(incident="261123-0002", units=("E11",)))
    desk.then_refused(UnitIsAssigned, "E11 was dispatched to 261123-0001 by zhou at …", "E11 已被 zhou 派往 …")

Every accepted fact goes through the codec, and what a refused command touched is forgotten, as in the real store.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

from domain import commands as ask
from domain.assignment import Step
from domain.decisions import DECISIONS, command_name
from domain.fact import Aggregate, By, Fact
from domain.open_work import OpenWork
from domain.permissions import Scope
from domain.refusals import Refusal, UnknownThing
from domain.store import A
from projections.alarm_board import ALARM_BOARD
from projections.call_board import CALL_BOARD
from projections.catalogue import CATALOGUE as CATALOGUE_VIEW
from projections.incident_board import INCIDENT_BOARD
from projections.open_work import Boards, open_work
from projections.projection import Projection, Recorded
from projections.promise_board import PROMISE_BOARD
from projections.unit_status import UNIT_STATUS
from streams.codec import decode, encode
from tests.domain.words import require_words

T0 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
TIANJIN = timezone(timedelta(hours=8))
SEAL = "⟦{subject}|{text}⟧"


def at(seconds: float) -> datetime:
    """So many seconds after the beginning."""
    return T0 + timedelta(seconds=seconds)


def place(lon: float = 117.2, lat: float = 39.12) -> ask.Place:
    """A place in Heping."""
    return ask.Place(lon=lon, lat=lat)


class Desk:
    """Implements `domain.store.Store`, and keeps the log. `now` and `account` are as a test sets them."""

    def __init__(self) -> None:
        self.now = T0
        self.account = "zhou"
        self.log: list[Recorded] = []
        self.rows: dict[str, list[tuple[str, bytes]]] = {}
        self.erased: list[str] = []
        self.refusal: Refusal | None = None
        self.result: dict[str, Any] = {}
        self.facts: list[Fact] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self._known: dict[str, Aggregate] = {}
        self._touched: dict[str, Aggregate] = {}
        self._numbers: dict[str, int] = {}
        self._erasures: list[str] = []

    # --- given, when, then

    def given(self, *commands: object) -> None:
        """Commands that are accepted; their facts are what is so now."""
        for command in commands:
            self.when(command)
            assert self.refusal is None, f"given {command}: refused, {self.refusal}"

    def when(self, command: object, *, account: str = "", key: str = "") -> dict[str, Any]:
        """One command comes; a key that came before gets its first answer and changes nothing."""
        self.refusal, self.result, self.facts = None, {}, []
        if key and key in self.answers:
            self.result = self.answers[key]
            return self.result
        decide = DECISIONS[command_name(type(command))].decide
        try:
            result = decide(command, self, by=By(account=account or self.account, seat="5", cause=key), at=self.now)
        except Refusal as refusal:
            require_words(refusal)
            self.refusal = refusal
            self._forget()
        except BaseException:
            self._forget()
            raise
        else:
            self.result = result
            self._accept()
            if key:
                self.answers[key] = result
        return self.result

    def then(self, *topics: str) -> None:
        """The command was accepted, and left exactly these facts in this order."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert tuple(topic(fact) for fact in self.facts) == topics

    def then_refused(self, kind: type[Refusal], en: str, zh: str, *, field: str | None = None) -> None:
        """The command was refused with exactly these sentences, and left no fact."""
        assert self.refusal is not None, f"accepted: {[topic(fact) for fact in self.facts]}"
        assert type(self.refusal) is kind
        assert (self.refusal.sentence_en, self.refusal.sentence_zh) == (en, zh)
        assert str(self.refusal) == en
        assert field is None or self.refusal.field == field
        assert self.facts == []

    def fact(self, kind: type[Any]) -> Any:  # noqa: ANN401 -- the fact of that type
        """The one fact of that type among those of the newest command."""
        found = [fact for fact in self.facts if isinstance(fact, kind)]
        assert len(found) == 1, f"{len(found)} facts of {kind}"
        return found[0]

    def look(self, kind: type[A], identifier: str) -> A:
        """An aggregate as it is stored, for a test to look at."""
        aggregate = self.get(kind, identifier)
        self._touched.clear()
        return aggregate

    def refolded(self, identifiers: Iterable[str] | None = None) -> dict[str, Aggregate]:
        """Aggregates, all or these, folded anew from the stored rows."""
        names = self.rows if identifiers is None else identifiers
        return {name: aggregate for name in names if (aggregate := self._load(name)) is not None}

    def known(self) -> dict[str, Aggregate]:
        """The aggregates that the desk works on."""
        return dict(self._known)

    # --- domain.store.Store

    def get(self, kind: type[A], identifier: str) -> A:
        aggregate = self.find(kind, identifier)
        if aggregate is None:
            what, _, name = identifier.partition(":")
            raise UnknownThing(kind=what, name=name)
        return aggregate

    def find(self, kind: type[A], identifier: str) -> A | None:
        aggregate = self._touched.get(identifier) or self._known.get(identifier) or self._load(identifier)
        if aggregate is None:
            return None
        assert isinstance(aggregate, kind)
        self._touched[identifier] = aggregate
        return aggregate

    def add(self, aggregate: Aggregate) -> None:
        assert aggregate.id not in self.rows, f"{aggregate.id} exists: the store would refuse the transaction."
        self._touched[aggregate.id] = aggregate

    def next_number(self, kind: str, day: str) -> int:
        prefix = f"{kind}{day}"
        self._numbers.setdefault(prefix, sum(name.startswith(f"{prefix}-") for name in self.rows))
        self._numbers[prefix] += 1
        return self._numbers[prefix]

    def seal(self, subject: str, text: str) -> str:
        return SEAL.format(subject=subject, text=text)

    def unseal(self, sealed: str) -> str:
        return sealed.strip("⟦⟧").partition("|")[2]

    def erase(self, subject: str) -> None:
        self._erasures.append(subject)

    def open_work(self, scope: Scope) -> OpenWork:
        boards = Boards(
            incidents=self._shown(INCIDENT_BOARD),
            calls=self._shown(CALL_BOARD),
            alarms=self._shown(ALARM_BOARD),
            units=self._shown(UNIT_STATUS),
            promises=self._shown(PROMISE_BOARD),
            catalogue=self._shown(CATALOGUE_VIEW),
        )
        return open_work(boards, scope, len(self.log), self.now)

    def day(self) -> str:
        return self.now.astimezone(TIANJIN).strftime("%y%m%d")

    def _shown(self, projection: Projection) -> list[Any]:
        documents: dict[str, Any] = {}
        for recorded in self.log:
            if type(recorded.fact) in projection.facts:
                for key in projection.keys(recorded.fact):
                    documents[key] = projection.evolve(documents.get(key), recorded)
        return [document for document in documents.values() if document is not None and projection.is_shown(document)]

    # --- the transaction

    def _accept(self) -> None:
        for identifier, aggregate in sorted(self._touched.items(), key=lambda item: item[0].startswith("incident:")):
            for event in aggregate.collect_events():
                assert isinstance(event, Fact)
                row = (topic(event), encode(event))
                self.rows.setdefault(identifier, []).append(row)
                fact = decode(*row)
                self.facts.append(fact)
                self.log.append(Recorded(len(self.log) + 1, fact))
            self._known[identifier] = aggregate
        self.erased.extend(self._erasures)
        self._touched.clear()
        self._erasures.clear()
        self._numbers.clear()

    def _forget(self) -> None:
        for identifier in self._touched:
            self._known.pop(identifier, None)
        self._touched.clear()
        self._erasures.clear()
        self._numbers.clear()

    def _load(self, identifier: str) -> Aggregate | None:
        aggregate: Aggregate | None = None
        for row in self.rows.get(identifier, ()):
            aggregate = decode(*row).mutate(aggregate)
        return aggregate


def topic(fact: Fact) -> str:
    """`incident.opened`."""
    name: str = type(fact).TOPIC
    return name


def state(aggregate: Aggregate) -> dict[str, Any]:
    """What an aggregate has come to, without what was not stored yet."""
    return {name: value for name, value in vars(aggregate).items() if not name.startswith("_pending")}


# --- a small city

UNITS = ("E11", "E12", "E13", "A21", "A22")


def city(units: Iterable[str] = UNITS) -> tuple[object, ...]:
    """Two agencies, two districts, two incident types and some units."""
    return (
        ask.RegisterAgency(agency="fire", zh="消防", en="Fire"),
        ask.RegisterAgency(agency="ems", zh="急救", en="Ambulance"),
        ask.DefineDistrict(district="heping", zh="和平区", en="Heping"),
        ask.DefineDistrict(district="hexi", zh="河西区", en="Hexi"),
        ask.RegisterStation(station="XF01", agency="fire", zh="一站", en="Station 1", district="heping", place=place(117.19, 39.11)),
        ask.RegisterStation(station="JJ01", agency="ems", zh="急救一站", en="EMS 1"),
        ask.DefineIncidentType(
            incident_type="dwelling_fire", zh="住宅火灾", en="Dwelling fire", category="accident", priority=1, level=3, agency="fire"
        ),
        ask.DefineIncidentType(
            incident_type="flood", zh="内涝", en="Flood", category="natural_disaster", priority=3, level=4, agency="fire"
        ),
        *(
            ask.RegisterUnit(
                unit=unit,
                agency="ems" if unit.startswith("A") else "fire",
                station="JJ01" if unit.startswith("A") else "XF01",
                capabilities=("ambulance",) if unit.startswith("A") else ("pump",),
            )
            for unit in units
        ),
    )


FIRST, SECOND, THIRD = "261123-0001", "261123-0002", "261123-0003"
FIRST_CALL, SECOND_CALL = "C261123-0001", "C261123-0002"


def opened(address: str = "南京路1号", *, call: str = "") -> ask.OpenIncident:
    """A dwelling fire in Heping; the first has the number FIRST, and so on."""
    return ask.OpenIncident(incident_type="dwelling_fire", place=place(), address=address, district="heping", call=call)


def taken(name: str = "周德明", number: str = "13812346677") -> ask.TakeCall:
    """A call to 119; the first has the number FIRST_CALL, and so on."""
    return ask.TakeCall(source="119", caller_name=name, caller_number=number, place=place(), address="南京路1号", district="heping")


def dispatched(*units: str, incident: str = FIRST) -> ask.DispatchUnits:
    """Units sent to an incident."""
    return ask.DispatchUnits(incident=incident, units=units)


def stepped(
    step: Step | Literal["cleared"], unit: str = "E11", *, incident: str = FIRST, occurred_at: datetime | None = None, destination: str = ""
) -> ask.StepAssignment:
    """A unit's first assignment to an incident reached a step."""
    return ask.StepAssignment(assignment=sent(unit, incident=incident), step=step, occurred_at=occurred_at, destination=destination)


def sent(unit: str, *, incident: str = FIRST, time: int = 1) -> str:
    """The identifier of an assignment."""
    return f"{incident}/{unit}/{time}"
