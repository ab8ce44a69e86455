import { describe, expect, it } from 'vitest';
import type { AlarmBoard, AssignmentRow, IncidentBoard, UnitStatus } from '../documents';
import { countsOf, differencesOf } from './differences';

const incident = (number: string, more: Partial<IncidentBoard> = {}): [string, IncidentBoard] => [
  number,
  {
    number,
    priority: 3,
    incident_type: 'fire',
    level: 4,
    phase: 'pending',
    address: '南京路',
    notes: 0,
    assignments: [],
    ...more,
  } as IncidentBoard,
];
const row = (unit: string, status: AssignmentRow['status'], is_open = true) => ({ unit, status, is_open }) as AssignmentRow;

describe('then and now', () => {
  it('the same picture has no differences', () => {
    const picture = new Map([incident('1', { assignments: [row('E1', 'en_route')] })]);
    expect(differencesOf(picture, new Map(picture))).toEqual([]);
  });

  it('says which were opened, which were closed, and what changed of the others, gravest first', () => {
    const then = new Map([
      incident('1'),
      incident('2', { priority: 4, assignments: [row('E1', 'en_route'), row('E2', 'on_scene')] }),
      incident('3', { priority: 2, assignments: [row('E9', 'on_scene')] }),
    ]);
    const now = new Map([
      incident('1'),
      incident('2', {
        priority: 4,
        phase: 'on_scene',
        assignments: [row('E1', 'on_scene'), row('E2', 'cleared', false), row('E3', 'dispatched')],
      }),
      incident('4', { priority: 1 }),
    ]);
    const found = differencesOf(then, now);
    expect(found.map(({ number, kind }) => [number, kind])).toEqual([
      ['4', 'new'],
      ['3', 'gone'],
      ['2', 'changed'],
    ]);
    expect(found[2]?.fields).toEqual(['phase']);
    expect(found[2]?.units).toEqual([
      { unit: 'E1', was: 'en_route', is: 'on_scene' },
      { unit: 'E2', was: 'on_scene', is: null },
      { unit: 'E3', was: null, is: 'dispatched' },
    ]);
    expect(found[1]?.units).toEqual([{ unit: 'E9', was: 'on_scene', is: null }]);
  });

  it('counts what is open, what waits, what rings and what each unit does', () => {
    const units = new Map([['E1', { status: 'en_route' } as UnitStatus]]);
    const alarms = new Map(['raised', 'acknowledged', 'returned', 'shelved'].map((state) => [state, { state } as AlarmBoard]));
    const counts = countsOf(new Map([incident('1'), incident('2', { phase: 'on_scene', priority: 1 })]), units, alarms);
    expect(counts).toMatchObject({ open: 2, pending: 1, alarms: 4, unacknowledged: 2 });
    expect([counts.priorities[1], counts.priorities[3], counts.statuses.en_route, counts.statuses.available]).toEqual([1, 1, 1, 0]);
  });
});
