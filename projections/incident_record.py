"""The record of one incident, folded from its facts whenever somebody asks: who did what, when it was learnt, and why a value is so.

It is not in the catalogue: a record is read now and then, by one person, often months later, and its facts are few. What is
folded on demand costs nothing between two readers, and is the same for a closed incident as for an open one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast, get_args

from domain.alarm import Alarm
from domain.call import Call
from domain.fact import Fact, occurred_at
from domain.incident import Incident
from domain.times import is_late
from domain.values import Location
from projections import incident_board
from projections.alarm_board import AlarmFact
from projections.call_board import CallFact
from projections.incident_board import IncidentBoard
from projections.incident_timeline import PROMISES, sentence_of
from projections.projection import Recorded
from projections.record_assignments import assignments_of
from projections.record_documents import (
    FieldHistory,
    FieldName,
    FieldValue,
    IncidentRecord,
    RecordAbout,
    RecordAlarm,
    RecordCall,
    RecordFact,
    RecordLink,
    RecordPerson,
)
from projections.record_sentences import alarm_sentence, call_sentence
from projections.replacing import replace

_CALL_FACTS = get_args(CallFact)
_ALARM_FACTS = get_args(AlarmFact)


def linked(facts: Iterable[Recorded]) -> tuple[list[str], list[str]]:
    """The calls and the alarms that an incident's own facts name, linked now or once."""
    calls: dict[str, None] = {}
    alarms: dict[str, None] = {}
    for recorded in facts:
        match recorded.fact:
            case Incident.CallLinked(call=call):
                calls[call] = None
            case Incident.AlarmLinked(alarm=alarm):
                alarms[alarm] = None
            case _:
                pass
    return list(calls), list(alarms)


def record_of(facts: list[Recorded], person: Callable[[str], RecordPerson]) -> IncidentRecord | None:
    """The record after these facts, given in the order of the log; None where none of them opened the incident."""
    head = _head(facts)
    if head is None:
        return None
    entries = _entries(facts)
    named = [account for entry in entries for account in (entry.by, entry.data.get("to_account"), entry.data.get("was_account"))]
    accounts = dict.fromkeys(account for account in named if account)
    return IncidentRecord(
        number=head.number,
        position=facts[-1].position,
        head=head,
        fields=_fields(facts),
        calls=_calls(facts, head),
        assignments=assignments_of(facts),
        alarms=_alarms(facts, head),
        links=_links(facts),
        facts=entries,
        people=tuple(person(account) for account in accounts),
    )


def _head(facts: list[Recorded]) -> IncidentBoard | None:
    head: IncidentBoard | None = None
    for recorded in facts:
        if isinstance(recorded.fact, incident_board.FACTS):
            head = incident_board.evolve(head, recorded)
    return head


def _entries(facts: list[Recorded]) -> tuple[RecordFact, ...]:
    struck = {recorded.fact.note: recorded.fact.reason for recorded in facts if isinstance(recorded.fact, Incident.NoteStruck)}
    return tuple(_entry(recorded, struck) for recorded in facts)


def _entry(recorded: Recorded, struck: dict[int, str]) -> RecordFact:
    fact: Any = recorded.fact
    note = fact.note if isinstance(fact, Incident.NoteAdded) else None
    about, (zh, en, data) = _said(fact)
    happened = _happened(fact)
    return RecordFact(
        position=recorded.position,
        topic=type(fact).TOPIC,
        about=about,
        id=fact.originator_id.partition(":")[2],
        version=fact.originator_version,
        recorded_at=fact.timestamp,
        occurred_at=happened,
        is_late=is_late(happened, fact.timestamp),
        by=fact.by.account,
        seat=fact.by.seat,
        cause=fact.by.cause,
        command=fact.by.command,
        seen=fact.by.seen,
        kind="person" if note is not None else "system",
        zh=zh,
        en=en,
        note=note,
        is_struck=note in struck,
        struck_reason=struck.get(note, "") if note is not None else "",
        data=data,
    )


def _happened(fact: Fact) -> datetime:
    return fact.received_at if isinstance(fact, Call.Taken) else occurred_at(fact)


def _said(fact: Any) -> tuple[RecordAbout, tuple[str, str, dict[str, str]]]:  # noqa: ANN401 -- a fact of one of five aggregates
    if isinstance(fact, _CALL_FACTS):
        return "call", call_sentence(cast("CallFact", fact))
    if isinstance(fact, _ALARM_FACTS):
        return "alarm", alarm_sentence(cast("AlarmFact", fact))
    if isinstance(fact, PROMISES):
        return "promise", sentence_of(fact)
    return "assignment" if fact.originator_id.startswith("assignment:") else "incident", sentence_of(fact)


