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
