"""The last record of each partition, read once: where those who wrote before have come to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.kafka.connection import REQUEST_BYTES_MAX, BrokersUnreachable, Connection
from streams.kafka.records import Record, Save, decode
from streams.kafka.relay_state import Partition

# One record of each partition, from brokers that have just answered.
READ_S_MAX = 20.0


async def last_saves(connection: Connection, bounds: Mapping[Partition, tuple[int, int]]) -> dict[Partition, Save]:
    """What the last record of each partition says that has one. Raises NotOurRecord, NewerRecord, and as the connection does."""
    written = [partition for partition, (begin, end) in bounds.items() if end > begin]
    if not written:
        return {}
    with connection.speaking():
        consumer = AIOKafkaConsumer(
            **connection.options, enable_auto_commit=False, auto_offset_reset="earliest", max_partition_fetch_bytes=REQUEST_BYTES_MAX
        )
        await consumer.start()
        try:
            return await asyncio.wait_for(_read(consumer, written, bounds), READ_S_MAX)
        except TimeoutError:
            names = ", ".join(f"{topic}/{number}" for topic, number in written)
            raise BrokersUnreachable(
                f"The last records of {names} did not come within {READ_S_MAX:g} s: see whether each partition has a leader.",
                f"{READ_S_MAX:g} 秒内未读到 {names} 的最后一条记录:请检查各分区是否有主副本。",
            ) from None
        finally:
            await consumer.stop()


async def _read(
    consumer: AIOKafkaConsumer, written: Sequence[Partition], bounds: Mapping[Partition, tuple[int, int]]
) -> dict[Partition, Save]:
    consumer.assign([TopicPartition(*partition) for partition in written])
    for partition in written:
        consumer.seek(TopicPartition(*partition), bounds[partition][1] - 1)
    found: dict[Partition, Save] = {}
    while len(found) < len(written):
        for place, messages in (await consumer.getmany(timeout_ms=500)).items():
            for message in messages:
                where = f"{place.topic}, partition {place.partition}, offset {message.offset}"
                found[place.topic, place.partition] = decode(Record(message.key, message.value, tuple(message.headers)), where)
    return found
