"""Test data that stand beside the repository, and how a test says that something it rests on is not here.

from tests.shared_data import lacking, shared_data

CALLS = shared_data("calls", "sffd-2016-12-31-to-2017-01-07.csv")     # or the test is left out, and `make test` says why
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data(*parts: str) -> Path:
    """A file or folder of the shared test data, or the test is skipped with the reason.

    The data stand beside the repository in `../shared/data`, or where DRUMTOWER_SHARED says. They are not in the repository: some may be
    used for tests and not be passed on.
    """
    home = Path(os.environ.get("DRUMTOWER_SHARED") or ROOT.parent / "shared") / "data"
    path = home.joinpath(*parts)
    if not path.exists():
        lacking(f"the shared test data have no {'/'.join(parts)} (looked in ../shared/data; DRUMTOWER_SHARED names another folder)")
    return path


def lacking(what: str) -> NoReturn:
    """Leave this test out, because something that it rests on is not here. `make test` names it; with CI=true it is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"Lacking: {what}", pytrace=False)
    pytest.skip(f"lacking: {what}", allow_module_level=True)
