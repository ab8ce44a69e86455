"""A city beyond one machine whose parts are killed, stopped and cut off, one by one or together."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.network import cut
from tests.server_fixture import City, city_of
from tools.local_cluster import LocalCluster, Servers
from tools.local_kafka import Broker
from tools.local_postgres import LOOPBACK
from tools.local_proxy import LocalProxy
from tools.server_process import ROOT, ServerProcess

# PostgreSQL is reached by each of these at an address of its own, so that one of them can be cut off from it.
STORE_HOSTS = {"relay": "127.0.0.71", "worker-1": "127.0.0.72", "worker-2": "127.0.0.73", "gateway-1": "127.0.0.74"}
BROKER_HOSTS = ("127.0.0.81", "127.0.0.82", "127.0.0.83")


@dataclass
class Site:
    """The cluster, its proxy, and the city on it, which is looked at through the second gateway."""

    cluster: LocalCluster
    proxy: LocalProxy
    city: City

    def verify(self) -> None:
        """As `drumtower verify` finds it: the chain holds, and every view equals a fold of the log."""
        command = [sys.executable, "-m", "command_ui.cli", "verify", "--store", self.cluster.store]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def a_site() -> Iterator[Site]:
    """Three brokers, PostgreSQL, a relay, two workers, two gateways, a proxy before them."""
    with tempfile.TemporaryDirectory(prefix="drumtower-cluster-") as name:
        directory = Path(name)
        # PostgreSQL runs under an account of its own, which has to come this far.
        directory.chmod(0o711)
        servers = Servers.of(directory, brokers=3)
        servers.postgres.hosts = (LOOPBACK, *STORE_HOSTS.values())
        servers.kafka.hosts = BROKER_HOSTS
        try:
            servers.start()
            with (
                LocalCluster(directory / "ours", servers, store_hosts=STORE_HOSTS) as cluster,
                LocalProxy(cluster.ports) as proxy,
            ):
                gateway = ServerProcess(directory, base_url=cluster.urls[0], admin_password=cluster.first_password() or "")
                gateway.make_token()
                with city_of(replace(gateway, base_url=cluster.urls[1])) as city:
                    yield Site(cluster, proxy, city)
        finally:
            servers.stop()


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one thing for a while: it lasts as long as the context that `of` gives."""

    what: str
    which: str
    of: Callable[[Site], AbstractContextManager[None]]


def every_fault(*, with_cuts: bool) -> list[Fault]:
    """Each that can be injected; networks are cut where this machine lets us."""
    ours = ("relay", "worker-1", "worker-2", "gateway-1")
    return [
        *(Fault(f"{part} is killed", part, _killed(part)) for part in ours),
        *(Fault(f"{part} hangs", part, _hanging(part)) for part in ours),
        *(Fault(f"{part} is cut off from PostgreSQL", part, _cut_off(part)) for part in ours if with_cuts),
        *(Fault(f"broker {number} is killed", f"broker {number}", _broker_killed(number)) for number in (1, 2, 3)),
        *(Fault(f"broker {number} hangs", f"broker {number}", _broker_hanging(number)) for number in (1, 2, 3)),
        *(Fault(f"broker {number} is cut off", f"broker {number}", _broker_cut_off(number)) for number in (1, 2, 3) if with_cuts),
        Fault("PostgreSQL is killed", "PostgreSQL", _postgres_killed),
    ]


def _killed(part: str) -> Callable[[Site], AbstractContextManager[None]]:
    # What is killed of ours is started again by who watches over it.
    return lambda site: _lasting(lambda: site.cluster.kill(part), lambda: None)


def _hanging(part: str) -> Callable[[Site], AbstractContextManager[None]]:
    return lambda site: _lasting(lambda: site.cluster.pause(part), lambda: site.cluster.resume(part))


def _cut_off(part: str) -> Callable[[Site], AbstractContextManager[None]]:
    return lambda _: cut(STORE_HOSTS[part])


def _broker_cut_off(number: int) -> Callable[[Site], AbstractContextManager[None]]:
    return lambda _: cut(BROKER_HOSTS[number - 1])


def _broker_killed(number: int) -> Callable[[Site], AbstractContextManager[None]]:
    def fault(site: Site) -> AbstractContextManager[None]:
        kafka, broker = site.cluster.servers.kafka, _broker(site, number)
        return _lasting(lambda: kafka.kill(broker), lambda: kafka.start_broker(broker))

    return fault


def _broker_hanging(number: int) -> Callable[[Site], AbstractContextManager[None]]:
    def fault(site: Site) -> AbstractContextManager[None]:
        kafka, broker = site.cluster.servers.kafka, _broker(site, number)
        return _lasting(lambda: kafka.pause(broker), lambda: kafka.resume(broker))

    return fault


def _postgres_killed(site: Site) -> AbstractContextManager[None]:
    postgres = site.cluster.servers.postgres
    return _lasting(postgres.kill, postgres.start)


@contextmanager
def _lasting(begin: Callable[[], object], end: Callable[[], object]) -> Iterator[None]:
    begin()
    try:
        yield
    finally:
        end()


def _broker(site: Site, number: int) -> Broker:
    return site.cluster.servers.kafka.brokers[number - 1]
