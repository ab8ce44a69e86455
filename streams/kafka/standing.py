"""Where the topics stand when a relay begins: what they have, what they have lost, and so in which epoch it publishes from where. Pure.

An epoch is one publication of the log from position 1. It ends when a topic has lost something: who kept offsets must then not trust them,
and who kept a position need not care.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streams.kafka.relay_state import Kept, Partition


@dataclass(frozen=True, slots=True)
class Ended:
    """One partition: the offsets of its first record and of the next one, and the epoch and position of its last; None in an empty one."""

    begin: int
    end: int
    last: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The epoch to publish in, and the position that each partition has in it. `lost` says in English why an epoch was begun."""

    epoch: int
    positions: dict[Partition, int]
    lost: tuple[str, ...] = ()


def standing(kept: Kept, identities: Mapping[str, str], found: Mapping[Partition, Ended], *, facts_topic: str) -> Standing:
    """Where to go on. `found` has every partition of the topics in `identities`."""
    losses = tuple(lost(kept, identities, found, facts_topic=facts_topic))
    seen = max((ended.last[0] for ended in found.values() if ended.last is not None), default=0)
    epoch = max(kept.epoch, seen)
    if losses or epoch == 0:
        return Standing(epoch + 1, dict.fromkeys(found, 0), losses)
    at_least = kept.position if kept.epoch == epoch else 0
    positions = {
        partition: max(at_least, ended.last[1] if ended.last is not None and ended.last[0] == epoch else 0)
        for partition, ended in found.items()
    }
    return Standing(epoch, positions)


def lost(kept: Kept, identities: Mapping[str, str], found: Mapping[Partition, Ended], *, facts_topic: str) -> Iterator[str]:
    """Everything that the topics had when it was kept and have no more."""
    for topic, identity in identities.items():
        if kept.identities.get(topic, identity) != identity:
            yield f"{topic} was made anew"
    for (topic, partition), ended in found.items():
        if kept.identities.get(topic, identities[topic]) != identities[topic]:
            continue
        begin, end = kept.ends.get(written(topic, partition), (0, 0))
        if ended.end < end:
            yield f"{topic}, partition {partition} lost its newest records (it ends at offset {ended.end} and was at {end})"
        # Lanes forget what is old. The facts are kept for ever: their beginning moves only where somebody removes records.
        if topic == facts_topic and ended.begin > begin:
            yield f"{topic}, partition {partition} lost its oldest records (it begins at offset {ended.begin} and began at {begin})"


def written(topic: str, partition: int) -> str:
    """The name of a partition, as a key."""
    return f"{topic}/{partition}"
