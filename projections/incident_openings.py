"""When each incident was opened, and what a time bar asks of it: a small document of every incident there ever was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, cast, get_args

from domain.assignment import Assignment
from domain.incident import Incident
from domain.values import Priority
from projections.projection import Projection, Recorded
from projections.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpenings:
    """One incident. `agencies` are all in whose hands it ever was."""

    number: str
    opened_at: datetime
    priority: Priority
    district: str
    agencies: tuple[str, ...]


OpeningFact = Incident.Opened | Incident.Prioritised | Incident.Relocated | Assignment.Opened


def keys(fact: OpeningFact) -> Iterable[str]:
    """The incident that the fact is about."""
    return (fact.incident,)


def evolve(document: IncidentOpenings | None, recorded: Recorded) -> IncidentOpenings | None:
    """The incident after the fact."""
    fact = cast("OpeningFact", recorded.fact)
    if isinstance(fact, Incident.Opened):
        return IncidentOpenings(
            number=fact.incident,
            opened_at=fact.occurred_at,
            priority=fact.priority,
            district=fact.location.district,
            agencies=(fact.agency,),
        )
    if document is None:
        return None
    match fact:
        case Incident.Prioritised():
            return replace(document, priority=fact.priority)
        case Incident.Relocated():
            return replace(document, district=fact.location.district)
        case Assignment.Opened():
            if fact.agency in document.agencies:
                return document
            return replace(document, agencies=(*document.agencies, fact.agency))
        case _:
            assert_never(fact)


INCIDENT_OPENINGS = Projection(
    name="incident_openings", document=IncidentOpenings, facts=get_args(OpeningFact), keys=keys, evolve=evolve, is_live=False
)
