"""The relay: publishes the store of record to `facts` and to every lane, in order, at least once.

The truth about how far it is stands on the topics: it begins by reading their last records. Each partition has one batch in flight and the
next follows when that is acknowledged, so nothing that failed is ever overtaken. A batch that was sent twice, by this relay or by a second
one, carries positions that its readers have seen.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from aiokafka import AIOKafkaProducer
from eventsourcing.persistence import PersistenceError

from streams.failures import StoreUnavailable, StreamFailure
from streams.kafka import topics
from streams.kafka.admin import Admin, TopicsAreWrong, require
from streams.kafka.batches import BATCH_BYTES, Batch, Batches, Facts
from streams.kafka.connection import REQUEST_BYTES_MAX, BrokersUnreachable, Connection
from streams.kafka.ends import last_saves
from streams.kafka.publication import Publication, TopicsHaveChanged, require_same_log
from streams.kafka.relay_state import Kept, Partition, RelayStore

T = TypeVar("T")

# How long a new fact waits at most before it is seen, when nothing was new before: asking costs some microseconds.
POLL_S = 0.01
# How often the topics are looked at, and the state is kept: a topic made anew is noticed so late at most, unless a write tells first.
CHECK_S = 5.0
KEEP_S = 1.0
PROGRESS_S = 10.0
# A broker that was killed is back, or given up for dead, in some seconds.
RETRY_S = 0.5
# A batch that was not acknowledged in this time is looked for on the topic before it is sent again.
REQUEST_MS = 10_000
# Topics that are made anew are missing for a moment. Longer than this, an administrator is needed.
MISSING_S_MAX = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the publication is, and how far the store of record."""

    position: int = 0
    end: int = 0
    epoch: int = 0

    @property
    def lag(self) -> int:
        """How many facts wait."""
        return max(0, self.end - self.position)


@dataclass(slots=True)
class _Session:
    """What holds from one look at the topics to the next."""

    admin: Admin
    publication: Publication
    written: Kept | None = None


