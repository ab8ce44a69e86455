"""What may be asked for when work passes from one operator to another: a shift, an incident, a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from annotated_types import MaxLen, MinLen

from domain.bounds import Code, LongCode, OptionalReason, Reason
from domain.open_work import ITEMS_MAX

Account = Annotated[str, MaxLen(64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIncident:
    """A colleague answers for the incident from now on, and is asked to say so."""

    incident: Code
    to: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIncident:
    """The sender answers for the incident: handed to them, or taken on of their own accord."""

    incident: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise:
    """Something was promised, often by a time."""

    text: Reason
    due_at: datetime | None = None
    incident: Annotated[str, MaxLen(64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPromise:
    """It was done."""

    promise: Code
    remark: OptionalReason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPromise:
    """It will not be done."""

    promise: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginHandOver:
    """The shift ends: what is open in the sender's scope is listed. `to` names the next operator; without it, whoever comes accepts."""

    to: Account = ""
    remark: OptionalReason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHandOver:
    """The next operator looks after these items; none named: after all that still wait."""

    hand_over: Code
    items: Annotated[tuple[LongCode, ...], MaxLen(ITEMS_MAX)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkHandOver:
    """A question, or an answer, about one item."""

    hand_over: Code
    item: Annotated[str, MinLen(1), MaxLen(200)]
    text: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawHandOver:
    """It does not take place."""

    hand_over: Code
    reason: Reason


COMMANDS: Final[tuple[type[Any], ...]] = (
    HandIncident,
    TakeIncident,
    MakePromise,
    KeepPromise,
    DropPromise,
    BeginHandOver,
    AcceptHandOver,
    RemarkHandOver,
    WithdrawHandOver,
)
