"""Races between two gateways, at every point at which one can overtake the other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain import commands as ask
from domain.assignment import Assignment
from domain.decisions import DECISIONS, command_name
from domain.refusals import Refusal
from streams.answers import Request
from streams.deciding import Deciding
from streams.working_store import WorkingStore
from tests.domain.given_when_then import T0
from tests.simulation.fact_log import FactClient, FactLog
from tests.simulation.gateway import ZONE, OpenSeals
from tests.simulation.processes import Process
from tests.simulation.simulation import founded

INCIDENT, OTHER = "261123-0001", "261123-0002"
# A command is over after fewer.
POINTS_MAX = 14


def a_request(command: object, key: str) -> Request:
    return Request(DECISIONS[command_name(type(command))], command, "zhou", "5", key)


def a_gateway(log: FactLog, name: str, requests: Sequence[Request]) -> Process:
    """One that has taken these, and is about to decide them."""
    facts = FactClient(log, name)
    store = WorkingStore(facts, OpenSeals(), ZONE, lambda: T0)  # type: ignore[arg-type]
    deciding = Deciding(facts, store, lambda: T0, lambda _facts: None)  # type: ignore[arg-type]
    return Process(name, lambda: deciding.write_group(requests))


def overtaken(log: FactLog, first: Request, second: Request, points: int) -> None:
    """The gateway of the first goes on to a point, the other decides and answers the second, and the first is decided to its end."""
    slow, quick = a_gateway(log, "slow", [first]), a_gateway(log, "quick", [second])
    for _ in range(points):
        slow.go_on()
    # Where one has taken its turn, the other waits for it.
    while not (slow.is_over and quick.is_over):
        quick.go_on()
        if quick.is_over or quick.is_resting:
            slow.go_on()


@pytest.mark.parametrize("points", range(POINTS_MAX))
def test_a_command_that_comes_to_two_gateways_is_answered_by_both_as_by_one(points: int) -> None:
    """A console whose link was cut sends it again, elsewhere: it must not hear that the incident is closed already."""
    log = founded().facts.copy()
    first, again = (a_request(ask.CloseIncident(incident=INCIDENT, disposition="handled"), "key-1") for _ in range(2))
    overtaken(log, first, again, points)
    answers = [request.future.result() for request in (first, again)]
    assert answers[0].facts == answers[1].facts
    assert sorted(answer.repeated for answer in answers) == [False, True]


@pytest.mark.parametrize("points", range(POINTS_MAX))
def test_one_of_two_gateways_sends_the_unit(points: int) -> None:
    log = founded().facts.copy()
    first, second = (a_request(ask.DispatchUnits(incident=each, units=("E11",)), f"key-{each}") for each in (INCIDENT, OTHER))
    overtaken(log, first, second, points)
    refused = [request.future.exception() for request in (first, second) if request.future.exception() is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], Refusal)
    assert sum(isinstance(recorded.fact, Assignment.Opened) for recorded in log.recorded) == 1
