"""The whole center beyond one machine, on this machine: Kafka, PostgreSQL, the relay, workers, gateways, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
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
from tools.local_postgres import LOOPBACK, LocalPostgres, free_port

ROOT = Path(__file__).resolve().parent.parent
START_S_MAX = 180.0
STOP_S_MAX = 20.0
LOOK_S = 0.1


class _Kept(msgspec.Struct):
    """What the next start on the same directory must know."""

    postgres_port: int
    postgres_password: str
    cluster: str
    kafka_password: str
    is_secured: bool
    brokers: list[tuple[int, int, int, int]]


@dataclass
class Part:
    """One process of ours: `drumtower` with these words."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    is_wanted: bool = True
    starts: int = 0

    @property
    def role(self) -> str:
        """As whom it comes to servers that ask: `worker-1` is a worker."""
        return self.name.partition("-")[0]


@dataclass
class Servers:
    """PostgreSQL and Kafka. Started again on the same directory, they hold what they held.

    Secured, they speak over TLS alone, and know each process by an account of its own.
    """

    directory: Path
    postgres: LocalPostgres
    kafka: LocalKafka

    @classmethod
    def of(cls, directory: Path, *, brokers: int, is_secured: bool = False) -> Self:
        """Those of a directory, new or from before; not started yet."""
        directory.mkdir(parents=True, exist_ok=True)
        postgres = LocalPostgres(directory, secured=is_secured)
        made = cls(directory, postgres, LocalKafka(directory / "kafka", size=brokers, secured=is_secured))
        if made._path.exists():
            kept = msgspec.json.decode(made._path.read_bytes(), type=_Kept)
            made.postgres.port, made.postgres.password = kept.postgres_port, kept.postgres_password
            made.kafka.cluster, made.kafka.password = kept.cluster, kept.kafka_password
            # They stay what they were made as.
            made.kafka.secured = made.postgres.secured = kept.is_secured
            made.kafka.brokers = [Broker(*each) for each in kept.brokers]
        return made

    @property
    def _path(self) -> Path:
        return self.directory / "servers.json"

    def start(self) -> None:
        """Both take clients when this returns."""
        with ThreadPoolExecutor(1) as beside:
            postgres = beside.submit(self.postgres.start)
            self.kafka.start()
            postgres.result()
        brokers = [(broker.node, broker.client_port, broker.controller_port, broker.broker_port) for broker in self.kafka.brokers]
        kept = _Kept(self.postgres.port, self.postgres.password, self.kafka.cluster, self.kafka.password, self.kafka.secured, brokers)
        self._path.touch(mode=0o600)
        self._path.write_bytes(msgspec.json.encode(kept))

    def stop(self) -> None:
        """Stop both."""
        self.kafka.stop()
        self.postgres.stop()


@dataclass
class LocalCluster:
    """`with LocalCluster(directory, servers) as cluster:`; then `cluster.urls` are its gateways.

    The servers run already, and go on after it. What ends of its own processes is started again, as compose would.
    """

    directory: Path
    servers: Servers
    name: str = "drumtower"
    """Of the database, and how the names of the topics begin."""
    workers: int = 2
    gateways: int = 2
    demo: list[str] = field(default_factory=list)
    """What the first gateway is given besides: `["--demo"]`."""
    settings: dict[str, str] = field(default_factory=dict)
    """DRUMTOWER_ variables besides those that lead to the servers."""
    store_hosts: dict[str, str] = field(default_factory=dict)
    """At which of PostgreSQL's addresses a part asks for it, where that is one of its own."""
    is_supervised: bool = True
    parts: dict[str, Part] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        # Made anew with each start; the accounts follow.
        self._passwords = {role: secrets.token_urlsafe(18) for role in ("relay", "worker", "gateway")}
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

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
        return self.servers.postgres.address(self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What leads a process of ours to the servers."""
        return {
            "DRUMTOWER_STORE": self.store,
            "DRUMTOWER_BROKERS": self.servers.kafka.servers,
            "DRUMTOWER_TOPIC_PREFIX": self.name,
            "DRUMTOWER_MASTER_KEY": str(self.directory / "master.key"),
            "DRUMTOWER_DATA": str(self.directory),
            **self.settings,
        }

    def start(self) -> None:
        """Everything runs and the gateways are ready when this returns."""
        if self.name not in self.servers.postgres.databases():
            self.servers.postgres.make(self.name)
        self._equip()
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
            variables = self._variables(part.role)
            if name in self.store_hosts:
                variables["DRUMTOWER_STORE"] = variables["DRUMTOWER_STORE"].replace(f"@{LOOPBACK}:", f"@{self.store_hosts[name]}:")
            part.process = start([sys.executable, "-m", "command_ui.cli", *part.words], log=log, cwd=ROOT, environment=variables)

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

    def log(self, name: str) -> Path:
        """What a process has written."""
        return self.directory / f"{name}.log"

    def first_password(self) -> str | None:
        """The first administrator's, which one of the gateways told where the store was empty."""
        for number in range(1, self.gateways + 1):
            if found := re.findall(r"with the password (\S+)", self.log(f"gateway-{number}").read_text("utf-8")):
                return str(found[-1])
        return None

    def _equip(self) -> None:
        """Topics, and where the servers ask who comes, accounts and roles with their rights."""
        if not self.servers.kafka.secured:
            self._run("topics", "--create")
            return
        for command, name_of in (("roles", _role), ("topics", self._account)):
            accounts = self.directory / f"{command}.accounts"
            accounts.touch(mode=0o600)
            accounts.write_text("".join(f"{name_of(role)} {password}\n" for role, password in self._passwords.items()), "utf-8")
            self._run(command, "--create", "--accounts", str(accounts))

    def _account(self, role: str) -> str:
        return f"{self.name}-{role}"

    def _identity(self, role: str) -> dict[str, str]:
        """As whom a process comes to servers that ask; without a role as their administrator."""
        kafka, postgres = self.servers.kafka, self.servers.postgres
        if not kafka.secured:
            return {}
        account, password, store = "admin", kafka.password, self.store
        if role:
            account, password = self._account(role), self._passwords[role]
            store = postgres.address(self.name, role=_role(role), password=password)
        return {
            "DRUMTOWER_STORE": store,
            "DRUMTOWER_KAFKA_CA": str(kafka.ca),
            "DRUMTOWER_KAFKA_ACCOUNT": account,
            "DRUMTOWER_KAFKA_PASSWORD": password,
        }

    def _variables(self, role: str = "") -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **self.environment, **self._identity(role)}

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


def _role(role: str) -> str:
    return f"drumtower_{role}"
