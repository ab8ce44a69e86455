"""The demo city at work: a client of the public interface that takes calls, drives units and reads sensors, until it is stopped."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.values import LonLat
from streams.sources.client import Answer, Command, PublicInterface, Refused
from streams.sources.demo_city.catalogue import catalogue_commands
from streams.sources.demo_city.demand import Happening, happenings
from streams.sources.demo_city.desk import Desk, Errand
from streams.sources.demo_city.fleet import Fleet
from streams.sources.demo_city.forces import units
from streams.sources.demo_city.geography import dice
from streams.sources.demo_city.sensors import PERIOD_S, reading, sensors
from streams.sources.interface_errors import InterfaceError, NotUnderstood
from streams.sources.live import LiveMirrors
from streams.sources.wall_clock import utc_now

log = logging.getLogger(__name__)

VIEWS = ("unit_status", "incident_board", "alarm_board")
# The city's clock at the start: a Tuesday afternoon's rush begins, whatever the hour is where the demo is shown.
AFTERNOON_S = 15.2 * 3_600.0
# What has happened before anybody looked: long enough that some incidents are over, most are open, in every phase.
PAST_S = 4_500.0
# The past is lived through in steps of this length: finer ones would only make more requests.
PAST_STEP_S = 75.0
# The present is looked at so often, by the machine's clock.
TICK_S = 1.0
# A machine that slept does not make the city leap: vehicles would seem to jump.
TICK_S_MAX = 3.0
# Sensors that are above their limits when the curtain rises, and for how long they have been.
RISEN_SENSORS = 9
RISEN_S = 150.0
# The demo's desk acknowledges a part of the alarms, after some minutes.
ACKNOWLEDGED_SHARE = 0.5
ACKNOWLEDGE_AFTER_S = 240.0
# What has returned to normal and nobody wanted to see is put away, so that a city of many hours stays readable.
TIDY_AFTER_S = 2_400.0
SOURCE_AVL = "demo-avl"
SOURCE_SENSORS = "demo-sensors"
SPEED_MIN, SPEED_MAX = 1.0, 10.0

OUT_OF_SERVICE = ("车辆检修", "人员轮训", "装备补充", "车辆年检")


@dataclass(slots=True)
class CityClock:
    """The city's seconds (since its midnight) beside the machine's clock; it runs `speed` times as fast."""

    speed: float
    now: Callable[[], datetime]
    city: float = AFTERNOON_S
    wall: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.wall = self.now()

    def advance(self) -> None:
        """Let the city live for as long as the machine's clock has gone on."""
        wall = self.now()
        elapsed_s = min(max((wall - self.wall).total_seconds(), 0.0), TICK_S_MAX)
        self.city += elapsed_s * self.speed
        self.wall = wall

    def told(self, moment: float) -> str:
        """A moment of the city's clock, as the machine's; never ahead of it."""
        return (self.wall - timedelta(seconds=max(0.0, self.city - moment) / self.speed)).isoformat()


