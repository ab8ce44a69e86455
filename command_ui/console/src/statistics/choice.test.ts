import { expect, it } from 'vitest';
import { CHOICE_AT_FIRST, questionOf } from './choice';

it('asks for the period and for what is filtered, and for nothing else', () => {
  const span = { since_ms: Date.parse('2026-11-01T00:00:00Z'), until_ms: Date.parse('2026-11-02T00:00:00Z') };
  const asked = new URLSearchParams(questionOf({ ...CHOICE_AT_FIRST, agency: 'fire&x', priority: '1' }, span));
  expect(Object.fromEntries(asked)).toEqual({
    since: '2026-11-01T00:00:00.000Z',
    until: '2026-11-02T00:00:00.000Z',
    agency: 'fire&x',
    priority: '1',
  });
});

it('asks by a clock as of the moment of the time machine', () => {
  const span = { since_ms: 0, until_ms: 1_000 };
  const asked = new URLSearchParams(questionOf(CHOICE_AT_FIRST, span, { at_ms: 500, clock: 'occurred' }));
  expect([asked.get('as_of'), asked.get('clock')]).toEqual(['1970-01-01T00:00:00.500Z', 'occurred']);
});
