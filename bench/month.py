"""A month of a city, written straight into the log as its commands would: for rebuilding and for looking back."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from domain.assignment import Assignment
from domain.catalogue import Agency, IncidentType
from domain.fact import Aggregate, By, Fact
from domain.incident import Incident
from domain.unit import Unit
from domain.values import Location, LonLat, Name
from streams.fact_store import FactStore

BEGAN = datetime(2026, 10, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
GROUP = 4_000
# What is told late in a city, in shares of its assignments: a step by radio minutes later, a time corrected within the shift, one that an
# audit corrects weeks later, a clearance that was another, a wrong key taken back.
LATE_STEP, LATE_CORRECTION, AUDIT, CLEARANCE, UNDONE = 0.15, 0.05, 0.02, 0.02, 0.02

Act = Callable[[datetime], Aggregate]


def write_month(path: Path, *, facts: int, units: int, is_told_late: bool = False) -> datetime:
    """So many facts over thirty days; the moment of the last. Incidents last an hour; some are open at every moment.

    `is_told_late`: with times that were learnt late, corrected and undone, as they are in a city.
    """
    store = FactStore(path)
    pending: list[Fact] = []
    moment = BEGAN
    step = timedelta(days=30) / (facts / 15)
    for aggregates, at in _life(units, step, facts, is_told_late=is_told_late):
        moment = at
        for aggregate in aggregates:
            pending.extend(cast("list[Fact]", aggregate.collect_events()))
        if len(pending) >= GROUP:
            store.save(*pending)
            pending = []
    store.save(*pending)
    store.close()
    return moment


def _life(units: int, step: timedelta, facts: int, *, is_told_late: bool) -> Iterator[tuple[list[Aggregate], datetime]]:
    random.seed(1)
    by = By(account="bench")
    fleet = [
        Unit(
            unit=f"X{index:05d}",
            agency="fire",
            station="S1",
            capabilities=("pump",),
            name=Name(zh=f"X{index}", en=f"X{index}"),
            home=LonLat(lon=117.2, lat=39.1),
            by=by,
            timestamp=BEGAN,
        )
        for index in range(units)
    ]
    kind = IncidentType(
        incident_type="fire",
        name=Name(zh="火", en="Fire"),
        category="accident",
        priority=2,
        level=4,
        agency="fire",
        questions=(),
        by=by,
        timestamp=BEGAN,
    )
    yield [Agency(agency="fire", name=Name(zh="消防", en="Fire"), short=Name(zh="消", en="F"), by=by, timestamp=BEGAN), kind, *fleet], BEGAN
    at, written, number = BEGAN, units + 2, 0
    free = list(range(units))
    ending: list[tuple[datetime, Incident, Assignment, int]] = []
    later: list[tuple[datetime, int, Act]] = []
    while written < facts:
        at += step
        number += 1
        name = f"{at.astimezone(ZONE):%y%m%d}-{number:06d}"
        incident = Incident(
            incident=name,
            incident_type="fire",
            category="accident",
            priority=random.choice((1, 2, 3, 4, 5)),
            level=4,
            location=Location(
                place=LonLat(lon=117.2 + random.uniform(-0.3, 0.3), lat=39.1 + random.uniform(-0.3, 0.3)),
                address=f"南京路{number}号",
                district="heping",
            ),
            description="",
            agency="fire",
            external_id="",
            occurred_at=at,
            by=by,
            timestamp=at,
        )
        incident.add_note("报警人称有明火", at, by=by, at=at)
        touched: list[Aggregate] = [incident]
        if free:
            index = free.pop(random.randrange(len(free)))
            unit = fleet[index]
            identifier = incident.dispatch(unit.unit, "fire", at, by=by, at=at)
            unit.assign(identifier, name, by=by, at=at)
            assignment = Assignment(
                assignment=identifier,
                unit=unit.unit,
                incident=name,
                agency="fire",
                station="S1",
                incident_type="fire",
                priority=incident.priority,
                district="heping",
                call="",
                received_at=at - timedelta(seconds=40),
                answered_at=at - timedelta(seconds=30),
                occurred_at=at,
                times={},
                assumed=(),
                by=by,
                timestamp=at,
            )
            for step_name in ("acknowledged", "en_route", "on_scene"):
                assignment.record_step(step_name, at, "", by=by, at=at)
            touched += [unit, assignment]
            if is_told_late:
                for due, act in _told_late(incident, assignment, at, by):
                    heapq.heappush(later, (due, len(later) + written, act))
            ending.append((at + timedelta(minutes=random.uniform(20, 90)), incident, assignment, index))
        while ending and ending[0][0] <= at:
            _, closing, assignment, index = ending.pop(0)
            assignment.end("cleared", "", at, by=by, at=at)
            fleet[index].release("cleared", by=by, at=at)
            closing.release(fleet[index].unit, "cleared", at, by=by, at=at)
            closing.close("handled", "", at, seen=None, by=by, at=at)
            touched += [assignment, fleet[index], closing]
            free.append(index)
        while later and later[0][0] <= at:
            touched.append(heapq.heappop(later)[2](at))
        written += sum(len(aggregate.pending_events) for aggregate in touched)
        yield touched, at


def _told_late(incident: Incident, assignment: Assignment, at: datetime, by: By) -> Iterator[tuple[datetime, Act]]:
    """What is to be told about an assignment that begins at `at`, and when. It ends twenty minutes later at the earliest."""

    def minutes(least: float, most: float) -> timedelta:
        return timedelta(minutes=random.uniform(least, most))

    def correct(step: str, moment: datetime) -> Act:
        def act(now: datetime) -> Aggregate:
            if step in assignment.times:
                assignment.correct_step_time(step, min(moment, now), "核对录音", by=by, at=now)
            return assignment

        return act

    def step_late(now: datetime) -> Aggregate:
        assignment.record_step("transporting", now - minutes(1, 8), "", by=by, at=now)
        return assignment

    def undo(now: datetime) -> Aggregate:
        if assignment.status == "on_scene" and not assignment.outcome:
            assignment.undo_step("on_scene", "按错", by=by, at=now)
        return assignment

    def note(now: datetime) -> Aggregate:
        incident.add_note("电台记录", now - minutes(1, 15), by=by, at=now)
        return incident

    acts = (
        (LATE_STEP, at + minutes(9, 19), step_late),
        (LATE_STEP, at + minutes(16, 60), note),
        (LATE_CORRECTION, at + minutes(5, 300), correct("on_scene", at + minutes(0, 9))),
        (AUDIT, at + timedelta(days=random.uniform(1, 20)), correct("en_route", at + minutes(0, 3))),
        (CLEARANCE, at + minutes(100, 300), correct("cleared", at + minutes(15, 95))),
        (UNDONE, at + minutes(1, 8), undo),
    )
    return ((due, act) for share, due, act in acts if random.random() < share)
