"""One incident type beside a plain list of what it has been: every take-back restores what the list says, and refuses where it says so."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import administration_commands as admin
from domain import commands as ask
from domain.catalogue import IncidentType
from tests.domain.given_when_then import Desk, city, state

Values = tuple[str, int, bool]
"""English name, priority, retired."""


class EditionMachine(RuleBasedStateMachine):
    """`past` holds the values of each version."""

    @initialize()
    def a_type(self) -> None:
        self.desk = Desk()
        self.desk.given(*city(()))
        self.past: list[Values] = [("Flood", 3, False)]

    def ask(self, command: object, after: Values | None) -> None:
        """Refused where `after` is None; otherwise it is so then, and a version more where that differs."""
        self.desk.when(command)
        assert (self.desk.refusal is None) == (after is not None), f"{command}: {self.desk.refusal}"
        if after is not None and after != self.past[-1]:
            self.past.append(after)

    @rule(en=st.sampled_from(["Flood", "Flooding", "Water"]), priority=st.integers(1, 3), seen=st.none() | st.integers(1, 12))
    def define(self, en: str, priority: int, seen: int | None) -> None:
        command = ask.DefineIncidentType(
            incident_type="flood",
            zh="内涝",
            en=en,
            category="natural_disaster",
            priority=priority,  # type: ignore[arg-type]
            level=4,
            agency="fire",
            version=seen,
        )
        wanted = (en, priority, self.past[-1][2])
        is_same = wanted == self.past[-1]
        is_refused = not is_same and (self.past[-1][2] or (seen is not None and seen != len(self.past)))
        self.ask(command, None if is_refused else wanted)

    @rule()
    def retire(self) -> None:
        en, priority, is_retired = self.past[-1]
        self.ask(admin.RetireEntry(kind="incident_type", code="flood", reason="x"), None if is_retired else (en, priority, True))

    @rule()
    def reinstate(self) -> None:
        en, priority, is_retired = self.past[-1]
        self.ask(admin.ReinstateEntry(kind="incident_type", code="flood"), (en, priority, False) if is_retired else None)

    @rule(version=st.integers(1, 12))
    def undo(self, version: int) -> None:
        command = admin.UndoChange(kind="incident_type", code="flood", version=version)
        if version == 1 or version > len(self.past):
            self.ask(command, None)
            return
        before, after, now = self.past[version - 2], self.past[version - 1], self.past[-1]
        changed = [place for place in range(3) if before[place] != after[place]]
        restored = tuple(before[place] if place in changed else now[place] for place in range(3))
        is_changed_again = any(now[place] != after[place] for place in changed)
        # What is retired, and stays so, is not changed.
        is_locked = now[2] and restored[2] and restored[:2] != now[:2]
        self.ask(command, None if is_changed_again or is_locked else restored)  # type: ignore[arg-type]

    @invariant()
    def it_is_as_the_list_says(self) -> None:
        found = self.desk.look(IncidentType, "incident_type:flood")
        assert (found.name.en, found.priority, found.editions.retired is not None) == self.past[-1]
        assert found.version == len(self.past)
        assert state(self.desk.refolded(["incident_type:flood"])["incident_type:flood"]) == state(found)


TestEditions = EditionMachine.TestCase
TestEditions.settings = settings(max_examples=40, stateful_step_count=25)
