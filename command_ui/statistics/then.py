"""Rows as of a time T, for figures of the past: what a row was, folded anew from its own facts where something changed it since.

Rows come to rest soon after their work is done, so that of a month's rows some hundreds are folded. Both clocks, as in the time machine
(docs/adr/0006-two-clocks.md): what was known at T, or what was true then as far as is known now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from projections.projection import Projection, Recorded
from streams.folding import Fold
from streams.happened import amendments, as_it_happened
from streams.replay import Clock, what_had_happened
from streams.store_of_record import StoreOfRecord

# A beginning that was corrected to a later time than T by more than this is a mistyped day: the row is taken to have begun after T.
CORRECTED_BY_MAX: Final = timedelta(hours=6)


FactsOf = Callable[[StoreOfRecord, str], list[Recorded]]
"""All facts that a row is folded from, by the row's key."""


def _own(name: str) -> FactsOf:
    return lambda facts, key: facts.stream(f"{name}:{key}")


def _of_incident(facts: StoreOfRecord, key: str) -> list[Recorded]:
    found = [*facts.stream(f"incident:{key}"), *facts.streams(f"assignment:{key}/")]
    return sorted(found, key=lambda recorded: recorded.position)


_FACTS_OF: Final[Mapping[str, FactsOf]] = {
    "response_times": _own("assignment"),
    "incident_board": _of_incident,
    "call_board": _own("call"),
    "alarm_history": _own("alarm"),
}


class RowsThen:
    """The rows of one view as of `moment`. Safe in any thread."""

    def __init__(self, facts: StoreOfRecord, projection: Projection, moment: datetime, clock: Clock) -> None:
        self._facts = facts
        self._projection = projection
        self._facts_of = _FACTS_OF[projection.name]
        self._moment = moment
        self._clock = clock
        self._position = facts.position_at(moment)

    def row(self, key: str, position: int, document: bytes, began: datetime) -> bytes | None:
        """The row's document then; None where there was none. `position` and `began` are those of the row as it is now."""
        if position <= self._position:
            return document
        if began >= self._moment + CORRECTED_BY_MAX:
            return None
        changes = Fold(self._projection, lambda _key: None).step(self._by_then(self._facts_of(self._facts, key))).changes
        return next((change.document for change in changes if change.key == key), None)

    def _by_then(self, facts: list[Recorded]) -> list[Recorded]:
        if self._clock == "recorded":
            return [recorded for recorded in facts if recorded.position <= self._position]
        return what_had_happened(self._moment, as_it_happened(facts, amendments(facts)))
