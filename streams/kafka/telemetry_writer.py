"""Writes batches to the telemetry topic, by a thread of its own that shares nothing with decisions but the processor.

What the broker does not answer within ANSWER_S is refused, and from then on everything is refused at once, until the broker answers again:
no source waits for a broker that is away, and no old fixes pile up. What was refused so may have been written after all: a source that
sends it again sends a fix that changes nothing, and readings that are not newer than what was read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.failures import StoreUnavailable
from streams.kafka.loop_thread import LoopThread
from streams.kafka.telemetry_records import PARTITION, headers_of
from streams.kafka.topics import RECORD_BYTES_MAX

# As on one machine: at 50 batches a second this is 20 s of telemetry, and fresh fixes are worth more than old ones.
WAITING_BATCHES_MAX = 1_000
# And however large they are, they take no more memory than this.
WAITING_BYTES_MAX = 67_108_864
# Key, headers and what Kafka puts around a record.
AROUND_BYTES = 4_096
# A partition whose leader died has a new one after three to nine seconds: that is waited for.
ANSWER_S = 10.0
OVERDUE_EVERY_S = 0.1
# What comes while a request is on its way travels together in the next: to wait for more would only be later.
LINGER_MS = 0
# One request; some 250 batches of 72 fixes.
REQUEST_BYTES_MAX = 1_048_576
CONNECT_S_MAX = 10.0
CONNECT_AGAIN_S = 0.5
# What waits is written before the log ends, if the broker takes it by then.
STOP_S_MAX = 5.0
STOP_LOOK_S = 0.01
CLOSE_S_MAX = 2.0

Why = tuple[str, str]
STOPPING: Why = ("the server is stopping", "服务器正在停止")

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Waiting:
    """A batch on its way: its record's value, when it is to be dated, and when (monotonic) it was asked for."""

    kind: str
    source: str
    count: int
    value: bytes
    at: float
    asked_at: float
    future: Future[int] = field(default_factory=Future)


