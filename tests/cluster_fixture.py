"""The center beyond one machine, for tests: real servers that all share, and on them a relay, workers and gateways of a test's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.real_servers import require_kafka, require_postgres
from tools.local_cluster import LocalCluster, Servers
from tools.local_kafka import LocalKafka
from tools.local_postgres import LocalPostgres
from tools.server_process import ServerProcess

_numbers = itertools.count(1)


def require_servers() -> None:
    """Skip where this machine lacks one of them."""
    require_postgres()
    require_kafka()


@contextmanager
def gateway_of(directory: Path, postgres: LocalPostgres, kafka: LocalKafka, environment: Mapping[str, str]) -> Iterator[ServerProcess]:
    """A gateway with a relay and a worker, on a database and topics of its own."""
    name = f"gateway{next(_numbers)}"
    servers = Servers(directory, postgres, kafka)
    with (
        LocalCluster(directory / "cluster", servers, name=name, workers=1, gateways=0) as cluster,
        ServerProcess(directory, environment={**cluster.environment, **environment}) as server,
    ):
        yield server


@cache
def shared_servers() -> tuple[LocalPostgres, LocalKafka]:
    """For `TESTED_ON=cluster`, where every server of the tests is a gateway; they end with this process."""
    import tempfile

    require_servers()
    directory = Path(tempfile.mkdtemp(prefix="drumtower-servers-"))
    # PostgreSQL runs under an account of its own, which has to come this far.
    directory.chmod(0o711)
    servers = Servers.of(directory, brokers=1)
    servers.start()
    return servers.postgres, servers.kafka