def _fields(facts: list[Recorded]) -> tuple[FieldHistory, ...]:
    found: dict[FieldName, list[FieldValue]] = {}
    for recorded in facts:
        fact = recorded.fact
        for name, value in _values(fact):
            found.setdefault(name, []).append(
                FieldValue(
                    value=value,
                    position=recorded.position,
                    topic=type(fact).TOPIC,
                    occurred_at=occurred_at(fact),
                    recorded_at=fact.timestamp,
                    by=fact.by.account,
                    seat=fact.by.seat,
                    cause=fact.by.cause,
                    reason=getattr(fact, "reason", ""),
                )
            )
    return tuple(FieldHistory(field=name, values=tuple(values)) for name, values in found.items())


def _values(fact: Fact) -> list[tuple[FieldName, str]]:
    """The values that a fact gives to fields of the head, as codes; '' for one that it takes away."""
    match fact:
        case Incident.Opened():
            return [
                ("incident_type", fact.incident_type),
                ("priority", str(fact.priority)),
                ("level", str(fact.level)),
                ("place", _place(fact.location)),
                ("description", fact.description),
                ("agency", fact.agency),
                ("state", "open"),
            ]
        case Incident.Classified():
            return [("incident_type", fact.incident_type)]
        case Incident.Prioritised():
            return [("priority", str(fact.priority))]
        case Incident.LevelSet():
            return [("level", str(fact.level))]
        case Incident.Relocated():
            return [("place", _place(fact.location))]
        case Incident.Handed():
            return [("responsible", fact.to)]
        case Incident.TakenOn():
            return [("responsible", fact.by.account)]
        case Incident.MergedInto():
            return [("state", "merged"), ("merged_into", fact.into)]
        case Incident.Unmerged():
            return [("state", "open"), ("merged_into", "")]
        case Incident.Closed():
            return [("state", "closed"), ("disposition", fact.disposition)]
        case Incident.Reopened():
            return [("state", "open"), ("disposition", "")]
        case _:
            return []


def _place(location: Location) -> str:
    where = f"{location.place.lon:.5f}, {location.place.lat:.5f}" if location.place else ""
    return " · ".join(part for part in (location.address, where) if part)


def _calls(facts: list[Recorded], head: IncidentBoard) -> tuple[RecordCall, ...]:
    found: dict[str, RecordCall] = {}
    for recorded in facts:
        fact = recorded.fact
        match fact:
            case Call.Taken():
                found[fact.call] = RecordCall(
                    call=fact.call,
                    source=fact.source,
                    caller_masked=fact.caller_masked,
                    received_at=fact.received_at,
                    answered_at=fact.answered_at,
                    taken_by=fact.by.account,
                    address=fact.location.address,
                    description=fact.description,
                    is_linked=fact.call in head.calls,
                    position=recorded.position,
                )
            case Call.Located():
                found[fact.call] = replace(found[fact.call], address=fact.location.address)
            case Call.CallerErased():
                found[fact.call] = replace(found[fact.call], caller_masked="")
            case _:
                pass
    return tuple(found.values())


def _alarms(facts: list[Recorded], head: IncidentBoard) -> tuple[RecordAlarm, ...]:
    found: dict[str, RecordAlarm] = {}
    for recorded in facts:
        fact = recorded.fact
        match fact:
            case Alarm.Raised():
                found[fact.alarm] = RecordAlarm(
                    alarm=fact.alarm,
                    zh=fact.name.zh,
                    en=fact.name.en,
                    condition=fact.condition,
                    value=fact.value,
                    unit_of_measure=fact.unit_of_measure,
                    raised_at=fact.occurred_at,
                    is_origin=False,
                    is_linked=fact.alarm in head.alarms,
                    position=recorded.position,
                )
            case Alarm.Linked(incident=head.number, is_origin=True):
                found[fact.alarm] = replace(found[fact.alarm], is_origin=True)
            case _:
                pass
    return tuple(found.values())


def _links(facts: list[Recorded]) -> tuple[RecordLink, ...]:
    return tuple(link for recorded in facts if (link := _link(recorded)) is not None)


def _link(recorded: Recorded) -> RecordLink | None:
    fact = recorded.fact
    base: dict[str, Any] = {"at": fact.timestamp, "by": fact.by.account, "position": recorded.position}
    match fact:
        case Incident.Absorbed():
            return RecordLink(how="absorbed", incident=fact.merged, reason="", **base)
        case Incident.GivenBack():
            return RecordLink(how="given_back", incident=fact.merged, reason=fact.reason, **base)
        case Incident.MergedInto():
            return RecordLink(how="merged_into", incident=fact.into, reason="", **base)
        case Incident.Unmerged():
            return RecordLink(how="unmerged", incident=fact.out_of, reason=fact.reason, **base)
        case Incident.SplitOff():
            return RecordLink(how="split_off", incident=fact.into, reason=fact.reason, **base)
        case _:
            return None
