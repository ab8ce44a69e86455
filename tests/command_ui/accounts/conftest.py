"""One door for each test, whose secrets lie in a file, and once more in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_ui.accounts.credential_database import CredentialDatabase
from tests.command_ui.accounts.door import Clock, Door, opened
from tests.real_servers import BOTH


@pytest.fixture(params=BOTH)
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    """A door at which nobody has been."""
    credentials = CredentialDatabase(request.getfixturevalue("database")) if request.param == "postgres" else None
    with opened(tmp_path, Clock(), credentials=credentials) as door:
        yield door
