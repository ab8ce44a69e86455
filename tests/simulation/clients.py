"""Operators: each sends one command at a time, and the same again under its key for as long as nobody has answered it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from domain import commands as ask
from domain.assignment import STEPS
from domain.decisions import DECISIONS, command_name
from domain.refusals import Refusal
from streams.answers import Answer, Request
from streams.failures import KeyWasUsed
from tests.domain.given_when_then import opened, taken
from tests.simulation.auditors import Answered, History
from tests.simulation.gateway import Gateway

UNITS = ("E11", "A21", "E12")
DAY = "261123"


@dataclass(slots=True)
class UnderWay:
    """A command without an answer, and where it waits for one, if it does."""

    command: Any
    key: str
    sent_at: float
    future: Future[Answer] | None = None
    gateway: str = ""
    # A copy whose answer nobody waits for may still be decided, after another was refused.
    is_doubled: bool = False


@dataclass(slots=True)
class Operator:
    """`history` has what was answered; `clock` counts what happens."""

    account: str
    history: History
    clock: Callable[[], float]
    sent: int = 0
    under_way: UnderWay | None = None

    def send(self, gateway: Gateway, command: object) -> str:
        """A new command, or the one that nobody has answered; what was done, as a sentence."""
        again = self.under_way is not None
        if self.under_way is None:
            self.sent += 1
            self.under_way = UnderWay(command, f"{self.account}-{self.sent:04d}", self.clock())
        item = self.under_way
        item.is_doubled |= item.future is not None
        name = command_name(type(item.command))
        request = Request(DECISIONS[name], item.command, self.account, "5", item.key)
        item.future, item.gateway = request.future, gateway.name
        gateway.waiting.append(request)
        return f"{self.account} sends {'again ' if again else ''}{item.key} to {gateway.name}: {_told(item.command)}"

    @property
    def waits_for(self) -> str:
        """The gateway that is to answer; empty where none is."""
        return self.under_way.gateway if self.under_way is not None and self.under_way.future is not None else ""

    def give_up(self) -> str:
        """The answer will not be heard, though the command may be accepted."""
        if self.under_way is None:
            return f"{self.account} has nothing under way"
        self.under_way.is_doubled |= self.under_way.future is not None
        self.under_way.future = None
        return f"{self.account} gives up waiting for the answer to {self.under_way.key}"

    def lost(self, gateway: str) -> None:
        """A gateway is gone, with the answers that it owed."""
        if self.under_way is not None and self.under_way.gateway == gateway:
            self.under_way.future = None

    def hear(self) -> str:
        """Take the answer, if it is there; what it was, as a sentence."""
        item = self.under_way
        if item is None or item.future is None or not item.future.done():
            return ""
        failure = item.future.exception()
        if failure is None:
            answer = item.future.result()
            self.history.answered.append(Answered(self.account, item.key, item.sent_at, self.clock(), answer.facts))
            self.under_way = None
            return f"{self.account} hears that {item.key} is accepted at {[placed.position for placed in answer.facts]}"
        if isinstance(failure, Refusal | KeyWasUsed):
            if not item.is_doubled:
                self.history.refused.add(item.key)
            self.under_way = None
            return f"{self.account} hears that {item.key} is refused: {failure}"
        item.future = None
        return f"{self.account} hears that {item.key} cannot be taken now: {failure}"


def a_command(incidents: int, which: int, how: int) -> object:
    """What an operator asks for. `incidents` have been opened so far."""
    incident, first = f"{DAY}-{1 + how % max(1, incidents):04d}", f"{DAY}-0001"
    unit, other = UNITS[how % len(UNITS)], UNITS[(how + 1) % len(UNITS)]
    asked: Sequence[object] = (
        ask.DispatchUnits(incident=incident, units=(unit,)),
        ask.DispatchUnits(incident=first, units=(unit,)),
        ask.DispatchUnits(incident=first, units=(unit, other)),
        opened(),
        taken(),
        ask.StepAssignment(assignment=f"{first}/{unit}/1", step=STEPS[how % len(STEPS)]),
        ask.StepAssignment(assignment=f"{first}/{unit}/1", step="cleared"),
        ask.StepAssignment(assignment=f"{DAY}-0002/{unit}/1", step="cleared"),
        ask.CloseIncident(incident=incident, disposition="handled", release_units=how % 2 == 0),
        ask.ReopenIncident(incident=incident, reason="x"),
        ask.AddNote(incident=incident, text="x"),
    )
    return asked[which % len(asked)]


def _told(command: object) -> str:
    fields = {name: getattr(command, name) for name in ("incident", "units", "assignment", "step") if getattr(command, name, None)}
    return f"{command_name(type(command))} {', '.join(f'{name} {value}' for name, value in fields.items())}".strip()
