"""A hand-over, an incident that is handed and a promise beside a small model: what it allows is accepted, the rest refused by its name."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import hand_over_commands as hand
from domain.hand_over import HandOver
from domain.incident import Incident
from domain.promise import Promise
from tests.domain.given_when_then import FIRST, SECOND, Desk, city, opened, state
from tests.domain.test_hand_over import PROMISE, SHIFT, person

people = st.sampled_from(["zhou", "li", "wang"])
ITEMS = (f"promise:{PROMISE}", f"incident:{FIRST}", f"incident:{SECOND}")


class HandOverMachine(RuleBasedStateMachine):
    """Three people, two incidents, one promise, one change of shift; the last of the three is a commander."""

    begun_by = ""
    to = ""
    is_over = False
    responsible = ""
    is_taken_on = True
    owner = "zhou"
    is_settled = False
    waiting: set[str]

    @initialize()
    def a_desk(self) -> None:
        self.desk = Desk()
        self.desk.given(*city(()), person("zhou"), person("li"), person("wang", "commander"), opened(), opened())
        self.desk.given(hand.MakePromise(text="回拨"))
        self.waiting = set()
        self.promised = True

    def expect(self, command: object, account: str, refusal: str | None) -> bool:
        self.desk.when(command, account=account)
        found = type(self.desk.refusal).__name__ if self.desk.refusal else None
        assert found == refusal, f"{command} by {account}: {self.desk.refusal}"
        return refusal is None

    @rule(by=people, to=people)
    def hand_incident(self, by: str, to: str) -> None:
        if self.expect(hand.HandIncident(incident=FIRST, to=to, reason="x"), by, "IncidentIsTheirs" if to == self.responsible else None):
            self.responsible, self.is_taken_on = to, False

    @rule(by=people)
    def take_incident(self, by: str) -> None:
        theirs = by == self.responsible and self.is_taken_on
        if self.expect(hand.TakeIncident(incident=FIRST), by, "IncidentIsTheirs" if theirs else None):
            self.responsible, self.is_taken_on = by, True

    @rule(by=people)
    def keep_promise(self, by: str) -> None:
        if self.expect(hand.KeepPromise(promise=PROMISE), by, "PromiseIsSettled" if self.is_settled else None):
            self.is_settled = True

    @precondition(lambda self: not self.begun_by)
    @rule(by=people, to=st.sampled_from(["", "li"]))
    def begin(self, by: str, to: str) -> None:
        self.expect(hand.BeginHandOver(to=to), by, None)
        self.begun_by, self.to = by, to
        self.waiting = {item for item in ITEMS if not (self.is_settled and item == ITEMS[0])}
        self.listed = set(self.waiting)

    @precondition(lambda self: self.begun_by)
    @rule(by=people, items=st.sets(st.sampled_from(ITEMS), max_size=2))
    def accept(self, by: str, items: set[str]) -> None:
        refusal = None
        if self.is_over:
            refusal = "HandOverIsOver"
        elif by == self.begun_by:
            refusal = "HandOverToOneself"
        elif self.to and by != self.to:
            refusal = "HandOverIsForAnother"
        else:
            refusal = next((why for item in sorted(items) if (why := self._unacceptable(item))), None)
        if self.expect(hand.AcceptHandOver(hand_over=SHIFT, items=tuple(sorted(items))), by, refusal):
            self._accepted(items or set(self.waiting), by)

    def _unacceptable(self, item: str) -> str | None:
        return "ItemIsNotListed" if item not in self.listed else "ItemIsAccepted" if item not in self.waiting else None

    def _accepted(self, items: set[str], by: str) -> None:
        self.waiting -= items
        self.is_over = not self.waiting
        if ITEMS[0] in items and not self.is_settled and self.owner == self.begun_by:
            self.owner = by
        if ITEMS[1] in items and self.responsible == self.begun_by:
            self.responsible, self.is_taken_on = by, True

    @precondition(lambda self: self.begun_by)
    @rule(by=people)
    def withdraw(self, by: str) -> None:
        refusal = "HandOverIsOver" if self.is_over else "HandOverIsNotYours" if by not in {self.begun_by, "wang"} else None
        if self.expect(hand.WithdrawHandOver(hand_over=SHIFT, reason="x"), by, refusal):
            self.is_over = True

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        incident = self.desk.look(Incident, f"incident:{FIRST}")
        promise = self.desk.look(Promise, f"promise:{PROMISE}")
        assert (incident.responsible, incident.is_taken_on) == (self.responsible, self.is_taken_on)
        assert (promise.owner, promise.is_open) == (self.owner, not self.is_settled)
        if self.begun_by:
            hand_over = self.desk.look(HandOver, f"hand_over:{SHIFT}")
            assert (set(hand_over.waiting), hand_over.over is not None) == (self.waiting, self.is_over)

    @invariant()
    def the_stored_facts_fold_to_the_same(self) -> None:
        known = self.desk.known()
        for name, aggregate in self.desk.refolded(known).items():
            assert state(aggregate) == state(known[name])


TestHandOverMachine = HandOverMachine.TestCase
TestHandOverMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
