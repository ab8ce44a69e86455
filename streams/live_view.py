"""One view's live picture in memory: each shown document as JSON with its position, and what moved, so that any console can resume.

A console is told of what left its picture, and of nothing that was never in it: a key alone (an incident's number, an account's name) says
something to those who may not see the document. So the view remembers, for all filters at once, each *move*: a document that came, left,
or changed in what it is filtered by, with what it was filtered by before. From the moves after a position follows what any filter held
there. To remember instead what each console holds would cost a set of keys for every subscription, and would be lost with the link, which
is when a console resumes.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from domain.permissions import Scope

# A city opens and closes some thousand incidents a shift: a console that was cut off for days can resume. Some 15 MB a view at the most.
MOVES_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Facets:
    """What a subscription may filter a document by. `agencies` is None where it belongs to none by its nature.

    `within` is the scope that a document shows the insides of (a shift's list): only who reaches as far may see it.
    """

    district: str = ""
    agencies: frozenset[str] | None = None
    within: Scope | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscription wants, within what its account reaches; an empty set wants all."""

    districts: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    reach: Scope = field(default_factory=Scope)

    def matches(self, key: str, facets: Facets) -> bool:
        """Whether a document belongs to the subscription."""
        return (
            (not self.keys or key in self.keys)
            and (not self.districts or facets.district in self.districts)
            and (not self.agencies or not self.agencies.isdisjoint(facets.agencies or ()))
            and self.reach.reaches(agencies=facets.agencies, district=facets.district)
            and (facets.within is None or self.reach.covers(facets.within))
        )

    def digest(self) -> str:
        """The same for the same filter and reach, in every life of the server; another for any other."""
        parts = (self.districts, self.agencies, self.keys, self.reach.agencies, self.reach.districts)
        return hashlib.sha256(msgspec.json.encode([sorted(part) for part in parts])).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Moved:
    """A document that came, left, or is filtered by something else than `before` (None: it was not shown)."""

    position: int
    key: str
    before: Facets | None


Moves = dict[str, Moved]
"""By key: the position of the newest move, and what the document was filtered by before the oldest."""


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
        self._moves: deque[Moved] = deque()
        self._forgotten = 0

    def load(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """The documents as they stand on disk. What moved before is not known: nobody can resume from before now."""
        for key, position, document in rows:
            self.documents[key] = self._shown(key, position, document)
        self._forgotten = self.position

    def apply(self, key: str, position: int, document: bytes | None) -> None:
        """A document changed, or left."""
        before = self.documents.get(key)
        if document is None:
            if before is not None:
                del self.documents[key]
                self._remember(Moved(position, key, before.facets))
            return
        shown = self.documents[key] = self._shown(key, position, document)
        if before is None or before.facets != shown.facets:
            self._remember(Moved(position, key, before.facets if before is not None else None))

    def watch(self, wanted: Filter) -> None:
        """A subscription begins. Everything is in memory: nothing is to be read."""

    def unwatch(self, wanted: Filter) -> None:
        """A subscription ended."""

    def epoch_of(self, wanted: Filter) -> str:
        """What a subscription's positions compare within: the view's epoch, and its filter within what its account reaches."""
        return f"{self.epoch}.{wanted.digest()}"

    def can_resume(self, epoch: str | None, since: int | None, wanted: Filter) -> bool:
        """Whether a picture of this epoch at `since` was made by the same filter, and everything that changed after it is known."""
        return epoch == self.epoch_of(wanted) and since is not None and self.knows(since)

    def is_behind(self, epoch: str | None, since: int, wanted: Filter) -> bool:
        """Whether a picture of this epoch, made by the same filter, is of a later position than this one has come to."""
        return epoch == self.epoch_of(wanted) and since > self.position

    def knows(self, since: int) -> bool:
        """Whether every move after `since` is remembered."""
        return self._forgotten <= since <= self.position

    def snapshot(self, wanted: Filter) -> list[bytes]:
        """The rows of every document that the filter wants."""
        return [shown.row for key, shown in self.documents.items() if wanted.matches(key, shown.facets)]

    def changed_since(self, since: int, wanted: Filter) -> tuple[list[bytes], list[bytes]]:
        """Rows that changed after `since`, and `["key",position]` of what the filter wanted then and has lost."""
        changed = (key for key, shown in self.documents.items() if shown.position > since)
        return self.frame_of(changed, self.moved_since(since), wanted)

    def frame_of(self, keys: Iterable[str], moves: Moves, wanted: Filter) -> tuple[list[bytes], list[bytes]]:
        """The same for documents that are known to have changed or moved."""
        rows = []
        for key in keys:
            shown = self.documents.get(key)
            if shown is not None and wanted.matches(key, shown.facets):
                rows.append(shown.row)
        gone = []
        for key, moved in moves.items():
            if moved.before is None or not wanted.matches(key, moved.before):
                continue
            shown = self.documents.get(key)
            if shown is None or not wanted.matches(key, shown.facets):
                gone.append(gone_row(key, moved.position))
        return rows, gone

    def moved_since(self, since: int) -> Moves:
        """What moved after a position."""
        moves: Moves = {}
        for moved in reversed(self._moves):
            if moved.position <= since:
                break
            newest = moves.get(moved.key, moved)
            moves[moved.key] = Moved(newest.position, moved.key, moved.before)
        return moves

    def _remember(self, moved: Moved) -> None:
        self._moves.append(moved)
        while len(self._moves) > MOVES_MAX:
            self._forgotten = max(self._forgotten, self._moves.popleft().position)

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

    def can_resume(self, _epoch: str | None, _since: int | None, _wanted: Filter) -> bool:
        """What was not watched is not known: a few documents are sent whole instead."""
        return False

    def is_behind(self, _epoch: str | None, _since: int, _wanted: Filter) -> bool:
        """The same."""
        return False


def gone_row(key: str, position: int) -> bytes:
    """`["key",position]`."""
    return b"[%s,%d]" % (quote(key), position)


def quote(text: str) -> bytes:
    """A JSON string."""
    return msgspec.json.encode(text)
