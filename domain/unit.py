"""A unit: what it is, where it belongs, and whether it is on an assignment. One unit, one assignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain.editions import Editions
from domain.fact import Aggregate, By, FirstFact
from domain.refusals import Conflict
from domain.seen import Seen
from domain.values import LonLat, Name


class UnitIsAssigned(Conflict):
    """One unit, one assignment."""

    en = "{unit} was dispatched to {incident} by {by} at {at}: cannot {act}. Choose another unit, or release it first."
    zh = "{unit} 已被 {by} 派往 {incident}({at}),不能{act_zh}。请选择其他单位,或先解除派遣。"
    about = "unit"


class UnitIsOutOfService(Conflict):
    """It cannot be sent."""

    en = "{unit} is out of service ({reason}): cannot {act}."
    zh = "{unit} 停用中({reason}),不能{act_zh}。"
    about = "unit"


class UnitIsInService(Conflict):
    """There is nothing to return from."""

    en = "{unit} is in service already."
    zh = "{unit} 已在勤。"
    about = "unit"


class Unit(Aggregate):
    """Identified as `unit:E0703`, by its call sign."""

    TOPIC = "unit"

    class Event(Aggregate.Event):
        """The base of a unit's events."""

    @dataclass(frozen=True)
    class Registered(FirstFact):
        """The unit exists and is available."""

        TOPIC = "unit.registered"
        unit: str
        agency: str
        station: str
        capabilities: tuple[str, ...]
        name: Name
        home: LonLat | None

    @dataclass(frozen=True)
    class Changed(Event):
        """It moved to another station, was fitted out otherwise or is called otherwise. None (also in older facts): as it was."""

        TOPIC = "unit.changed"
        unit: str
        station: str
        capabilities: tuple[str, ...]
        name: Name | None = None
        home: LonLat | None = None

    @dataclass(frozen=True)
    class Assigned(Event):
        """It is on this assignment until released."""

        TOPIC = "unit.assigned"
        unit: str
        assignment: str
        incident: str

    @dataclass(frozen=True)
    class Released(Event):
        """It is available again."""

        TOPIC = "unit.released"
        unit: str
        assignment: str
        incident: str
        station: str
        outcome: str

    @dataclass(frozen=True)
    class PutOutOfService(Event):
        """It cannot be sent."""

        TOPIC = "unit.put_out_of_service"
        unit: str
        reason: str

    @dataclass(frozen=True)
    class ReturnedToService(Event):
        """It is available again."""

        TOPIC = "unit.returned_to_service"
        unit: str

    @dataclass(frozen=True)
    class Retired(Event):
        """It is gone from the board and cannot be sent; old records keep it."""

        TOPIC = "unit.retired"
        unit: str
        agency: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It is on the board again, as it was when it went."""

        TOPIC = "unit.reinstated"
        unit: str
        agency: str
        station: str
        capabilities: tuple[str, ...]
        name: Name
        home: LonLat | None

    @event(Registered)
    def __init__(
        self,
        unit: str,
        agency: str,
        station: str,
        capabilities: tuple[str, ...],
        name: Name,
        home: LonLat | None,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.unit = unit
        self.agency = agency
        self.station = station
        self.capabilities = capabilities
        self.name = name
        self.home = home
        self.assignment = ""
        self.incident = ""
        self.assigned_by = ""
        self.assigned_at: datetime | None = None
        self.out_of_service = ""
        self.seen = Seen(name=unit)
        self.seen.changed("unit", 1, by, timestamp)
        self.editions = Editions("unit", unit)
        self.editions.add(1, by, timestamp, station=station, capabilities=capabilities, name=name, home=home)

    @staticmethod
    def create_id(unit: str) -> str:
        """`unit:E0703`."""
        return f"unit:{unit}"

    def change(
        self,
        station: str,
        capabilities: tuple[str, ...],
        name: Name,
        home: LonLat | None,
        *,
        seen: int | None = None,
        by: By,
        at: datetime,
    ) -> None:
        """Refuses when the unit was changed after the version `seen`, and a retired unit."""
        self.editions.require_in_use("change it", "更改")
        self.seen.require("unit", seen, self.version, f"{self.station} {'/'.join(self.capabilities)}")
        self._changed(unit=self.unit, station=station, capabilities=capabilities, name=name, home=home, by=by, timestamp=at)

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a unit that is assigned or retired, and an empty reason."""
        self.editions.require_retirable(reason)
        if self.assignment:
            self.require_free("retire it", "停用其档案")
        self._retired(unit=self.unit, agency=self.agency, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """Refuses a unit that is not retired."""
        self.editions.require_retired()
        self._reinstated(
            unit=self.unit,
            agency=self.agency,
            station=self.station,
            capabilities=self.capabilities,
            name=self.name,
            home=self.home,
            by=by,
            timestamp=at,
        )

    def require_free(self, act: str, act_zh: str) -> None:
        """Refuses while the unit is on an assignment, out of service or retired."""
        self.editions.require_in_use(act, act_zh)
        if self.assignment:
            moment = self.assigned_at.isoformat(timespec="seconds") if self.assigned_at else ""
            raise UnitIsAssigned(unit=self.unit, incident=self.incident, by=self.assigned_by, at=moment, act=act, act_zh=act_zh)
        if self.out_of_service:
            raise UnitIsOutOfService(unit=self.unit, reason=self.out_of_service, act=act, act_zh=act_zh)

    def assign(self, assignment: str, incident: str, *, by: By, at: datetime) -> None:
        """Refuses a unit that is assigned or out of service."""
        self.require_free(f"send it to {incident}", f"派往 {incident}")
        self._assigned(unit=self.unit, assignment=assignment, incident=incident, by=by, timestamp=at)

    def release(self, outcome: str, *, by: By, at: datetime) -> None:
        """The assignment ended. A programmer's error where there is none."""
        assert self.assignment, f"{self.unit} is on no assignment: the assignment that ends must be its own."
        self._released(
            unit=self.unit, assignment=self.assignment, incident=self.incident, station=self.station, outcome=outcome, by=by, timestamp=at
        )

    def put_out_of_service(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a unit that is assigned, or out of service already."""
        self.require_free("put it out of service", "停用")
        self._put_out_of_service(unit=self.unit, reason=reason, by=by, timestamp=at)

    def return_to_service(self, *, by: By, at: datetime) -> None:
        """Refuses a unit that is in service."""
        if not self.out_of_service:
            raise UnitIsInService(unit=self.unit)
        self._returned_to_service(unit=self.unit, by=by, timestamp=at)

    @event(Changed)
    def _changed(
        self,
        unit: str,
        station: str,
        capabilities: tuple[str, ...],
        by: By,
        timestamp: datetime,
        name: Name | None = None,
        home: LonLat | None = None,
    ) -> None:
        self.station = station
        self.capabilities = capabilities
        self.name = name or self.name
        self.home = home or self.home
        self.seen.changed("unit", self.version + 1, by, timestamp)
        self.editions.add(self.version + 1, by, timestamp, station=station, capabilities=capabilities, name=self.name, home=self.home)

    @event(Assigned)
    def _assigned(self, unit: str, assignment: str, incident: str, by: By, timestamp: datetime) -> None:
        self.assignment = assignment
        self.incident = incident
        self.assigned_by = by.account
        self.assigned_at = timestamp

    @event(Released)
    def _released(self, unit: str, assignment: str, incident: str, station: str, outcome: str, by: By, timestamp: datetime) -> None:
        self.assignment = self.incident = self.assigned_by = ""
        self.assigned_at = None

    @event(PutOutOfService)
    def _put_out_of_service(self, unit: str, reason: str, by: By, timestamp: datetime) -> None:
        self.out_of_service = reason

    @event(ReturnedToService)
    def _returned_to_service(self, unit: str, by: By, timestamp: datetime) -> None:
        self.out_of_service = ""

    @event(Retired)
    def _retired(self, unit: str, agency: str, reason: str, by: By, timestamp: datetime) -> None:
        self.editions.retire(self.version + 1, by, timestamp, reason)

    @event(Reinstated)
    def _reinstated(
        self,
        unit: str,
        agency: str,
        station: str,
        capabilities: tuple[str, ...],
        name: Name,
        home: LonLat | None,
        by: By,
        timestamp: datetime,
    ) -> None:
        # Whatever it was out of service for, somebody says anew that it can go.
        self.out_of_service = ""
        self.editions.reinstate(self.version + 1, by, timestamp)
