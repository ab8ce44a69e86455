"""A relay: the product's batches and publication, with the loop around them that `streams.kafka.relay` has in an event loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from aiokafka.errors import KafkaError

from streams.failures import StoreUnavailable
from streams.kafka.batches import Batches, Facts
from streams.kafka.publication import Publication, TopicsHaveChanged, require_same_log
from streams.kafka.records import Record, Save, decode
from streams.kafka.relay_state import Kept, Partition
from tests.simulation.broker import Broker, Producer
from tests.simulation.fact_log import FactClient, FactLog
from tests.simulation.processes import Process, done, pause, rest

if TYPE_CHECKING:
    from streams.store_of_record import StoreOfRecord


class RelayNote:
    """Implements `streams.kafka.relay_state.RelayStore`: what is kept beside the events."""

    def __init__(self, kept: Kept | None = None) -> None:
        self.kept = kept or Kept()

    def read(self) -> Kept:
        """As promised by `RelayStore`."""
        return self.kept

    def write(self, kept: Kept) -> None:
        """As promised by `RelayStore`."""
        pause("keep how far the relay is")
        if self.kept.epoch <= kept.epoch:
            self.kept = kept

    def close(self) -> None:
        """As promised by `RelayStore`."""


class Relay:
    """One relay; two do no harm."""

    def __init__(self, name: str, facts: FactLog, broker: Broker, note: RelayNote) -> None:
        self.name = name
        self._facts = cast("StoreOfRecord", FactClient(facts, name))
        self._broker = broker
        self._note = note
        self._topics = (broker.facts, broker.lanes)
        self._partitions = [place for place in broker.partitions if place[0] in self._topics]
        self.process = Process(name, self._run)

    def _run(self) -> None:
        while True:
            try:
                self._publish(self._begin())
            except (TopicsHaveChanged, KafkaError, StoreUnavailable):
                rest()

    def _begin(self) -> Publication:
        identities = self._identities()
        pause("ask where topics begin and end")
        bounds = self._bounds()
        saves = self._last_saves(bounds)
        require_same_log(cast("Facts", self._facts), saves)
        publication, _ = Publication.beginning(self._note.read(), identities, bounds, saves, facts_topic=self._broker.facts)
        self._note.write(publication.to_keep)
        return publication

    def _publish(self, publication: Publication) -> None:
        kept = publication.kept
        batches = Batches(cast("Facts", self._facts), kept.position, prefix=self._broker.prefix, epoch=kept.epoch)
        producer = Producer(self._broker)
        while True:
            batch = batches.next()
            if batch is None:
                if self._note.kept != publication.to_keep:
                    self._note.write(publication.to_keep)
                publication.require_unchanged(self._identities(), self._bounds(), facts_topic=self._broker.facts)
                rest()
                continue
            for partition in self._partitions:
                done(publication.send(producer, partition, batch))
            publication.moved_to(batch.last)

    def _identities(self) -> dict[str, str]:
        return {topic: self._broker.identities[topic] for topic in self._topics}

    def _bounds(self) -> dict[Partition, tuple[int, int]]:
        return {place: (self._broker.partitions[place].begin, self._broker.partitions[place].end) for place in self._partitions}

    def _last_saves(self, bounds: Mapping[Partition, tuple[int, int]]) -> dict[Partition, Save]:
        pause("read the last records")
        saves = {}
        for place, (begin, end) in bounds.items():
            if end > begin:
                found = self._broker.partitions[place].since(end - 1, 1)
                if not found:
                    raise TopicsHaveChanged(f"{place[0]} lost its end while it was read")
                saves[place] = decode(Record(found[0].key, found[0].value, found[0].headers), place[0])
        return saves
