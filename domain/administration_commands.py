"""What administrators ask beside the definitions of `commands.py`: an installation's settings, retiring, and taking a change back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args

from annotated_types import Ge, Le, MaxLen, MinLen

from domain.aliases import Meaning
from domain.bounds import Code, LongCode, Reason, ShortText
from domain.choosing import Retirable
from domain.colours import Painted
from domain.status_codes import MappedStatus
from domain.timers import EVERYBODY, Interval, TimedPriority

# Five intervals, six priorities, two shares of each: a table of targets that is longer has a mistake in it.
TARGETS_MAX = 60
# More words than a dispatcher could remember.
ALIASES_MAX = 400
# Every agency of a city and every status.
COLOURS_MAX = 120
# Two digits, and some letters.
CODES_MAX = 150

SECONDS_MAX = 86_400

Undoable = Literal[
    "account", "agency", "station", "district", "unit", "capability", "incident_type", "response_plan",
    "timers", "aliases", "colours", "status_codes",
]  # fmt: skip
UNDOABLE: Final[tuple[Undoable, ...]] = get_args(Undoable)
Share = Annotated[int, Ge(1), Le(100)]
# `#rrggbb`; the decision looks at the letters.
ColourText = Annotated[str, MinLen(7), MaxLen(7)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineCapability:
    """What a capability is called; define it, or define it anew."""

    capability: Code
    zh: ShortText
    en: ShortText
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerTarget:
    """In `share_percent` of the cases the interval is to be no longer than `seconds`; priority 0 is every priority."""

    interval: Interval
    seconds: Annotated[int, Ge(1), Le(SECONDS_MAX)]
    share_percent: Share = 90
    priority: TimedPriority = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimers:
    """What is aimed at, for the whole city (`*`) or for an agency; what an agency leaves out is the city's."""

    targets: Annotated[tuple[TimerTarget, ...], MaxLen(TARGETS_MAX)]
    scope: Code = EVERYBODY
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAlias:
    """A word of the command bar, and what it means here."""

    word: Annotated[str, MinLen(1), MaxLen(40)]
    meaning: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAliases:
    """The installation's own words of the command bar, all of them."""

    aliases: Annotated[tuple[CommandAlias, ...], MaxLen(ALIASES_MAX)]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkColour:
    """What an agency's or a status's mark is painted with, in either theme, as `#rrggbb`."""

    of: Painted
    code: Code
    dark: ColourText
    light: ColourText


@dataclass(frozen=True, slots=True, kw_only=True)
class SetColours:
    """The colours of agencies and unit statuses, all of them; what is left out stays grey."""

    colours: Annotated[tuple[MarkColour, ...], MaxLen(COLOURS_MAX)]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCode:
    """A code of an agency's terminals, and our status for it."""

    code: Annotated[str, MinLen(1), MaxLen(16)]
    status: MappedStatus
    zh: ShortText = ""
    en: ShortText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatusCodes:
    """What the codes of an agency's radios and terminals mean, all of them."""

    agency: Code
    codes: Annotated[tuple[AgencyCode, ...], MaxLen(CODES_MAX)]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireEntry:
    """It was added by mistake, or is no more: it cannot be chosen, old records keep its name."""

    kind: Retirable
    code: Code
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstateEntry:
    """It can be chosen again."""

    kind: Retirable
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoChange:
    """Take back the change that made this version: a new fact, in which what it changed is as it was before."""

    kind: Undoable
    code: LongCode
    version: Annotated[int, Ge(1)]


COMMANDS: Final[tuple[type[Any], ...]] = (
    DefineCapability,
    SetTimers,
    SetAliases,
    SetColours,
    SetStatusCodes,
    RetireEntry,
    ReinstateEntry,
    UndoChange,
)
