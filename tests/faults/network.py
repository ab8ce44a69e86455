"""A network that is cut on one machine: a loopback address to which no route leads any more.

What is sent there is lost without a word, and a new connection is refused by the machine itself; what comes from there arrives, as where
one direction of a link has failed. It takes the right to change the machine's routes, and the loopback interface alone is touched.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


def why_not() -> str:
    """Why nobody can cut the loopback of this machine; empty where it can be."""
    if shutil.which("ip") is None:
        return "`ip` (iproute2) is not installed"
    added = _route("add", "127.0.0.99")
    _route("del", "127.0.0.99")
    return added.stderr.strip() if added.returncode else ""


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
