"""`GET /api/history/…`: the views of a screen at one moment and what changed after it; how busy a span was; where the units went."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from command_ui.accounts.principal import Principal
from command_ui.api.answers import DENSITY, TRACKS, WINDOW, answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from command_ui.facets import reader_facets
from command_ui.problems import Problem
from command_ui.wire import in_utc
from domain import permissions
from domain.fact import occurred_at
from projections.fact_sentences import sentence
from projections.incident_timeline import INCIDENT_TIMELINE
from streams.density import opened_in_bins
from streams.history import Changed, Reel, Step
from streams.positions_then import positions_between, positions_then
from streams.replay import Clock

# What a console holds ahead of its cursor: minutes of a busy city, and some 500 kB.
STEPS_MAX = 500
# One answer folds so many facts at most, in a tenth of a second. Whoever sees little of them asks on from where it ended.
READ_FACTS_MAX = 1_000
# How far back the step before T is looked for, in facts, before the answer is «ask from there».
BACK_FACTS = (60, 600, 6_000)
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
# A bar of this many bins has one for every three pixels of a wide screen.
BINS_MAX = 720
# A track longer than this is asked for in parts: an hour of a large fleet is some megabytes.
TRACK_S_MAX = 3_600.0
TRACK_FRAMES_MAX = 120

Views = Annotated[
    Sequence[str], Query(max_length=20, description="Views, all at the same position. Those with a live picture, and unit_position.")
]
Incidents = Annotated[Sequence[str], Query(max_length=20, description="Incidents whose whole record as of the time is wanted, too.")]
Moment = Annotated[datetime, Query(description="A time with an offset from UTC.")]


def history_router(center: Center, guard: Guard) -> APIRouter:
    """The routes of the time machine."""
    router = APIRouter(prefix="/api/history", tags=["history"])

    @router.get(
        "/window",
        summary="Several views as of a time, and what changed after it, instant by instant.",
        response_class=Response,
        responses=answered(WINDOW),
    )
    async def window(  # noqa: PLR0913 -- what a screen needs at one position
        request: Request,
        as_of: Moment,
        view: Views = (),
        incident: Incidents = (),
        clock: Clock = "recorded",
        steps: Annotated[int, Query(ge=0, le=STEPS_MAX)] = 200,
        *,
        picture: Annotated[bool, Query(description="Whether the documents as of the time are wanted, too.")] = True,
        back: Annotated[bool, Query(description="Begin earlier, so that the steps end at the time instead of beginning there.")] = False,
    ) -> Response:
        principal = await guard(request)
        names = tuple(dict.fromkeys(view))
        _require_views(center, principal, names)
        if incident:
            permissions.require_view("incident_timeline", principal.roles)
        asked = _Asked(names, tuple(incident), in_utc(as_of, "as_of"), clock, steps, has_picture=picture)
        cut = _earlier_window if back else _window
        return Response(await asyncio.to_thread(cut, center, _Sight(principal), asked), media_type="application/json")

    @router.get(
        "/density", summary="Incidents opened in each bin of a span, by priority.", response_class=Response, responses=answered(DENSITY)
    )
    async def density(request: Request, since: Moment, until: Moment, bins: Annotated[int, Query(ge=1, le=BINS_MAX)] = 240) -> Response:
        principal = await guard(request)
        permissions.require_view("time_machine", principal.roles)
        begin, end = _span(since, until)
        counts = await asyncio.to_thread(
            opened_in_bins, center.machine.views, begin, end, bins, center.settings.time_zone, _Sight(principal).of("incident_openings")
        )
        return _json({"since": begin, "until": end, "bins": counts})

    @router.get("/tracks", summary="Where units went in a span, frame by frame.", response_class=Response, responses=answered(TRACKS))
    async def tracks(
        request: Request,
        since: Moment,
        until: Moment,
        clock: Clock = "recorded",
        every_s: Annotated[float, Query(ge=0.5, le=TRACK_S_MAX)] = 5.0,
    ) -> Response:
        principal = await guard(request)
        permissions.require_view("unit_position", principal.roles)
        begin, end = _span(since, until)
        length_s = (end - begin).total_seconds()
        if length_s > TRACK_S_MAX or length_s / every_s > TRACK_FRAMES_MAX:
            raise Problem(
                422,
                "span_too_long",
                f"A track is at most {TRACK_S_MAX / 60:g} minutes and {TRACK_FRAMES_MAX} frames: ask for less.",
                f"一段轨迹最多 {TRACK_S_MAX / 60:g} 分钟、{TRACK_FRAMES_MAX} 帧:请缩短时段或减少帧数。",
                field="until",
            )
        sees = center.sees_unit(principal.scope)
        frames = await asyncio.to_thread(lambda: list(positions_between(center.machine.telemetry, begin, end, every_s, clock)))
        rows = [
            {
                "at": datetime.fromtimestamp(frame.at, UTC),
                "set": [[unit, _fix(fix)] for unit, fix in frame.fixes.items() if sees is None or sees(unit)],
            }
            for frame in frames
        ]
        return _json({"since": begin, "until": end, "frames": rows})

    return router


@dataclass(frozen=True, slots=True)
class _Asked:
    views: tuple[str, ...]
    incidents: tuple[str, ...]
    as_of: datetime
    clock: Clock
    steps: int
    has_picture: bool

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(view for view in self.views if view != "unit_position")


@dataclass(slots=True)
class _Sight:
    """What one account sees of documents of the past, as it would have seen them then."""

    principal: Principal
    _facets: dict[str, Callable[[bytes], Any]] = field(default_factory=dict)

    @property
    def sees_all(self) -> bool:
        return self.principal.scope == permissions.Scope()

    def of(self, view: str) -> Callable[[bytes], bool]:
        facets, scope = reader_facets(view), self.principal.scope
        if self.sees_all:
            return lambda _document: True

        def sees(document: bytes) -> bool:
            found = facets(document)
            return scope.reaches(agencies=found.agencies, district=found.district)

        return sees

    def row(self, view: str, document: Any) -> bytes | None:  # noqa: ANN401 -- the view's document, or None
        if document is None:
            return None
        encoded = msgspec.json.encode(document)
        return encoded if self.of(view)(encoded) else None


def _require_views(center: Center, principal: Principal, names: tuple[str, ...]) -> None:
    permissions.require_view("time_machine", principal.roles)
    for name in names:
        permissions.require_known(name)
        permissions.require_view(name, principal.roles)
        projection = center.projections.get(name)
        if name != "unit_position" and (projection is None or not projection.is_live):
            raise Problem(
                422,
                "no_history",
                f"{name[:80]} is not kept as a whole for earlier times: ask for single documents, GET /api/views/{name[:80]}/KEY?as_of=.",
                f"{name[:80]} 不保存整体历史:请按键查询单个文档,GET /api/views/{name[:80]}/KEY?as_of=。",
                field="view",
            )


def _span(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    begin, end = in_utc(since, "since"), in_utc(until, "until")
    if begin >= end:
        raise Problem(422, "invalid_field", "until must be later than since.", "until 必须晚于 since。", field="until")
    return begin, end


def _reel(center: Center, asked: _Asked, moment: datetime) -> Reel:
    views = [(center.projections[name], center.hub.views[name].epoch) for name in asked.folded]
    return center.machine.history.reel(views, moment, asked.clock)


def _window(center: Center, sight: _Sight, asked: _Asked) -> bytes:
    now = center.now()
    reel = _reel(center, asked, asked.as_of)
    cut = _begun(center, sight, asked, reel, asked.as_of)
    cut.is_last = True
    for step in reel.steps() if asked.steps else ():
        if len(cut.steps) >= asked.steps or cut.read >= READ_FACTS_MAX:
            cut.is_last = False
            break
        cut.take(sight, step)
    if cut.is_last and asked.steps:
        cut.until = max(now, cut.until)
    return msgspec.json.encode(cut)


def _earlier_window(center: Center, sight: _Sight, asked: _Asked) -> bytes:
    """The steps up to the time, from a picture before them. Where nothing was seen to change within reach, the answer holds no step."""
    near, *far = BACK_FACTS
    cut = _cut_before(center, sight, asked, near)
    for facts in far:
        if cut.steps or cut.is_first:
            break
        cut = _cut_before(center, sight, asked, facts)
    return msgspec.json.encode(cut)


def _cut_before(center: Center, sight: _Sight, asked: _Asked, facts: int) -> _Cut:
    begin = center.machine.history.earlier(asked.as_of, facts)
    moment = begin or BEFORE_ALL
    reel = _reel(center, asked, moment)
    cut = _begun(center, sight, asked, reel, moment)
    cut.is_first = begin is None
    for step in itertools.takewhile(lambda step: step.at <= asked.as_of, reel.steps()):
        cut.take(sight, step)
    cut.until = asked.as_of
    return cut


@dataclass(slots=True)
class _Cut:
    """The answer: a picture, what changed after it, and up to when that is all."""

    as_of: datetime
    clock: Clock
    position: int
    views: dict[str, list[Any]]
    until: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    is_last: bool = False
    is_first: bool = False

    def take(self, sight: _Sight, step: Step) -> None:
        self.read += step.read
        self.until = step.at
        self.steps.extend(_told(sight, step))


def _begun(center: Center, sight: _Sight, asked: _Asked, reel: Reel, moment: datetime) -> _Cut:
    pictures = _pictures(center, sight, asked, reel, moment) if asked.has_picture else {}
    return _Cut(moment, asked.clock, reel.position, pictures, moment)


def _pictures(center: Center, sight: _Sight, asked: _Asked, reel: Reel, moment: datetime) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in asked.folded:
        documents = reel.documents(name)
        if sight.sees_all:
            found[name] = list(documents.items())
        else:
            rows = ((key, sight.row(name, document)) for key, document in documents.items())
            found[name] = [(key, msgspec.Raw(row)) for key, row in rows if row is not None]
    if asked.incidents:
        then = ((number, sight.row(INCIDENT_TIMELINE.name, _timeline_then(center, asked, number, moment))) for number in asked.incidents)
        found[INCIDENT_TIMELINE.name] = [(number, msgspec.Raw(row)) for number, row in then if row is not None]
    if "unit_position" in asked.views:
        sees = center.sees_unit(sight.principal.scope)
        fixes = positions_then(center.machine.telemetry, moment, asked.clock)[1]
        found["unit_position"] = [(unit, _fix(fix)) for unit, fix in fixes.items() if sees is None or sees(unit)]
    return found


def _timeline_then(center: Center, asked: _Asked, number: str, moment: datetime) -> Any:  # noqa: ANN401 -- a timeline or None
    positions = center.machine.incident_positions(number)
    return center.machine.replay.document_as_of(INCIDENT_TIMELINE, positions, number, moment, asked.clock)


def _told(sight: _Sight, step: Step) -> Iterator[dict[str, Any]]:
    """The step as the account sees it: nothing of what it would not have seen then, not even that something happened."""
    changes: dict[tuple[str, str], list[Any]] = {}
    for place, change in step.changes.items():
        row = _seen(sight, change)
        if row is not None:
            changes[place] = row
    if not changes:
        return
    facts = []
    for recorded, touched in step.facts:
        if not changes.keys().isdisjoint(touched):
            zh, en = sentence(recorded.fact)
            facts.append(
                {
                    "position": recorded.position,
                    "topic": type(recorded.fact).TOPIC,
                    "recorded_at": recorded.fact.timestamp,
                    "occurred_at": occurred_at(recorded.fact),
                    "by": recorded.fact.by.account,
                    "zh": zh,
                    "en": en,
                }
            )
    yield {"at": step.at, "facts": facts, "changes": list(changes.values())}


def _seen(sight: _Sight, change: Changed) -> list[Any] | None:
    after = sight.row(change.view, change.after)
    if after is None and sight.row(change.view, change.before) is None:
        return None
    return [change.view, change.key, change.position, msgspec.Raw(after) if after is not None else None]


def _fix(fix: Any) -> list[Any]:  # noqa: ANN401 -- a fix
    return [fix.lon, fix.lat, fix.heading_deg, fix.speed_kmh, fix.at_ms, fix.source]


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
