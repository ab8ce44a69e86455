"""The demo city, living in a server that is there already: the client that it is, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tools.server_process import ROOT, ServerProcess


@contextmanager
def demo_city(server: ServerProcess, *, speed: float) -> Iterator[None]:
    """It lives until the end of the block, so many times as fast as the clock."""
    command = [sys.executable, "-m", "command_ui.cli", "demo", "--url", server.base_url, "--speed", str(speed), "--attached"]
    environment = {**os.environ, "DRUMTOWER_TOKEN": server.token, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE) as city:
        try:
            yield
        finally:
            city.terminate()
