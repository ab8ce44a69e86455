"""`make cluster`: the demo city beyond one machine, on this machine: three brokers, PostgreSQL, relay, workers, gateways, a proxy."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from tools.local_cluster import LocalCluster, Servers
from tools.local_proxy import LocalProxy


def main() -> int:
    """Until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=Path(".data-cluster"), help="where everything lies; started again, it goes on from there"
    )
    parser.add_argument("--port", type=int, default=8000, help="where the console is")
    parser.add_argument("--brokers", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--gateways", type=int, default=2)
    parser.add_argument("--no-demo", action="store_true", help="without the demo city")
    given = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    directory: Path = given.data.resolve()
    servers = Servers.of(directory, brokers=given.brokers)
    try:
        print(f"Starting {given.brokers} Kafka brokers and PostgreSQL ...", flush=True)
        servers.start()
        print("Starting the relay, the workers and the gateways ...", flush=True)
        demo = [] if given.no_demo else ["--demo"]
        with (
            LocalCluster(directory, servers, workers=given.workers, gateways=given.gateways, demo=demo) as cluster,
            LocalProxy(cluster.ports, given.port) as proxy,
        ):
            print(f"Drumtower (鼓楼) is at http://127.0.0.1:{proxy.port}, behind it {' and '.join(cluster.urls)}.")
            print(f"Kafka is at {servers.kafka.servers}, PostgreSQL at 127.0.0.1:{servers.postgres.port}.")
            for part in cluster.parts.values():
                assert part.process is not None, "it was started."
                print(f"  {part.name:12} process {part.process.pid:7}  {cluster.log(part.name)}")
            if (password := cluster.first_password()) is not None:
                print(f"Sign in as admin with the password {password} (told once; change it soon).")
            print("Kill what you like: each comes back by itself. Ctrl+C ends it all.", flush=True)
            stopping.wait()
            print("Stopping ...", flush=True)
    finally:
        servers.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
