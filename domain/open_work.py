"""What a shift has on its hands: a list of what is open, what is due, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

WorkKind = Literal["promise", "incident", "call", "alarm", "unit"]

# A mass event has some thousand open incidents. A list that is longer is read by nobody in a change of shift, and its fact would weigh
# half a megabyte: the gravest go first, and the number of the others is said.
ITEMS_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One thing that is open. `item` names it in the list: `incident:261123-0031`, `promise:P261123-0002`."""

    item: str
    kind: WorkKind
    id: str
    state: str
    """The incident's phase, the alarm's or the call's state; '' for the others."""
    priority: int
    """1 to 5 of an incident, 1 to 3 of an alarm; 0 for what has none."""
    code: str
    """The incident's or the call's type, the unit's agency."""
    zh: str
    en: str
    """What else there is to say: an address, a name, a reason, a promise's words."""
    incident: str
    owner: str
    """Who answers for it, made the promise, or shelved the alarm; '' for nobody."""
    since: datetime
    due_at: datetime | None
    """The next moment by which something must have happened: the target's, the promise's, the end of shelving."""
    overdue: tuple[str, ...]
    """The units on the incident that have passed a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """The list as the views stood at `position`; `left_out` items more than it holds."""

    position: int
    items: tuple[WorkItem, ...]
    left_out: int
