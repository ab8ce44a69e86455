"""What a log says, as commands: each with its identity, its moment, and what has to be answered or sent before it.

A call becomes a call and, by its incident's number, an incident; a response becomes an assignment:

    received, answered         of the call          acknowledged, en_route, on_scene, transporting, at_destination, cleared
    dispatched                 of the assignment    steps of the assignment

From them the response times are measured, each of an assignment, after NFPA 1225 and NFPA 1710; a negative one is null:

    answer = answered - received      call processing = dispatched - answered      turnout = en_route - dispatched
    travel = on_scene - en_route      on scene = (transporting, or cleared where it did not transport) - on_scene

A missing time stays missing. Where a command cannot be without a moment, one is assumed, the fact says so, and nothing is measured from it:

    received        the earliest time of the row               where the log does not say when the call came in
    answered        received                                   where the log does not say it, or says an earlier moment
    dispatched      the earliest step of the response          where the log does not say it
    cleared         the unit's next dispatch                   at a real pace, where its true time comes later, as a correction

Three more moments are assumed and no interval begins or ends with them: the end of a conversation, the end of an assignment that was taken
off (it is cancelled, so that its times count no further), and the close of an incident whose end the log does not say.

Two rules of dispatch meet what real logs hold:

- One unit, one assignment. A unit that was dispatched again before its cleared time is cleared first: as fast as it goes, at its true
  time; at a real pace, at the moment of the next dispatch, and the true time is entered as a correction when it comes. A unit without a
  cleared time is taken off at its next dispatch: a cancelled assignment, told as assumed, so that no interval is invented. Its last
  assignment stays open, and with it its incident.
- The conversation of a call has no end in a log: it is entered as the moment of the first dispatch, or of the answer.

An operation's `key` is made of the log's name and the row's identity, so that the same row is the same command on every run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from streams.sources.call_log.mapping import CALL_TIMES, STEP_TIMES, ColumnMapping
from streams.sources.call_log.rows import LoggedCall, LoggedResponse
from streams.sources.call_log.vocabulary import district_code, incident_type_code

_STEPS = tuple(step for step in STEP_TIMES if step not in ("dispatched", "cleared"))


@dataclass(frozen=True, slots=True)
class Answered:
    """Stands in a body for a value out of another operation's answer."""

    operation: str
    field: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Stands in a body for a moment of the log, which the replay's pace may shift."""

    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One command to be. `after`: operations that must be sent before it, whatever became of them. `tells`: the times it carries."""

    key: str
    name: str
    body: dict[str, Any]
    at: datetime
    after: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    is_assumed: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The operations whose answers its body is made of."""
        return tuple(dict.fromkeys(value.operation for value in self.body.values() if isinstance(value, Answered)))


@dataclass(slots=True)
class _Sent:
    """A response with its place in its unit's life."""

    call: LoggedCall
    response: LoggedResponse
    key: str
    dispatched_at: datetime
    next_dispatch_at: datetime | None = None
    previous: _Sent | None = None

    @property
    def cleared_at(self) -> datetime | None:
        return self.response.times.get("cleared")

    @property
    def is_cut_short(self) -> bool:
        """Whether the unit was dispatched again before its cleared time."""
        return self.cleared_at is not None and self.next_dispatch_at is not None and self.next_dispatch_at < self.cleared_at


def operations_of(calls: list[LoggedCall], mapping: ColumnMapping, *, is_paced: bool) -> Iterator[Operation]:
    """Every operation of the log, call by call. `is_paced`: nothing is told before its moment."""
    sent = _unit_lives(calls)
    openers: dict[str, LoggedCall] = {}
    by_incident: dict[str, list[LoggedCall]] = defaultdict(list)
    for call in calls:
        openers.setdefault(call.incident, call)
        by_incident[call.incident].append(call)
    for call in calls:
        opener = openers[call.incident]
        yield from _call_operations(call, opener, mapping)
        for response in sent[call.call]:
            yield from _response_operations(response, opener, is_paced=is_paced)
        if call is by_incident[call.incident][-1]:
            yield from _close(by_incident[call.incident], sent, mapping, is_paced=is_paced)


