"""Everything that the servers and processes of one installation need to trust one another, in a folder for each of them.

Each gets what is its own and no more: a server its key, a process its password. Made once; run again it keeps passwords and the cluster's
identity, renews certificates that are about to end, and writes the rest anew. Nothing here needs a server.

    authority/    ca.pem, ca.key                          stays with the administrator
    kafka-1/ ...  ca.pem, server.pem, server.properties, cluster.id, admin.password
    postgres/     ca.pem, server.pem, pg_hba.conf, owner.password
    admin/        ca.pem, kafka.password, kafka.accounts, pgpass, postgres.accounts
    relay/ ...    ca.pem, kafka.password, pgpass
"""

from __future__ import annotations

import base64
import secrets
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from streams.pipes.broker import Node, as_file, clustered, secured
from streams.pipes.certificates import AUTHORITY, Told, prepare, write_secret
from streams.pipes.postgres import HBA

PROCESSES: Final = ("relay", "worker", "gateway")
SERVER: Final = "server.pem"
OWNER: Final = "drumtower"
DATABASE: Final = "drumtower"
# 192 bits: nobody guesses them, nobody types them.
PASSWORD_BYTES: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Who is to be equipped. `brokers` and `postgres` are the names by which the others reach them."""

    brokers: Sequence[str]
    postgres: str
    # The accounts of each process, at the brokers and in PostgreSQL.
    kafka_accounts: Mapping[str, str]
    postgres_roles: Mapping[str, str]
    # Where a server finds its own folder, and a broker its data.
    seen_at: Path = Path("/pipes")
    data: Path = Path("/var/lib/kafka/data")

    @property
    def nodes(self) -> list[Node]:
        """The brokers."""
        return [Node(number=number, name=host, host=host) for number, host in enumerate(self.brokers, 1)]


def equip(directory: Path, installation: Installation, *, now: datetime) -> list[Told]:
    """Write all of it under the directory; what holds of the certificates. Raises CertificateHasExpired."""
    servers = {directory / name / SERVER: (name, "localhost", "127.0.0.1") for name in (*installation.brokers, installation.postgres)}
    told = prepare(directory / "authority", servers, now=now)
    for name in (*installation.brokers, installation.postgres, "admin", *PROCESSES):
        (directory / name).mkdir(exist_ok=True, mode=0o700)
        shutil.copyfile(directory / "authority" / AUTHORITY, directory / name / AUTHORITY)
    _equip_brokers(directory, installation)
    _equip_postgres(directory, installation)
    return told


def _equip_brokers(directory: Path, installation: Installation) -> None:
    passwords = {name: _kept(directory / name / "kafka.password", _password) for name in ("admin", *PROCESSES)}
    cluster = _kept(directory / "admin" / "cluster.id", _identity)
    for node in installation.nodes:
        own, seen = directory / node.name, installation.seen_at
        properties = {
            **clustered(node, installation.nodes, data=installation.data),
            **secured(node, installation.nodes, key=seen / SERVER, authority=seen / AUTHORITY),
        }
        write_secret(own / "server.properties", as_file(properties).encode())
        write_secret(own / "cluster.id", cluster.encode())
        write_secret(own / "admin.password", passwords["admin"].encode())
    accounts = "".join(f"{installation.kafka_accounts[name]} {passwords[name]}\n" for name in PROCESSES)
    write_secret(directory / "admin" / "kafka.accounts", accounts.encode())


def _equip_postgres(directory: Path, installation: Installation) -> None:
    owner = _kept(directory / installation.postgres / "owner.password", _password)
    write_secret(directory / installation.postgres / "pg_hba.conf", HBA.encode())
    write_secret(directory / "admin" / "pgpass", _pgpass(installation.postgres, OWNER, owner))
    lines = []
    for name in PROCESSES:
        role = installation.postgres_roles[name]
        password = _kept(directory / name / "postgres.password", _password)
        write_secret(directory / name / "pgpass", _pgpass(installation.postgres, role, password))
        lines.append(f"{role} {password}\n")
    write_secret(directory / "admin" / "postgres.accounts", "".join(lines).encode())


def _pgpass(host: str, role: str, password: str) -> bytes:
    return f"{host}:5432:{DATABASE}:{role}:{password}\n".encode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        write_secret(path, make().encode())
    return path.read_text("utf-8")


def _password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _identity() -> str:
    """As Kafka writes it; one that begins with a hyphen would be taken for an option."""
    while True:
        identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not identity.startswith("-"):
            return identity
