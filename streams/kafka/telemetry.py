"""The telemetry log on Kafka: what `streams/telemetry.py` is on one machine, for gateways that share a broker.

A batch is answered when every broker that must have it has it. It is written by a thread of its own and shares nothing with decisions but the
processor. What the broker does not answer within ANSWER_S is refused, and from then on everything is refused at once, until
the broker answers again; no source waits for a broker that is away, and no old fixes pile up. What was refused so may have been written after
all: a source that sends it again sends a fix that changes nothing, and readings that are not newer than what was read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.failures import StoreUnavailable
from streams.kafka.loop_thread import LoopThread
from streams.kafka.telemetry_past import TelemetryPast
from streams.kafka.telemetry_reader import TopicIsWrong
from streams.kafka.telemetry_records import PARTITION, headers_of, value_of
from streams.kafka.topics import RECORD_BYTES_MAX
from streams.telemetry import DAY_S, Batch, Heard

# As on one machine: at 50 batches a second this is 20 s of telemetry, and fresh fixes are worth more than old ones.
WAITING_BATCHES_MAX = 1_000
# And however large they are, they take no more memory than this.
WAITING_BYTES_MAX = 67_108_864
# A partition whose leader died has a new one after three to nine seconds: that is waited for.
ANSWER_S = 10.0
OVERDUE_EVERY_S = 0.1
# What comes while a request is on its way travels together in the next: to wait for more would only be later.
LINGER_MS = 0
# One request; some 150 batches of 72 fixes.
REQUEST_BYTES_MAX = 1_048_576
CONNECT_S_MAX = 10.0
CONNECT_AGAIN_S = 0.5
# What waits is written before the log ends, if the broker takes it by then.
STOP_S_MAX = 5.0
STOP_LOOK_S = 0.01
CLOSE_S_MAX = 2.0

# How often it is looked at what retention has taken; sooner while the end is not known yet.
LOOK_EVERY_S = 60.0
LOOK_AGAIN_S = 1.0
STOPPING = ("the server is stopping", "服务器正在停止")

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Waiting:
    kind: str
    source: str
    count: int
    value: bytes
    at: float
    asked_at: float
    future: Future[int] = field(default_factory=Future)


class KafkaTelemetryLog:
    """Keeps `streams.telemetry_log.Telemetry`. `now` dates batches where the topic does not say that the broker does.

    Raises StoreUnavailable where the topic is not there or has not one partition; a broker that is away is waited for.
    """

    def __init__(self, topic: str, *, retention_days: float, now: Callable[[], float], **connection: Any) -> None:  # noqa: ANN401 -- what aiokafka connects by
        self.topic = topic
        # By which a gateway's feed knows what it has shown already.
        self.writer = uuid.uuid4().hex
        self.shed = 0
        self.appended = 0
        self._now = now
        self._connection = connection
        self._retention_s = retention_days * DAY_S
        self._past = TelemetryPast(topic, **connection)
        self.position = 0
        self._first_look()
        self._lock = threading.Lock()
        self._waiting_bytes = 0
        self._waiting_batches = 0
        self._number = 0
        # In the order in which they came, until they are answered; `_unsent` are those that the producer has not got.
        self._unanswered: deque[_Waiting] = deque()
        self._unsent: deque[_Waiting] = deque()
        self._trouble: tuple[str, str] | None = None
        self._failure = ""
        self._is_stopping = False
        self._stop_at: float | None = None
        self._thread: LoopThread | None = None
        self._run: Future[None] | None = None
        self._wake = asyncio.Event()

    def start(self) -> None:
        """Begin to write."""
        self._thread = LoopThread("telemetry")
        self._run = self._thread.begin(self._write())

    def stop(self) -> None:
        """Write what waits, then end."""
        if self._thread is not None and self._run is not None:
            self._is_stopping = True
            self._thread.loop.call_soon_threadsafe(self._wake.set)
            with contextlib.suppress(TimeoutError):
                self._run.result(STOP_S_MAX + 3 * CLOSE_S_MAX + CONNECT_S_MAX)
            self._thread.stop()
        self._past.stop()

    @property
    def kept_since(self) -> float:
        """The moment (seconds since 1970) before which nothing is promised to be kept, or nothing is there any more."""
        return max(self._now() - self._retention_s, self._past.begins_at)

    def append(
        self, kind: str, source: str, count: int, payload: bytes, *, rejected: int = 0, newest_at: float | None = None
    ) -> Future[int]:
        """The batch's position to come; raises StoreUnavailable, and counts what was shed, where the log cannot keep up or be written."""
        now = self._now()
        waiting = _Waiting(kind, source, count, value_of(kind, source, count, payload, rejected, newest_at), now, time.monotonic())
        # A caller who is gone must not take the answer away: it is given in another thread.
        waiting.future.set_running_or_notify_cancel()
        with self._lock:
            refusal = self._refusal(waiting)
            if refusal is not None:
                self.shed += count
                raise refusal
            self._waiting_batches += 1
            self._waiting_bytes += len(waiting.value)
            self._unanswered.append(waiting)
            self._unsent.append(waiting)
        if self._thread is not None:
            self._thread.loop.call_soon_threadsafe(self._wake.set)
        return waiting.future

    def batches(self, kind: str, after: int = 0, since: float = 0.0) -> Iterator[Batch]:
        """Batches of one kind after a position and recorded since a moment (seconds since 1970), in the order of the log."""
        return self._past.batches(kind, after, since)

    def heard(self, after: int, until: float) -> Iterator[Heard]:
        """What sources sent after a position and until a moment, in the order of the log, without the elements."""
        return self._past.heard(after, until)

    def newest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The newest batch of a kind that was recorded between two moments."""
        return self._past.newest(kind, since=since, until=until)

    def oldest(self, kind: str, *, since: float, until: float) -> Batch | None:
        """The oldest batch of a kind that was recorded between two moments."""
        return self._past.oldest(kind, since=since, until=until)

    def _first_look(self) -> None:
        try:
            self.position = self._past.look()
        except TopicIsWrong:
            self._past.stop()
            raise
        except StoreUnavailable as failure:
            log.warning("%s", failure)

    def _refusal(self, waiting: _Waiting) -> StoreUnavailable | None:
        if self._is_stopping:
            return _unwritable(*STOPPING)
        if self._trouble is not None:
            return _unwritable(*self._trouble)
        if len(waiting.value) > RECORD_BYTES_MAX - 4_096:
            return _unwritable(f"a batch of {len(waiting.value)} bytes is too large", f"单批 {len(waiting.value)} 字节过大")
        full = self._waiting_bytes and self._waiting_bytes + len(waiting.value) > WAITING_BYTES_MAX
        if full or self._waiting_batches >= WAITING_BATCHES_MAX:
            return StoreUnavailable(
                f"The telemetry log cannot keep up: {waiting.count} elements were not taken. Send the newest again.",
                f"遥测日志写入过慢:{waiting.count} 条未受理。请重发最新数据。",
            )
        return None

    async def _write(self) -> None:
        """Until it is stopped: connect, send, and connect again where the producer has failed for good."""
        overdue = asyncio.create_task(self._refuse_overdue())
        looking = asyncio.create_task(self._keep_looking())
        try:
            while not self._is_done():
                producer = AIOKafkaProducer(
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=LINGER_MS,
                    max_batch_size=REQUEST_BYTES_MAX,
                    max_request_size=RECORD_BYTES_MAX,
                    request_timeout_ms=round(ANSWER_S * 1000),
                    retry_backoff_ms=100,
                    **self._connection,
                )
                try:
                    await asyncio.wait_for(producer.start(), CONNECT_S_MAX)
                    self._trouble, self._failure = None, ""
                    await self._send(producer)
                except (KafkaError, OSError, TimeoutError) as error:
                    self._is_away(str(error) or type(error).__name__)
                    await asyncio.sleep(CONNECT_AGAIN_S)
                except Exception as error:
                    # A batch that aiokafka cannot take must not end the log for all that come after it.
                    log.exception("the telemetry log failed")
                    self._is_away(str(error))
                    await asyncio.sleep(CONNECT_AGAIN_S)
                finally:
                    await _close(producer)
        finally:
            self._is_stopping = True
            overdue.cancel()
            looking.cancel()
            for waiting in list(self._unanswered):
                self._refuse(waiting, *self._trouble or STOPPING)

    async def _send(self, producer: Any) -> None:  # noqa: ANN401 -- aiokafka has no types
        """Give the producer what comes, in order. Raises its KafkaError when it has failed for good."""
        while not self._is_done():
            if self._failure:
                raise KafkaError(self._failure)
            if not self._unsent:
                self._wake.clear()
                if not self._unsent and not self._is_stopping:
                    await self._wake.wait()
                elif self._is_stopping:
                    await asyncio.sleep(STOP_LOOK_S)
                continue
            waiting = self._unsent.popleft()
            if waiting.future.done():
                continue
            self._number += 1
            try:
                sent = await producer.send(
                    self.topic,
                    waiting.value,
                    key=waiting.source.encode(),
                    partition=PARTITION,
                    timestamp_ms=int(waiting.at * 1000),
                    headers=list(headers_of(self.topic, waiting.kind, waiting.source, self.writer, self._number, waiting.at)),
                )
            except Exception as error:
                self._refuse(waiting, str(error) or type(error).__name__)
                raise
            sent.add_done_callback(lambda done, waiting=waiting: self._answer(waiting, done))

    def _answer(self, waiting: _Waiting, done: asyncio.Future[Any]) -> None:
        failure = KafkaError("the connection was closed") if done.cancelled() else done.exception()
        if failure is not None:
            self._failure = str(failure) or type(failure).__name__
            self._refuse(waiting, self._failure)
            self._wake.set()
            return
        self._trouble = None
        offset = done.result().offset
        # A broker may say of what came twice that it has it, and not where.
        position = offset + 1 if offset >= 0 else self.position
        if position < self.position:
            log.warning("the topic %s was made anew: its positions begin again", self.topic)
        self.position = position
        if waiting.kind in ("fixes", "readings"):
            self.appended += waiting.count
        if self._settle(waiting):
            waiting.future.set_result(position)

    def _refuse(self, waiting: _Waiting, why: str, why_zh: str = "") -> None:
        if self._settle(waiting):
            self.shed += waiting.count
            waiting.future.set_exception(_unwritable(why, why_zh or why))

    def _settle(self, waiting: _Waiting) -> bool:
        """Whether it was not answered yet."""
        if waiting.future.done():
            return False
        with self._lock:
            self._waiting_batches -= 1
            self._waiting_bytes -= len(waiting.value)
        return True

    async def _refuse_overdue(self) -> None:
        while True:
            await asyncio.sleep(OVERDUE_EVERY_S)
            due = time.monotonic() - ANSWER_S
            while self._unanswered and (self._unanswered[0].future.done() or self._unanswered[0].asked_at < due):
                waiting = self._unanswered.popleft()
                if not waiting.future.done():
                    self._is_away(f"the broker has not answered for {ANSWER_S:g} seconds", f"消息服务器 {ANSWER_S:g} 秒无应答")
                    self._refuse(waiting, *self._trouble or ("", ""))

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S if self.position else LOOK_AGAIN_S)
            try:
                self.position = max(self.position, await asyncio.to_thread(self._past.look))
            except StoreUnavailable as failure:
                log.warning("%s", failure)

    def _is_away(self, why: str, why_zh: str = "") -> None:
        if self._trouble is None:
            log.warning("the telemetry log cannot be written: %s", why)
        self._trouble = why, why_zh or why

    def _is_done(self) -> bool:
        if not self._is_stopping:
            return False
        if self._trouble is not None or not self._waiting_batches:
            return True
        if self._stop_at is None:
            self._stop_at = time.monotonic() + STOP_S_MAX
        return time.monotonic() > self._stop_at


async def _close(producer: Any) -> None:  # noqa: ANN401 -- aiokafka has no types
    """Leave the broker, also one that does not answer: aiokafka would wait until it has taken everything."""
    try:
        await asyncio.wait_for(producer.stop(), CLOSE_S_MAX)
    except (KafkaError, OSError, TimeoutError):
        for part in (producer.client, producer._sender):  # noqa: SLF001 -- no other way ends its task
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(part.close(), CLOSE_S_MAX)
        producer._message_accumulator.fail_all(KafkaError("the connection was closed"))  # noqa: SLF001 -- nor answers what it holds


def _unwritable(en: str, zh: str) -> StoreUnavailable:
    return StoreUnavailable(f"The telemetry log cannot be written: {en}.", f"遥测日志无法写入:{zh}。")
