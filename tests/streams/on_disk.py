"""A machine on a real directory, with a clock that a test sets; and a random desk whose log other tests fold."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from domain import commands as ask
from domain.assignment import STEPS
from domain.decisions import DECISIONS, command_name
from projections import CATALOGUE
from projections.projection import Projection, Recorded
from streams.answers import Answer
from streams.one_machine import OneMachine
from streams.projector import Published
from streams.store_of_record import StoreOfRecord
from streams.stores import stores_in
from tests.domain.given_when_then import T0, Desk, city, opened, place, taken

TIANJIN = ZoneInfo("Asia/Shanghai")
# Nothing on an idle disk takes this long: beyond it a test says that no answer came.
ANSWER_S = 60.0


_KEYS = (f"key-{number:06d}" for number in itertools.count(1))


class Clock:
    """Now is what a test says."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Disk:
    """Commands by type, each under a key of its own unless one is given."""

    def __init__(self, machine: OneMachine, clock: Clock) -> None:
        self.machine = machine
        self.clock = clock

    def submit(self, command: object, *, key: str = "", account: str = "zhou") -> Future[Answer]:
        """The answer to come."""
        decision = DECISIONS[command_name(type(command))]
        return self.machine.submit(decision, command, account=account, key=key or next(_KEYS))

    def do(self, *commands: object, key: str = "", account: str = "zhou") -> Answer:
        """The last one's answer; raises what refused it."""
        answers = [self.submit(command, key=key, account=account).result(ANSWER_S) for command in commands]
        return answers[-1]

    def do_each(self, *commands: object) -> None:
        """Each is folded before the next is sent, so that no two are folded together."""
        for command in commands:
            self.do(command)
            deadline = time.monotonic() + ANSWER_S
            while self.machine.projector.position < self.machine.facts.last_position:
                assert time.monotonic() < deadline, "the views did not come so far"
                time.sleep(0.002)

    def log(self) -> list[Recorded]:
        """Every fact."""
        return list(self.machine.facts.facts(0))


@contextmanager
def on_disk(
    directory: Path,
    *,
    projections: Sequence[Projection] = (),
    is_started: bool = True,
    clock: Clock | None = None,
    on_published: Callable[[Published], None] = lambda _published: None,
    facts: StoreOfRecord | None = None,
) -> Iterator[Disk]:
    """A machine that is stopped in the end. Without projections its facts are only written; they may lie elsewhere."""
    clock = clock or Clock()
    machine = OneMachine(stores_in(directory, facts=facts, now=clock), projections, zone=TIANJIN, now=clock, on_published=on_published)
    disk = Disk(machine, clock)
    try:
        if is_started:
            machine.projector.catch_up()
            machine.start()
        yield disk
    finally:
        machine.stop()


UNITS = ("E11", "E12", "E13", "A21")
# How often an operator acts on an assignment that there is.
KNOWN_SHARE = 0.8


def random_command(chance: random.Random, incidents: int, calls: int, assignments: Sequence[str] = ()) -> object:  # noqa: C901, PLR0911 -- one line for each kind
    """Something that operators do, whether it will be accepted or not."""
    # Mostly the newest incidents: what is long closed is of no use to an operator either.
    incident = f"261123-{chance.randint(max(1, incidents - 5), max(1, incidents)):04d}"
    guessed = f"{incident}/{chance.choice(UNITS)}/{chance.randint(1, 2)}"
    assignment = chance.choice(assignments) if assignments and chance.random() < KNOWN_SHARE else guessed
    call = f"C261123-{chance.randint(1, max(1, calls)):04d}"
    match chance.choices(range(12), (6, 6, 20, 30, 5, 5, 5, 4, 3, 2, 3, 3))[0]:
        case 0:
            return opened(f"南京路{chance.randint(1, 99)}号")
        case 1:
            return taken()
        case 2:
            return ask.DispatchUnits(incident=incident, units=tuple(chance.sample(UNITS, chance.randint(1, 2))))
        case 3:
            return ask.StepAssignment(assignment=assignment, step=chance.choice([*STEPS, "cleared"]))
        case 4:
            return ask.UndoStep(assignment=assignment, step=chance.choice(STEPS))
        case 5:
            return ask.AddNote(incident=incident, text=f"记录 {chance.randint(1, 999)}")
        case 6:
            return ask.LinkCall(call=call, incident=incident)
        case 7:
            return ask.CloseIncident(incident=incident, disposition="handled")
        case 8:
            return ask.ReopenIncident(incident=incident, reason="复燃")
        case 9:
            return ask.MergeIncidents(incident=incident, merged=f"261123-{chance.randint(1, max(1, incidents)):04d}")
        case 10:
            return ask.RelocateIncident(incident=incident, place=place(117.3, 39.0), district=chance.choice(["heping", "hexi"]))
        case _:
            return ask.CancelAssignment(assignment=assignment, reason="误派")


@cache
def a_random_log(seed: int, commands: int) -> Desk:
    """A desk after so many random commands, some of them with times learnt late, as time went on."""
    chance = random.Random(seed)
    desk = Desk()
    desk.given(*city(UNITS))
    for _ in range(commands):
        desk.now += timedelta(seconds=chance.randint(1, 120))
        incidents = sum(name.startswith("incident:") for name in desk.rows)
        calls = sum(name.startswith("call:") for name in desk.rows)
        assignments = [name.partition(":")[2] for name in desk.rows if name.startswith("assignment:")][-4:]
        command = random_command(chance, incidents, calls, assignments)
        if isinstance(command, ask.StepAssignment | ask.AddNote | ask.CloseIncident) and chance.random() < 0.3:
            late = desk.now - timedelta(seconds=chance.randint(1, 900))
            command = type(command)(**{name: getattr(command, name) for name in command.__slots__} | {"occurred_at": late})
        desk.when(command, account=chance.choice(["zhou", "lin"]))
    return desk


def all_views() -> tuple[Projection, ...]:
    """The catalogue of views."""
    return CATALOGUE
