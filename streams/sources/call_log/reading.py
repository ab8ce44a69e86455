"""A call log's file to calls with their responses. A bad row is a sentence naming file, line, column and value; the rest goes on.

Rows may be one a unit's response (the call's own values are repeated) or one a call. Where rows of one call differ in a value of the call,
the first row's holds and the difference is told. A row that says the same again is a duplicate. A whole log is held in memory: about 2 kB a
row, so that a million rows want a machine with 4 GB, or months instead of years.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from streams.sources.call_log.cells import SENTENCES_KEPT_MAX, Cells, content_of, decoded
from streams.sources.call_log.mapping import CALL_TIMES, STEP_TIMES, ColumnMapping
from streams.sources.call_log.rows import BadRow, LoggedCall, LoggedResponse, RowReader
from streams.sources.call_log.stand_ins import give_stand_ins


@dataclass(slots=True)
class CallLog:
    """What a file held: its calls, and an account of every row."""

    path: str
    calls: list[LoggedCall] = field(default_factory=list)
    rows: int = 0
    good: int = 0
    duplicates: int = 0
    bad: int = 0
    bad_sentences: list[str] = field(default_factory=list)
    differences: int = 0
    difference_sentences: list[str] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    unknown_priorities: Counter[str] = field(default_factory=Counter)
    stand_ins: int = 0

    def refuse(self, sentence: str) -> None:
        """Count a bad row, and keep its sentence."""
        self.bad += 1
        if len(self.bad_sentences) < SENTENCES_KEPT_MAX:
            self.bad_sentences.append(sentence)

    def differ(self, sentence: str) -> None:
        """Count a value that differs from the call's first row."""
        self.differences += 1
        if len(self.difference_sentences) < SENTENCES_KEPT_MAX:
            self.difference_sentences.append(sentence)


def read_log(path: Path, mapping: ColumnMapping) -> CallLog:
    """Every row accounted for. LogIsUnreadable where the file or its header is not what the mapping says."""
    log = CallLog(str(path))
    calls: dict[str, LoggedCall] = {}
    seen: dict[tuple[str, str, datetime | None], LoggedResponse] = {}
    rows = Cells(path, decoded(path, content_of(path), mapping.encoding), mapping.delimiter)
    rows.require({column: word for word, columns in mapping.columns.items() for column in columns})
    reader = RowReader(mapping, str(path), log.unknown_priorities)
    for line, cells in rows:
        log.rows += 1
        try:
            found = reader.call_of(cells, line)
        except BadRow as bad:
            log.refuse(str(bad))
            continue
        call = calls.setdefault(found.call, found)
        if call is not found:
            _compare(log, path, call, found)
        if mapping.has_units:
            _take_responses(log, path, call, found, seen)
        elif call is not found:
            log.duplicates += 1
        else:
            log.good += 1
            log.times.update(found.times.keys())
    log.bad += rows.bad
    log.rows += rows.bad
    log.bad_sentences += rows.bad_sentences
    log.calls = sorted(calls.values(), key=lambda call: (call.received_at, call.line))
    if mapping.stand_in:
        log.stand_ins = give_stand_ins(log.calls, mapping)
    for call in log.calls:
        if mapping.has_units:
            log.times.update(step for step in CALL_TIMES if step in call.times)
        call.responses.sort(key=lambda response: (response.times.get("dispatched", call.received_at), response.line))
    return log


def _compare(log: CallLog, path: Path, call: LoggedCall, row: LoggedCall) -> None:
    """Tell where a later row of a call says something else of the call."""
    for word in ("incident", "incident_type", "priority", "disposition", "address", "district", "place"):
        was, now = getattr(call, word), getattr(row, word)
        if was != now:
            log.differ(f"{path}, line {row.line}: {word} of call {call.call} is {now!r}, on line {call.line} it was {was!r}; that holds.")
    for step in CALL_TIMES:
        if step in row.times and call.times.setdefault(step, row.times[step]) != row.times[step]:
            log.differ(
                f"{path}, line {row.line}: the time {step} of call {call.call} is {row.times[step].isoformat()}, "
                f"on line {call.line} it was {call.times[step].isoformat()}; that holds."
            )


def _take_responses(
    log: CallLog, path: Path, call: LoggedCall, row: LoggedCall, seen: dict[tuple[str, str, datetime | None], LoggedResponse]
) -> None:
    """A row's responses that are new. The same unit sent to the same call at the same moment is one response."""
    found = row.responses
    if not found:
        log.good += 1
        log.times.update(step for step in STEP_TIMES if step in row.times)
        return
    is_new = False
    for response in found:
        identity = (call.call, response.unit, response.times.get("dispatched"))
        first = seen.setdefault(identity, response)
        if first is response:
            if row is not call:
                call.responses.append(response)
            log.times.update(response.times.keys())
            is_new = True
        elif first.times != response.times:
            sentence = f"{response.unit} on call {call.call} has other times than on line {first.line}, with the same dispatch"
            log.refuse(f"{path}, line {response.line}: {sentence}.")
            return
    if is_new:
        log.good += 1
    else:
        log.duplicates += 1
