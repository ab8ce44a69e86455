"""Pinned requirements: every package exact, hashed, and the same for running as for testing."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.repository.tree import ROOT

pytestmark = pytest.mark.repository

LOCKS = sorted(path.name for path in (ROOT / "requirements").glob("*.lock"))
PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<marker> ; .*?)? \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


def pins(lock: str) -> dict[tuple[str, str], str]:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    return {(match["name"], match["marker"] or ""): match["version"] for match in PIN.finditer(text)}


def wanted(lines: list[str]) -> set[str]:
    names = [re.match(r"[A-Za-z0-9_.-]+", line) for line in lines]
    return {name.group().lower().replace("_", "-") for name in names if name}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(named) == len(pins(lock))


# What these ask for stands in pyproject.toml.
OF_THE_PACKAGE = ("cluster.lock", "runtime.lock")


@pytest.mark.parametrize("lock", [name for name in LOCKS if name not in OF_THE_PACKAGE])
def test_what_a_requirements_file_asks_for_is_pinned(lock: str) -> None:
    asked = (ROOT / "requirements" / lock.replace(".lock", ".in")).read_text("utf-8").splitlines()
    assert wanted(asked) <= {name for name, _ in pins(lock)}


def test_what_the_package_depends_on_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert wanted(project["dependencies"]) <= {name for name, _ in pins("runtime.lock")}
    beyond = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    assert wanted(beyond) <= {name for name, _ in pins("cluster.lock")}


@pytest.mark.parametrize("lock", OF_THE_PACKAGE)
def test_the_tests_run_with_the_versions_that_are_served(lock: str) -> None:
    tested = pins("test.lock")
    assert {pin: tested.get(pin) for pin in pins(lock)} == pins(lock)
