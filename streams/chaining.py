"""What every store of record does to write on: bind new facts to the newest, place the receipts, and witness what it has written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from eventsourcing.persistence import StoredEvent

from streams.chain import Head, bind
from streams.failures import ChainIsBroken
from streams.store_of_record import ReceiptRow

FactRow = tuple[int, str, int, str, bytes, bytes]
"""A fact to be written: what `streams.chain.Link` names."""

PlacedReceipt = tuple[str, bytes, int, str, bytes]
"""A receipt to be written: key, digest, position, recorded_at, reply."""


def bound_rows(before: Head, stored_events: Sequence[StoredEvent]) -> tuple[list[FactRow], Head]:
    """The rows of these facts behind the head, and the head after them."""
    position, bound = before.position, before.hash
    rows: list[FactRow] = []
    for stored in stored_events:
        position += 1
        aggregate = cast("str", stored.originator_id)
        bound = bind(bound, position, aggregate, stored.originator_version, stored.topic, stored.state)
        rows.append((position, aggregate, stored.originator_version, stored.topic, stored.state, bound))
    return rows, Head(position, bound)


def placed_receipts(receipts: Sequence[ReceiptRow], rows: Sequence[FactRow], end: int) -> list[PlacedReceipt]:
    """A receipt names its last fact by its index in this transaction; without facts it points at the end of the log."""
    return [(key, digest, rows[last][0] if last >= 0 else end, at, reply) for key, digest, last, at, reply in receipts]


class Witness:
    """What this process has written last and the log must still have: nobody rewrites the log unseen while it is served."""

    def __init__(self) -> None:
        self._written: Head | None = None

    def require(self, head: Head, read_hash: Callable[[int], bytes | None]) -> None:
        """Raises ChainIsBroken where a log that stands at `head` has not what was written."""
        ours = self._written
        if ours is None or head == ours or (head.position > ours.position and read_hash(ours.position) == ours.hash):
            return
        raise ChainIsBroken(
            ours.position,
            f"The log was changed by somebody else while it was served (position {ours.position} is not what was written there): "
            "nothing was accepted. Stop the server and run `drumtower verify`.",
            f"日志在服务期间被他人改动(位置 {ours.position} 与写入时不符):本条未受理。请停止服务并运行 `drumtower verify`。",
        )

    def saw(self, head: Head) -> None:
        """This was written, and is on disk."""
        self._written = head
