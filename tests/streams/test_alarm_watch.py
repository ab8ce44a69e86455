"""The alarm watch with a host in memory: logs in, commands out, crashes as values in the story."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import alarm_commands as ask
from domain.alarm import Alarm
from domain.refusals import Refusal
from domain.sensor_rules import Chatter, Limit
from streams.alarm_watch import FACTS, KEY_LENGTH_MAX, AlarmWatch, Asked, ReadingBatch, SensorReading, WatchCheckpoint, WatchedSensor
from tests.domain.alarm_world import AlarmWorld, at

S1, S2 = "TJ-GAS-014", "TJ-WL-002"
HIGH = Limit(condition="high", value=50.0, hysteresis=5.0, priority=1)


def register(sensor: str, *limits: Limit, silent_after_s: float | None = None, chatter: Chatter | None = None) -> ask.RegisterSensor:
    return ask.RegisterSensor(
        sensor=sensor, zh=sensor, en=sensor, limits=limits, silent_after_s=silent_after_s, chatter=chatter or Chatter()
    )


@dataclass
class Host:
    """Keeps the contract of `streams.alarm_watch`: executes, retries nothing (this store never fails), stores checkpoints."""

    world: AlarmWorld = field(default_factory=AlarmWorld)
    telemetry: list[ReadingBatch] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)
    positions: tuple[int, int] = (0, 0)
    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    now: float = 0.0
    watch: AlarmWatch = field(default_factory=lambda: AlarmWatch(listening_since=at(0)))

    def settle(self, asked: list[Asked]) -> None:
        for each in asked:
            self.asked.append(each)
            try:
                self.world.do(each.command, now=self.now, account="alarm_watch", key=each.key)
            except Refusal as refusal:
                self.refused.append(refusal.code)

    def learn(self) -> None:
        while self.watch.facts_position < len(self.world.log):
            self.settle(self.watch.learn(self.world.log[self.watch.facts_position]))

    def person(self, command: ask.AlarmCommand) -> None:
        self.world.do(command, now=self.now, account="wang")
        self.learn()

    def hear(self, *readings: tuple[str, float], seconds: float) -> None:
        """Readings of these sensors, read and heard now."""
        self.now = seconds
        taken = tuple(SensorReading(sensor=sensor, value=value, at=at(seconds)) for sensor, value in readings)
        self.telemetry.append(ReadingBatch(position=len(self.telemetry) + 1, recorded_at=at(seconds), readings=taken))
        self.settle(self.watch.read(self.telemetry[-1]))
        self.learn()

    def tick(self, seconds: float) -> None:
        self.now = seconds
        self.settle(self.watch.tick(at(seconds)))
        self.learn()

    def save(self) -> WatchCheckpoint:
        checkpoint = self.watch.checkpoint()
        for sensor in checkpoint.sensors:
            self.stored[sensor.sensor] = msgspec.json.encode(sensor)
        self.positions = (checkpoint.readings_position, checkpoint.facts_position)
        return checkpoint

    def crash(self, *, facts_first: bool = True) -> None:
        """All memory is lost; begin from the last checkpoint with what both logs hold."""
        sensors = [msgspec.json.decode(row, type=WatchedSensor) for row in self.stored.values()]
        self.watch = AlarmWatch(
            listening_since=at(self.now), sensors=sensors, readings_position=self.positions[0], facts_position=self.positions[1]
        )
        if facts_first:
            self.learn()
        for batch in self.telemetry:
            self.settle(self.watch.read(batch))
        self.learn()

    def alarms(self) -> dict[str, tuple[str, int]]:
        """State and count of every alarm that there ever was."""
        names = [recorded.fact.alarm for recorded in self.world.log if isinstance(recorded.fact, Alarm.Raised)]
        found: dict[str, tuple[str, int]] = {}
        for name in names:
            alarm = self.world.look(Alarm, f"alarm:{name}")
            found[name] = (alarm.state, alarm.count)
        return found


def watching(*commands: ask.AlarmCommand) -> Host:
    host = Host()
    for command in commands:
        host.person(command)
    return host


A0 = f"{S1}/high/20261123T063010000"


def test_a_value_beyond_its_limit_becomes_an_alarm_and_returns_when_it_is_over() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    assert host.alarms() == {A0: ("raised", 1)}
    host.hear((S1, 20.0), seconds=20)
    assert host.alarms() == {A0: ("returned", 1)}
    host.hear((S1, 70.0), seconds=30)
    assert host.alarms() == {A0: ("raised", 2)}
    assert host.refused == []


def test_after_an_alarm_has_ended_the_next_trigger_is_another() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    host.person(ask.AcknowledgeAlarm(alarm=A0))
    host.hear((S1, 20.0), seconds=20)
    host.hear((S1, 60.0), seconds=30)
    assert host.alarms() == {A0: ("cleared", 1), f"{S1}/high/20261123T063030000": ("raised", 1)}
    assert [type(each.command) for each in host.asked] == [ask.RaiseAlarm, ask.ReturnAlarmToNormal, ask.RaiseAlarm]


def test_one_batch_of_many_sensors_is_judged_sensor_by_sensor() -> None:
    host = watching(register(S1, HIGH), register(S2, Limit(condition="low", value=1.0)))
    host.hear((S1, 60.0), (S2, 0.5), ("NOBODY", 1.0), seconds=10)
    assert sorted(host.alarms()) == [A0, f"{S2}/low/20261123T063010000"]
    assert host.watch.unknown == 1


def test_a_delay_and_a_silence_need_only_the_clock() -> None:
    host = watching(register(S1, replace(HIGH, delay_s=30.0), silent_after_s=120.0))
    host.hear((S1, 60.0), seconds=10)
    host.tick(39)
    assert host.alarms() == {}
    host.tick(300)
    assert host.alarms() == {f"{S1}/high/20261123T063040000": ("raised", 1), f"{S1}/silent/20261123T063210000": ("raised", 1)}
    host.hear((S1, 60.0), seconds=310)
    assert host.alarms()[f"{S1}/silent/20261123T063210000"] == ("returned", 1)


def test_ticking_again_asks_nothing_again() -> None:
    host = watching(register(S1, HIGH, silent_after_s=60.0))
    for seconds in range(55, 75):
        host.tick(seconds)
    assert len(host.asked) == 1


def test_a_shelved_alarm_comes_back_when_its_time_is_over() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    host.person(ask.ShelveAlarm(alarm=A0, minutes=5, reason="检修"))
    host.tick(309)
    assert host.alarms() == {A0: ("shelved", 1)}
    host.tick(310)
    assert host.alarms() == {A0: ("raised", 1)}
    host.tick(311)
    assert [type(each.command) for each in host.asked].count(ask.UnshelveAlarm) == 1


def test_an_alarm_that_a_person_unshelved_is_left_alone() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    host.person(ask.ShelveAlarm(alarm=A0, minutes=5, reason="检修"))
    host.person(ask.UnshelveAlarm(alarm=A0))
    host.tick(1000)
    assert [type(each.command) for each in host.asked] == [ask.RaiseAlarm]


def test_a_shelved_alarm_of_a_sensor_without_limits_comes_back_too() -> None:
    host = watching(ask.RaiseAlarm(sensor="PANEL-7", condition="fire_panel", priority=1, occurred_at=at(0)))
    name = "PANEL-7/fire_panel/20261123T063000000"
    host.person(ask.ShelveAlarm(alarm=name, minutes=1, reason="演习"))
    host.tick(60)
    assert host.alarms() == {name: ("raised", 1)}


def test_a_retired_sensor_returns_its_alarms_and_is_not_judged() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    host.person(ask.RetireSensor(sensor=S1, reason="拆除"))
    assert host.alarms() == {A0: ("returned", 1)}
    host.hear((S1, 90.0), seconds=20)
    assert host.watch.unknown == 1
    host.person(register(S1, HIGH))
    host.hear((S1, 90.0), seconds=30)
    assert host.alarms()[A0] == ("raised", 2)


def test_changed_limits_are_judged_at_once() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 40.0), seconds=10)
    host.person(ask.ChangeSensorLimits(sensor=S1, limits=(replace(HIGH, value=30.0),)))
    assert host.alarms() == {A0: ("raised", 1)}
    host.person(ask.ChangeSensorLimits(sensor=S1, limits=(replace(HIGH, value=44.0),)))
    assert host.alarms() == {A0: ("raised", 1)}, "40 lies in the dead band of 44"
    host.person(ask.ChangeSensorLimits(sensor=S1, limits=(HIGH,)))
    assert host.alarms() == {A0: ("returned", 1)}
    assert host.refused == []


def test_a_trigger_that_another_program_told_first_is_counted_on_its_alarm() -> None:
    host = watching(register(S1, HIGH), ask.RaiseAlarm(sensor=S1, condition="high", priority=1, occurred_at=at(5)))
    other = f"{S1}/high/20261123T063005000"
    host.now = 8
    host.hear((S1, 60.0), seconds=10)
    assert host.alarms() == {other: ("raised", 2)}
    host.hear((S1, 20.0), seconds=20)
    assert host.alarms() == {other: ("returned", 2)}


def test_a_dismissed_alarm_stays_away_until_its_condition_begins_anew() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    host.person(ask.DismissAlarm(alarm=A0, reason="误报"))
    host.hear((S1, 61.0), seconds=20)
    host.hear((S1, 20.0), seconds=30)
    assert host.alarms() == {A0: ("dismissed", 1)}
    host.hear((S1, 60.0), seconds=40)
    assert list(host.alarms()) == [A0, f"{S1}/high/20261123T063040000"]


def test_what_was_read_or_learnt_before_is_passed_over() -> None:
    host = watching(register(S1, HIGH))
    host.hear((S1, 60.0), seconds=10)
    assert host.watch.read(host.telemetry[0]) == []
    assert host.watch.learn(host.world.log[0]) == []


def test_a_checkpoint_holds_what_changed_since_the_last() -> None:
    host = watching(register(S1, HIGH), register(S2, HIGH))
    assert [each.sensor for each in host.save().sensors] == [S1, S2]
    host.hear((S2, 1.0), seconds=10)
    assert [each.sensor for each in host.save().sensors] == [S2]
    assert host.save().sensors == ()


def test_keys_fit_what_the_writer_takes_and_are_the_same_every_time() -> None:
    sensor = "S" * 64
    name = f"{sensor}/{'c' * 32}/20261123T063000000"
    hosts = [watching(ask.RaiseAlarm(sensor=sensor, condition="c" * 32, priority=1, occurred_at=at(0))) for _ in range(2)]
    for host in hosts:
        host.person(ask.ShelveAlarm(alarm=name, minutes=1, reason="演习"))
        host.tick(100)
    assert [each.key for each in hosts[0].asked] == [each.key for each in hosts[1].asked]
    assert all(8 <= len(each.key) <= KEY_LENGTH_MAX for each in hosts[0].asked)


def test_the_watch_is_told_of_every_fact_that_it_names() -> None:
    assert len(FACTS) == 8


@pytest.mark.parametrize("facts_first", [True, False])
def test_a_crash_between_the_commands_and_the_checkpoint_is_harmless(*, facts_first: bool) -> None:
    host = watching(register(S1, HIGH))
    host.save()
    host.hear((S1, 60.0), seconds=10)
    host.hear((S1, 20.0), seconds=20)
    host.person(ask.AcknowledgeAlarm(alarm=A0))
    host.hear((S1, 60.0), seconds=30)
    before, facts = host.alarms(), len(host.world.log)
    host.crash(facts_first=facts_first)
    assert (before, facts) == (host.alarms(), len(host.world.log))
    host.hear((S1, 20.0), seconds=40)
    assert host.alarms() == {A0: ("cleared", 1), f"{S1}/high/20261123T063030000": ("returned", 1)}


def test_what_a_store_did_not_take_is_in_the_next_checkpoint() -> None:
    host = watching(register(S1, HIGH), register(S2, HIGH))
    host.save()
    host.hear((S1, 60.0), seconds=10)
    lost = host.watch.checkpoint()
    host.watch.not_stored(lost)
    host.hear((S2, 60.0), seconds=20)
    assert [sensor.sensor for sensor in host.watch.checkpoint().sensors] == sorted((S1, S2))


def test_a_crash_does_not_make_every_sensor_silent() -> None:
    host = watching(register(S1, HIGH, silent_after_s=60.0))
    host.hear((S1, 1.0), seconds=10)
    host.save()
    host.now = 3600
    host.crash()
    host.tick(3610)
    assert host.alarms() == {}
    host.tick(3660)
    assert list(host.alarms()) == [f"{S1}/silent/20261123T073100000"]


acts = st.one_of(
    st.tuples(st.just("hear"), st.sampled_from([20.0, 47.0, 60.0, 95.0])),
    st.tuples(st.just("tick"), st.just(0.0)),
    st.tuples(st.just("save"), st.just(0.0)),
    st.tuples(st.just("crash"), st.sampled_from([0.0, 1.0])),
    st.tuples(st.just("acknowledge"), st.just(0.0)),
    st.tuples(st.just("dismiss"), st.just(0.0)),
)
CHATTERING = register(
    S1,
    replace(HIGH, delay_s=4.0),
    Limit(condition="high_high", value=90.0),
    chatter=Chatter(transitions_max=4, window_s=30.0, calm_s=15.0),
)


def live(story: list[tuple[str, float]], *, crashes: bool) -> Host:
    """One thing every three seconds; people act on the first open alarm."""
    host = watching(CHATTERING)
    host.save()
    for index, (what, value) in enumerate(story):
        host.now = (index + 1) * 3.0
        open_alarms = [name for name, (state, _) in host.alarms().items() if state in ("raised", "returned")]
        if what == "hear":
            host.hear((S1, value), seconds=host.now)
        elif what == "tick":
            host.tick(host.now)
        elif what == "save":
            host.save()
        elif what == "crash" and crashes:
            host.crash(facts_first=bool(value))
        elif what == "acknowledge" and open_alarms:
            host.person(ask.AcknowledgeAlarm(alarm=open_alarms[0]))
        elif what == "dismiss" and open_alarms:
            host.person(ask.DismissAlarm(alarm=open_alarms[0], reason="误报"))
    return host


@given(st.lists(acts, max_size=40))
def test_crashes_lose_no_alarm_and_raise_none_twice(story: list[tuple[str, float]]) -> None:
    story = [*story, ("hear", 20.0), ("tick", 0.0)]
    assert live(story, crashes=False).alarms() == live(story, crashes=True).alarms()


@given(st.lists(acts, max_size=40))
def test_without_a_crash_only_the_return_of_a_dismissed_alarm_is_refused(story: list[tuple[str, float]]) -> None:
    assert set(live(story, crashes=False).refused) <= {"alarm_has_ended"}


@given(st.lists(acts, max_size=40))
def test_in_the_end_an_active_alarm_is_an_active_condition(story: list[tuple[str, float]]) -> None:
    host = live([*story, ("tick", 0.0)], crashes=True)
    watched = host.watch.sensor(S1)
    assert watched is not None
    told = {each.condition for each in watched.state.conditions if each.is_told}
    active = {name.split("/")[1] for name, (state, _) in host.alarms().items() if state in ("raised", "acknowledged")}
    assert active <= told
