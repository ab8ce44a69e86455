"""What a Kafka broker is told so that nobody listens to its pipes and nobody does what is not theirs; no Kafka is needed to read it.

Three listeners, all over TLS. CLIENT: accounts with passwords (SCRAM-SHA-512), each with the rights of `streams.kafka.access`. BROKER and
CONTROLLER: the brokers among themselves, by their certificates. Who has no right to something may not do it: the administrator and the
brokers alone may do everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MECHANISM: Final = "SCRAM-SHA-512"
# The one account that is there before any other: made as a broker's storage is formatted, it makes the rest.
ADMINISTRATOR: Final = "admin"
AUTHORIZER: Final = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
SCRAM_MODULE: Final = "org.apache.kafka.common.security.scram.ScramLoginModule"
# A broker that was killed is given up for dead after three seconds (nine as it comes): so long nobody can write to its partitions.
SESSION_MS, HEARTBEAT_MS = 3_000, 500
# Offsets of one group and no transactions: fifty partitions on three brokers would only make starts slower.
INTERNAL_PARTITIONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One process that is broker and controller; `host` is its name to all others, and the common name of its certificate is `name`."""

    number: int
    name: str
    host: str
    # Empty: every interface.
    listens_at: str = ""
    client_port: int = 9092
    broker_port: int = 9093
    controller_port: int = 9094


def clustered(node: Node, nodes: Sequence[Node], *, data: Path) -> dict[str, str]:
    """Its place among the others, and how many copies the brokers' own topics have."""
    copies = min(3, len(nodes))
    in_sync = max(1, copies - 1)
    return {
        "node.id": str(node.number),
        "process.roles": "broker,controller",
        "controller.quorum.voters": ",".join(f"{each.number}@{each.host}:{each.controller_port}" for each in nodes),
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(data),
        # `drumtower topics --create` says how each one must be.
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": str(copies),
        "offsets.topic.num.partitions": str(INTERNAL_PARTITIONS),
        "transaction.state.log.replication.factor": str(copies),
        "transaction.state.log.num.partitions": str(INTERNAL_PARTITIONS),
        "transaction.state.log.min.isr": str(in_sync),
        "share.coordinator.state.topic.replication.factor": str(copies),
        "share.coordinator.state.topic.min.isr": str(in_sync),
        "broker.session.timeout.ms": str(SESSION_MS),
        "broker.heartbeat.interval.ms": str(HEARTBEAT_MS),
    }


def secured(node: Node, nodes: Sequence[Node], *, key: Path, authority: Path) -> dict[str, str]:
    """Its listeners, who may come in by them, and who may do what. `key` holds its key and certificate."""
    at = node.listens_at
    return {
        "listeners": f"CLIENT://{at}:{node.client_port},BROKER://{at}:{node.broker_port},CONTROLLER://{at}:{node.controller_port}",
        "advertised.listeners": f"CLIENT://{node.host}:{node.client_port},BROKER://{node.host}:{node.broker_port}",
        "listener.security.protocol.map": "CLIENT:SASL_SSL,BROKER:SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "BROKER",
        "listener.name.client.sasl.enabled.mechanisms": MECHANISM,
        "listener.name.client.scram-sha-512.sasl.jaas.config": f"{SCRAM_MODULE} required;",
        "listener.name.broker.ssl.client.auth": "required",
        "listener.name.controller.ssl.client.auth": "required",
        "ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(key),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority),
        "authorizer.class.name": AUTHORIZER,
        "allow.everyone.if.no.acl.found": "false",
        # Of those whom the authority has signed only the brokers: PostgreSQL's certificate opens the door and may do nothing behind it.
        "super.users": ";".join([f"User:{ADMINISTRATOR}", *(f"User:CN={each.name}" for each in nodes)]),
    }


def scram(account: str, password: str) -> str:
    """What `kafka-storage format --add-scram` takes."""
    return f"{MECHANISM}=[name={account},password={password}]"


def as_file(properties: Mapping[str, str]) -> str:
    """A properties file."""
    return "".join(f"{name}={value}\n" for name, value in properties.items())
