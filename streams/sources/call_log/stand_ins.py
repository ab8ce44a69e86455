"""Units that stand in where a log has the times of the first unit (dispatched, on scene, ...) and does not name it.

Many public logs do so. Without a unit there is no assignment, and without an assignment no response times. Stand-ins are numbered; the
lowest that is free takes the next call, so that one unit is on one assignment and there are no more of them than calls at the same time.
The same file gives the same stand-ins on every run.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime

from streams.sources.call_log.mapping import CALL_TIMES, STEP_TIMES, ColumnMapping
from streams.sources.call_log.rows import LoggedCall, LoggedResponse


def give_stand_ins(calls: Iterable[LoggedCall], mapping: ColumnMapping) -> int:
    """Each call that has a unit's times and no unit gets a response of a stand-in. How many did."""
    waiting: list[tuple[datetime, LoggedCall, dict[str, datetime]]] = []
    for call in calls:
        steps: dict[str, datetime] = {step: call.times[step] for step in STEP_TIMES if step in call.times}
        if steps and not call.responses:
            waiting.append((min(steps.values()), call, steps))
    waiting.sort(key=lambda entry: (entry[0], entry[1].line))
    free: list[int] = []
    busy: list[tuple[datetime, int]] = []
    known = 0
    for start, call, steps in waiting:
        while busy and busy[0][0] < start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            known += 1
            heapq.heappush(free, known)
        number = heapq.heappop(free)
        heapq.heappush(busy, (max(steps.values()), number))
        call.times = {step: moment for step, moment in call.times.items() if step in CALL_TIMES}
        call.responses = [
            LoggedResponse(
                line=call.line,
                unit=f"{mapping.stand_in}-{number:03d}",
                unit_type="",
                agency=mapping.agency,
                station="",
                times=steps,
            )
        ]
    return len(waiting)
