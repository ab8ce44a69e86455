import { describe, expect, it } from 'vitest';
import type { IncidentRecord, RecordFact } from '../documents';
import { chainOf, inOrder, passes, timesGiven, whyKey } from './why';

const value = (text: string, position: number, reason = '') => ({
  value: text,
  position,
  topic: 'incident.prioritised',
  occurred_at: '2026-11-23T06:30:00Z',
  recorded_at: '2026-11-23T06:30:00Z',
  by: 'zhou',
  seat: '5',
  cause: 'k',
  reason,
});
const moment = (at: string, position: number, holds: boolean) => ({
  step: 'on_scene' as const,
  occurred_at: at,
  recorded_at: at,
  is_late: false,
  by: 'zhou',
  position,
  reason: '',
  holds,
});
const RECORD = {
  fields: [{ field: 'priority', values: [value('2', 1), value('1', 7, '多人被困')] }],
  assignments: [{ assignment: 'I/E1/1', steps: [moment('2026-11-23T06:40:00Z', 4, false), moment('2026-11-23T06:38:00Z', 9, true)] }],
} as unknown as IncidentRecord;

describe('why a value is so', () => {
  it('is told newest first, and what was replaced no longer holds', () => {
    expect(chainOf(RECORD, { kind: 'field', field: 'priority' })).toEqual([
      { value: '1', position: 7, reason: '多人被困', holds: true },
      { value: '2', position: 1, reason: '', holds: false },
    ]);
  });

  it('keeps the original of a corrected time', () => {
    const of = { kind: 'step', assignment: 'I/E1/1', unit: 'E1', step: 'on_scene' } as const;
    expect(chainOf(RECORD, of).map(({ position, holds }) => [position, holds])).toEqual([
      [9, true],
      [4, false],
    ]);
    expect(timesGiven(RECORD, of)).toBe(2);
    expect(whyKey(of)).toBe('step:I/E1/1:on_scene');
  });

  it('is empty for what nobody has said', () => {
    expect(chainOf(RECORD, { kind: 'field', field: 'responsible' })).toEqual([]);
  });
});

const fact = (position: number, occurred_at: string, more: Partial<RecordFact> = {}) =>
  ({ position, occurred_at, kind: 'system', is_late: false, ...more }) as RecordFact;

describe('the timeline', () => {
  it('stands in the order of what happened, then of the log', () => {
    const facts = [fact(1, '2026-11-23T06:30:00Z'), fact(2, '2026-11-23T06:20:00Z'), fact(3, '2026-11-23T06:30:00Z')];
    expect(inOrder(facts).map(({ position }) => position)).toEqual([2, 1, 3]);
  });

  it.each([
    ['all', [true, true, true]],
    ['people', [true, false, false]],
    ['system', [false, true, true]],
    ['late', [false, false, true]],
  ] as const)('%s shows what it says', (filter, shown) => {
    const at = '2026-11-23T06:30:00Z';
    const facts = [fact(1, at, { kind: 'person' }), fact(2, at), fact(3, at, { is_late: true })];
    expect(facts.map((one) => passes(one, filter))).toEqual(shown);
  });
});
