"""The whole record of one incident: what happened, when, and when it was learnt. Closed incidents stay here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, assert_never

from domain.assignment import STEP_EN, STEP_ZH, Assignment
from domain.call import Call
from domain.fact import occurred_at
from domain.incident import Incident
from domain.incident_refusals import DISPOSITION_ZH
from domain.promise import Promise
from domain.times import is_late
from projections import incident_board
from projections.incident_board import AssignmentFact, IncidentBoard, IncidentFact
from projections.projection import Projection, Recorded
from projections.promise_board import PromiseFact
from projections.replacing import replace

# The facts that another entry of the same command tells already.
_SILENT = (Incident.UnitDispatched, Incident.UnitReleased)

PROMISES = (Promise.Made, Promise.Kept, Promise.Dropped, Promise.TakenOver)
# They change nothing of how the incident stands. Who looked at a caller's name is told to whoever answers for the incident at once.
_BESIDE = (*PROMISES, Call.CallerRevealed)

OUTCOME = {
    "cleared": ("结束任务", "cleared"),
    "declined": ("无法前往", "declined"),
    "cancelled": ("取消派遣", "cancelled"),
    "diverted": ("改派", "diverted"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One fact as a sentence. `kind` is `person` for people's words, `system` for what follows from acts."""

    position: int
    topic: str
    recorded_at: datetime
    occurred_at: datetime
    is_late: bool
    by: str
    by_zh: str
    kind: Literal["system", "person"]
    zh: str
    en: str
    note: int | None
    is_struck: bool
    struck_reason: str
    data: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTimeline:
    """The incident as it stands, and everything that led there, in the order of the log."""

    number: str
    head: IncidentBoard
    entries: tuple[TimelineEntry, ...]


TimelineFact = IncidentFact | AssignmentFact | PromiseFact | Call.CallerRevealed


def keys(fact: TimelineFact) -> Iterable[str]:
    """The incident that the fact is about; none for a promise, or a call, that is about no incident."""
    return (fact.incident,) if fact.incident else ()


def evolve(document: IncidentTimeline | None, recorded: Recorded) -> IncidentTimeline | None:
    """The record after the fact."""
    fact = recorded.fact
    before = document.head if document else None
    head = before if isinstance(fact, _BESIDE) else incident_board.evolve(before, recorded)
    if head is None:
        return None
    entries = document.entries if document else ()
    if isinstance(fact, Incident.NoteStruck):
        entries = tuple(
            replace(entry, is_struck=True, struck_reason=fact.reason) if entry.note == fact.note else entry for entry in entries
        )
    if not isinstance(fact, _SILENT):
        entries = (*entries, _entry(recorded))
    return IncidentTimeline(number=head.number, head=head, entries=entries)


def _entry(recorded: Recorded) -> TimelineEntry:
    fact: Any = recorded.fact
    zh, en, data = sentence_of(fact)
    if getattr(fact, "is_assumed", False) or "dispatched" in getattr(fact, "assumed", ()):
        zh, en = f"{zh}(时间为推定)", f"{en} (the time is assumed)"
    happened = occurred_at(fact)
    return TimelineEntry(
        position=recorded.position,
        topic=type(fact).TOPIC,
        recorded_at=fact.timestamp,
        occurred_at=happened,
        is_late=is_late(happened, fact.timestamp),
        by=fact.by.account,
        by_zh=fact.by.account,
        kind="person" if isinstance(fact, Incident.NoteAdded) else "system",
        zh=zh,
        en=en,
        note=fact.note if isinstance(fact, Incident.NoteAdded) else None,
        is_struck=False,
        struck_reason="",
        data=data,
    )


Sentence = tuple[str, str, dict[str, str]]
"""What a fact says in Chinese and in English, and the codes that a console can name and link."""


