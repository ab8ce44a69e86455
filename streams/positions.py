"""Where the units are: the newest fix of each, told to the consoles whose map shows the place.

Places fall into cells of a grid. At each tick the fixes of each changed cell are put together once; a console gets the cells that its
viewport touches. A unit that leaves a cell is told to those who watch the cell it left, so that no map keeps a ghost. Belongs to the thread
of the event loop.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from streams.hub import Console, snapshot_frames
from streams.live_view import quote

# A fix goes out at once while there is time. A tick takes a fifth of the loop's processor time at most; half a second is the latest.
TICK_S_MIN = 0.002
TICK_S_MAX = 0.5
REST_FOR_WORK = 4.0
# Some 2 km: a city map touches hundreds of cells, a district tens.
CELL_DEG = 0.02
# Before every position: who stands there has nothing of this epoch.
NOWHERE = -1

Viewport = tuple[float, float, float, float]
"""West, south, east, north."""
Cell = tuple[int, int]
Sees = Callable[[str], bool]
"""Whether an account may know where the unit is."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One AVL fix. `at_ms` is milliseconds since 1970."""

    unit: str
    lon: float
    lat: float
    heading_deg: float | None
    speed_kmh: float | None
    at_ms: int
    source: str


@dataclass(slots=True)
class _Watcher:
    viewport: Viewport | None
    position: int
    sees: Sees | None
    missed: set[str] = field(default_factory=set)


