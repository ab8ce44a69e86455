"""Keyframes of one view: from which of its states an earlier one is folded, and what is kept of that state.

As in a film, most keyframes hold only what changed since the one before. A whole picture is kept when those together have become as large
as one: a fleet of 18,000 is not written out for each thousand facts of which it hardly took notice, and an earlier state is still found in
the time that two pictures take to read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from projections.projection import Projection
from streams.folding import Folded
from streams.views import Change, Checkpoint, Row

# An earlier state of a view is folded from the keyframe before it: a tenth of a second for all views of a screen.
KEYFRAME_FACTS = 1_000
# However little changes, no more keyframes than these are read for one picture.
PARTS_MAX = 100

KeptRow = tuple[str, int, bytes | None]
"""A document's row in a keyframe; None: no longer shown."""


@dataclass(frozen=True, slots=True)
class Keyframe:
    """What is kept: every shown document, or the ones that changed since the keyframe before, and those that are not shown any more."""

    position: int
    rows: Sequence[KeptRow]
    is_whole: bool


class Keyframes:
    """One view's. `take_note` of what each transaction wrote; when the `next` one is due, write it, and say that it is `kept`."""

    def __init__(self, projection: Projection, checkpoint: Checkpoint, shown: Iterable[str]) -> None:
        self._projection = projection
        self._position = checkpoint.position - checkpoint.position % KEYFRAME_FACTS
        self._shown = set(shown)
        self._changed: dict[str, KeptRow] = {}
        self._parts = 0
        self._rows = 0
        # What changed between the last keyframe and the start of this process is not known here: the first one is whole.
        self._has_whole = False

    def resting(self, folded: Folded) -> list[Change]:
        """The changes that leave a document unshown or gone: keyframes do not hold it any more."""
        if not self._projection.is_live:
            return []
        documents, is_shown = folded.documents, self._projection.is_shown
        return [change for change in folded.changes if documents[change.key] is None or not is_shown(documents[change.key])]

    def take_note(self, folded: Folded, resting: Iterable[Change]) -> None:
        """These changes are on disk."""
        if not self._projection.is_live:
            return
        rows: dict[str, KeptRow] = {change.key: (change.key, change.position, change.document) for change in folded.changes}
        rows.update((change.key, (change.key, change.position, None)) for change in resting)
        for key, row in rows.items():
            if row[2] is None:
                self._shown.discard(key)
            else:
                self._shown.add(key)
        self._changed.update(rows)

    def is_due(self, position: int) -> bool:
        """Whether the view has come far enough from its last keyframe."""
        return self._projection.is_live and position - self._position >= KEYFRAME_FACTS

    def next(self, position: int, read: Callable[[Collection[str]], Mapping[str, Row]]) -> Keyframe:
        """The keyframe at this position; `read` gives the rows of documents as they stand there."""
        if self._has_whole and self._parts < PARTS_MAX and self._rows + len(self._changed) < len(self._shown):
            return Keyframe(position, list(self._changed.values()), is_whole=False)
        keys = sorted(self._shown)
        rows = read(keys)
        return Keyframe(position, [rows[key] for key in keys if key in rows], is_whole=True)

    def kept(self, keyframe: Keyframe) -> None:
        """It is on disk: the next one goes on from it."""
        self._position = keyframe.position
        self._changed = {}
        self._has_whole = True
        self._parts, self._rows = (0, 0) if keyframe.is_whole else (self._parts + 1, self._rows + len(keyframe.rows))
