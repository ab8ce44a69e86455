"""A worker: the product's lanes, outbox and publisher, with the loop around them that Faust is; and the group that gives out the lanes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from aiokafka.errors import KafkaError

from projections.projection import Projection
from streams.failures import Fenced, StoreUnavailable
from streams.kafka import topics, view_publisher
from streams.kafka.lanes import Lanes
from streams.kafka.records import Record, span
from streams.postgres.view_outbox import ViewOutbox
from streams.views import Checkpoint
from tests.simulation.broker import Broker, Producer
from tests.simulation.fact_log import FactClient, FactLog
from tests.simulation.processes import Process, rest
from tests.simulation.processes import done as result_of
from tests.simulation.view_tables import ViewClient, ViewTables

if TYPE_CHECKING:
    from streams.store_of_record import StoreOfRecord

# Folded together at once: small, so that a history has several commits.
FOLD_RECORDS = 4


@dataclass(slots=True)
class Group:
    """Who holds which lanes. A worker that is `cut` off goes on with those that it had, and others have them too."""

    lane_count: int
    members: list[str] = field(default_factory=list)
    turned: int = 0
    cut: set[str] = field(default_factory=set)

    def lanes_of(self, member: str) -> tuple[int, ...]:
        """What the group has given to a member."""
        present = [each for each in self.members if each not in self.cut] or self.members
        if member not in present:
            return ()
        mine = present.index(member)
        return tuple(lane for lane in range(self.lane_count) if (lane + self.turned) % len(present) == mine)


class Worker:
    """One worker; it ends (`process.failure`) where it is fenced."""

    def __init__(
        self, name: str, facts: FactLog, tables: ViewTables, broker: Broker, projections: Sequence[Projection], group: Group
    ) -> None:
        self.name = name
        self._broker = broker
        self._group = group
        self._views = ViewClient(tables)
        self._lanes = Lanes(cast("StoreOfRecord", FactClient(facts, name)), cast("Any", self._views), projections, broker.lane_count)
        outbox = ViewOutbox(cast("Any", self._views), self._checkpoint_of)
        self._publisher = view_publisher.ViewPublisher(Producer(broker), outbox, lambda view: topics.view(broker.prefix, view))
        self._offsets: dict[int, int] = {}
        self._unpublished: set[str] = set()
        self._is_in_doubt = self._is_lost = False
        self.process = Process(name, self._run)

    def _run(self) -> None:
        assigned: tuple[int, ...] | None = None
        while True:
            try:
                if (self.name not in self._group.cut and (now := self._group.lanes_of(self.name)) != assigned) or self._is_lost:
                    assigned = None
                    self._lanes.take(now)
                    for number in now if self._is_lost else ():
                        self._lanes.open_again(number)
                    assigned, self._is_lost = now, False
                    self._offsets = {number: self._first_unseen(number) for number in now}
                    self._unpublished |= {name for lane in self._lanes.held.values() for name in lane.running}
                has_folded = sum(self._fold(number) for number in assigned or ())
                if not has_folded:
                    self._look()
                self._publish()
            except (StoreUnavailable, KafkaError):
                rest()
                continue
            except Fenced:
                # As the product's: it begins again where its views stand.
                self._is_lost = True
                rest()
                continue
            if not has_folded:
                rest()

    def _fold(self, number: int) -> bool:
        """Some records of a lane; whether there were any. Raises Fenced, StoreUnavailable."""
        lane, partition = self._lanes.held[number], self._broker.partitions[self._broker.lanes, number]
        if self._offsets[number] > partition.end:
            self._offsets[number] = partition.begin
        if self._is_in_doubt:
            lane.settle()
        found = partition.since(self._offsets[number], FOLD_RECORDS)
        if not found or not lane.is_at_work:
            return False
        self._is_in_doubt = True
        lane.fold([(Record(record.key, record.value, record.headers), f"lane {number}, offset {record.offset}") for record in found])
        self._is_in_doubt = False
        self._offsets[number] = found[-1].offset + 1
        self._unpublished |= lane.running.keys()
        return True

    def _look(self) -> None:
        """Where nothing comes, whether what was written is still there."""
        before = dict(self._lanes.held), [lane.position for lane in self._lanes.held.values()]
        self._lanes.look()
        if before != (self._lanes.held, [lane.position for lane in self._lanes.held.values()]):
            self._unpublished |= {name for lane in self._lanes.held.values() for name in lane.running}

    def _publish(self) -> None:
        for name in sorted(self._unpublished):
            if any(name in lane.running for lane in self._lanes.held.values()):
                result_of(self._publisher.publish(name))
            self._unpublished.discard(name)

    def _first_unseen(self, number: int) -> int:
        """Where `streams.kafka.transport` begins to read."""
        wanted = self._lanes.held[number].position + 1
        for record in self._broker.partitions[self._broker.lanes, number].records:
            place = span(record.headers)
            if place is None or place[2] >= wanted:
                return record.offset
        return self._broker.partitions[self._broker.lanes, number].end

    def _checkpoint_of(self, view: str) -> Checkpoint:
        return next(lane.running[view].checkpoint for lane in self._lanes.held.values() if view in lane.running)
