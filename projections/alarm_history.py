"""Every alarm that there was, with the moments that its performance is measured by (ISA-18.2, EEMUA 191). Kept when it has ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never, cast, get_args

from domain.alarm import Alarm
from domain.sensor_rules import AlarmPriority
from projections.projection import Projection, Recorded
from projections.replacing import replace

# An alarm that comes three times within a minute chatters (ISA-18.2 gives «three or more times in one minute» as the usual measure).
CHATTER_TRIGGERS: Final = 3
CHATTER_WITHIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmHistory:
    """One alarm, open or ended. `newest` are its newest triggers, as many as make a chatter; times are None while they have not come.

    `ended_by` is the account that cleared or dismissed it; '' while it is open.
    """

    alarm: str
    sensor: str
    zh: str
    en: str
    condition: str
    priority: AlarmPriority
    district: str
    agency: str
    raised_at: datetime
    acknowledged_at: datetime | None
    returned_at: datetime | None
    ended_at: datetime | None
    outcome: str
    ended_by: str
    count: int
    newest: tuple[datetime, ...]
    is_chattering: bool
    shelved: int
    is_shelved: bool


AlarmFact = (
    Alarm.Raised
    | Alarm.Repeated
    | Alarm.Acknowledged
    | Alarm.Shelved
    | Alarm.Unshelved
    | Alarm.ReturnedToNormal
    | Alarm.Cleared
    | Alarm.Dismissed
)


def keys(fact: AlarmFact) -> Iterable[str]:
    """The alarm that the fact is about."""
    return (fact.alarm,)


def evolve(document: AlarmHistory | None, recorded: Recorded) -> AlarmHistory | None:
    """The alarm after the fact."""
    fact = cast("AlarmFact", recorded.fact)
    if isinstance(fact, Alarm.Raised):
        return _raised(fact)
    if document is None:
        return None
    match fact:
        case Alarm.Repeated():
            newest = (*document.newest, fact.occurred_at)[-CHATTER_TRIGGERS:]
            is_chattering = document.is_chattering or chatters(newest)
            return replace(document, count=fact.count, newest=newest, is_chattering=is_chattering, returned_at=None)
        case Alarm.Acknowledged():
            return replace(document, acknowledged_at=document.acknowledged_at or fact.timestamp)
        case Alarm.Shelved():
            return replace(document, shelved=document.shelved + 1, is_shelved=True)
        case Alarm.Unshelved():
            return replace(document, is_shelved=False)
        case Alarm.ReturnedToNormal():
            return replace(document, returned_at=fact.occurred_at)
        case Alarm.Cleared():
            return replace(document, ended_at=fact.timestamp, outcome="cleared", ended_by=fact.by.account, is_shelved=False)
        case Alarm.Dismissed():
            return replace(document, ended_at=fact.timestamp, outcome="dismissed", ended_by=fact.by.account, is_shelved=False)
        case _:
            assert_never(fact)


def chatters(triggers: tuple[datetime, ...]) -> bool:
    """Whether any three triggers, in the order of time, lie within a minute."""
    return any(triggers[at + CHATTER_TRIGGERS - 1] - triggers[at] <= CHATTER_WITHIN for at in range(len(triggers) - CHATTER_TRIGGERS + 1))


def _raised(fact: Alarm.Raised) -> AlarmHistory:
    return AlarmHistory(
        alarm=fact.alarm,
        sensor=fact.sensor,
        zh=fact.name.zh,
        en=fact.name.en,
        condition=fact.condition,
        priority=fact.priority,
        district=fact.district,
        agency=fact.agency,
        raised_at=fact.occurred_at,
        acknowledged_at=None,
        returned_at=None,
        ended_at=None,
        outcome="",
        ended_by="",
        count=1,
        newest=(fact.occurred_at,),
        is_chattering=False,
        shelved=0,
        is_shelved=False,
    )


ALARM_HISTORY = Projection(
    name="alarm_history", document=AlarmHistory, facts=get_args(AlarmFact), keys=keys, evolve=evolve, is_live=False, version=2
)
