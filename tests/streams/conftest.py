"""What the tests of streams rest on where it is wanted: a real PostgreSQL, a real Apache Kafka."""

from __future__ import annotations

from tests.real_servers import kafka, prefix

__all__ = ["kafka", "prefix"]
