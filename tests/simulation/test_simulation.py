"""Histories of everything beyond one machine: whatever is killed, lost, doubled, delayed or made anew, the auditors find nothing.

A history that is wrong is printed as given, when and then, after hypothesis has left out of it all that it does not need.
`SIMULATION_HISTORIES=100000` looks longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings

from tests.simulation.simulation import run
from tests.simulation.steps import Step, histories, random_steps

# Some ten seconds on a machine with nothing else to do.
HISTORIES = int(os.environ.get("SIMULATION_HISTORIES", "150"))
FAULTS_MIN = 500


@settings(
    max_examples=HISTORIES,
    # The same histories on every run; what hypothesis would explain of a failure, the printed history says.
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(histories)
def test_the_auditors_find_nothing(steps: list[Step]) -> None:
    outcome = run(steps)
    assert not outcome.violations, str(outcome)


def test_the_auditors_find_nothing_in_histories_of_full_length(record_property: Callable[[str, object], None]) -> None:
    faults = 0
    for seed in range(HISTORIES):
        outcome = run(random_steps(seed))
        assert not outcome.violations, f"the history of seed {seed}:{outcome}"
        faults += outcome.faults
    assert faults >= FAULTS_MIN
    record_property("faults", f"{faults:,} in {HISTORIES:,} simulated histories of seeds 0 to {HISTORIES - 1}, no violation")


def test_the_same_steps_give_the_same_history() -> None:
    first, second = (run(random_steps(4711)) for _ in range(2))
    assert first.story == second.story
