"""The telemetry log on Kafka: what `streams/telemetry.py` is on one machine, for gateways that share a broker.

A batch is answered when every broker that must have it has it (streams/kafka/telemetry_writer.py); what is there is read by offsets and by
offsets for times (streams/kafka/telemetry_past.py). Why its positions are one number: streams/kafka/telemetry_records.py.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from streams.failures import StoreUnavailable
from streams.kafka.telemetry_past import TelemetryPast
from streams.kafka.telemetry_reader import TopicIsWrong
from streams.kafka.telemetry_records import value_of
from streams.kafka.telemetry_writer import TelemetryWriter, Waiting
from streams.telemetry import DAY_S, Batch, Heard

log = logging.getLogger(__name__)


class KafkaTelemetryLog:
    """Keeps `streams.telemetry_log.Telemetry`. `now` dates batches where the topic does not say that the broker does.

    Raises TopicIsWrong where the topic is not there or has not one partition. A broker that is away is waited for; until it has come, the
    log's position is 0.
    """

    def __init__(self, topic: str, *, retention_days: float, now: Callable[[], float], **connection: Any) -> None:  # noqa: ANN401 -- what aiokafka connects by
        self.topic = topic
        # By which a gateway's feed knows what it has shown already.
        self.writer = uuid.uuid4().hex
        self._now = now
        self._retention_s = retention_days * DAY_S
        self._past = TelemetryPast(topic, **connection)
        try:
            self._past.look()
        except TopicIsWrong:
            self._past.stop()
            raise
        except StoreUnavailable as failure:
            log.warning("%s", failure)
        self._writer = TelemetryWriter(topic, self.writer, connection)

    def start(self) -> None:
        """Begin to write."""
        self._past.start()
        self._writer.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        self._writer.stop()
        self._past.stop()

    @property
    def position(self) -> int:
        """That of the newest batch that was written here, or seen when it was last looked."""
        return max(self._writer.position, self._past.end)

    @property
    def kept_since(self) -> float:
        """The moment (seconds since 1970) before which nothing is promised to be kept, or nothing is there any more."""
        return max(self._now() - self._retention_s, self._past.begins_at)

    @property
    def shed(self) -> int:
        """Elements that were refused since it was opened."""
        return self._writer.shed

    @property
    def appended(self) -> int:
        """Fixes and readings that it has written since it was opened."""
        return self._writer.appended

    def append(
        self, kind: str, source: str, count: int, payload: bytes, *, rejected: int = 0, newest_at: float | None = None
    ) -> Future[int]:
        """The batch's position to come; raises StoreUnavailable, and counts what was shed, where the log cannot keep up or be written."""
        value = value_of(kind, source, count, payload, rejected, newest_at)
        waiting = Waiting(kind, source, count, value, self._now(), time.monotonic())
        self._writer.put(waiting)
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
