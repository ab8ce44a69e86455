"""The real servers, and the places of stores, for every test of the streams."""

from __future__ import annotations

from tests.real_servers import database, postgres  # noqa: F401
from tests.streams.view_stores import keep  # noqa: F401
