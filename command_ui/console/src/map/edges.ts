/** What lies outside each edge of the map: how many, and which of them to show when somebody asks. */

export const EDGES = ['north', 'south', 'east', 'west'] as const;
export type Edge = (typeof EDGES)[number];

export type Marked = { readonly id: string; readonly x: number; readonly y: number; readonly priority: number };

/** The edge that a point lies beyond; corners belong to the side that it is further beyond. Null: it lies within. */
export function edgeOf(x: number, y: number, width: number, height: number): Edge | null {
  const beyondX = x < 0 ? -x : x > width ? x - width : 0;
  const beyondY = y < 0 ? -y : y > height ? y - height : 0;
  if (beyondX === 0 && beyondY === 0) return null;
  if (beyondX >= beyondY) return x < 0 ? 'west' : 'east';
  return y < 0 ? 'north' : 'south';
}

export type Outside = { readonly count: number; readonly foremost: Marked | null };

/** For each edge the count, and the most urgent of those beyond it (of equals the nearest): where a press on the count leads. */
export function outside(points: Iterable<Marked>, width: number, height: number): Record<Edge, Outside> {
  const counts = { north: 0, south: 0, east: 0, west: 0 };
  const foremost: Record<Edge, Marked | null> = { north: null, south: null, east: null, west: null };
  const distance = (p: Marked) => Math.hypot(p.x - width / 2, p.y - height / 2);
  for (const point of points) {
    const edge = edgeOf(point.x, point.y, width, height);
    if (edge === null) continue;
    counts[edge] += 1;
    const held = foremost[edge];
    if (held === null || point.priority < held.priority || (point.priority === held.priority && distance(point) < distance(held)))
      foremost[edge] = point;
  }
  const of = (edge: Edge): Outside => ({ count: counts[edge], foremost: foremost[edge] });
  return { north: of('north'), south: of('south'), east: of('east'), west: of('west') };
}
