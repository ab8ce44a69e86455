/** What is otherwise now than it was then: incident by incident, and in numbers. Pure. */

import type { AlarmBoard, IncidentBoard, Priority, Status, UnitStatus } from '../documents';

export interface UnitDifference {
  unit: string;
  /** null: it was, or is, not on this incident. */
  was: string | null;
  is: string | null;
}

export interface Difference {
  number: string;
  /** `new`: opened since. `gone`: closed or merged since. */
  kind: 'new' | 'gone' | 'changed';
  was: IncidentBoard | null;
  is: IncidentBoard | null;
  /** The fields of the incident itself that differ. */
  fields: readonly Field[];
  units: readonly UnitDifference[];
}

export const FIELDS = ['priority', 'incident_type', 'level', 'phase', 'address', 'notes'] as const;
export type Field = (typeof FIELDS)[number];

type Incidents = ReadonlyMap<string, IncidentBoard>;

/** Gravest first, and within a priority by number. */
export function differencesOf(then: Incidents, now: Incidents): Difference[] {
  const found: Difference[] = [];
  for (const number of new Set([...then.keys(), ...now.keys()])) {
    const [was, is] = [then.get(number) ?? null, now.get(number) ?? null];
    if (!was || !is) {
      found.push({ number, kind: was ? 'gone' : 'new', was, is, fields: [], units: unitsOf(was, is) });
      continue;
    }
    const fields = FIELDS.filter((field) => was[field] !== is[field]);
    const units = unitsOf(was, is);
    if (fields.length > 0 || units.length > 0) found.push({ number, kind: 'changed', was, is, fields, units });
  }
  const priority = ({ was, is }: Difference) => (is ?? was)?.priority ?? 5;
  return found.sort((a, b) => priority(a) - priority(b) || (a.number < b.number ? -1 : 1));
}

function unitsOf(then: IncidentBoard | null, now: IncidentBoard | null): UnitDifference[] {
  const at = (incident: IncidentBoard | null) =>
    new Map(incident?.assignments.flatMap((one) => (one.is_open ? [[one.unit, one.status] as const] : [])) ?? []);
  const [before, after] = [at(then), at(now)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((unit) => ({ unit, was: before.get(unit) ?? null, is: after.get(unit) ?? null }))
    .filter((one) => one.was !== one.is);
}

export interface Counts {
  priorities: Record<Priority, number>;
  statuses: Record<Status, number>;
  open: number;
  pending: number;
  alarms: number;
  unacknowledged: number;
}

/** The picture in numbers. */
export function countsOf(incidents: Incidents, units: ReadonlyMap<string, UnitStatus>, alarms: ReadonlyMap<string, AlarmBoard>): Counts {
  const counts: Counts = {
    priorities: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 },
    statuses: { available: 0, dispatched: 0, acknowledged: 0, en_route: 0, on_scene: 0, transporting: 0, out_of_service: 0 },
    open: incidents.size,
    pending: 0,
    alarms: alarms.size,
    unacknowledged: 0,
  };
  for (const { priority, phase } of incidents.values()) {
    counts.priorities[priority] += 1;
    if (phase === 'pending') counts.pending += 1;
  }
  for (const { status } of units.values()) counts.statuses[status] += 1;
  for (const { state } of alarms.values()) if (state === 'raised' || state === 'returned') counts.unacknowledged += 1;
  return counts;
}
