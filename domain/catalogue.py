"""What the city is made of: agencies, stations, districts, incident types and response plans (run cards).

Each is defined anew as a whole; the newest definition holds, and every earlier one stays in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain.fact import Aggregate, By, FirstFact
from domain.values import Category, LonLat, Name, Priority, ResponseLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A capability, and how many units that have it are wanted."""

    capability: str
    count: int


class Agency(Aggregate):
    """Identified as `agency:fire`."""

    TOPIC = "agency"

    class Event(Aggregate.Event):
        """The base of an agency's events."""

    @dataclass(frozen=True)
    class Registered(FirstFact):
        """The agency takes part."""

        TOPIC = "agency.registered"
        agency: str
        name: Name
        short: Name

    @dataclass(frozen=True)
    class Renamed(Event):
        """It is called otherwise."""

        TOPIC = "agency.renamed"
        agency: str
        name: Name
        short: Name

    @event(Registered)
    def __init__(self, agency: str, name: Name, short: Name, by: By, timestamp: datetime) -> None:
        self.agency = agency
        self.name = name
        self.short = short

    @staticmethod
    def create_id(agency: str) -> str:
        """`agency:fire`."""
        return f"agency:{agency}"

    def define(self, name: Name, short: Name, *, by: By, at: datetime) -> None:
        """The same definition again changes nothing."""
        if (name, short) != (self.name, self.short):
            self._renamed(agency=self.agency, name=name, short=short, by=by, timestamp=at)

    @event(Renamed)
    def _renamed(self, agency: str, name: Name, short: Name, by: By, timestamp: datetime) -> None:
        self.name = name
        self.short = short


class Station(Aggregate):
    """Identified as `station:XF07`."""

    TOPIC = "station"

    class Event(Aggregate.Event):
        """The base of a station's events."""

    @dataclass(frozen=True)
    class Registered(FirstFact):
        """The station exists."""

        TOPIC = "station.registered"
        station: str
        agency: str
        name: Name
        district: str
        place: LonLat | None

    @dataclass(frozen=True)
    class Changed(Event):
        """It moved or is called otherwise."""

        TOPIC = "station.changed"
        station: str
        agency: str
        name: Name
        district: str
        place: LonLat | None

    @event(Registered)
    def __init__(self, station: str, agency: str, name: Name, district: str, place: LonLat | None, by: By, timestamp: datetime) -> None:
        self.station = station
        self.definition = (agency, name, district, place)

    @staticmethod
    def create_id(station: str) -> str:
        """`station:XF07`."""
        return f"station:{station}"

    def define(self, agency: str, name: Name, district: str, place: LonLat | None, *, by: By, at: datetime) -> None:
        """The same definition again changes nothing."""
        if (agency, name, district, place) != self.definition:
            self._changed(station=self.station, agency=agency, name=name, district=district, place=place, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, station: str, agency: str, name: Name, district: str, place: LonLat | None, by: By, timestamp: datetime) -> None:
        self.definition = (agency, name, district, place)


class District(Aggregate):
    """Identified as `district:heping`."""

    TOPIC = "district"

    class Event(Aggregate.Event):
        """The base of a district's events."""

    @dataclass(frozen=True)
    class Defined(FirstFact):
        """The district exists; `centre` is where its name is written."""

        TOPIC = "district.defined"
        district: str
        name: Name
        short: Name
        centre: LonLat | None
        code: str

    @dataclass(frozen=True)
    class Redefined(Event):
        """It is called or coded otherwise."""

        TOPIC = "district.redefined"
        district: str
        name: Name
        short: Name
        centre: LonLat | None
        code: str

    @event(Defined)
    def __init__(self, district: str, name: Name, short: Name, centre: LonLat | None, code: str, by: By, timestamp: datetime) -> None:
        self.district = district
        self.definition = (name, short, centre, code)

    @staticmethod
    def create_id(district: str) -> str:
        """`district:heping`."""
        return f"district:{district}"

    def define(self, name: Name, short: Name, centre: LonLat | None, code: str, *, by: By, at: datetime) -> None:
        """The same definition again changes nothing. `code` is the GB/T 2260 code of the area."""
        if (name, short, centre, code) != self.definition:
            self._redefined(district=self.district, name=name, short=short, centre=centre, code=code, by=by, timestamp=at)

    @event(Redefined)
    def _redefined(self, district: str, name: Name, short: Name, centre: LonLat | None, code: str, by: By, timestamp: datetime) -> None:
        self.definition = (name, short, centre, code)


