"""A worker's way to the view topics, beside the folding: what is committed goes out from memory, or from the outbox where that will not do.

The outbox has everything that is committed and not known to be published; this only spares the reading of it. It is read when a view is
taken over, after anything failed, and where more was committed than memory should hold while a broker was away. So a worker that is
killed leaves what it had not published to the next one, and what goes out twice is dropped by who has it (streams/kafka/view_records.py).
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.failures import StoreUnavailable, StreamFailure
from streams.kafka import topics, view_publisher
from streams.kafka.connection import REQUEST_BYTES_MAX, BrokersUnreachable, Connection
from streams.kafka.view_publisher import ViewPublisher
from streams.kafka.view_records import Delta
from streams.views import Checkpoint

# Documents of a view that wait in memory: what a fold of a thousand facts changes, some times over. Beyond it the outbox is read.
WAITING_DOCUMENTS_MAX = 10_000
# What is published is let go of this often: as one statement a view, not one a commit. After a kill so much goes out twice.
LET_GO_S = 1.0
# A broker that was killed is back, or another leads in its place, in some seconds.
RETRY_S = 0.5
REQUEST_MS = 10_000
# Documents of a catching-up view go in few requests.
BATCH_BYTES = 262_144
# A worker that ends is waited for; what is not out by then is left to the next one.
DRAIN_S_MAX = 2.0
STOP_S_MAX = 3.0

log = logging.getLogger(__name__)


class DocumentIsTooLarge(StreamFailure):
    """A view's topic takes no record of this size."""


class Outbox(view_publisher.Outbox, Protocol):
    """With what the deltas reach that were ever put down."""

    def told(self, view: str) -> int:
        """The position of the newest delta; 0 before the first."""
        ...


@dataclass(slots=True)
class _Outgoing:
    """One view. `reached`: what of it is on its topic; `is_read`: the outbox is to be read, whatever waits in memory is in it."""

    checkpoint: Checkpoint
    waiting: list[Delta] = field(default_factory=list)
    documents: int = 0
    reached: int = 0
    is_read: bool = True
    is_announced: bool = False


