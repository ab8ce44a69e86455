"""The deltas of views on PostgreSQL: written in the transaction of the view, let go of once they are published."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from streams.kafka.view_records import Delta
from streams.postgres.view_store import PostgresViewStore
from streams.views import Change, Checkpoint

# Documents read at once: a move that changed more is read with as many as it has.
READ_DOCUMENTS = 2_000


class ViewOutbox:
    """Implements `streams.kafka.view_publishing.Outbox`. `checkpoint_of` gives where a view stands for the host that publishes it."""

    def __init__(
        self, views: PostgresViewStore, checkpoint_of: Callable[[str], Checkpoint], *, read_documents: int = READ_DOCUMENTS
    ) -> None:
        self._views = views
        self._checkpoint_of = checkpoint_of
        self._read_documents = read_documents

    def waiting(self, view: str) -> Sequence[Delta]:
        """As promised by `Outbox`: whole moves only, so that each comes out as it went in."""
        checkpoint = self._checkpoint_of(view)
        limit = self._read_documents
        while True:
            rows = self._views.deltas(checkpoint, limit=limit)
            moves = [(span, list(documents)) for span, documents in itertools.groupby(rows, key=lambda row: (row.since, row.until))]
            if len(rows) == limit:
                # The last one may be cut short.
                moves = moves[:-1]
                if not moves:
                    limit *= 2
                    continue
            return [
                Delta(view, checkpoint.epoch, since, until, tuple(Change(view, row.key, row.position, row.document) for row in documents))
                for (since, until), documents in moves
            ]

    def told(self, view: str) -> int:
        """As promised by `Outbox`."""
        return self._views.told(self._checkpoint_of(view))

    def published(self, view: str, epoch: str, position: int) -> None:
        """As promised by `Outbox`."""
        self._views.let_go(view, epoch, position)
