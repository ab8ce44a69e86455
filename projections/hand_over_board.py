"""Changes of shift that are under way: the list that was handed over, what of it is accepted, what was asked about it.

One that was accepted or withdrawn leaves the board and stays readable by its key: who handed what to whom, and when, is asked later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, cast, get_args

from domain.hand_over import HandOver
from domain.open_work import WorkItem
from projections.projection import Projection, Recorded
from projections.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemark:
    """A question or an answer."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverItem:
    """One thing on the list, who accepted it, and what was said about it."""

    work: WorkItem
    accepted_by: str
    accepted_at: datetime | None
    remarks: tuple[ItemRemark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverBoard:
    """One change of shift. `position` says when in the log the list was taken."""

    hand_over: str
    state: Literal["begun", "accepted", "withdrawn"]
    begun_by: str
    begun_at: datetime
    to: str
    remark: str
    agencies: tuple[str, ...]
    districts: tuple[str, ...]
    position: int
    items: tuple[HandOverItem, ...]
    left_out: int
    waiting: int
    over_by: str
    over_at: datetime | None
    reason: str
    version: int


HandOverFact = HandOver.Begun | HandOver.ItemsAccepted | HandOver.ItemRemarked | HandOver.Accepted | HandOver.Withdrawn


def keys(fact: HandOverFact) -> Iterable[str]:
    """The hand-over that the fact is about."""
    return (fact.hand_over,)


def evolve(document: HandOverBoard | None, recorded: Recorded) -> HandOverBoard | None:
    """The hand-over after the fact."""
    fact = cast("HandOverFact", recorded.fact)
    if isinstance(fact, HandOver.Begun):
        return _begun(fact)
    if document is None:
        return None
    return replace(_changed(document, fact), version=fact.originator_version)


def is_shown(document: HandOverBoard) -> bool:
    """Whether somebody still has to accept it."""
    return document.state == "begun"


def _begun(fact: HandOver.Begun) -> HandOverBoard:
    return HandOverBoard(
        hand_over=fact.hand_over,
        state="begun",
        begun_by=fact.by.account,
        begun_at=fact.timestamp,
        to=fact.to,
        remark=fact.remark,
        agencies=fact.agencies,
        districts=fact.districts,
        position=fact.position,
        items=tuple(HandOverItem(work=work, accepted_by="", accepted_at=None, remarks=()) for work in fact.items),
        left_out=fact.left_out,
        waiting=len(fact.items),
        over_by="",
        over_at=None,
        reason="",
        version=fact.originator_version,
    )


def _changed(document: HandOverBoard, fact: HandOverFact) -> HandOverBoard:
    match fact:
        case HandOver.Begun():
            return document
        case HandOver.ItemsAccepted():
            names = set(fact.items)
            items = tuple(
                replace(item, accepted_by=fact.by.account, accepted_at=fact.timestamp) if item.work.item in names else item
                for item in document.items
            )
            return replace(document, items=items, waiting=sum(not item.accepted_by for item in items))
        case HandOver.ItemRemarked():
            remark = ItemRemark(text=fact.text, by=fact.by.account, at=fact.timestamp)
            items = tuple(
                replace(item, remarks=(*item.remarks, remark)) if item.work.item == fact.item else item for item in document.items
            )
            return replace(document, items=items)
        case HandOver.Accepted():
            return replace(document, state="accepted", over_by=fact.by.account, over_at=fact.timestamp)
        case HandOver.Withdrawn():
            return replace(document, state="withdrawn", over_by=fact.by.account, over_at=fact.timestamp, reason=fact.reason)
        case _:
            assert_never(fact)


HAND_OVER_BOARD = Projection(
    name="hand_over_board", document=HandOverBoard, facts=get_args(HandOverFact), keys=keys, evolve=evolve, is_shown=is_shown
)
