"""The store of record, cut into batches for a producer. Blocking: it runs in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from projections.projection import Recorded
from streams.failures import StreamFailure
from streams.kafka.records import Record, records

# What one partition has in flight: enough that the way to the broker and back is little beside it, little enough for a broker's request.
BATCH_BYTES = 500_000
BATCH_RECORDS = 2_000
# Headers and frame of one record.
FRAME_BYTES = 500


class Facts(Protocol):
    """A store of record: facts in the order of their positions, which have no gaps."""

    @property
    def last_position(self) -> int:
        """The position of the newest fact."""
        ...

    def facts(self, after: int, until: int | None = None) -> Iterator[Recorded]:
        """Facts from the one after position `after` to `until`."""
        ...


class LogHasGap(StreamFailure):
    """A position is missing in the store of record."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that go together, each with the position of its last fact."""

    records: tuple[tuple[Record, int], ...]
    last: int


class Batches:
    """Reads on from a position; `end` is the newest position that was seen."""

    def __init__(self, facts: Facts, after: int, *, prefix: str, epoch: int) -> None:
        self._facts = facts
        self._prefix = prefix
        self._epoch = epoch
        self._position = after
        self._records: Iterator[tuple[Record, int, int]] = iter(())
        self.end = after

    def next(self) -> Batch | None:
        """What comes next, or None when there is nothing new now."""
        taken: list[tuple[Record, int]] = []
        size = 0
        while size < BATCH_BYTES and len(taken) < BATCH_RECORDS:
            entry = next(self._records, None)
            if entry is None:
                if taken or not self._reads_on():
                    break
                continue
            record, first, last = entry
            self._require_next(first)
            self._position = last
            taken.append((record, last))
            size += len(record.value or b"") + FRAME_BYTES
        return Batch(tuple(taken), self._position) if taken else None

    def look(self) -> None:
        """See how far the store of record is now."""
        self.end = max(self.end, self._facts.last_position)

    def _reads_on(self) -> bool:
        # Up to the end as it is now, which is the end of a transaction: a save is never cut in two.
        self.look()
        if self.end <= self._position:
            return False
        self._records = records(self._facts.facts(self._position, self.end), prefix=self._prefix, epoch=self._epoch)
        return True

    def _require_next(self, first: int) -> None:
        if first != self._position + 1:
            raise LogHasGap(
                f"The store of record has no position {self._position + 1}, {first} is the next that there is: nothing after it was "
                "published. Run `drumtower verify`, and restore the store from a copy that holds.",
                f"事实库缺少位置 {self._position + 1}(其后为 {first}),其后内容未发布。请运行 `drumtower verify` 并从完好的备份恢复。",
            )
