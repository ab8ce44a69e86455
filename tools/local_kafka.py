"""A real Apache Kafka on this machine, of one broker or several, in a directory of its own, on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tools.bound_process import start
from tools.local_postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
LIBS = ROOT / ".kafka" / "libs"
# One broker listens after three seconds on two idle cores, three after nine.
START_S_MAX = 120.0
STOP_S_MAX = 30.0
HEAP = "-Xmx384m"
# The account by which brokers with accounts speak to one another, on loopback.
ITSELF, ITS_PASSWORD = "broker", "between brokers"
# A broker that was killed is given up for dead after three seconds (nine as it comes): so long nobody can write to its partitions.
SESSION_MS, HEARTBEAT_MS = 3_000, 500


@dataclass
class Broker:
    """One process: broker and controller in one."""

    node: int
    client_port: int
    controller_port: int
    process: subprocess.Popen[bytes] | None = None


@dataclass
class LocalKafka:
    """`with LocalKafka(directory, size=3) as kafka:`; then `kafka.servers` is what clients connect to."""

    directory: Path
    size: int = 1
    # Who may connect (SCRAM-SHA-512), by password; where nobody is named, everybody may.
    accounts: dict[str, str] = field(default_factory=dict)
    brokers: list[Broker] = field(default_factory=list)
    cluster: str = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def servers(self) -> str:
        """host:port,host:port …"""
        return ",".join(f"127.0.0.1:{broker.client_port}" for broker in self.brokers)

    def start(self) -> Self:
        """Start every broker that does not run; they take clients when this returns."""
        if not LIBS.is_dir():
            raise RuntimeError("Apache Kafka is not there: `make kafka` fetches it.")
        if not self.brokers:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.brokers = [Broker(node, free_port(), free_port()) for node in range(1, self.size + 1)]
            self.cluster = self._java("kafka.tools.StorageTool", "random-uuid").strip().splitlines()[-1]
            for broker in self.brokers:
                self._format(broker)
        for broker in self.brokers:
            self.start_broker(broker)
        self.wait()
        return self

    def start_broker(self, broker: Broker) -> None:
        """Start one that does not run; `wait` says when it takes clients."""
        if broker.process is not None and broker.process.poll() is None:
            return
        with self._log(broker).open("ab") as log:
            command = [_java(), HEAP, "-cp", f"{LIBS}/*", "kafka.Kafka", str(self._properties(broker))]
            broker.process = start(command, log=log, cwd=self.directory)

    def wait(self) -> None:
        """Until every broker takes clients. Raises RuntimeError where one ends instead."""
        deadline = time.monotonic() + START_S_MAX
        for broker in self.brokers:
            while not _is_open(broker.client_port):
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
        voters = ",".join(f"{each.node}@127.0.0.1:{each.controller_port}" for each in self.brokers)
        copies = min(3, self.size)
        properties = {
            "node.id": broker.node,
            "process.roles": "broker,controller",
            "controller.quorum.voters": voters,
            "listeners": f"CLIENT://127.0.0.1:{broker.client_port},CONTROLLER://127.0.0.1:{broker.controller_port}",
            "advertised.listeners": f"CLIENT://127.0.0.1:{broker.client_port}",
            "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "CLIENT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.directory / f"broker-{broker.node}",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": copies,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.num.partitions": 2,
            "transaction.state.log.min.isr": max(1, copies - 1),
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": max(1, copies - 1),
            "group.initial.rebalance.delay.ms": 0,
            "broker.session.timeout.ms": SESSION_MS,
            "broker.heartbeat.interval.ms": HEARTBEAT_MS,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "log.cleaner.dedupe.buffer.size": 16_777_216,
            # Compaction that a test can wait for.
            "log.cleaner.backoff.ms": 500,
        }
        if self.accounts:
            properties |= self._sign_in()
        self._properties(broker).write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
        everybody = {ITSELF: ITS_PASSWORD, **self.accounts} if self.accounts else {}
        scram = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in everybody.items()]
        added = [part for each in scram for part in ("-S", each)]
        self._java("kafka.tools.StorageTool", "format", "-t", self.cluster, "-c", str(self._properties(broker)), *added)

    def _sign_in(self) -> dict[str, object]:
        module = "org.apache.kafka.common.security.scram.ScramLoginModule"
        return {
            "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "listener.name.client.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
            "listener.name.client.scram-sha-512.sasl.jaas.config": (f'{module} required username="{ITSELF}" password="{ITS_PASSWORD}";'),
        }

    def _properties(self, broker: Broker) -> Path:
        return self.directory / f"broker-{broker.node}.properties"

    def _log(self, broker: Broker) -> Path:
        return self.directory / f"broker-{broker.node}.log"

    def _java(self, *arguments: str) -> str:
        done = subprocess.run(
            [_java(), "-Xmx128m", "-cp", f"{LIBS}/*", *arguments], check=False, capture_output=True, text=True, cwd=self.directory
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments[:2])} failed ({done.returncode}): {done.stderr or done.stdout}")
        return done.stdout


def _java() -> str:
    home = os.environ.get("JAVA_HOME", "")
    found = shutil.which("java", path=f"{home}/bin") if home else None
    found = found or shutil.which("java")
    if found is None:
        raise RuntimeError("There is no Java: tools/need java says what to do.")
    return found


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