class Relay:
    """One relay. `run` returns when `stopping` is set, and raises a StreamFailure for what it cannot mend."""

    def __init__(self, facts: Facts, connection: Connection, store: RelayStore, *, prefix: str, lane_count: int = topics.LANES) -> None:
        self.progress = Progress()
        self._facts = facts
        self._connection = connection
        self._store = store
        self._prefix = prefix
        self._lane_count = lane_count
        self._topics = (topics.facts(prefix), topics.lanes(prefix))
        self._partitions: list[Partition] = [(self._topics[0], 0), *((self._topics[1], lane) for lane in range(lane_count))]
        # One thread: a store keeps a connection for each that reads.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="relay")
        self._failing_since: float | None = None
        self._has_published = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Publish until told to stop."""
        try:
            while not stopping.is_set():
                try:
                    await self._session(stopping)
                except TopicsHaveChanged as changed:
                    _log.warning("%s; looking at the topics again.", changed)
                except (BrokersUnreachable, StoreUnavailable, TopicsAreWrong) as failure:
                    self._require_patience(failure)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stopping.wait(), RETRY_S)
        finally:
            self._thread.shutdown()

    def _require_patience(self, failure: StreamFailure) -> None:
        """What was right once may come right by itself; at the start it is told at once."""
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
            _log.warning("Publishing waits at position %d: %s", self.progress.position, failure)
        if not self._has_published or (isinstance(failure, TopicsAreWrong) and now - self._failing_since > MISSING_S_MAX):
            raise failure

    async def _session(self, stopping: asyncio.Event) -> None:
        admin = await self._in_thread(lambda: Admin(self._connection))
        try:
            session = await self._begin(admin)
            producer = AIOKafkaProducer(
                **self._connection.options,
                acks="all",
                enable_idempotence=True,
                # The batches are ours; the library's own bound only has to be larger.
                max_batch_size=2 * BATCH_BYTES,
                max_request_size=REQUEST_BYTES_MAX,
                request_timeout_ms=REQUEST_MS,
            )
            with self._failing():
                await producer.start()
                try:
                    await self._publish(session, producer, stopping)
                finally:
                    await producer.stop()
        finally:
            await self._in_thread(admin.close)

    async def _begin(self, admin: Admin) -> _Session:
        """Where the topics stand; kept before the first record is sent, so that an epoch is begun once."""
        identities = await self._in_thread(lambda: self._identities(admin))
        bounds = await self._in_thread(lambda: admin.ends(self._partitions))
        saves = await last_saves(self._connection, bounds)
        await self._in_thread(lambda: require_same_log(self._facts, saves))
        kept = await self._in_thread(self._store.read)
        publication, stands = Publication.beginning(kept, identities, bounds, saves, facts_topic=self._topics[0])
        if stands.lost:
            _log.warning("%s: publishing from position 1 in epoch %d.", "; ".join(stands.lost), stands.epoch)
        else:
            _log.info("Publishing from position %d in epoch %d.", publication.kept.position + 1, stands.epoch)
        session = _Session(admin, publication)
        await self._keep(session)
        return session

    def _identities(self, admin: Admin) -> dict[str, str]:
        # Copies are the administrator's: a relay that starts while a broker is down must not refuse.
        wanted = topics.every_topic(self._prefix, (), brokers=1, lane_count=self._lane_count)
        require(admin.check([topic for topic in wanted if topic.name in self._topics]))
        return {name: found.identity for name, found in admin.found(self._topics).items()}

    async def _publish(self, session: _Session, producer: AIOKafkaProducer, stopping: asyncio.Event) -> None:
        publication = session.publication
        batches = Batches(self._facts, publication.kept.position, prefix=self._prefix, epoch=publication.kept.epoch)
        checked = kept = told = time.monotonic()
        reading = self._reading(batches)
        try:
            while not stopping.is_set():
                batch = await reading
                reading = self._reading(batches, wait=batch is None)
                if batch is not None:
                    await asyncio.gather(*(publication.send(producer, partition, batch) for partition in self._partitions))
                    publication.moved_to(batch.last)
                    _say_published(batch)
                self.progress = Progress(publication.kept.position, batches.end, publication.kept.epoch)
                self._failing_since, self._has_published = None, True
                now = time.monotonic()
                if now - kept >= KEEP_S:
                    kept = now
                    await self._in_thread(batches.look)
                    await self._keep(session)
                if now - checked >= CHECK_S:
                    checked = now
                    await self._in_thread(lambda: self._check(session))
                if now - told >= PROGRESS_S:
                    told = now
                    _log.info(
                        "Published up to position %d of %d in epoch %d.", publication.kept.position, batches.end, publication.kept.epoch
                    )
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await reading
            await self._keep(session)

    def _reading(self, batches: Batches, *, wait: bool = False) -> asyncio.Task[Batch | None]:
        """The next batch is read while this one is on its way."""

        async def read() -> Batch | None:
            if wait:
                await asyncio.sleep(POLL_S)
            return await self._in_thread(batches.next)

        return asyncio.create_task(read())

    def _check(self, session: _Session) -> None:
        """Whether the topics are still those that were looked at."""
        identities = {name: each.identity for name, each in session.admin.found(self._topics).items()}
        bounds = session.admin.ends(self._partitions) if len(identities) == len(self._topics) else {}
        session.publication.require_unchanged(identities, bounds, facts_topic=self._topics[0])

    async def _keep(self, session: _Session) -> None:
        kept = session.publication.to_keep
        if kept != session.written:
            await self._in_thread(lambda: self._store.write(kept))
            session.written = kept

    async def _in_thread(self, blocking: Callable[[], T]) -> T:
        def told() -> T:
            with self._failing():
                return blocking()

        return await asyncio.get_running_loop().run_in_executor(self._thread, told)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """What the store of record, the brokers and the relay's own file raise, as sentences."""
        try:
            with self._connection.speaking():
                yield
        except (PersistenceError, sqlite3.Error) as error:
            raise StoreUnavailable(
                f"The store of record cannot be read ({error}): see that it is there and that this account may read it.",
                f"无法读取事实库({error}):请检查其是否存在及本账号是否有权读取。",
            ) from error


def _say_published(batch: Batch) -> None:
    if not _log.isEnabledFor(logging.DEBUG):
        return
    for record, last in batch.records:
        correlation = dict(record.headers).get("correlation", b"").decode()
        _log.debug("published up to position %d", last, extra={"correlation": correlation, "position": last})
