/** The order of the queue, its groups and counts, and what changed since it was held still. Pure. */

import type { IncidentBoard, Phase, Priority } from '../documents';
import type { RowPlace } from '../parts/rows';

export interface QueueFilter {
  /** A district's code, or '' for all. */
  scope: string;
  priority: Priority | 0;
  isPendingOnly: boolean;
  /** An account that answers for what is shown; '' for everybody's. */
  owner?: string;
  text: string;
}

export const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];

// Who waits for a person comes first; who is being brought to an end, last.
const RANK: Readonly<Record<Phase, number>> = { pending: 0, dispatched: 1, on_scene: 2, closing: 3 };

/** `words` gives what an incident can be found by, in the operator's language. */
export function isShown(incident: IncidentBoard, filter: QueueFilter, words: (incident: IncidentBoard) => string): boolean {
  if (filter.scope !== '' && incident.district !== filter.scope) return false;
  if (filter.priority !== 0 && incident.priority !== filter.priority) return false;
  if (filter.isPendingOnly && incident.phase !== 'pending') return false;
  if (filter.owner && incident.responsible !== filter.owner) return false;
  const text = filter.text.trim().toLowerCase();
  return text === '' || text.split(/\s+/).every((word) => words(incident).toLowerCase().includes(word));
}

/** Priority, then who waits, then who has waited longest. */
export function compared(a: IncidentBoard, b: IncidentBoard): number {
  return (
    a.priority - b.priority ||
    RANK[a.phase] - RANK[b.phase] ||
    (a.opened_at < b.opened_at ? -1 : a.opened_at > b.opened_at ? 1 : a.number < b.number ? -1 : 1)
  );
}

/** A row of the queue: an incident, and the priority under whose line it stands. */
export interface Placed {
  number: string;
  priority: Priority;
}

export function ordered(
  incidents: Iterable<IncidentBoard>,
  filter: QueueFilter,
  words: (incident: IncidentBoard) => string,
): readonly Placed[] {
  return [...incidents]
    .filter((incident) => isShown(incident, filter, words))
    .sort(compared)
    .map(({ number, priority }) => ({ number, priority }));
}

export interface Counts {
  open: number;
  pending: number;
  byPriority: Record<Priority, { open: number; pending: number }>;
}

export function counted(incidents: Iterable<IncidentBoard>, scope: string): Counts {
  const none = () => ({ open: 0, pending: 0 });
  const counts: Counts = { open: 0, pending: 0, byPriority: { 1: none(), 2: none(), 3: none(), 4: none(), 5: none() } };
  for (const { priority, phase, district } of incidents) {
    if (scope !== '' && district !== scope) continue;
    const one = counts.byPriority[priority];
    const waits = phase === 'pending' ? 1 : 0;
    counts.open += 1;
    counts.pending += waits;
    one.open += 1;
    one.pending += waits;
  }
  return counts;
}

/** The rows with a line above each group. The line of priority 2 is called `line:2`. */
export function rowsOf(placed: readonly Placed[], row_px: number, line_px: number): RowPlace[] {
  const rows: RowPlace[] = [];
  let group: Priority | 0 = 0;
  for (const { number, priority } of placed) {
    if (priority !== group) rows.push({ id: `line:${priority}`, height_px: line_px, isLine: true });
    group = priority;
    rows.push({ id: number, height_px: row_px });
  }
  return rows;
}

export interface News {
  /** What is new and not in the list that is held still. */
  fresh: readonly Placed[];
  /** What has become priority 1 and waits: it gets a place of its own above the list, held or not. */
  pinned: readonly string[];
}

/** What a list that holds still does not show where it belongs. */
export function newsOf(held: readonly Placed[], now: readonly Placed[], isPending: (number: string) => boolean): News {
  const priorities = new Map(held.map(({ number, priority }) => [number, priority]));
  return {
    fresh: now.filter(({ number }) => !priorities.has(number)),
    pinned: now
      .filter(({ number, priority }) => priority === 1 && priorities.get(number) !== 1 && isPending(number))
      .map(({ number }) => number),
  };
}

/** How a running time is told: red only for what waits and must not; ochre for the rest (red on everything means nothing). */
export function ageOf(
  incident: IncidentBoard,
  targets: { dispatch_s: number | undefined; arrival_s: number | undefined },
): { target_s: number | undefined; isGrave: boolean } {
  if (incident.phase === 'pending') return { target_s: targets.dispatch_s, isGrave: incident.priority <= 3 };
  if (incident.phase === 'dispatched') return { target_s: targets.arrival_s, isGrave: false };
  return { target_s: undefined, isGrave: false };
}
