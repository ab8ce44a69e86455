"""A call log's file to calls with their responses. A bad row is a sentence naming file, line, column and value; the rest goes on.

Rows may be one a unit's response (the call's own values are repeated) or one a call. Where rows of one call differ in a value of the call,
the first row's holds and the difference is told. A row that says the same again is a duplicate. A whole log is held in memory: about 2 kB a
row, so that a million rows want a machine with 4 GB, or months instead of years.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from streams.sources.call_log.mapping import CALL_TIMES, STEP_TIMES, TIMES, ColumnMapping
from streams.sources.call_log.moments import moment as read_moment
from streams.sources.call_log.points import checked, point

# A mapping that fits nothing makes every row bad: the first sentences say it, the number says the rest.
SENTENCES_KEPT_MAX = 1_000
# Addresses of up to 64 kB in a cell are an error of the file, not of the reader.
CELL_CHARACTERS_MAX = 65_536
# Numbers, call signs and codes are typed by hand and spoken over the radio; the server takes no longer ones.
CODE_CHARACTERS_MAX = 64
# What a cell's value is cut to in a sentence.
VALUE_SHOWN_MAX = 60


class LogIsUnreadable(ValueError):
    """The file as a whole cannot be read; `str()` is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedResponse:
    """One unit's response to a call, with the times that the log has."""

    line: int
    unit: str
    unit_type: str
    agency: str
    station: str
    times: dict[str, datetime]


@dataclass(slots=True, kw_only=True)
class LoggedCall:
    """One call, with the responses to it in the order of the file. `times` are the call's own, and a unitless row's steps.

    `first_at` is the earliest time of the row that it was read from, for logs that do not say when a call was received.
    """

    line: int
    call: str
    incident: str
    incident_type: str
    priority: int | None
    disposition: str
    address: str
    district: str
    description: str
    place: tuple[float, float] | None
    first_at: datetime
    times: dict[str, datetime]
    responses: list[LoggedResponse] = field(default_factory=list)

    @property
    def received_at(self) -> datetime:
        """When it was received, as far as the log says."""
        return self.times.get("received", self.first_at)

    @property
    def answered_at(self) -> datetime:
        """When it was answered; a call is not answered before it is received."""
        return max(self.times.get("answered", self.received_at), self.received_at)


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


class _BadRow(Exception):
    pass


def read_log(path: Path, mapping: ColumnMapping) -> CallLog:
    """Every row accounted for. LogIsUnreadable where the file or its header is not what the mapping says."""
    log = CallLog(str(path))
    calls: dict[str, LoggedCall] = {}
    seen: dict[tuple[str, str, datetime | None], LoggedResponse] = {}
    rows = _Rows(path, mapping)
    for line, cells in rows:
        log.rows += 1
        try:
            found = _call_of(cells, line, mapping, path)
        except _BadRow as bad:
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
    for call in log.calls:
        if mapping.has_units:
            log.times.update(step for step in CALL_TIMES if step in call.times)
        call.responses.sort(key=lambda response: (response.times.get("dispatched", call.received_at), response.line))
    return log


class _Rows:
    """(line, cells by column) of the file; a row that has too many or too few cells is counted as bad here."""

    def __init__(self, path: Path, mapping: ColumnMapping) -> None:
        self.path, self.mapping = path, mapping
        self.bad = 0
        self.bad_sentences: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        csv.field_size_limit(CELL_CHARACTERS_MAX)
        text = io.StringIO(_text(self.path, self.mapping.encoding), newline="")
        first = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=_delimiter(first, self.mapping.delimiter))
        header = [name.strip() for name in next(reader, [])]
        self._require_columns(header)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                self._refuse(f"{self.path}, line {line}: the row cannot be read ({error}).")
                continue
            if row is None:
                return
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                self._refuse(f"{self.path}, line {line}: the row has {len(row)} cells, the header has {len(header)} columns.")
                continue
            yield line, dict(zip(header, (cell.strip() for cell in row), strict=True))

    def _refuse(self, sentence: str) -> None:
        self.bad += 1
        if len(self.bad_sentences) < SENTENCES_KEPT_MAX:
            self.bad_sentences.append(sentence)

    def _require_columns(self, header: list[str]) -> None:
        if not header:
            raise LogIsUnreadable(f"{self.path} is empty.")
        for word, columns in self.mapping.columns.items():
            for column in columns:
                if column.strip() not in header:
                    raise LogIsUnreadable(
                        f"{self.path}, line 1: there is no column {column!r}, which the mapping gives for {word}; "
                        f"its columns are {', '.join(header)}."
                    )


