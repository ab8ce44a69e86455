"""A relay's publication: what each partition has of the log, and the step that gives it more.

Each partition has one batch in flight, and what failed is never overtaken: so the last record of a partition says how far it is. A topic
that lost something is noticed by what it had, or by the offset at which it writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiokafka.errors import MessageSizeTooLargeError

from streams.failures import StreamFailure
from streams.kafka import topics
from streams.kafka.batches import Batch, Facts
from streams.kafka.records import Save
from streams.kafka.relay_state import Kept, Partition
from streams.kafka.standing import Ended, Standing, lost, standing, written


class TopicIsOfAnotherLog(StreamFailure):
    """What was published is not what the store of record holds."""


class RecordIsTooLarge(StreamFailure):
    """A broker takes no record of this size."""


class TopicsHaveChanged(Exception):
    """They must be looked at from the beginning."""


@dataclass(slots=True)
class Publication:
    """From one look at the topics to the next. `kept.position` is on every partition, `positions` and `ends` are each one's own."""

    kept: Kept
    positions: dict[Partition, int]
    ends: dict[Partition, Ended]

    @classmethod
    def beginning(
        cls,
        kept: Kept,
        identities: Mapping[str, str],
        bounds: Mapping[Partition, tuple[int, int]],
        saves: Mapping[Partition, Save],
        *,
        facts_topic: str,
    ) -> tuple[Publication, Standing]:
        """Where the topics stand, and what they have lost; `to_keep` is to be kept before the first record is sent."""
        ends = {
            partition: Ended(begin, end, (saves[partition].epoch, saves[partition].last) if partition in saves else None)
            for partition, (begin, end) in bounds.items()
        }
        stands = standing(kept, identities, ends, facts_topic=facts_topic)
        position = min(stands.positions.values())
        return cls(Kept(position, stands.epoch, dict(identities)), stands.positions, ends), stands

    @property
    def to_keep(self) -> Kept:
        """What a relay keeps beside the events."""
        return replace(self.kept, ends={written(*partition): [ended.begin, ended.end] for partition, ended in self.ends.items()})

    def moved_to(self, position: int) -> None:
        """Every partition has the log up to here."""
        self.kept = replace(self.kept, position=position)

    def require_unchanged(self, identities: Mapping[str, str], bounds: Mapping[Partition, tuple[int, int]], *, facts_topic: str) -> None:
        """Whether the topics are still those that were looked at. Raises TopicsHaveChanged."""
        if missing := set(self.kept.identities) - set(identities):
            raise TopicsHaveChanged(f"{', '.join(missing)} is not there any more")
        found = {partition: Ended(*ends) for partition, ends in bounds.items()}
        if losses := list(lost(self.to_keep, identities, found, facts_topic=facts_topic)):
            raise TopicsHaveChanged("; ".join(losses))

    async def send(self, producer: Any, partition: Partition, batch: Batch) -> None:  # noqa: ANN401 -- aiokafka has no types
        """One batch to one partition, without what it has; acknowledged when this returns."""
        position = self.positions[partition]
        if position >= batch.last:
            return
        builder = producer.create_batch()
        sent = 0
        for record, last in batch.records:
            if last > position:
                appended = builder.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
                assert appended is not None, "a batch of ours is smaller than the library's."
                sent += 1
        builder.close()
        topic, number = partition
        try:
            acknowledged = await (await producer.send_batch(builder, topic, partition=number))
        except MessageSizeTooLargeError as error:
            raise RecordIsTooLarge(
                f"{topic} takes no record as large as one after position {position} ({error}): raise max.message.bytes of the topic "
                f"and message.max.bytes of the brokers to {topics.RECORD_BYTES_MAX} at least.",
                f"{topic} 不接受位置 {position} 之后的过大记录:请将主题的 max.message.bytes 与服务器的 message.max.bytes "
                f"至少设为 {topics.RECORD_BYTES_MAX}。",
            ) from error
        ended = self.ends[partition]
        # Offsets only grow; a duplicate that the broker dropped is acknowledged without one.
        if 0 <= acknowledged.offset < ended.end:
            raise TopicsHaveChanged(f"{topic}, partition {number} wrote at offset {acknowledged.offset} after {ended.end - 1}")
        self.positions[partition] = batch.last
        self.ends[partition] = replace(ended, end=max(ended.end, acknowledged.offset + sent))


def require_same_log(facts: Facts, saves: Mapping[Partition, Save]) -> None:
    """Raises TopicIsOfAnotherLog; `saves` are the last records of the partitions."""
    end = facts.last_position
    for (topic, partition), save in saves.items():
        if save.last > end:
            raise TopicIsOfAnotherLog(
                f"{topic}, partition {partition} was published up to position {save.last}, and the store of record ends at {end}: "
                "this is an older copy of the store, or another one. Give the relay the store that was published, "
                "or set DRUMTOWER_TOPIC_PREFIX to topics of its own.",
                f"{topic} 分区 {partition} 已发布至位置 {save.last},而事实库止于 {end}:该库为旧副本或另一个库。"
                "请改用已发布的库,或将 DRUMTOWER_TOPIC_PREFIX 设为新的主题。",
            )
        if tuple(facts.facts(save.first - 1, save.last)) != save.facts:
            raise TopicIsOfAnotherLog(
                f"{topic}, partition {partition} has other facts at positions {save.first} to {save.last} than the store of "
                "record: another log was published there. Set DRUMTOWER_TOPIC_PREFIX to topics of its own.",
                f"{topic} 分区 {partition} 在位置 {save.first} 至 {save.last} 与事实库不符:此处发布过另一日志。"
                "请将 DRUMTOWER_TOPIC_PREFIX 设为新的主题。",
            )
