"""A promise: somebody told a caller or a crew that something will be done by a time. It outlives the shift in which it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.domain import event

from domain.fact import Aggregate, By, FirstFact
from domain.refusals import Conflict


class PromiseIsSettled(Conflict):
    """It was kept or dropped; nothing more is owed."""

    en = "Promise {promise} was {how} by {by} at {at}: cannot {act}."
    zh = "承诺 {promise} 已由 {by} 于 {at} {how_zh},不能{act_zh}。"
    about = "promise"


class Promise(Aggregate):
    """Identified as `promise:P261123-0002`."""

    TOPIC = "promise"

    class Event(Aggregate.Event):
        """The base of a promise's events; each carries its incident, '' for none."""

    @dataclass(frozen=True)
    class Made(FirstFact):
        """Somebody gave their word. District and agency are the incident's, '' where it is about none."""

        TOPIC = "promise.made"
        promise: str
        incident: str
        district: str
        agency: str
        text: str
        due_at: datetime | None

    @dataclass(frozen=True)
    class Kept(Event):
        """It was done."""

        TOPIC = "promise.kept"
        promise: str
        incident: str
        remark: str

    @dataclass(frozen=True)
    class Dropped(Event):
        """It will not be done, for this reason."""

        TOPIC = "promise.dropped"
        promise: str
        incident: str
        reason: str

    @dataclass(frozen=True)
    class TakenOver(Event):
        """The next operator keeps it; `was` is who would have."""

        TOPIC = "promise.taken_over"
        promise: str
        incident: str
        was: str
        hand_over: str

    @event(Made)
    def __init__(
        self,
        promise: str,
        incident: str,
        district: str,
        agency: str,
        text: str,
        due_at: datetime | None,
        by: By,
        timestamp: datetime,
    ) -> None:
        self.promise = promise
        self.incident = incident
        self.text = text
        self.owner = by.account
        self.settled: tuple[str, str, str, datetime] | None = None

    @staticmethod
    def create_id(promise: str) -> str:
        """`promise:P261123-0002`."""
        return f"promise:{promise}"

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.settled is None

    def keep(self, remark: str, *, by: By, at: datetime) -> None:
        """Refuses what is settled. Whoever does it has kept it."""
        self._require_open("keep it again", "再次履行")
        self._kept(promise=self.promise, incident=self.incident, remark=remark, by=by, timestamp=at)

    def drop(self, reason: str, *, by: By, at: datetime) -> None:
        """Refuses what is settled."""
        self._require_open("drop it", "取消")
        self._dropped(promise=self.promise, incident=self.incident, reason=reason, by=by, timestamp=at)

    def take_over(self, hand_over: str, *, by: By, at: datetime) -> None:
        """Refuses what is settled."""
        self._require_open("take it over", "接管")
        self._taken_over(promise=self.promise, incident=self.incident, was=self.owner, hand_over=hand_over, by=by, timestamp=at)

    def _require_open(self, act: str, act_zh: str) -> None:
        if self.settled is not None:
            how, how_zh, who, when = self.settled
            raise PromiseIsSettled(
                promise=self.promise, how=how, how_zh=how_zh, by=who, at=when.isoformat(timespec="seconds"), act=act, act_zh=act_zh
            )

    @event(Kept)
    def _kept(self, promise: str, incident: str, remark: str, by: By, timestamp: datetime) -> None:
        self.settled = ("kept", "履行", by.account, timestamp)

    @event(Dropped)
    def _dropped(self, promise: str, incident: str, reason: str, by: By, timestamp: datetime) -> None:
        self.settled = ("dropped", "取消", by.account, timestamp)

    @event(TakenOver)
    def _taken_over(self, promise: str, incident: str, was: str, hand_over: str, by: By, timestamp: datetime) -> None:
        self.owner = by.account
