/** What is under the pointer, and which incident comes next when somebody walks them by keyboard. */

export type TargetKind = 'incident' | 'alarm' | 'unit';
export type Target = { readonly kind: TargetKind; readonly id: string; readonly x: number; readonly y: number; readonly priority: number };

// A finger or a hurried hand is off by this much; 24 px across is WCAG 2.2's smallest target.
export const REACH_PX = 12;

// An incident asks for a person, an alarm may, a unit is what one sends: of marks on one spot the first is meant.
const RANK: Record<TargetKind, number> = { incident: 0, alarm: 1, unit: 2 };

/** The target meant by a press at (x, y): within reach the more important kind, then the more urgent, then the nearer. */
export function targetAt(targets: Iterable<Target>, x: number, y: number, reach = REACH_PX): Target | null {
  let best: Target | null = null;
  let bestDistance = 0;
  for (const target of targets) {
    const distance = Math.hypot(target.x - x, target.y - y);
    if (distance > reach) continue;
    const order = best === null ? -1 : RANK[target.kind] - RANK[best.kind] || target.priority - best.priority || distance - bestDistance;
    if (order < 0) {
      best = target;
      bestDistance = distance;
    }
  }
  return best;
}

/** The incidents in reading order of urgency: priority, then number, so that a walk is the same however the map moved. */
export const walkOrder = (targets: Iterable<Target>): Target[] =>
  [...targets].sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** The one after (or before) `from`, round the end; the first (or last) when `from` is not among them. */
export function stepFrom(ordered: readonly Target[], from: string | null, by: 1 | -1): Target | null {
  if (ordered.length === 0) return null;
  const at = ordered.findIndex((target) => target.id === from);
  const next = at < 0 ? (by > 0 ? 0 : ordered.length - 1) : (at + by + ordered.length) % ordered.length;
  return ordered[next] ?? null;
}
