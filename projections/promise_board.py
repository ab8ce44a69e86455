"""Promises that are still owed, by whom and until when. What was kept or dropped leaves the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, cast, get_args

from domain.promise import Promise
from projections.projection import Projection, Recorded
from projections.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBoard:
    """One promise as it stands. `owner` is who keeps it now; `made_by` gave their word."""

    promise: str
    incident: str
    district: str
    agency: str
    text: str
    due_at: datetime | None
    made_by: str
    made_at: datetime
    owner: str
    state: Literal["open", "kept", "dropped"]
    settled_by: str
    settled_at: datetime | None
    remark: str
    version: int


PromiseFact = Promise.Made | Promise.Kept | Promise.Dropped | Promise.TakenOver


def keys(fact: PromiseFact) -> Iterable[str]:
    """The promise that the fact is about."""
    return (fact.promise,)


def evolve(document: PromiseBoard | None, recorded: Recorded) -> PromiseBoard | None:
    """The promise after the fact."""
    fact = cast("PromiseFact", recorded.fact)
    if isinstance(fact, Promise.Made):
        return _made(fact)
    if document is None:
        return None
    return replace(_changed(document, fact), version=fact.originator_version)


def is_shown(document: PromiseBoard) -> bool:
    """Whether it is still owed."""
    return document.state == "open"


def _made(fact: Promise.Made) -> PromiseBoard:
    return PromiseBoard(
        promise=fact.promise,
        incident=fact.incident,
        district=fact.district,
        agency=fact.agency,
        text=fact.text,
        due_at=fact.due_at,
        made_by=fact.by.account,
        made_at=fact.timestamp,
        owner=fact.by.account,
        state="open",
        settled_by="",
        settled_at=None,
        remark="",
        version=fact.originator_version,
    )


def _changed(document: PromiseBoard, fact: PromiseFact) -> PromiseBoard:
    match fact:
        case Promise.Made():
            return document
        case Promise.Kept():
            return replace(document, state="kept", settled_by=fact.by.account, settled_at=fact.timestamp, remark=fact.remark)
        case Promise.Dropped():
            return replace(document, state="dropped", settled_by=fact.by.account, settled_at=fact.timestamp, remark=fact.reason)
        case Promise.TakenOver():
            return replace(document, owner=fact.by.account)
        case _:
            assert_never(fact)


PROMISE_BOARD = Projection(
    name="promise_board", document=PromiseBoard, facts=get_args(PromiseFact), keys=keys, evolve=evolve, is_shown=is_shown
)
