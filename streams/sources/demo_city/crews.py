"""What a crew does with an assignment: when it acknowledges, leaves, arrives, transports and is clear, by plausible distributions. Pure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from domain.values import LonLat, distance_m
from streams.sources.demo_city.driving import Drive, Fix, drive
from streams.sources.demo_city.geography import HOSPITALS

# Medians in seconds. NFPA 1710 asks 60 s turnout for EMS and 80 s for fire; patrols are on the road already.
TURNOUT_S = {"fire": 68.0, "ems": 52.0, "police": 22.0, "traffic": 22.0, "emergency": 180.0, "urban": 150.0}
ACKNOWLEDGE_S = 11.0
# Work on scene by priority, median minutes: the gravest take longest.
WORK_MINUTES = {1: 34.0, 2: 26.0, 3: 19.0, 4: 15.0, 5: 13.0}
HANDOVER_S = 540.0
# Two of three patients are taken to a hospital.
TRANSPORT_SHARE = 0.66


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step and its moment on the city's clock."""

    step: str
    at: float
    destination: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewPlan:
    """All that a crew will do, and where it is meanwhile."""

    start: LonLat
    steps: tuple[Step, ...]
    drives: tuple[Drive, ...]

    def fix(self, moment: float) -> Fix:
        """Where the vehicle is: standing before, between and after its drives."""
        fix = Fix(place=self.start, heading_deg=0.0, speed_kmh=0.0)
        for one in self.drives:
            if moment < one.depart_at:
                break
            fix = one.at(moment)
        return fix

    @property
    def cleared_at(self) -> float:
        """When the unit is free again."""
        return self.steps[-1].at


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What decides a crew's plan."""

    agency: str
    priority: int
    category: str
    start: LonLat
    scene: LonLat


def plan(chance: random.Random, task: Task, *, dispatched_at: float, reached: str = "dispatched") -> CrewPlan:
    """The plan of a crew that was dispatched then. `reached`: a step that it has reached already; what comes after begins then."""
    is_urgent = task.priority <= 2
    at = dispatched_at + _about(chance, ACKNOWLEDGE_S) if reached == "dispatched" else dispatched_at
    acknowledged = Step(step="acknowledged", at=at)
    if reached in ("dispatched", "acknowledged"):
        at += _about(chance, TURNOUT_S.get(task.agency, 60.0))
    en_route = Step(step="en_route", at=at)
    drives = []
    if reached in ("dispatched", "acknowledged", "en_route"):
        drives.append(drive(chance, task.start, task.scene, depart_at=at, is_urgent=is_urgent))
        at = drives[0].arrive_at
    on_scene = Step(step="on_scene", at=at)
    steps = [acknowledged, en_route, on_scene]
    at += _about(chance, 60.0 * WORK_MINUTES[task.priority], 0.45)
    transports = task.agency == "ems" and (task.category in ("public_health", "accident")) and chance.random() < TRANSPORT_SHARE
    if transports or reached in ("transporting", "at_destination"):
        name, hospital = min(HOSPITALS, key=lambda entry: distance_m(entry[1], task.scene))
        if reached in ("transporting", "at_destination"):
            at = dispatched_at
        steps.append(Step(step="transporting", at=at, destination=name))
        origin = task.start if reached in ("transporting", "at_destination") else task.scene
        drives.append(drive(chance, origin, hospital, depart_at=at, is_urgent=is_urgent))
        at = drives[-1].arrive_at
        steps.append(Step(step="at_destination", at=at, destination=name))
        at += _about(chance, HANDOVER_S, 0.35)
    steps.append(Step(step="cleared", at=at))
    return CrewPlan(start=task.start, steps=_after(reached, steps), drives=tuple(drives))


def _after(reached: str, steps: list[Step]) -> tuple[Step, ...]:
    names = [step.step for step in steps]
    return tuple(steps[names.index(reached) + 1 :] if reached in names else steps)


def _about(chance: random.Random, median: float, sigma: float = 0.4) -> float:
    """Log-normal, as times of work are, and never beyond four times the median."""
    return min(4 * median, chance.lognormvariate(math.log(median), sigma))
