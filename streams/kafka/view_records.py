"""A view's deltas as records of its topic, and back: what a worker has committed, for every gateway.

The topic of a view is compacted and has one partition. A delta is one record for each document that changed (its key, its JSON, or nothing
where it left), and behind them one under the key CHECKPOINT that says from which position to which, and of how many documents. A worker
publishes what it has committed, in the order of its commits, and again where it does not know whether it has: so a delta may come twice,
and between each other where two workers publish it. It is taken over once, and whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from streams.views import Change

# No document has it: identifiers are printable.
CHECKPOINT = b"\x00checkpoint"

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """What one commit did to a view: the documents that changed (None: not shown any more) between two of its positions."""

    view: str
    epoch: str
    since: int
    position: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ViewRecord:
    """One record, without its topic."""

    key: bytes
    value: bytes | None
    headers: Headers


class NotAViewRecord(Exception):
    """A record on a view's topic that no worker of ours has written."""


class DeltaIsMissing(Exception):
    """A delta does not begin where the view stands, or not all of it has come: the view is to be read anew from its store."""


class _Reached(msgspec.Struct, frozen=True):
    epoch: str
    since: int
    position: int
    documents: int


_reached = msgspec.json.Decoder(_Reached)


def records_of(delta: Delta) -> list[ViewRecord]:
    """The records of a delta, in the order in which they are to be sent."""
    documents = [
        ViewRecord(change.key.encode(), change.document, _headers(delta.epoch, delta.position, change.position)) for change in delta.changes
    ]
    reached = _Reached(delta.epoch, delta.since, delta.position, len(documents))
    return [*documents, ViewRecord(CHECKPOINT, msgspec.json.encode(reached), _headers(delta.epoch, delta.position, delta.position))]


def _headers(epoch: str, reaches: int, position: int) -> Headers:
    return (("epoch", epoch.encode()), ("reaches", b"%d" % reaches), ("position", b"%d" % position))


@dataclass(slots=True)
class Assembler:
    """Puts the deltas of one view together again, from the position at which it stands."""

    view: str
    epoch: str
    position: int
    _coming: dict[int, dict[bytes, Change]] = field(default_factory=dict)

    def take(self, record: ViewRecord) -> Delta | None:
        """The delta that this record completes. Raises NotAViewRecord, and DeltaIsMissing: also where another epoch begins."""
        try:
            headers = dict(record.headers)
            epoch, reaches, position = headers["epoch"].decode(), int(headers["reaches"]), int(headers["position"])
        except (KeyError, ValueError) as error:
            raise NotAViewRecord(f"A record of the view {self.view} has not the headers epoch, reaches and position: {error}.") from None
        if epoch != self.epoch:
            raise DeltaIsMissing(f"{self.view} has begun anew ({epoch} instead of {self.epoch}).")
        if reaches <= self.position:
            return None
        if record.key != CHECKPOINT:
            change = Change(self.view, record.key.decode(), position, record.value)
            self._coming.setdefault(reaches, {})[record.key] = change
            return None
        return self._complete(record)

    def _complete(self, record: ViewRecord) -> Delta:
        try:
            reached = _reached.decode(record.value or b"")
        except msgspec.MsgspecError as error:
            raise NotAViewRecord(f"The checkpoint of the view {self.view} is not understood: {error}.") from None
        changes = self._coming.get(reached.position, {})
        if reached.since != self.position or len(changes) != reached.documents:
            raise DeltaIsMissing(
                f"{self.view} stands at {self.position}, and what comes next reaches from {reached.since} to {reached.position} "
                f"with {len(changes)} of {reached.documents} documents."
            )
        self.position = reached.position
        self._coming = {reaches: coming for reaches, coming in self._coming.items() if reaches > reached.position}
        return Delta(self.view, self.epoch, reached.since, reached.position, tuple(changes.values()))
