"""`GET /api/views…`: whole views, single documents, and both as of a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from command_ui.accounts.principal import Principal
from command_ui.api.answers import ONE, VIEW, VIEWS, answered
from command_ui.api.commands import Guard
from command_ui.api.made_views import MADE, made_then
from command_ui.center import Center
from command_ui.facets import reader_facets
from command_ui.problems import Problem
from command_ui.wire import Moment, in_utc
from domain import permissions
from projections.projection import Projection
from streams.live_view import Filter, quote
from streams.replay import Clock

# A time of a query string: an offset is wanted, since a view as of an hour that could be any of 38 would be a guess.
AsOf = Annotated[Moment | None, Query(description="The view as of this time, with an offset from UTC.")]


def views_router(center: Center, guard: Guard) -> APIRouter:
    """The routes of the views."""
    router = APIRouter(prefix="/api", tags=["views"])
    views = center.machine.views

    @router.get("/views", summary="The views that there are.", response_class=Response, responses=answered(VIEWS))
    async def list_views(request: Request) -> Response:
        await guard(request)
        folded = [
            {"view": name, "epoch": view.checkpoint.epoch, "position": view.checkpoint.position, "is_live": view.projection.is_live}
            for name, view in center.machine.projector.running.items()
        ]
        made = [{"view": name, "epoch": "telemetry", "position": 0, "is_live": True} for name in MADE]
        return _json({"views": [*folded, *made]})

    @router.get("/views/{view}", summary="A whole view, now or as of a time.", response_class=Response, responses=answered(VIEW))
    async def whole_view(
        request: Request,
        view: str,
        as_of: AsOf = None,
        clock: Clock = "recorded",
        district: Annotated[str, Query(max_length=64)] = "",
        agency: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        principal = await guard(request)
        permissions.require_known(view)
        permissions.require_view(view, principal.roles)
        wanted = Filter(_one(district), _one(agency), frozenset(), principal.scope)
        if as_of is not None and view in MADE:
            moment = in_utc(as_of, "as_of")
            answer, documents = await asyncio.to_thread(made_then, center, view, moment, clock, center.sees_unit(principal.scope))
            return _json({**answer, "documents": [[key, answer["position"], document] for key, document in documents.items()]})
        if as_of is not None:
            return await _earlier(center, center.projections[view], in_utc(as_of, "as_of"), clock, wanted)
        if view == "unit_position":
            rows = center.positions.snapshot(None, center.sees_unit(principal.scope))
            return _rows(view, center.positions.epoch, center.positions.position, center.now(), rows)
        live = center.hub.views[view]
        projection = center.projections.get(view)
        sees = _sight(view)
        if projection is not None and not projection.is_live:
            stored = await asyncio.to_thread(
                lambda: [b"[%b,%d,%b]" % (quote(k), p, d) for k, p, d in views.documents(view) if sees(wanted, k, d)]
            )
            return _rows(view, live.epoch, live.position, center.now(), stored)
        return _rows(view, live.epoch, live.position, center.now(), live.snapshot(wanted))

    @router.get(
        "/views/{view}/{key:path}", summary="One document of a view, now or as of a time.", response_class=Response, responses=answered(ONE)
    )
    async def one_document(request: Request, view: str, key: str, as_of: AsOf = None, clock: Clock = "recorded") -> Response:
        principal = await guard(request)
        permissions.require_known(view)
        permissions.require_view(view, principal.roles)
        if view in MADE and as_of is None:
            return _json(_made_now(center, principal, view, key))
        if view in MADE and as_of is not None:
            moment = in_utc(as_of, "as_of")
            answer, documents = await asyncio.to_thread(made_then, center, view, moment, clock, center.sees_unit(principal.scope))
            if key not in documents:
                raise _no_document(view, key, as_of)
            return _json({**answer, "key": key, "document": documents[key]})
        projection = center.projections[view]
        epoch = center.hub.views[view].epoch
        if as_of is not None:
            moment = in_utc(as_of, "as_of")
            document = await asyncio.to_thread(_document_then, center, projection, key, moment, clock)
            if document is None:
                raise _no_document(view, key, as_of)
            _require_reach(principal, view, key, msgspec.json.encode(document))
            return _json({"view": view, "key": key, "epoch": epoch, "as_of": moment, "clock": clock, "document": document})
        row = views.document(view, key)
        if row is None:
            raise _no_document(view, key, None)
        _require_reach(principal, view, key, row[2])
        return _json({"view": view, "key": key, "epoch": epoch, "position": row[1], "document": msgspec.Raw(row[2])})

    return router


async def _earlier(center: Center, projection: Projection, moment: datetime, clock: Clock, wanted: Filter) -> Response:
    epoch = center.hub.views[projection.name].epoch
    position, documents = await asyncio.to_thread(center.machine.replay.view_as_of, projection, epoch, moment, clock)
    sees = _sight(projection.name)
    if wanted != Filter():
        documents = {key: document for key, document in documents.items() if sees(wanted, key, msgspec.json.encode(document))}
    return _json(
        {
            "view": projection.name,
            "epoch": epoch,
            "position": position,
            "server_time": center.now(),
            "as_of": moment,
            "clock": clock,
            "documents": [[key, position, document] for key, document in documents.items()],
        }
    )


def _made_now(center: Center, principal: Principal, view: str, key: str) -> dict[str, Any]:
    if view == "unit_position":
        epoch, sees = center.positions.epoch, center.sees_unit(principal.scope)
        row = center.positions.row(key) if sees is None or sees(key) else None
    else:
        shown = center.hub.views[view].documents.get(key)
        epoch, row = center.hub.views[view].epoch, shown.row if shown is not None else None
    if row is None:
        raise _no_document(view, key, None)
    _, position, document = msgspec.json.decode(row, type=tuple[str, int, msgspec.Raw])
    return {"view": view, "key": key, "epoch": epoch, "position": position, "document": document}


def _sight(view: str) -> Callable[[Filter, str, bytes], bool]:
    facets = reader_facets(view)
    return lambda wanted, key, document: wanted == Filter() or wanted.matches(key, facets(document))


def _require_reach(principal: Principal, view: str, key: str, document: bytes) -> None:
    """Refuse (OutOfScope) a document that the account does not reach."""
    facets = reader_facets(view)(document)
    principal.scope.require(key, agencies=facets.agencies, district=facets.district)
    if facets.within is not None:
        principal.scope.require_covers(key, facets.within)


def _document_then(center: Center, projection: Projection, key: str, moment: datetime, clock: Clock) -> Any:  # noqa: ANN401 -- any view's
    """An incident's documents are folded from the facts that its timeline names; others from the whole view."""
    if projection.name in {"incident_board", "incident_timeline"}:
        positions = center.machine.incident_positions(key)
        return center.machine.replay.document_as_of(projection, positions, key, moment, clock)
    epoch = center.hub.views[projection.name].epoch
    return center.machine.replay.view_as_of(projection, epoch, moment, clock)[1].get(key)


def _one(word: str) -> frozenset[str]:
    return frozenset((word,)) if word else frozenset()


def _no_document(view: str, key: str, as_of: datetime | None) -> Problem:
    then_en, then_zh = (f" as of {as_of.isoformat()}", f"(截至 {as_of.isoformat()})") if as_of else ("", "")
    return Problem(404, "no_document", f"{view} has no {key[:160]}{then_en}.", f"{view} 中没有 {key[:160]}{then_zh}。", field="key")


def _rows(view: str, epoch: str, position: int, now: datetime, rows: list[bytes]) -> Response:
    head = msgspec.json.encode({"view": view, "epoch": epoch, "position": position, "server_time": now, "as_of": None})
    return Response(head[:-1] + b',"documents":[' + b",".join(row for row in rows if row) + b"]}", media_type="application/json")


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
