"""Alarms that are open: raised, acknowledged, returned to normal but unseen, or shelved. What is cleared or dismissed leaves the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, get_args

from domain.alarm import Alarm
from domain.sensor_rules import AlarmPriority
from projections.projection import Projection, Recorded
from projections.replacing import replace

BoardState = Literal["raised", "acknowledged", "returned", "shelved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmBoard:
    """One open alarm. `value` is that of its newest trigger; `raised_at` its first, `last_at` its newest trigger or its return."""

    alarm: str
    sensor: str
    zh: str
    en: str
    condition: str
    priority: AlarmPriority
    state: BoardState
    value: float | None
    limit: float | None
    unit_of_measure: str
    raised_at: datetime
    last_at: datetime
    count: int
    acknowledged_by: str
    shelved_until: datetime | None
    shelved_by: str
    shelve_reason: str
    is_returned: bool
    incident: str
    lon: float | None
    lat: float | None
    district: str
    agency: str
    version: int


AlarmFact = (
    Alarm.Raised
    | Alarm.Repeated
    | Alarm.Acknowledged
    | Alarm.Shelved
    | Alarm.Unshelved
    | Alarm.ReturnedToNormal
    | Alarm.Cleared
    | Alarm.Dismissed
    | Alarm.Linked
    | Alarm.Unlinked
)


def keys(fact: AlarmFact) -> Iterable[str]:
    """The alarm that the fact is about."""
    return (fact.alarm,)


def evolve(document: AlarmBoard | None, recorded: Recorded) -> AlarmBoard | None:
    """The alarm after the fact; None when it has ended, and for what is linked or unlinked afterwards."""
    fact: AlarmFact = recorded.fact  # type: ignore[assignment]  # only these are offered
    if isinstance(fact, Alarm.Raised):
        return _raised(fact)
    if document is None:
        return None
    changed = _changed(document, fact)
    return None if changed is None else replace(changed, state=_state(changed), version=fact.originator_version)


def _raised(fact: Alarm.Raised) -> AlarmBoard:
    return AlarmBoard(
        alarm=fact.alarm,
        sensor=fact.sensor,
        zh=fact.name.zh,
        en=fact.name.en,
        condition=fact.condition,
        priority=fact.priority,
        state="raised",
        value=fact.value,
        limit=fact.limit,
        unit_of_measure=fact.unit_of_measure,
        raised_at=fact.occurred_at,
        last_at=fact.occurred_at,
        count=1,
        acknowledged_by="",
        shelved_until=None,
        shelved_by="",
        shelve_reason="",
        is_returned=False,
        incident="",
        lon=fact.place.lon if fact.place else None,
        lat=fact.place.lat if fact.place else None,
        district=fact.district,
        agency=fact.agency,
        version=fact.originator_version,
    )


def _changed(document: AlarmBoard, fact: AlarmFact) -> AlarmBoard | None:
    match fact:
        case Alarm.Raised():
            return document
        case Alarm.Repeated():
            last_at = max(document.last_at, fact.occurred_at)
            return replace(document, value=fact.value, count=fact.count, last_at=last_at, is_returned=False)
        case Alarm.Acknowledged():
            return replace(document, acknowledged_by=fact.by.account)
        case Alarm.Shelved():
            return replace(document, shelved_until=fact.until, shelved_by=fact.by.account, shelve_reason=fact.reason)
        case Alarm.Unshelved():
            return replace(document, shelved_until=None, shelved_by="", shelve_reason="")
        case Alarm.ReturnedToNormal():
            return replace(document, is_returned=True, last_at=max(document.last_at, fact.occurred_at))
        case Alarm.Cleared() | Alarm.Dismissed():
            return None
        case Alarm.Linked():
            return replace(document, incident=fact.incident)
        case Alarm.Unlinked():
            return replace(document, incident="")
        case _:
            assert_never(fact)


def _state(document: AlarmBoard) -> BoardState:
    """Shelved lies over the rest; what has returned is on the board only because nobody has acknowledged it."""
    if document.shelved_until is not None:
        return "shelved"
    if document.is_returned:
        return "returned"
    return "acknowledged" if document.acknowledged_by else "raised"


ALARM_BOARD = Projection(name="alarm_board", document=AlarmBoard, facts=get_args(AlarmFact), keys=keys, evolve=evolve)
