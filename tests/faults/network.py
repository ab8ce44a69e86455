"""A network that is cut on one machine: a loopback address to which no route leads any more.

What is sent there is lost without a word, and a new connection is refused by the machine itself; what comes from there arrives, as where
one direction of a link has failed. It takes the right to change the machine's routes, and the loopback interface alone is touched.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


def require_routes() -> None:
    """Skip where this machine lets nobody cut its loopback."""
    if shutil.which("ip") is None:
        pytest.skip("`ip` (iproute2) is not installed.")
    done = _route("add", "127.0.0.99")
    if done.returncode:
        pytest.skip(f"Routes cannot be changed here: {done.stderr.strip()}.")
    _route("del", "127.0.0.99")


@contextmanager
def cut(host: str) -> Iterator[None]:
    """Nothing reaches this loopback address meanwhile."""
    added = _route("add", host)
    assert added.returncode == 0, added.stderr
    try:
        yield
    finally:
        _route("del", host)


def _route(what: str, host: str) -> subprocess.CompletedProcess[str]:
    command = ["ip", "route", what, "unreachable", f"{host}/32", "table", "local"]
    return subprocess.run(command, capture_output=True, text=True, check=False)
