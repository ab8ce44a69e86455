"""A change of shift: who leaves begins it with the list of what is open; who comes accepts it item by item, or whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain import hand_over_refusals as refused
from domain.fact import Aggregate, By, FirstFact
from domain.open_work import WorkItem


class HandOver(Aggregate):
    """Identified as `hand_over:H261123-0001`."""

    TOPIC = "hand_over"

    class Event(Aggregate.Event):
        """The base of a hand-over's events."""

    @dataclass(frozen=True)
    class Begun(FirstFact):
        """Who leaves hands over what was open at `position` within these agencies and districts; `to` is for whom, '' for whoever comes."""

        TOPIC = "hand_over.begun"
        hand_over: str
        to: str
        remark: str
        agencies: tuple[str, ...]
        districts: tuple[str, ...]
        position: int
        items: tuple[WorkItem, ...]
        left_out: int

    @dataclass(frozen=True)
    class ItemsAccepted(Event):
        """The next operator looks after these from now on."""

        TOPIC = "hand_over.items_accepted"
        hand_over: str
        items: tuple[str, ...]

    @dataclass(frozen=True)
    class ItemRemarked(Event):
        """A question of the one who comes, an answer of the one who leaves."""

        TOPIC = "hand_over.item_remarked"
        hand_over: str
        item: str
        text: str

    @dataclass(frozen=True)
    class Accepted(Event):
        """All of it is in the next operator's hands. `begun_by` is who may go home now."""

        TOPIC = "hand_over.accepted"
        hand_over: str
        begun_by: str

    @dataclass(frozen=True)
    class Withdrawn(Event):
        """Who began it stays, or begins anew."""

        TOPIC = "hand_over.withdrawn"
        hand_over: str
        reason: str

    @event(Begun)
    def __init__(
        self,
        hand_over: str,
        to: str,
        remark: str,
        agencies: tuple[str, ...],
        districts: tuple[str, ...],
        position: int,
        items: tuple[WorkItem, ...],
        left_out: int,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.number = hand_over
        self.begun_by = by.account
        self.to = to
        self.waiting = {one.item: one for one in items}
        self.listed = set(self.waiting)
        self.over: tuple[str, str, str, datetime] | None = None

    @staticmethod
    def create_id(hand_over: str) -> str:
        """`hand_over:H261123-0001`."""
        return f"hand_over:{hand_over}"

    def accept(self, items: tuple[str, ...], *, by: By, at: datetime) -> tuple[WorkItem, ...]:
        """What was accepted; no names mean all that waits. With the last one the hand-over is accepted.

        Refuses the one who began it, anybody but the one it is for, what is not listed, and what is accepted.
        """
        self._require_open("accept it", "接收")
        if by.account == self.begun_by:
            raise refused.HandOverToOneself(hand_over=self.number, by=self.begun_by)
        if self.to and by.account != self.to:
            raise refused.HandOverIsForAnother(hand_over=self.number, to=self.to, by=by.account, act="accept it", act_zh="接收")
        wanted = tuple(dict.fromkeys(items)) or tuple(self.waiting)
        for item in wanted:
            self._require_listed(item)
            if item not in self.waiting:
                raise refused.ItemIsAccepted(hand_over=self.number, item=item)
        accepted = tuple(self.waiting[item] for item in wanted)
        if wanted:
            self._items_accepted(hand_over=self.number, items=wanted, by=by, timestamp=at)
        if not self.waiting:
            self._accepted(hand_over=self.number, begun_by=self.begun_by, by=by, timestamp=at)
        return accepted

    def remark(self, item: str, text: str, *, by: By, at: datetime) -> None:
        """Refuses what is not listed. An item that is accepted takes remarks as long as the hand-over is open."""
        self._require_open("add to it", "补充")
        self._require_listed(item)
        self._item_remarked(hand_over=self.number, item=item, text=text, by=by, timestamp=at)

    def withdraw(self, reason: str, *, is_commander: bool, by: By, at: datetime) -> None:
        """Refuses what is over, and anybody but the one who began it or a commander."""
        self._require_open("withdraw it", "撤回")
        if by.account != self.begun_by and not is_commander:
            raise refused.HandOverIsNotYours(hand_over=self.number, by=self.begun_by)
        self._withdrawn(hand_over=self.number, reason=reason, by=by, timestamp=at)

    def _require_open(self, act: str, act_zh: str) -> None:
        if self.over is not None:
            how, how_zh, who, when = self.over
            raise refused.HandOverIsOver(
                hand_over=self.number, how=how, how_zh=how_zh, by=who, at=when.isoformat(timespec="seconds"), act=act, act_zh=act_zh
            )

    def _require_listed(self, item: str) -> None:
        if item not in self.listed:
            raise refused.ItemIsNotListed(hand_over=self.number, item=item)

    @event(ItemsAccepted)
    def _items_accepted(self, hand_over: str, items: tuple[str, ...], by: By, timestamp: datetime) -> None:
        for item in items:
            self.waiting.pop(item, None)

    @event(ItemRemarked)
    def _item_remarked(self, hand_over: str, item: str, text: str, by: By, timestamp: datetime) -> None:
        pass

    @event(Accepted)
    def _accepted(self, hand_over: str, begun_by: str, by: By, timestamp: datetime) -> None:
        self.over = ("accepted", "接收", by.account, timestamp)

    @event(Withdrawn)
    def _withdrawn(self, hand_over: str, reason: str, by: By, timestamp: datetime) -> None:
        self.over = ("withdrawn", "撤回", by.account, timestamp)
