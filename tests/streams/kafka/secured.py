"""An installation on brokers that are secured: its topics, accounts and rights, made as an administrator makes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from command_ui.cli import main
from streams.kafka.access import ROLES, Role, account
from streams.kafka.connection import Connection
from streams.pipes.broker import ADMINISTRATOR
from tools.local_kafka import LocalKafka

LANES = 2


@dataclass(frozen=True)
class Secured:
    """Who connects as whom."""

    kafka: LocalKafka
    prefix: str

    @property
    def brokers(self) -> tuple[str, ...]:
        return tuple(self.kafka.servers.split(","))

    @property
    def administrator(self) -> Connection:
        return Connection(brokers=self.brokers, account=ADMINISTRATOR, password=self.kafka.password, ca=self.kafka.ca)

    def as_role(self, role: Role) -> Connection:
        return Connection(brokers=self.brokers, account=account(self.prefix, role), password=password(role), ca=self.kafka.ca)


def password(role: Role) -> str:
    return f"the {role}'s own".replace(" ", "-")


def installed(kafka: LocalKafka, prefix: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    """Ready for its processes; the environment stays the administrator's."""
    as_administrator(kafka, prefix, monkeypatch)
    accounts = directory / "accounts"
    accounts.write_text("# one line each\n\n" + "".join(f"{account(prefix, role)} {password(role)}\n" for role in ROLES), "utf-8")
    assert main(["topics", "--create", "--accounts", str(accounts)]) == 0
    return Secured(kafka, prefix)


def as_administrator(kafka: LocalKafka, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BROKERS": kafka.servers,
        "TOPIC_PREFIX": prefix,
        "LANES": str(LANES),
        "KAFKA_ACCOUNT": ADMINISTRATOR,
        "KAFKA_PASSWORD": kafka.password,
        "KAFKA_CA": str(kafka.ca),
    }.items():
        monkeypatch.setenv(f"DRUMTOWER_{name}", value)
