"""The alarm watch's host goes on when the telemetry log can be read again; of several, one asks, and the next goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from streams.alarm_host import AlarmHost
from streams.alarm_watch import WatchCheckpoint, WatchedSensor
from streams.failures import Fenced
from tests.domain.given_when_then import city
from tests.streams.on_disk import ANSWER_S, Clock, Disk, on_disk
from tests.streams.test_alarm_watch import HIGH, S1, register


@dataclass
class Watch:
    """What the watches of several processes share, and whose turn it is."""

    turn: str = ""
    sensors: dict[str, WatchedSensor] = field(default_factory=dict)
    readings: int = 0
    facts: int = 0


@dataclass
class Memory:
    """One process's way to it: a `streams.watch_store.WatchMemory`."""

    shared: Watch
    name: str

    def hold(self) -> bool:
        return self.shared.turn == self.name

    def load(self) -> tuple[list[WatchedSensor], int, int]:
        return list(self.shared.sensors.values()), self.shared.readings, self.shared.facts

    def save(self, checkpoint: WatchCheckpoint) -> None:
        if not self.hold():
            raise Fenced("Another watches.", "已由他人接管。")
        self.shared.sensors |= {each.sensor: each for each in checkpoint.sensors}
        self.shared.readings, self.shared.facts = checkpoint.readings_position, checkpoint.facts_position

    def close(self) -> None:
        """Nothing is held."""


def _raised(disk: Disk) -> list[str]:
    return [type(each.fact).TOPIC for each in disk.log() if type(each.fact).TOPIC == "alarm.raised"]


def _reads(disk: Disk, hosts: list[AlarmHost], value: float, at: datetime) -> None:
    """A reading comes in, and every process hears of it."""
    readings = [(S1, value, at)]
    position = disk.machine.telemetry.append("readings", "m", 1, msgspec.json.encode(readings)).result(ANSWER_S)
    for host in hosts:
        host.take(readings, position, at)


def test_of_two_hosts_one_asks_and_the_other_goes_on_where_it_was(tmp_path: Path) -> None:
    clock, shared = Clock(), Watch(turn="first")
    with on_disk(tmp_path, clock=clock) as disk:
        disk.do(*city(), register(S1, HIGH))
        hosts = []
        for name in ("first", "second"):
            # Each finds its own memory where the machine has one.
            disk.machine.watch = Memory(shared, name)
            hosts.append(AlarmHost(disk.machine, clock))
        first, second = hosts
        for host in hosts:
            host.start()
        # Given two that know the sensor, of which the first watches.
        _comes(lambda: first.is_watching and all(host.is_known_sensor(S1) for host in hosts))
        assert not second.is_watching
        clock.passes(10)
        _reads(disk, hosts, 60.0, clock())
        _comes(lambda: len(_raised(disk)) == 1)
        # When the first hangs, the second watches: from the last checkpoint, so that it may ask again what was asked.
        shared.turn = "second"
        _comes(lambda: second.is_watching and not first.is_watching)
        clock.passes(10)
        _reads(disk, hosts, 20.0, clock())
        _comes(lambda: any(type(each.fact).TOPIC == "alarm.returned_to_normal" for each in disk.log()))
        for host in hosts:
            host.stop()
        # Then nothing was raised twice.
        assert len(_raised(disk)) == 1
        assert disk.machine.writer.refused == 0


def _comes(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ANSWER_S
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be so."
        time.sleep(0.02)


def test_a_telemetry_log_that_cannot_be_read_is_told_and_read_again(tmp_path: Path) -> None:
    clock = Clock()
    with on_disk(tmp_path, clock=clock) as disk:
        log = tmp_path / "telemetry.db"
        away = log.rename(log.with_suffix(".away"))
        host = AlarmHost(disk.machine, clock)
        host.start()
        _comes_to(host, "unable to open database file")
        away.rename(log)
        _comes_to(host, "")
        host.stop()


def _comes_to(host: AlarmHost, failure: str) -> None:
    deadline = time.monotonic() + ANSWER_S
    while host.failure != failure:
        assert time.monotonic() < deadline, f"its failure is {host.failure!r}."
        host.learn_soon()
        time.sleep(0.02)
