"""The facts that happened by T as far as is known now, without reading the log to its end.

What was recorded by T is read from the keyframe on. Of what was recorded later only that is read which was told late (`streams.hindsight`)
or amends something of it: nothing else can have happened by T, for what a fact is moved by (`streams.happened`) moves it to later. A fact
that is moved by one that is not read is thereby known to have happened later than T, though not when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache

from eventsourcing.utils import get_topic

from domain.assignment import Assignment
from domain.fact import Fact
from domain.incident import Incident
from projections.projection import Recorded
from streams.happened import FREED, SENT, TOLD, Happened, amendments, as_it_happened, names_of
from streams.hindsight import Amended, Hindsight, amended_by
from streams.store_of_record import StoreOfRecord

_AMENDMENTS = (Assignment.StepTimeCorrected, Assignment.StepUndone)


class HappenedBy:
    """Reads on as it is asked for later moments. The log ends for it at `end`. Belongs to one thread."""

    def __init__(self, facts: StoreOfRecord, hindsight: Hindsight, end: int) -> None:
        self._facts = facts
        self._hindsight = hindsight
        self._end = end
        self._known: dict[int, Recorded] = {}
        self._assignments: set[str] = set()
        self._commands: set[int] = set()
        self._start = self._reached = 0
        # What the index does not hold yet is little: the projector is some milliseconds behind. Without an index it is the whole log.
        self._tail = list(facts.facts(hindsight.position, end)) if hindsight.position < end else []
        self._tail_amended = [amended_by(each.fact, each.position, facts) for each in self._tail if isinstance(each.fact, _AMENDMENTS)]

    def begin(self, start: int) -> None:
        """Read from here on."""
        self._start = self._reached = start
        # A keyframe may stand between the facts of one command, which belong together: a unit's release, and its assignment's end.
        if 0 < start < self._end:
            self.learn(each for each in self._facts.moment_around(start + 1) if each.position <= start)
        self.learn(self._tail)

    def read_to(self, position: int, moment: datetime, at_rest: Mapping[str, str]) -> None:
        """Read what was recorded by a moment (up to the position), and what was told later of the time before it.

        Not what was told of assignments `at_rest`, unless their incidents (the values) are named by what was recorded meanwhile.
        """
        window = list(self._facts.facts(self._reached, position))
        self._reached = position
        self.learn(window)
        named = self.incidents()
        resting = {assignment for assignment, incident in at_rest.items() if incident not in named}
        told_late = self._facts.facts_at(self._hindsight.told_late(moment, position, self._end))
        late = [each for each in told_late if getattr(each.fact, "assignment", None) not in resting]
        self.learn(late)
        told_of = _assignments(each for each in (*late, *self._tail) if each.position > position)
        self.learn_whole(told_of | self._hindsight.amended_since(_assignments(window), position))

    def learn(self, more: Iterable[Recorded]) -> None:
        """Facts that were read elsewhere. Whichever they are, what has happened by the moment is the same."""
        self._known.update((each.position, each) for each in more if each.position <= self._end)

    def learn_whole(self, assignments: Iterable[str]) -> None:
        """All facts of these assignments: what is said of one of their steps, and what shares its moment."""
        for name in assignments:
            if name not in self._assignments:
                self._assignments.add(name)
                self.learn_commands(self._facts.stream(f"assignment:{name}", until=self._end))

    def learn_commands(self, facts: Iterable[Recorded]) -> None:
        """Facts of assignments, with what else was recorded when they began and ended: of units, of incidents, of what they came from."""
        for each in facts:
            self.learn([each])
            is_read = self._start < each.position <= self._reached or each.position in self._commands
            if isinstance(each.fact, Assignment.Opened | Assignment.Ended) and not is_read:
                command = self._facts.moment_around(each.position)
                self._commands.update(beside.position for beside in command)
                self.learn(command)

    def amended_across(self, position: int) -> list[Amended]:
        """Assignments that began by then and were amended afterwards, as far as the log is read."""
        in_tail = (each for each in self._tail_amended if each.began <= position < each.last)
        return [*self._hindsight.amended_across(position), *in_tail]

    def incidents(self) -> set[str]:
        """All that are named by what was read."""
        return {name for each in self._known.values() if (name := getattr(each.fact, "incident", ""))}

    def by(self, moment: datetime) -> list[Happened]:
        """What had happened by then, in its order; `read_to` that moment comes first. What was learnt beside that is among it."""
        log = [self._known[position] for position in sorted(self._known)]
        began = cache(self._facts.first_position)

        def is_later(recorded: Recorded, own: datetime) -> bool:
            return own <= moment and recorded.position > self._reached and self._is_moved_by_what_is_unread(recorded, began)

        found = (each for each in as_it_happened(log, amendments(log), is_later) if each.moment <= moment)
        return sorted(found, key=lambda each: (each.moment, each.recorded.position))

    def _is_moved_by_what_is_unread(self, recorded: Recorded, began: Callable[[str], int]) -> bool:
        """Whether a fact that bounds this one (`streams.happened`) lies beyond what was read: it had not happened by the moment then."""
        fact = recorded.fact
        identifiers = (prefix + getattr(fact, name) for name, prefix in names_of(fact))
        if any((first := began(identifier)) > self._reached and first not in self._known for identifier in identifiers):
            return True
        if isinstance(fact, (*SENT, *FREED)):
            return self._is_any_unread(f"unit:{fact.unit}", FREED, recorded.position)
        if isinstance(fact, Incident.Closed):
            return self._is_any_unread(fact.originator_id, (Incident.Reopened,), recorded.position)
        if isinstance(fact, TOLD):
            return self._is_any_unread(fact.originator_id, TOLD, recorded.position)
        return False

    def _is_any_unread(self, identifier: str, kinds: tuple[type[Fact], ...], before: int) -> bool:
        topics = {get_topic(kind) for kind in kinds}
        places = self._facts.places(identifier, self._reached, before)
        return any(topic in topics and position not in self._known for position, topic in places)


def _assignments(facts: Iterable[Recorded]) -> set[str]:
    return {name for each in facts if (name := getattr(each.fact, "assignment", ""))}
