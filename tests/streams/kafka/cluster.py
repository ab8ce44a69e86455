"""A center beyond one machine: the log and the views in PostgreSQL, topics on Kafka, `drumtower` processes, and a gateway's picture."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from domain.refusals import Refusal
from projections import CATALOGUE
from streams.failures import StoreUnavailable
from streams.kafka import topics
from streams.kafka.admin import administering
from streams.kafka.connection import Connection
from streams.kafka.loop_thread import LoopThread
from streams.kafka.view_feed import Snapshot, ViewFeed
from streams.postgres.fact_store import FactStore
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Published
from tests.domain.given_when_then import city
from tests.streams.kafka.host_process import PATIENCE_S, HostProcess
from tests.streams.on_disk import UNITS, Disk, on_disk, random_command
from tests.streams.scratch import digests, from_scratch

LANES = 4

Picture = dict[str, tuple[int, bytes]]


@dataclass
class Gateway:
    """What a gateway shows of every view, and how often it had to read one as a whole."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    epochs: dict[str, str] = field(default_factory=dict)
    snapshots: int = 0

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.pictures[snapshot.view] = {key: (position, document) for key, position, document in snapshot.rows}
        self.epochs[snapshot.view] = snapshot.epoch
        self.snapshots += 1

    def on_published(self, published: Published) -> None:
        for change in published.changes:
            if change.document is None:
                self.pictures[change.view].pop(change.key, None)
            else:
                self.pictures[change.view][change.key] = (change.position, change.document)


@dataclass
class Cluster:
    """One test's own. Every process that it started is killed in the end."""

    directory: Path
    address: str
    servers: str
    prefix: str
    facts: FactStore
    views: PostgresViewStore
    processes: list[HostProcess] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return Connection(brokers=tuple(self.servers.split(",")))

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DRUMTOWER_STORE": self.address,
            "DRUMTOWER_BROKERS": self.servers,
            "DRUMTOWER_TOPIC_PREFIX": self.prefix,
            "DRUMTOWER_LANES": str(LANES),
        }

    def start(self, *words: str, **more: str) -> HostProcess:
        log = self.directory / f"{words[0]}-{len(self.processes)}.log"
        process = HostProcess(log, *words, **{**self.environment, **more})
        self.processes.append(process)
        return process

    def relay(self) -> HostProcess:
        return self.start("relay")

    def worker(self, name: str) -> HostProcess:
        return self.start("worker", "--name", name)

    @contextmanager
    def writing(self) -> Iterator[Desk]:
        """A desk at a gateway: its commands are decided here, on the store that others share."""
        with on_disk(self.directory / "desk", facts=FactStore(self.address)) as disk:
            yield Desk(disk)

    def positions(self) -> dict[str, int]:
        """How far each view is that is read."""
        return {each.checkpoint.view: each.checkpoint.position for each in self.views.standings()}

    def epochs(self) -> dict[str, str]:
        """Which epoch of each view is read."""
        return {each.checkpoint.view: each.checkpoint.epoch for each in self.views.standings()}

    def is_at(self, position: int) -> bool:
        """Whether every view that is read is so far."""
        try:
            found = self.positions()
        except StoreUnavailable:
            return False
        return all(found.get(projection.name) == position for projection in CATALOGUE)

    def wait_until(self, is_so: Callable[[], bool], what: str = "") -> float:
        """How long it took. No process ends meanwhile but those that were killed."""
        began = time.monotonic()
        while not is_so():
            for process in self.processes:
                assert process.process.poll() in {None, -signal.SIGKILL, 0}, process.said
            told = "\n".join(process.said[-3_000:] for process in self.processes)
            assert time.monotonic() < began + PATIENCE_S, f"{what or 'it'} did not come to be: {self.positions()}\n{told}"
            time.sleep(0.02)
        return time.monotonic() - began

    def wait_for_lanes(self, *workers: HostProcess) -> None:
        """Until these workers hold every lane between them, and each some."""
        self.wait_until(lambda: all(each.held for each in workers) and sum(len(each.held) for each in workers) == LANES, "lanes")

    def check_the_views(self) -> None:
        """In PostgreSQL stands what a fold of the log from scratch gives."""
        assert digests(self.views) == from_scratch(self.facts.facts(0), self.directory / f"scratch-{time.monotonic_ns()}.db")

    @contextmanager
    def gateway(self) -> Iterator[Gateway]:
        """Follows every view by its topic."""
        shown, loop = Gateway(), LoopThread("gateway")
        feed = loop.call(self._made_feed(shown), PATIENCE_S)
        loop.call(feed.start(), PATIENCE_S)
        running = loop.begin(_followed(feed))
        try:
            yield shown
        finally:
            running.cancel()
            loop.call(feed.stop(), PATIENCE_S)
            loop.stop()

    def shows_what_is_there(self, gateway: Gateway) -> bool:
        """Whether a gateway has every view as it stands in its store, of the same epoch."""
        for projection in CATALOGUE:
            snapshot = self.snapshot(projection.name)
            picture = {key: (position, document) for key, position, document in snapshot.rows}
            if gateway.epochs.get(projection.name) != snapshot.epoch or gateway.pictures.get(projection.name) != picture:
                return False
        return True

    def snapshot(self, view: str) -> Snapshot:
        found = self.views.snapshot(view)
        if found is None:
            return Snapshot(view, "", 0, 0, ())
        return Snapshot(view, found.checkpoint.epoch, found.checkpoint.position, found.told, tuple(found.rows))

    async def _made_feed(self, shown: Gateway) -> ViewFeed:
        return ViewFeed(
            {projection.name: topics.view(self.prefix, projection.name) for projection in CATALOGUE},
            self.snapshot,
            on_snapshot=shown.on_snapshot,
            on_published=shown.on_published,
            **self.connection.options,
        )


@dataclass
class Desk:
    """Random commands, accepted or refused, one after the other."""

    disk: Disk
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    def begin(self) -> None:
        """The city is there."""
        self.disk.do(*city(UNITS))

    def act(self, commands: int) -> int:
        """So many commands; the position of the newest fact."""
        for _ in range(commands):
            self.disk.clock.passes(self.chance.randint(1, 60))
            facts = self.disk.machine.facts
            incidents, calls = facts.last_number("incident:261123"), facts.last_number("call:C261123")
            with suppress(Refusal):
                self.disk.do(random_command(self.chance, incidents, calls))
        return self.disk.machine.facts.last_position


async def _followed(feed: ViewFeed) -> None:
    # As command_ui/following.py: what could not be followed is tried again.
    while True:
        with suppress(Exception):
            await feed.run()
        await asyncio.sleep(0.2)


@contextmanager
def cluster(directory: Path, address: str, servers: str, prefix: str) -> Iterator[Cluster]:
    """Its topics are there, its log is empty, and no process runs."""
    with closing(FactStore(address)) as facts, closing(PostgresViewStore(address)) as views:
        made = Cluster(directory, address, servers, prefix, facts, views)
        wanted = topics.every_topic(prefix, (projection.name for projection in CATALOGUE), brokers=1, lane_count=LANES)
        with administering(made.connection) as admin:
            admin.create(wanted)
        try:
            yield made
        finally:
            for process in made.processes:
                if process.process.poll() is None:
                    process.kill()
