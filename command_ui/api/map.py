"""`/api/map/{name}` and `/api/places`: the open map of the installation, and places by name."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from command_ui.api.answers import PLACES, answered
from command_ui.api.commands import Guard
from command_ui.center import Center
from command_ui.map_data import Place, map_bytes, places_matching
from command_ui.problems import Problem
from command_ui.settings import Settings
from domain import permissions

# What a list beside the intake shows.
PLACES_MAX = 20
# The map changes when an operator brings another: a browser asks again after an hour.
CACHE_SECONDS = 3_600


def map_router(center: Center, guard: Guard, settings: Settings) -> APIRouter:
    """The routes of the map. Its files are open data and need no sign-in."""
    router = APIRouter(prefix="/api", tags=["map"])
    own = settings.data / "map"

    @router.get(
        "/map/{name}",
        summary="A file of the map: GeoJSON, or its description.",
        response_class=Response,
        responses=answered({"type": "object"}, "The file.", "application/json", "application/geo+json"),
    )
    async def file(name: str) -> Response:
        body = map_bytes(name, own)
        if body is None:
            raise Problem(404, "unknown_map_file", f"There is no map file {name[:80]}.", f"没有地图文件 {name[:80]}。", field="name")
        kind = "application/json" if name.endswith(".json") else "application/geo+json"
        return Response(body, media_type=kind, headers={"Cache-Control": f"max-age={CACHE_SECONDS}"})

    @router.get(
        "/places",
        summary="Places by name: the gazetteer of the installation and its stations.",
        response_class=Response,
        responses=answered(PLACES),
    )
    async def places(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> Response:
        permissions.require_view("places", (await guard(request)).roles)
        found = [place.document() for place in (*_stations(center, q), *places_matching(q, limit=PLACES_MAX, own=own))]
        return _json({"places": found[:PLACES_MAX]})

    return router


def _stations(center: Center, query: str) -> list[Place]:
    wanted = query.strip().lower()
    if not wanted:
        return []
    return [
        Place(zh=entry.zh, en=entry.en, lon=entry.lon, lat=entry.lat, district=entry.district, kind="station")
        for key, entry in center.typed("catalogue")
        if key.startswith("station:") and entry.lon is not None and (wanted in entry.zh.lower() or wanted in entry.en.lower())
    ]


def _json(document: Any) -> Response:  # noqa: ANN401 -- anything that msgspec writes
    return Response(msgspec.json.encode(document), media_type="application/json")