@dataclass(slots=True)
class DemoCity:
    """One city of one seed in one command center."""

    interface: PublicInterface
    mirrors: LiveMirrors
    seed: int
    clock: CityClock
    human_share: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    fleet: Fleet = field(init=False)
    desk: Desk = field(init=False)
    account: str = ""
    _run: str = ""
    _sent: int = 0
    _read_at: dict[str, float] = field(default_factory=dict)
    _risen: dict[str, float] = field(default_factory=dict)
    _acknowledged: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.fleet = Fleet(units(self.seed), dice(self.seed, "fleet"))
        self._run = hashlib.sha256(f"{self.seed} {self.clock.wall.isoformat()}".encode()).hexdigest()[:16]

    async def live(self, stop: asyncio.Event) -> None:
        """From the catalogue to the last tick."""
        self.account = (await self.interface.session())["account"]
        self.desk = Desk(self.fleet, dice(self.seed, "desk"), human_share=self.human_share, account=self.account)
        await self._make_known()
        own = [row for row in (await self.interface.view("incident_board")).values() if row["opened_by"] == self.account]
        coming = happenings(dice(self.seed, "demand", self._run if own else ""), self.clock.city - (0.0 if own else PAST_S))
        upcoming = await self._go_on(own, next(coming)) if own else await self._live_through_the_past(coming, stop)
        await self.mirrors.ready.wait()
        while not stop.is_set():
            self.clock.advance()
            upcoming = self._hear(upcoming, coming, self.clock.city)
            try:
                await self._live_on()
            except NotUnderstood as error:
                # A server in trouble says strange things; the city waits for it, as for one that is away.
                log.warning("%s", error)
            await self.sleep(TICK_S)

    async def _live_through_the_past(self, coming: Iterator[Happening], stop: asyncio.Event) -> Happening:
        """What happened before anybody looked, told with its own times; the first happening that is still to come."""
        await self._put_out_of_service()
        at, upcoming = self.clock.city - PAST_S, next(coming)
        while at < self.clock.city and not stop.is_set():
            at = min(at + PAST_STEP_S, self.clock.city)
            upcoming = self._hear(upcoming, coming, at)
            # What is due within a step needs what came before it in the same step: until nothing more is due.
            while await self._act(at, {}):
                pass
        self._raise_sensors()
        return upcoming

    async def _go_on(self, own: list[dict[str, Any]], upcoming: Happening) -> Happening:
        """After a restart of the demo: what nobody else has touched is its own again, and every unit is where it was."""
        for row in own:
            timeline = await self.interface.document("incident_timeline", row["number"])
            if timeline is not None and all(entry["by"] == self.account for entry in timeline["entries"]):
                self.desk.adopt(row, self.clock.city)
        for unit, (lon, lat, *_) in (await self.interface.view("unit_position")).items():
            if unit in self.fleet.vehicles:
                self.fleet.vehicles[unit].place = LonLat(lon=lon, lat=lat)
        return upcoming

    async def _live_on(self) -> None:
        now = self.clock.city
        self._follow(now)
        await self._act(now, self.mirrors.documents("incident_board"))
        await self._report(now)

    async def _make_known(self) -> None:
        commands = [
            Command(name, f"demo-catalogue-{hashlib.sha256(json.dumps([name, body]).encode()).hexdigest()[:40]}", body)
            for name, body in catalogue_commands(self.seed)
        ]
        for command, answer in zip(commands, await self.interface.send_all(commands), strict=True):
            if isinstance(answer, Refused) and answer.code != "already_exists":
                log.warning("%s %s was refused: %s", command.name, next(iter(command.body.values())), answer.en)

    async def _put_out_of_service(self) -> None:
        chance = dice(self.seed, "out of service")
        errands = [
            Errand(name="put_out_of_service", body={"unit": unit, "reason": chance.choice(OUT_OF_SERVICE)}, done=lambda _answer: None)
            for unit, vehicle in self.fleet.vehicles.items()
            if vehicle.entry.is_out_of_service
        ]
        for vehicle in self.fleet.vehicles.values():
            vehicle.is_out_of_service = vehicle.entry.is_out_of_service
        await self._send(errands)

    def _hear(self, upcoming: Happening, coming: Iterator[Happening], now: float) -> Happening:
        while upcoming.at <= now:
            self.desk.hear(upcoming)
            upcoming = next(coming)
        return upcoming

    async def _act(self, now: float, board: dict[str, dict[str, Any]]) -> bool:
        """Send what is due; whether there was anything."""
        errands = [*self._steps(now), *self.desk.errands(now, self.clock.told, board), *self._alarms()]
        await self._send(errands)
        return bool(errands)

    def _steps(self, now: float) -> list[Errand]:
        errands = []
        for vehicle, step in self.fleet.due_steps(now):
            body = {"assignment": vehicle.assignment, "step": step.step, "occurred_at": self.clock.told(step.at)}
            if step.destination:
                body["destination"] = step.destination
            errands.append(Errand(name="step_assignment", body=body, done=self.desk.saw))
            if step.step == "cleared":
                self.fleet.release(vehicle.entry.unit, at=step.at)
        return errands

    def _follow(self, now: float) -> None:
        """Crews do what the server says: who was sent by an operator goes, who was called back comes home."""
        incidents = self.mirrors.documents("incident_board")
        for key, document in self.mirrors.documents("unit_status").items():
            if document["version"] >= self.desk.versions.get(f"unit:{key}", 0):
                self.fleet.follow(document, incidents, at=now)

    def _alarms(self) -> list[Errand]:
        """The demo's desk takes notice of a part of the alarms; the rest is for the operators."""
        errands = []
        for key, alarm in self.mirrors.documents("alarm_board").items():
            age_s = (self.clock.wall - datetime.fromisoformat(alarm["raised_at"])).total_seconds() * self.clock.speed
            is_over = alarm["state"] == "returned" and age_s > TIDY_AFTER_S
            if alarm["state"] not in ("raised", "returned") or (key in self._acknowledged and not is_over):
                continue
            chance = dice(self.seed, "alarm", key)
            if age_s > ACKNOWLEDGE_AFTER_S * chance.uniform(0.4, 1.6):
                self._acknowledged.add(key)
                if chance.random() < ACKNOWLEDGED_SHARE or age_s > TIDY_AFTER_S:
                    errands.append(Errand(name="acknowledge_alarm", body={"alarm": key}, done=lambda _answer: None))
        return errands

    def _raise_sensors(self) -> None:
        chance = dice(self.seed, "risen")
        healthy = [sensor.code for sensor in sensors(self.seed) if sensor.fault == "none"]
        begin = self.clock.city - RISEN_S
        self._risen = dict.fromkeys(chance.sample(healthy, RISEN_SENSORS), begin)
        self._read_at = {sensor.code: begin + chance.uniform(0, PERIOD_S) for sensor in sensors(self.seed)}

    async def _report(self, now: float) -> None:
        """Fixes and readings that are due."""
        fixes = [
            {
                "unit": unit,
                "lon": round(fix.place.lon, 6),
                "lat": round(fix.place.lat, 6),
                "at": self.clock.told(now),
                "heading_deg": fix.heading_deg,
                "speed_kmh": fix.speed_kmh,
            }
            for unit, fix in self.fleet.due_fixes(now)
        ]
        readings = []
        for sensor in sensors(self.seed):
            at = self._read_at.setdefault(sensor.code, now - dice(self.seed, sensor.code).uniform(0, sensor.period_s))
            while at <= now:
                value = reading(sensor, at, risen_at=self._risen.get(sensor.code))
                if value is not None:
                    readings.append({"sensor": sensor.code, "value": value, "at": self.clock.told(at)})
                at += sensor.period_s
            self._read_at[sensor.code] = at
        if fixes:
            await self.interface.positions(SOURCE_AVL, fixes)
        if readings:
            await self.interface.readings(SOURCE_SENSORS, readings)

    async def _send(self, errands: list[Errand]) -> list[Answer]:
        commands = [Command(errand.name, self._key(), errand.body) for errand in errands]
        answers = await self.interface.send_all(commands)
        for errand, answer in zip(errands, answers, strict=True):
            if isinstance(answer, Refused):
                log.debug("%s was refused: %s", errand.name, answer.en)
            errand.done(answer)
        return answers

    def _key(self) -> str:
        self._sent += 1
        return f"demo-{self._run}-{self._sent}"


async def run_demo_city(
    *,
    base_url: str,
    token: str,
    seed: int = 1,
    speed: float = 1.0,
    stop: asyncio.Event,
    human_share: float = 0.45,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Live until `stop`. `human_share` of the incidents are left to the operators. A server that restarts is waited for.

    The token's account needs the roles administrator, dispatcher (with call_taker) and source. Raises InterfaceError for a token that is
    not accepted, and for a speed that the city does not live at.
    """
    if not SPEED_MIN <= speed <= SPEED_MAX:
        raise InterfaceError(f"The demo city lives {SPEED_MIN:g} to {SPEED_MAX:g} times as fast as the clock, not {speed:g} times.")
    mirrors = LiveMirrors(base_url, token, VIEWS)
    async with PublicInterface(base_url, token) as interface:
        city = DemoCity(interface, mirrors, seed, CityClock(speed, now), human_share)
        tasks = [asyncio.create_task(mirrors.run()), asyncio.create_task(city.live(stop)), asyncio.create_task(stop.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
