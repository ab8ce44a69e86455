"""What the writer does with commands that wait together: decide each on what is so, write them as one transaction, answer.

Each stands alone, as a refusal of one leaves the others. Where another process writes to the same store, what it wrote is read before a
group is decided; a conflict makes the group be decided once more, in its turn, and after another one each alone, as is done with who was
refused while the other wrote on. An answer is given only after the facts are on disk.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsourcing.persistence import IntegrityError, PersistenceError

from domain.fact import By, Fact
from domain.refusals import Refusal
from projections.projection import Recorded
from streams.answers import Request, first_answer, receipt_row, repeated_answer
from streams.failures import StoreUnavailable, StreamFailure
from streams.store_of_record import Receipt, StoreOfRecord
from streams.working_store import WorkingStore

# Another process that writes at the same moment is met again at most this often.
CONFLICTS_MAX = 5

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Decided:
    request: Request
    facts: list[Fact]
    result: dict[str, Any]
    recorded_at: datetime
    first: int = 0


class Deciding:
    """For one thread at a time. `on_facts` is called after each commit, before its commands are answered."""

    def __init__(
        self, facts: StoreOfRecord, store: WorkingStore, now: Callable[[], datetime], on_facts: Callable[[list[Recorded]], None]
    ) -> None:
        self._facts = facts
        self._store = store
        self._now = now
        self._on_facts = on_facts
        self._last = next((recorded.fact.timestamp for recorded in facts.facts_at([facts.last_position])), None)
        self.accepted = 0
        self.refused = 0

    def write_group(self, group: Sequence[Request]) -> None:
        """Decide, write and answer these, each by its future; none is left without an answer."""
        try:
            # From here on the sender can no longer take it back: its answer will be about what is on disk.
            self._decide_all([request for request in group if request.future.set_running_or_notify_cancel()], self._in_turn)
        except Exception as error:
            # A store that is out of reach says so in each answer; anything else is ours to look into.
            is_told = isinstance(error, StreamFailure)
            log.warning("the writer failed on a group of %d commands: %s", len(group), error, exc_info=not is_told)
            self._store.forget()
            self._fail(group, _unavailable(error))

    def _in_turn(self, requests: list[Request]) -> None:
        """Another process wrote to the same aggregates: decide them again on what is so now, while it waits."""
        with self._facts.in_turn():
            self._decide_all(requests, self._alone)

    def _decide_all(self, requests: Sequence[Request], on_conflict: Callable[[list[Request]], None]) -> None:
        decided: list[_Decided] = []
        keys: dict[str, Request] = {}
        # In this order: what comes to be known in between has its receipt seen, or is noticed when it gets in the way.
        self._store.follow()
        known = self._known(requests)
        for request in requests:
            if request.key in keys:
                # The first of the two must be on disk before the second can be answered as its repeat.
                self._commit(decided, on_conflict)
                decided, keys = [], {}
                known |= self._known([request])
            outcome = self._decide(request, known)
            if outcome is None:
                continue
            if isinstance(outcome, _Decided):
                decided.append(outcome)
                keys[request.key] = request
                continue
            is_overtaken = self._store.is_behind
            if self._store.refuse() or is_overtaken:
                self._commit(decided, on_conflict)
                decided, keys = [], {}
            if is_overtaken:
                self._store.forget()
                self._alone([request])
            else:
                self._refuse(request, outcome)
        self._commit(decided, on_conflict)

    def _known(self, requests: Sequence[Request]) -> dict[str, Receipt]:
        """What these keys were answered with before."""
        return self._facts.receipts([request.key for request in requests])

    def _decide(self, request: Request, known: Mapping[str, Receipt]) -> _Decided | Exception | None:
        try:
            receipt = known.get(request.key)
            if receipt is not None:
                request.future.set_result(repeated_answer(request, receipt))
                return None
            seen = getattr(request.command, "version", None)
            by = By(account=request.account, seat=request.seat, cause=request.key, command=request.decision.name, seen=seen)
            at = self._clock()
            result = request.decision.decide(request.command, self._store, by=by, at=at)
            return _Decided(request, self._store.accept(), result, at)
        except (Refusal, StreamFailure) as refusal:
            return refusal
        except (PersistenceError, sqlite3.Error) as error:
            return _unavailable(error)
        except Exception as error:  # noqa: BLE001 -- `_refuse` logs it; what another process caused is decided anew
            return error

    def _commit(self, decided: list[_Decided], on_conflict: Callable[[list[Request]], None]) -> None:
        if not decided:
            return
        try:
            self._save(decided)
        except IntegrityError:
            self._store.forget()
            on_conflict([item.request for item in decided])
        except (PersistenceError, StreamFailure) as error:
            self._store.forget()
            self._fail([item.request for item in decided], _unavailable(error))

    def _alone(self, requests: list[Request]) -> None:
        """Another process wrote to the same aggregates: decide each command again, alone, on what is so now."""
        for request in requests:
            if not any(self._is_answered_alone(request, conflicts) for conflicts in range(CONFLICTS_MAX)):
                request.future.set_exception(
                    StoreUnavailable(
                        "Another program keeps changing the same things: nothing was accepted. Send it again with the same key.",
                        "另一个程序正在修改同一对象:本条未受理。请用同一个幂等键重发。",
                    )
                )

    def _is_answered_alone(self, request: Request, conflicts: int) -> bool:
        """Whether it was decided on what is so now, and nobody was quicker. Who was overtaken again asks the others to wait."""
        with self._facts.in_turn() if conflicts else nullcontext():
            self._store.follow()
            outcome = self._decide(request, self._known([request]))
            if outcome is None:
                return True
            if not isinstance(outcome, _Decided):
                self._store.refuse()
                if self._store.is_behind:
                    # Half of what it was decided on is older than the other half.
                    self._store.forget()
                    return False
                self._refuse(request, outcome)
                return True
            try:
                self._save([outcome])
            except IntegrityError:
                self._store.forget()
                return False
            except (PersistenceError, StreamFailure) as error:
                self._store.forget()
                request.future.set_exception(_unavailable(error))
            return True

    def _refuse(self, request: Request, reason: Exception) -> None:
        if not isinstance(reason, Refusal | StreamFailure):
            log.error("deciding %s failed", request.decision.name, exc_info=reason)
        elif log.isEnabledFor(logging.INFO):
            about = {"correlation": request.key, "command": request.decision.name, "account": request.account}
            log.info("refused %s: %s", request.decision.name, reason, extra={**about, "refusal": type(reason).__name__})
        self.refused += 1
        request.future.set_exception(reason)

    def _save(self, decided: list[_Decided]) -> None:
        facts: list[Fact] = []
        receipts = []
        for item in decided:
            item.first = len(facts)
            facts.extend(item.facts)
            receipts.append(receipt_row(item.request, item.facts, len(facts) - 1, item.result, item.recorded_at))
        self._store.keep_keys()
        positions = self._facts.append(facts, receipts)
        self._store.wrote(positions)
        self._destroy_keys()
        end = positions[-1] if positions else self._facts.last_position
        self.accepted += len(decided)
        self._on_facts([Recorded(position, fact) for position, fact in zip(positions, facts, strict=True)])
        for item in decided:
            mine = positions[item.first : item.first + len(item.facts)]
            item.request.future.set_result(first_answer(item.facts, mine, item.result, item.recorded_at, end=end))
            if log.isEnabledFor(logging.INFO):
                _say_accepted(item.request, mine[-1] if mine else end)

    def _destroy_keys(self) -> None:
        """The facts of the erasures are on disk; a key that cannot be destroyed now is destroyed at the next start."""
        for subject in self._store.erased():
            try:
                self._store.destroy(subject)
            except StreamFailure:
                log.exception("the key of %s could not be destroyed", subject)

    def _clock(self) -> datetime:
        """Now; never before the newest fact, so that recorded times never go back though the machine's clock may."""
        now = self._now()
        self._last = now if self._last is None else max(now, self._last)
        return self._last

    def _fail(self, requests: Sequence[Request], failure: Exception) -> None:
        for request in requests:
            if not request.future.done():
                request.future.set_exception(failure)


def _unavailable(error: Exception) -> StoreUnavailable:
    if isinstance(error, StreamFailure):
        # It is a sentence already, and says that nothing was accepted.
        return StoreUnavailable(error.en, error.zh)
    return StoreUnavailable(
        f"The log cannot be written now ({error}): nothing was accepted. Send it again with the same key when the disk is well.",
        f"日志现在无法写入({error}):本条未受理。磁盘恢复后请用同一个幂等键重发。",
    )


def _say_accepted(request: Request, position: int) -> None:
    about = {"correlation": request.key, "command": request.decision.name, "account": request.account, "position": position}
    log.info("accepted %s at position %d", request.decision.name, position, extra=about)
