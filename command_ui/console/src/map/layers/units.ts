/** The units: one walk over the columns, one stamp for each that the eye can tell from its neighbours. */
import type { Crowd } from '../crowd';
import { besides, type Room } from '../labels';
import type { Frame } from '../projection';
import type { Raster } from '../raster';
import { NAME_PX, type Sprites } from '../sprites';
import { type Fleet, SHAPES, type Shape } from '../units';

// With more stale units in view than this, minutes beside each would be a grey carpet; the marks stay hollow.
const STALE_LABELS_MAX = 60;
// With so few units in view there is room for all their call signs.
const NAMES_MAX = 60;

// What fits into a name's stamp.
const NAME_LETTERS_MAX = 18;

const MARGIN_PX = 10;

export type UnitsDrawn = { readonly inView: number; readonly stale: number; readonly named: readonly number[] };

export type UnitsAsked = {
  readonly now_ms: number;
  readonly staleAfter_ms: number;
  readonly isStaleOnly: boolean;
  /** The selected incident, whose units are drawn with it. */
  readonly besides: string | null;
};

/** Puts the units into the raster and says which of them have room for a name. */
export function drawUnits(raster: Raster, fleet: Fleet, frame: Frame, sprites: Sprites, crowd: Crowd, asked: UnitsAsked): UnitsDrawn {
  const { x, y, at, shape, heading, isPlaced, incident, count } = fleet;
  const { scale, originX, originY, width, height } = frame;
  const { ratio } = sprites;
  const labelled: number[] = [];
  let inView = 0;
  let stale = 0;
  crowd.clear(width, height);
  for (let i = 0; i < count; i += 1) {
    if (!isPlaced[i]) continue;
    const px = (x[i] as number) * scale - originX;
    if (px < -MARGIN_PX || px > width + MARGIN_PX) continue;
    const py = (y[i] as number) * scale - originY;
    if (py < -MARGIN_PX || py > height + MARGIN_PX) continue;
    const isStale = asked.now_ms - (at[i] as number) > asked.staleAfter_ms;
    inView += 1;
    if (isStale) stale += 1;
    else if (asked.isStaleOnly) continue;
    if (asked.besides !== null && incident[i] === asked.besides) continue;
    const kind = shape[i] as number;
    if (labelled.length <= NAMES_MAX) labelled.push(i);
    if (!crowd.isFirst(px, py, isStale ? 6 + (kind === 0 ? 0 : 1) : kind)) continue;
    raster.stamp(sprites.unit(SHAPES[kind] as Shape, isStale, heading[i] as number), px * ratio, py * ratio);
  }
  const named = labelled.length <= NAMES_MAX ? labelled : stale <= STALE_LABELS_MAX ? staleOf(fleet, frame, asked) : [];
  return { inView, stale, named };
}

function staleOf(fleet: Fleet, frame: Frame, asked: UnitsAsked): number[] {
  const found: number[] = [];
  for (let i = 0; i < fleet.count; i += 1) {
    if (!fleet.isPlaced[i] || asked.now_ms - (fleet.at[i] as number) <= asked.staleAfter_ms) continue;
    if (asked.besides !== null && fleet.incident[i] === asked.besides) continue;
    const px = (fleet.x[i] as number) * frame.scale - frame.originX;
    const py = (fleet.y[i] as number) * frame.scale - frame.originY;
    if (px >= 0 && py >= 0 && px <= frame.width && py <= frame.height) found.push(i);
  }
  return found;
}

/** Call signs, with the minutes since the last fix where that is stale; a label that has no room is left out. */
export function drawUnitNames(
  raster: Raster,
  fleet: Fleet,
  frame: Frame,
  sprites: Sprites,
  room: Room,
  rows: readonly number[],
  asked: UnitsAsked,
): void {
  const { ratio } = sprites;
  for (const i of rows) {
    const px = (fleet.x[i] as number) * frame.scale - frame.originX;
    const py = (fleet.y[i] as number) * frame.scale - frame.originY;
    const age_ms = asked.now_ms - (fleet.at[i] as number);
    const text = age_ms > asked.staleAfter_ms ? `${fleet.names[i]} ${Math.floor(age_ms / 60_000)}′` : (fleet.names[i] as string);
    const box = room.take(besides({ x: px, y: py }, { x: px }, text.length * 6.6, 14, 6).slice(0, 3));
    if (box)
      raster.stamp(
        sprites.name(text.length > NAME_LETTERS_MAX ? `${text.slice(0, NAME_LETTERS_MAX - 1)}…` : text),
        (box.x + NAME_PX / 2 - 2) * ratio,
        (box.y + 7) * ratio,
      );
  }
}

/** The unit under the pointer: the nearest within reach. */
export function unitAt(fleet: Fleet, frame: Frame, x: number, y: number, reach: number): { unit: string; x: number; y: number } | null {
  let best = -1;
  let bestSquare = reach * reach;
  for (let i = 0; i < fleet.count; i += 1) {
    if (!fleet.isPlaced[i]) continue;
    const dx = (fleet.x[i] as number) * frame.scale - frame.originX - x;
    const dy = (fleet.y[i] as number) * frame.scale - frame.originY - y;
    const square = dx * dx + dy * dy;
    if (square > bestSquare) continue;
    best = i;
    bestSquare = square;
  }
  if (best < 0) return null;
  return {
    unit: fleet.names[best] as string,
    x: (fleet.x[best] as number) * frame.scale - frame.originX,
    y: (fleet.y[best] as number) * frame.scale - frame.originY,
  };
}
