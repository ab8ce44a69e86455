"""What must be so of any history, whoever recorded it: a simulation, or real processes that were killed.

Each auditor is a function of what was recorded and gives a sentence for each violation. None of them knows how the system works inside:
they know the log, what clients were answered, what lay in the views at their checkpoints, and what consoles showed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec

from domain.assignment import Assignment
from projections.projection import Projection, Recorded
from streams.answers import Placed
from streams.live_view import Facets, Filter


@dataclass(frozen=True, slots=True)
class Answered:
    """A command that was acknowledged. `sent_at` (the first time) and `answered_at` are moments of one clock, of whatever unit."""

    account: str
    key: str
    sent_at: float
    answered_at: float
    facts: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """A view as it lay in its store at a checkpoint: every document's JSON, shown or not, with the position of its last fact."""

    view: str
    epoch: str
    position: int
    rows: Mapping[str, tuple[str, int, bytes]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a console showed of a view after a frame: the documents' JSON by key."""

    console: str
    view: str
    epoch: str
    position: int
    documents: Mapping[str, bytes]
    wanted: Filter = field(default_factory=Filter)


@dataclass(slots=True)
class History:
    """What was recorded; `shown` in the order in which each console showed it, `standing` where each view stands in its store at last."""

    log: Sequence[Recorded] = ()
    answered: list[Answered] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    committed: list[Committed] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    standing: dict[str, int] = field(default_factory=dict)


class Prefixes:
    """Each view folded from the log, one fact after another: what it is at every position."""

    def __init__(self, projections: Sequence[Projection], facets: Mapping[str, Callable[[bytes], Facets]]) -> None:
        self._projections = projections
        self._facets = facets
        self._documents: dict[str, dict[str, object]] = {each.name: {} for each in projections}
        self._rows: dict[str, list[dict[str, tuple[str, int, bytes]]]] = {each.name: [{}] for each in projections}
        self._hidden: dict[str, set[tuple[str, int]]] = {each.name: set() for each in projections}

    def extended(self, log: Sequence[Recorded]) -> Prefixes:
        """The same for a log that goes on from the one that was folded."""
        twin = Prefixes((), self._facets)
        twin._projections = self._projections
        twin._documents = {name: dict(documents) for name, documents in self._documents.items()}
        twin._rows = {name: list(rows) for name, rows in self._rows.items()}
        twin._hidden = {name: set(hidden) for name, hidden in self._hidden.items()}
        for recorded in log[twin.position :]:
            for projection in twin._projections:
                twin._fold(projection, recorded)
        return twin

    @property
    def position(self) -> int:
        """How far the log was folded."""
        return len(next(iter(self._rows.values()))) - 1

    def rows(self, view: str, position: int) -> Mapping[str, tuple[str, int, bytes]]:
        """Every document at a position."""
        return self._rows[view][position]

    def shown(self, view: str, position: int, wanted: Filter) -> dict[str, bytes]:
        """What is shown at a position to whoever wants that."""
        hidden, facets = self._hidden[view], self._facets[view]
        return {
            key: document
            for key, at, document in self._rows[view][position].values()
            if (key, at) not in hidden and wanted.matches(key, facets(document))
        }

    def _fold(self, projection: Projection, recorded: Recorded) -> None:
        before = self._rows[projection.name][-1]
        after = before
        if type(recorded.fact) in projection.facts:
            documents = self._documents[projection.name]
            for key in projection.keys(recorded.fact):
                known = documents.get(key)
                document = projection.evolve(known, recorded)
                if document is known:
                    continue
                if after is before:
                    after = dict(before)
                if document is None:
                    documents.pop(key, None)
                    after.pop(key, None)
                    continue
                documents[key] = document
                after[key] = (key, recorded.position, msgspec.json.encode(document))
                if not projection.is_shown(document):
                    self._hidden[projection.name].add((key, recorded.position))
        self._rows[projection.name].append(after)


def the_log_holds_together(history: History) -> Iterator[str]:
    """Positions count from 1 without gaps, the versions of each aggregate too."""
    versions: dict[str, int] = defaultdict(int)
    for position, recorded in enumerate(history.log, 1):
        fact = recorded.fact
        if recorded.position != position:
            yield f"position {recorded.position} stands where {position} should"
        versions[fact.originator_id] += 1
        if fact.originator_version != versions[fact.originator_id]:
            others = versions[fact.originator_id] - 1
            yield f"{fact.originator_id} has version {fact.originator_version} at {position}, after {others} others"


def what_was_acknowledged_is_in_the_log(history: History) -> Iterator[str]:
    """Once, whole, in one piece; what was refused is not."""
    places: dict[str, list[int]] = defaultdict(list)
    for recorded in history.log:
        places[recorded.fact.by.cause].append(recorded.position)
    for key, found in places.items():
        if key and any(after != before + 1 for before, after in pairwise(found)):
            yield f"the facts of {key} lie apart ({found}): it was decided twice"
    for answer in history.answered:
        told = [placed.position for placed in answer.facts]
        if places.get(answer.key, []) != told:
            found = places.get(answer.key, [])
            yield f"{answer.key} of {answer.account} was acknowledged with facts at {told}, and the log has them at {found}"
            continue
        for placed in answer.facts:
            fact = history.log[placed.position - 1].fact
            if (fact.originator_id, fact.originator_version) != (placed.id, placed.version):
                yield f"{answer.key} was acknowledged with {placed.id} at {placed.position}, where the log has {fact.originator_id}"
    for key in history.refused & places.keys():
        yield f"{key} was refused and has facts at {places[key]}"


def acknowledgements_are_in_order(history: History) -> Iterator[str]:
    """What was sent after another command was acknowledged lies behind it, whoever sent the two."""
    with_facts = [answer for answer in history.answered if answer.facts]
    ended = sorted(with_facts, key=lambda answer: answer.answered_at)
    newest: Answered | None = None
    index = 0
    for answer in sorted(with_facts, key=lambda answer: answer.sent_at):
        while index < len(ended) and ended[index].answered_at < answer.sent_at:
            if newest is None or ended[index].facts[-1].position > newest.facts[-1].position:
                newest = ended[index]
            index += 1
        if newest is not None and answer.facts[0].position < newest.facts[-1].position:
            yield (
                f"{answer.key} was sent after {newest.key} was acknowledged at {newest.facts[-1].position}, "
                f"and lies before it, at {answer.facts[0].position}"
            )


def no_unit_is_on_two_open_assignments(history: History) -> Iterator[str]:
    """At no prefix of the log."""
    busy: dict[str, str] = {}
    for recorded in history.log:
        match recorded.fact:
            case Assignment.Opened(unit=unit, assignment=assignment):
                if unit in busy:
                    yield f"{unit} is on {busy[unit]} and was put on {assignment} at {recorded.position}"
                busy[unit] = assignment
            case Assignment.Ended(unit=unit, assignment=assignment):
                if busy.get(unit) != assignment:
                    yield f"{unit} was taken off {assignment} at {recorded.position}, and is on {busy.get(unit, 'none')}"
                busy.pop(unit, None)
            case _:
                pass


def views_equal_a_fold(history: History, prefixes: Prefixes) -> Iterator[str]:
    """What lay in the view store at a checkpoint is the fold of the log up to there."""
    for committed in history.committed:
        if committed.position > prefixes.position:
            yield f"{committed.view} stood at {committed.position}, beyond the log's end at {prefixes.position}"
            continue
        expected = prefixes.rows(committed.view, committed.position)
        if committed.rows != expected:
            differing = _differing(expected, committed.rows)
            yield f"{committed.view} ({committed.epoch}) at {committed.position} differs from a fold in {differing}"


def consoles_show_prefixes(history: History, prefixes: Prefixes) -> Iterator[str]:
    """Each state that a console showed is a prefix's, and none comes after a later one of the same epoch."""
    stood: dict[tuple[str, str], tuple[str, int]] = {}
    for shown in history.shown:
        place = f"{shown.console} showed {shown.view} ({shown.epoch}) at {shown.position}"
        epoch, position = stood.get((shown.console, shown.view), ("", 0))
        if epoch == shown.epoch and shown.position < position:
            yield f"{place} after {position}"
        stood[shown.console, shown.view] = (shown.epoch, shown.position)
        if shown.position > prefixes.position:
            yield f"{place}, beyond the log's end at {prefixes.position}"
            continue
        expected = prefixes.shown(shown.view, shown.position, shown.wanted)
        if shown.documents != expected:
            yield f"{place}, which differs from a fold in {_differing(expected, shown.documents)}"


def consoles_reach_the_last(history: History, prefixes: Prefixes) -> Iterator[str]:
    """For after quiet: what each console shows last is the view at the end of the log."""
    last = {(shown.console, shown.view): shown for shown in history.shown}
    for (console, view), shown in last.items():
        expected = prefixes.shown(view, prefixes.position, shown.wanted)
        if shown.documents != expected:
            differing = _differing(expected, shown.documents)
            yield f"{console} still shows {view} at {shown.position} when all is quiet at {prefixes.position}; it differs in {differing}"


def every_view_reaches_the_last(history: History) -> Iterator[str]:
    """For after quiet: the store has every view at the end of the log."""
    for view, position in history.standing.items():
        if position != len(history.log):
            yield f"{view} stands at {position} when all is quiet at {len(history.log)}"


def violations(history: History, prefixes: Prefixes) -> list[str]:
    """What every auditor finds in a history that has come to quiet, each sentence behind its auditor's name."""
    of_the_log = (
        the_log_holds_together,
        what_was_acknowledged_is_in_the_log,
        acknowledgements_are_in_order,
        no_unit_is_on_two_open_assignments,
        every_view_reaches_the_last,
    )
    of_views = (views_equal_a_fold, consoles_show_prefixes, consoles_reach_the_last)
    found = [(auditor.__name__, sentence) for auditor in of_the_log for sentence in auditor(history)]
    found += [(auditor.__name__, sentence) for auditor in of_views for sentence in auditor(history, prefixes)]
    return [f"{auditor}: {sentence}" for auditor, sentence in found]


def _differing(expected: Mapping[str, object], found: Mapping[str, object]) -> str:
    keys = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
    return ", ".join(f"{key} ({'missing' if key not in found else 'not there' if key not in expected else 'other'})" for key in keys[:5])
