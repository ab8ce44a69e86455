/** When it rings. */

import { expect, test } from 'vitest';
import { AGAIN_MS, due, PATTERNS } from './patterns';

test('what is new rings once, the gravest of several', () => {
  const waiting = new Map([
    ['a', 3],
    ['b', 2],
  ] as const);
  const first = due(waiting, { rung_ms: new Map() }, 1_000);
  expect(first.priority).toBe(2);
  expect(due(waiting, first, 2_000).priority).toBe(null);
  expect(due(waiting, first, 1_000 + AGAIN_MS).priority).toBe(null);
});

test('a top alarm that nobody acknowledged rings again after 30 s', () => {
  const waiting = new Map([['a', 1]] as const);
  const first = due(waiting, { rung_ms: new Map() }, 1_000);
  const early = due(waiting, first, 999 + AGAIN_MS);
  expect(early.priority).toBe(null);
  const again = due(waiting, early, 1_000 + AGAIN_MS);
  expect(again.priority).toBe(1);
  expect(due(waiting, again, 2_000 + AGAIN_MS).priority).toBe(null);
});

test('what is acknowledged is forgotten, and rings when it comes back', () => {
  const waiting = new Map([['a', 3]] as const);
  const first = due(waiting, { rung_ms: new Map() }, 0);
  const gone = due(new Map(), first, 10);
  expect(due(waiting, gone, 20).priority).toBe(3);
});

test('every tone lies where older ears hear it', () => {
  for (const tones of Object.values(PATTERNS)) {
    for (const { frequency_hz } of tones) {
      expect(frequency_hz).toBeGreaterThanOrEqual(150);
      expect(frequency_hz).toBeLessThanOrEqual(1_000);
    }
  }
});
