"""Whatever is asked in whatever order: an alarm's state is what a plain model says, and one is open a condition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import alarm_commands as ask
from domain.alarm import Alarm
from domain.refusals import Refusal
from domain.sensor import Sensor
from domain.sensor_rules import Limit
from projections.alarm_board import ALARM_BOARD, AlarmBoard
from tests.domain.alarm_world import AlarmWorld, at

SENSOR = "TJ-GAS-014"
INCIDENTS = ("261123-0001", "261123-0002")
CONDITIONS = ("high", "low", "tamper")

conditions = st.sampled_from(CONDITIONS)
reasons = st.sampled_from(["检修", "误报"])


@dataclass
class Model:
    """What an alarm should be, in four flags."""

    condition: str
    count: int = 1
    is_acknowledged: bool = False
    is_returned: bool = False
    is_shelved: bool = False
    ended: str = ""
    incident: str = ""

    @property
    def state(self) -> str:
        if self.ended:
            return self.ended
        if self.is_shelved:
            return "shelved"
        if self.is_returned:
            return "returned"
        return "acknowledged" if self.is_acknowledged else "raised"

    def settle(self) -> None:
        if not self.ended and self.is_acknowledged and self.is_returned:
            self.ended = "cleared"


class AlarmMachine(RuleBasedStateMachine):
    """Commands against the aggregates and against the model: both refuse, or both change in the same way."""

    @initialize()
    def a_sensor(self) -> None:
        self.world = AlarmWorld()
        self.world.has_incident(INCIDENTS[0])
        self.world.has_incident(INCIDENTS[1])
        self.world.do(
            ask.RegisterSensor(sensor=SENSOR, zh="", en="", limits=(Limit(condition="high", value=50.0), Limit(condition="low", value=1.0)))
        )
        self.models: dict[str, Model] = {}
        self.now = 0.0
        self.is_retired = False

    def ask(self, command: ask.AlarmCommand) -> dict[str, object] | None:
        """The result, or None where it was refused; a refused command leaves no fact."""
        self.now += 1.0
        before = len(self.world.log)
        try:
            return self.world.do(command, now=self.now)
        except Refusal:
            assert len(self.world.log) == before
            return None

    def pick(self, data: st.DataObject) -> tuple[str, Model]:
        name = data.draw(st.sampled_from(sorted(self.models)))
        return name, self.models[name]

    def open_of(self, condition: str) -> str | None:
        return next((name for name, model in self.models.items() if model.condition == condition and not model.ended), None)

    @rule(condition=conditions)
    def raise_one(self, condition: str) -> None:
        already = self.open_of(condition)
        result = self.ask(ask.RaiseAlarm(sensor=SENSOR, condition=condition, priority=1, value=self.now))
        if already is not None:
            model = self.models[already]
            model.count += 1
            model.is_returned = False
            assert result == {"alarm": already, "count": model.count}
        elif self.is_retired:
            assert result is None
        else:
            assert result is not None
            self.models[str(result["alarm"])] = Model(condition=condition)

    @precondition(lambda self: self.models)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.AcknowledgeAlarm(alarm=name)) is not None
        assert accepted is (model.state in ("raised", "returned") and not model.is_acknowledged)
        if accepted:
            model.is_acknowledged = True
            model.settle()

    @precondition(lambda self: self.models)
    @rule(data=st.data())
    def return_to_normal(self, data: st.DataObject) -> None:
        name, model = self.pick(data)
        meant = model if not model.ended else self.models.get(self.open_of(model.condition) or name, model)
        accepted = self.ask(ask.ReturnAlarmToNormal(alarm=name)) is not None
        assert accepted is (not meant.ended and not meant.is_returned)
        if accepted:
            meant.is_returned = True
            meant.settle()

    @precondition(lambda self: self.models)
    @rule(data=st.data(), reason=reasons, minutes=st.integers(-1, 500))
    def shelve(self, data: st.DataObject, reason: str, minutes: int) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.ShelveAlarm(alarm=name, minutes=minutes, reason=reason)) is not None
        assert accepted is (not model.ended and not model.is_shelved and 1 <= minutes <= 480)
        model.is_shelved = model.is_shelved or accepted

    @precondition(lambda self: self.models)
    @rule(data=st.data())
    def unshelve(self, data: st.DataObject) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.UnshelveAlarm(alarm=name)) is not None
        assert accepted is (not model.ended and model.is_shelved)
        if accepted:
            model.is_shelved = False

    @precondition(lambda self: self.models)
    @rule(data=st.data())
    def clear(self, data: st.DataObject) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.ClearAlarm(alarm=name)) is not None
        assert accepted is (model.state == "acknowledged" and model.condition == "tamper")
        if accepted:
            model.ended = "cleared"

    @precondition(lambda self: self.models)
    @rule(data=st.data(), reason=reasons)
    def dismiss(self, data: st.DataObject, reason: str) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.DismissAlarm(alarm=name, reason=reason)) is not None
        assert accepted is not bool(model.ended)
        if accepted:
            model.ended = "dismissed"

    @precondition(lambda self: self.models)
    @rule(data=st.data(), incident=st.sampled_from(INCIDENTS))
    def link(self, data: st.DataObject, incident: str) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.LinkAlarm(alarm=name, incident=incident)) is not None
        assert accepted is (not model.incident and model.ended != "dismissed")
        if accepted:
            model.incident = incident

    @precondition(lambda self: self.models)
    @rule(data=st.data(), reason=reasons)
    def unlink(self, data: st.DataObject, reason: str) -> None:
        name, model = self.pick(data)
        accepted = self.ask(ask.UnlinkAlarm(alarm=name, reason=reason)) is not None
        assert accepted is bool(model.incident)
        model.incident = "" if accepted else model.incident

    @rule()
    def retire(self) -> None:
        accepted = self.ask(ask.RetireSensor(sensor=SENSOR, reason="拆除")) is not None
        assert accepted is not self.is_retired
        self.is_retired = True

    @precondition(lambda self: self.is_retired)
    @rule()
    def register_again(self) -> None:
        assert self.ask(ask.RegisterSensor(sensor=SENSOR, zh="", en="")) is not None
        self.is_retired = False

    @invariant()
    def every_alarm_is_as_the_model_says(self) -> None:
        for name, model in getattr(self, "models", {}).items():
            alarm = self.world.look(Alarm, f"alarm:{name}")
            assert (alarm.state, alarm.count, alarm.incident) == (model.state, model.count, model.incident)

    @invariant()
    def the_sensor_knows_its_open_alarms_one_a_condition(self) -> None:
        if not hasattr(self, "world"):
            return
        is_open = [(model.condition, name) for name, model in self.models.items() if not model.ended]
        assert dict(is_open) == self.world.look(Sensor, f"sensor:{SENSOR}").open
        assert len(is_open) == len(dict(is_open))

    @invariant()
    def the_board_shows_exactly_the_open_alarms(self) -> None:
        board: dict[str, AlarmBoard | None] = {}
        for recorded in getattr(getattr(self, "world", None), "log", ()):
            if isinstance(recorded.fact, ALARM_BOARD.facts):
                for key in ALARM_BOARD.keys(recorded.fact):
                    board[key] = ALARM_BOARD.evolve(board.get(key), recorded)
        shown = {key: (row.state, row.count, row.incident) for key, row in board.items() if row is not None}
        models = getattr(self, "models", {})
        assert shown == {name: (model.state, model.count, model.incident) for name, model in models.items() if not model.ended}

    @invariant()
    def times_never_go_back_in_the_log(self) -> None:
        log = getattr(getattr(self, "world", None), "log", [])
        assert all(earlier.fact.timestamp <= later.fact.timestamp for earlier, later in pairwise(log))
        assert not log or log[-1].fact.timestamp <= at(self.now)


TestAlarmMachine = AlarmMachine.TestCase
TestAlarmMachine.settings = settings(max_examples=40, stateful_step_count=30)
