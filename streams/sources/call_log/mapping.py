"""Which column of a call log is what: a TOML file, read once into one frozen value. Its errors name the file and the key.

    name = "sffd"                        # names this log in idempotency keys: letters, digits, - and _
    zone = "America/Los_Angeles"         # of times without an offset
    datum = "WGS-84"                     # or GCJ-02, BD-09
    time_formats = ["%m/%d/%Y %I:%M:%S %p"]      # strptime's, or "iso", "unix", "unix_ms"; the first that fits
    delimiter = ","                      # or "auto" (the default)
    call_source = "other"                # the line that its calls came in on: 110, 119, 120, 122, 12345, app, sensor, other
    point_form = "(lat, lon)"            # or "(lon, lat)", "wkt"; not needed with `lon` and `lat`
    units_separator = ";"                # where one cell names several units
    stand_in = "FIRST"                   # where the log has a unit's times and names no unit: FIRST-001, FIRST-002 ... stand in for it
    call_by_row = true                   # where the log numbers no calls: each row is a call, known by what its cells say

    [columns]                            # `call` and one time are required; a list of columns is joined by a space
    call = "Call Number"
    received = "Received DtTm"
    ...

    [incident_types."Medical Incident"]  # what is not mapped is taken over under its own name
    code = "medical_incident"

See `data/sffd.toml` for a whole one, and docs of each table below.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.sources.call_log.points import LATITUDE_MAX, LONGITUDE_MAX, POINT_FORMS
from streams.sources.datum import DATUMS

STEP_TIMES: Final = ("dispatched", "acknowledged", "en_route", "on_scene", "transporting", "at_destination", "cleared")
CALL_TIMES: Final = ("received", "answered")
TIMES: Final = (*CALL_TIMES, *STEP_TIMES)
WORDS: Final = (
    *("call", "incident", "unit", "unit_type", "agency", "station", "district"),
    *("incident_type", "priority", "disposition", "address", "description", "point", "lon", "lat"),
)
CATEGORIES: Final = ("natural_disaster", "accident", "public_health", "social_security")
DISPOSITIONS: Final = ("handled", "duplicate", "false_alarm", "handed_over", "cancelled", "unable_to_locate", "other")
PRIORITIES: Final = (1, 2, 3, 4, 5)
SOURCES: Final = ("110", "119", "120", "122", "12345", "app", "sensor", "other")


class MappingIsWrong(ValueError):
    """`str()` is a sentence that names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeEntry:
    """What one word of the log's incident types means here. `[incident_types.default]` holds for words without an entry."""

    code: str = ""
    zh: str = ""
    en: str = ""
    category: str = "accident"
    priority: int = 3
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTypeEntry:
    """What a unit of this type can do, and whose it is."""

    capability: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEntry:
    """An agency's names."""

    zh: str = ""
    en: str = ""
    short_zh: str = ""
    short_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """A mapping as it stands in its file. `columns` gives each word and time the columns that it is read from."""

    name: str
    columns: MappingOf[str, tuple[str, ...]]
    zone: ZoneInfo
    time_formats: tuple[str, ...]
    datum: str = "WGS-84"
    encoding: str = "utf-8-sig"
    delimiter: str = "auto"
    point_form: str = "(lat, lon)"
    units_separator: str = ""
    stand_in: str = ""
    call_by_row: bool = False
    call_source: str = "other"
    agency: str = "agency"
    station_pattern: str = ""
    default_place: tuple[float, float] | None = None
    closes_at_last_time: bool = False
    priority: int | None = None
    disposition: str = "handled"
    incident_types: MappingOf[str, TypeEntry] = field(default_factory=dict)
    unit_types: MappingOf[str, UnitTypeEntry] = field(default_factory=dict)
    agencies: MappingOf[str, NameEntry] = field(default_factory=dict)
    priorities: MappingOf[str, int] = field(default_factory=dict)
    dispositions: MappingOf[str, str] = field(default_factory=dict)

    @property
    def has_units(self) -> bool:
        """Whether the log says which units went."""
        return "unit" in self.columns


