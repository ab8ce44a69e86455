"""The demo's own desk: it takes every call, opens the incidents, sends units to a share of them, and closes those when the units are clear.

It leaves alone whatever another account has touched. No I/O: it says what to send, and is told the answers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.values import LonLat
from streams.sources.client import Accepted, Answer
from streams.sources.demo_city.demand import DrawnCall, Happening
from streams.sources.demo_city.fleet import Fleet
from streams.sources.demo_city.incident_types import TYPES_BY_CODE

# Seconds of the city's clock, medians: until a call is answered, the place and the type are known, and units are chosen.
ANSWER_S = 6.0
TALK_S = 24.0
HANG_UP_S = 15.0
CHOOSE_S = {1: 14.0, 2: 20.0, 3: 45.0, 4: 90.0, 5: 150.0}
# After the last unit is clear: the report is read, and the incident is closed.
CLOSE_S = 55.0
# An incident that is left to the operators and that nobody touches for so long is sent units to by another desk.
PATIENCE_S = 1_200.0
# What is left to the operators at a time; with more, the demo's dispatcher takes the next.
LEFT_MAX = 12
# A dispatcher who found nobody free looks again.
RETRY_S = 60.0

Told = Callable[[float], str]
"""The moment of the city's clock as the server is told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One command, and what to do with its answer."""

    name: str
    body: dict[str, Any]
    done: Callable[[Answer], None]


@dataclass(slots=True)
class Case:
    """What the desk knows of one happening."""

    happening: Happening
    answer_at: float
    open_at: float
    hang_up_at: float
    dispatch_at: float
    is_left: bool
    call: str = ""
    incident: str = ""
    is_asked: bool = False
    is_refused: bool = False
    is_ended: bool = False
    is_sent: bool = False
    is_touched: bool = False
    is_hung_up: bool = False
    close_at: float | None = None
    later: list[DrawnCall] = field(default_factory=list)
    to_link: list[tuple[float, str]] = field(default_factory=list)


