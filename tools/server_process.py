"""A real server as a process of its own, for tests and benchmarks: started, signed in to, killed, started again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

ROOT = Path(__file__).resolve().parent.parent
# A cold start with a large log folds it first.
START_S_MAX = 120.0
STOP_S_MAX = 20.0
ALL_ROLES = ("call_taker", "dispatcher", "commander", "analyst", "administrator", "source")


@dataclass
class ServerProcess:
    """`with ServerProcess(directory) as server:`; then `server.base_url`, `server.token` (all roles) and `server.admin_password`."""

    directory: Path
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    base_url: str = ""
    token: str = ""
    admin_password: str = ""
    process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Start it and wait until it is ready; the first start makes the account and the token."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "server.log").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "command_ui.cli", "serve", "--data", str(self.directory), "--port", str(self.port)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment},
            )
        self._read_address()
        self._wait_until_ready()
        if not self.token:
            self.make_token()
        return self

    def kill(self) -> None:
        """`kill -9`: no chance to write anything."""
        assert self.process is not None, "the server was not started."
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_S_MAX)
        self._close()

    def stop(self) -> None:
        """Stop it as an administrator would."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(STOP_S_MAX)
        self._close()

    def client(self) -> httpx.Client:
        """A client with the token."""
        return httpx.Client(base_url=self.base_url, headers={"Authorization": f"Bearer {self.token}"}, timeout=60, trust_env=False)

    def send(self, name: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 -- a command's fields
        """One command; its result. A refusal is an AssertionError with its sentence."""
        with self.client() as client:
            answer = client.post(f"/api/commands/{name}", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
        assert answer.is_success, f"{name}: {answer.text}"
        result: dict[str, Any] = answer.json()["result"]
        return result

    @property
    def log_text(self) -> str:
        """What the server wrote to its standard error."""
        return (self.directory / "server.log").read_text(encoding="utf-8")

    def _read_address(self) -> None:
        assert self.process is not None, "the server was not started."
        assert self.process.stdout is not None, "its output is read."
        for line in self.process.stdout:
            if found := re.search(r" is at (\S+)", line):
                self.base_url = found[1]
            if found := re.search(r"with the password (\S+)", line):
                self.admin_password = found[1]
            if self.base_url and (self.admin_password or self.token):
                self.port = int(self.base_url.rsplit(":", 1)[1])
                return
        raise AssertionError(f"The server ended before it served: {self.log_text[-2000:]}")

    def _wait_until_ready(self) -> None:
        latest = time.monotonic() + START_S_MAX
        while time.monotonic() < latest:
            try:
                if httpx.get(f"{self.base_url}/api/ready", timeout=2, trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError(f"The server was not ready in {START_S_MAX} s: {self.log_text[-2000:]}")

    def make_token(self) -> None:
        """An account of all roles for the tests, and its token."""
        with httpx.Client(base_url=self.base_url, timeout=30, trust_env=False) as client:
            session = client.post("/api/sign_in", json={"account": "admin", "password": self.admin_password})
            assert session.is_success, session.text
            headers = {"X-CSRF-Token": session.json()["csrf"]}
            account = {"account": "tester", "zh": "测试", "en": "Tester", "roles": ALL_ROLES, "kind": "program"}
            for name, body in (("create_account", account), ("create_token", {"account": "tester", "label": "tests"})):
                answer = client.post(f"/api/commands/{name}", json=body, headers=headers | {"Idempotency-Key": uuid.uuid4().hex})
                assert answer.is_success, answer.text
                self.token = answer.json()["result"].get("token", "")

    def _close(self) -> None:
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
