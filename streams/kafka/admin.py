"""Topics as they are on the brokers: found, created where missing, and compared with how they should be."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec
from kafka.errors import TopicAlreadyExistsError

from streams.failures import StreamFailure
from streams.kafka.connection import BOOTSTRAP_MS, BrokersAreOlder, Connection
from streams.kafka.topics import Topic

UNKNOWN_TOPIC = 3
LOOK_AGAIN_S = 0.2
# A change of these loses records or makes them unreadable; others are the administrator's taste.
CHECKED = (
    "cleanup.policy",
    "retention.ms",
    "retention.bytes",
    "min.insync.replicas",
    "max.message.bytes",
    "unclean.leader.election.enable",
    "message.timestamp.type",
)
# More of these is no fault.
AT_LEAST = frozenset({"max.message.bytes", "min.insync.replicas"})
SPELLED = {"retention.ms": {"-1": "for ever"}, "retention.bytes": {"-1": "of any size"}}


class TopicsAreWrong(StreamFailure):
    """Topics are missing, or are not as they must be: a sentence for each."""


@dataclass(frozen=True, slots=True)
class Found:
    """A topic on the brokers: `identity` is its own for as long as it lives; one of the same name that was made later has another."""

    name: str
    identity: str
    partitions: int
    replication: int
    configuration: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as it must be: what, and how to mend it."""

    topic: str
    en: str
    zh: str


class Admin:
    """Talks to the brokers, blocking. Raises the failures of `connection.py`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.require_answer()
        # Its constructor connects, and leaves a thread and a socket where that fails: who tries again would collect them.
        self._client: Any = KafkaAdminClient.__new__(KafkaAdminClient)
        with connection.speaking():
            try:
                self._client.__init__(**connection.options, bootstrap_timeout_ms=BOOTSTRAP_MS)
            except BaseException:
                self._client._closed = False  # noqa: SLF001 -- it takes itself for closed before it was open
                self._client.close()
                raise

    def close(self) -> None:
        """Let the brokers go."""
        self._client.close()

    def brokers(self) -> int:
        """How many take part."""
        with self._connection.speaking():
            return len(self._client.describe_cluster()["brokers"])

    def found(self, names: Iterable[str], *, configured: bool = False) -> dict[str, Found]:
        """Those of the topics that are there."""
        with self._connection.speaking():
            described = [each for each in self._client.describe_topics(list(names)) if each["error_code"] != UNKNOWN_TOPIC]
            settings = self._configurations([each["name"] for each in described]) if configured and described else {}
        require_identities(described)
        return {each["name"]: _found(each, settings.get(each["name"], {})) for each in described}

    def create(self, topics: Sequence[Topic]) -> list[Topic]:
        """Those that were missing, and are there now."""
        present = self.found(topic.name for topic in topics)
        missing = [topic for topic in topics if topic.name not in present]
        created = []
        for topic in missing:
            asked = NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=topic.configuration)
            with self._connection.speaking():
                try:
                    self._client.create_topics([asked], wait_for_metadata=True)
                except TopicAlreadyExistsError:
                    # Somebody else creates them at the same time.
                    continue
            created.append(topic)
        return created

    def check(self, topics: Sequence[Topic], *, patience_s: float = 0.0) -> list[Wrong]:
        """Everything about them that is not as it must be; looked at again for so long: a broker may hear late of new ones."""
        deadline = time.monotonic() + patience_s
        while True:
            found = self.found((topic.name for topic in topics), configured=True)
            wrongs = [wrong for topic in topics for wrong in compared(topic, found.get(topic.name))]
            if not wrongs or time.monotonic() >= deadline:
                return wrongs
            time.sleep(LOOK_AGAIN_S)

    def ends(self, partitions: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, int]]:
        """The offsets of the first record that is kept, and of the next that will be written."""
        places = [TopicPartition(*partition) for partition in partitions]
        with self._connection.speaking():
            first = self._client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
            after = self._client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        return {(place.topic, place.partition): (first[place].offset, after[place].offset) for place in places}

    def _configurations(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        answers = self._client.describe_configs(asked, config_filter="all")["topic"]
        return {name: {setting: str(entry["value"]) for setting, entry in answers[name].items()} for name in names}


@contextmanager
def administering(connection: Connection) -> Iterator[Admin]:
    """For the length of a block."""
    admin = Admin(connection)
    try:
        yield admin
    finally:
        admin.close()


def compared(topic: Topic, found: Found | None) -> Iterator[Wrong]:
    """What is wrong about one topic."""
    name = topic.name
    if found is None:
        yield Wrong(name, f"{name} is missing: run `drumtower topics --create`.", f"缺少主题 {name}:请运行 `drumtower topics --create`。")
        return
    if found.partitions != topic.partitions:
        yield Wrong(
            name,
            f"{name} has {found.partitions} partitions and must have {topic.partitions} ({topic.why}): "
            "stop the relay, delete the topic and run `drumtower topics --create`; the relay then publishes everything anew.",
            f"{name} 有 {found.partitions} 个分区,应为 {topic.partitions} 个:请停止 relay、删除该主题并运行 `drumtower topics --create`,"
            "relay 将重新发布全部内容。",
        )
    if found.replication < topic.replication:
        yield Wrong(
            name,
            f"{name} is on {found.replication} brokers and must be on {topic.replication}, so that one may be lost: "
            "reassign its partitions with kafka-reassign-partitions.",
            f"{name} 的副本数为 {found.replication},应为 {topic.replication}:请用 kafka-reassign-partitions 重新分配。",
        )
    wanted = topic.configuration
    for setting in CHECKED:
        value = found.configuration.get(setting, "")
        if value == wanted[setting] or (setting in AT_LEAST and value.isdecimal() and int(value) >= int(wanted[setting])):
            continue
        yield Wrong(
            name,
            f"{name} has {setting}={_spelled(setting, value)} and must have {_spelled(setting, wanted[setting])}: "
            f"run kafka-configs --alter --topic {name} --add-config {setting}={wanted[setting]}.",
            f"{name} 的 {setting} 为 {value},应为 {wanted[setting]}:"
            f"请运行 kafka-configs --alter --topic {name} --add-config {setting}={wanted[setting]}。",
        )


def require_identities(described: Iterable[dict[str, Any]]) -> None:
    """Raises BrokersAreOlder: those before 2.8 describe topics without one, and those before 3.3 may."""
    if any(not each.get("topic_id") for each in described):
        raise BrokersAreOlder(
            "Kafka's brokers give topics no identity, so one that was made anew would not be noticed: upgrade them to 3.3 or newer.",
            "Kafka 服务器不提供主题标识,无法发现被重建的主题:请升级到 3.3 或更新版本。",
        )


def require(wrongs: Sequence[Wrong]) -> None:
    """Raises TopicsAreWrong with every sentence."""
    if wrongs:
        raise TopicsAreWrong("\n".join(wrong.en for wrong in wrongs), "\n".join(wrong.zh for wrong in wrongs))


def _found(described: dict[str, Any], configuration: dict[str, str]) -> Found:
    partitions = described["partitions"]
    copies = min((len(each["replica_nodes"]) for each in partitions), default=0)
    return Found(described["name"], str(described["topic_id"]), len(partitions), copies, configuration)


def _spelled(setting: str, value: str) -> str:
    words = SPELLED.get(setting, {}).get(value)
    return f"{value} ({words})" if words else value
