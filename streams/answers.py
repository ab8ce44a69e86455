"""What a command is answered with: the first time, and whenever its idempotency key comes again.

The receipt that is written with the facts holds what the answer needs: where the facts stand follows from the position of the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from domain.decisions import Decision
from domain.fact import Fact
from streams.failures import KeyWasUsed
from streams.store_of_record import Receipt, ReceiptRow

# A repeat of these must not keep what was shown once.
_PERSONAL = frozenset({"reveal_caller", "create_token", "create_account", "set_password"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact of an answer: what it is and where it stands."""

    topic: str
    id: str
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an accepted command is answered with. `position` is that of its last fact; the facts are on disk."""

    position: int
    recorded_at: datetime
    repeated: bool
    facts: tuple[Placed, ...]
    result: dict[str, Any]


@dataclass(slots=True)
class Request:
    """A command on its way: what is asked, by whom, and under which idempotency key."""

    decision: Decision
    command: Any
    account: str
    seat: str
    key: str
    future: Future[Answer] = field(default_factory=Future)

    @property
    def digest(self) -> bytes:
        """Tells two bodies apart that came under one key."""
        return hashlib.sha256(self.decision.name.encode() + b"\0" + msgspec.json.encode(self.command)).digest()[:16]


def first_answer(facts: Sequence[Fact], positions: Sequence[int], result: dict[str, Any], recorded_at: datetime, *, end: int) -> Answer:
    """The answer to a command whose facts stand at `positions`; one without facts is answered with the end of the log."""
    return Answer(
        position=positions[-1] if positions else end,
        recorded_at=recorded_at,
        repeated=False,
        facts=tuple(Placed(*row, position) for row, position in zip(_placed(facts), positions, strict=True)),
        result=result,
    )


def receipt_row(request: Request, facts: Sequence[Fact], last: int, result: dict[str, Any], recorded_at: datetime) -> ReceiptRow:
    """The receipt to be written with the facts; `last` is the index of the last of them in the transaction."""
    kept = {} if request.decision.name in _PERSONAL else result
    reply = msgspec.json.encode((_placed(facts), kept))
    return request.key, request.digest, last if facts else -1, recorded_at.isoformat(), reply


def repeated_answer(request: Request, receipt: Receipt) -> Answer:
    """The first answer again. Raises KeyWasUsed where the key came with another body."""
    if receipt.digest != request.digest:
        raise KeyWasUsed(
            f"The idempotency key {request.key} came before with another body: use a new key for a new command.",
            f"幂等键 {request.key} 已用于另一条内容不同的命令:新命令请用新的键。",
        )
    placed, result = msgspec.json.decode(receipt.reply)
    first = receipt.position - len(placed) + 1
    return Answer(
        position=receipt.position,
        recorded_at=receipt.recorded_at,
        repeated=True,
        facts=tuple(Placed(topic, name, version, first + index) for index, (topic, name, version) in enumerate(placed)),
        result=result,
    )


def _placed(facts: Sequence[Fact]) -> list[tuple[str, str, int]]:
    return [(type(fact).TOPIC, fact.originator_id, fact.originator_version) for fact in facts]
