/** What a wall counts and in which order it tells who waits. Pure. */

import type { Priority, Views, WallAlarm, WallIncident } from '../documents';

export type WallRow = Views['wall_board'];

export const isIncident = (row: WallRow): row is WallIncident => row.kind === 'incident';
export const isAlarm = (row: WallRow): row is WallAlarm => row.kind === 'alarm';

export interface Count {
  open: number;
  pending: number;
}

export interface WallCounts {
  all: Count;
  byPriority: Record<Priority, Count>;
  /** By code; '' is where no district is known yet. */
  byDistrict: ReadonlyMap<string, Count>;
}

export function countedIncidents(rows: Iterable<WallRow>): WallCounts {
  const none = (): Count => ({ open: 0, pending: 0 });
  const all = none();
  const byPriority: Record<Priority, Count> = { 1: none(), 2: none(), 3: none(), 4: none(), 5: none() };
  const byDistrict = new Map<string, Count>();
  for (const row of rows) {
    if (!isIncident(row)) continue;
    let district = byDistrict.get(row.district);
    if (!district) {
      district = none();
      byDistrict.set(row.district, district);
    }
    for (const count of [all, byPriority[row.priority], district]) {
      count.open += 1;
      if (row.phase === 'pending') count.pending += 1;
    }
  }
  return { all, byPriority, byDistrict };
}

/** Nobody has been sent to these: the gravest first, then who has waited longest. Their keys. */
export function waiting(rows: ReadonlyMap<string, WallRow>): string[] {
  const found: [string, WallIncident][] = [];
  for (const [key, row] of rows) if (isIncident(row) && row.phase === 'pending') found.push([key, row]);
  found.sort(
    ([a, x], [b, y]) => x.priority - y.priority || (x.opened_at === y.opened_at ? (a < b ? -1 : 1) : x.opened_at < y.opened_at ? -1 : 1),
  );
  return found.map(([key]) => key);
}

/** By priority: alarms that nobody has acknowledged, and all that are in sight. */
export function countedAlarms(rows: Iterable<WallRow>): Record<1 | 2 | 3, { open: number; unacknowledged: number }> {
  const counts = { 1: { open: 0, unacknowledged: 0 }, 2: { open: 0, unacknowledged: 0 }, 3: { open: 0, unacknowledged: 0 } };
  for (const row of rows) {
    if (!isAlarm(row) || row.is_shelved) continue;
    counts[row.priority].open += 1;
    if (!row.is_acknowledged) counts[row.priority].unacknowledged += 1;
  }
  return counts;
}

/** Where the end of a bar and its target lie, in percent of its track. The track ends at twice the target: what is beyond is cut, and told in figures. */
export function barOf(seconds: number | null, target_s: number): { bar: number; target: number; isOver: boolean } {
  const end_s = 2 * target_s;
  return { bar: seconds === null ? 0 : Math.min(100, (seconds / end_s) * 100), target: 50, isOver: seconds !== null && seconds > target_s };
}
