"""Facts in, documents out: commands of a small city are decided, and a projection folds what they left."""

from __future__ import annotations

from typing import Any

from projections.projection import Projection, Recorded
from tests.domain.given_when_then import Desk, city


def fold(projection: Projection, log: list[Recorded]) -> dict[str, Any]:
    """Every document, shown or not."""
    documents: dict[str, Any] = {}
    for recorded in log:
        if type(recorded.fact) in projection.facts:
            for key in projection.keys(recorded.fact):
                documents[key] = projection.evolve(documents.get(key), recorded)
    return documents


def desk_after(*commands: object) -> Desk:
    """The small city after these commands. A number among them lets so many seconds pass."""
    desk = Desk()
    desk.given(*city())
    for command in commands:
        if isinstance(command, int):
            desk.now += type(desk.now - desk.now)(seconds=command)
        else:
            desk.given(command)
    return desk


def view_of(projection: Projection, *commands: object) -> dict[str, Any]:
    """The documents after these commands."""
    return fold(projection, desk_after(*commands).log)


def shown(projection: Projection, *commands: object) -> set[str]:
    """The keys of the documents that consoles see."""
    return {key for key, document in view_of(projection, *commands).items() if document is not None and projection.is_shown(document)}
