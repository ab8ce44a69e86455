"""Writes the console's types from the documents of the projections: `python -m tools.typescript_types [--check]`.

A document is a frozen dataclass or a msgspec Struct; its names, and those of the aliases below, are the names in TypeScript.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
import typing
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from command_ui.statistics.alarms import AlarmPerformance, AlarmRate
from command_ui.statistics.figures import Group
from command_ui.statistics.verdicts import Verdict
from command_ui.statistics.workload import Answering, Committed, Slot
from domain.account import Role
from domain.aliases import BUILT_IN, Meaning
from domain.assignment import Step
from domain.colours import Painted
from domain.open_work import WorkKind
from domain.permissions import BESIDES, COMMANDS, VIEWS
from domain.status_codes import MappedStatus
from domain.timers import Interval
from domain.values import Category, Disposition, Priority, ResponseLevel
from projections import CATALOGUE
from projections.alarm_board import BoardState
from projections.catalogue import Catalogue
from projections.incident_board import AssignmentStatus, Phase, TimedStep
from projections.record_documents import FieldName, IncidentRecord
from projections.response_times import TimedInterval
from projections.unit_status import Status
from streams.access_log import Access
from streams.source_health import SourceHealth, State

TARGET = Path(__file__).parent.parent / "command_ui" / "console" / "src" / "documents.generated.ts"

ALIASES: dict[str, Any] = {
    "Priority": Priority,
    "ResponseLevel": ResponseLevel,
    "Category": Category,
    "Phase": Phase,
    "Status": Status,
    "Step": TimedStep,
    "RecordableStep": Step,
    "AssignmentStatus": AssignmentStatus,
    "AlarmState": BoardState,
    "Disposition": Disposition,
    "SourceState": State,
    "Role": Role,
    "Interval": Interval,
    "TimedInterval": TimedInterval,
    "Meaning": Meaning,
    "MappedStatus": MappedStatus,
    "Painted": Painted,
    "WorkKind": WorkKind,
    "RecordField": FieldName,
}

# What requests answer with beside views.
ANSWERS: tuple[type[Any], ...] = (IncidentRecord, Access)
FIGURES: tuple[Any, ...] = (Group, Verdict, Slot, Committed, Answering, AlarmPerformance, AlarmRate)

HEAD = "/** Written by `make types` from the documents of the projections. Do not edit: the next run overwrites it. */\n"
UNIT_POSITION = """/** Longitude, latitude, heading in degrees, speed in km/h, milliseconds since 1970, source. */
export type UnitPosition = [
  lon: number,
  lat: number,
  heading_deg: number | null,
  speed_kmh: number | null,
  at: number,
  source: string,
];
"""


def generated() -> str:
    """The whole file."""
    writer = _Writer()
    views = {projection.name: writer.type_of(projection.document) for projection in CATALOGUE}
    views["source_health"] = writer.type_of(SourceHealth)
    views["unit_position"] = "UnitPosition"
    for answer in ANSWERS:
        writer.type_of(answer)
    for figures in FIGURES:
        writer.type_of(figures)
    parts = [HEAD]
    parts += [f"export type {name} = {_literal(alias)};\n" for name, alias in ALIASES.items()]
    parts += writer.interfaces.values()
    parts.append(UNIT_POSITION)
    members = "".join(f"  {view}: {kind};\n" for view, kind in views.items())
    parts.append(f"/** Each view and its document: one name from the projection to the panel. */\nexport interface Views {{\n{members}}}\n")
    readers = "".join(f"  {view}: [{_strings(roles)}],\n" for view, roles in VIEWS.items())
    parts.append(f"/** Who may read each view. */\nexport const VIEW_READERS: Record<keyof Views, readonly Role[]> = {{\n{readers}}};\n")
    parts.append(f"/** Who may take a call. */\nexport const CALL_TAKERS: readonly Role[] = [{_strings(COMMANDS['take_call'])}];\n")
    askers = "".join(f"  {name}: [{_strings(roles)}],\n" for name, roles in BESIDES.items())
    parts.append(f"/** Who may ask for what stands beside commands and views. */\nexport const ASKERS = {{\n{askers}}} as const;\n")
    words = "".join(f"  {meaning}: [{_strings(known)}],\n" for meaning, known in BUILT_IN.items())
    parts.append(
        f"/** The built-in words of the command bar. */\nexport const BUILT_IN_WORDS: Record<Meaning, readonly string[]> = {{\n{words}}};\n"
    )
    return "\n".join(parts)


class _Writer:
    def __init__(self) -> None:
        self.interfaces: dict[str, str] = {}

    def type_of(self, hint: Any) -> str:  # noqa: ANN401, C901, PLR0911, PLR0912 -- one line for each kind of type
        if hint is Catalogue and "Catalogue" not in self.interfaces:
            union = " | ".join(self.type_of(part) for part in get_args(hint))
            self.interfaces["Catalogue"] = f"export type Catalogue = {union};\n"
        if hint is Catalogue:
            return "Catalogue"
        for name, alias in ALIASES.items():
            if hint == alias:
                return name
        origin, arguments = get_origin(hint), get_args(hint)
        if hint is type(None):
            return "null"
        if hint is str or hint is datetime:
            return "string"
        if hint is bool:
            return "boolean"
        if hint in {int, float}:
            return "number"
        if origin is Literal:
            return _literal(hint)
        if origin in {typing.Union, types.UnionType}:
            return " | ".join(self.type_of(part) for part in arguments)
        if origin is tuple and arguments[-1] is not Ellipsis:
            return f"[{', '.join(self.type_of(part) for part in arguments)}]"
        if origin in {tuple, list, frozenset}:
            inner = self.type_of(arguments[0])
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        if origin is dict:
            key, value = (self.type_of(part) for part in arguments)
            return f"Record<string, {value}>" if key == "string" else f"Partial<Record<{key}, {value}>>"
        assert inspect.isclass(hint), f"{hint} has no TypeScript form: teach it here."
        return self._interface(hint)

    def _interface(self, kind: type[Any]) -> str:
        if kind.__name__ not in self.interfaces:
            members = []
            if issubclass(kind, msgspec.Struct):
                names = kind.__struct_fields__
                if kind.__struct_config__.tag is not None:
                    members.append(f"  {kind.__struct_config__.tag_field}: '{kind.__struct_config__.tag}';\n")
            else:
                names = tuple(field.name for field in dataclasses.fields(kind))
            hints = get_type_hints(kind)
            members += [f"  {name}: {self.type_of(hints[name])};\n" for name in names]
            summary = inspect.cleandoc(kind.__doc__ or "").splitlines()[0]
            self.interfaces[kind.__name__] = f"/** {summary} */\nexport interface {kind.__name__} {{\n{''.join(members)}}}\n"
        return kind.__name__


def _strings(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _literal(alias: Any) -> str:  # noqa: ANN401 -- a Literal
    return " | ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in get_args(alias))


def main() -> int:
    """Write the file, or with `--check` say whether it is current."""
    text = generated()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if _plain(current) != _plain(text):
            sys.stderr.write(f"{TARGET.name} is not current: run `make types` and commit it.\n")
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


def _plain(text: str) -> str:
    """Without what a formatter may change."""
    return "".join(text.split()).replace(",]", "]").replace("|", "").replace("=", "")


if __name__ == "__main__":
    raise SystemExit(main())
