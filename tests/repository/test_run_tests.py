"""`make test` ends by naming what did not run and why; in CI that is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

# The suite below needs no plugin: loading them is most of the time.
BARE = ("-p", "no:schemathesis", "-p", "no:playwright", "-p", "no:base_url")

SUITE = """\
import pytest

def test_that_passes():
    pass

def test_that_lacks_something():
    pytest.skip("lacking: a broker")
"""


def make_test(folder: Path, *, ci: bool, workers: int = 0) -> subprocess.CompletedProcess[str]:
    suite = folder / "test_suite.py"
    suite.write_text(SUITE, "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "tools.run_tests", "--workers", str(workers), *BARE, "--rootdir", folder, suite],
        cwd=ROOT,
        env=environment | ({"CI": "true"} if ci else {}),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("workers", [0, 2])
def test_what_did_not_run_is_named_with_its_reason(tmp_path: Path, workers: int) -> None:
    done = make_test(tmp_path, ci=False, workers=workers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Did not run:\n  - 1 test: lacking: a broker" in done.stdout


def test_in_ci_a_lack_is_a_failure(tmp_path: Path) -> None:
    done = make_test(tmp_path, ci=True)
    assert done.returncode == 1
    assert "CI=true: what did not run counts as a failure." in done.stdout


def test_something_unknown_is_refused_with_the_names_that_are_known() -> None:
    done = subprocess.run([ROOT / "tools" / "need", "abacus"], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "'abacus' is not one of: python git chromium java maven postgresql fonts" in done.stderr


def test_what_is_missing_and_cannot_be_installed_is_one_sentence(tmp_path: Path) -> None:
    # A search path with a shell's own tools and nothing else: no Chromium, and no apt-get to bring it.
    for tool in ("bash", "grep", "head", "id", "cut", "tr", "cat"):
        found = next(folder for folder in ("/usr/bin", "/bin") if Path(folder, tool).exists())
        (tmp_path / tool).symlink_to(Path(found, tool))
    done = subprocess.run(
        [tmp_path / "bash", ROOT / "tools" / "need", "chromium"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path), "LC_ALL": "C"},
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "Missing: chromium, for the tests that drive the console. Please install it (Debian: apt-get install chromium)."
    ]
