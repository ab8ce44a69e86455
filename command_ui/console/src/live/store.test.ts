/** The store: who is told, when, and with what. */

import { beforeEach, expect, test, vi } from 'vitest';
import { applyDelta, clearViews, documents, flush, onChange, replaceView } from './store';

beforeEach(() => {
  vi.useFakeTimers();
  clearViews();
});

test('a snapshot is exactly what the view holds afterwards', () => {
  applyDelta('unit_status', [['E01', 1, { unit: 'E01' }]], []);
  replaceView('unit_status', [['E02', 2, { unit: 'E02' }]]);
  expect([...documents('unit_status').keys()]).toEqual(['E02']);
});

test('a delta sets and removes, and a null document is gone', () => {
  replaceView('unit_status', [
    ['E01', 1, {}],
    ['E02', 1, {}],
    ['E03', 1, {}],
  ]);
  applyDelta('unit_status', [['E01', 2, null]], [['E02', 2]]);
  expect([...documents('unit_status').keys()]).toEqual(['E03']);
});

test('many changes within 100 ms are told once, with all their keys', () => {
  const told: string[][] = [];
  const stop = onChange('unit_status', (keys) => told.push([...keys].sort()));
  applyDelta('unit_status', [['E02', 1, { a: 1 }]], []);
  applyDelta('unit_status', [['E01', 2, { a: 1 }]], []);
  applyDelta('unit_status', [['E02', 3, { a: 2 }]], []);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([['E01', 'E02']]);
  stop();
});

test('what comes after a pause is told at once, what follows close upon it with the next hundred milliseconds', () => {
  let told = 0;
  const stop = onChange('unit_status', () => {
    told += 1;
  });
  vi.advanceTimersByTime(500);
  applyDelta('unit_status', [['E01', 1, {}]], []);
  vi.advanceTimersByTime(1);
  expect(told).toBe(1);
  applyDelta('unit_status', [['E01', 2, {}]], []);
  vi.advanceTimersByTime(90);
  expect(told).toBe(1);
  vi.advanceTimersByTime(10);
  expect(told).toBe(2);
  stop();
});

test('what is removed is told as changed', () => {
  replaceView('unit_status', [['E01', 1, {}]]);
  flush();
  const told: string[] = [];
  const stop = onChange('unit_status', (keys) => told.push(...keys));
  applyDelta('unit_status', [], [['E01', 2]]);
  flush();
  expect(told).toEqual(['E01']);
  stop();
});

test('a flush with nothing new tells nobody', () => {
  const listener = vi.fn();
  const stop = onChange('unit_status', listener);
  applyDelta('unit_status', [], [['E99', 1]]);
  vi.advanceTimersByTime(1_000);
  expect(listener).not.toHaveBeenCalled();
  stop();
});

test('the map of a view is the same for ever', () => {
  const before = documents('call_board');
  replaceView('call_board', [['C1', 1, {}]]);
  expect(documents('call_board')).toBe(before);
  expect(before.size).toBe(1);
});
