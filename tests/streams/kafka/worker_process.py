"""`drumtower worker` as a process, and a city's log that is published to it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT

# A worker is there after two seconds, and waits six for one that was killed; on a machine that others use it has taken thirty.
PATIENCE_S = 240.0


class WorkerProcess:
    """Started when made. What it says is in `said`."""

    def __init__(self, servers: str, prefix: str, data: Path, name: str, *, lanes: int, **more: str) -> None:
        self._said = data / f"{name}-{time.monotonic_ns()}.log"
        environment = {
            **os.environ,
            "DRUMTOWER_BROKERS": servers,
            "DRUMTOWER_TOPIC_PREFIX": prefix,
            "DRUMTOWER_LANES": str(lanes),
            "DRUMTOWER_WORKER_NAME": name,
            **more,
        }
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "command_ui.cli", "worker", "--data", str(data)], cwd=ROOT, env=environment, stdout=said, stderr=said
            )

    @property
    def said(self) -> str:
        """Everything so far."""
        return self._said.read_text("utf-8")

    @property
    def held(self) -> set[int]:
        """The lanes that it says it holds."""
        lanes: set[int] = set()
        for number, what in re.findall(r"lane (\d+) is (held|given up)", self.said):
            (lanes.add if what == "held" else lanes.discard)(int(number))
        return lanes

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

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)