def _unit_lives(calls: list[LoggedCall]) -> dict[str, list[_Sent]]:
    """The responses of each call, each knowing its unit's response before it and when the next one began."""
    by_call: dict[str, list[_Sent]] = {call.call: [] for call in calls}
    by_unit: dict[str, list[_Sent]] = defaultdict(list)
    for call in calls:
        times_sent: dict[str, int] = defaultdict(int)
        for response in call.responses:
            times_sent[response.unit] += 1
            key = f"response/{call.call}/{response.unit}/{times_sent[response.unit]}"
            first = min(response.times.values(), default=call.answered_at)
            sent = _Sent(call, response, key, response.times.get("dispatched", first))
            by_call[call.call].append(sent)
            by_unit[response.unit].append(sent)
    for lives in by_unit.values():
        lives.sort(key=lambda sent: (sent.dispatched_at, sent.response.line))
        for earlier, later in pairwise(lives):
            earlier.next_dispatch_at = later.dispatched_at
            later.previous = earlier
    return by_call


def _call_operations(call: LoggedCall, opener: LoggedCall, mapping: ColumnMapping) -> Iterator[Operation]:
    take, at = f"call/{call.call}/take", call.answered_at
    body: dict[str, Any] = {"source": mapping.call_source, "external_id": call.call}
    body |= _where(call, mapping) | _kind(call, mapping)
    if call.description:
        body["description"] = call.description
    body["received_at"] = Told(call.received_at)
    if "answered" in call.reported:
        body["answered_at"] = Told(call.answered_at)
    if assumed := tuple(step for step in CALL_TIMES if step not in call.reported):
        body["assumed"] = assumed
    yield Operation(key=take, name="take_call", body=body, at=at, tells=call.reported, is_assumed="received" not in call.reported)
    opens = f"incident/{opener.incident}/open"
    if call is opener:
        body = {"call": Answered(take, "call"), "external_id": call.incident, "occurred_at": Told(at)}
        body |= _where(call, mapping) | _kind(call, mapping, is_incident=True)
        if call.priority is not None:
            body["priority"] = call.priority
        yield Operation(key=opens, name="open_incident", body=body, at=at)
        linked = opens
    else:
        linked = f"call/{call.call}/link"
        body = {"call": Answered(take, "call"), "incident": Answered(opens, "incident")}
        yield Operation(key=linked, name="link_call", body=body, at=max(at, opener.answered_at))
    ended = min((response.times["dispatched"] for response in call.responses if "dispatched" in response.times), default=at)
    ended = max(ended, at)
    body = {"call": Answered(take, "call"), "occurred_at": Told(ended)}
    yield Operation(key=f"call/{call.call}/end", name="end_call", body=body, at=ended, after=(linked,))


def _response_operations(sent: _Sent, opener: LoggedCall, *, is_paced: bool) -> Iterator[Operation]:
    response, dispatch = sent.response, f"{sent.key}/dispatch"
    incident = Answered(f"incident/{opener.incident}/open", "incident")
    is_assumed = "dispatched" not in response.times
    body: dict[str, Any] = {"incident": incident, "units": (response.unit,), "occurred_at": Told(sent.dispatched_at)}
    if is_assumed:
        body["is_assumed"] = True
    yield Operation(
        key=dispatch,
        name="dispatch_units",
        body=body,
        at=max(sent.dispatched_at, opener.answered_at) if is_paced else sent.dispatched_at,
        after=(_clearing_key(sent.previous, is_paced=is_paced),) if sent.previous else (),
        tells=() if is_assumed else ("dispatched",),
        is_assumed=is_assumed,
    )
    assignment = Answered(dispatch, "assignments", 0)
    steps = []
    for step in _STEPS:
        if (at := response.times.get(step)) is not None:
            steps.append(f"{sent.key}/{step}")
            body = {"assignment": assignment, "step": step, "occurred_at": Told(at)}
            yield Operation(key=steps[-1], name="step_assignment", body=body, at=at, tells=(step,))
    yield from _clearing(sent, assignment, tuple(steps), is_paced=is_paced)