def sentence_of(fact: TimelineFact) -> Sentence:
    """One fact in words."""
    if isinstance(fact, Call.CallerRevealed):
        return f"查看 {fact.call} 的报警人,用途:{fact.purpose}", f"Caller of {fact.call} revealed, for: {fact.purpose}", {"call": fact.call}
    if isinstance(fact, PROMISES):
        return _promise_sentence(fact)
    if isinstance(fact, Assignment.Event | Assignment.Opened):
        return _assignment_sentence(fact)
    return _incident_sentence(fact)


def _incident_sentence(fact: IncidentFact) -> Sentence:
    match fact:
        case Incident.Opened():
            data = {"incident_type": fact.incident_type, "address": fact.location.address, "priority": str(fact.priority)}
            return f"立案 P{fact.priority} {fact.location.address}", f"Opened as P{fact.priority}, {fact.location.address}", data
        case Incident.Classified():
            data = {"incident_type": fact.incident_type, "was": fact.was}
            return f"类型由 {fact.was} 改为 {fact.incident_type}", f"Type {fact.was} → {fact.incident_type}", data
        case Incident.Prioritised():
            return f"优先级由 P{fact.was} 改为 P{fact.priority}", f"Priority P{fact.was} → P{fact.priority}", {}
        case Incident.LevelSet():
            return f"响应级别由 {fact.was} 改为 {fact.level}", f"Response level {fact.was} → {fact.level}", {}
        case Incident.Relocated():
            return (
                f"地点由 {fact.was.address} 改为 {fact.location.address}",
                f"Moved from {fact.was.address} to {fact.location.address}",
                {},
            )
        case Incident.NoteAdded():
            return fact.text, fact.text, {}
        case Incident.NoteStruck():
            return f"划去第 {fact.note} 条记录:{fact.reason}", f"Note {fact.note} struck out: {fact.reason}", {"note": str(fact.note)}
        case Incident.CallLinked():
            return f"关联接警单 {fact.call}", f"Call {fact.call} linked", {"call": fact.call}
        case Incident.CallUnlinked():
            return f"解除接警单 {fact.call}:{fact.reason}", f"Call {fact.call} unlinked: {fact.reason}", {"call": fact.call}
        case Incident.AlarmLinked():
            return f"关联告警 {fact.alarm}", f"Alarm {fact.alarm} linked", {"alarm": fact.alarm}
        case Incident.AlarmUnlinked():
            return f"解除告警 {fact.alarm}:{fact.reason}", f"Alarm {fact.alarm} unlinked: {fact.reason}", {"alarm": fact.alarm}
        case Incident.UnitsChosen():
            return _choice(fact)
        case Incident.UnitDispatched():
            return f"{fact.unit} 列入警情", f"{fact.unit} is on the incident", {"unit": fact.unit}
        case Incident.UnitReleased():
            return f"{fact.unit} 离开警情", f"{fact.unit} is off the incident", {"unit": fact.unit}
        case Incident.Absorbed():
            return f"并入警情 {fact.merged}", f"Incident {fact.merged} merged into this one", {"incident": fact.merged}
        case Incident.MergedInto():
            return f"已并入警情 {fact.into}", f"Merged into incident {fact.into}", {"incident": fact.into}
        case Incident.GivenBack():
            return f"撤销并入 {fact.merged}:{fact.reason}", f"Merge of {fact.merged} undone: {fact.reason}", {"incident": fact.merged}
        case Incident.Unmerged():
            return f"撤销并入 {fact.out_of}:{fact.reason}", f"No longer part of {fact.out_of}: {fact.reason}", {"incident": fact.out_of}
        case Incident.SplitOff():
            return f"拆分出警情 {fact.into}:{fact.reason}", f"Incident {fact.into} split off: {fact.reason}", {"incident": fact.into}
        case Incident.Handed():
            data = {"to_account": fact.to, "was_account": fact.was}
            return f"移交给 {fact.to}:{fact.reason}", f"Handed to {fact.to}: {fact.reason}", data
        case Incident.TakenOn():
            return f"{fact.by.account} 接手", f"Taken on by {fact.by.account}", {"was_account": fact.was}
        case Incident.Closed():
            zh = f"结案:{DISPOSITION_ZH.get(fact.disposition, fact.disposition)} {fact.remark}".rstrip()
            return zh, f"Closed as {fact.disposition.replace('_', ' ')} {fact.remark}".rstrip(), {"disposition": fact.disposition}
        case Incident.Reopened():
            return f"重开:{fact.reason}", f"Reopened: {fact.reason}", {}
        case _:
            assert_never(fact)


