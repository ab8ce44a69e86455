"""The steps of a history: small values that always mean something, so that hypothesis can leave out any of them and make any smaller."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

# How often each is drawn. Work comes first: a history of nothing but faults shows nothing.
WEIGHTS: Final = {
    # operators
    "command": 10,
    "race": 2,
    "give_up": 1,
    # what goes on by itself
    "go_on": 14,
    "work_off": 5,
    "tick": 5,
    "hear": 6,
    # consoles and gateways
    "cut_console": 1,
    "open_console": 3,
    "kill_gateway": 1,
    # hosts
    "kill_relay": 1,
    "kill_worker": 1,
    "rebalance": 2,
    # servers
    "facts_away": 1,
    "facts_answer_lost": 1,
    "views_away": 1,
    "views_answer_lost": 1,
    "views_forget": 2,
    "rebuild_view": 1,
    # Kafka
    "broker_fault": 2,
    "deliver_twice": 1,
    "make_anew": 1,
    "lose_newest": 1,
    "compact": 1,
}
ACTS: Final = tuple(act for act, weight in WEIGHTS.items() for _ in range(weight))
# Choices are drawn below this, and taken modulo what there is.
CHOICES: Final = 12
STEPS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Step:
    """An act, and three choices that each act understands in its own way; 0 is the simplest of each."""

    act: str
    who: int = 0
    which: int = 0
    how: int = 0


_choices = st.integers(0, CHOICES - 1)
steps = st.builds(Step, st.sampled_from(ACTS), _choices, _choices, _choices)
histories = st.lists(steps, min_size=20, max_size=STEPS_MAX)


def random_steps(seed: int, count: int = STEPS_MAX) -> list[Step]:
    """A history by its seed."""
    chance = random.Random(seed)
    return [Step(chance.choice(ACTS), *(chance.randrange(CHOICES) for _ in range(3))) for _ in range(count)]
