"""A process of its own that sends random commands and prints each answer: to be killed, or to run beside another.

python -m tests.streams.child_writer DIRECTORY NAME SEED COMMANDS [--views] [--full] [--store=ADDRESS]
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import deque
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path

from domain.decisions import DECISIONS, command_name
from domain.refusals import Refusal
from projections import CATALOGUE
from streams.answers import Answer
from streams.failures import StoreUnavailable
from streams.one_machine import OneMachine
from streams.postgres.fact_store import FactStore as PostgresFactStore
from streams.stores import stores_in
from tests.domain.given_when_then import T0, opened
from tests.streams.on_disk import ANSWER_S, TIANJIN, random_command

# So many commands are on their way at once: a kill meets some of them between decision and disk.
ON_THE_WAY = 25
# The file may grow by so much before its disk is full.
GROWTH_BYTES = 150_000


def the_same_day() -> datetime:
    """A clock that goes, on one day: the machine's own may pass midnight in the middle of a test."""
    return T0 + timedelta(seconds=time.perf_counter() % 3_600)


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 -- the parent reads it


def main(directory: Path, name: str, seed: int, commands: int, *flags: str) -> None:
    """Send, and say `ACK key position`, `NO key` or `FULL key` for each."""
    stores = [PostgresFactStore(flag.partition("=")[2]) for flag in flags if flag.startswith("--store=")]
    views = CATALOGUE if "--views" in flags else ()
    machine = OneMachine(stores_in(directory, facts=stores[0] if stores else None), views, zone=TIANJIN, now=the_same_day)
    if "--views" in flags:
        # Of two that fold one file's views, one is fenced: processes that only write leave them alone.
        machine.projector.catch_up()
    machine.start()
    say("READY")
    if "--full" in flags:
        size = max(path.stat().st_size for path in directory.glob("facts.db*"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + GROWTH_BYTES, resource.RLIM_INFINITY))
    chance = random.Random(seed)
    waiting: deque[tuple[str, Future[Answer]]] = deque()
    for number in range(commands):
        key = f"{name}-{number:06d}"
        command = random_command(chance, 6, 6)
        waiting.append((key, machine.submit(DECISIONS[command_name(type(command))], command, account=name, key=key)))
        while len(waiting) >= ON_THE_WAY:
            answer(*waiting.popleft())
    while waiting:
        answer(*waiting.popleft())
    if "--full" in flags:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        key = f"{name}-after"
        answer(key, machine.submit(DECISIONS["open_incident"], opened(), account=name, key=key))
    say("DONE")
    machine.stop()


def answer(key: str, future: Future[Answer]) -> None:
    try:
        say("ACK", key, future.result(ANSWER_S).position)
    except Refusal:
        say("NO", key)
    except StoreUnavailable:
        say("FULL", key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
