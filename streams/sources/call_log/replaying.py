"""A call log into a command center, through its public interface. The same log sent again changes nothing, and says so.

`replay` is the replay itself; `replay_call_log` is what the command line calls.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from streams.sources.call_log.cells import LogIsUnreadable
from streams.sources.call_log.mapping import ColumnMapping, MappingIsWrong, read_mapping
from streams.sources.call_log.operations import Operation, Told, operations_of
from streams.sources.call_log.pace import LogClock, Pace
from streams.sources.call_log.reading import CallLog, read_log
from streams.sources.call_log.report import ReplayReport, show
from streams.sources.call_log.schedule import Schedule
from streams.sources.call_log.vocabulary import vocabulary_commands
from streams.sources.client import BATCH_COMMANDS_MAX, Answer, Command, PublicInterface, Refused
from streams.sources.wall_clock import utc_now

SHIPPED: Final = Path(__file__).parent / "data"
SHIPPED_LOG: Final = SHIPPED / "sffd-week.csv.gz"
SHIPPED_MAPPING: Final = SHIPPED / "sffd.toml"
# A server that restarts is back within seconds; after ten minutes the replay ends, and goes on when it is started again.
PATIENCE_S = 600.0
# At a real pace the log is looked at so often: what is due within it goes in one batch.
LOOK_S = 0.2


class CatalogueIsRefused(ValueError):
    """The log's agencies, units or types could not be made known; `str()` is a sentence."""


@dataclass(slots=True)
class Replay:
    """One run. `progressed` is told how many calls and commands have been answered; `stop` ends it between two batches."""

    log: CallLog
    mapping: ColumnMapping
    interface: PublicInterface
    pace: Pace = field(default_factory=Pace)
    progressed: Callable[[ReplayReport], None] = lambda _report: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    pause: timedelta = timedelta(0)

    async def run(self) -> ReplayReport:
        """Everything that the log says, in order; the account of it."""
        report = ReplayReport(self.log)
        started = self.now()
        await self._make_known()
        operations = list(operations_of(self.log.calls, self.mapping, is_paced=self.pace.is_paced))
        for operation in operations:
            report.plan(operation)
        report.open_at_the_end = report.things["incidents"].planned - report.things["incidents closed"].planned
        if operations:
            told = [value.moment for operation in operations for value in operation.body.values() if isinstance(value, Told)]
            clock = LogClock(pace=self.pace, first=min(told), last=max(told), started_at=self.now())
            await self._send(Schedule.of(operations), clock, report)
        report.seconds = (self.now() - started).total_seconds()
        return report

    async def _make_known(self) -> None:
        """The catalogue first. What is known already, from this log or another, is left as it is."""
        commands = [
            Command(name, self._key(f"{identity}/{_digest(body)}"), body)
            for identity, name, body in vocabulary_commands(self.log.calls, self.mapping)
        ]
        answers = await self.interface.send_all(commands)
        for command, answer in zip(commands, answers, strict=True):
            if isinstance(answer, Refused) and answer.code != "already_exists":
                raise CatalogueIsRefused(f"{command.name} of {next(iter(command.body.values()))} was refused: {answer.en}")

    async def _send(self, schedule: Schedule, clock: LogClock, report: ReplayReport) -> None:
        while schedule.left and not self.stop.is_set():
            batch = schedule.next_batch(BATCH_COMMANDS_MAX, until=clock.log_time(self.now()))
            if not batch:
                assert schedule.next_at is not None, "operations are left and none can ever be sent: the schedule has a circle."
                await self.sleep(min(LOOK_S, clock.wait_s(schedule.next_at, self.now()) + 0.001))
                continue
            commands = [self._command(schedule, operation, clock) for operation in batch]
            for operation, answer in zip(batch, await self.interface.send_all(commands), strict=True):
                self._take(schedule, operation, answer, report)
            self.progressed(report)
            if self.pause:
                await self.sleep(self.pause.total_seconds())
        if schedule.left:
            report.is_stopped = True
            for operation in schedule.unsent():
                report.leave_out(operation, "the replay was stopped")

    def _take(self, schedule: Schedule, operation: Operation, answer: Answer, report: ReplayReport) -> None:
        report.answer(operation, answer)
        for lost, because in schedule.answered(operation, answer):
            report.leave_out(lost, f"as {because.rsplit('/', 1)[-1]} was refused")

    def _command(self, schedule: Schedule, operation: Operation, clock: LogClock) -> Command:
        body = {name: _told(value, clock) for name, value in schedule.body(operation).items()}
        return Command(operation.name, self._key(operation.key), body)

    def _key(self, identity: str) -> str:
        """Within what a key may be, whatever the log's numbers are."""
        return f"log-{self.mapping.name}-{_digest([self.pace.identity, identity])}"


