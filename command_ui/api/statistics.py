"""The figures of a period: response times, calls and workload, the alarms. Each as JSON, and as a table for a spreadsheet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from command_ui.api import statistics_answers as answers
from command_ui.api.answers import answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from command_ui.statistics import alarms, figures, rows, verdicts, workload
from command_ui.statistics.figures import GroupBy
from command_ui.statistics.rows import Wanted
from command_ui.statistics.sheets import attached
from command_ui.wire import Moment, in_utc
from domain import permissions
from domain.times import EARLIEST
from streams.replay import Clock

# Without a beginning the figures are those of the last day.
PERIOD_WITHOUT_A_BEGINNING = timedelta(days=1)
# A period may end with a day, a month or a year that is not over yet.
AHEAD_MAX = timedelta(days=366)
# One operator a desk; a room with more than this has several alarm systems.
OPERATORS_MAX = 100
# What stands on a wall is asked for by many walls at once and moves slowly: one answer serves them for so long.
PERFORMANCE_KEPT_S = 10.0
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)

ByClock = Annotated[Clock, Query(description="`recorded`: what was known then; `occurred`: what was true, as is known now.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question about a period may say."""

    since: Annotated[
        Moment | None, Query(description="From then on, with an offset from UTC; a day before `until` when left out, 1970 at the earliest.")
    ] = None
    until: Annotated[Moment | None, Query(description="Before then; now when left out, a year ahead at the latest.")] = None
    agency: Annotated[str, Query(max_length=64)] = ""
    district: Annotated[str, Query(max_length=64)] = ""
    incident_type: Annotated[str, Query(max_length=64)] = ""
    priority: Annotated[int, Query(ge=0, le=5, description="0 is all.")] = 0
    as_of: Annotated[Moment | None, Query(description="The figures as they stood then; `until` is that time when left out.")] = None
    clock: ByClock = "recorded"


def statistics_router(center: Center, guard: Guard) -> APIRouter:
    """The routes of the figures."""
    router = APIRouter(prefix="/api", tags=["statistics"])
    zone = center.settings.time_zone

    async def wanted_by(request: Request, asked: Asked) -> tuple[Wanted, frozenset[str]]:
        principal = await guard(request)
        permissions.require_view("statistics", principal.roles)
        as_of = min(max(in_utc(asked.as_of, "as_of"), EARLIEST), center.now()) if asked.as_of is not None else None
        until = in_utc(asked.until, "until") if asked.until is not None else as_of or center.now()
        # A period has a row for each of its days: one of the calendar's ten thousand years would be 200 MB of nothing.
        until = min(max(until, EARLIEST), center.now() + AHEAD_MAX)
        since = max(in_utc(asked.since, "since") if asked.since is not None else until - PERIOD_WITHOUT_A_BEGINNING, EARLIEST)
        wanted = Wanted(
            since=since,
            until=max(since, until),
            agency=asked.agency,
            district=asked.district,
            incident_type=asked.incident_type,
            priority=asked.priority,
            reach=principal.scope,
            as_of=as_of,
            clock=asked.clock,
        )
        return wanted, principal.roles

    async def told(request: Request, name: str, wanted: Wanted, compute: Callable[[], Any], table: Callable[[Any], str]) -> Response:
        found = await asyncio.to_thread(compute)
        if request.url.path.endswith(".csv") or _prefers_sheet(request):
            return attached(name, wanted.since, wanted.until, zone, table(found))
        return Response(msgspec.json.encode(found), media_type="application/json", headers={"Vary": "Accept"})

    def route(path: str, summary: str, schema: dict[str, Any]) -> Callable[[Any], Any]:
        """The same question under two addresses: as JSON (or what `Accept` prefers), and as a file."""

        def add(endpoint: Any) -> Any:  # noqa: ANN401 -- a decorated endpoint
            both: dict[int | str, dict[str, Any]] = {
                200: {
                    "description": "Answered.",
                    "content": {"application/json": {"schema": schema}, "text/csv": {"schema": {"type": "string"}}},
                }
            }
            router.get(path, summary=summary, response_class=Response, responses=both)(endpoint)
            router.get(
                f"{path}.csv",
                summary=f"{summary} As a table (CSV).",
                response_class=Response,
                responses=answered({"type": "string"}, "A table.", "text/csv"),
                operation_id=f"{endpoint.__name__}_csv",
            )(endpoint)
            return endpoint

        return add

    @route("/statistics/response_times", "Intervals by one or two groups, with percentiles and targets.", answers.RESPONSE_TIMES)
    async def response_statistics(
        request: Request, asked: Annotated[Asked, Depends()], group_by: GroupBy = "all", and_by: GroupBy = "all"
    ) -> Response:
        wanted, _ = await wanted_by(request, asked)
        return await told(
            request,
            "response-times",
            wanted,
            lambda: response_figures(center, wanted, group_by, and_by),
            lambda found: answers.response_sheet(found, zone),
        )

    @route("/statistics/workload", "Calls, incidents, what was open at once, and how long units were committed.", answers.WORKLOAD)
    async def workload_statistics(request: Request, asked: Annotated[Asked, Depends()]) -> Response:
        wanted, roles = await wanted_by(request, asked)
        sees_calls = permissions.may_view("call_board", roles)
        return await told(
            request,
            "workload",
            wanted,
            lambda: workload_figures(center, wanted, sees_calls=sees_calls),
            lambda found: answers.workload_sheet(found, zone),
        )

    @route("/statistics/alarms", "The performance of the alarms after ISA-18.2 and EEMUA 191.", answers.ALARMS)
    async def alarm_statistics(
        request: Request, asked: Annotated[Asked, Depends()], operators: Annotated[int, Query(ge=1, le=OPERATORS_MAX)] = 1
    ) -> Response:
        wanted, _ = await wanted_by(request, asked)
        return await told(
            request,
            "alarms",
            wanted,
            lambda: alarm_figures(center, wanted, operators),
            lambda found: answers.alarm_sheet(found, zone),
        )

    kept: dict[Any, tuple[datetime, bytes]] = {}

    @router.get(
        "/performance",
        summary="The last hour and the shift against the targets, for a wall.",
        response_class=Response,
        responses=answered(answers.PERFORMANCE),
    )
    async def performance(
        request: Request,
        as_of: Annotated[Moment | None, Query(description="As it stood then; now when left out.")] = None,
        clock: ByClock = "recorded",
    ) -> Response:
        principal = await guard(request)
        permissions.require_view("performance", principal.roles)
        now = center.now()
        if as_of is not None:
            # A wall hangs where anybody passes: only who may look back looks back on it.
            permissions.require_view("time_machine", principal.roles)
            then = min(max(in_utc(as_of, "as_of"), EARLIEST), now)
            found = await asyncio.to_thread(performance_at, center, then, principal.scope, then, clock)
            return Response(msgspec.json.encode(found), media_type="application/json")
        for reach in [reach for reach, (at, _) in kept.items() if (now - at).total_seconds() >= PERFORMANCE_KEPT_S]:
            del kept[reach]
        reach = principal.scope
        if reach not in kept:
            found = await asyncio.to_thread(performance_at, center, now, reach)
            kept[reach] = (now, msgspec.json.encode(found))
        return Response(kept[reach][1], media_type="application/json")

    return router


