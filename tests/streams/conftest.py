"""Fixtures of the tests of the streams: real servers, and the places where a store of record and views may lie."""

from tests.real_servers import database, kafka, postgres, prefix
from tests.streams.places import place
from tests.streams.view_stores import keep

__all__ = ["database", "kafka", "keep", "place", "postgres", "prefix"]
