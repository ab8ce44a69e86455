"""What an installation sets for itself: names of capabilities, timers, words, colours and status codes.

Each is set as a whole; the newest setting holds, and every earlier one stays in the log and can be had back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain.aliases import Alias
from domain.colours import Colour
from domain.editions import Editions
from domain.fact import Aggregate, By, FirstFact
from domain.status_codes import StatusCode
from domain.timers import Target
from domain.values import Name


class Capability(Aggregate):
    """What a unit can do, by its name. Identified as `capability:ladder`."""

    TOPIC = "capability"

    class Event(Aggregate.Event):
        """The base of its events."""

    @dataclass(frozen=True)
    class Set(FirstFact):
        """It has a name."""

        TOPIC = "capability.set"
        capability: str
        name: Name

    @dataclass(frozen=True)
    class Changed(Event):
        """It is called otherwise."""

        TOPIC = "capability.changed"
        capability: str
        name: Name

    @dataclass(frozen=True)
    class Retired(Event):
        """It cannot be chosen any more; old records keep its name."""

        TOPIC = "capability.retired"
        capability: str
        reason: str

    @dataclass(frozen=True)
    class Reinstated(Event):
        """It can be chosen again."""

        TOPIC = "capability.reinstated"
        capability: str

    @event(Set)
    def __init__(self, capability: str, name: Name, by: By, timestamp: datetime) -> None:
        self.capability = capability
        self.editions = Editions("capability", capability)
        self.editions.add(1, by, timestamp, name=name)

    @staticmethod
    def create_id(capability: str) -> str:
        """`capability:ladder`."""
        return f"capability:{capability}"

    def define(self, name: Name, *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same again changes nothing; refuses what is retired or was set anew after `seen`."""
        if self.editions.differs(name=name):
            self.editions.require_changeable(seen, self.version)
            self._changed(capability=self.capability, name=name, by=by, timestamp=at)

    def retire(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what is retired, and an empty reason."""
        self.editions.require_retirable(reason)
        self._retired(capability=self.capability, reason=reason, by=by, timestamp=at)

    def reinstate(self, *, by: By, at: datetime) -> None:
        """Refuses what is not retired."""
        self.editions.require_retired()
        self._reinstated(capability=self.capability, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, capability: str, name: Name, by: By, timestamp: datetime) -> None:
        self.editions.add(self.version + 1, by, timestamp, name=name)

    @event(Retired)
    def _retired(self, capability: str, reason: str, by: By, timestamp: datetime) -> None:
        self.editions.retire(self.version + 1, by, timestamp, reason)

    @event(Reinstated)
    def _reinstated(self, capability: str, by: By, timestamp: datetime) -> None:
        self.editions.reinstate(self.version + 1, by, timestamp)


class Timers(Aggregate):
    """The targets of the city (`timers:*`) or of an agency (`timers:fire`)."""

    TOPIC = "timers"

    class Event(Aggregate.Event):
        """The base of its events."""

    @dataclass(frozen=True)
    class Set(FirstFact):
        """These targets hold instead of the defaults."""

        TOPIC = "timers.set"
        scope: str
        targets: tuple[Target, ...]

    @dataclass(frozen=True)
    class Changed(Event):
        """Other targets hold."""

        TOPIC = "timers.changed"
        scope: str
        targets: tuple[Target, ...]

    @event(Set)
    def __init__(self, scope: str, targets: tuple[Target, ...], by: By, timestamp: datetime) -> None:
        self.scope = scope
        self.editions = Editions("timers", scope)
        self.editions.add(1, by, timestamp, targets=targets)

    @staticmethod
    def create_id(scope: str) -> str:
        """`timers:fire`."""
        return f"timers:{scope}"

    def define(self, targets: tuple[Target, ...], *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same again changes nothing; refuses what is retired or was set anew after `seen`."""
        if self.editions.differs(targets=targets):
            self.editions.require_changeable(seen, self.version)
            self._changed(scope=self.scope, targets=targets, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, scope: str, targets: tuple[Target, ...], by: By, timestamp: datetime) -> None:
        self.editions.add(self.version + 1, by, timestamp, targets=targets)


class Aliases(Aggregate):
    """The installation's own words of the command bar. Identified as `aliases:*`."""

    TOPIC = "aliases"

    class Event(Aggregate.Event):
        """The base of its events."""

    @dataclass(frozen=True)
    class Set(FirstFact):
        """These words are understood beside the built-in ones."""

        TOPIC = "aliases.set"
        scope: str
        aliases: tuple[Alias, ...]

    @dataclass(frozen=True)
    class Changed(Event):
        """Other words are."""

        TOPIC = "aliases.changed"
        scope: str
        aliases: tuple[Alias, ...]

    @event(Set)
    def __init__(self, scope: str, aliases: tuple[Alias, ...], by: By, timestamp: datetime) -> None:
        self.scope = scope
        self.editions = Editions("aliases", scope)
        self.editions.add(1, by, timestamp, aliases=aliases)

    @staticmethod
    def create_id(scope: str) -> str:
        """`aliases:*`."""
        return f"aliases:{scope}"

    def define(self, aliases: tuple[Alias, ...], *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same again changes nothing; refuses what is retired or was set anew after `seen`."""
        if self.editions.differs(aliases=aliases):
            self.editions.require_changeable(seen, self.version)
            self._changed(scope=self.scope, aliases=aliases, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, scope: str, aliases: tuple[Alias, ...], by: By, timestamp: datetime) -> None:
        self.editions.add(self.version + 1, by, timestamp, aliases=aliases)


class Colours(Aggregate):
    """The colours of agencies and statuses. Identified as `colours:*`."""

    TOPIC = "colours"

    class Event(Aggregate.Event):
        """The base of its events."""

    @dataclass(frozen=True)
    class Set(FirstFact):
        """These are painted so; the rest stays grey."""

        TOPIC = "colours.set"
        scope: str
        colours: tuple[Colour, ...]

    @dataclass(frozen=True)
    class Changed(Event):
        """Others are painted, or otherwise."""

        TOPIC = "colours.changed"
        scope: str
        colours: tuple[Colour, ...]

    @event(Set)
    def __init__(self, scope: str, colours: tuple[Colour, ...], by: By, timestamp: datetime) -> None:
        self.scope = scope
        self.editions = Editions("colours", scope)
        self.editions.add(1, by, timestamp, colours=colours)

    @staticmethod
    def create_id(scope: str) -> str:
        """`colours:*`."""
        return f"colours:{scope}"

    def define(self, colours: tuple[Colour, ...], *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same again changes nothing; refuses what is retired or was set anew after `seen`."""
        if self.editions.differs(colours=colours):
            self.editions.require_changeable(seen, self.version)
            self._changed(scope=self.scope, colours=colours, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, scope: str, colours: tuple[Colour, ...], by: By, timestamp: datetime) -> None:
        self.editions.add(self.version + 1, by, timestamp, colours=colours)


class StatusCodes(Aggregate):
    """What the codes of an agency's terminals mean. Identified as `status_codes:fire`."""

    TOPIC = "status_codes"

    class Event(Aggregate.Event):
        """The base of its events."""

    @dataclass(frozen=True)
    class Set(FirstFact):
        """The agency's codes are these."""

        TOPIC = "status_codes.set"
        agency: str
        codes: tuple[StatusCode, ...]

    @dataclass(frozen=True)
    class Changed(Event):
        """The agency's codes are others."""

        TOPIC = "status_codes.changed"
        agency: str
        codes: tuple[StatusCode, ...]

    @event(Set)
    def __init__(self, agency: str, codes: tuple[StatusCode, ...], by: By, timestamp: datetime) -> None:
        self.agency = agency
        self.editions = Editions("status_codes", agency)
        self.editions.add(1, by, timestamp, codes=codes)

    @staticmethod
    def create_id(agency: str) -> str:
        """`status_codes:fire`."""
        return f"status_codes:{agency}"

    def define(self, codes: tuple[StatusCode, ...], *, seen: int | None = None, by: By, at: datetime) -> None:
        """The same again changes nothing; refuses what is retired or was set anew after `seen`."""
        if self.editions.differs(codes=codes):
            self.editions.require_changeable(seen, self.version)
            self._changed(agency=self.agency, codes=codes, by=by, timestamp=at)

    @event(Changed)
    def _changed(self, agency: str, codes: tuple[StatusCode, ...], by: By, timestamp: datetime) -> None:
        self.editions.add(self.version + 1, by, timestamp, codes=codes)
