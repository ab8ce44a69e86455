"""`make test`: see to what the suites need, run the console's tests and ours, and end by naming what did not run and why.

On a developer's machine something missing costs its own tests only. With CI=true nothing may be missing: there every lack, and every
test that was skipped, makes the run fail.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The Makefile leaves this where something could not be set up; the tests that can run do, and the run fails all the same.
BROKEN = ROOT / ".venv" / "console.broken"


@dataclass(frozen=True, slots=True)
class Need:
    """Something outside Python that the tests with a marker rest on; `tools/need NAME` installs it where it can."""

    name: str
    marker: str


NEEDS = (
    Need("git", "repository"),
    Need("chromium", "browser"),
    Need("fonts", "browser"),
    Need("java", "kafka"),
    Need("maven", "kafka"),
    Need("postgresql", "postgres"),
)


# Plugins are kept in a set: compared by identity.
@dataclass(eq=False)
class NotRun:
    """A pytest plugin that collects what was left out, from this process and from its workers."""

    reasons: Counter[str] = field(default_factory=Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One test's setup, call or teardown."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that skipped itself whole."""
        if report.skipped:
            self._note(report.longrepr)

    def _note(self, longrepr: object) -> None:
        reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
        self.reasons[reason.removeprefix("Skipped: ")] += 1


def main(arguments: list[str]) -> int:
    """The exit code: 0 only when all that ran passed, and in CI only when all ran."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="test processes side by side; 0 runs in this one")
    options, chosen = parser.parse_known_args(arguments)

    left_out: list[str] = [] if chosen else _missing()
    console = 0 if chosen else _run_console_tests()
    plugin = NotRun()
    python = pytest.main([*_workers(options.workers), *chosen], plugins=[plugin])
    left_out += [f"{count} test{'s' * (count > 1)}: {reason}" for reason, count in sorted(plugin.reasons.items())]

    if left_out:
        print("\nDid not run:")
        print("\n".join(f"  - {what}" for what in left_out))
    elif not chosen and not BROKEN.exists():
        print("\nEverything ran.")
    if console:
        print("The console's tests failed (see above).")
    if BROKEN.exists():
        print("The console could not be built (see the beginning): what was tested is not what would be shipped.")
    in_ci = os.environ.get("CI") == "true"
    if in_ci and left_out:
        print("CI=true: what did not run counts as a failure.")
    return int(python) or console or int(BROKEN.exists() or (in_ci and bool(left_out)))


def _missing() -> list[str]:
    """What is neither there nor could be installed, each with the sentence of `tools/need`. Only the present suites count."""
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    answers: list[str] = []
    for need in NEEDS:
        if f"mark.{need.marker}" not in sources:
            continue
        done = subprocess.run([ROOT / "tools" / "need", need.name], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            answers.append(done.stderr.strip().splitlines()[-1])
    return answers


def _run_console_tests() -> int:
    """The console's own suite (vitest), in its folder."""
    print("The console's tests ...", flush=True)
    return subprocess.run([ROOT / "tools" / "npm", "run", "--silent", "test"], check=False, stdin=subprocess.DEVNULL).returncode


def _workers(count: int) -> list[str]:
    """A file stays in one worker, so that a server or a browser that a file shares is started once."""
    return ["--numprocesses", str(count), "--dist", "loadfile", "--no-loadscope-reorder"] if count else []


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
