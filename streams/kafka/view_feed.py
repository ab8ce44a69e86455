"""A gateway's live picture: each view read once from its store, then kept by the deltas of its topic.

A view is read from the store *after* the end of its topic has been noted: every delta before that end is in what was read, and every one
behind it either is too (and is passed over by its position) or begins where the view stands. Where that is ever not so (a delta is missing,
the view has begun anew, the topic was made anew) the view is read once more, and its consoles get a snapshot. Where nothing comes any more
from which that could be seen, it is seen by where the store says that the view stands.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from streams.kafka.view_records import Assembler, Delta, DeltaIsMissing, NotAViewRecord, ViewRecord
from streams.projector import Published

# A broker answers an empty fetch after so long; what is published meanwhile comes at once.
WAIT_MS = 100
RECORDS_MAX = 5_000
# A delta that is committed is here in milliseconds. One that has not come after this, with nothing else of its view, was lost.
BEHIND_S = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One view as its store has it: the shown documents (key, position, JSON) at the position of its checkpoint.

    `told` is what the deltas reach that are in it already: not further than the position, which moves also where nothing changes.
    """

    view: str
    epoch: str
    position: int
    told: int
    rows: tuple[tuple[str, int, bytes], ...]


class ViewFeed:
    """`start` it, then `run` it in the event loop that serves. `read` is called in a thread."""

    def __init__(  # noqa: PLR0913 -- what it tells, and what it lives on
        self,
        topics: Mapping[str, str],
        read: Callable[[str], Snapshot],
        *,
        on_snapshot: Callable[[Snapshot], None],
        on_published: Callable[[Published], None],
        stands: Callable[[], Mapping[str, tuple[str, int]]] = dict,
        consumer: Any = None,  # noqa: ANN401 -- aiokafka has no types
        in_thread: Callable[[Callable[[str], Snapshot], str], Awaitable[Snapshot]] = asyncio.to_thread,
        clock: Callable[[], float] = time.monotonic,
        **connection: Any,  # noqa: ANN401 -- what aiokafka connects by
    ) -> None:
        """`stands` says by view which epoch is served, and what its newest deltas reach, as was last seen (`FollowedViews.stands`).

        `consumer`, `in_thread` and `clock` stand in for the real ones where there is neither a broker nor an event loop.
        """
        self._partitions = {TopicPartition(topic, 0): view for view, topic in topics.items()}
        self._read = read
        self._stands = stands
        self._in_thread = in_thread
        self._clock = clock
        self._behind: dict[str, tuple[Assembler, int, float]] = {}
        self._on_snapshot = on_snapshot
        self._on_published = on_published
        # Without a group: each gateway has every view.
        self._consumer = consumer or AIOKafkaConsumer(
            enable_auto_commit=False, auto_offset_reset="none", fetch_max_wait_ms=WAIT_MS, **connection
        )
        self._assemblers: dict[str, Assembler] = {}
        # What is to be read from its store before its topic leads on; what could not be read stays here.
        self._unread = set(self._partitions)
        self.snapshots = 0
        self.deltas = 0

    async def start(self) -> None:
        """Every view is here when this returns. Raises aiokafka's KafkaError, and what `read` raises."""
        await self._consumer.start()
        self._consumer.assign(list(self._partitions))
        await self._read_anew()

    async def run(self) -> None:
        """Follow the topics until cancelled. Raises what `start` raises: call it again, and it goes on where it was."""
        while True:
            await self._read_anew()
            try:
                arrived = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=RECORDS_MAX)
            except OffsetOutOfRangeError as error:
                gone = [partition for partition in self._partitions if partition in error.args[0]]
                log.warning("the topics of %s do not reach back to where this gateway stands: read anew", [p.topic for p in gone])
                self._unread.update(gone)
                continue
            for partition, records in arrived.items():
                self._take(partition, records)
            for view in list(self._late()):
                log.warning("no delta brings %s to where its store has it: read anew", view)
                self.read_again(view)

    def read_again(self, view: str) -> None:
        """The store is known to hold another epoch of it, of which nothing may ever come by the topic."""
        self._unread.update(partition for partition, name in self._partitions.items() if name == view)

    async def stop(self) -> None:
        """Leave the broker."""
        await self._consumer.stop()

    @property
    def told(self) -> dict[str, int]:
        """What the deltas reach that are in each view here."""
        return {view: assembler.position for view, assembler in self._assemblers.items()}

    def _take(self, partition: TopicPartition, records: Iterable[Any]) -> None:
        view = self._partitions[partition]
        deltas: list[Delta] = []
        for record in records:
            try:
                delta = self._assemblers[view].take(ViewRecord(record.key or b"", record.value, tuple(record.headers)))
            except NotAViewRecord as foreign:
                # It changes nothing that is known: what a worker has published is all there is of a view.
                log.warning("%s (offset %d of %s): passed over", foreign, record.offset, partition.topic)
                continue
            except DeltaIsMissing as missing:
                log.warning("%s: read anew", missing)
                self._unread.add(partition)
                break
            if delta is not None:
                deltas.append(delta)
        self._publish(view, deltas)

    def _late(self) -> Iterator[str]:
        """Views that have stood still for a while where their store has not: a delta was lost, and none has come behind it."""
        now = self._clock()
        for view, (epoch, told) in self._stands().items():
            here = self._assemblers[view]
            if not epoch or (here.epoch == epoch and here.position >= told):
                self._behind.pop(view, None)
                continue
            standing, position, since = self._behind.setdefault(view, (here, here.position, now))
            if (standing, position) != (here, here.position):
                self._behind[view] = (here, here.position, now)
            elif now - since >= BEHIND_S:
                del self._behind[view]
                yield view

    def _publish(self, view: str, deltas: list[Delta]) -> None:
        if not deltas:
            return
        self.deltas += len(deltas)
        log.debug("%s is at position %d", view, deltas[-1].position, extra={"view": view, "position": deltas[-1].position})
        changes = [change for delta in deltas for change in delta.changes]
        self._on_published(Published({view: deltas[-1].position}, changes, time.monotonic()))

    async def _read_anew(self) -> None:
        if not self._unread:
            return
        ends = await self._consumer.end_offsets(list(self._unread))
        for partition in list(self._unread):
            self._consumer.seek(partition, ends[partition])
            snapshot = await self._in_thread(self._read, self._partitions[partition])
            self._assemblers[snapshot.view] = Assembler(snapshot.view, snapshot.epoch, snapshot.told)
            self._unread.discard(partition)
            self.snapshots += 1
            self._on_snapshot(snapshot)