def read_mapping(path: Path) -> ColumnMapping:
    """The mapping in that file. MappingIsWrong with a sentence."""
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise MappingIsWrong(f"{path} cannot be read: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingIsWrong(f"{path} is not TOML: {error}.") from None
    return mapping_of(document, str(path))


def mapping_of(document: MappingOf[str, Any], where: str) -> ColumnMapping:
    """The mapping in a document that was read from `where`. MappingIsWrong with a sentence."""
    reader = _Reader(where)
    known = {entry.name for entry in fields(ColumnMapping)}
    reader.no_others(document, known, "")
    name = reader.text(document, "name")
    if not re.fullmatch(r"[\w-]{1,40}", name):
        raise reader.wrong("name", name, "1 to 40 letters, digits, - and _")
    types = reader.entries(document, "incident_types", TypeEntry)
    for word, entry in types.items():
        reader.one_of(entry.category, CATEGORIES, f"incident_types.{word}.category")
        reader.priority(entry.priority, f"incident_types.{word}.priority")
    priorities = {word: reader.priority(value, f"priorities.{word}") for word, value in reader.table(document, "priorities").items()}
    dispositions = {
        word: reader.one_of(value, DISPOSITIONS, f"dispositions.{word}") for word, value in reader.table(document, "dispositions").items()
    }
    return ColumnMapping(
        name=name,
        columns=_columns(reader, document),
        zone=_zone(reader, document),
        time_formats=reader.texts(document, "time_formats", ("iso",)),
        datum=reader.one_of(document.get("datum", "WGS-84"), DATUMS, "datum"),
        encoding=reader.text(document, "encoding", "utf-8-sig"),
        delimiter=_delimiter(reader, document),
        point_form=reader.one_of(document.get("point_form", "(lat, lon)"), POINT_FORMS, "point_form"),
        units_separator=reader.text(document, "units_separator", ""),
        stand_in=_stand_in(reader, document),
        call_by_row=reader.flag(document, "call_by_row"),
        call_source=reader.one_of(document.get("call_source", "other"), SOURCES, "call_source"),
        agency=reader.text(document, "agency", "agency"),
        station_pattern=_pattern(reader, document),
        default_place=_place(reader, document),
        closes_at_last_time=reader.flag(document, "closes_at_last_time"),
        priority=reader.priority(document["priority"], "priority") if "priority" in document else None,
        disposition=reader.one_of(document.get("disposition", "handled"), DISPOSITIONS, "disposition"),
        incident_types=types,
        unit_types=reader.entries(document, "unit_types", UnitTypeEntry),
        agencies=reader.entries(document, "agencies", NameEntry),
        priorities=priorities,
        dispositions=dispositions,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str

    def wrong(self, key: str, value: object, must: str) -> MappingIsWrong:
        return MappingIsWrong(f"{self.where}: {key} is {value!r}: it must be {must}.")

    def text(self, document: MappingOf[str, Any], key: str, default: str | None = None) -> str:
        value = document.get(key, default)
        if value is None:
            raise MappingIsWrong(f"{self.where}: {key} is missing.")
        if not isinstance(value, str):
            raise self.wrong(key, value, "a text")
        return value

    def flag(self, document: MappingOf[str, Any], key: str) -> bool:
        value = document.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def texts(self, document: MappingOf[str, Any], key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = document.get(key, default)
        value = (value,) if isinstance(value, str) else value
        if not isinstance(value, list | tuple) or not value or not all(isinstance(part, str) and part for part in value):
            raise self.wrong(key, value, "a text, or a list of texts")
        return tuple(value)

    def one_of(self, value: object, allowed: tuple[str, ...], key: str) -> str:
        if value not in allowed:
            raise self.wrong(key, value, f"one of {', '.join(allowed)}")
        return str(value)

    def priority(self, value: object, key: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value not in PRIORITIES:
            raise self.wrong(key, value, "a whole number from 1 to 5")
        return value

    def table(self, document: MappingOf[str, Any], key: str) -> MappingOf[str, Any]:
        value = document.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, value, "a table")
        return value

    def no_others(self, document: MappingOf[str, Any], known: set[str], inside: str) -> None:
        for key in document:
            if key not in known:
                raise MappingIsWrong(f"{self.where}: {inside}{key} is not known; known are {', '.join(sorted(known))}.")

    def entries(self, document: MappingOf[str, Any], key: str, kind: type[Any]) -> dict[str, Any]:
        found = {}
        for word in self.table(document, key):
            entry = self.table(document[key], word)
            self.no_others(entry, {part.name for part in fields(kind)}, f"{key}.{word}.")
            for name, value in entry.items():
                if name != "priority" and not isinstance(value, str):
                    raise self.wrong(f"{key}.{word}.{name}", value, "a text")
            found[word] = kind(**entry)
        return found


def _columns(reader: _Reader, document: MappingOf[str, Any]) -> dict[str, tuple[str, ...]]:
    table = reader.table(document, "columns")
    reader.no_others(table, {*WORDS, *TIMES}, "columns.")
    columns = {word: reader.texts(table, word) for word in table}
    if "call" not in columns and not document.get("call_by_row"):
        raise MappingIsWrong(
            f"{reader.where}: columns.call is missing: without the call's number its rows cannot be told apart. "
            "Where the log has none, say `call_by_row = true`."
        )
    if not any(time in columns for time in TIMES):
        raise MappingIsWrong(f"{reader.where}: columns has none of {', '.join(TIMES)}: a call needs at least one time.")
    if ("lon" in columns) != ("lat" in columns):
        raise MappingIsWrong(f"{reader.where}: columns.lon and columns.lat belong together: one of them is missing.")
    return columns


def _delimiter(reader: _Reader, document: MappingOf[str, Any]) -> str:
    delimiter = reader.text(document, "delimiter", "auto")
    if delimiter != "auto" and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise reader.wrong("delimiter", delimiter, "one character, or auto")
    return delimiter


def _stand_in(reader: _Reader, document: MappingOf[str, Any]) -> str:
    prefix = reader.text(document, "stand_in", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,20}", prefix):
        raise reader.wrong("stand_in", prefix, "up to 20 letters, digits, - and _")
    return prefix


def _zone(reader: _Reader, document: MappingOf[str, Any]) -> ZoneInfo:
    name = reader.text(document, "zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise reader.wrong("zone", name, "a time zone such as Asia/Shanghai") from None


def _pattern(reader: _Reader, document: MappingOf[str, Any]) -> str:
    pattern = reader.text(document, "station_pattern", "")
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise reader.wrong("station_pattern", pattern, f"a regular expression ({error})") from None
    if pattern and groups != 1:
        raise reader.wrong("station_pattern", pattern, "a regular expression with one group, the station")
    return pattern


def _place(reader: _Reader, document: MappingOf[str, Any]) -> tuple[float, float] | None:
    if "default_place" not in document:
        return None
    value = document["default_place"]
    match value:
        case [int() | float() as lon, int() | float() as lat] if abs(lon) <= LONGITUDE_MAX and abs(lat) <= LATITUDE_MAX:
            return float(lon), float(lat)
    raise reader.wrong("default_place", value, "[longitude, latitude] in WGS-84")
