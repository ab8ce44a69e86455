"""The wheel serves without the repository: the packages, the built console and the data are inside, the console's source is not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.tree import ROOT
from tests.shared_data import lacking

pytestmark = pytest.mark.repository

# The console is about 1 MB and the data as much again; more than this means that something slipped in.
WHEEL_BYTES_MAX = 15_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    if not (ROOT / "command_ui/console_build/index.html").exists():
        lacking("the console's build (make console)")
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", target], cwd=ROOT, check=True, capture_output=True
    )
    (built,) = target.glob("*.whl")
    assert built.stat().st_size <= WHEEL_BYTES_MAX
    with zipfile.ZipFile(built) as opened:
        yield opened


def test_the_wheel_holds_every_module_of_the_packages(wheel: zipfile.ZipFile) -> None:
    packages = ("domain", "projections", "streams", "video", "command_ui")
    modules = {
        str(path.relative_to(ROOT)) for package in packages for path in (ROOT / package).rglob("*.py") if "console" not in path.parts
    }
    assert modules - set(wheel.namelist()) == set()


def test_the_wheel_holds_the_built_console_and_its_map(wheel: zipfile.ZipFile) -> None:
    built = {str(path.relative_to(ROOT)) for path in (ROOT / "command_ui/console_build").rglob("*") if path.is_file()}
    data = {str(path.relative_to(ROOT)) for path in (ROOT / "command_ui/map").rglob("*") if path.is_file()}
    assert (built | data) - set(wheel.namelist()) == set()


def test_the_wheel_leaves_out_what_only_builders_need(wheel: zipfile.ZipFile) -> None:
    needless = ("command_ui/console/", "tests/", "tools/", "bench/", "requirements/")
    assert [name for name in wheel.namelist() if name.startswith(needless) or "node_modules" in name] == []


def test_the_wheel_brings_its_licence_its_notices_and_the_command(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE", "METADATA", "entry_points.txt"} <= set(names)
    assert "drumtower = command_ui.cli:main" in wheel.read(names["entry_points.txt"]).decode()