def _clearing(sent: _Sent, assignment: Answered, steps: tuple[str, ...], *, is_paced: bool) -> Iterator[Operation]:
    cleared_at, next_at = sent.cleared_at, sent.next_dispatch_at
    moment = cleared_at or next_at
    if moment is None:
        return
    if cleared_at is None:
        yield _taken_off(sent, assignment, steps, moment, is_paced=is_paced)
        return
    key, is_early = _clearing_key(sent, is_paced=is_paced), is_paced and sent.is_cut_short
    at = min(moment, next_at) if next_at else moment
    body: dict[str, Any] = {"assignment": assignment, "step": "cleared", "occurred_at": Told(at if is_early else moment)}
    if is_early:
        body["is_assumed"] = True
    yield Operation(
        key=key,
        name="step_assignment",
        body=body,
        at=at,
        # As fast as it goes, the steps are sent first; at a real pace, a step after the next dispatch is entered late.
        after=() if is_paced else steps,
        tells=("cleared",) if not is_early else (),
    )
    if is_early:
        reason = f"{sent.response.unit} was dispatched again before it was reported available."
        body = {"assignment": assignment, "step": "cleared", "occurred_at": Told(moment), "reason": reason}
        correction = f"{sent.key}/cleared_corrected"
        yield Operation(key=correction, name="correct_step_time", body=body, at=moment, after=(key,), tells=("cleared",))


def _taken_off(sent: _Sent, assignment: Answered, steps: tuple[str, ...], at: datetime, *, is_paced: bool) -> Operation:
    """The log does not say when the unit was free, and it went out again: the assignment ends without a moment of its own."""
    reason = f"The log does not say when {sent.response.unit} was free again; it was dispatched to another call."
    return Operation(
        key=_clearing_key(sent, is_paced=is_paced),
        name="cancel_assignment",
        body={"assignment": assignment, "reason": reason},
        at=at,
        after=() if is_paced else steps,
        is_assumed=True,
    )


def _close(calls: list[LoggedCall], sent: dict[str, list[_Sent]], mapping: ColumnMapping, *, is_paced: bool) -> Iterator[Operation]:
    """An incident is closed when its last unit is cleared; it stays open where the log does not say that one was."""
    responses = [one for call in calls for one in sent[call.call]]
    own = [call.times["cleared"] for call in calls if "cleared" in call.times]
    ends = [end for one in responses if (end := one.cleared_at or one.next_dispatch_at) is not None]
    if len(ends) < len(responses) or (not ends and not own and not mapping.closes_at_last_time):
        return
    last = max(moment for call in calls for moment in (call.answered_at, *call.times.values()))
    end = max((*ends, *own), default=last)
    is_known = end in own or any(one.cleared_at == end for one in responses)
    words = next((call.disposition for call in reversed(calls) if call.disposition), "")
    incident = Answered(f"incident/{calls[0].incident}/open", "incident")
    body = {"incident": incident, "disposition": mapping.dispositions.get(words, mapping.disposition), "occurred_at": Told(end)}
    body |= {"remark": words, "release_units": False}
    after = tuple(_clearing_key(one, is_paced=is_paced) for one in responses)
    yield Operation(
        key=f"incident/{calls[0].incident}/close",
        name="close_incident",
        body=body,
        at=end,
        after=(*after, *(f"call/{call.call}/end" for call in calls)),
        tells=("cleared",) if own and not responses else (),
        is_assumed=not is_known,
    )


def _clearing_key(sent: _Sent, *, is_paced: bool) -> str:
    return f"{sent.key}/cleared_early" if is_paced and sent.is_cut_short else f"{sent.key}/cleared"


def _where(call: LoggedCall, mapping: ColumnMapping) -> dict[str, Any]:
    found: dict[str, Any] = {"place": {"lon": call.place[0], "lat": call.place[1]}} if call.place else {}
    if call.address:
        found["address"] = call.address
    if call.district and "district" in mapping.columns:
        found["district"] = district_code(call.district)
    return found


def _kind(call: LoggedCall, mapping: ColumnMapping, *, is_incident: bool = False) -> dict[str, Any]:
    if not call.incident_type and not is_incident:
        return {}
    return {"incident_type": incident_type_code(call.incident_type, mapping)}
