"""A city to measure on: agencies, stations, types and as many units and incidents as are asked for, through the public interface."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import httpx

from tools.server_process import ServerProcess

BATCH = 500
CENTRE = (117.2, 39.12)


def send_all(client: httpx.Client, commands: Iterable[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Every command through the batch form; the results. A refusal ends the benchmark."""
    results = []
    waiting = list(commands)
    for start in range(0, len(waiting), BATCH):
        part = [{"name": name, "key": uuid.uuid4().hex, "body": body} for name, body in waiting[start : start + BATCH]]
        answer = client.post("/api/commands", json={"commands": part})
        assert answer.is_success, answer.text
        for one in answer.json()["answers"]:
            assert one["status"] == 200, one
            results.append(one["answer"]["result"])
    return results


def place(index: int) -> dict[str, float]:
    """Places spread over some 60 by 60 km, the same for the same index."""
    return {"lon": CENTRE[0] + ((index * 7919) % 1000 - 500) / 1500, "lat": CENTRE[1] + ((index * 104729) % 1000 - 500) / 1800}


def build_city(server: ServerProcess, *, units: int, incidents: int) -> list[str]:
    """The catalogue, the units and open incidents; the incidents' numbers."""
    catalogue: list[tuple[str, dict[str, Any]]] = [
        ("register_agency", {"agency": "fire", "zh": "消防", "en": "Fire", "short_zh": "消", "short_en": "F"}),
        ("define_district", {"district": "heping", "zh": "和平区", "en": "Heping", "short_zh": "和平"}),
        ("register_station", {"station": "S1", "agency": "fire", "zh": "一站", "en": "Station 1", "district": "heping", "place": place(0)}),
        (
            "define_incident_type",
            {
                "incident_type": "dwelling_fire",
                "zh": "住宅火灾",
                "en": "Dwelling fire",
                "category": "accident",
                "priority": 2,
                "agency": "fire",
            },
        ),
        ("define_response_plan", {"incident_type": "dwelling_fire", "level": 4, "needs": [{"capability": "pump", "count": 2}]}),
    ]
    with server.client() as client:
        send_all(client, catalogue)
        send_all(
            client,
            (
                (
                    "register_unit",
                    {"unit": f"X{index:05d}", "agency": "fire", "station": "S1", "capabilities": ["pump"], "place": place(index)},
                )
                for index in range(units)
            ),
        )
        opened = send_all(
            client,
            (
                (
                    "open_incident",
                    {"incident_type": "dwelling_fire", "place": place(index), "address": f"南京路{index}号", "district": "heping"},
                )
                for index in range(incidents)
            ),
        )
    return [result["incident"] for result in opened]