def response_figures(center: Center, wanted: Wanted, group_by: GroupBy, and_by: GroupBy) -> dict[str, Any]:
    """Percentiles of every interval by group, and each target with the cases that it judges."""
    found = rows.responses(center, wanted)
    timers, agencies = rows.aims(center)
    return {
        **_period(wanted),
        "group_by": group_by,
        "and_by": and_by,
        "assignments": len(found),
        "groups": figures.grouped(found, group_by, and_by, center.settings.time_zone, timers),
        "targets": verdicts.verdicts(found, timers, agencies),
    }


def workload_figures(center: Center, wanted: Wanted, *, sees_calls: bool) -> dict[str, Any]:
    """`sees_calls`: an agency learns of a call when it has become an incident, and of their number not at all."""
    zone = center.settings.time_zone
    calls = rows.calls(center, wanted) if sees_calls else []
    incidents = rows.incidents(center, wanted)
    timers, _ = rows.aims(center)
    step, slots = workload.slots(wanted, calls, incidents, zone)
    return {
        **_period(wanted),
        "step": step,
        "sees_calls": sees_calls,
        "calls": len(calls),
        "incidents": sum(wanted.holds(row.opened_at) for row in incidents),
        "slots": slots,
        "by": workload.counted(wanted, incidents, zone),
        "answering": workload.answering(calls, timers),
        "stations": workload.commitments(wanted, rows.committed(center, wanted), wanted.as_of or center.now()),
    }


def alarm_figures(center: Center, wanted: Wanted, operators: int) -> dict[str, Any]:
    """What ISA-18.2 asks of the period."""
    found = alarms.performance(wanted, rows.alarms(center, wanted), wanted.as_of or center.now(), operators)
    return {**_period(wanted), "performance": found}


def performance_at(
    center: Center, at: datetime, reach: permissions.Scope, as_of: datetime | None = None, clock: Clock = "recorded"
) -> dict[str, Any]:
    """The targets over the hour before `at`, and over so many hours before it as a sign-in lasts: a shift. `as_of`: as it stood then."""
    shift = timedelta(hours=center.settings.session_hours)
    found = rows.responses(center, Wanted(since=at - shift, until=at, reach=reach, as_of=as_of, clock=clock))
    lately, all_shift = verdicts.wall_verdicts(found, at - HOUR, *rows.aims(center))
    lately_raised = Wanted(since=at - HOUR, until=at + SECOND, reach=reach, as_of=as_of, clock=clock)
    return {
        "at": at,
        "shift_h": center.settings.session_hours,
        "hour": lately,
        "shift": all_shift,
        "alarms": alarms.rate(rows.alarms(center, lately_raised), at),
    }


def _period(wanted: Wanted) -> dict[str, Any]:
    return {"since": wanted.since, "until": wanted.until, "as_of": wanted.as_of}


def _prefers_sheet(request: Request) -> bool:
    """Whoever asks for CSV by name gets it; a browser that takes anything gets JSON."""
    return request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip() == "text/csv"
