"""Both telemetry logs, for tests of what both promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from streams.kafka.telemetry_records import telemetry_topic
from streams.kafka.topics import Topic
from streams.telemetry import TelemetryLog
from streams.telemetry_log import Telemetry
from tests.real_servers import kafka, prefix  # noqa: F401 -- the fixtures that `open_log` asks for
from tools.local_kafka import LocalKafka

# Times of a test are its own, not the broker's, and may lie in a year that this machine has not come to.
OWN_CLOCK = {"message.timestamp.type": "CreateTime", "message.timestamp.after.max.ms": str(2**63 - 1), "retention.ms": "-1"}


class OpenLog(Protocol):
    """Opens the same log again and again."""

    def __call__(self, now: Callable[[], float], *, days: float = 7) -> Telemetry: ...


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenLog]:
    """A log that nothing has been written to, on one machine and on a broker."""
    if request.param == "sqlite":
        yield lambda now, *, days=7: TelemetryLog(tmp_path / "telemetry.db", retention_days=days, now=now)
        return
    from streams.kafka.telemetry import KafkaTelemetryLog

    broker = request.getfixturevalue("kafka")
    topic = make_topic(broker, telemetry_topic(request.getfixturevalue("prefix"), brokers=1, telemetry_days=7), **OWN_CLOCK)
    yield lambda now, *, days=7: KafkaTelemetryLog(topic, retention_days=days, now=now, bootstrap_servers=broker.servers)


def make_topic(broker: LocalKafka, topic: Topic, *, partitions: int = 1, **changes: str) -> str:
    """Create it; its name."""
    from kafka import KafkaAdminClient
    from kafka.admin import NewTopic

    topic = replace(topic, partitions=partitions)
    admin = KafkaAdminClient(bootstrap_servers=broker.servers)
    admin.create_topics([NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=topic.configuration | changes)])
    admin.close()
    return topic.name
