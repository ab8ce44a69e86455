"""`drumtower replay` as somebody types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.server_process import ROOT, ServerProcess

# A replay of some hundred rows takes seconds; a machine that other work stalls takes longer.
RUN_S_MAX = 240


def started(server: ServerProcess, *arguments: str | Path) -> subprocess.Popen[str]:
    """A replay under way."""
    return subprocess.Popen(
        [sys.executable, "-m", "command_ui.cli", "replay", *map(str, arguments), "--url", server.base_url],
        cwd=ROOT,
        env=os.environ | {"DRUMTOWER_TOKEN": server.token, "COLUMNS": "160"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """What it said, once it has ended."""
    stdout, stderr = process.communicate(timeout=RUN_S_MAX)
    assert "Traceback" not in stderr, stderr
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def replay(server: ServerProcess, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A replay from its start to its end."""
    return ended(started(server, *arguments))