class Positions:
    """`take` fixes as they are accepted, then `tell` them; `run` tells what had to wait."""

    name = "unit_position"

    def __init__(self, epoch: str) -> None:
        self._first_epoch = self.epoch = epoch
        self._times_anew = 0
        self.position = 0
        self.latest: dict[str, Fix] = {}
        self._rows: dict[str, bytes] = {}
        self._cells: dict[Cell, set[str]] = {}
        self._changed: dict[Cell, set[str]] = {}
        self._watchers: dict[Console, _Watcher] = {}
        self._wake = asyncio.Event()
        self._rest_until = 0.0
        self.coalesced = 0
        self.frames = 0
        self.bytes_sent = 0

    def take(self, fixes: Iterable[Fix], position: int) -> None:
        """The newest fix of a unit wins; an older one that comes late changes nothing."""
        for fix in fixes:
            before = self.latest.get(fix.unit)
            if before is not None and before.at_ms > fix.at_ms:
                self.coalesced += 1
                continue
            cell = _cell(fix.lon, fix.lat)
            self._changed.setdefault(cell, set()).add(fix.unit)
            if before is not None:
                left = _cell(before.lon, before.lat)
                if left != cell:
                    self._cells[left].discard(fix.unit)
                    self._changed.setdefault(left, set()).add(fix.unit)
            self.latest[fix.unit] = fix
            self._cells.setdefault(cell, set()).add(fix.unit)
            self._rows.pop(fix.unit, None)
        self.position = max(self.position, position)
        self._wake.set()

    def begin_anew(self) -> None:
        """The telemetry log was made anew: its positions count from the beginning, and whoever watches gets a snapshot of another epoch."""
        self._times_anew += 1
        self.epoch = f"{self._first_epoch}.{self._times_anew}"
        self.position = 0
        self._rows.clear()
        for watcher in self._watchers.values():
            watcher.position = NOWHERE
        self._wake.set()

    def subscribe(self, console: Console, viewport: Viewport | None, sees: Sees | None = None) -> list[bytes]:
        """The snapshot of what the viewport shows and the account sees; deltas follow."""
        self._watchers[console] = _Watcher(viewport, self.position, sees)
        return snapshot_frames(self.name, self.epoch, self.position, self.snapshot(viewport, sees))

    def snapshot(self, viewport: Viewport | None, sees: Sees | None = None) -> list[bytes]:
        """The newest fixes in the cells that the viewport touches; all where there is none."""
        units = self.latest if viewport is None else (unit for cell in self._touched(viewport) for unit in self._cells[cell])
        return [self._row(unit) for unit in units if sees is None or sees(unit)]

    def ready(self, console: Console) -> None:
        """The console's last frame has left: what it missed goes with the next tick, which comes now."""
        watcher = self._watchers.get(console)
        if watcher is not None and (watcher.missed or watcher.position == NOWHERE):
            self._wake.set()

    def row(self, unit: str) -> bytes | None:
        """`["unit",position,[…]]`, or None where it never told where it is."""
        return self._row(unit) if unit in self.latest else None

    def leave(self, console: Console) -> None:
        """The console is gone, or watches no more."""
        self._watchers.pop(console, None)

    async def run(self) -> None:
        """Tick when fixes have come, as often as the work allows; sleep otherwise."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(self._rest_until - time.monotonic())
            self.tell()

    def tell(self) -> None:
        """Tick now, unless the last tick's rest is not over: then `run` does when it is."""
        if time.monotonic() < self._rest_until:
            return
        self._wake.clear()
        # Of this thread alone: when the machine gave the processor to somebody else for a while, the next fix must not wait for that again.
        started = time.thread_time()
        self.tick()
        worked = time.thread_time() - started
        self._rest_until = time.monotonic() + min(TICK_S_MAX, max(TICK_S_MIN, REST_FOR_WORK * worked))

    def tick(self) -> None:
        """Tell each console that is ready what changed in the cells that it watches."""
        self._show_anew()
        if not self._changed and not any(watcher.missed for watcher in self._watchers.values()):
            return
        parts = {cell: b",".join(map(self._row, units)) for cell, units in self._changed.items()}
        whole: bytes | None = None
        deltas: dict[tuple[int, bytes], bytes] = {}
        for console, watcher in self._watchers.items():
            if not console.is_ready:
                # It gets the newest fixes of these units with its next frame, wherever they are by then: of telemetry the latest wins.
                watcher.missed.update(*(units for cell, units in self._changed.items() if _is_shown(watcher, cell)))
                continue
            if not self._changed and not watcher.missed:
                continue
            if watcher.sees is not None:
                touched = set().union(*(units for cell, units in self._changed.items() if _is_shown(watcher, cell)), watcher.missed)
                rows = b",".join(map(self._row, filter(watcher.sees, touched)))
                watcher.missed = set()
            elif watcher.viewport is None:
                if whole is None:
                    whole = b",".join(parts.values())
                rows = whole
            else:
                west, south, east, north = _cells_of(watcher.viewport)
                rows = b",".join(part for (x, y), part in parts.items() if west <= x <= east and south <= y <= north)
            if watcher.missed:
                rows = b",".join(filter(None, [rows, *map(self._row, watcher.missed)]))
                watcher.missed = set()
            frame = deltas.get((watcher.position, rows))
            if frame is None:
                frame = deltas[watcher.position, rows] = self._delta(watcher.position, rows)
            watcher.position = self.position
            self.frames += 1
            self.bytes_sent += len(frame)
            console.send([frame])
        self._changed.clear()

    def _show_anew(self) -> None:
        if not self._times_anew:
            return
        for console, watcher in self._watchers.items():
            if watcher.position != NOWHERE or not console.is_ready:
                continue
            watcher.position, watcher.missed = self.position, set()
            frames = snapshot_frames(self.name, self.epoch, self.position, self.snapshot(watcher.viewport, watcher.sees))
            self.frames += len(frames)
            self.bytes_sent += sum(map(len, frames))
            console.send(frames)

    def _touched(self, viewport: Viewport) -> list[Cell]:
        west, south, east, north = _cells_of(viewport)
        return [cell for cell in self._cells if west <= cell[0] <= east and south <= cell[1] <= north]

    def _row(self, unit: str) -> bytes:
        row = self._rows.get(unit)
        if row is None:
            fix = self.latest[unit]
            row = b"[%s,%d,[%.6f,%.6f,%s,%s,%d,%s]]" % (
                quote(unit),
                self.position,
                fix.lon,
                fix.lat,
                b"null" if fix.heading_deg is None else b"%d" % fix.heading_deg,
                b"null" if fix.speed_kmh is None else b"%d" % fix.speed_kmh,
                fix.at_ms,
                quote(fix.source),
            )
            self._rows[unit] = row
        return row

    def _delta(self, since: int, rows: bytes) -> bytes:
        return b'{"type":"delta","view":"unit_position","epoch":%s,"from":%d,"to":%d,"set":[%s],"gone":[]}' % (
            quote(self.epoch),
            since,
            self.position,
            rows,
        )


def _is_shown(watcher: _Watcher, cell: Cell) -> bool:
    if watcher.viewport is None:
        return True
    west, south, east, north = _cells_of(watcher.viewport)
    return west <= cell[0] <= east and south <= cell[1] <= north


def _cell(lon: float, lat: float) -> Cell:
    return math.floor(lon / CELL_DEG), math.floor(lat / CELL_DEG)


def _cells_of(viewport: Viewport) -> tuple[int, int, int, int]:
    west, south, east, north = viewport
    return (*_cell(west, south), *_cell(east, north))