class TelemetryWriter:
    """`put` from any thread; the future's answer is the position. `start` and `stop` once."""

    def __init__(self, topic: str, name: str, connection: dict[str, Any]) -> None:
        self._topic = topic
        self._name = name
        self._connection = connection
        self.position = 0
        self.shed = 0
        self.appended = 0
        self._lock = threading.Lock()
        self._batches = 0
        self._bytes = 0
        self._number = 0
        # In the order in which they came, until they are answered; `_unsent` are those that the producer has not got.
        self._unanswered: deque[Waiting] = deque()
        self._unsent: deque[Waiting] = deque()
        # Why everything is refused now; and why the producer must be made anew.
        self._trouble: Why | None = None
        self._failure = ""
        self._stop_by: float | None = None
        self._wake = asyncio.Event()
        self._thread: LoopThread | None = None
        self._running: Future[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = LoopThread("telemetry")
        self._running = self._thread.begin(self._run())

    def stop(self) -> None:
        """Write what waits, if the broker takes it in time, then end."""
        self._stop_by = time.monotonic() + STOP_S_MAX
        if self._thread is None or self._running is None:
            return
        self._thread.loop.call_soon_threadsafe(self._wake.set)
        with contextlib.suppress(TimeoutError):
            self._running.result(STOP_S_MAX + CONNECT_S_MAX + 3 * CLOSE_S_MAX)
        self._thread.stop()

    def put(self, waiting: Waiting) -> None:
        """Write it soon. Raises StoreUnavailable, and counts it as shed, where that cannot be."""
        # A caller who is gone must not take the answer away: it is given in another thread.
        waiting.future.set_running_or_notify_cancel()
        with self._lock:
            refusal = self._refusal(waiting)
            if refusal is not None:
                self.shed += waiting.count
                raise refusal
            self._batches += 1
            self._bytes += len(waiting.value)
            self._unanswered.append(waiting)
            self._unsent.append(waiting)
        if self._thread is not None:
            self._thread.loop.call_soon_threadsafe(self._wake.set)

    def _refusal(self, waiting: Waiting) -> StoreUnavailable | None:
        size = len(waiting.value)
        if self._stop_by is not None:
            return _unwritable(*STOPPING)
        if self._trouble is not None:
            return _unwritable(*self._trouble)
        if size > RECORD_BYTES_MAX - AROUND_BYTES:
            return _unwritable(f"a batch of {size} bytes is too large", f"单批 {size} 字节过大")
        if self._batches >= WAITING_BATCHES_MAX or self._bytes + size > WAITING_BYTES_MAX:
            return StoreUnavailable(
                f"The telemetry log cannot keep up: {waiting.count} elements were not taken. Send the newest again.",
                f"遥测日志写入过慢:{waiting.count} 条未受理。请重发最新数据。",
            )
        return None

    async def _run(self) -> None:
        """Until it is stopped: connect, send, and connect again where the producer has failed for good."""
        overdue = asyncio.create_task(self._refuse_overdue())
        try:
            while not self._is_done():
                producer = self._producer()
                try:
                    await asyncio.wait_for(producer.start(), CONNECT_S_MAX)
                    self._trouble, self._failure = None, ""
                    await self._send(producer)
                except (KafkaError, OSError, TimeoutError) as error:
                    self._is_away(_text(error))
                    await asyncio.sleep(CONNECT_AGAIN_S)
                except Exception as error:
                    # A batch that aiokafka cannot take must not end the log for all that come after it.
                    log.exception("the telemetry log failed")
                    self._is_away(_text(error))
                    await asyncio.sleep(CONNECT_AGAIN_S)
                finally:
                    if self._stop_by is not None:
                        self._refuse_all()
                    await _close(producer)
        finally:
            overdue.cancel()
            self._refuse_all()

    def _producer(self) -> Any:  # noqa: ANN401 -- aiokafka has no types
        return AIOKafkaProducer(
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            max_batch_size=REQUEST_BYTES_MAX,
            max_request_size=RECORD_BYTES_MAX,
            request_timeout_ms=round(ANSWER_S * 1000),
            **self._connection,
        )

    async def _send(self, producer: Any) -> None:  # noqa: ANN401 -- aiokafka has no types
        """Give the producer what comes, in order, until it is stopped. Raises KafkaError when the producer has failed for good."""
        while not self._is_done():
            if self._failure:
                raise KafkaError(self._failure)
            if self._unsent:
                await self._send_one(producer, self._unsent.popleft())
            elif self._stop_by is not None:
                await asyncio.sleep(STOP_LOOK_S)
            else:
                await self._wake.wait()
                self._wake.clear()

    async def _send_one(self, producer: Any, waiting: Waiting) -> None:  # noqa: ANN401 -- aiokafka has no types
        if waiting.future.done():
            return
        self._number += 1
        try:
            sent = await producer.send(
                self._topic,
                waiting.value,
                key=waiting.source.encode(),
                partition=PARTITION,
                timestamp_ms=int(waiting.at * 1000),
                headers=list(headers_of(self._topic, waiting.kind, waiting.source, self._name, self._number, waiting.at)),
            )
        except Exception as error:
            self._refuse(waiting, _text(error))
            raise
        sent.add_done_callback(lambda done: self._answer(waiting, done))

    def _answer(self, waiting: Waiting, done: asyncio.Future[Any]) -> None:
        failure = KafkaError("the connection was closed") if done.cancelled() else done.exception()
        if failure is not None:
            self._failure = _text(failure)
            self._refuse(waiting, self._failure)
            self._wake.set()
            return
        self._trouble = None
        offset = done.result().offset
        # A broker may say of what came twice that it has it, and not where.
        position = offset + 1 if offset >= 0 else self.position
        if position < self.position:
            log.warning("the topic %s was made anew: its positions begin again", self._topic)
        self.position = position
        if waiting.kind in ("fixes", "readings"):
            self.appended += waiting.count
        if self._settle(waiting):
            waiting.future.set_result(position)

    def _refuse_all(self) -> None:
        """Nothing more is taken, and what was not answered is refused."""
        with self._lock:
            self._stop_by = self._stop_by or time.monotonic()
            left = list(self._unanswered)
        for waiting in left:
            self._refuse(waiting, *self._trouble or STOPPING)

    def _refuse(self, waiting: Waiting, why: str, why_zh: str = "") -> None:
        if self._settle(waiting):
            waiting.future.set_exception(_unwritable(why, why_zh or why))
            with self._lock:
                self.shed += waiting.count

    def _settle(self, waiting: Waiting) -> bool:
        """Whether it was not answered yet."""
        if waiting.future.done():
            return False
        with self._lock:
            self._batches -= 1
            self._bytes -= len(waiting.value)
        return True

    async def _refuse_overdue(self) -> None:
        while True:
            await asyncio.sleep(OVERDUE_EVERY_S)
            due = time.monotonic() - ANSWER_S
            while self._unanswered and (self._unanswered[0].future.done() or self._unanswered[0].asked_at < due):
                waiting = self._unanswered.popleft()
                if not waiting.future.done():
                    self._is_away(f"the broker has not answered for {ANSWER_S:g} seconds", f"消息服务器 {ANSWER_S:g} 秒无应答")
                    self._refuse(waiting, *self._trouble or STOPPING)

    def _is_away(self, why: str, why_zh: str = "") -> None:
        if self._trouble is None:
            log.warning("the telemetry log cannot be written: %s", why)
        self._trouble = why, why_zh or why

    def _is_done(self) -> bool:
        """Stopped, and nothing waits that could still be written."""
        if self._stop_by is None:
            return False
        return self._trouble is not None or not self._batches or time.monotonic() > self._stop_by


async def _close(producer: Any) -> None:  # noqa: ANN401 -- aiokafka has no types
    """Leave the broker, also one that does not answer: aiokafka would wait until it has taken everything."""
    closing = asyncio.create_task(producer.stop())
    if await _is_over(closing):
        return
    # Not waited for until they are cancelled, as `wait_for` would: what they wait for is the broker.
    closing.cancel()
    await _is_over(asyncio.create_task(producer.client.close()), asyncio.create_task(producer._sender.close()))  # noqa: SLF001 -- no other way ends it
    producer._message_accumulator.fail_all(KafkaError("the connection was closed"))  # noqa: SLF001 -- nor answers what it holds


async def _is_over(*tasks: asyncio.Task[None]) -> bool:
    done, pending = await asyncio.wait(tasks, timeout=CLOSE_S_MAX)
    for task in done:
        if not task.cancelled() and task.exception() is not None:
            log.warning("the producer of telemetry was not closed in good order: %s", task.exception())
    return not pending


def _text(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _unwritable(en: str, zh: str) -> StoreUnavailable:
    return StoreUnavailable(f"The telemetry log cannot be written: {en}.", f"遥测日志无法写入:{zh}。")
