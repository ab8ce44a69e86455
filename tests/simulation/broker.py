"""A Kafka in memory: partitions keep an order, offsets only grow, topics are compacted or made anew, answers are lost."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, OffsetOutOfRangeError, RequestTimedOutError

from streams.kafka import topics
from tests.simulation.processes import pause, rest

Headers = tuple[tuple[str, bytes], ...]
Sent = tuple[bytes | None, bytes | None, Headers]


class Kept(NamedTuple):
    """A record where it lies, as a consumer gets it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(slots=True)
class Partition:
    """Its records, of which compaction may have left some only; `end` is the offset of the next one."""

    records: list[Kept] = field(default_factory=list)
    end: int = 0

    def append(self, key: bytes | None, value: bytes | None, headers: Headers) -> int:
        """The offset at which it lies."""
        self.records.append(Kept(self.end, key, value, headers))
        self.end += 1
        return self.end - 1

    @property
    def begin(self) -> int:
        """The offset of the first record that is there."""
        return self.records[0].offset if self.records else self.end

    def since(self, offset: int, limit: int) -> list[Kept]:
        """Records from an offset on."""
        start = max(0, len(self.records) - (self.end - offset))
        return [record for record in self.records[start:] if record.offset >= offset][:limit]

    def lose_newest(self, count: int) -> None:
        """Some records are gone, and their offsets are given again."""
        self.records = self.records[:-count]
        self.end = self.records[-1].offset + 1 if self.records else 0

    def compact(self) -> None:
        """Of each key the newest record stays."""
        newest = {record.key: record for record in self.records}
        self.records = sorted(newest.values())


class Broker:
    """Topics by name; `identities` change where one is made anew. `faults` befall the next sends, oldest first."""

    def __init__(self, prefix: str, lane_count: int, views: Iterable[str]) -> None:
        self.prefix = prefix
        self.lane_count = lane_count
        self.facts, self.lanes = topics.facts(prefix), topics.lanes(prefix)
        self.partitions: dict[tuple[str, int], Partition] = {(self.facts, 0): Partition()}
        self.partitions |= {(self.lanes, lane): Partition() for lane in range(lane_count)}
        self.partitions |= {(topics.view(prefix, view), 0): Partition() for view in views}
        self.identities = {topic: f"{topic}#1" for topic, _ in self.partitions}
        self.faults: list[str] = []
        self.written = 0

    def copy(self) -> Broker:
        """The same topics, to be gone on with."""
        twin = Broker(self.prefix, self.lane_count, ())
        twin.partitions = {place: Partition(list(each.records), each.end) for place, each in self.partitions.items()}
        twin.identities = dict(self.identities)
        return twin

    def make_anew(self, topic: str) -> None:
        """Deleted by somebody, and created again: everything in it is gone, offsets begin at 0."""
        name, _, times = self.identities[topic].partition("#")
        self.identities[topic] = f"{name}#{int(times) + 1}"
        for place in self.partitions:
            if place[0] == topic:
                self.partitions[place] = Partition()
        self.written += 1

    def append(self, place: tuple[str, int], records: Sequence[Sent]) -> int:
        """All of them, at the offset that is given and on. Raises KafkaError where a fault befalls it, with the records there or not."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refused":
            raise KafkaConnectionError
        self.written += 1
        offsets = [self.partitions[place].append(*record) for record in records]
        if fault == "answer lost":
            raise RequestTimedOutError
        return offsets[0]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a producer is answered with."""

    offset: int


class Builder:
    """A batch that is being put together."""

    def __init__(self) -> None:
        self.records: list[Sent] = []

    def append(self, *, timestamp: None, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> bool:  # noqa: ARG002
        """As aiokafka's."""
        self.records.append((key, value, tuple(headers)))
        return True

    def close(self) -> None:
        """As aiokafka's."""


class Producer:
    """What the product uses of an AIOKafkaProducer. A batch is written whole or not at all."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def create_batch(self) -> Builder:
        """As aiokafka's."""
        return Builder()

    async def send_batch(self, builder: Builder, topic: str, *, partition: int) -> Any:  # noqa: ANN401 -- an awaitable
        """As aiokafka's: the answer is awaited by itself."""
        pause(f"send {len(builder.records)} records to {topic}/{partition}")
        place = (topic, partition)
        outcome: Acknowledged | Exception
        try:
            outcome = Acknowledged(self._broker.append(place, builder.records))
        except Exception as error:  # noqa: BLE001 -- raised where it is awaited
            outcome = error
        return _Answer(outcome)

    async def send(self, topic: str, value: bytes | None, *, key: bytes, headers: list[tuple[str, bytes]], partition: int) -> Any:  # noqa: ANN401 -- an awaitable
        """The same for one record."""
        builder = Builder()
        builder.append(timestamp=None, key=key, value=value, headers=headers)
        return await self.send_batch(builder, topic, partition=partition)


class _Answer:
    """To be awaited; what was not heard before the sender was killed is lost."""

    def __init__(self, outcome: Acknowledged | Exception) -> None:
        self._outcome = outcome

    def __await__(self) -> Generator[None, None, Acknowledged]:
        pause("hear of what it sent")
        yield from ()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


class Consumer:
    """What the product uses of an AIOKafkaConsumer without a group."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._offsets: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """As aiokafka's."""

    async def stop(self) -> None:
        """As aiokafka's."""

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        """As aiokafka's."""
        self._offsets = dict.fromkeys(partitions, 0)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """As aiokafka's."""
        self._offsets[partition] = offset

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """As aiokafka's."""
        pause("ask where topics end")
        return {partition: self._broker.partitions[partition].end for partition in partitions}

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Kept]]:  # noqa: ARG002 -- nothing waits here
        """As aiokafka's; the process rests where nothing has come."""
        pause("fetch records")
        gone = {
            partition: offset for partition, offset in self._offsets.items() if not 0 <= offset <= self._broker.partitions[partition].end
        }
        if gone:
            raise OffsetOutOfRangeError(gone)
        found = {}
        for partition, offset in self._offsets.items():
            records = self._broker.partitions[partition].since(offset, max_records)
            if records:
                found[partition] = records
                self._offsets[partition] = records[-1].offset + 1
        if not found:
            self.has_nothing()
        return found

    def has_nothing(self) -> None:
        """Nothing came."""
        rest()
