"""Fixtures of the tests of the streams."""

from tests.real_servers import database, postgres
from tests.streams.view_stores import keep

__all__ = ["database", "keep", "postgres"]
