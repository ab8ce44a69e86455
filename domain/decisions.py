"""Every command, by its name on the wire, with the decision that turns it into facts. Start reading here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from domain import (
    account_commands,
    account_decisions,
    administration_commands,
    administration_decisions,
    alarm_commands,
    alarm_decisions,
    call_decisions,
    catalogue_decisions,
    commands,
    dispatch_decisions,
    hand_over_commands,
    hand_over_decisions,
    incident_decisions,
)

Decide = Callable[..., dict[str, Any]]
"""`decide(command, store, *, by, at)`: checks, changes the aggregates of `store`, and answers what the sender needs to know."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A command's name, its type, and what decides it."""

    name: str
    command: type[Any]
    decide: Decide


def command_name(command: type[Any]) -> str:
    """`DispatchUnits` is `dispatch_units` on the wire."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()


def _decisions(commands_of: tuple[type[Any], ...], *modules: ModuleType) -> dict[str, Decision]:
    found = {}
    for command in commands_of:
        name = command_name(command)
        decide = next((getattr(module, name) for module in modules if hasattr(module, name)), None)
        assert decide is not None, f"{command.__name__} has no decision: write `{name}` in one of {[m.__name__ for m in modules]}."
        found[name] = Decision(name, command, decide)
    return found


DECISIONS: Final[dict[str, Decision]] = {
    **_decisions(commands.COMMANDS, call_decisions, incident_decisions, dispatch_decisions, catalogue_decisions),
    **_decisions(alarm_commands.COMMANDS, alarm_decisions),
    **_decisions(hand_over_commands.COMMANDS, hand_over_decisions),
    **_decisions(account_commands.COMMANDS, account_decisions),
    **_decisions(administration_commands.COMMANDS, administration_decisions),
}
