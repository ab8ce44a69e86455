"""Where the units are: the newest fix wins, and no map keeps a ghost."""

from __future__ import annotations

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from streams.positions import Fix, Positions, Viewport
from tests.streams.consoles import ModelConsole

WEST: Viewport = (117.0, 39.0, 117.099, 39.099)


def a_fix(unit: str = "E11", lon: float = 117.05, lat: float = 39.05, at_ms: int = 1_000, **fields: float) -> Fix:
    return Fix(unit, lon, lat, fields.get("heading"), fields.get("speed"), at_ms, "gateway")


def a_console(positions: Positions, viewport: Viewport | None = None) -> ModelConsole:
    console = ModelConsole("unit_position")
    console.send(positions.subscribe(console, viewport))
    return console


def test_a_fix_is_told_as_lon_lat_heading_speed_moment_and_source() -> None:
    positions = Positions("e")
    positions.take([a_fix(heading=90.0, speed=42.0)], 1)
    console = a_console(positions)
    assert console.picture == {"E11": [117.05, 39.05, 90, 42, 1000, "gateway"]}
    positions.take([a_fix(lon=117.06, at_ms=2_000)], 2)
    positions.tick()
    assert (console.picture, console.position) == ({"E11": [117.06, 39.05, None, None, 2000, "gateway"]}, 2)


def test_the_newest_fix_wins_and_a_late_one_is_counted_and_changes_nothing() -> None:
    positions = Positions("e")
    console = a_console(positions)
    positions.take([a_fix(at_ms=5_000, lon=117.01), a_fix(at_ms=9_000, lon=117.02), a_fix(at_ms=7_000, lon=117.03)], 1)
    positions.tick()
    positions.take([a_fix(at_ms=8_999, lon=117.04)], 2)
    positions.tick()
    assert (console.picture["E11"][0], positions.coalesced, positions.latest["E11"].lon) == (117.02, 2, 117.02)


def test_a_unit_that_leaves_the_viewport_is_told_where_it_went() -> None:
    positions = Positions("e")
    positions.take([a_fix()], 1)
    console = a_console(positions, WEST)
    positions.take([a_fix(lon=117.5, at_ms=2_000)], 2)
    positions.tick()
    assert console.picture["E11"][0] == 117.5
    positions.take([a_fix(lon=117.6, at_ms=3_000)], 3)
    positions.tick()
    assert console.picture["E11"][0] == 117.5, "what is far outside is not told any more"
    assert console.position == 3


def test_a_telemetry_log_that_was_made_anew_is_another_epoch_and_goes_on_from_a_snapshot() -> None:
    positions = Positions("telemetry")
    console, slow = a_console(positions), a_console(positions)
    positions.take([a_fix(), a_fix("E12")], 700)
    positions.tick()
    slow.is_slow = True
    positions.take([a_fix("E12", at_ms=1_500)], 701)
    positions.tick()
    positions.begin_anew()
    positions.take([a_fix(lon=117.06, at_ms=2_000)], 1)
    positions.tick()
    assert (console.epoch, console.position, console.snapshots) == ("telemetry.1", 1, 2)
    assert console.picture == {"E11": [117.06, 39.05, None, None, 2000, "gateway"], "E12": [117.05, 39.05, None, None, 1500, "gateway"]}
    # Who was not ready has it when it is.
    slow.is_slow = False
    slow.drain()
    positions.ready(slow)
    positions.tick()
    assert (slow.epoch, slow.picture) == (console.epoch, console.picture)
    # And deltas lead on.
    positions.take([a_fix(lon=117.07, at_ms=3_000)], 2)
    positions.tick()
    assert (console.position, console.snapshots) == (2, 2)
    assert console.picture["E11"][0] == 117.07


def test_a_slow_console_keeps_no_ghost_of_a_unit_that_left_while_it_was_slow() -> None:
    positions = Positions("e")
    positions.take([a_fix()], 1)
    console = a_console(positions, WEST)
    console.is_slow = True
    console.send([])
    positions.take([a_fix("E12", at_ms=1_500)], 2)
    positions.tick()
    positions.take([a_fix(lon=117.5, at_ms=2_000)], 3)
    positions.tick()
    console.is_slow = False
    console.drain()
    positions.tick()
    assert console.picture["E11"][0] == 117.5


