"""The auditors are tested with seeded bugs: what each is there to see, it sees within a bounded number of histories."""

from __future__ import annotations

import pytest

from streams.answers import Placed
from tests.simulation.auditors import (
    Answered,
    History,
    Prefixes,
    Shown,
    acknowledgements_are_in_order,
    consoles_reach_the_last,
    consoles_show_prefixes,
    what_was_acknowledged_is_in_the_log,
)
from tests.simulation.seeded_bugs import BUGS, Bug
from tests.simulation.simulation import founded, run
from tests.simulation.steps import random_steps
from tests.simulation.world import WANTED

# The rarest needs 120: a console that moves to a gateway which is behind, and is heard before that has caught up.
HISTORIES_MAX = 500


@pytest.mark.parametrize("bug", BUGS, ids=[bug.what for bug in BUGS])
def test_a_seeded_bug_is_seen(bug: Bug) -> None:
    with bug.in_place():
        seen = any(bug.is_seen_in(run(random_steps(seed)).violations) for seed in range(HISTORIES_MAX))
    assert seen, f"{bug.what}: no auditor saw it in {HISTORIES_MAX} histories"


def an_answer(key: str, position: int, *, sent_at: float, answered_at: float) -> Answered:
    fact = founded().facts.recorded[position - 1].fact
    return Answered("zhou", key, sent_at, answered_at, (Placed(fact.TOPIC, fact.originator_id, fact.originator_version, position),))


def test_two_commands_that_changed_places_are_seen() -> None:
    first = an_answer("k1", 5, sent_at=1, answered_at=2)
    second = an_answer("k2", 4, sent_at=3, answered_at=4)
    assert len(list(acknowledgements_are_in_order(History(answered=[first, second])))) == 1
    together = an_answer("k2", 4, sent_at=1.5, answered_at=4)
    assert list(acknowledgements_are_in_order(History(answered=[first, together]))) == []


def test_a_fact_that_was_acknowledged_and_is_lost_is_seen() -> None:
    log = founded().facts.recorded
    lost = an_answer(log[-1].fact.by.cause, len(log), sent_at=1, answered_at=2)
    assert list(what_was_acknowledged_is_in_the_log(History(log, answered=[lost]))) == []
    assert len(list(what_was_acknowledged_is_in_the_log(History(log[:-1], answered=[lost])))) == 1


def a_picture(prefixes: Prefixes, position: int) -> Shown:
    return Shown("console 1", "unit_status", "e1", position, prefixes.shown("unit_status", position, WANTED[0]), WANTED[0])


def test_a_console_that_goes_back_is_seen() -> None:
    prefixes = founded().prefixes
    earlier, last = a_picture(prefixes, prefixes.position - 3), a_picture(prefixes, prefixes.position)
    assert list(consoles_show_prefixes(History(shown=[earlier, last]), prefixes)) == []
    assert len(list(consoles_show_prefixes(History(shown=[last, earlier]), prefixes))) == 1


def test_a_console_that_does_not_reach_the_last_is_seen() -> None:
    prefixes = founded().prefixes
    assert len(list(consoles_reach_the_last(History(shown=[a_picture(prefixes, 1)]), prefixes))) == 1
