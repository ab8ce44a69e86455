"""Fixtures of the tests of the streams: the places where a store of record and views may lie."""

from tests.streams.places import place
from tests.streams.view_stores import keep

__all__ = ["keep", "place"]
