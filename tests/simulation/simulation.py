"""One history after another: from the same beginning, step by step, to quiet; then the auditors."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from streams.kafka.relay_state import Kept
from tests.domain.given_when_then import city, opened
from tests.simulation.acts import ACT_OF
from tests.simulation.auditors import Prefixes, violations
from tests.simulation.broker import Broker
from tests.simulation.clients import UNITS
from tests.simulation.fact_log import FactLog
from tests.simulation.relay import RelayNote
from tests.simulation.steps import Step
from tests.simulation.view_tables import ViewTables
from tests.simulation.world import World, all_of, an_empty_world, no_prefixes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the auditors found (nothing, where all is well), what happened, in sentences, and how many faults were injected."""

    violations: list[str]
    story: list[str]
    faults: int

    def __str__(self) -> str:
        given = "given a city with three units and two open incidents, everywhere it has to be"
        when = [f"when {self.story[0].strip()}" if self.story else "when nothing happens", *(f"     {each}" for each in self.story[1:])]
        then = [f"{'then' if not index else '    '} {each}" for index, each in enumerate(self.violations or ["all is well"])]
        return "\n".join(["", given, *when, *then])


@dataclass(frozen=True, slots=True)
class Founded:
    """A city with units and two open incidents, everywhere it has to be."""

    facts: FactLog
    tables: ViewTables
    broker: Broker
    kept: Kept
    prefixes: Prefixes


def run(steps: Sequence[Step]) -> Outcome:
    """The same steps give the same outcome."""
    beginning = founded()
    world = World(beginning.facts.copy(), beginning.tables, beginning.broker.copy(), RelayNote(beginning.kept))
    with _silence():
        try:
            world.round()
            for number, step in enumerate(steps, 1):
                world.seconds += 1
                world.story.append(f"{number:3d} {ACT_OF[step.act](world, step)}")
                world.hear_answers()
                world.supervise()
            world.story.append("    and then all is well, and comes to quiet")
            world.come_to_quiet()
        finally:
            world.end()
    return Outcome([*world.broken, *violations(world.history, beginning.prefixes.extended(world.history.log))], world.story, world.faults)


def first_wrong(histories: Iterable[Sequence[Step]]) -> Outcome | None:
    """The first of the histories in which an auditor finds something."""
    return next((outcome for steps in histories if (outcome := run(steps)).violations), None)


@cache
def founded() -> Founded:
    """Made once, by the same processes."""
    world = an_empty_world()
    with _silence():
        try:
            broken = list(all_of(world, [*city(UNITS), opened(), opened()]))
        finally:
            world.end()
    assert not broken, broken
    prefixes = no_prefixes().extended(world.history.log)
    found = violations(world.history, prefixes)
    assert not found, found
    return Founded(world.facts, world.tables, world.broker, world.note.kept, prefixes)


@contextmanager
def _silence() -> Iterator[None]:
    """What the product says in its logs of each fault is no news here."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
