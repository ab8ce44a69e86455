"""The whole center beyond one machine, on this machine: Kafka, PostgreSQL, the relay, workers, gateways, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx
import msgspec

from tools.bound_process import start
from tools.local_kafka import Broker, LocalKafka
from tools.local_postgres import LocalPostgres, free_port

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "drumtower"
START_S_MAX = 180.0
STOP_S_MAX = 20.0
LOOK_S = 0.1


class _Kept(msgspec.Struct):
    """What the next start on the same directory must know."""

    postgres_port: int
    postgres_password: str
    cluster: str
    brokers: list[tuple[int, int, int]]


@dataclass
class Part:
    """One process of ours: `drumtower` with these words."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    is_wanted: bool = True
    starts: int = 0


@dataclass
class LocalCluster:
    """`with LocalCluster(directory) as cluster:`; then `cluster.urls` are its gateways. What ends is started again, as compose would."""

    directory: Path
    brokers: int = 3
    workers: int = 2
    gateways: int = 2
    demo: list[str] = field(default_factory=list)
    """What the first gateway is given besides: `["--demo"]`."""
    settings: dict[str, str] = field(default_factory=dict)
    """DRUMTOWER_ variables besides those that lead to the servers."""
    is_supervised: bool = True
    parts: dict[str, Part] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.postgres = LocalPostgres(self.directory)
        self.kafka = LocalKafka(self.directory / "kafka", size=self.brokers)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._found_earlier()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def urls(self) -> list[str]:
        """The gateways."""
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    @property
    def store(self) -> str:
        """The address of the database."""
        return self.postgres.address(DATABASE)

    @property
    def environment(self) -> dict[str, str]:
        """What leads a process of ours to the servers."""
        return {
            "DRUMTOWER_STORE": self.store,
            "DRUMTOWER_BROKERS": self.kafka.servers,
            "DRUMTOWER_MASTER_KEY": str(self.directory / "master.key"),
            "DRUMTOWER_DATA": str(self.directory),
            **self.settings,
        }

    def start(self) -> None:
        """Everything runs and the gateways are ready when this returns."""
        with ThreadPoolExecutor(1) as beside:
            postgres = beside.submit(self._start_postgres)
            self.kafka.start()
            postgres.result()
        self._keep()
        self._run("topics", "--create")
        self.ports = self.ports or [free_port() for _ in range(self.gateways)]
        words = {"relay": ["relay"]}
        words |= {f"worker-{number}": ["worker", "--name", f"worker-{number}"] for number in range(1, self.workers + 1)}
        for number, port in enumerate(self.ports, 1):
            words[f"gateway-{number}"] = ["serve", "--port", str(port), *(self.demo if number == 1 else [])]
        self.parts = {name: Part(name, each) for name, each in words.items()}
        for name in self.parts:
            self.start_part(name)
        for url in self.urls:
            self._wait_until_ready(url)
        if self.is_supervised:
            self._supervisor.start()

    def start_part(self, name: str) -> None:
        """Start one that does not run."""
        part = self.parts[name]
        with self._lock, self.log(name).open("ab") as log:
            part.is_wanted = True
            part.starts += 1
            part.process = start([sys.executable, "-m", "command_ui.cli", *part.words], log=log, cwd=ROOT, environment=self._variables())

    def kill(self, name: str, *, is_wanted: bool = True) -> None:
        """`kill -9` one; the supervisor starts it again unless it is not wanted."""
        process = self._running(name)
        self.parts[name].is_wanted = is_wanted
        process.kill()
        process.wait(STOP_S_MAX)

    def pause(self, name: str) -> None:
        """SIGSTOP: it is there, and does nothing."""
        self._running(name).send_signal(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        self._running(name).send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop all of it, in good order."""
        self._stopping.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        running = [part.process for part in self.parts.values() if part.process is not None and part.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in running:
            try:
                process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
        self.kafka.stop()
        self.postgres.stop()

    def log(self, name: str) -> Path:
        """What a process has written."""
        return self.directory / f"{name}.log"

    def first_password(self) -> str:
        """The first administrator's, which one of the gateways told when the store was empty."""
        for number in range(1, self.gateways + 1):
            if found := re.search(r"with the password (\S+)", self.log(f"gateway-{number}").read_text("utf-8")):
                return found[1]
        raise RuntimeError(f"No gateway told a first password: the store was not empty. See {self.directory}.")

    def _start_postgres(self) -> None:
        is_new = not (self.postgres.data / "PG_VERSION").exists()
        self.postgres.start()
        if is_new:
            self.postgres.make(DATABASE)

    def _variables(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **self.environment}

    def _run(self, *words: str) -> None:
        command = [sys.executable, "-m", "command_ui.cli", *words]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=self._variables())
        if done.returncode:
            raise RuntimeError(f"drumtower {' '.join(words)} failed ({done.returncode}): {done.stderr or done.stdout}")

    def _running(self, name: str) -> subprocess.Popen[bytes]:
        process = self.parts[name].process
        assert process is not None, f"{name} was not started."
        return process

    def _wait_until_ready(self, url: str) -> None:
        deadline = time.monotonic() + START_S_MAX
        while time.monotonic() < deadline:
            for part in self.parts.values():
                if part.process is not None and part.process.poll() is not None:
                    raise RuntimeError(f"{part.name} ended ({part.process.returncode}): {self.log(part.name).read_text('utf-8')[-2000:]}")
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{url}/api/ready", timeout=2, trust_env=False).is_success:
                    return
            time.sleep(LOOK_S)
        raise RuntimeError(f"{url} was not ready within {START_S_MAX:.0f} s. See {self.directory}.")

    def _supervise(self) -> None:
        while not self._stopping.wait(LOOK_S):
            for part in self.parts.values():
                if part.is_wanted and part.process is not None and part.process.poll() is not None:
                    self.start_part(part.name)

    def _found_earlier(self) -> None:
        path = self.directory / "cluster.json"
        if not path.exists():
            return
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        self.postgres.port, self.postgres.password = kept.postgres_port, kept.postgres_password
        self.kafka.cluster = kept.cluster
        self.kafka.brokers = [Broker(*each) for each in kept.brokers]

    def _keep(self) -> None:
        brokers = [(broker.node, broker.client_port, broker.controller_port) for broker in self.kafka.brokers]
        path = self.directory / "cluster.json"
        path.touch(mode=0o600)
        path.write_bytes(msgspec.json.encode(_Kept(self.postgres.port, self.postgres.password, self.kafka.cluster, brokers)))
