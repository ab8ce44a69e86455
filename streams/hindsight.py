"""What later facts say of earlier times, kept beside the views: so that the `occurred` clock need not read the log to its end.

Two tables, made of the log alone and written as it grows. `told_late`: facts that happened before they were recorded, each a span from
the one moment to the other; whoever asks for T wants the spans that lie over it. `amended`: assignments of which a step was corrected or
undone: a keyframe between an assignment's beginning and its last amendment does not show it as it was.

A span is found by how long it is: among those of less than 2^n seconds, one that lies over T began within 2^n seconds before T. What was
told late so often, and however late, there are no more rows to look at than twice those that are wanted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from domain.assignment import Assignment
from domain.incident import Incident
from projections.projection import Recorded
from streams.store_of_record import StoreOfRecord

# The name of its checkpoint among those of the views.
NAME: Final = "hindsight"
# Raised when the same facts give other rows: they are then made anew from the log, while the server starts.
VERSION: Final = 1
# No span is longer than from 1970 (`domain.times.EARLIEST`) to some year 2100.
LENGTHS: Final = 33

SECOND_US: Final = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Amendment = Assignment.StepTimeCorrected | Assignment.StepUndone


@dataclass(frozen=True, slots=True)
class Amended:
    """An assignment of which a step was corrected or undone, as far as the log was read.

    Positions: where the command starts that `began` it, where it was amended `last`, and where it had `ended` (0: it was open then).
    `moved_to_us`: the latest time to which its dispatch or its clearance was ever corrected; what came after it on its unit moves with it.
    """

    assignment: str
    incident: str
    unit: str
    began: int
    last: int
    ended: int
    moved_to_us: int

    def is_open_at(self, position: int, moment: datetime) -> bool:
        """Whether its unit may have been on it as of that position, or at that moment, which is not before it."""
        return not self.ended or self.ended > position or self.moved_to_us > microseconds(moment)


@dataclass(slots=True)
class Rows:
    """What a batch of facts adds."""

    late: list[tuple[int, int, int]] = field(default_factory=list)
    amended: list[Amended] = field(default_factory=list)


def rows(batch: Iterable[Recorded], facts: StoreOfRecord) -> Rows:
    """What these facts add; `facts` holds them and what they are about."""
    found = Rows()
    for recorded in batch:
        fact = recorded.fact
        happened: datetime | None = getattr(fact, "occurred_at", None)
        if isinstance(fact, Assignment.StepTimeCorrected | Assignment.StepUndone):
            found.amended.append(amended_by(fact, recorded.position, facts))
        elif isinstance(fact, Incident.NoteStruck):
            happened = _noted_at(fact, facts)
        if happened is not None and happened < fact.timestamp:
            late_us = microseconds(fact.timestamp) - microseconds(happened)
            found.late.append(((late_us // SECOND_US).bit_length(), microseconds(happened), recorded.position))
    return found


def amended_by(fact: Amendment, position: int, facts: StoreOfRecord) -> Amended:
    """The row of an assignment as one amendment leaves it."""
    began = ended = 0
    for recorded in facts.stream(fact.originator_id, until=position):
        if isinstance(recorded.fact, Assignment.Opened):
            # The unit's own fact of it may come before, and a keyframe may stand between.
            began = facts.moment_around(recorded.position)[0].position
        elif isinstance(recorded.fact, Assignment.Ended):
            ended = recorded.position
    moved_to_us = 0
    if isinstance(fact, Assignment.StepTimeCorrected) and fact.step in {"dispatched", "cleared"}:
        moved_to_us = microseconds(fact.occurred_at)
    return Amended(fact.assignment, fact.incident, fact.unit, began, position, ended, moved_to_us)


class Hindsight(Protocol):
    """Reads the tables. What the log holds beyond `position` is not in them yet."""

    @property
    def position(self) -> int:
        """How much of the log was read for them; 0 where there are none."""
        ...

    def told_late(self, moment: datetime, after: int, until: int) -> list[int]:
        """The positions in (`after`, `until`] of facts that were said to have happened by then. `after` is where the log stood then."""
        ...

    def amended_across(self, position: int) -> Iterable[Amended]:
        """Assignments that began by then and were amended afterwards."""
        ...

    def amended_since(self, assignments: Iterable[str], position: int) -> set[str]:
        """Those of the assignments that were amended after the position."""
        ...


def microseconds(moment: datetime) -> int:
    """Since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def _noted_at(fact: Incident.NoteStruck, facts: StoreOfRecord) -> datetime | None:
    """When the note was made that this one strikes."""
    notes = (recorded.fact for recorded in facts.stream(fact.originator_id))
    return next((each.occurred_at for each in notes if isinstance(each, Incident.NoteAdded) and each.note == fact.note), None)
