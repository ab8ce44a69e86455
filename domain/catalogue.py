"""What the city is made of: agencies, stations, districts, incident types and response plans (run cards).

Each is defined anew as a whole; the newest definition holds, and every earlier one stays in the log. What was added by mistake is retired:
it cannot be chosen any more, and keeps its name wherever it was used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain.editions import Editions
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

    @dataclass(frozen=True)
    class Retired(Event):
        """It cannot be chosen any more; old records keep its name."""

        TOPIC = "agency.retired"
        agency: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It can be chosen again."""

        TOPIC = "agency.reinstated"
        agency: str

    @event(Registered)
    def __init__(self, agency: str, name: Name, short: Name, by: By, timestamp: datetime) -> None:
        self.agency = agency
        self.name = name
        self.short = short
        self.editions = Editions("agency", agency)
        self.editions.add(1, by, timestamp, name=name, short=short)

    @staticmethod
    def create_id(agency: str) -> str:
        """`agency:fire`."""
        return f"agency:{agency}"

    def define(self, name: Name, short: Name, *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same definition again changes nothing; refuses what is retired or was defined anew after `seen`."""
        if (name, short) != (self.name, self.short):
            self.editions.require_changeable(seen, self.version)
            self._renamed(agency=self.agency, name=name, short=short, by=by, timestamp=at)

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what is retired, and an empty reason."""
        self.editions.require_retirable(reason)
        self._retired(agency=self.agency, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """Refuses what is not retired."""
        self.editions.require_retired()
        self._reinstated(agency=self.agency, by=by, timestamp=at)

    @event(Renamed)
    def _renamed(self, agency: str, name: Name, short: Name, by: By, timestamp: datetime) -> None:
        self.name = name
        self.short = short
        self.editions.add(self.version + 1, by, timestamp, name=name, short=short)

    @event(Retired)
    def _retired(self, agency: str, reason: str, by: By, timestamp: datetime) -> None:
        self.editions.retire(self.version + 1, by, timestamp, reason)

    @event(Reinstated)
    def _reinstated(self, agency: str, by: By, timestamp: datetime) -> None:
        self.editions.reinstate(self.version + 1, by, timestamp)


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

    @dataclass(frozen=True)
    class Retired(Event):
        """It cannot be chosen any more; old records keep its name."""

        TOPIC = "station.retired"
        station: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It can be chosen again."""

        TOPIC = "station.reinstated"
        station: str

    @event(Registered)
    def __init__(self, station: str, agency: str, name: Name, district: str, place: LonLat | None, by: By, timestamp: datetime) -> None:
        self.station = station
        self.definition = (agency, name, district, place)
        self.editions = Editions("station", station)
        self.editions.add(1, by, timestamp, agency=agency, name=name, district=district, place=place)

    @staticmethod
    def create_id(station: str) -> str:
        """`station:XF07`."""
        return f"station:{station}"

    def define(
        self, agency: str, name: Name, district: str, place: LonLat | None, *, seen: int | None = None, by: By, at: datetime
    ) -> None:
        """The same definition again changes nothing; refuses what is retired or was defined anew after `seen`."""
        if (agency, name, district, place) != self.definition:
            self.editions.require_changeable(seen, self.version)
            self._changed(station=self.station, agency=agency, name=name, district=district, place=place, by=by, timestamp=at)

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what is retired, and an empty reason."""
        self.editions.require_retirable(reason)
        self._retired(station=self.station, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """Refuses what is not retired."""
        self.editions.require_retired()
        self._reinstated(station=self.station, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, station: str, agency: str, name: Name, district: str, place: LonLat | None, by: By, timestamp: datetime) -> None:
        self.definition = (agency, name, district, place)
        self.editions.add(self.version + 1, by, timestamp, agency=agency, name=name, district=district, place=place)

    @event(Retired)
    def _retired(self, station: str, reason: str, by: By, timestamp: datetime) -> None:
        self.editions.retire(self.version + 1, by, timestamp, reason)

    @event(Reinstated)
    def _reinstated(self, station: str, by: By, timestamp: datetime) -> None:
        self.editions.reinstate(self.version + 1, by, timestamp)


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

    @dataclass(frozen=True)
    class Retired(Event):
        """It cannot be chosen any more; old records keep its name."""

        TOPIC = "district.retired"
        district: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It can be chosen again."""

        TOPIC = "district.reinstated"
        district: str

    @event(Defined)
    def __init__(self, district: str, name: Name, short: Name, centre: LonLat | None, code: str, by: By, timestamp: datetime) -> None:
        self.district = district
        self.definition = (name, short, centre, code)
        self.editions = Editions("district", district)
        self.editions.add(1, by, timestamp, name=name, short=short, centre=centre, code=code)

    @staticmethod
    def create_id(district: str) -> str:
        """`district:heping`."""
        return f"district:{district}"

    def define(self, name: Name, short: Name, centre: LonLat | None, code: str, *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same definition again changes nothing; refuses what is retired or was defined anew after `seen`. `code`: GB/T 2260."""
        if (name, short, centre, code) != self.definition:
            self.editions.require_changeable(seen, self.version)
            self._redefined(district=self.district, name=name, short=short, centre=centre, code=code, by=by, timestamp=at)

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what is retired, and an empty reason."""
        self.editions.require_retirable(reason)
        self._retired(district=self.district, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """Refuses what is not retired."""
        self.editions.require_retired()
        self._reinstated(district=self.district, by=by, timestamp=at)

    @event(Redefined)
    def _redefined(self, district: str, name: Name, short: Name, centre: LonLat | None, code: str, by: By, timestamp: datetime) -> None:
        self.definition = (name, short, centre, code)
        self.editions.add(self.version + 1, by, timestamp, name=name, short=short, centre=centre, code=code)

    @event(Retired)
    def _retired(self, district: str, reason: str, by: By, timestamp: datetime) -> None:
        self.editions.retire(self.version + 1, by, timestamp, reason)

    @event(Reinstated)
    def _reinstated(self, district: str, by: By, timestamp: datetime) -> None:
        self.editions.reinstate(self.version + 1, by, timestamp)


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

    @dataclass(frozen=True)
    class Retired(Event):
        """It cannot be chosen any more; old records keep its name."""

        TOPIC = "incident_type.retired"
        incident_type: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It can be chosen again."""

        TOPIC = "incident_type.reinstated"
        incident_type: str

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
        self.editions = Editions("incident_type", incident_type)
        self.editions.add(
            1, by, timestamp, name=name, category=category, priority=priority, level=level, agency=agency, questions=questions
        )

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
        seen: int | None = None,
        by: By,
        at: datetime,
    ) -> None:
        """The same definition again changes nothing; refuses what is retired or was defined anew after `seen`."""
        if (name, category, priority, level, agency, questions) != (
            self.name,
            self.category,
            self.priority,
            self.level,
            self.agency,
            self.questions,
        ):
            self.editions.require_changeable(seen, self.version)
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

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what is retired, and an empty reason."""
        self.editions.require_retirable(reason)
        self._retired(incident_type=self.incident_type, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """Refuses what is not retired."""
        self.editions.require_retired()
        self._reinstated(incident_type=self.incident_type, by=by, timestamp=at)

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
        self.editions.add(
            self.version + 1,
            by,
            timestamp,
            name=name,
            category=category,
            priority=priority,
            level=level,
            agency=agency,
            questions=questions,
        )

    @event(Retired)
    def _retired(self, incident_type: str, reason: str, by: By, timestamp: datetime) -> None:
        self.editions.retire(self.version + 1, by, timestamp, reason)

    @event(Reinstated)
    def _reinstated(self, incident_type: str, by: By, timestamp: datetime) -> None:
        self.editions.reinstate(self.version + 1, by, timestamp)


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
        self.editions = Editions("response_plan", f"{incident_type}/{level}")
        self.editions.add(1, by, timestamp, needs=needs)

    @staticmethod
    def create_id(incident_type: str, level: ResponseLevel) -> str:
        """`response_plan:dwelling_fire/3`."""
        return f"response_plan:{incident_type}/{level}"

    def define(self, needs: tuple[Need, ...], *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same needs again change nothing; refuses what is retired or was defined anew after `seen`."""
        if needs != self.needs:
            self.editions.require_changeable(seen, self.version)
            self._redefined(incident_type=self.incident_type, level=self.level, needs=needs, by=by, timestamp=at)

    @event(Redefined)
    def _redefined(self, incident_type: str, level: ResponseLevel, needs: tuple[Need, ...], by: By, timestamp: datetime) -> None:
        self.needs = needs
        self.editions.add(self.version + 1, by, timestamp, needs=needs)
