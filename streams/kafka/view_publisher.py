"""What a worker has committed goes out to the gateways, in the order of its commits, and as often as is needed to be sure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from streams.kafka.view_records import Delta, records_of

# Records on their way to the broker at once: a catching-up view has thousands of them, and none is worth more memory than this.
UNDER_WAY_MAX = 5_000

T = TypeVar("T")


class Outbox(Protocol):
    """The deltas of a view that are committed, and not known to be published. Written in the transaction of the view itself."""

    def waiting(self, view: str) -> Sequence[Delta]:
        """The oldest first; a bounded number."""
        ...

    def published(self, view: str, epoch: str, position: int) -> None:
        """Everything of this epoch up to a position is on the topic."""
        ...


async def _at_once(ask: Callable[[], T]) -> T:
    return ask()


class ViewPublisher:
    """`publish` after each commit, and once when a view is taken over from another worker. For one event loop.

    `producer` is a started AIOKafkaProducer with `acks="all"` and `enable_idempotence=True`; `topic_of` gives the topic of a view;
    `asking` says where the outbox is asked, which may take its time.
    """

    def __init__(
        self,
        producer: Any,  # noqa: ANN401 -- aiokafka has no types
        outbox: Outbox,
        topic_of: Callable[[str], str],
        *,
        asking: Callable[[Callable[[], Any]], Awaitable[Any]] = _at_once,
    ) -> None:
        self._producer = producer
        self._outbox = outbox
        self._topic_of = topic_of
        self._asking = asking

    async def publish(self, view: str) -> int:
        """Publish what waits of a view; how many deltas that were. Raises aiokafka's KafkaError: what waits is still there then."""
        count = 0
        while deltas := await self._asking(lambda: self._outbox.waiting(view)):
            await self.send(view, deltas)
            last = deltas[-1]
            await self._asking(lambda: self._outbox.published(view, last.epoch, last.position))  # noqa: B023 -- asked at once
            count += len(deltas)
        return count

    async def send(self, view: str, deltas: Sequence[Delta]) -> None:
        """Put these on the topic; they are there when this returns. Raises aiokafka's KafkaError."""
        under_way = []
        for delta in deltas:
            for record in records_of(delta):
                under_way.append(
                    await self._producer.send(self._topic_of(view), record.value, key=record.key, headers=list(record.headers), partition=0)
                )
                if len(under_way) >= UNDER_WAY_MAX:
                    await _settled(under_way)
                    under_way = []
        await _settled(under_way)


async def _settled(sent: Sequence[Any]) -> None:
    for acknowledgement in sent:
        await acknowledgement
