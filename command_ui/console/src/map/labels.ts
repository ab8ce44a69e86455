/** Labels that never cover one another: the first that asks for room gets it, and says where it stands; the rest go without. */

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export type Room = {
  readonly isTaken: (box: Box) => boolean;
  /** Takes the first of the boxes that is free and remembers it; null when all are taken. */
  readonly take: (boxes: readonly Box[]) => Box | null;
  /** Keeps others off this box, whatever stands there already. */
  readonly block: (box: Box) => void;
};

// The side of the buckets that a box is filed under: about one label, so that a question looks at a handful of neighbours.
const BUCKET_PX = 96;

/** Room on the screen, filed in buckets: asking is cheap with thousands of labels. What another room has given away is taken here too. */
export function newRoom(other?: Room): Room {
  const buckets = new Map<number, Box[]>();
  const touched = (box: Box, visit: (bucket: number) => boolean): boolean => {
    for (let i = Math.floor(box.x / BUCKET_PX); i <= Math.floor((box.x + box.width) / BUCKET_PX); i += 1)
      for (let j = Math.floor(box.y / BUCKET_PX); j <= Math.floor((box.y + box.height) / BUCKET_PX); j += 1)
        if (visit(i * 65_536 + j)) return true;
    return false;
  };
  const isTaken = (box: Box): boolean =>
    (other?.isTaken(box) ?? false) || touched(box, (bucket) => buckets.get(bucket)?.some((held) => overlaps(box, held)) ?? false);
  const block = (box: Box) => {
    touched(box, (bucket) => {
      const held = buckets.get(bucket);
      if (held) held.push(box);
      else buckets.set(bucket, [box]);
      return false;
    });
  };
  const take = (boxes: readonly Box[]) => {
    const free = boxes.find((box) => !isTaken(box)) ?? null;
    if (free) block(free);
    return free;
  };
  return { isTaken, take, block };
}

/** The box moved as little as it takes to lie within the panel. */
export const insideOf = (box: Box, width: number, height: number, margin: number): Box => ({
  ...box,
  x: Math.max(margin, Math.min(width - margin - box.width, box.x)),
  y: Math.max(margin, Math.min(height - margin - box.height, box.y)),
});

/** The places for a label beside a mark, best first: the side that leads away from `towards`, then above, below, the other side. */
export function besides(mark: { x: number; y: number }, towards: { x: number }, width: number, height: number, gap: number): Box[] {
  const right = mark.x + gap;
  const left = mark.x - gap - width;
  const [first, second] = mark.x < towards.x ? [left, right] : [right, left];
  const rows = [-height / 2, -height - 2, 2, -2 * height - 2, height + 2, -3 * height, 2 * height + 2];
  return [first, second].flatMap((x) => rows.map((dy) => ({ x, y: mark.y + dy, width, height })));
}

/**
 * The last point on the way from one that is in view to another that lies within the panel less an inset: where a line to something
 * beyond the edge may carry its label. Null when the start itself is outside.
 */
export function lastInside(
  from: { x: number; y: number },
  to: { x: number; y: number },
  width: number,
  height: number,
  inset: number,
): { x: number; y: number } | null {
  if (from.x < 0 || from.y < 0 || from.x > width || from.y > height) return null;
  const share = (a: number, b: number, low: number, high: number) => {
    if (b < low) return (a - low) / (a - b);
    return b > high ? (high - a) / (b - a) : 1;
  };
  const t = Math.max(0, Math.min(share(from.x, to.x, inset, width - inset), share(from.y, to.y, inset, height - inset), 1));
  return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
}
