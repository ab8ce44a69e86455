"""The root of every aggregate and every stored fact.

An aggregate is identified by a readable string (`incident:261123-0031`). Its events are frozen dataclasses nested in it, named in the
past participle, each with an explicit `TOPIC` (`incident.opened`) that survives a rename of the class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate


@dataclass(frozen=True, slots=True)
class By:
    """Who acted, and by which command: the account, its seat, the command's idempotency key (`cause`), its name, and what its sender saw.

    `seen` is the version that the command named. Facts that were stored before the two were recorded have neither.
    """

    account: str
    seat: str = ""
    cause: str = ""
    command: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class Fact(CanMutateAggregate[str]):
    """Something that was accepted. `timestamp` says when it was recorded (UTC); a fact that may be learnt late adds `occurred_at`."""

    TOPIC: ClassVar[str]

    originator_id: str
    originator_version: int
    timestamp: datetime
    by: By


@dataclass(frozen=True)
class FirstFact(CanInitAggregate[str], Fact):
    """The fact that begins an aggregate."""

    originator_topic: str


class Aggregate(BaseAggregate[str]):
    """Checks commands in public methods; its private past-tense mutators only apply, and never fail."""

    class Event(Fact):
        """The base of an aggregate's events."""


def occurred_at(fact: Fact) -> datetime:
    """When it happened: the fact's own `occurred_at`, or else the moment at which it was recorded."""
    happened: datetime | None = getattr(fact, "occurred_at", None)
    return happened or fact.timestamp
