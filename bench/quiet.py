"""A working day: 500 units, 200 open incidents, and ten commands a second by others, each a delta for every console."""

from __future__ import annotations

import threading
import time
from typing import Any

from bench.city import build_city, place
from tests.server_fixture import a_key, now
from tools.server_process import ServerProcess

UNITS, INCIDENTS = 500, 200
DELTAS_A_SECOND = 10


def quiet_city(server: ServerProcess) -> list[str]:
    """The city, every unit of it at a place; the incidents' numbers."""
    numbers = build_city(server, units=UNITS, incidents=INCIDENTS)
    with server.client() as client:
        fixes = [{"unit": f"X{index:05d}", **place(index), "at": now().isoformat()} for index in range(UNITS)]
        client.post("/api/intake/positions", json={"source": "avl", "fixes": fixes}).raise_for_status()
    return numbers


def send_commands(server: ServerProcess, numbers: list[str], ended: threading.Event) -> None:
    """Notes and changes of status in turn, at a steady rate."""
    with server.client() as client:
        begun, sent = time.monotonic(), 0
        while not ended.wait(max(0.0, begun + sent / DELTAS_A_SECOND - time.monotonic())):
            unit = f"X{sent // 4 % UNITS:05d}"
            commands: list[tuple[str, dict[str, Any]]] = [
                ("add_note", {"incident": numbers[sent // 2 % len(numbers)], "text": f"note {sent}"}),
                ("put_out_of_service", {"unit": unit, "reason": "检修"}),
                ("add_note", {"incident": numbers[sent // 2 % len(numbers)], "text": f"note {sent}"}),
                ("return_to_service", {"unit": unit}),
            ]
            name, body = commands[sent % 4]
            answer = client.post(f"/api/commands/{name}", json=body, headers={"Idempotency-Key": a_key()})
            assert answer.is_success, answer.text
            sent += 1
