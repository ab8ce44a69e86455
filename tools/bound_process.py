"""Server processes that end with the process that started them, however that ends."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

# Linux sends the signal when the *thread* that started the process ends: this one lives as long as we do.
_STARTER = ThreadPoolExecutor(1, thread_name_prefix="starter")


def killed_with_us() -> list[str]:
    """What to put before a command, so that it is killed when the thread that starts it ends (Linux)."""
    return ["setpriv", "--pdeathsig=KILL"] if shutil.which("setpriv") else []


def start(
    command: Sequence[str], *, log: BinaryIO, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that a signal for our group is none for it. Its output goes to `log`."""
    return _STARTER.submit(
        subprocess.Popen, [*killed_with_us(), *command], stdout=log, stderr=log, cwd=cwd, env=environment, start_new_session=True
    ).result()
