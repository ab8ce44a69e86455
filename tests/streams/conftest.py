"""The real servers and the places of a store of record, for every test of the streams."""

from __future__ import annotations

from tests.real_servers import database, postgres  # noqa: F401
from tests.streams.places import place  # noqa: F401
