"""A small city beyond one machine: two stores and a broker, two gateways, two workers, a relay or two, operators and consoles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from command_ui.facets import reader_facets
from projections.call_board import CALL_BOARD
from projections.incident_board import INCIDENT_BOARD
from projections.projection import Projection
from projections.response_times import RESPONSE_TIMES
from projections.unit_status import UNIT_STATUS
from streams import hindsight
from streams.failures import Fenced
from streams.live_view import Filter
from tests.domain.given_when_then import T0
from tests.simulation.auditors import Committed, History, Prefixes
from tests.simulation.broker import Broker
from tests.simulation.clients import Operator
from tests.simulation.console import Console
from tests.simulation.fact_log import FactLog
from tests.simulation.gateway import Gateway
from tests.simulation.processes import Process
from tests.simulation.relay import Relay, RelayNote
from tests.simulation.view_tables import Epoch, ViewTables
from tests.simulation.worker import Group, Worker

PREFIX = "sim"
LANES = 2
LIVE: tuple[Projection, ...] = (INCIDENT_BOARD, UNIT_STATUS, CALL_BOARD)
# One that no console watches is folded and published with the others.
PROJECTIONS: tuple[Projection, ...] = (*LIVE, RESPONSE_TIMES)
VIEWS = tuple(each.name for each in PROJECTIONS)
# One console sees one agency only: documents come and go in its picture.
WANTED = (Filter(), Filter(agencies=frozenset({"fire"})), Filter())
ACCOUNTS = ("zhou", "lin", "chen")
# When nothing fails any more, news is everywhere after some rounds; a history that goes on longer goes in circles.
ROUNDS_MAX = 60
ROUND_S = 2
# A history that has come so far is quiet: what waits for a time that must pass (streams.kafka.view_feed) has had it.
QUIET_ROUNDS = 2


class World:
    """`now` is the fake clock's; everything that goes on by itself is among `processes`."""

    def __init__(self, facts: FactLog, tables: ViewTables, broker: Broker, note: RelayNote) -> None:
        self.history = History()
        self.story: list[str] = []
        self.broken: list[str] = []
        self.faults = 0
        self.seconds = 0
        self._moments = 0.0
        self.facts, self.broker, self.note = facts, broker, note
        self.tables = tables.copy(self._committed)
        self.group = Group(LANES, ["worker 1", "worker 2"])
        self.gateways = [self.a_gateway(name) for name in ("gateway a", "gateway b")]
        self.workers = [self.a_worker(name) for name in self.group.members]
        self.relays: list[Relay | None] = [self.a_relay("relay 1"), None]
        self.rebuilds: list[Process] = []
        self.operators = [Operator(account, self.history, self.moment) for account in ACCOUNTS]
        names = tuple(each.name for each in LIVE)
        self.consoles = [Console(f"console {number}", names, wanted, self.history.shown.append) for number, wanted in enumerate(WANTED, 1)]

    def now(self) -> datetime:
        """The time, which goes on with the steps."""
        return T0 + timedelta(seconds=self.seconds)

    def moment(self) -> float:
        """Another one each time: what came first has the lower."""
        self._moments += 1
        return self._moments

    def a_gateway(self, name: str) -> Gateway:
        """A gateway that begins."""
        return Gateway(name, self.facts, self.tables, self.broker, LIVE, self.now)

    def a_worker(self, name: str) -> Worker:
        """A worker that begins."""
        return Worker(name, self.facts, self.tables, self.broker, PROJECTIONS, self.group)

    def a_relay(self, name: str) -> Relay:
        """A relay that begins."""
        return Relay(name, self.facts, self.broker, self.note)

    @property
    def processes(self) -> list[Process]:
        """Everything that goes on by itself, what has most to do first."""
        relays = [relay.process for relay in self.relays if relay is not None]
        writers, feeds = ([gateway.processes[which] for gateway in self.gateways] for which in (0, 1))
        return [*writers, *(worker.process for worker in self.workers), *relays, *feeds, *self.rebuilds]

    def kill_gateway(self, gateway: Gateway) -> None:
        """It is gone with all its links and the answers that it owed, and begins again."""
        gateway.kill()
        for console in self.consoles:
            if console.link is not None and console.link.hub is gateway.hub:
                console.cut()
        for operator in self.operators:
            operator.lost(gateway.name)
        self.gateways[self.gateways.index(gateway)] = self.a_gateway(gateway.name)

    def kill_worker(self, worker: Worker) -> None:
        """It is gone, and begins again."""
        worker.process.kill()
        self.workers[self.workers.index(worker)] = self.a_worker(worker.name)

    def supervise(self) -> None:
        """What ended by itself is begun again, as a supervisor does; what ended as it should not have is noted."""
        for worker in [each for each in self.workers if each.process.is_over]:
            self._note_end(worker.process, may_be_fenced=True)
            self.story.append(f"    {worker.name} ended ({worker.process.failure}) and begins again")
            self.kill_worker(worker)
        for process in [each for each in self.rebuilds if each.is_over]:
            self._note_end(process, may_be_fenced=True)
            self.rebuilds.remove(process)
        for process in self.processes:
            if process.is_over and process.failure is not None:
                self._note_end(process, may_be_fenced=False)
                raise process.failure

    def _note_end(self, process: Process, *, may_be_fenced: bool) -> None:
        if process.failure is not None and not (may_be_fenced and isinstance(process.failure, Fenced)):
            self.broken.append(f"{process.name} ended: {type(process.failure).__name__}: {process.failure}")

    def hear_answers(self) -> None:
        """Operators take what they are answered."""
        self.story.extend(f"    {heard}" for operator in self.operators if (heard := operator.hear()))

    def come_to_quiet(self) -> None:
        """Everything is well from now on, nobody wants anything new, and whoever was not answered asks until he is."""
        self._heal()
        before: object = None
        quiet = 0
        for _ in range(ROUNDS_MAX):
            self.round()
            now = self._progress()
            quiet = quiet + 1 if now == before else 0
            if quiet >= QUIET_ROUNDS:
                return
            before = now
        self.broken.append(f"there is no quiet after {ROUNDS_MAX} rounds")

    def round(self) -> None:
        """Each process does all that it finds to do; operators and consoles hear of it. It takes some seconds."""
        self.seconds += ROUND_S
        for process in self.processes:
            process.go_on_to_rest()
        self.supervise()
        self.hear_answers()
        for operator in self.operators:
            if operator.under_way is not None and operator.under_way.future is None:
                self.story.append(f"    {operator.send(self.gateways[0], None)}")
        for gateway in self.gateways:
            gateway.hub.tick()
        for index, console in enumerate(self.consoles):
            gateway = self.gateways[index % len(self.gateways)]
            if console.link is None and gateway.is_serving:
                console.open(gateway.hub)
            console.hear_all()

    def end(self) -> None:
        """Nothing goes on."""
        for process in self.processes:
            process.kill()
        self.history.log = self.facts.recorded
        self.history.standing = {view: epoch.checkpoint.position if (epoch := self.tables.find(view, None)) else 0 for view in VIEWS}

    def _heal(self) -> None:
        self.facts.is_away = self.tables.is_away = False
        self.facts.answers_lost = self.tables.answers_lost = 0
        self.broker.faults.clear()
        self.group.cut.clear()

    def _progress(self) -> object:
        waiting = sum(operator.under_way is not None for operator in self.operators)
        heard = sum(console.heard for console in self.consoles)
        return len(self.facts.recorded), len(self.facts.kept_receipts), self.broker.written, self.tables.commits, heard, waiting

    def _committed(self, epoch: Epoch) -> None:
        checkpoint = epoch.checkpoint
        if checkpoint.view != hindsight.NAME:
            self.history.committed.append(Committed(checkpoint.view, checkpoint.epoch, checkpoint.position, epoch.rows))


def no_prefixes() -> Prefixes:
    """The views of an empty log."""
    return Prefixes(PROJECTIONS, {each.name: reader_facets(each.name) for each in PROJECTIONS})


def an_empty_world() -> World:
    """Nothing has ever happened."""
    return World(FactLog(), ViewTables(), Broker(PREFIX, LANES, VIEWS), RelayNote())


def all_of(world: World, commands: Iterable[object]) -> Iterator[str]:
    """Commands that are accepted one after another, each when all is quiet."""
    world.operators[0].account = "founder"
    for command in commands:
        world.operators[0].send(world.gateways[0], command)
        world.come_to_quiet()
        yield from world.broken
