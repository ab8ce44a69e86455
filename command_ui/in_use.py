"""What is in use is not retired: a station with units, an agency that leads a type.

A decision sees only the aggregates that it names, so this is asked of the picture, before the command is decided. Whoever registers a unit
in the very moment in which its station is retired gets past it; nothing breaks then: the unit keeps its station, and the register shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from command_ui.center import Center
from domain.administration_commands import RetireEntry
from domain.refusals import KINDS_ZH, Conflict

# As many as a sentence can name; the rest is counted.
NAMED_MAX = 5


class EntryIsInUse(Conflict):
    """Something that is not retired rests on it."""

    en = "{kind} {name} is in use by {count}: {users}. Move or retire them first."
    zh = "{kind_zh} {name} 仍被 {count} 项使用:{users}。请先调整或停用它们。"
    about = "code"


def require_unused(center: Center, command: Any) -> None:  # noqa: ANN401 -- any command
    """Refuse (EntryIsInUse) to retire what others rest on."""
    if not isinstance(command, RetireEntry):
        return
    users = list(_users(center, command.kind, command.code))
    if users:
        named = ", ".join(users[:NAMED_MAX]) + (" …" if len(users) > NAMED_MAX else "")
        kind = command.kind.replace("_", " ").capitalize()
        kind_zh = KINDS_ZH[command.kind]
        raise EntryIsInUse(kind=kind, kind_zh=kind_zh, name=command.code, count=len(users), users=named)


def _users(center: Center, kind: str, code: str) -> Iterator[str]:
    """Codes of what rests on it: units, and entries of the catalogue that name it."""
    if kind in {"agency", "station", "capability"}:
        for unit, document in center.typed("unit_register"):
            held = document.capabilities if kind == "capability" else (getattr(document, kind),)
            if not document.is_retired and code in held:
                yield unit
    if kind in {"agency", "district"}:
        for key, document in center.typed("catalogue"):
            if getattr(document, kind, "") == code and not getattr(document, "is_retired", False):
                yield key.partition(":")[2]
