"""The reference: the digest of every view, and the same views folded from the log from scratch by a plain loop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from projections.projection import Projection, Recorded
from streams.folding import Fold
from streams.store_of_record import StoreOfRecord
from streams.view_store import ViewStore
from streams.views import Views
from tests.streams.on_disk import all_views


def digests(views: Views, projections: Sequence[Projection] = all_views()) -> dict[str, str]:
    """The digest of each view as it stands on disk."""
    return {projection.name: views.digest(projection.name) for projection in projections}


def from_scratch(
    facts: StoreOfRecord | Iterable[Recorded], path: Path, projections: Sequence[Projection] = all_views(), until: int | None = None
) -> dict[str, str]:
    """The digests after each fact by itself, in order, into views that were never written before."""
    views = ViewStore(path)
    log = list(facts) if isinstance(facts, Iterable) else list(facts.facts(0))
    for projection in projections:
        checkpoint = views.open_view(projection.name, projection.version)
        fold = Fold(projection, lambda _key: None)
        rows = {}
        for recorded in log:
            if until is None or recorded.position <= until:
                folded = fold.step([recorded])
                fold.seed(folded.documents)
                rows.update({change.key: change for change in folded.changes})
        views.write(rows.values(), [(checkpoint, log[-1].position if log else 0)])
    found = digests(views, projections)
    views.close()
    return found
