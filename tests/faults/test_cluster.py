"""Beyond one machine, in the middle of a burst: whatever is killed or stopped, no accepted command is lost, and consoles come back."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from tests.cluster_fixture import require_servers
from tests.faults.burst import Burst, burst
from tests.server_fixture import City, city_of, until
from tools.local_cluster import LocalCluster, Servers
from tools.local_proxy import LocalProxy
from tools.server_process import ROOT, ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.faults, pytest.mark.slow, pytest.mark.kafka, pytest.mark.postgres]

UNITS = 8
SEED = 261_127
# The issue's own figure is five seconds on a machine of its own; here three brokers share two cores with the tests.
COMES_BACK_S_MAX = 60


@dataclass
class Site:
    """The cluster, its proxy, and the city on it."""

    cluster: LocalCluster
    proxy: LocalProxy
    city: City

    def verify(self) -> None:
        """As `drumtower verify` finds it: the chain holds, and every view equals a fold of the log."""
        command = [sys.executable, "-m", "command_ui.cli", "verify", "--store", self.cluster.store]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    require_servers()
    directory = tmp_path_factory.mktemp("cluster")
    # PostgreSQL runs under an account of its own, which has to come this far.
    for path in (directory, *directory.parents):
        if path.stat().st_uid == directory.stat().st_uid and path.name.startswith(("pytest-", "cluster")):
            path.chmod(0o711)
    servers = Servers.of(directory, brokers=3)
    try:
        servers.start()
        with LocalCluster(directory / "ours", servers) as cluster, LocalProxy(cluster.ports) as proxy:
            gateway = ServerProcess(directory, base_url=cluster.urls[0], admin_password=cluster.first_password() or "")
            gateway.make_token()
            # The second gateway: the first is killed.
            with city_of(replace(gateway, base_url=cluster.urls[1])) as city:
                yield Site(cluster, proxy, city)
    finally:
        servers.stop()


def _kill(part: str) -> Callable[[Site], None]:
    return lambda site: site.cluster.kill(part)


def _stop_for_a_while(part: str) -> Callable[[Site], None]:
    def stop(site: Site) -> None:
        site.cluster.pause(part)
        position = site.city.api.position()
        until(lambda: site.city.api.position() > position + 20, "work while it is stopped", within_s=COMES_BACK_S_MAX)
        site.cluster.resume(part)

    return stop


def _kill_postgres(site: Site) -> None:
    site.cluster.servers.postgres.kill()
    site.cluster.servers.postgres.start()


def _kill_broker(site: Site) -> None:
    kafka = site.cluster.servers.kafka
    broker = kafka.brokers[random.Random(SEED).randrange(len(kafka.brokers))]
    kafka.kill(broker)
    kafka.start_broker(broker)
    kafka.wait()


FAULTS: dict[str, Callable[[Site], None]] = {
    "a gateway is killed": _kill("gateway-1"),
    "a worker is killed": _kill("worker-1"),
    "the relay is killed": _kill("relay"),
    "a broker is killed": _kill_broker,
    "PostgreSQL is killed": _kill_postgres,
    "a worker hangs and comes back": _stop_for_a_while("worker-2"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_that_was_accepted_is_lost_and_consoles_come_back(site: Site, fault: str) -> None:
    units = [site.city.unit() for _ in range(UNITS)]
    with burst([f"http://127.0.0.1:{site.proxy.port}"], site.city.api.token, units, SEED) as under_way:
        under_way.until_accepted(30, "the burst", within_s=COMES_BACK_S_MAX)
        FAULTS[fault](site)
        _comes_back(site, under_way)
        under_way.end()
        under_way.audit(site.city)
    site.verify()


def _comes_back(site: Site, under_way: Burst) -> None:
    """Commands are taken again, and every console has seen what came after the fault."""
    under_way.until_accepted(20, "work after it", within_s=COMES_BACK_S_MAX)
    end = site.city.api.get("/api/log", limit=1)["end"]
    for watcher in under_way.watchers:
        picture = watcher.pictures["incident_board"]
        until(lambda p=picture: (p.position or 0) >= end, f"a console at {end}", within_s=COMES_BACK_S_MAX)  # type: ignore[misc]
