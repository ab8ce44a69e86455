"""Beyond one machine: a command through PostgreSQL, Kafka, a Faust worker and two gateways to consoles; and when something is killed.

Three brokers, PostgreSQL, a relay, two workers and two gateways share this machine with the consoles.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.city import build_city
from bench.command_to_console import delays
from tools.bench import Report
from tools.local_cluster import LocalCluster, Servers
from tools.server_process import ServerProcess

# The rest after a fault: a broker that is given up for dead takes three seconds, a worker six.
SETTLED_S = 10.0


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        # PostgreSQL runs under an account of its own, which has to come this far.
        directory.chmod(0o711)
        servers = Servers.of(directory, brokers=3)
        try:
            servers.start()
            with LocalCluster(directory / "ours", servers) as cluster:
                _measure(report, cluster)
        finally:
            servers.stop()


def _measure(report: Report, cluster: LocalCluster) -> None:
    server = ServerProcess(cluster.directory, base_url=cluster.urls[0], admin_password=cluster.first_password() or "")
    server.make_token()
    build_city(server, units=300, incidents=100)
    told = delays(server, cluster.urls, consoles=100, rate=50, seconds=20)
    report("accepted to 100 consoles at 50/s: sent", told.rate, "1/s", target=">= 49")
    report("delivered, of those that had to be", told.delivered, "share", target=">= 1")
    report("gaps seen by consoles", told.gaps, "gaps", target="<= 0")
    report("accepted to console, median", told.median_ms, "ms")
    report("accepted to console, p99", told.p99_ms, "ms", target="<= 250")
    told = delays(server, cluster.urls, consoles=1_000, rate=10, seconds=20)
    report("1,000 consoles on two gateways at 10/s: delivered", told.delivered, "share", target=">= 1")
    report("accepted to console, median", told.median_ms, "ms")
    report("accepted to console, p99", told.p99_ms, "ms", target="<= 100")
    kafka = cluster.servers.kafka
    faults: dict[str, Callable[[], None]] = {
        "a worker": lambda: cluster.kill("worker-1"),
        "the relay": lambda: cluster.kill("relay"),
        "a broker": lambda: kafka.kill(kafka.brokers[0]),
    }
    for what, kill in faults.items():
        told = delays(server, cluster.urls, consoles=20, rate=10, seconds=15, settled_s=SETTLED_S, then=kill)
        report(f"{what} killed: delivered all the same", told.delivered, "share", target=">= 1")
        report(f"{what} killed: the longest that a console waited", told.longest_s, "s", target="<= 5")
    kafka.start_broker(kafka.brokers[0])
