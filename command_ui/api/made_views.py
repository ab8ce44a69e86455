"""The views that are made of telemetry and of the server's own state, as of a time: for as long as telemetry is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from command_ui.center import Center
from command_ui.problems import Problem
from streams.positions_then import positions_then
from streams.replay import Clock
from streams.source_health_then import health_known_from, source_health_then

MADE: Final = ("unit_position", "source_health")

Made = tuple[dict[str, Any], dict[str, Any]]
"""What the answer says beside the documents, and the documents by key."""


def made_then(center: Center, view: str, moment: datetime, clock: Clock, sees: Callable[[str], bool] | None) -> Made:
    """The view as of `moment`. Raises a Problem that says from when on it is known. For a thread: it reads the telemetry log."""
    moment = min(moment, center.now())
    return _positions(center, moment, clock, sees) if view == "unit_position" else _health(center, moment, clock)


def _positions(center: Center, moment: datetime, clock: Clock, sees: Callable[[str], bool] | None) -> Made:
    known_from = datetime.fromtimestamp(center.machine.telemetry.kept_since, UTC)
    if moment < known_from:
        raise _not_kept("unit_position", moment, known_from)
    position, fixes = positions_then(center.machine.telemetry, moment, clock)
    documents = {
        unit: [fix.lon, fix.lat, fix.heading_deg, fix.speed_kmh, fix.at_ms, fix.source]
        for unit, fix in fixes.items()
        if sees is None or sees(unit)
    }
    return _answer(center, "unit_position", center.positions.epoch, position, moment, clock, known_from=known_from), documents


def _health(center: Center, moment: datetime, clock: Clock) -> Made:
    telemetry = center.machine.telemetry
    known_from = health_known_from(telemetry)
    found = source_health_then(telemetry, center.machine.facts.position_at, moment)
    if found is None:
        raise _not_kept("source_health", moment, known_from)
    epoch = center.hub.views["source_health"].epoch
    more = {"known_from": known_from, "sampled_at": found.sampled_at}
    return _answer(center, "source_health", epoch, found.position, moment, clock, **more), dict(found.documents)


def _answer(
    center: Center, view: str, epoch: str, position: int, moment: datetime, clock: Clock, **more: datetime | None
) -> dict[str, Any]:
    head = {"view": view, "epoch": epoch, "position": position, "server_time": center.now(), "as_of": moment, "clock": clock}
    return {**head, **more}


def _not_kept(view: str, moment: datetime, known_from: datetime | None) -> Problem:
    then = moment.isoformat(timespec="seconds")
    if known_from is None:
        en, zh = f"{view} is not known as of {then}: nothing is recorded yet.", f"{view} 没有 {then} 的状态:尚无记录。"
    elif moment < known_from:
        since = known_from.isoformat(timespec="seconds")
        en, zh = f"{view} is known from {since} on: not as of {then}.", f"{view} 自 {since} 起有记录:没有 {then} 的状态。"
    else:
        en = f"{view} is not known as of {then}: the server was not running."
        zh = f"{view} 没有 {then} 的状态:当时服务器未运行。"
    return Problem(404, "not_kept", en, zh, field="as_of")
