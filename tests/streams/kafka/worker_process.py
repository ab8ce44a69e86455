"""`drumtower worker` as a process, and a city's log that is published to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.streams.kafka.host_process import PATIENCE_S, HostProcess


class WorkerProcess:
    """Started when made. What it says is in `said`."""

    def __init__(self, servers: str, prefix: str, data: Path, name: str, *, lanes: int, **more: str) -> None:
        self._host = HostProcess(
            data / f"{name}-{time.monotonic_ns()}.log",
            "worker",
            "--data",
            str(data),
            **{
                "DRUMTOWER_BROKERS": servers,
                "DRUMTOWER_TOPIC_PREFIX": prefix,
                "DRUMTOWER_LANES": str(lanes),
                "DRUMTOWER_WORKER_NAME": name,
                **more,
            },
        )
        self.process = self._host.process
        self.kill, self.stop = self._host.kill, self._host.stop

    @property
    def said(self) -> str:
        """Everything so far."""
        return self._host.said

    @property
    def left(self) -> list[Path]:
        """What it has put into the directory that it runs in."""
        return list(self._host.where.iterdir())

    @property
    def held(self) -> set[int]:
        """The lanes that it says it holds."""
        return self._host.held

    def is_up(self) -> bool:
        """Whether it has begun to speak to the brokers."""
        return "looks for its lanes" in self.said

    def holds_all(self, count: int) -> Callable[[], bool]:
        """Whether it holds so many lanes."""
        return lambda: len(self.held) == count

    def wait_until(self, is_so: Callable[[], bool]) -> float:
        """How long it took."""
        began = time.monotonic()
        while not is_so():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < began + PATIENCE_S, self.said
            time.sleep(0.02)
        return time.monotonic() - began
