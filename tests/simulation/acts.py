"""What each step of a history does to the world, and the sentence that tells it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from domain import commands as ask
from streams.failures import StoreUnavailable
from streams.rebuilding import rebuild
from tests.simulation.clients import DAY, UNITS, a_command
from tests.simulation.fact_log import FactClient
from tests.simulation.processes import Process, rest
from tests.simulation.steps import WEIGHTS, Step
from tests.simulation.view_tables import FORGOTTEN_COMMITS_MAX, ViewClient
from tests.simulation.world import PROJECTIONS, World

if TYPE_CHECKING:
    from streams.store_of_record import StoreOfRecord
    from streams.views import Views

# How far a process goes on: to rest, or by so many points.
POINTS: Final = (0, 1, 2, 3, 1, 2, 4, 6, 8, 1, 12, 5)


def command(world: World, step: Step) -> str:
    """An operator asks for something, or for the same once more; while he waits, whoever is to answer him goes on."""
    operator = world.operators[step.who % len(world.operators)]
    if operator.waits_for:
        [gateway] = [each for each in world.gateways if each.name == operator.waits_for]
        return _go_on(gateway.processes[0], step.which)
    incidents = sum(name.startswith("incident:") for name in world.facts.of_aggregate)
    return operator.send(world.gateways[step.how % 2], a_command(incidents, step.which, step.how))


def race(world: World, step: Step) -> str:
    """Two operators ask for one unit at two gateways, and the second is quicker than the first, at some point."""
    first, second = (world.operators[(step.who + index) % len(world.operators)] for index in (0, 1))
    gateway, quicker = world.gateways[step.who % 2], world.gateways[(step.who + 1) % 2]
    unit = UNITS[step.which % len(UNITS)]
    told = first.send(gateway, ask.DispatchUnits(incident=f"{DAY}-0001", units=(unit,)))
    for _ in range(1 + step.how):
        gateway.processes[0].go_on()
    was_about = gateway.processes[0].about
    told += f"; before it can {was_about}, {second.send(quicker, ask.DispatchUnits(incident=f'{DAY}-0002', units=(unit,)))}"
    quicker.processes[0].go_on_to_rest()
    return told


def give_up(world: World, step: Step) -> str:
    """The answer is lost."""
    return world.operators[step.who % len(world.operators)].give_up()


def go_on(world: World, step: Step) -> str:
    """One process goes on, to rest or to another point."""
    return _go_on(world.processes[step.who % len(world.processes)], step.which)


def _go_on(process: Process, which: int) -> str:
    points = POINTS[which % len(POINTS)]
    was_about = process.about
    if not points:
        process.go_on_to_rest()
    for _ in range(points):
        process.go_on()
    return f"{process.name} goes on ({was_about} → {process.about})"


def work_off(world: World, step: Step) -> str:
    """Every process, or every one but one, does what it finds to do; everybody hears of it, or nobody yet."""
    processes = world.processes
    if step.how % 3 == 0:
        world.round()
        return "everything goes on, and everybody hears of it"
    hung = processes[step.who % len(processes)] if step.how % 3 == 1 else None
    for process in processes:
        if process is not hung:
            process.go_on_to_rest()
    return f"everything goes on{f', but {hung.name} hangs' if hung else ''}"


def tick(world: World, step: Step) -> str:
    """A hub tells what has changed."""
    gateway = world.gateways[step.who % 2]
    gateway.hub.tick()
    return f"{gateway.name} tells its consoles"


def hear(world: World, step: Step) -> str:
    """A socket moves something, or everything."""
    console = world.consoles[step.who % len(world.consoles)]
    if console.link is None:
        return f"{console.name} has no link"
    match step.which % 4:
        case 0:
            console.hear_all()
            return f"{console.name} hears everything"
        case 1:
            console.link.let_leave()
            return f"frames for {console.name} leave"
        case 2:
            console.hear()
            return f"{console.name} hears a frame"
        case _:
            console.link.hear(console.wanted)
            return f"a question of {console.name} arrives"


def cut_console(world: World, step: Step) -> str:
    """A link is gone."""
    console = world.consoles[step.who % len(world.consoles)]
    console.cut()
    world.faults += 1
    return f"{console.name} loses its link"


def open_console(world: World, step: Step) -> str:
    """A console comes, or moves to another gateway, with what it holds."""
    console, gateway = world.consoles[step.who % len(world.consoles)], world.gateways[step.which % 2]
    if not gateway.is_serving:
        return f"{gateway.name} does not serve yet"
    console.open(gateway.hub)
    return f"{console.name} opens a link to {gateway.name}"


def kill_gateway(world: World, step: Step) -> str:
    """`kill -9`."""
    gateway = world.gateways[step.who % 2]
    was_about = gateway.processes[0].about
    world.kill_gateway(gateway)
    world.faults += 1
    return f"{gateway.name} is killed (its writer was to {was_about}) and begins again"


def kill_relay(world: World, step: Step) -> str:
    """`kill -9` of a relay, which begins again; or a second one comes, or goes."""
    slot = step.who % 2
    relay = world.relays[slot]
    if relay is not None:
        relay.process.kill()
    world.faults += relay is not None
    is_gone = slot == 1 and relay is not None and step.how % 2 == 1
    world.relays[slot] = None if is_gone else world.a_relay(f"relay {slot + 1}")
    return (
        f"relay {slot + 1} {'goes' if is_gone else 'comes' if relay is None else f'is killed (to {relay.process.about}) and begins again'}"
    )


def kill_worker(world: World, step: Step) -> str:
    """`kill -9`."""
    worker = world.workers[step.who % 2]
    world.kill_worker(worker)
    world.faults += 1
    return f"{worker.name} is killed (it was to {worker.process.about}) and begins again"


def rebalance(world: World, step: Step) -> str:
    """Lanes are given out anew; a worker that is cut off does not hear of it."""
    group, how = world.group, step.how % 4
    if how == 3:
        group.cut.clear()
    elif how:
        group.cut = {group.members[how - 1]}
    else:
        group.turned += 1
    world.faults += bool(group.cut)
    lanes = ", ".join(f"{member}: {group.lanes_of(member)}" for member in group.members)
    return f"the lanes are given out anew ({lanes}; cut off: {', '.join(group.cut) or 'nobody'})"


def facts_away(world: World, _step: Step) -> str:
    """The store of record goes, or comes back."""
    world.facts.is_away = not world.facts.is_away
    world.faults += world.facts.is_away
    return f"the store of record {'is away' if world.facts.is_away else 'is back'}"


def facts_answer_lost(world: World, _step: Step) -> str:
    """A commit that nobody hears of."""
    world.facts.answers_lost += 1
    world.faults += 1
    return "the answer to the next commit of the log will be lost"


def views_away(world: World, _step: Step) -> str:
    """The view store goes, or comes back."""
    world.tables.is_away = not world.tables.is_away
    world.faults += world.tables.is_away
    return f"the view store {'is away' if world.tables.is_away else 'is back'}"


def views_answer_lost(world: World, _step: Step) -> str:
    """The same of the views."""
    world.tables.answers_lost += 1
    world.faults += 1
    return "the answer to the next commit of views will be lost"


def views_forget(world: World, step: Step) -> str:
    """The server of the views is killed, with commits that were not on disk."""
    forgotten = world.tables.forget(step.how % (FORGOTTEN_COMMITS_MAX + 1))
    world.faults += 1
    return f"the view store is killed and has forgotten its last {forgotten} commits"


def rebuild_view(world: World, step: Step) -> str:
    """A view is built anew beside the one that is served, and switched to."""
    projection = PROJECTIONS[step.who % len(PROJECTIONS)]
    if world.rebuilds:
        return "a view is being built anew already"

    facts, views = cast("StoreOfRecord", FactClient(world.facts, "rebuild")), cast("Views", ViewClient(world.tables, rebuilds=True))

    def work() -> None:
        while True:
            with suppress(StoreUnavailable):
                rebuild(facts, views, [projection])
                return
            rest()

    world.rebuilds.append(Process(f"rebuild of {projection.name}", work))
    return f"{projection.name} is built anew"


def broker_fault(world: World, step: Step) -> str:
    """A send fails, with the record on the topic or without."""
    world.broker.faults.append(fault := ("answer lost", "refused")[step.how % 2])
    world.faults += 1
    return f"one of the next records: {fault}"


def deliver_twice(world: World, step: Step) -> str:
    """The newest record of a partition lies there twice."""
    place = _place(world, step)
    partition = world.broker.partitions[place]
    if not partition.records:
        return f"{place[0]} is empty"
    newest = partition.records[-1]
    partition.append(newest.key, newest.value, newest.headers)
    world.faults += 1
    return f"{place[0]}/{place[1]} has its newest record twice"


def make_anew(world: World, step: Step) -> str:
    """A topic is deleted and created again."""
    topic = _place(world, step)[0]
    world.broker.make_anew(topic)
    world.faults += 1
    return f"{topic} is made anew"


def lose_newest(world: World, step: Step) -> str:
    """A broker is gone before others had its newest records, and what follows takes their offsets."""
    place, count = _place(world, step), 1 + step.how % 4
    world.broker.partitions[place].lose_newest(count)
    world.faults += 1
    return f"{place[0]}/{place[1]} has lost its newest {count} records"


def compact(world: World, step: Step) -> str:
    """The broker leaves the newest record of each key."""
    views = [place for place in world.broker.partitions if ".view." in place[0]]
    place = views[step.who % len(views)]
    world.broker.partitions[place].compact()
    return f"{place[0]} is compacted"


def _place(world: World, step: Step) -> tuple[str, int]:
    places = list(world.broker.partitions)
    return places[step.who % len(places)]


ACT_OF: Final[dict[str, Callable[[World, Step], str]]] = {
    each.__name__: each
    for each in (
        command, race, give_up, go_on, work_off, tick, hear, cut_console, open_console, kill_gateway, kill_relay, kill_worker, rebalance,
        facts_away, facts_answer_lost, views_away, views_answer_lost, views_forget, rebuild_view,
        broker_fault, deliver_twice, make_anew, lose_newest, compact,
    )
}  # fmt: skip
assert ACT_OF.keys() == WEIGHTS.keys(), "each act is drawn, and each that is drawn is one."