def test_what_a_slow_console_missed_in_a_cell_is_told_though_another_unit_moves_there() -> None:
    positions = Positions("e")
    console = a_console(positions, WEST)
    console.is_slow = True
    positions.take([a_fix("E10")], 1)
    positions.tick()
    positions.take([a_fix("E11")], 2)
    positions.tick()
    console.is_slow = False
    console.drain()
    positions.take([a_fix("E12")], 3)
    positions.tick()
    assert set(console.picture) == {"E10", "E11", "E12"}


def test_a_tick_without_news_sends_nothing() -> None:
    positions = Positions("e")
    console = a_console(positions)
    positions.tick()
    assert (console.deltas, positions.frames) == (0, 0)


def test_who_left_hears_no_more() -> None:
    positions = Positions("e")
    console = a_console(positions)
    positions.leave(console)
    positions.leave(console)
    positions.take([a_fix()], 1)
    positions.tick()
    assert console.deltas == 0


def test_positions_tick_by_themselves() -> None:
    async def run() -> ModelConsole:
        positions = Positions("e")
        console = a_console(positions)
        positions.take([a_fix()], 1)
        running = asyncio.create_task(positions.run())
        async with asyncio.timeout(30):
            while not console.picture:  # noqa: ASYNC110 -- positions are told to consoles, not to tests
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return console

    assert set(asyncio.run(run()).picture) == {"E11"}


def test_a_fix_is_told_at_once_and_the_next_after_the_tick_s_rest() -> None:
    async def run() -> None:
        positions = Positions("e")
        console = a_console(positions)
        positions.take([a_fix()], 1)
        positions.tell()
        assert console.position == 1, "nothing has to be waited for"
        positions.take([a_fix(lon=117.06, at_ms=2_000)], 2)
        positions.take([a_fix(lon=117.07, at_ms=3_000)], 3)
        positions.tell()
        assert console.position == 1, "ticks that follow on one another would take all of the loop's time"
        running = asyncio.create_task(positions.run())
        async with asyncio.timeout(30):
            while console.position != 3:  # noqa: ASYNC110 -- positions are told to consoles, not to tests
                await asyncio.sleep(0.001)
        assert (console.deltas, console.picture["E11"][0]) == (2, 117.07), "what came in the rest shares a frame"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def is_inside(viewport: Viewport | None, lon: float, lat: float) -> bool:
    if viewport is None:
        return True
    west, south, east, north = viewport
    return west <= lon <= east and south <= lat <= north


UNITS = ("E11", "E12", "A21")
longitudes = st.sampled_from([117.005, 117.015, 117.05, 117.095, 117.12, 117.5])
latitudes = st.sampled_from([39.005, 39.05, 39.3])
VIEWPORTS: tuple[Viewport | None, ...] = (None, WEST, (117.0, 39.0, 117.02, 39.02))


class Map(RuleBasedStateMachine):
    """Units that drive, and maps that are slow at times."""

    @initialize()
    def three_maps(self) -> None:
        self.positions = Positions("e")
        self.consoles = [a_console(self.positions, viewport) for viewport in VIEWPORTS]
        self.position = 0
        self.truth: dict[str, Fix] = {}

    @rule(unit=st.sampled_from(UNITS), lon=longitudes, lat=latitudes, at_ms=st.integers(0, 50))
    def a_fix_comes(self, unit: str, lon: float, lat: float, at_ms: int) -> None:
        self.position += 1
        fix = a_fix(unit, lon, lat, at_ms)
        self.positions.take([fix], self.position)
        if unit not in self.truth or at_ms >= self.truth[unit].at_ms:
            self.truth[unit] = fix

    @rule()
    def tick(self) -> None:
        self.positions.tick()

    @rule(index=st.integers(0, 2), is_slow=st.booleans())
    def becomes(self, index: int, *, is_slow: bool) -> None:
        self.consoles[index].is_slow = is_slow
        self.consoles[index].drain()

    @rule(index=st.integers(0, 2))
    def looks_anew(self, index: int) -> None:
        console = self.consoles[index]
        console.drain()
        console.send(self.positions.subscribe(console, VIEWPORTS[index]))

    def teardown(self) -> None:
        if not hasattr(self, "consoles"):
            return
        for console in self.consoles:
            console.is_slow = False
            console.drain()
        self.positions.tick()
        for console, viewport in zip(self.consoles, VIEWPORTS, strict=True):
            shown = {unit: tuple(row[:2]) for unit, row in console.picture.items() if is_inside(viewport, row[0], row[1])}
            true = {unit: (fix.lon, fix.lat) for unit, fix in self.truth.items() if is_inside(viewport, fix.lon, fix.lat)}
            assert shown == true


TestMap = Map.TestCase
TestMap.settings = settings(max_examples=150, stateful_step_count=30)
