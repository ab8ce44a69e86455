"""Calls that somebody still has to do something about: not ended, or not linked to an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, cast, get_args

from domain.call import Call
from projections.projection import Projection, Recorded
from projections.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBoard:
    """One call as it stands; the caller is shown masked."""

    call: str
    source: str
    caller_masked: str
    has_caller: bool
    address: str
    district: str
    lon: float | None
    lat: float | None
    incident_type: str
    description: str
    received_at: datetime
    answered_at: datetime
    taken_by: str
    incident: str
    state: Literal["taken", "linked", "ended"]
    version: int


CallFact = Call.Taken | Call.Located | Call.Classified | Call.Linked | Call.Unlinked | Call.Ended | Call.CallerRevealed | Call.CallerErased


def keys(fact: CallFact) -> Iterable[str]:
    """The call that the fact is about."""
    return (fact.call,)


def evolve(document: CallBoard | None, recorded: Recorded) -> CallBoard | None:
    """The call after the fact."""
    fact = cast("CallFact", recorded.fact)
    if isinstance(fact, Call.Taken):
        return _taken(fact)
    if document is None:
        return None
    return replace(_changed(document, fact), version=fact.originator_version)


def is_shown(document: CallBoard) -> bool:
    """Whether somebody still has to do something about it."""
    return not (document.incident or document.state == "ended")


def _taken(fact: Call.Taken) -> CallBoard:
    place = fact.location.place
    return CallBoard(
        call=fact.call,
        source=fact.source,
        caller_masked=fact.caller_masked,
        has_caller=bool(fact.caller_name or fact.caller_number),
        address=fact.location.address,
        district=fact.location.district,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        incident_type=fact.incident_type,
        description=fact.description,
        received_at=fact.received_at,
        answered_at=fact.answered_at,
        taken_by=fact.by.account,
        incident="",
        state="taken",
        version=fact.originator_version,
    )


def _changed(document: CallBoard, fact: CallFact) -> CallBoard:
    match fact:
        case Call.Taken() | Call.CallerRevealed():
            return document
        case Call.Located():
            place = fact.location.place
            return replace(
                document,
                address=fact.location.address,
                district=fact.location.district,
                lon=place.lon if place else None,
                lat=place.lat if place else None,
            )
        case Call.Classified():
            return replace(document, incident_type=fact.incident_type)
        case Call.Linked():
            return replace(document, incident=fact.incident, state="ended" if document.state == "ended" else "linked")
        case Call.Unlinked():
            return replace(document, incident="", state="ended" if document.state == "ended" else "taken")
        case Call.Ended():
            return replace(document, state="ended")
        case Call.CallerErased():
            return replace(document, has_caller=False, caller_masked="")
        case _:
            assert_never(fact)


FACTS = get_args(CallFact)
CALL_BOARD = Projection(name="call_board", document=CallBoard, facts=FACTS, keys=keys, evolve=evolve, is_shown=is_shown)
