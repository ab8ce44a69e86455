"""`drumtower …` as a process of a test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tools.bound_process import killed_with_us

# What takes a second on an idle machine; a killed worker's lanes are given to others after six.
PATIENCE_S = 240.0


class HostProcess:
    """`drumtower …`, started when made, in a directory of its own. What it says is in `said`."""

    def __init__(self, log: Path, *words: str, **environment: str) -> None:
        self._log = log
        self.where = log.with_suffix(".cwd")
        self.where.mkdir(exist_ok=True)
        with log.open("wb") as said:
            self.process = subprocess.Popen(
                [*killed_with_us(), sys.executable, "-m", "command_ui.cli", *words],
                cwd=self.where,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                stdout=said,
                stderr=said,
            )

    @property
    def said(self) -> str:
        """Everything so far."""
        return self._log.read_text("utf-8")

    @property
    def held(self) -> set[int]:
        """The lanes that it says it holds."""
        lanes: set[int] = set()
        for number, what in re.findall(r"lane (\d+) is (held|given up)", self.said):
            (lanes.add if what == "held" else lanes.discard)(int(number))
        return lanes

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)
