"""The simulation of everything beyond one machine: histories a minute on one core, the auditors' work included."""

from __future__ import annotations

import os
import time

from tests.simulation import simulation
from tests.simulation.steps import random_steps
from tools.bench import Report

# BENCH_HISTORIES=100000 looks for an hour, and ends where an auditor finds something.
HISTORIES = int(os.environ.get("BENCH_HISTORIES", "1000"))


def run(report: Report) -> None:
    simulation.founded()
    steps = wrong = 0
    began, worked = time.perf_counter(), time.process_time()
    for seed in range(HISTORIES):
        history = random_steps(seed)
        steps += len(history)
        outcome = simulation.run(history)
        if outcome.violations:
            wrong += 1
            print(f"the history of seed {seed}:{outcome}")
    elapsed_s, worked_s = time.perf_counter() - began, time.process_time() - worked
    report("histories a minute of one core's time", 60 * HISTORIES / worked_s, "1/min", target=">= 1_000")
    report("the same by the clock on the wall, whatever else the machine does", 60 * HISTORIES / elapsed_s, "1/min")
    report("steps a second, from one choice to the next", steps / worked_s, "1/s")
    report("histories in which an auditor found something", wrong, "", target="<= 0")