class IncidentType(Aggregate):
    """Identified as `incident_type:dwelling_fire`."""

    TOPIC = "incident_type"

    class Event(Aggregate.Event):
        """The base of an incident type's events."""

    @dataclass(frozen=True)
    class Defined(FirstFact):
        """The type may be used; `agency` leads, `questions` are asked at intake."""

        TOPIC = "incident_type.defined"
        incident_type: str
        name: Name
        category: Category
        priority: Priority
        level: ResponseLevel
        agency: str
        questions: tuple[Name, ...]

    @dataclass(frozen=True)
    class Redefined(Event):
        """Its name, defaults or questions changed; what was opened under it stays as it was."""

        TOPIC = "incident_type.redefined"
        incident_type: str
        name: Name
        category: Category
        priority: Priority
        level: ResponseLevel
        agency: str
        questions: tuple[Name, ...]

    @event(Defined)
    def __init__(
        self,
        incident_type: str,
        name: Name,
        category: Category,
        priority: Priority,
        level: ResponseLevel,
        agency: str,
        questions: tuple[Name, ...],
        by: By,
        timestamp: datetime,
    ) -> None:
        self.incident_type = incident_type
        self.name = name
        self.category = category
        self.priority = priority
        self.level = level
        self.agency = agency
        self.questions = questions

    @staticmethod
    def create_id(incident_type: str) -> str:
        """`incident_type:dwelling_fire`."""
        return f"incident_type:{incident_type}"

    def define(
        self,
        name: Name,
        category: Category,
        priority: Priority,
        level: ResponseLevel,
        agency: str,
        questions: tuple[Name, ...],
        *,
        by: By,
        at: datetime,
    ) -> None:
        """The same definition again changes nothing."""
        if (name, category, priority, level, agency, questions) != (
            self.name,
            self.category,
            self.priority,
            self.level,
            self.agency,
            self.questions,
        ):
            self._redefined(
                incident_type=self.incident_type,
                name=name,
                category=category,
                priority=priority,
                level=level,
                agency=agency,
                questions=questions,
                by=by,
                timestamp=at,
            )

    @event(Redefined)
    def _redefined(
        self,
        incident_type: str,
        name: Name,
        category: Category,
        priority: Priority,
        level: ResponseLevel,
        agency: str,
        questions: tuple[Name, ...],
        by: By,
        timestamp: datetime,
    ) -> None:
        self.name = name
        self.category = category
        self.priority = priority
        self.level = level
        self.agency = agency
        self.questions = questions


class ResponsePlan(Aggregate):
    """What an incident type at a response level needs. Identified as `response_plan:dwelling_fire/3`."""

    TOPIC = "response_plan"

    class Event(Aggregate.Event):
        """The base of a response plan's events."""

    @dataclass(frozen=True)
    class Defined(FirstFact):
        """The plan holds from now on."""

        TOPIC = "response_plan.defined"
        incident_type: str
        level: ResponseLevel
        needs: tuple[Need, ...]

    @dataclass(frozen=True)
    class Redefined(Event):
        """It needs something else."""

        TOPIC = "response_plan.redefined"
        incident_type: str
        level: ResponseLevel
        needs: tuple[Need, ...]

    @event(Defined)
    def __init__(self, incident_type: str, level: ResponseLevel, needs: tuple[Need, ...], by: By, timestamp: datetime) -> None:
        self.incident_type = incident_type
        self.level = level
        self.needs = needs

    @staticmethod
    def create_id(incident_type: str, level: ResponseLevel) -> str:
        """`response_plan:dwelling_fire/3`."""
        return f"response_plan:{incident_type}/{level}"

    def define(self, needs: tuple[Need, ...], *, by: By, at: datetime) -> None:
        """The same needs again change nothing."""
        if needs != self.needs:
            self._redefined(incident_type=self.incident_type, level=self.level, needs=needs, by=by, timestamp=at)

    @event(Redefined)
    def _redefined(self, incident_type: str, level: ResponseLevel, needs: tuple[Need, ...], by: By, timestamp: datetime) -> None:
        self.needs = needs
