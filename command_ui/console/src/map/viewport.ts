/** Which units' positions the map asks the server for: all of a small fleet, of a large one those in and about the view. */
import { type Bounds, boundsOf, type Frame, padded } from './projection';

// Positions of so many units at one fix a second are 40 kB/s: not worth a subscription that changes with every pan.
export const UNITS_UNFILTERED_MAX = 2_000;

// Half a view beyond each edge: a pan of one hand's move stays within what is already here.
const PAD_SHARE = 0.5;

// Once what was asked for is this many times what is needed, most of what arrives is never drawn.
const AREA_RATIO_MAX = 9;

const area = ([west, south, east, north]: Bounds) => (east - west) * (north - south);
const rounded = (bounds: Bounds): Bounds => bounds.map((degree) => Math.round(degree * 1e4) / 1e4) as unknown as Bounds;

/** The bounds to ask for now: the held ones while the view lies within them and they are not much too large, else new ones. */
export function viewportFor(frame: Frame, held: Bounds | null): Bounds {
  const seen = boundsOf(frame);
  if (
    held !== null &&
    seen[0] >= held[0] &&
    seen[1] >= held[1] &&
    seen[2] <= held[2] &&
    seen[3] <= held[3] &&
    area(held) <= AREA_RATIO_MAX * area(seen)
  )
    return held;
  return rounded(padded(seen, PAD_SHARE));
}
