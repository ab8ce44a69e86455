"""The whole center on servers that speak over TLS alone and know each process by its account: its rights are enough for its work."""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx
import pytest

from tests.cluster_fixture import require_servers
from tests.server_fixture import city_of, until
from tools.local_cluster import LocalCluster, Servers
from tools.server_process import ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.kafka, pytest.mark.postgres]

COMES_S_MAX = 60.0
# What any of them would say that lacks a right.
LACKS = ("InsufficientPrivilege", "permission denied", "has not the right to", "Authorization", "Traceback")


def signs_in(gateway: ServerProcess) -> bool:
    """Whether the first administrator may."""
    body = {"account": "admin", "password": gateway.admin_password}
    return httpx.post(f"{gateway.base_url}/api/sign_in", json=body, timeout=30, trust_env=False).is_success


def test_every_process_does_its_work_with_its_own_rights() -> None:
    require_servers()
    with tempfile.TemporaryDirectory(prefix="drumtower-secured-") as name:
        directory = Path(name)
        # PostgreSQL runs under an account of its own, which has to come this far.
        directory.chmod(0o711)
        servers = Servers.of(directory / "servers", brokers=1, is_secured=True)
        try:
            servers.start()
            # What ends here ends for lack of a right: nothing starts it again.
            with LocalCluster(directory / "ours", servers, workers=1, gateways=1, is_supervised=False) as cluster:
                gateway = ServerProcess(directory, base_url=cluster.urls[0], admin_password=cluster.first_password() or "")
                # The first worker has to have begun the view of accounts.
                until(lambda: signs_in(gateway), "the first sign-in", within_s=COMES_S_MAX)
                gateway.make_token()
                with city_of(gateway) as city:
                    unit, incident = city.unit("engine"), city.incident()
                    city.call()
                    city.api.send("dispatch_units", incident=incident, units=[unit])
                    # The relay's account has published it, the worker's has folded and told it, the gateway's has read it.
                    until(
                        lambda: city.api.document("unit_status", unit)["status"] == "dispatched", "the unit's status", within_s=COMES_S_MAX
                    )
                    position = city.api.position()
                    city.api.until_shown(position)
                logs = {part: cluster.log(part).read_text("utf-8") for part in cluster.parts}
                ended = {name: part.process.poll() for name, part in cluster.parts.items() if part.process is not None}
                assert ended == dict.fromkeys(cluster.parts), logs
                assert [
                    (part, line) for part, text in logs.items() for line in text.splitlines() if any(word in line for word in LACKS)
                ] == []
        finally:
            servers.stop()
