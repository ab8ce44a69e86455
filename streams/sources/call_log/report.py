"""The account of a replay: every row, call, incident, assignment and time is sent, refused with a reason, or named as left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from streams.sources.call_log.mapping import CALL_TIMES, TIMES
from streams.sources.call_log.operations import Operation
from streams.sources.call_log.reading import CallLog
from streams.sources.client import Accepted, Answer, Refused

# A person reads some sentences of each sort; the numbers are whole.
SENTENCES_SHOWN_MAX = 10

_KINDS = {"take_call": "calls", "open_incident": "incidents", "dispatch_units": "assignments", "close_incident": "incidents closed"}


@dataclass(slots=True)
class Tally:
    """What became of one sort of thing: `planned` is the sum of the others when the replay has ended."""

    planned: int = 0
    accepted: int = 0
    already_there: int = 0
    refused: int = 0
    not_sent: int = 0

    @property
    def is_accounted_for(self) -> bool:
        """Whether nothing is missing."""
        return self.planned == self.accepted + self.already_there + self.refused + self.not_sent


@dataclass(slots=True)
class ReplayReport:
    """Grows while the replay runs; `seconds` is what it took."""

    log: CallLog
    things: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in _KINDS.values()})
    times: dict[str, Tally] = field(default_factory=lambda: {step: Tally() for step in TIMES})
    commands: Tally = field(default_factory=Tally)
    assumed: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    refusal_sentences: list[str] = field(default_factory=list)
    open_at_the_end: int = 0
    seconds: float = 0.0
    is_stopped: bool = False
    resume: str = ""

    def plan(self, operation: Operation) -> None:
        """One more command is to be sent."""
        for tally in self._tallies(operation):
            tally.planned += 1

    def answer(self, operation: Operation, answer: Answer) -> None:
        """What the server said."""
        for tally in self._tallies(operation):
            match answer:
                case Accepted(is_repeated=True):
                    tally.already_there += 1
                case Accepted():
                    tally.accepted += 1
                case Refused():
                    tally.refused += 1
        if isinstance(answer, Refused):
            self.reasons[f"{operation.name}: {answer.code}"] += 1
            if len(self.refusal_sentences) < SENTENCES_SHOWN_MAX:
                self.refusal_sentences.append(f"{operation.key}: {answer.en}")
        elif operation.is_assumed:
            self.assumed.append(operation.key)

    def leave_out(self, operation: Operation, because: str) -> None:
        """It was not sent, since what it needs was refused (or the replay was stopped)."""
        for tally in self._tallies(operation):
            tally.not_sent += 1
        self.reasons[f"{operation.name}: not sent, {because}"] += 1

    @property
    def untold(self) -> dict[str, int]:
        """Times of the log that no command carries: steps of rows that name no unit."""
        return {step: self.log.times[step] - self.times[step].planned for step in TIMES if self.log.times[step] > self.times[step].planned}

    @property
    def is_accounted_for(self) -> bool:
        """Whether every row and every command has been answered for."""
        log = self.log
        tallies = (self.commands, *self.things.values(), *self.times.values())
        return log.rows == log.good + log.duplicates + log.bad and all(tally.is_accounted_for for tally in tallies)

    @property
    def changed_nothing(self) -> bool:
        """Whether everything that the log says was known before."""
        return self.commands.accepted == 0 and self.commands.already_there > 0

    def _tallies(self, operation: Operation) -> list[Tally]:
        kinds = [self.things[_KINDS[operation.name]]] if operation.name in _KINDS else []
        return [self.commands, *kinds, *(self.times[step] for step in operation.tells)]


def show(report: ReplayReport, console: Console) -> None:
    """The whole account, for a person."""
    log = report.log
    console.print(f"{log.path}: {log.rows:,} rows: {log.good:,} taken, {log.duplicates:,} duplicates, {log.bad:,} bad.")
    _sentences(console, log.bad_sentences, log.bad)
    if log.differences:
        console.print(f"{log.differences:,} values differ from the first row of their call:")
        _sentences(console, log.difference_sentences, log.differences)
    console.print(_table(report))
    for sentence in _remarks(report):
        console.print(sentence, markup=False, highlight=False)
    for reason, count in report.reasons.most_common():
        console.print(f"  {count:,} x {reason}", markup=False, highlight=False)
    _sentences(console, report.refusal_sentences, report.commands.refused)
    rate = log.good / report.seconds if report.seconds else 0.0
    console.print(f"{report.commands.planned:,} commands in {report.seconds:.1f} s, {rate:,.0f} rows/s.")
    if report.changed_nothing:
        console.print("Everything was there already: nothing was changed.")
    if report.is_stopped:
        console.print(f"Stopped before the end; the same command goes on from here{report.resume}.")
    if not report.is_accounted_for:
        console.print("[bold red]The account does not add up: this is a fault of the replay.[/]")


def _table(report: ReplayReport) -> Table:
    table = Table("", "in the log", "accepted", "already there", "refused", "not sent", box=None, pad_edge=False)
    for column in table.columns:
        column.no_wrap = True
        column.justify = "right" if column.header else "left"
    untold = report.untold
    for name, tally in report.things.items():
        table.add_row(name, *_cells(tally, 0))
    for step, tally in report.times.items():
        if tally.planned or untold.get(step):
            table.add_row(f"time {step}", *_cells(tally, untold.get(step, 0)))
    return table


def _cells(tally: Tally, untold: int) -> tuple[str, ...]:
    cells = (tally.planned + untold, tally.accepted, tally.already_there, tally.refused, tally.not_sent + untold)
    return tuple(f"{cell:,}" for cell in cells)


def _remarks(report: ReplayReport) -> Iterator[str]:
    if contrary := report.untold.get("answered"):
        yield f"{contrary:,} calls were answered before they came in, as the log has it: their answer counts as not known."
    if unnamed := {step: count for step, count in report.untold.items() if step not in CALL_TIMES}:
        steps = ", ".join(f"{count:,} {step}" for step, count in unnamed.items())
        hint = "" if report.log.stand_ins else " With `stand_in` in the mapping they are sent."
        yield f"Not sent, as their rows name no unit: {steps}.{hint}"
    if report.log.stand_ins:
        yield f"{report.log.stand_ins:,} responses are given to units that stand in, as their rows have a unit's times and name no unit."
    if unknown := report.log.unknown_priorities:
        named = ", ".join(f"{word!r} ({count:,})" for word, count in unknown.most_common(SENTENCES_SHOWN_MAX))
        yield f"Priorities that the mapping does not know, so that their incident type's hold: {named}. Name them in [priorities]."
    if placeless := sum(call.place is None for call in report.log.calls):
        yield f"{placeless:,} calls have no place, and an incident needs one: give `default_place` in the mapping to open theirs too."
    if report.open_at_the_end:
        yield f"{report.open_at_the_end:,} incidents stay open: the log does not say when they ended."
    if report.assumed:
        named = ", ".join(report.assumed[:SENTENCES_SHOWN_MAX])
        yield f"{len(report.assumed):,} moments are assumed, as the log lacks them, and nothing is measured from them: {named}."


def _sentences(console: Console, sentences: list[str], count: int) -> None:
    for sentence in sentences[:SENTENCES_SHOWN_MAX]:
        console.print(f"  {sentence}", markup=False, highlight=False)
    if count > SENTENCES_SHOWN_MAX and sentences:
        console.print(f"  ... and {count - min(len(sentences), SENTENCES_SHOWN_MAX):,} more")
