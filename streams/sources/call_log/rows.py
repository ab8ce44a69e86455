"""One row of a call log to a call with the responses that the row names; a bad row is a sentence naming file, line, column and value."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import datetime

from streams.sources.call_log.mapping import CALL_TIMES, STEP_TIMES, TIMES, ColumnMapping
from streams.sources.call_log.moments import moment as read_moment
from streams.sources.call_log.points import checked, point

# Numbers, call signs and codes are typed by hand and spoken over the radio; the server takes no longer ones.
CODE_CHARACTERS_MAX = 64
# The server's limits of other words; a log's remarks are cut, as nobody reads on.
WORDS_CHARACTERS_MAX = 200
ADDRESS_CHARACTERS_MAX = 300
DESCRIPTION_CHARACTERS_MAX = 8_000
# What a cell's value is cut to in a sentence.
VALUE_SHOWN_MAX = 60


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

    @property
    def reported(self) -> tuple[str, ...]:
        """Which of the two the log says. An answer before the call came in is the error of a clock: it says nothing of the answer."""
        return tuple(
            step for step, moment in (("received", self.received_at), ("answered", self.answered_at)) if self.times.get(step) == moment
        )


class BadRow(Exception):
    """`str()` is the sentence."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows of the file `path` by a mapping."""

    mapping: ColumnMapping
    path: str
    unknown_priorities: Counter[str] = field(default_factory=Counter)

    def call_of(self, cells: MappingOf[str, str], line: int) -> LoggedCall:
        """The row's call with its responses. Raises BadRow."""
        row = _Row(self.mapping, self.path, cells, line, self.unknown_priorities)
        call = row.fingerprint() if self.mapping.call_by_row else row.code("call")
        if not call:
            raise row.bad("call", "the call's number is empty")
        times = row.times()
        responses = row.responses(times)
        return LoggedCall(
            line=line,
            call=call,
            incident=row.code("incident") or call,
            incident_type=row.cell("incident_type")[:WORDS_CHARACTERS_MAX],
            priority=row.priority(),
            disposition=row.cell("disposition")[:WORDS_CHARACTERS_MAX],
            address=row.cell("address")[:ADDRESS_CHARACTERS_MAX],
            district=row.code("district"),
            description=row.cell("description")[:DESCRIPTION_CHARACTERS_MAX],
            place=row.place(),
            first_at=min(times.values()),
            times={step: moment for step, moment in times.items() if not responses or step in CALL_TIMES},
            responses=responses,
        )


@dataclass(frozen=True, slots=True)
class _Row:
    mapping: ColumnMapping
    path: str
    cells: MappingOf[str, str]
    line: int
    unknown_priorities: Counter[str]

    def fingerprint(self) -> str:
        """The same cells are the same call, in whatever file and on whatever line they stand."""
        return hashlib.sha256("\x1f".join(self.cells.values()).encode()).hexdigest()[:16]

    def cell(self, word: str) -> str:
        """What the columns of this word hold, joined by spaces."""
        return " ".join(part for column in self.mapping.columns.get(word, ()) if (part := self.cells[column.strip()]))

    def bad(self, word: str, why: str) -> BadRow:
        columns = " and ".join(self.mapping.columns.get(word, (word,)))
        return BadRow(f"{self.path}, line {self.line}, column {columns}: {why}.")

    def code(self, word: str) -> str:
        text = self.cell(word)
        if len(text) > CODE_CHARACTERS_MAX:
            shown = f"{text[:VALUE_SHOWN_MAX]!r}..."
            raise self.bad(word, f"{shown} has {len(text)} characters, at most {CODE_CHARACTERS_MAX} are taken")
        return text

    def times(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for step in TIMES:
            text = self.cell(step)
            if not text:
                continue
            try:
                found[step] = read_moment(text, self.mapping.time_formats, self.mapping.zone)
            except ValueError as error:
                raise self.bad(step, str(error)) from None
        if not found:
            raise self.bad(next(step for step in TIMES if step in self.mapping.columns), "the row has no time at all")
        return found

    def responses(self, times: dict[str, datetime]) -> list[LoggedResponse]:
        separator = self.mapping.units_separator
        units = [part.strip() for part in self.cell("unit").split(separator)] if separator else [self.code("unit")]
        entry = self.mapping.unit_types.get(self.cell("unit_type"))
        return [
            LoggedResponse(
                line=self.line,
                unit=unit,
                unit_type=self.code("unit_type"),
                agency=self.code("agency") or (entry.agency if entry else "") or self.mapping.agency,
                station=self.code("station") or self._station(unit),
                times={step: times[step] for step in STEP_TIMES if step in times},
            )
            for unit in units
            if unit
        ]

    def place(self) -> tuple[float, float] | None:
        mapping = self.mapping
        if text := self.cell("point"):
            try:
                return point(text, mapping.point_form, mapping.datum) or mapping.default_place
            except ValueError as error:
                raise self.bad("point", str(error)) from None
        if self.cell("lon") and self.cell("lat"):
            lon, lat = self._number("lon"), self._number("lat")
            try:
                return checked(lon, lat, mapping.datum) or mapping.default_place
            except ValueError as error:
                raise self.bad("lon" if "longitude" in str(error) else "lat", str(error)) from None
        return mapping.default_place

    def priority(self) -> int | None:
        """By the table of the mapping, or as it is; for words that neither knows the mapping's own, or else the incident type's."""
        text, mapping = self.cell("priority"), self.mapping
        known = mapping.priorities or {str(number): number for number in range(1, 6)}
        if text and text not in known and mapping.priority is None:
            self.unknown_priorities[text[:VALUE_SHOWN_MAX]] += 1
        return known.get(text, mapping.priority)

    def _number(self, word: str) -> float:
        text = self.cell(word)
        try:
            return float(text.replace(",", "."))
        except ValueError:
            raise self.bad(word, f"{text[:VALUE_SHOWN_MAX]!r} is not a number") from None

    def _station(self, unit: str) -> str:
        found = re.search(self.mapping.station_pattern, unit) if self.mapping.station_pattern else None
        return found[1] if found and found[1] else ""