def _choice(fact: Incident.UnitsChosen) -> Sentence:
    chosen = " ".join(fact.chosen)
    data = {"recommended": " ".join(fact.recommended), "chosen": chosen, "reason": fact.reason}
    if not fact.recommended:
        return f"选派 {chosen}", f"Chose {chosen}", data
    if set(fact.chosen) <= set(fact.recommended):
        return f"按推荐选派 {chosen}", f"Chose {chosen} as recommended", data
    offered = " ".join(fact.recommended)
    why_zh, why_en = (f"({fact.reason})", f" ({fact.reason})") if fact.reason else ("", "")
    return f"推荐 {offered},选派 {chosen}{why_zh}", f"Recommended {offered}, chose {chosen}{why_en}", data


def _promise_sentence(fact: PromiseFact) -> Sentence:
    data = {"promise": fact.promise}
    match fact:
        case Promise.Made():
            return f"承诺:{fact.text}", f"Promised: {fact.text}", data | ({"due_at": fact.due_at.isoformat()} if fact.due_at else {})
        case Promise.Kept():
            return f"履行承诺 {fact.promise} {fact.remark}".rstrip(), f"Promise {fact.promise} kept {fact.remark}".rstrip(), data
        case Promise.Dropped():
            return f"取消承诺 {fact.promise}:{fact.reason}", f"Promise {fact.promise} dropped: {fact.reason}", data
        case Promise.TakenOver():
            zh, en = f"{fact.by.account} 接管承诺 {fact.promise}", f"Promise {fact.promise} taken over by {fact.by.account}"
            return zh, en, {**data, "was_account": fact.was}
        case _:
            assert_never(fact)


def _assignment_sentence(fact: AssignmentFact) -> Sentence:
    data = {"unit": fact.unit, "assignment": fact.assignment}
    match fact:
        case Assignment.Opened():
            return f"派出 {fact.unit}", f"Dispatched {fact.unit}", data
        case Assignment.StepRecorded():
            where = f" {fact.destination}" if fact.destination else ""
            return f"{fact.unit} {STEP_ZH[fact.step]}{where}", f"{fact.unit} {STEP_EN[fact.step]}{where}", {**data, "step": fact.step}
        case Assignment.StepTimeCorrected():
            zh = f"更正 {fact.unit}「{STEP_ZH[fact.step]}」的时间:{fact.reason}"
            en = f"{fact.unit}'s time of «{STEP_EN[fact.step]}» corrected: {fact.reason}"
            return zh, en, {**data, "step": fact.step, "was": fact.was.isoformat()}
        case Assignment.StepUndone():
            return f"撤销 {fact.unit}「{STEP_ZH[fact.step]}」", f"{fact.unit}'s «{STEP_EN[fact.step]}» undone", {**data, "step": fact.step}
        case Assignment.Ended():
            zh, en = OUTCOME[fact.outcome]
            why_zh, why_en = (f":{fact.reason}", f": {fact.reason}") if fact.reason else ("", "")
            return f"{fact.unit} {zh}{why_zh}", f"{fact.unit} {en}{why_en}", {**data, "outcome": fact.outcome}
        case _:
            assert_never(fact)


INCIDENT_TIMELINE = Projection(
    name="incident_timeline",
    document=IncidentTimeline,
    facts=(*incident_board.FACTS, *_BESIDE),
    keys=keys,
    evolve=evolve,
    is_live=False,
    version=4,
)
