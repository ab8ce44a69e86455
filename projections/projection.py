"""What a projection is: two pure functions over one document (STYLE: «the idea that carries the system»)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from domain.fact import Fact


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact and its place in the log."""

    position: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Projection:
    """A named view of the facts.

    `keys(fact)` names the documents that a fact touches; `evolve(document, recorded)` gives the document after it. `None` in: the
    document is new. `None` out: it is gone. Both are pure; facts of types not in `facts` are never offered.
    """

    name: str
    document: Any
    facts: tuple[type[Fact], ...]
    keys: Callable[[Any], Iterable[str]]
    evolve: Callable[[Any, Recorded], Any]
    is_shown: Callable[[Any], bool] = lambda _document: True
    """Documents that are kept but not shown (a closed incident) are on disk only, and `gone` for the consoles."""
    is_live: bool = True
    """Whether all shown documents are held in memory for the consoles; the others are read from disk, by key."""
    version: int = 1
    """Raised when the same facts give other documents than before: the view is then rebuilt beside the old one."""
