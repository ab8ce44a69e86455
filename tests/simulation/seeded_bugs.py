"""Bugs to be put into the system, to see that the auditors see them. Each is in its place while its context lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from aiokafka.errors import KafkaError

from domain.fact import Fact
from streams.answers import first_answer
from streams.deciding import Deciding
from streams.hub import Hub
from streams.kafka import view_feed, view_publisher
from streams.kafka.lanes import Lane
from streams.kafka.publication import Publication
from streams.kafka.view_records import Assembler, Delta, DeltaIsMissing, ViewRecord, records_of
from streams.live_view import Filter, LiveView
from streams.store_of_record import ReceiptRow
from streams.views import Checkpoint
from tests.simulation.auditors import (
    consoles_reach_the_last,
    consoles_show_prefixes,
    every_view_reaches_the_last,
    no_unit_is_on_two_open_assignments,
    the_log_holds_together,
    views_equal_a_fold,
    what_was_acknowledged_is_in_the_log,
)
from tests.simulation.fact_log import FactLog
from tests.simulation.processes import pause
from tests.simulation.view_tables import Epoch, ViewTables


@dataclass(frozen=True, slots=True)
class Bug:
    """`owner.name` is `instead` while it is in its place; one of the auditors `sees` it."""

    what: str
    owner: Any
    name: str
    instead: Any
    sees: tuple[Callable[..., Iterator[str]], ...]

    def is_seen_in(self, violations: Sequence[str]) -> bool:
        """Whether one of those auditors has found something."""
        return any(violation.startswith(f"{auditor.__name__}: ") for auditor in self.sees for violation in violations)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """With the bug."""
        right = vars(self.owner)[self.name]
        setattr(self.owner, self.name, self.instead)
        try:
            yield
        finally:
            setattr(self.owner, self.name, right)


def _no_version_check(_log: FactLog, _facts: Sequence[Fact], _receipts: Sequence[ReceiptRow]) -> None:
    """Whatever is to be written is taken."""


def _answer_then_commit(deciding: Any, decided: Sequence[Any]) -> None:  # noqa: ANN401 -- what it does inside
    end = deciding._facts.last_position  # noqa: SLF001 -- the bug is inside
    facts = [fact for item in decided for fact in item.facts]
    for item in decided:
        positions = [end + 1 + facts.index(fact) for fact in item.facts]
        item.request.future.set_result(first_answer(item.facts, positions, item.result, item.recorded_at, end=end))
    pause("commit what it has acknowledged")
    deciding._facts.append(facts, ())  # noqa: SLF001


_commit = FactLog.commit


def _no_receipts(log: FactLog, facts: Sequence[Fact], _receipts: Sequence[ReceiptRow]) -> list[int]:
    return _commit(log, facts, ())


def _no_compare_and_set(tables: ViewTables, moves: Sequence[tuple[Checkpoint, int]]) -> list[Epoch]:
    return [tables.epochs[checkpoint.view, checkpoint.epoch] for checkpoint, _ in moves]


def _one_document_less(delta: Delta) -> list[ViewRecord]:
    return records_of(replace(delta, changes=delta.changes[1:]))


class _NoGap(Assembler):
    """Takes whatever comes for what comes next."""

    def _complete(self, record: ViewRecord) -> Delta:
        try:
            return super()._complete(record)
        except DeltaIsMissing:
            reaches = int(dict(record.headers)["reaches"])
            since, self.position = self.position, reaches
            return Delta(self.view, self.epoch, since, reaches, tuple(self._coming.pop(reaches, {}).values()))


_changed_since = LiveView.changed_since


def _resume_off_by_one(live: LiveView, since: int, wanted: Filter) -> tuple[list[bytes], list[bytes]]:
    return _changed_since(live, since + 1, wanted)


_send = Publication.send


async def _take_failed_for_sent(publication: Publication, producer: Any, partition: Any, batch: Any) -> None:  # noqa: ANN401 -- as it is
    try:
        await _send(publication, producer, partition, batch)
    except KafkaError:
        publication.positions[partition] = batch.last


BUGS: Final = (
    Bug("no version check", FactLog, "require_new", _no_version_check, (the_log_holds_together, no_unit_is_on_two_open_assignments)),
    Bug("acknowledged before the commit", Deciding, "_save", _answer_then_commit, (what_was_acknowledged_is_in_the_log,)),
    Bug("a commit without receipts", FactLog, "commit", _no_receipts, (what_was_acknowledged_is_in_the_log,)),
    Bug("no compare-and-set on checkpoints", ViewTables, "compared", _no_compare_and_set, (views_equal_a_fold,)),
    Bug("a delta leaves with a document less", view_publisher, "records_of", _one_document_less, (consoles_show_prefixes,)),
    Bug("a gap between deltas is passed over", view_feed, "Assembler", _NoGap, (consoles_show_prefixes,)),
    Bug("a resume that is off by one", LiveView, "changed_since", _resume_off_by_one, (consoles_show_prefixes,)),
    Bug("a console is taken back in time", LiveView, "is_behind", lambda *_: False, (consoles_show_prefixes,)),
    Bug("a slow console is passed over for good", Hub, "ready", lambda *_: None, (consoles_reach_the_last,)),
    Bug("a send that failed is taken for done", Publication, "send", _take_failed_for_sent, (every_view_reaches_the_last,)),
    Bug("views that were set back stay so", Lane, "look", lambda _lane: False, (every_view_reaches_the_last,)),
    Bug("a delta that is lost in quiet stays so", view_feed.ViewFeed, "_late", lambda _feed: (), (consoles_reach_the_last,)),
)