def _text(path: Path, encoding: str) -> str:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise LogIsUnreadable(f"{path} cannot be read: {error}.") from None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LogIsUnreadable(f"{path}, line {line}: byte {error.start} is not {encoding}; set `encoding` in the mapping.") from None
    except LookupError:
        raise LogIsUnreadable(f"{encoding!r} is not an encoding that is known here; set `encoding` in the mapping.") from None
    return text.removeprefix("\ufeff")


def _delimiter(first: str, delimiter: str) -> str:
    """The mark that the header uses most, where the mapping does not say."""
    return delimiter if delimiter != "auto" else max(",;\t|", key=first.count)


def _call_of(cells: dict[str, str], line: int, mapping: ColumnMapping, path: Path) -> LoggedCall:
    def cell(word: str) -> str:
        return " ".join(part for column in mapping.columns.get(word, ()) if (part := cells[column.strip()]))

    def bad(word: str, why: str) -> _BadRow:
        columns = " and ".join(mapping.columns.get(word, (word,)))
        return _BadRow(f"{path}, line {line}, column {columns}: {why}.")

    def code(word: str) -> str:
        text = cell(word)
        if len(text) > CODE_CHARACTERS_MAX:
            raise bad(word, f"{text[:VALUE_SHOWN_MAX]!r}... has {len(text)} characters, at most {CODE_CHARACTERS_MAX} are taken")
        return text

    call = code("call")
    if not call:
        raise bad("call", "the call's number is empty")
    times: dict[str, datetime] = {}
    for step in TIMES:
        text = cell(step)
        if not text:
            continue
        try:
            times[step] = read_moment(text, mapping.time_formats, mapping.zone)
        except ValueError as error:
            raise bad(step, str(error)) from None
    if not times:
        raise bad(next(step for step in TIMES if step in mapping.columns), "the row has no time at all")
    place = _place(cell, mapping, bad)
    priority = _priority(cell("priority"), mapping, bad)
    disposition = cell("disposition")[:200]
    units = [code("unit")] if not mapping.units_separator else [part.strip() for part in cell("unit").split(mapping.units_separator)]
    entry = mapping.unit_types.get(code("unit_type"))
    responses = [
        LoggedResponse(
            line=line,
            unit=unit,
            unit_type=cell("unit_type"),
            agency=code("agency") or (entry.agency if entry else "") or mapping.agency,
            station=code("station") or _station(unit, mapping),
            times={step: times[step] for step in STEP_TIMES if step in times},
        )
        for unit in units
        if unit
    ]
    own = {step: moment for step, moment in times.items() if not responses or step in CALL_TIMES}
    return LoggedCall(
        line=line,
        call=call,
        incident=code("incident") or call,
        incident_type=cell("incident_type")[:200],
        priority=priority,
        disposition=disposition,
        address=cell("address")[:300],
        district=code("district"),
        description=cell("description")[:8_000],
        place=place,
        first_at=min(times.values()),
        times=own,
        responses=responses,
    )


def _place(cell, mapping: ColumnMapping, bad) -> tuple[float, float] | None:  # type: ignore[no-untyped-def] # noqa: ANN001 -- closures of _call_of
    try:
        if "point" in mapping.columns and cell("point"):
            return point(cell("point"), mapping.point_form, mapping.datum) or mapping.default_place
    except ValueError as error:
        raise bad("point", str(error)) from None
    if "lon" in mapping.columns and cell("lon") and cell("lat"):
        try:
            lon = float(cell("lon").replace(",", "."))
        except ValueError:
            raise bad("lon", f"{cell('lon')[:VALUE_SHOWN_MAX]!r} is not a number") from None
        try:
            lat = float(cell("lat").replace(",", "."))
        except ValueError:
            raise bad("lat", f"{cell('lat')[:VALUE_SHOWN_MAX]!r} is not a number") from None
        try:
            return checked(lon, lat, mapping.datum) or mapping.default_place
        except ValueError as error:
            raise bad("lon" if "longitude" in str(error) else "lat", str(error)) from None
    return mapping.default_place


def _priority(text: str, mapping: ColumnMapping, bad) -> int | None:  # type: ignore[no-untyped-def] # noqa: ANN001 -- as above
    if not text:
        return mapping.priority
    if text in mapping.priorities:
        return mapping.priorities[text]
    if mapping.priorities:
        if mapping.priority is not None:
            return mapping.priority
        raise bad("priority", f"{text[:VALUE_SHOWN_MAX]!r} is not in the mapping's priorities ({', '.join(mapping.priorities)})")
    if text in {"1", "2", "3", "4", "5"}:
        return int(text)
    if mapping.priority is not None:
        return mapping.priority
    raise bad("priority", f"{text[:VALUE_SHOWN_MAX]!r} is not 1 to 5, and the mapping has no priorities")


def _station(unit: str, mapping: ColumnMapping) -> str:
    found = re.search(mapping.station_pattern, unit) if mapping.station_pattern else None
    return found[1] if found and found[1] else ""


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