async def replay_call_log(  # noqa: PLR0913 -- the command line's options
    log: Path | None = None,
    *,
    base_url: str,
    token: str,
    mapping: Path | None = None,
    speed: str | float = "max",
    shift_to_now: bool = False,
    shift_to: datetime | None = None,
    pause: timedelta = timedelta(0),
    stop: asyncio.Event | None = None,
    console: Console | None = None,
) -> int:
    """The exit code: 0 when all of the log is known to the server, 1 where something was refused, bad or left out (the report says what).

    Without a log the shipped week of San Francisco. `shift_to` is `shift_to_now` with the moment of an earlier run, to go on with that run.
    """
    console = console or Console()
    try:
        pace = Pace(speed=_speed(speed), anchor=shift_to or (utc_now() if shift_to_now else None))
        columns = read_mapping(mapping or (SHIPPED_MAPPING if log is None else _beside(log)))
        found = read_log(log or SHIPPED_LOG, columns)
    except (MappingIsWrong, LogIsUnreadable) as error:
        console.print(str(error), markup=False, highlight=False)
        return 1
    if pace.anchor is not None:
        console.print(f"All times are told as if the log {'began' if pace.is_paced else 'ended'} at {pace.anchor.isoformat()}.")
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[calls_per_s]} calls/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    async with PublicInterface(base_url, token, patience_s=PATIENCE_S) as interface:
        with bar:
            task = bar.add_task("replaying", total=None, calls_per_s="-")

            def progressed(report: ReplayReport) -> None:
                done = report.commands
                answered = done.accepted + done.already_there + done.refused + done.not_sent
                calls = report.things["calls"]
                elapsed_s = bar.tasks[task].elapsed or 0.0
                rate = (calls.accepted + calls.already_there + calls.refused) / elapsed_s if elapsed_s else 0.0
                bar.update(task, total=done.planned, completed=answered, calls_per_s=f"{rate:,.0f}")

            replay = Replay(found, columns, interface, pace, progressed=progressed, stop=stop or asyncio.Event(), pause=pause)
            try:
                report = await replay.run()
            except CatalogueIsRefused as error:
                console.print(str(error), markup=False, highlight=False)
                return 1
    if pace.anchor is not None:
        report.resume = f" with --shift-to {pace.anchor.isoformat()}"
    show(report, console)
    is_whole = report.is_accounted_for and not (report.commands.refused or report.commands.not_sent or report.log.bad)
    return 0 if is_whole else 1


def _speed(speed: str | float) -> float | None:
    if speed == "max":
        return None
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise MappingIsWrong(f"--speed is {speed!r}: it must be max, or a positive factor.")
    return factor


def mapping_beside(log: Path) -> Path:
    """A log's own mapping stands beside it under the same name."""
    return log.with_name(f"{Path(log.name.removesuffix('.gz')).stem}.toml")


def _beside(log: Path) -> Path:
    mapping = mapping_beside(log)
    if not mapping.exists():
        raise MappingIsWrong(
            f"Which column of {log} is what? `drumtower replay {log} --guess` proposes a mapping and writes it to {mapping}; "
            f"or say so with --mapping. {SHIPPED_MAPPING} is an example."
        )
    return mapping


def _told(value: object, clock: LogClock) -> object:
    return clock.told(value.moment).isoformat() if isinstance(value, Told) else value


def _digest(value: Any) -> str:  # noqa: ANN401 -- anything that has a repr of its own
    return hashlib.sha256(repr(value).encode()).hexdigest()[:40]
