"""A desk with a small city, for the tests of decisions."""

from __future__ import annotations

import pytest

from tests.domain.given_when_then import Desk, city


@pytest.fixture
def desk() -> Desk:
    """A desk whose city is defined; nothing has happened yet."""
    desk = Desk()
    desk.given(*city())
    return desk
