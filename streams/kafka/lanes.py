"""The lanes that a worker holds, and their views: what is done with the records of a lane, without Kafka.

A lane goes through the log in order. What its views have seen is dropped, what is missing is read from the store of record, and where that
has not got it either, the lane stops. A view that stops says so in the store of views, and is held where it stands: nothing is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from projections.projection import Projection, Recorded
from streams import hindsight
from streams.failures import Fenced, StreamFailure
from streams.kafka import records
from streams.kafka.topics import lane_of
from streams.stepping import Running, Stepper
from streams.store_of_record import StoreOfRecord
from streams.views import StoppedView, Views

# One transaction of the views. More than this that waits is no longer cheaper together, and a keyframe stands at the end of a transaction.
FOLD_FACTS_MAX = 1_000

log = logging.getLogger(__name__)


class GapInTheLog(StreamFailure):
    """The lane passed over facts, and the store of record has not got them."""


class Lane:
    """The views of one partition, which see its records in order."""

    def __init__(self, number: int, facts: StoreOfRecord, views: Views, projections: Sequence[Projection], *, learns: bool) -> None:
        self.number = number
        self._facts = facts
        self._views = views
        self._learns = learns
        self._stepper = Stepper(facts, views, projections, learns=learns)
        self._has_failed = False
        self._seen = self.position
        self._told: set[str] = set()

    @property
    def running(self) -> dict[str, Running]:
        """Its views."""
        return self._stepper.running

    @property
    def position(self) -> int:
        """How far every view has come that runs."""
        return self._stepper.learnt_position

    @property
    def is_at_work(self) -> bool:
        """Whether there is anything to do with a further record."""
        return (not self._has_failed and (self._stepper.is_at_work or self._learns)) or self._has_to_tell

    @property
    def has_stopped(self) -> bool:
        """Whether one of its views, or all, stand still."""
        return self._has_failed or any(view.stopped for view in self.running.values())

    def is_current(self) -> bool:
        """Whether nobody else has moved its checkpoints."""
        found = (self._views.open_view(name, view.projection.version) for name, view in self.running.items())
        return all(checkpoint == self.running[checkpoint.view].checkpoint for checkpoint in found)

    def is_switched(self) -> bool:
        """Whether another epoch is to be folded: a view was rebuilt beside this one, and that is read from now on."""
        found = (self._views.open_view(name, view.projection.version) for name, view in self.running.items())
        return any(checkpoint.epoch != self.running[checkpoint.view].checkpoint.epoch for checkpoint in found)

    def serve(self) -> None:
        """Let what has caught up be read. Raises Fenced, and what the stores raise."""
        self._stepper.serve()

    def fold(self, waiting: Sequence[tuple[records.Record, str]]) -> None:
        """Records in their order, each with its place (topic, partition, offset). Raises Fenced, and what the stores raise."""
        self._tell_of_stopped()
        whole: list[Recorded] = []
        for record, place in waiting:
            try:
                save = records.decode(record, place)
            except (records.NotOurRecord, records.NewerRecord) as failure:
                self._fold(whole)
                self._stop(failure)
                return
            whole.extend(save.facts)
            if log.isEnabledFor(logging.DEBUG):
                about = {"correlation": save.correlation, "position": save.last}
                log.debug("lane %d folds up to position %d", self.number, save.last, extra=about)
        self._fold(whole)

    def look(self) -> bool:
        """For when nothing comes: what the store of views has forgotten is folded again from the store of record; whether there was any.

        Its commits do not wait for the disk, and a server that was killed has lost the last of them. Raises as `fold` does.
        """
        self.settle()
        before = self.position
        if self.is_at_work:
            self._fill(self._seen)
        return self.position > before

    def settle(self) -> None:
        """After a store was away: whether what was being written is on disk. Raises Fenced, and what the stores raise."""
        self._seen = max(self._seen, self.position)
        stepped = self._stepper.settle()
        if stepped is not None:
            self._stepper.rest(stepped)

    def _fold(self, facts: Iterable[Recorded]) -> None:
        for run in _runs(facts, self.position):
            try:
                self._fill(run[0].position - 1)
            except GapInTheLog as gap:
                self._stop(gap)
            if not self.is_at_work:
                return
            for start in range(0, len(run), FOLD_FACTS_MAX):
                self._step(run[start : start + FOLD_FACTS_MAX])

    def _fill(self, until: int) -> None:
        """Fold what the store of record holds up to a position. Raises GapInTheLog."""
        while self.is_at_work and (position := self.position) < until:
            end = min(until, position + FOLD_FACTS_MAX)
            missing = list(self._facts.facts(position, end))
            if len(missing) != end - position:
                raise GapInTheLog(
                    f"Lane {self.number} goes on at position {until + 1}, and the store of record has not got all facts after {position}: "
                    "its views stop. Start the worker with the store that the lanes are published from.",
                    f"通道 {self.number} 从位置 {until + 1} 继续,而事实库中 {position} 之后的事实不全:其视图停止。"
                    "请使用发布该通道的事实库。",
                )
            self._step(missing)

    def _step(self, batch: list[Recorded]) -> None:
        self._stepper.rest(self._stepper.step(batch))
        self._tell_of_stopped()

    def _stop(self, failure: StreamFailure) -> None:
        """None of its views goes on."""
        self._has_failed = True
        log.error("lane %d stopped: %s", self.number, failure.en)
        for view in self.running.values():
            if not view.stopped:
                view.stopped, view.stopped_zh = failure.en, failure.zh
        self._tell_of_stopped()

    @property
    def _has_to_tell(self) -> bool:
        return any(view.stopped and name not in self._told for name, view in self.running.items())

    def _tell_of_stopped(self) -> None:
        for name, view in self.running.items():
            if view.stopped and name not in self._told:
                self._views.tell_stopped(view.checkpoint, StoppedView(name, view.checkpoint.position + 1, view.stopped, view.stopped_zh))
                self._told.add(name)


class Lanes:
    """Those that this worker holds. For one thread."""

    def __init__(self, facts: StoreOfRecord, views: Views, projections: Sequence[Projection], count: int) -> None:
        self.held: dict[int, Lane] = {}
        self.count = count
        self._facts = facts
        self._views = views
        self._projections = projections

    def take(self, numbers: Iterable[int]) -> None:
        """Hold these lanes and no others. One that is held already goes on, if nobody moved its views meanwhile."""
        wanted = set(numbers)
        for number in sorted(self.held.keys() - wanted):
            log.info("lane %d is given up: %s", number, _names(self.held.pop(number)))
        for number in sorted(wanted):
            if number not in self.held or not self.held[number].is_current():
                self.held[number] = self._opened(number)
                log.info("lane %d is held: %s", number, _names(self.held[number]))

    def open_again(self, number: int) -> None:
        """A lane that is held and was fenced goes on where its views stand now. Raises what the stores raise."""
        if number in self.held:
            self.held[number] = self._opened(number)

    def look(self) -> None:
        """For when nothing comes: whether views were rebuilt, or set back with their server. Raises Fenced, and what the stores raise."""
        for number, lane in self.held.items():
            try:
                if lane.look():
                    log.warning("lane %d has folded again what the store of views had lost", number)
            except Fenced:
                if not lane.is_switched():
                    raise
                log.info("lane %d has views that were rebuilt", number)
                self.open_again(number)

    def _opened(self, number: int) -> Lane:
        projections = [each for each in self._projections if lane_of(each.name, self.count) == number]
        learns = lane_of(hindsight.NAME, self.count) == number
        lane = Lane(number, self._facts, self._views, projections, learns=learns)
        # Who follows its views learns so what was left unpublished, and that it has begun.
        lane.serve()
        return lane

    @property
    def stopped(self) -> dict[str, str]:
        """The views that stand still, and why."""
        return {name: view.stopped for lane in self.held.values() for name, view in lane.running.items() if view.stopped}


def _runs(facts: Iterable[Recorded], position: int) -> Iterator[list[Recorded]]:
    """The facts beyond the position, in runs without a gap."""
    run: list[Recorded] = []
    for recorded in facts:
        if recorded.position <= position:
            continue
        if run and recorded.position > position + 1:
            yield run
            run = []
        run.append(recorded)
        position = recorded.position
    if run:
        yield run


def _names(lane: Lane) -> str:
    return ", ".join(f"{name} at {view.checkpoint.position}" for name, view in lane.running.items()) or "no views"
