"""Where every unit of the city is and what its crew does next; crews follow whatever dispatch the server tells, by whomever. No I/O."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.values import LonLat, distance_m
from streams.sources.demo_city.crews import CrewPlan, Step, Task, plan
from streams.sources.demo_city.driving import Drive, Fix, drive
from streams.sources.demo_city.forces import UnitEntry

# How often a unit reports where it is, in seconds of the city's clock.
MOVING_FIX_S = 5.0
STANDING_FIX_S = 30.0
# From further away nobody is sent: another city would be nearer.
REACH_M = 40_000.0


@dataclass(slots=True)
class Vehicle:
    """One unit. `plan` is what its crew does for `assignment`; `homeward` its way back."""

    entry: UnitEntry
    place: LonLat
    assignment: str = ""
    plan: CrewPlan | None = None
    steps_done: int = 0
    homeward: Drive | None = None
    is_out_of_service: bool = False
    fixed_at: float = float("-inf")
    heading_deg: float = 0.0

    def fix(self, moment: float) -> Fix:
        """Where it is then."""
        if self.plan is not None:
            return self.plan.fix(moment)
        if self.homeward is not None:
            return self.homeward.at(moment)
        return Fix(place=self.place, heading_deg=self.heading_deg, speed_kmh=0.0)

    @property
    def is_free(self) -> bool:
        """Whether it can be sent, as far as its own crew knows."""
        return not self.assignment and not self.is_out_of_service


class Fleet:
    """All units of the city."""

    def __init__(self, entries: Sequence[UnitEntry], chance: random.Random) -> None:
        self.vehicles = {entry.unit: Vehicle(entry, entry.home) for entry in entries}
        self._chance = chance

    def send(self, unit: str, assignment: str, incident: dict[str, Any], *, at: float, reached: str = "dispatched") -> None:
        """The crew of the unit takes up an assignment to an incident of the board."""
        vehicle = self.vehicles[unit]
        self._stand(vehicle, at)
        task = Task(
            agency=vehicle.entry.agency,
            priority=incident["priority"],
            category=incident["category"],
            start=vehicle.place,
            scene=LonLat(lon=incident["lon"], lat=incident["lat"]),
        )
        vehicle.assignment, vehicle.homeward, vehicle.steps_done = assignment, None, 0
        vehicle.plan = plan(self._chance, task, dispatched_at=at, reached=reached)

    def release(self, unit: str, *, at: float) -> None:
        """The unit is off its assignment and drives home."""
        vehicle = self.vehicles[unit]
        self._stand(vehicle, at)
        vehicle.assignment, vehicle.plan = "", None
        if distance_m(vehicle.place, vehicle.entry.home) > 50:
            vehicle.homeward = drive(self._chance, vehicle.place, vehicle.entry.home, depart_at=at, is_urgent=False)

    def follow(self, document: dict[str, Any], incidents: dict[str, dict[str, Any]], *, at: float) -> None:
        """Do what the server's `unit_status` says, where the crew does something else."""
        vehicle = self.vehicles.get(document["unit"])
        if vehicle is None:
            return
        vehicle.is_out_of_service = document["status"] == "out_of_service"
        if document["assignment"] == vehicle.assignment:
            return
        if not document["assignment"]:
            self.release(document["unit"], at=at)
            return
        incident = incidents.get(document["incident"])
        if incident is not None and incident["lon"] is not None:
            self.send(document["unit"], document["assignment"], incident, at=at, reached=document["status"])

    def due_steps(self, moment: float) -> Iterator[tuple[Vehicle, Step]]:
        """Every step that has come and was not taken yet; taking it from here is taking it."""
        for vehicle in self.vehicles.values():
            while vehicle.plan is not None and vehicle.steps_done < len(vehicle.plan.steps):
                step = vehicle.plan.steps[vehicle.steps_done]
                if step.at > moment:
                    break
                vehicle.steps_done += 1
                yield vehicle, step

    def due_fixes(self, moment: float) -> Iterator[tuple[str, Fix]]:
        """A fix of each unit that has to report: every 5 s a moving one, every 30 s a standing one."""
        for unit, vehicle in self.vehicles.items():
            fix = vehicle.fix(moment)
            period = MOVING_FIX_S if fix.speed_kmh else STANDING_FIX_S
            if moment - vehicle.fixed_at >= period:
                # A standing unit reports when it likes, not all units in the same second.
                vehicle.fixed_at = moment - (self._chance.uniform(0, 5) if not fix.speed_kmh else 0.0)
                vehicle.heading_deg = fix.heading_deg or vehicle.heading_deg
                yield unit, fix

    def nearest(self, place: LonLat, capability: str, taken: set[str], *, at: float) -> str | None:
        """The nearest free unit with the capability that is not taken."""
        suitable = [
            (distance_m(vehicle.fix(at).place, place), unit)
            for unit, vehicle in self.vehicles.items()
            if vehicle.is_free and unit not in taken and capability in vehicle.entry.capabilities
        ]
        distance, nearest = min(suitable, default=(0.0, None))
        return nearest if distance <= REACH_M else None

    def choose(self, place: LonLat, needs: Sequence[tuple[str, int]], *, at: float) -> list[str]:
        """Units for a response plan, each covering what it can; less than the plan where nobody is free."""
        left = dict(needs)
        chosen: list[str] = []
        for capability in list(left):
            while left[capability] > 0:
                unit = self.nearest(place, capability, set(chosen), at=at)
                if unit is None:
                    break
                chosen.append(unit)
                for covered in self.vehicles[unit].entry.capabilities:
                    if covered in left:
                        left[covered] -= 1
        return chosen

    def _stand(self, vehicle: Vehicle, at: float) -> None:
        fix = vehicle.fix(at)
        vehicle.place, vehicle.heading_deg = fix.place, fix.heading_deg or vehicle.heading_deg
        vehicle.homeward = None