class Desk:
    """`versions` are those that the desk's own commands made of what they concern: a newer one is somebody else's doing (`foreign`)."""

    def __init__(self, fleet: Fleet, chance: random.Random, *, human_share: float, account: str) -> None:
        self.fleet = fleet
        self.account = account
        self.versions: dict[str, int] = {}
        self.foreign: set[str] = set()
        self.cases: list[Case] = []
        self._chance = chance
        self._human_share = human_share

    def hear(self, happening: Happening) -> None:
        """Something has happened."""
        at, priority = happening.at, happening.priority
        answer_at = at + self._about(ANSWER_S)
        open_at = answer_at + self._about(TALK_S)
        left = sum(case.is_left and not case.is_sent and not case.is_ended for case in self.cases)
        is_left = left < LEFT_MAX and self._chance.random() < self._human_share
        dispatch_at = open_at + (PATIENCE_S if is_left else self._about(CHOOSE_S[priority]))
        hang_up_at = open_at + self._about(HANG_UP_S)
        self.cases.append(Case(happening, answer_at, open_at, hang_up_at, dispatch_at, is_left, later=list(happening.calls[1:])))

    def adopt(self, document: dict[str, Any], now: float) -> None:
        """Go on with an incident of an earlier run that nobody else has touched; `document` is its row of the board."""
        kind = TYPES_BY_CODE.get(document["incident_type"])
        if kind is None or document["lon"] is None:
            return
        happening = Happening(
            at=now,
            type=kind,
            priority=document["priority"],
            district=document["district"],
            place=LonLat(lon=document["lon"], lat=document["lat"]),
            address=document["address"],
            calls=(),
        )
        is_left = self._chance.random() < self._human_share
        case = Case(happening, now, now, now, now + (PATIENCE_S if is_left else self._about(RETRY_S)), is_left)
        case.call, case.incident = next(iter(document["calls"]), document["number"]), document["number"]
        case.is_hung_up, case.is_sent = True, bool(document["assignments"])
        self.versions[f"incident:{case.incident}"] = document["version"]
        self.cases.append(case)

    def errands(self, now: float, told: Told, board: dict[str, dict[str, Any]]) -> Iterator[Errand]:
        """What is due now. `board` is the incident board as it was last told."""
        for case in self.cases:
            yield from self._calls(case, now, told)
            if case.call and not case.incident and not case.is_asked and case.open_at <= now:
                yield self._open(case, told)
            elif case.incident and not self._look(case, board):
                yield from self._send_units(case, now, told)
                yield from self._close(case, now, told, board)
        self.cases = [case for case in self.cases if not case.is_ended and not case.is_refused]

    def saw(self, answer: Answer) -> None:
        """Remember which versions are the desk's own doing."""
        if isinstance(answer, Accepted):
            for fact in answer.facts:
                known = self.versions.get(fact["id"], 0)
                if fact["version"] > known + 1:
                    # Somebody's fact lies between the desk's own.
                    self.foreign.add(fact["id"])
                self.versions[fact["id"]] = max(fact["version"], known)

    def _look(self, case: Case, board: dict[str, dict[str, Any]]) -> bool:
        """Whether somebody else has touched it; what is not on the board (yet, or any more) is found out by a refusal."""
        name = f"incident:{case.incident}"
        document = board.get(case.incident)
        is_newer = document is not None and document["version"] > self.versions.get(name, 0)
        case.is_touched = case.is_touched or is_newer or name in self.foreign
        if case.is_touched:
            # Later callers are still heard; linking them is then for whoever has taken the incident.
            case.to_link.clear()
            case.is_ended = not case.later and case.is_hung_up
        return case.is_touched

    def _calls(self, case: Case, now: float, told: Told) -> Iterator[Errand]:
        if not case.call and not case.is_asked and case.answer_at <= now:
            case.is_asked = True

            def taken(answer: Answer) -> None:
                case.is_asked, case.is_refused = False, not isinstance(answer, Accepted)
                case.call = answer.result["call"] if isinstance(answer, Accepted) else ""

            yield Errand(
                name="take_call", body=self._call(case, case.happening.calls[0], case.happening.at, case.answer_at, told), done=taken
            )
        if case.incident and not case.is_hung_up and case.hang_up_at <= now:
            case.is_hung_up = True
            yield Errand(name="end_call", body={"call": case.call, "occurred_at": told(case.hang_up_at)}, done=self.saw)
        while case.incident and case.later and case.happening.at + case.later[0].after_s <= now:
            drawn = case.later.pop(0)
            at = max(case.happening.at + drawn.after_s, case.open_at)

            def another(answer: Answer, at: float = at) -> None:
                if isinstance(answer, Accepted):
                    case.to_link.append((at + self._about(TALK_S), answer.result["call"]))

            yield Errand(name="take_call", body=self._call(case, drawn, at, at + self._about(ANSWER_S), told), done=another)
        while case.to_link and case.to_link[0][0] <= now:
            at, call = case.to_link.pop(0)
            yield Errand(name="link_call", body={"call": call, "incident": case.incident}, done=self.saw)
            yield Errand(name="end_call", body={"call": call, "occurred_at": told(at)}, done=self.saw)

    def _call(self, case: Case, drawn: DrawnCall, at: float, answer_at: float, told: Told) -> dict[str, Any]:
        return {
            "source": drawn.source,
            "caller_name": drawn.caller_name,
            "caller_number": drawn.caller_number,
            "place": {"lon": drawn.place.lon, "lat": drawn.place.lat},
            "address": drawn.address,
            "district": case.happening.district,
            "incident_type": case.happening.type.code,
            "description": drawn.description,
            "received_at": told(at),
            "answered_at": told(answer_at),
        }

    def _open(self, case: Case, told: Told) -> Errand:
        happening = case.happening
        case.is_asked = True

        def opened(answer: Answer) -> None:
            self.saw(answer)
            # Refused where an operator was faster and has linked the call: then the call, and what comes of it, is theirs.
            case.is_asked, case.is_refused = False, not isinstance(answer, Accepted)
            case.incident = answer.result["incident"] if isinstance(answer, Accepted) else ""

        body = {
            "incident_type": happening.type.code,
            "place": {"lon": happening.place.lon, "lat": happening.place.lat},
            "address": happening.address,
            "district": happening.district,
            "priority": happening.priority,
            "description": happening.calls[0].description,
            "call": case.call,
            "occurred_at": told(case.open_at),
        }
        return Errand(name="open_incident", body=body, done=opened)

    def _send_units(self, case: Case, now: float, told: Told) -> Iterator[Errand]:
        if case.is_sent or case.dispatch_at > now:
            return
        happening = case.happening
        units = self.fleet.choose(happening.place, happening.type.needs, at=case.dispatch_at)
        if not units:
            case.dispatch_at = now + RETRY_S
            return
        case.is_sent = True
        at = case.dispatch_at
        scene = {"priority": happening.priority, "category": happening.type.category}
        scene |= {"lon": happening.place.lon, "lat": happening.place.lat}

        def sent(answer: Answer) -> None:
            self.saw(answer)
            for unit in units:
                self.fleet.vehicles[unit].assignment = ""
            if not isinstance(answer, Accepted):
                case.is_ended = True
                return
            for assignment in answer.result["assignments"]:
                self.fleet.send(assignment.split("/")[1], assignment, scene, at=at)

        body = {"incident": case.incident, "units": units, "occurred_at": told(at)}
        # Taken from here on, so that the next case of this moment chooses others.
        for unit in units:
            self.fleet.vehicles[unit].assignment = case.incident
        yield Errand(name="dispatch_units", body=body, done=sent)

    def _close(self, case: Case, now: float, told: Told, board: dict[str, dict[str, Any]]) -> Iterator[Errand]:
        """Closed when every unit that was sent is clear, by the crews' own account."""
        if not case.is_sent or case.is_ended:
            return
        if any(vehicle.assignment.startswith(case.incident) for vehicle in self.fleet.vehicles.values()):
            return
        document = board.get(case.incident)
        if document is not None and any(row["is_open"] for row in document["assignments"]):
            return
        if case.close_at is None:
            case.close_at = now + self._about(CLOSE_S)
        if case.close_at <= now and not case.later and not case.to_link:
            case.is_ended = True
            disposition = "false_alarm" if self._chance.random() < 0.06 else "handled"
            body = {"incident": case.incident, "disposition": disposition, "occurred_at": told(case.close_at)}
            yield Errand(name="close_incident", body=body, done=self.saw)

    def _about(self, median: float) -> float:
        return min(3 * median, median * self._chance.lognormvariate(0, 0.35))
