"""Both telemetry logs, for tests of what both promise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import pytest

from streams.kafka.topics import Topic, telemetry_topic
from streams.telemetry import TelemetryLog
from streams.telemetry_log import Telemetry
from tests.streams.on_disk import ANSWER_S
from tools.local_kafka import LocalKafka

# Times of a test are its own, not the broker's, and may lie in a year that this machine has not come to.
OWN_CLOCK = {"message.timestamp.type": "CreateTime", "message.timestamp.after.max.ms": str(2**63 - 1), "retention.ms": "-1"}


class OpenLog(Protocol):
    """Opens the same log again and again."""

    def __call__(self, now: Callable[[], float], *, days: float = 7) -> Telemetry: ...


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenLog]:
    """A log that nothing has been written to, on one machine and on a broker (whose fixtures a test module imports with this one)."""
    if request.param == "sqlite":
        yield lambda now, *, days=7: TelemetryLog(tmp_path / "telemetry.db", retention_days=days, now=now)
        return
    from streams.kafka.telemetry import KafkaTelemetryLog

    broker = request.getfixturevalue("kafka")
    topic = make_topic(broker, telemetry_topic(request.getfixturevalue("prefix"), brokers=1, telemetry_days=7), changes=OWN_CLOCK)
    yield lambda now, *, days=7: KafkaTelemetryLog(topic, retention_days=days, now=now, bootstrap_servers=broker.servers)


def make_topic(
    broker: LocalKafka, topic: Topic, *, partitions: int = 1, anew: bool = False, changes: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Create it, in the place of one that is there where `anew`; its name."""
    from kafka import KafkaAdminClient
    from kafka.admin import NewTopic
    from kafka.errors import TopicAlreadyExistsError

    admin = KafkaAdminClient(bootstrap_servers=broker.servers)
    if anew:
        admin.delete_topics([topic.name])
    deadline = time.monotonic() + ANSWER_S
    while True:
        try:
            admin.create_topics([NewTopic(topic.name, partitions, topic.replication, topic_configs=topic.configuration | dict(changes))])
            break
        except TopicAlreadyExistsError:
            # The deletion of one is answered before it is gone.
            assert time.monotonic() < deadline, f"{topic.name} is not deleted."
            time.sleep(0.05)
    admin.close()
    return topic.name


def write_foreign(broker: LocalKafka, topic: str) -> None:
    """Four records that no log of this program has written: a stranger's, one without a value, a broken one, one of a newer form."""
    from kafka import KafkaProducer

    ours, newer = ("ce_dataschema", b"urn:drumtower:telemetry:1"), ("ce_dataschema", b"urn:drumtower:telemetry:9")
    producer = KafkaProducer(bootstrap_servers=broker.servers)
    for value, headers in ((b"hello", []), (None, [ours]), (b'{"kind": 7', [ours]), (b"{}", [newer])):
        producer.send(topic, key=b"avl", value=value, headers=headers, partition=0).get(ANSWER_S)
    producer.close()
