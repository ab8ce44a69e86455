"""`/api/health`, `/api/ready`, `/metrics` and `/api/settings`: open to the machine's own watcher and to a console before sign-in."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Response

from command_ui.api.answers import HEALTH, READY, SETTINGS, TEXT, answered
from command_ui.center import Center
from command_ui.live import Live
from command_ui.settings import Settings
from domain.timers import STANDARD


def health_router(center: Center, live: Live, settings: Settings) -> APIRouter:
    """The routes that need no sign-in; they show nothing of anybody."""
    router = APIRouter(tags=["health"])

    @router.get("/api/health", summary="Whether the process answers.", response_class=Response, responses=answered(HEALTH))
    async def health() -> Response:
        return _json({"status": "alive", "started_at": center.started_at})

    @router.get(
        "/api/ready",
        summary="Whether commands are taken and the views follow.",
        response_class=Response,
        responses=answered(READY) | {503: {**answered(READY, "Not now.")[200]}},
    )
    async def ready() -> Response:
        body = {"ready": center.is_ready, "position": center.machine.projector.position, "stopped": center.stopped}
        return Response(msgspec.json.encode(body), 200 if center.is_ready else 503, media_type="application/json")

    @router.get(
        "/api/settings",
        summary="What a console needs to know before anybody signs in.",
        response_class=Response,
        responses=answered(SETTINGS),
    )
    async def public_settings() -> Response:
        return _json(
            {
                "time_zone": settings.time_zone.key,
                "agency_name_zh": settings.agency_name_zh,
                "agency_name_en": settings.agency_name_en,
                "map": {"centre": [settings.map_centre_lon, settings.map_centre_lat], "zoom": settings.map_zoom},
                "position_stale_s": settings.position_stale_s,
                # What is aimed at where the catalogue has no timers.
                "targets": STANDARD,
            }
        )

    @router.get(
        "/metrics",
        summary="Figures for Prometheus.",
        response_class=Response,
        responses=answered(TEXT, "In the text format of Prometheus.", "text/plain"),
    )
    async def metrics() -> Response:
        return Response(_metrics(center, live), media_type="text/plain; version=0.0.4")

    return router


def _metrics(center: Center, live: Live) -> str:
    machine, hub = center.machine, center.hub.figures
    end, lag = machine.projector.log_end, center.health.lag()
    rows: list[tuple[str, str, str, list[tuple[str, float]]]] = [
        ("drumtower_log_position", "gauge", "Position of the newest fact.", [("", end)]),
        ("drumtower_commands_accepted_total", "counter", "Commands accepted since the start.", [("", machine.writer.accepted)]),
        ("drumtower_commands_refused_total", "counter", "Commands refused since the start.", [("", machine.writer.refused)]),
        ("drumtower_commands_waiting", "gauge", "Commands that wait for the writer.", [("", machine.writer.waiting)]),
        ("drumtower_telemetry_elements_total", "counter", "Fixes and readings written.", [("", machine.telemetry.appended)]),
        ("drumtower_telemetry_shed_total", "counter", "Fixes and readings that could not be taken.", [("", machine.telemetry.shed)]),
        ("drumtower_accesses_failed_total", "counter", "Looks at a record that could not be kept.", [("", machine.accesses.failed)]),
        ("drumtower_positions_coalesced_total", "counter", "Fixes that came after a newer one.", [("", center.positions.coalesced)]),
        ("drumtower_consoles", "gauge", "Open live links.", [("", len(live.links))]),
        ("drumtower_frames_total", "counter", "Frames sent to consoles.", [("", hub.frames + center.positions.frames)]),
        ("drumtower_frame_bytes_total", "counter", "Bytes sent to consoles.", [("", hub.bytes_sent + center.positions.bytes_sent)]),
        ("drumtower_consoles_passed_over_total", "counter", "Frames not sent to a console that was not ready.", [("", hub.passed_over)]),
        (
            "drumtower_hop_lag_seconds",
            "gauge",
            "Seconds that a hop between the log and this gateway's consoles adds; none on one machine.",
            [(f'{{hop="{hop.source.removeprefix("log:")}"}}', hop.lag_s or 0.0) for hop in center.health.hops().values()],
        ),
        (
            "drumtower_view_age_seconds",
            "gauge",
            "Seconds by which a view of the consoles here stands behind the log.",
            [(f'{{view="{name}"}}', lag.get(name, 0.0)) for name in machine.projector.running],
        ),
        (
            "drumtower_view_behind_facts",
            "gauge",
            "Facts by which a view stands behind the log.",
            [(f'{{view="{name}"}}', end - view.checkpoint.position) for name, view in machine.projector.running.items()],
        ),
        (
            "drumtower_view_stopped",
            "gauge",
            "Whether a projection has stopped on a fact.",
            [(f'{{view="{name}"}}', float(bool(view.stopped))) for name, view in machine.projector.running.items()],
        ),
    ]
    lines = []
    for name, kind, text, values in rows:
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{labels} {value:g}" for labels, value in values]
    return "\n".join(lines) + "\n"


def _json(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