class ViewPublishing:
    """`run` it in the event loop, and `stop` it; the rest is for the thread that folds. Implements `Publishing` of the view store."""

    def __init__(
        self,
        connection: Connection,
        prefix: str,
        views: Collection[str],
        make_outbox: Callable[[Callable[[str], Checkpoint]], Outbox],
    ) -> None:
        """`views` are those that have topics; `make_outbox` is given whose deltas are meant of each."""
        self.trouble = ""
        self.published = 0
        self._connection = connection
        self._prefix = prefix
        self._names = frozenset(views)
        self._checkpoints: dict[str, Checkpoint] = {}
        self._outbox = make_outbox(self._checkpoints.__getitem__)
        self._views: dict[str, _Outgoing] = {}
        self._is_sending = False
        self._lock = threading.Lock()
        self._to_let_go: dict[str, tuple[str, int]] = {}
        self._let_go_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        # The database has its time: one connection, one thread.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    def served(self, checkpoint: Checkpoint) -> None:
        """As promised by `Publishing`."""
        if checkpoint.view in self._names:
            with self._lock:
                self._checkpoints[checkpoint.view] = checkpoint
                self._views[checkpoint.view] = _Outgoing(checkpoint)
            self._wake()

    def committed(self, deltas: Sequence[Delta]) -> None:
        """As promised by `Publishing`."""
        with self._lock:
            for delta in deltas:
                view = self._views.get(delta.view)
                if view is None or view.is_read or view.checkpoint.epoch != delta.epoch:
                    continue
                view.waiting.append(delta)
                view.documents += len(delta.changes)
                if view.documents > WAITING_DOCUMENTS_MAX:
                    _read_outbox_of(view)
        self._wake()

    def keep_only(self, views: Collection[str]) -> None:
        """The others are published by other workers."""
        with self._lock:
            for name in self._views.keys() - set(views):
                del self._views[name]

    def look_again(self) -> None:
        """Something was lost on the way here, or may have been: the outbox has it."""
        with self._lock:
            for view in self._views.values():
                _read_outbox_of(view)
        self._wake()

    @property
    def waiting(self) -> int:
        """Documents in memory that are not out yet."""
        return sum(view.documents for view in list(self._views.values()))

    async def run(self) -> None:
        """Until cancelled. Raises DocumentIsTooLarge, and what is a fault of the program."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                with self._connection.speaking():
                    async with self._producing() as publisher:
                        await self._publish_all(publisher)
            except (BrokersUnreachable, StoreUnavailable) as failure:
                if not self.trouble:
                    log.warning("What the views changed waits to be published: %s", failure)
                self.trouble = str(failure)
            self.look_again()
            await asyncio.sleep(RETRY_S)

    async def drain(self) -> None:
        """Until all that is committed is out, or for as long as a worker that ends may take."""
        deadline = time.monotonic() + DRAIN_S_MAX
        while time.monotonic() < deadline and not self.trouble and not self._is_idle:  # noqa: ASYNC110 -- once, at the end
            await asyncio.sleep(0.01)
        with suppress(StoreUnavailable):
            await self._let_go(list(self._to_let_go))

    @property
    def _is_idle(self) -> bool:
        return not self._is_sending and not any(map(_has_news, list(self._views.values())))

    def close(self) -> None:
        """Nothing is asked any more."""
        self._thread.shutdown(wait=False)

    @asynccontextmanager
    async def _producing(self) -> AsyncIterator[ViewPublisher]:
        # One that has failed has lost its numbers: each begins with its own.
        producer = AIOKafkaProducer(
            **self._connection.options,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES_MAX,
            request_timeout_ms=REQUEST_MS,
        )
        try:
            await producer.start()
            yield ViewPublisher(producer, self._outbox, lambda view: topics.view(self._prefix, view), asking=self._ask)
        finally:
            # What it has not sent is in the outbox. It would wait for a broker that is away.
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), STOP_S_MAX)

    async def _publish_all(self, publisher: ViewPublisher) -> None:
        while True:
            names = [name for name, view in list(self._views.items()) if _has_news(view)]
            self._news.clear()
            self._is_sending = True
            outcomes = await asyncio.gather(*(self._publish(publisher, name) for name in names), return_exceptions=True)
            self._is_sending = False
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            if self.trouble:
                log.warning("What the views changed is published again.")
                self.trouble = ""
            if self._to_let_go and time.monotonic() - self._let_go_at >= LET_GO_S:
                await self._let_go(list(self._to_let_go))
                self._let_go_at = time.monotonic()
            if not any(map(_has_news, list(self._views.values()))):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LET_GO_S if self._to_let_go else None)

    async def _publish(self, publisher: ViewPublisher, name: str) -> None:
        view = self._views.get(name)
        if view is None:
            return
        try:
            if view.is_read:
                await self._publish_outbox(publisher, name, view)
            await self._publish_waiting(publisher, name, view)
        except MessageSizeTooLargeError as error:
            topic = topics.view(self._prefix, name)
            raise DocumentIsTooLarge(
                f"{topic} does not take a document of this view ({error}): raise max.message.bytes of the topic and message.max.bytes of "
                f"the brokers to {topics.RECORD_BYTES_MAX} at least.",
                f"{topic} 不接受该视图中过大的文档({error}):请将主题的 max.message.bytes 与服务器的 message.max.bytes "
                f"至少设为 {topics.RECORD_BYTES_MAX}。",
            ) from error

    async def _publish_outbox(self, publisher: ViewPublisher, name: str, view: _Outgoing) -> None:
        with self._lock:
            # What is committed from here on waits in memory, too, and may go out twice.
            view.is_read, view.waiting, view.documents = False, [], 0
        await self._let_go([name])
        told = view.reached = await self._ask(lambda: self._outbox.told(name))
        self.published += await publisher.publish(name)
        if not view.is_announced:
            # A gateway that has another epoch reads the view anew; one that missed something does, too.
            await publisher.send(name, [Delta(name, view.checkpoint.epoch, told, told, ())])
            view.is_announced = True

    async def _publish_waiting(self, publisher: ViewPublisher, name: str, view: _Outgoing) -> None:
        with self._lock:
            waiting, view.waiting, view.documents = view.waiting, [], 0
        deltas = [delta for delta in waiting if delta.position > view.reached]
        if not deltas:
            return
        if deltas[0].since > view.reached:
            # There is one before it that was not told here: the outbox has it.
            with self._lock:
                _read_outbox_of(view)
            return
        await publisher.send(name, deltas)
        self.published += len(deltas)
        view.reached = deltas[-1].position
        self._to_let_go[name] = (view.checkpoint.epoch, view.reached)

    async def _let_go(self, names: Sequence[str]) -> None:
        published = {name: self._to_let_go.pop(name) for name in names if name in self._to_let_go}

        def let_go() -> None:
            for name, (epoch, position) in published.items():
                self._outbox.published(name, epoch, position)

        if published:
            await self._ask(let_go)

    async def _ask(self, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 -- what is asked
        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    def _wake(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._news.set)


def _has_news(view: _Outgoing) -> bool:
    return view.is_read or bool(view.waiting)


def _read_outbox_of(view: _Outgoing) -> None:
    view.is_read, view.waiting, view.documents = True, [], 0
