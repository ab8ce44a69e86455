"""What the import contracts of `make check` cannot say: the only libraries that a package may know."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

OURS = {"domain", "projections", "streams", "video", "command_ui"}
ALLOWED = {
    "domain": {"domain", "eventsourcing", "annotated_types"},
    # Documents of several kinds in one view are tagged structs: a value library, without I/O.
    "projections": {"projections", "domain", "msgspec"},
}


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(("package", "known"), ALLOWED.items())
def test_a_pure_package_knows_only_these_libraries(package: str, known: set[str]) -> None:
    others = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name not in known and name not in sys.stdlib_module_names
    }
    assert others == set()


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_pure_package_never_asks_for_the_time(package: str) -> None:
    asking = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
    clocks = {"datetime", "date", "time"}
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in asking and isinstance(node.value, ast.Name) and node.value.id in clocks
    }
    assert found == set()


def test_the_product_never_imports_its_tools_or_tests() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path) & {"tools", "tests", "bench"}
    }
    assert found == set()
