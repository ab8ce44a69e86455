"""What the console asks beside the views: recommendation, possible duplicates, percentiles, the log and its digest."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from command_ui.api.answers import DIGEST, DUPLICATES, LOG, RECOMMENDATION, RESPONSE_TIMES, answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from command_ui.statistics.figures import percentile
from command_ui.wire import Moment, in_utc
from domain import permissions
from domain.duplicates import OpenIncident, possible_duplicates
from domain.recommendation import ETA_METHOD, Offer, Wanted, recommend
from domain.refusals import UnknownThing
from domain.values import LonLat
from projections.response_times import TIMED_INTERVALS, ResponseTimes

# One page of the log.
LOG_FACTS_MAX = 1_000
GroupBy = Literal["all", "agency", "incident_type", "district", "priority", "hour", "day", "unit", "station"]


def queries_router(center: Center, guard: Guard) -> APIRouter:
    """The routes of the questions."""
    router = APIRouter(prefix="/api", tags=["questions"])

    @router.get(
        "/incidents/{incident}/recommendation",
        summary="Which units to send, with reasons, and what is short.",
        response_class=Response,
        responses=answered(RECOMMENDATION),
    )
    async def recommendation(request: Request, incident: str) -> Response:
        permissions.require_view("recommendation", (await guard(request)).roles)
        return _json(_recommendation(center, incident))

    @router.get(
        "/possible_duplicates", summary="Open incidents that a call may be about.", response_class=Response, responses=answered(DUPLICATES)
    )
    async def duplicates(
        request: Request,
        lon: Annotated[float, Query(ge=-180, le=180)],
        lat: Annotated[float, Query(ge=-90, le=90)],
        incident_type: Annotated[str, Query(max_length=64)] = "",
        at: Moment | None = None,
    ) -> Response:
        permissions.require_view("possible_duplicates", (await guard(request)).roles)
        moment = in_utc(at, "at") if at is not None else center.now()
        kind = center.document("catalogue", f"incident_type:{incident_type}") if incident_type else None
        category = kind.category if kind else ""
        found = possible_duplicates(LonLat(lon=lon, lat=lat), moment, incident_type, category, _open_incidents(center))
        return _json({"candidates": found})

    @router.get(
        "/response_times",
        summary="Percentiles of the intervals of NFPA 1225 and 1710, in seconds.",
        response_class=Response,
        responses=answered(RESPONSE_TIMES),
    )
    async def response_times(
        request: Request,
        group_by: GroupBy = "all",
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Response:
        principal = await guard(request)
        permissions.require_view("response_times", principal.roles)
        begin = in_utc(since, "since") if since is not None else None
        end = in_utc(until, "until") if until is not None else None
        return _json(await asyncio.to_thread(percentiles, center, group_by, begin, end, principal.scope))

    @router.get("/log", summary="The facts themselves, in the order of the log.", response_class=Response, responses=answered(LOG))
    async def log(
        request: Request,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=LOG_FACTS_MAX)] = 100,
    ) -> Response:
        permissions.require_view("log", (await guard(request)).roles)
        facts = await asyncio.to_thread(lambda: list(center.machine.facts.facts(after, after + limit)))
        rows = [{"position": item.position, "topic": type(item.fact).TOPIC, "fact": item.fact} for item in facts]
        return _json({"facts": rows, "end": center.machine.projector.log_end})

    @router.get(
        "/digest",
        summary="A digest of every view, and the head of the chain over the log.",
        response_class=Response,
        responses=answered(DIGEST),
    )
    async def digest(request: Request) -> Response:
        permissions.require_view("digest", (await guard(request)).roles)
        views = center.machine.views
        running = center.machine.projector.running
        digests = await asyncio.to_thread(lambda: {name: views.digest(name) for name in running})
        facts = center.machine.facts
        head, since = await asyncio.to_thread(lambda: (facts.head, facts.witnessed_since))
        chain = {"position": head.position, "hash": head.hash.hex(), "witnessed_since": since}
        return _json({"position": center.machine.projector.position, "views": digests, "chain": chain})

    return router


def _recommendation(center: Center, number: str) -> dict[str, Any]:
    incident = center.document("incident_board", number)
    if incident is None:
        raise UnknownThing(kind="incident", name=number)
    now_ms = center.now().timestamp() * 1000
    offers = []
    for key, unit in center.typed("unit_status"):
        if unit.incident == number:
            continue
        fix = center.positions.latest.get(key)
        place = LonLat(lon=fix.lon, lat=fix.lat) if fix else LonLat(lon=unit.home[0], lat=unit.home[1]) if unit.home else None
        if place is not None:
            offers.append(
                Offer(
                    unit=key,
                    agency=unit.agency,
                    capabilities=unit.capabilities,
                    status=unit.status,
                    incident=unit.incident,
                    place=place,
                    position_age_s=round((now_ms - fix.at_ms) / 1000, 1) if fix else None,
                )
            )
    committed = [
        unit.capabilities for row in incident.assignments if row.is_open and (unit := center.document("unit_status", row.unit)) is not None
    ]
    plan = next(
        (
            document
            for level in range(incident.level, 5)
            if (document := center.document("catalogue", f"response_plan:{incident.incident_type}/{level}")) is not None
        ),
        None,
    )
    needs = [Wanted(capability=need.capability, count=need.count) for need in plan.needs] if plan else []
    result = recommend(LonLat(lon=incident.lon, lat=incident.lat), needs, committed, offers)
    return {"incident": number, "eta_method": ETA_METHOD, "at": center.now(), **asdict(result)}


def _open_incidents(center: Center) -> list[OpenIncident]:
    return [
        OpenIncident(
            incident=number,
            incident_type=incident.incident_type,
            category=incident.category,
            place=LonLat(lon=incident.lon, lat=incident.lat),
            opened_at=incident.opened_at,
        )
        for number, incident in center.typed("incident_board")
    ]


def percentiles(
    center: Center, group_by: GroupBy, since: datetime | None, until: datetime | None, reach: permissions.Scope
) -> dict[str, Any]:
    """Count, mean and the 50th, 90th and 95th percentile (linear interpolation between closest ranks) of each interval, by group."""
    zone = center.settings.time_zone
    decode = center.machine.projector.running["response_times"].fold.decode
    groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: {interval: [] for interval in TIMED_INTERVALS})
    total = 0
    for _, _, row in center.machine.views.documents("response_times"):
        document: ResponseTimes = decode(row)
        if (since and document.dispatched_at < since) or (until and document.dispatched_at >= until):
            continue
        if not reach.reaches(agencies=(document.agency,), district=document.district):
            continue
        total += 1
        group = groups[_group(document, group_by, lambda moment: moment.astimezone(zone))]
        for interval in TIMED_INTERVALS:
            seconds = getattr(document, interval)
            if seconds is not None:
                group[interval].append(seconds)
    return {
        "group_by": group_by,
        "assignments": total,
        "groups": [
            {"group": name, "intervals": {interval: _figures(sorted(values)) for interval, values in intervals.items()}}
            for name, intervals in sorted(groups.items())
        ],
    }


def _group(document: ResponseTimes, group_by: GroupBy, local: Callable[[datetime], datetime]) -> str:
    match group_by:
        case "all":
            return "all"
        case "hour":
            return f"{local(document.dispatched_at).hour:02d}"
        case "day":
            return local(document.dispatched_at).date().isoformat()
        case _:
            return str(getattr(document, group_by))


def _figures(values: list[float]) -> dict[str, float | int | None]:
    if not values:
        return {"count": 0, "mean": None, "p50": None, "p90": None, "p95": None}
    return {
        "count": len(values),
        "mean": math.fsum(values) / len(values),
        "p50": percentile(values, 0.50),
        "p90": percentile(values, 0.90),
        "p95": percentile(values, 0.95),
    }


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
