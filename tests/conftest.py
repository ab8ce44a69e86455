"""What all tests share: how hypothesis searches. Test data are in `tests/shared_data.py`."""

from __future__ import annotations

import gc
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.real_servers import database, kafka, postgres, prefix, secured_kafka, secured_postgres  # noqa: F401 -- one for a whole run
from tests.shared_data import lacking

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# A shared machine stalls for seconds: a deadline would measure the neighbours. Slow generation is told by the suite's own duration.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples on every run: a failure in CI is a failure anywhere.
settings.register_profile("ci", _UNHURRIED, derandomize=True, max_examples=100, database=None, print_blob=True)
settings.register_profile("dev", _UNHURRIED, max_examples=100)
# HYPOTHESIS_PROFILE=deep before a release, or over a night.
settings.register_profile("deep", _UNHURRIED, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


# What a Chromium without a graphics card or a desktop needs to draw a WebGL map, and to leave the network alone.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's fixtures (`page`, `browser`, `new_context`) drive the machine's own Chromium; nothing is downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome")
    installed = next((path for path in map(shutil.which, names) if path), None) or lacking("Chromium")
    return browser_type_launch_args | {"executable_path": installed, "args": list(CHROMIUM_FLAGS)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: while their driver lives, its event loop is the thread's, and no other can be run there."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def clients_of_killed_brokers_are_collected(request: pytest.FixtureRequest) -> Iterator[None]:
    """Kafka's Python clients leave sockets to a broker that was killed to the collector, which else tells of them in another test."""
    yield
    if request.node.get_closest_marker("kafka") is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root."""
    return ROOT


# Guidance, not a limit (rule 15): past it, look for the two things that live in one module.
MODULE_LINES_GUIDE = 300


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was injected by the tests of faults; then the modules that have outgrown the guidance, never as a failure."""
    for report in terminalreporter.getreports("passed"):
        for name, told in report.user_properties:
            if name == "faults":
                terminalreporter.write_line(f"Faults: {told} ({report.nodeid})")
    packages = ("domain", "projections", "streams", "video", "command_ui")
    sizes = {path: len(path.read_text("utf-8").splitlines()) for package in packages for path in (ROOT / package).glob("**/*.py")}
    long = sorted((path for path, lines in sizes.items() if lines > MODULE_LINES_GUIDE), key=lambda path: -sizes[path])
    if long:
        named = ", ".join(f"{path.relative_to(ROOT)} ({sizes[path]})" for path in long)
        terminalreporter.write_line(f"Modules over {MODULE_LINES_GUIDE} lines: {named}")
