"""The README's program is run as it stands there, against a server that was started as the README says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.repository.tree import ROOT

pytestmark = [pytest.mark.repository, pytest.mark.server]

ADDRESS = re.compile(r"is at (http://\S+)")
PASSWORD = re.compile(r"Sign in as (\S+) with the password (\S+)")
# Both lines are printed when the server is ready; ending before them is a failure that says its own reason.
LINES_MAX = 50


@dataclass(frozen=True, slots=True)
class Served:
    """A server of its own, and its administrator as the first start printed it."""

    address: str
    account: str
    password: str


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    drumtower = Path(sys.executable).parent / "drumtower"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DRUMTOWER_")}
    with subprocess.Popen(
        [drumtower, "serve", "--data", tmp_path / "data", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            yield _told(server)
        finally:
            server.send_signal(signal.SIGINT)


def _told(server: subprocess.Popen[str]) -> Served:
    assert server.stdout is not None
    text = ""
    for _ in range(LINES_MAX):
        line = server.stdout.readline()
        text += line
        address, person = ADDRESS.search(text), PASSWORD.search(text)
        if address and person:
            return Served(address[1], person[1], person[2])
        if not line:
            break
    pytest.fail(f"the server did not say where it is and how to sign in, but:\n{text}")


def _token(served: Served) -> str:
    """What an administrator does in the console: choose a password, make an account for a program, and a token for it."""
    with httpx.Client(base_url=served.address) as console:
        session = console.post("/api/sign_in", json={"account": served.account, "password": served.password}).raise_for_status().json()
        console.headers["X-CSRF-Token"] = session["csrf"]
        chosen = {"old_password": served.password, "new_password": "鼓楼 keeps the city's time"}
        console.post("/api/change_password", json=chosen).raise_for_status()
        console.headers["X-CSRF-Token"] = console.get("/api/session").raise_for_status().json()["csrf"]

        def command(name: str, **fields: object) -> dict[str, str]:
            answer = console.post(f"/api/commands/{name}", json=fields, headers={"Idempotency-Key": str(uuid.uuid4())})
            result: dict[str, str] = answer.raise_for_status().json()["result"]
            return result

        command("create_account", account="app", zh="市民应用", en="Citizens' app", roles=["source"], kind="program")
        return command("create_token", account="app", label="README")["token"]


def test_the_program_of_the_readme_does_what_it_says(served: Served) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "ADDRESS": served.address, "TOKEN": _token(served)},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"C\d{6}-0001 is on disk at position \d+\.\n", done.stdout)
