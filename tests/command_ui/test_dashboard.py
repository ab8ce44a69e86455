"""The Grafana dashboard asks for what the server tells, and leaves out nothing that an administrator is woken for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.server_fixture import City

WOKEN_FOR = {
    "drumtower_view_age_seconds",
    "drumtower_hop_lag_seconds",
    "drumtower_view_stopped",
    "drumtower_commands_waiting",
    "drumtower_telemetry_shed_total",
}


def asked(repository: Path) -> set[str]:
    """The metrics of the dashboard."""
    dashboard = json.loads((repository / "docker" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return {name for expression in expressions for name in re.findall(r"drumtower_\w+", expression)}


@pytest.mark.server
def test_every_metric_of_the_dashboard_is_told_by_the_server(city: City, repository: Path) -> None:
    text = city.api.client.get("/metrics").text
    told = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    assert asked(repository) <= told


def test_what_somebody_is_woken_for_is_on_it(repository: Path) -> None:
    assert asked(repository) >= WOKEN_FOR
