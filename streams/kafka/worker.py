"""The host of the projections on Kafka: a Faust application that holds lanes, and folds what waits in them.

Faust gives what it is good at: membership, assignment, reading ahead. It keeps no state (no Tables), opens no port, and its
acknowledgements decide nothing (streams/kafka/transport.py). A handler's exception would acknowledge the record and go on with the next:
here it ends the process, which begins again at the checkpoints.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar, cast

import faust
from eventsourcing.persistence import OperationalError
from faust.tables import TableManager
from faust.types import AppT, EventT, StreamT
from faust.types.auth import CredentialsT
from yarl import URL

from projections.projection import Projection
from streams.failures import Fenced, StoreUnavailable
from streams.kafka import topics, transport
from streams.kafka.admin import administering, require
from streams.kafka.connection import MECHANISM, Connection
from streams.kafka.lanes import Lanes
from streams.kafka.records import Record
from streams.kafka.view_publishing import ViewPublishing
from streams.store_of_record import StoreOfRecord
from streams.views import Views

# A worker that hangs or was killed is given up for dead after this: no less than Kafka's own least (6 s). Heartbeats come from a thread.
SESSION_S = 6.0
HEARTBEAT_S = 1.0
# Reading ahead: what is folded together in one transaction, and as much again while it is written.
POLL_RECORDS = 500
BUFFER_RECORDS = 1_000
# So many records are folded at once, if so many wait. Faust hands them over one by one, and would have each folded by itself: so a worker
# rests after a fold as long as it took, and no longer than this, as the embedded host does. What comes meanwhile costs less together.
FOLD_RECORDS = 500
REST_S_MAX = 0.05
# A store that is full, locked or away is tried again this often.
RETRY_S = 0.5
STOP_S = 10.0
# A view that was rebuilt is seen so late at most, where nothing else tells.
LOOK_S = 2.0
# Who is fenced lost its views to a rebuild, or to another worker that does not know yet that the lane is ours (or that it is not). Of two
# such workers one always gets on. More often than this in a row, somebody else folds these views for good.
FENCED_MAX = 20
FENCED_S_MAX = 0.2

_AWAY = (sqlite3.OperationalError, OperationalError, StoreUnavailable)

T = TypeVar("T")

log = logging.getLogger(__name__)


class NoTables(TableManager):
    """Faust gives tables a second at every start; there are none, and a worker that comes back is waited for."""

    async def on_start(self) -> None:
        """Begin at once."""
        if not self.should_stop:
            await self._update_channels()
            await self.recovery.start()


class Application(faust.App):
    """Faust's, with the lanes' checkpoints for our transport."""

    lanes: Lanes

    def _create_directories(self) -> None:
        """None: there are no tables, and where a worker runs it need not be allowed to write."""

    def first_wanted(self, partition: int) -> int:
        """See streams/kafka/transport.py."""
        lane = self.lanes.held.get(partition)
        # One that came with a further rebalance, which follows this one, is looked at again then.
        return 1 if lane is None else lane.position + 1


class Worker:
    """`await run()` until `stop()`. What it gives is the exit code: 0, or 1 where it failed or a view stands still."""

    def __init__(  # noqa: PLR0913 -- what a worker is set up by
        self,
        connection: Connection,
        facts: StoreOfRecord,
        views: Views,
        projections: Sequence[Projection],
        *,
        prefix: str,
        lane_count: int = topics.LANES,
        name: str = "",
        publishing: ViewPublishing | None = None,
    ) -> None:
        """`name` is this worker's among those of its group: one that comes back under it is given its lanes at once.

        `publishing` is told by the views what is committed, and publishes it beside the folding.
        """
        self.failure = ""
        self.trouble = ""
        self.is_ready = asyncio.Event()
        self._connection = connection
        self.facts = facts
        self._prefix = prefix
        self._name = name
        self._end = asyncio.Event()
        self.stood_still: dict[str, str] = {}
        self.lanes = Lanes(facts, views, projections, lane_count)
        self._topics = [topics.lanes(prefix), *(topics.view(prefix, each.name) for each in projections if publishing is not None)]
        self._projections = projections
        self._publishing = publishing
        # The stores are slow at times, and Kafka is not to wait for them. One thread, and one turn: lanes are given up between two folds.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lanes")
        self._turn = asyncio.Lock()

    async def run(self) -> int:
        """Hold lanes until told to stop, or until something cannot be mended here. Raises a StreamFailure where that is seen at start."""
        views = [projection.name for projection in self._projections]
        await asyncio.to_thread(require_topics, self._connection, self._prefix, self.lanes.count, views, self._topics)
        application = self._application(topics.lanes(self._prefix))
        application.lanes = self.lanes
        log.info("worker %s looks for its lanes among %d", self._name or "without a name", self.lanes.count)
        beside = [asyncio.create_task(self._guarded(self._look), name="look")]
        if self._publishing is not None:
            beside.append(asyncio.create_task(self._guarded(self._publishing.run), name="publishing"))
        try:
            with self._connection.speaking():
                await application.start()
            await application.wait_first(self._end.wait())
            if application.crash_reason is not None:
                log.error("the worker ends: %s", application.crash_reason)
                self._fail(str(application.crash_reason) or type(application.crash_reason).__name__)
            self._end.set()
            await self._leave(application)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            self._thread.shutdown(wait=False)
        return 1 if self.failure or self.stood_still else 0

    async def _leave(self, application: Application) -> None:
        """What is being folded is written and published; then the lanes are given back."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S), self._turn:
                self.stood_still.update(self.lanes.stopped)
        if self._publishing is not None:
            await self._publishing.drain()
        try:
            await asyncio.wait_for(application.stop(), STOP_S)
        except TimeoutError:
            log.warning(
                "the brokers did not let the worker go within %.0f s: its lanes are given to others after %.0f s", STOP_S, SESSION_S
            )

    async def _guarded(self, work: Callable[[], Any]) -> None:
        """What goes on beside the folding ends the worker where it ends."""
        try:
            await work()
        except Exception as error:
            log.exception("the worker ends")
            self._fail(str(error) or type(error).__name__)

    def stop(self) -> None:
        """End in good order: what is being folded is written, the lanes are given back."""
        self._end.set()

    def _fail(self, why: str) -> None:
        self.failure = why
        self._end.set()

    def _application(self, topic: str) -> Application:
        application = Application(
            f"{self._prefix}.views",
            broker=[URL(f"{transport.SCHEME}://{server}") for server in self._connection.brokers],
            broker_credentials=_credentials(self._connection),
            broker_session_timeout=SESSION_S,
            broker_heartbeat_interval=HEARTBEAT_S,
            broker_max_poll_records=POLL_RECORDS,
            stream_buffer_maxsize=BUFFER_RECORDS,
            # What is folded is known by the checkpoints: a rebalance need not wait for acknowledgements.
            stream_wait_empty=False,
            consumer_group_instance_id=self._name or None,
            consumer_auto_offset_reset="earliest",
            topic_allow_declare=False,
            topic_disable_leader=True,
            web_enabled=False,
            autodiscover=False,
            TableManager=NoTables,
        )
        channel = application.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", allow_empty=True)
        application.agent(channel, name="lanes", concurrency=1)(self._agent)
        application.on_rebalance_complete.connect(self._on_rebalanced)  # type: ignore[arg-type]
        return application

    async def _on_rebalanced(self, application: AppT, *_: Any, **__: Any) -> None:  # noqa: ANN401 -- Faust's signals
        # Nothing is read before this returns: a store that is away is waited for.
        while not self._end.is_set():
            try:
                await self._in_turn(lambda: self._hold(partition.partition for partition in application.consumer.assignment()))
            except (*_AWAY, Fenced) as error:
                log.warning("the lanes cannot be taken now: %s", error)
                await asyncio.sleep(RETRY_S)
            except Exception as error:
                log.exception("the worker ends")
                self._fail(str(error) or type(error).__name__)
            else:
                self.is_ready.set()
                return

    def _hold(self, lanes: Iterable[int]) -> None:
        self.stood_still.update(self.lanes.stopped)
        self.lanes.take(lanes)
        if self._publishing is not None:
            self._publishing.keep_only([name for lane in self.lanes.held.values() for name in lane.running])

    async def _look(self) -> None:
        """Whether views were rebuilt or set back, which nobody tells where no facts come."""
        while True:
            await asyncio.sleep(LOOK_S)
            # Who folds says what is wrong; the next look sees more.
            with suppress(*_AWAY, Fenced):
                await self._in_turn(self.lanes.look)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _agent(self, stream: StreamT[bytes]) -> None:
        queue = cast("faust.Channel[bytes]", stream.channel).queue
        async for event in cast("faust.Stream[bytes]", stream).noack().events():
            waiting = [event]
            while len(waiting) < FOLD_RECORDS and not queue.empty():
                waiting.append(queue.get_nowait())
            began = time.monotonic()
            try:
                await self._take(waiting)
            except Exception as error:
                log.exception("the worker ends")
                self._fail(str(error) or type(error).__name__)
            if self._end.is_set():
                # Whatever is asked of this generator next would count as an acknowledgement.
                await asyncio.Event().wait()
            if queue.qsize() < FOLD_RECORDS:
                await asyncio.sleep(min(REST_S_MAX, time.monotonic() - began))

    async def _take(self, waiting: Sequence[EventT[bytes]]) -> None:
        by_lane: dict[int, list[EventT[bytes]]] = {}
        for event in waiting:
            by_lane.setdefault(event.message.partition, []).append(event)
        for number, events in by_lane.items():
            await self._fold(number, [_read(event) for event in events])
            lane = self.lanes.held.get(number)
            if lane is not None and not lane.has_stopped:
                for event in events:
                    event.ack()

    async def _fold(self, number: int, records: list[tuple[Record, str]]) -> None:
        times_fenced, is_lost = 0, False
        while (lane := self.lanes.held.get(number)) is not None and lane.is_at_work and not self._end.is_set():
            try:
                if is_lost:
                    await self._in_turn(lambda: self.lanes.open_again(number))
                    is_lost = False
                await self._in_turn(lambda: self._step(number, records))
            except _AWAY as error:
                if not self.trouble:
                    log.exception("the views cannot be written now")
                self.trouble = str(error)
                await asyncio.sleep(RETRY_S)
            except Fenced as fenced:
                times_fenced, is_lost = times_fenced + 1, True
                if times_fenced > FENCED_MAX:
                    raise
                log.warning("lane %d begins again where its views stand: %s", number, fenced)
                # Two that fence one another do not keep in step.
                await asyncio.sleep(random.uniform(0, FENCED_S_MAX))  # noqa: S311 -- nobody is to be surprised
            else:
                self.trouble = ""
                return

    def _step(self, number: int, records: list[tuple[Record, str]]) -> None:
        lane = self.lanes.held.get(number)
        if lane is None:
            # It was given up while this waited for its turn.
            return
        if self.trouble:
            lane.settle()
            if self._publishing is not None:
                self._publishing.look_again()
        lane.fold(records)


def _read(event: EventT[bytes]) -> tuple[Record, str]:
    message = event.message
    headers: Any = message.headers or ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return Record(message.key, message.value, tuple(pairs)), f"{message.topic}, partition {message.partition}, offset {message.offset}"


def require_topics(connection: Connection, prefix: str, count: int, views: Iterable[str], names: Sequence[str]) -> None:
    """Raises a StreamFailure where the brokers do not answer or refuse, or one of the topics `names` is not as it must be."""
    with administering(connection) as admin:
        wanted = topics.every_topic(prefix, views, brokers=max(admin.brokers(), len(connection.brokers)), lane_count=count)
        require(admin.check([topic for topic in wanted if topic.name in names]))


def _credentials(connection: Connection) -> CredentialsT | None:
    tls = connection.options.get("ssl_context")
    if connection.account:
        return faust.SASLCredentials(username=connection.account, password=connection.password, mechanism=MECHANISM, ssl_context=tls)
    return faust.SSLCredentials(tls) if tls is not None else None
