"""A real Apache Kafka on this machine, of one broker or several, in a directory of its own, on loopback.

Three ways: for everybody; for accounts with passwords (`accounts`), unencrypted; or `secured`, as `docker/compose.kafka.yaml` has it: TLS
on every listener, accounts, and rights. Then `kafka.ca` is what clients believe, and `kafka.password` the administrator's.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from streams.pipes.broker import ADMINISTRATOR, MECHANISM, SCRAM_MODULE, Node, as_file, clustered, scram, secured
from streams.pipes.certificates import AUTHORITY, prepare
from tools.bound_process import start
from tools.local_postgres import LOOPBACK, free_port

ROOT = Path(__file__).resolve().parent.parent
LIBS = ROOT / ".kafka" / "libs"
# One broker listens after three seconds on two idle cores, three after nine.
START_S_MAX = 120.0
STOP_S_MAX = 30.0
# Brokers that live for minutes beside what they serve: a compiler and a collector that take little of the machine.
JVM = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# The account by which brokers with accounts speak to one another, on loopback.
ITSELF, ITS_PASSWORD = "broker", "between brokers"


@dataclass
class Broker:
    """One process: broker and controller in one."""

    node: int
    client_port: int
    controller_port: int
    # Where brokers speak to one another, where that is not the clients' listener.
    broker_port: int = 0
    process: subprocess.Popen[bytes] | None = None


@dataclass
class LocalKafka:
    """`with LocalKafka(directory, size=3) as kafka:`; then `kafka.servers` is what clients connect to."""

    directory: Path
    size: int = 1
    # Who may connect (SCRAM-SHA-512), by password; where nobody is named, everybody may.
    accounts: dict[str, str] = field(default_factory=dict)
    secured: bool = False
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    brokers: list[Broker] = field(default_factory=list)
    cluster: str = ""
    hosts: Sequence[str] = (LOOPBACK,)
    """Loopback addresses, one for each broker in turn."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def servers(self) -> str:
        """host:port,host:port …"""
        return ",".join(f"{self.host(broker)}:{broker.client_port}" for broker in self.brokers)

    def host(self, broker: Broker) -> str:
        """The address at which a broker listens."""
        return self.hosts[(broker.node - 1) % len(self.hosts)]

    @property
    def ca(self) -> Path:
        """The file of the authority that signed the brokers' certificates, where they are secured."""
        return self.directory / "authority" / AUTHORITY

    def start(self) -> Self:
        """Start every broker that does not run; they take clients when this returns."""
        if not LIBS.is_dir():
            raise RuntimeError("Apache Kafka is not there: `make kafka` fetches it.")
        if not self.brokers:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.brokers = [Broker(node, free_port(), free_port(), free_port()) for node in range(1, self.size + 1)]
            if self.secured:
                served = {self._key(broker): (_name(broker), "localhost", self.host(broker)) for broker in self.brokers}
                prepare(self.ca.parent, served, now=datetime.now(UTC))
            self.cluster = _cluster_id()
            with ThreadPoolExecutor(os.cpu_count()) as beside:
                list(beside.map(self._format, self.brokers))
        for broker in self.brokers:
            self.start_broker(broker)
        self.wait()
        return self

    def start_broker(self, broker: Broker) -> None:
        """Start one that does not run; `wait` says when it takes clients."""
        if broker.process is not None and broker.process.poll() is None:
            return
        with self._log(broker).open("ab") as log:
            command = [_java(), *JVM, "-cp", f"{LIBS}/*", "kafka.Kafka", str(self._properties(broker))]
            broker.process = start(command, log=log, cwd=self.directory)

    def wait(self) -> None:
        """Until every broker takes clients. Raises RuntimeError where one ends instead."""
        deadline = time.monotonic() + START_S_MAX
        for broker in self.brokers:
            while not _is_open(self.host(broker), broker.client_port):
                assert broker.process is not None, "the broker was not started."
                if broker.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Kafka's broker {broker.node} does not listen. See {self._log(broker)}.")
                time.sleep(0.05)

    def kill(self, broker: Broker) -> None:
        """`kill -9`."""
        assert broker.process is not None, "the broker was not started."
        broker.process.kill()
        broker.process.wait(STOP_S_MAX)

    def pause(self, broker: Broker) -> None:
        """SIGSTOP: it is there, and does nothing."""
        assert broker.process is not None, "the broker was not started."
        broker.process.send_signal(signal.SIGSTOP)

    def resume(self, broker: Broker) -> None:
        """SIGCONT."""
        assert broker.process is not None, "the broker was not started."
        broker.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop all of them."""
        running = [broker for broker in self.brokers if broker.process is not None and broker.process.poll() is None]
        for broker in running:
            # Its partitions need not be handed over in good order: the directory goes, or is started again.
            self.kill(broker)

    def _format(self, broker: Broker) -> None:
        nodes = [_node(each, self.host(each)) for each in self.brokers]
        node = nodes[self.brokers.index(broker)]
        properties = {
            **clustered(node, nodes, data=self.directory / _name(broker)),
            "group.initial.rebalance.delay.ms": "0",
            "num.network.threads": "2",
            "num.io.threads": "4",
            "log.cleaner.dedupe.buffer.size": "16777216",
            # Compaction that a test can wait for.
            "log.cleaner.backoff.ms": "500",
        }
        everybody = dict(self.accounts)
        if self.secured:
            properties |= secured(node, nodes, key=self._key(broker), authority=self.ca)
            everybody[ADMINISTRATOR] = self.password
        else:
            properties |= _open_to_all(node)
        if self.accounts and not self.secured:
            properties |= _signed_in()
            everybody[ITSELF] = ITS_PASSWORD
        self._properties(broker).write_text(as_file(properties), "utf-8")
        added = [part for name, password in everybody.items() for part in ("-S", scram(name, password))]
        self._java("kafka.tools.StorageTool", "format", "-t", self.cluster, "-c", str(self._properties(broker)), *added)

    def _key(self, broker: Broker) -> Path:
        return self.directory / f"{_name(broker)}.pem"

    def _properties(self, broker: Broker) -> Path:
        return self.directory / f"{_name(broker)}.properties"

    def _log(self, broker: Broker) -> Path:
        return self.directory / f"{_name(broker)}.log"

    def _java(self, *arguments: str) -> str:
        done = subprocess.run(
            [_java(), *JVM, "-cp", f"{LIBS}/*", *arguments], check=False, capture_output=True, text=True, cwd=self.directory
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments[:2])} failed ({done.returncode}): {done.stderr or done.stdout}")
        return done.stdout


def _cluster_id() -> str:
    """As `StorageTool random-uuid` makes one: 16 bytes in base64url, without padding, and no hyphen first."""
    while (made := base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()).startswith("-"):
        pass
    return made


def _name(broker: Broker) -> str:
    return f"broker-{broker.node}"


def _node(broker: Broker, host: str) -> Node:
    return Node(
        number=broker.node,
        name=_name(broker),
        host=host,
        listens_at=host,
        client_port=broker.client_port,
        broker_port=broker.broker_port,
        controller_port=broker.controller_port,
    )


def _open_to_all(node: Node) -> dict[str, str]:
    client = f"CLIENT://{node.listens_at}:{node.client_port}"
    return {
        "listeners": f"{client},CONTROLLER://{node.listens_at}:{node.controller_port}",
        "advertised.listeners": client,
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
    }


def _signed_in() -> dict[str, str]:
    return {
        "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "listener.name.client.sasl.enabled.mechanisms": MECHANISM,
        "sasl.mechanism.inter.broker.protocol": MECHANISM,
        "listener.name.client.scram-sha-512.sasl.jaas.config": f'{SCRAM_MODULE} required username="{ITSELF}" password="{ITS_PASSWORD}";',
    }


def _java() -> str:
    home = os.environ.get("JAVA_HOME", "")
    found = shutil.which("java", path=f"{home}/bin") if home else None
    found = found or shutil.which("java")
    if found is None:
        raise RuntimeError("There is no Java: tools/need java says what to do.")
    return found


def _is_open(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
