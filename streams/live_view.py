"""One view's live picture in memory: each shown document as JSON with its position, and what left, so that any console can resume."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from domain.permissions import Scope

# What left a view is remembered this long, so that a console that was cut off for a shift's worth of closings can resume.
TOMBSTONES_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Facets:
    """What a subscription may filter a document by. `agencies` is None where it belongs to none by its nature."""

    district: str = ""
    agencies: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscription wants, within what its account reaches; an empty set wants all."""

    districts: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    reach: Scope = field(default_factory=Scope)

    def names(self, key: str) -> bool:
        """Whether a document of this key can ever belong to the subscription."""
        return not self.keys or key in self.keys

    def matches(self, key: str, facets: Facets) -> bool:
        """Whether a document belongs to the subscription."""
        return (
            self.names(key)
            and (not self.districts or facets.district in self.districts)
            and (not self.agencies or not self.agencies.isdisjoint(facets.agencies or ()))
            and self.reach.reaches(agencies=facets.agencies, district=facets.district)
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it goes out: `row` is `["key",position,{…}]`."""

    position: int
    row: bytes
    document: bytes
    facets: Facets


class LiveView:
    """The shown documents of one view. Belongs to the thread of the event loop."""

    def __init__(self, name: str, epoch: str, position: int, facets: Callable[[bytes], Facets]) -> None:
        self.name = name
        self.epoch = epoch
        self.position = position
        self._facets = facets
        self.documents: dict[str, Shown] = {}
        self._gone: OrderedDict[str, int] = OrderedDict()
        self._forgotten = 0

    def load(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """The documents as they stand on disk. What left before is not known: nobody can resume from before now."""
        for key, position, document in rows:
            self.documents[key] = self._shown(key, position, document)
        self._forgotten = self.position

    def apply(self, key: str, position: int, document: bytes | None) -> None:
        """A document changed, or left."""
        if document is None:
            if self.documents.pop(key, None) is not None or key in self._gone:
                self._gone[key] = position
                self._gone.move_to_end(key)
            while len(self._gone) > TOMBSTONES_MAX:
                self._forgotten = max(self._forgotten, self._gone.popitem(last=False)[1])
        else:
            self._gone.pop(key, None)
            self.documents[key] = self._shown(key, position, document)

    def watch(self, wanted: Filter) -> None:
        """A subscription begins. Everything is in memory: nothing is to be read."""

    def unwatch(self, wanted: Filter) -> None:
        """A subscription ended."""

    def can_resume(self, epoch: str | None, since: int | None) -> bool:
        """Whether everything that changed after `since` is known."""
        return epoch == self.epoch and since is not None and self._forgotten <= since <= self.position

    def snapshot(self, wanted: Filter) -> list[bytes]:
        """The rows of every document that the filter wants."""
        return [shown.row for key, shown in self.documents.items() if wanted.matches(key, shown.facets)]

    def changed_since(self, since: int, wanted: Filter) -> tuple[list[bytes], list[bytes]]:
        """Rows that changed after `since`, and `["key",position]` of what left or no longer matches."""
        rows, gone = [], []
        for key, shown in self.documents.items():
            if shown.position > since and wanted.names(key):
                if wanted.matches(key, shown.facets):
                    rows.append(shown.row)
                else:
                    gone.append(gone_row(key, shown.position))
        gone.extend(gone_row(key, position) for key, position in self._gone_after(since) if wanted.names(key))
        return rows, gone

    def frame_of(self, keys: Iterable[str], wanted: Filter) -> tuple[list[bytes], list[bytes]]:
        """The same for documents that are known to have changed."""
        rows, gone = [], []
        for key in filter(wanted.names, keys):
            shown = self.documents.get(key)
            if shown is None:
                gone.append(gone_row(key, self._gone.get(key, self.position)))
            elif wanted.matches(key, shown.facets):
                rows.append(shown.row)
            else:
                gone.append(gone_row(key, shown.position))
        return rows, gone

    def _gone_after(self, since: int) -> Iterator[tuple[str, int]]:
        for key in reversed(self._gone):
            position = self._gone[key]
            if position <= since:
                return
            yield key, position

    def _shown(self, key: str, position: int, document: bytes) -> Shown:
        return Shown(position, b"[%s,%d,%s]" % (quote(key), position, document), document, self._facets(document))


class WatchedView(LiveView):
    """A view too large for memory: only the documents that somebody watches, by key, are held; the rest stay on disk."""

    def __init__(
        self,
        name: str,
        epoch: str,
        position: int,
        read: Callable[[str], tuple[str, int, bytes] | None],
        facets: Callable[[bytes], Facets] = lambda _document: Facets(),
    ) -> None:
        super().__init__(name, epoch, position, facets)
        self._read = read
        self._watchers: Counter[str] = Counter()

    def watch(self, wanted: Filter) -> None:
        """Read what is watched for the first time."""
        for key in wanted.keys:
            if not self._watchers[key]:
                row = self._read(key)
                if row is not None:
                    self.documents[key] = self._shown(*row)
            self._watchers[key] += 1

    def unwatch(self, wanted: Filter) -> None:
        """Let go of what nobody watches any more."""
        for key in wanted.keys:
            self._watchers[key] -= 1
            if self._watchers[key] <= 0:
                del self._watchers[key]
                self.documents.pop(key, None)

    def apply(self, key: str, position: int, document: bytes | None) -> None:
        """Only what is watched is held."""
        if key in self._watchers:
            super().apply(key, position, document)

    def can_resume(self, _epoch: str | None, _since: int | None) -> bool:
        """What was not watched is not known: a few documents are sent whole instead."""
        return False


def gone_row(key: str, position: int) -> bytes:
    """`["key",position]`."""
    return b"[%s,%d]" % (quote(key), position)


def quote(text: str) -> bytes:
    """A JSON string."""
    return msgspec.json.encode(text)
