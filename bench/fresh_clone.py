"""A newcomer's first minutes: `make run` in a fresh clone to the first answer, and the next start."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from tools.bench import Report

ROOT = Path(__file__).resolve().parent.parent
FIRST_S_MAX = 900.0
STOP_S_MAX = 20.0


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as directory:
        clone = Path(directory) / "drumtower"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        report("fresh clone to the first picture", _start(clone), "s", target="<= 240")
        report("the next start", _start(clone), "s", target="<= 5")


def _start(clone: Path) -> float:
    """Seconds from `make run` until the console and its views answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=clone, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while time.perf_counter() - began < FIRST_S_MAX:
            assert process.poll() is None, "make run ended."
            with contextlib.suppress(httpx.TransportError):
                address = f"http://127.0.0.1:{port}"
                if httpx.get(f"{address}/api/ready").is_success and "<div" in httpx.get(address).text:
                    return time.perf_counter() - began
            time.sleep(0.05)
        raise AssertionError("make run did not serve in time.")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(STOP_S_MAX)
