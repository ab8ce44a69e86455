"""Every topic as a value: its name, what Kafka is told about it, and why. No Kafka is needed to read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

Cleanup = Literal["delete", "compact"]

LANES = 4
TELEMETRY_PARTITIONS = 4
TELEMETRY = ("fixes", "readings", "health")

# A worker that was down for a week reads the store of record instead: it has everything, in the same order.
LANE_DAYS = 7.0
# A gateway that was cut off for a day loads the view's rows: until then it must still see what was removed.
TOMBSTONE_DAYS = 1.0
# One fact of a command of two megabytes (DRUMTOWER_BODY_BYTES_MAX) fits with room to spare; a larger one stops the relay, loudly.
RECORD_BYTES_MAX = 4_194_304
DAY_MS = 86_400_000
# Kafka allows 249 characters; the longest of our own parts is far below what is left.
PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic. `retention_days` is None for ever."""

    name: str
    partitions: int
    replication: int
    cleanup: Cleanup
    retention_days: float | None
    why: str
    record_bytes_max: int = RECORD_BYTES_MAX

    @property
    def in_sync_min(self) -> int:
        """On how many brokers a record is before it is acknowledged: with three, one may die and nothing waits or is lost."""
        return 2 if self.replication >= 3 else 1

    @property
    def configuration(self) -> dict[str, str]:
        """What Kafka calls it."""
        kept = -1 if self.retention_days is None else round(self.retention_days * DAY_MS)
        settings = {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(kept),
            "retention.bytes": "-1",
            "min.insync.replicas": str(self.in_sync_min),
            "max.message.bytes": str(self.record_bytes_max),
            # A replica that missed records must not become the leader: better nobody writes for a while.
            "unclean.leader.election.enable": "false",
            # Kept from when it was published: a log of years that is published today must not be gone tomorrow.
            "message.timestamp.type": "LogAppendTime",
        }
        if self.cleanup == "compact":
            settings["delete.retention.ms"] = str(round(TOMBSTONE_DAYS * DAY_MS))
        return settings


def facts(prefix: str) -> str:
    """All facts for ever, in the order of their positions."""
    return f"{prefix}.facts"


def lanes(prefix: str) -> str:
    """The same records in every partition, each read by the worker that holds it."""
    return f"{prefix}.lanes"


def view(prefix: str, name: str) -> str:
    """The newest document of each key of one view."""
    return f"{prefix}.view.{name}"


def telemetry(prefix: str, kind: str) -> str:
    """What sources report."""
    assert kind in TELEMETRY, f"{kind} is not telemetry: {', '.join(TELEMETRY)} are."
    return f"{prefix}.telemetry.{kind}"


def lane_of(name: str, lanes: int = LANES) -> int:
    """The partition of `lanes` that a view belongs to, the same in every process and every language."""
    return crc32(name.encode()) % lanes


def every_topic(
    prefix: str, views: Iterable[str], *, brokers: int, lane_count: int = LANES, telemetry_days: float = LANE_DAYS
) -> tuple[Topic, ...]:
    """All topics of an installation of so many brokers."""
    assert PREFIX.fullmatch(prefix), f"{prefix!r} cannot begin the name of a topic."
    replication = 3 if brokers >= 3 else 1
    return (
        Topic(
            name=facts(prefix),
            partitions=1,
            replication=replication,
            cleanup="delete",
            retention_days=None,
            why="every fact for ever, in the one order of the log: a second partition would have none",
        ),
        Topic(
            name=lanes(prefix),
            partitions=lane_count,
            replication=replication,
            cleanup="delete",
            retention_days=LANE_DAYS,
            why="every fact in every partition, so that views are spread over workers and each sees the order of the log",
        ),
        *(
            Topic(
                name=view(prefix, name),
                partitions=1,
                replication=replication,
                cleanup="compact",
                retention_days=None,
                why="the newest document of each key, for gateways",
            )
            for name in views
        ),
        *(
            Topic(
                name=telemetry(prefix, kind),
                partitions=TELEMETRY_PARTITIONS,
                replication=replication,
                cleanup="delete",
                retention_days=telemetry_days,
                why="what sources report, each in its own order; kept as long as DRUMTOWER_TELEMETRY_DAYS says",
            )
            for kind in TELEMETRY
        ),
    )
