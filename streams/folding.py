"""Folding facts into one view's documents: the step that every host shares."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from projections.projection import Projection, Recorded
from streams.views import Change

# Documents that are not all held in memory: the ones that are changing now are a few thousand.
CACHED_DOCUMENTS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Folded:
    """What a batch did to a view: the changed documents as rows, and the typed documents by key (None: gone)."""

    changes: list[Change]
    documents: dict[str, Any]


class PoisonFact(Exception):
    """A projection failed on a fact; `recorded` says which. The view stops there, and nothing is passed over."""

    def __init__(self, view: str, recorded: Recorded, cause: Exception) -> None:
        self.view = view
        self.recorded = recorded
        super().__init__(
            f"{view} stopped at position {recorded.position} ({type(recorded.fact).__name__}): {type(cause).__name__}: {cause}"
        )


class Fold:
    """One view's typed documents, and the step over a batch of facts."""

    def __init__(
        self,
        projection: Projection,
        read: Callable[[str], bytes | None],
        read_together: Callable[[set[str]], dict[str, bytes]] | None = None,
    ) -> None:
        """`read_together`: where the documents lie in another process, those that a batch touches are asked for in one go."""
        self.projection = projection
        self._read = read
        self._read_together = read_together
        self._ahead: dict[str, bytes | None] = {}
        self._decoder = msgspec.json.Decoder(projection.document)
        self._documents: OrderedDict[str, Any] = OrderedDict()
        self._types = frozenset(projection.facts)

    def step(self, batch: Iterable[Recorded]) -> Folded:
        """Evolve the documents that the batch touches. Each changed document gives one row, with the position of its last fact."""
        changed, positions = self.evolve(batch)
        view = self.projection.name
        changes = [
            Change(view, key, positions[key], None if document is None else msgspec.json.encode(document))
            for key, document in changed.items()
        ]
        return Folded(changes, changed)

    def evolve(self, batch: Iterable[Recorded]) -> tuple[dict[str, Any], dict[str, int]]:
        """The changed documents (None: gone) and the positions of their last facts. Raises PoisonFact."""
        if self._read_together is not None:
            batch = list(batch)
            self._read_ahead(self._read_together, batch)
        changed: dict[str, Any] = {}
        positions: dict[str, int] = {}
        keys, evolve, types = self.projection.keys, self.projection.evolve, self._types
        for recorded in batch:
            fact = recorded.fact
            if type(fact) not in types:
                continue
            try:
                for key in keys(fact):
                    before = changed[key] if key in changed else self.get(key)
                    after = evolve(before, recorded)
                    if after is not before:
                        changed[key] = after
                        positions[key] = recorded.position
            except Exception as error:
                raise PoisonFact(self.projection.name, recorded, error) from error
        return changed, positions

    def accept(self, folded: Folded) -> None:
        """The batch is on disk: its documents are the view's now."""
        for key, document in folded.documents.items():
            if document is None:
                self._documents.pop(key, None)
            else:
                self._documents[key] = document
                self._documents.move_to_end(key)
        self._ahead = {}
        while len(self._documents) > CACHED_DOCUMENTS_MAX:
            self._documents.popitem(last=False)

    def keep(self, evolved: tuple[dict[str, Any], dict[str, int]]) -> None:
        """Hold what was evolved in memory only, without a limit: the bare fold."""
        self._documents.update(evolved[0])

    def seed(self, documents: dict[str, Any]) -> None:
        """Start from these documents."""
        self._documents.update(documents)

    def get(self, key: str) -> Any:  # noqa: ANN401 -- the projection's document
        """The document, from memory or from disk; None where there is none."""
        document = self._documents.get(key)
        if document is None:
            row = self._ahead[key] if key in self._ahead else self._read(key)
            document = self._decoder.decode(row) if row is not None else None
        return document

    def _read_ahead(self, read_together: Callable[[set[str]], dict[str, bytes]], batch: list[Recorded]) -> None:
        wanted: set[str] = set()
        # What a poison fact touches is of no interest: the fold stops there, and says so.
        with contextlib.suppress(Exception):
            for recorded in batch:
                if type(recorded.fact) in self._types:
                    wanted.update(self.projection.keys(recorded.fact))
        wanted -= self._documents.keys()
        found = read_together(wanted) if wanted else {}
        self._ahead = {key: found.get(key) for key in wanted}

    def decode(self, document: bytes) -> Any:  # noqa: ANN401 -- the projection's document
        """A typed document from its JSON."""
        return self._decoder.decode(document)
