"""Views as they truly were at a moment, as far as is known now, and what happened after it: the `occurred` clock.

A view begins at its keyframe at or before T: what was recorded by then had happened by T. It is not so with assignments that were amended
after the keyframe: its documents of their incidents, and of units that were on them, say what was believed. Those are folded anew: an
incident's from its own facts, which are few; a unit's from a keyframe before it was sent. Once its assignment is over, a unit's document
has nothing of it any more. And where a dispatch or a clearance was moved to after T, so is whatever the unit did next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from domain.assignment import Assignment
from domain.unit import Unit
from projections.projection import Recorded
from streams.happened import LATER, Happened
from streams.happened_by import HappenedBy
from streams.hindsight import Amended, microseconds
from streams.store_of_record import StoreOfRecord
from streams.view_then import ViewThen
from streams.views import Views

# So far ahead of T is read for the steps after it, and from there on twice as far each time. Of so many facts a thousand, which is what one
# answer of the interface takes, also remain where some of them happened before T, or later than they were recorded.
AHEAD_FACTS = 1_250


class TrueThen:
    """Takes the views to a moment, and reads on from there. The log ends where it ended at the beginning. Belongs to one thread."""

    def __init__(self, facts: StoreOfRecord, views: Views, folds: Sequence[ViewThen], moment: datetime, end: int) -> None:
        self._facts = facts
        self._folds = folds
        self._end = end
        self.position = min(facts.position_at(moment), end)
        self._by = HappenedBy(facts, views.hindsight(), end)
        self._ahead = AHEAD_FACTS
        for fold in folds:
            fold.begin(self.position)
        self._by.begin(min((fold.start for fold in folds), default=self.position))
        self._moment = moment
        self._stale = [_Stale(facts, self._by, fold, moment) for fold in folds if fold.tells_of_assignments]
        # What is at rest in every view. An audit corrects the times of a month: for those of incidents long closed nothing is to be read.
        rests = [stale.at_rest for stale in self._stale]
        self._at_rest = {name: incident for name, incident in rests[0].items() if all(name in each for each in rests)} if rests else {}
        self._by.read_to(self.position, moment, self._at_rest)
        for stale in self._stale:
            stale.renew_units()
            stale.renew_incidents()
        for each in self._by.by(moment):
            for fold in folds:
                for _ in fold.take(each.recorded):
                    pass

    def onward(self) -> list[Happened] | None:
        """What happened next, in its order, for the views to take; None where the log has ended."""
        if self.position >= self._end:
            return None
        position = min(self.position + self._ahead, self._end)
        moment = LATER - timedelta.resolution
        if position < self._end:
            moment = self._facts.facts_at([position])[0].fact.timestamp
            position = min(self._facts.position_at(moment), self._end)
        self.position, self._ahead = position, self._ahead * 2
        self._by.read_to(position, moment, self._at_rest)
        fresh = [(stale.fold, stale.renew_incidents()) for stale in self._stale]
        found = self._by.by(moment)
        for each in found:
            if each.moment <= self._moment:
                for fold, keys in fresh:
                    for _ in fold.take(each.recorded, only=keys):
                        pass
        before, self._moment = self._moment, moment
        return [each for each in found if each.moment > before]


class _Stale:
    """The documents of one view that its keyframe does not have as they were, and the facts that they are folded anew from."""

    def __init__(self, facts: StoreOfRecord, by: HappenedBy, fold: ViewThen, moment: datetime) -> None:
        self.fold = fold
        self._facts = facts
        self._by = by
        self._moment = moment
        across = by.amended_across(fold.start)
        self._open = [each for each in across if each.is_open_at(fold.start, moment)]
        # A document of an incident is named by its number, behind a word and a colon at most.
        self._shown = {key.rpartition(":")[2] for key in fold.held}
        self._amended = {each.incident for each in across}
        self._moved: set[str] = set()
        self._renewed: set[str] = set()
        at_work = self._shown | {each.incident for each in self._open}
        self.at_rest = {each.assignment: each.incident for each in across if each.incident not in at_work}

    def renew_units(self) -> None:
        """Units that were on an amended assignment at the keyframe, or by its final times are on it at the moment."""
        on: dict[str, list[Amended]] = {}
        for each in self._open:
            on.setdefault(each.unit, []).append(each)
        for unit, amended in on.items():
            # What it was on before that is over by then, and an assignment that is over leaves nothing in a unit's document.
            base = self.fold.keyframe_before(min(each.began for each in amended))
            own = self._facts.stream(f"unit:{unit}", base, self.fold.start)
            self._by.learn(own)
            self._by.learn_whole({each.fact.assignment for each in own if isinstance(each.fact, Unit.Assigned | Unit.Released)})
            self.fold.fold_anew(_keys(self.fold, own), base)
            moved = min((each.began for each in amended if each.moved_to_us > microseconds(self._moment)), default=self.fold.start)
            self._moved |= {each.incident for each in amended}
            self._moved |= {each.fact.incident for each in own if isinstance(each.fact, Unit.Assigned) and each.position > moved}

    def renew_incidents(self) -> set[str]:
        """Incidents of amended assignments, as far as they are shown or were read of; the keys that are folded anew from now on."""
        wanted = (self._moved | (self._amended & (self._shown | self._by.incidents()))) - self._renewed
        self._renewed |= wanted
        fresh: set[str] = set()
        for number in wanted:
            own = self._facts.stream(f"incident:{number}", 0, self.fold.start)
            assigned = self._facts.streams(f"assignment:{number}/")
            self._by.learn((*own, *assigned))
            # What came from another incident with its times began with the merge.
            self._by.learn_commands(each for each in assigned if isinstance(each.fact, Assignment.Opened) and each.fact.times)
            fresh |= self.fold.fold_anew(_keys(self.fold, own), 0)
        return fresh


def _keys(fold: ViewThen, facts: Iterable[Recorded]) -> set[str]:
    return {key for each in facts for key in fold.keys_of(each)}
