/** Where the rows of a long list lie. */

import { expect, test } from 'vitest';
import { indexAt, type RowPlace, scrollTo, step, topsOf, visible } from './rows';

const row = (id: string): RowPlace => ({ id, height_px: 28 });
const line = (id: string): RowPlace => ({ id, height_px: 24, isLine: true });
const rows = [line('a'), row('1'), row('2'), line('b'), row('3')];
const tops = topsOf(rows);

test('each row lies under the one before it', () => {
  expect(tops).toEqual([0, 24, 52, 80, 104, 132]);
});

test.each([
  [0, 0],
  [23, 0],
  [24, 1],
  [103, 3],
  [5_000, 4],
])('at %d px lies row %d', (at_px, index) => {
  expect(indexAt(tops, at_px)).toBe(index);
});

test('only what touches the window is drawn, and what is spared beside it', () => {
  expect(visible(tops, 52, 28, 0)).toEqual([2, 4]);
  expect(visible(tops, 52, 28, 10)).toEqual([0, 5]);
  expect(visible([0], 0, 500, 6)).toEqual([0, 0]);
});

test('the arrows pass over the lines, and stop at the ends', () => {
  expect(step(rows, -1, 1)).toBe(1);
  expect(step(rows, 2, 1)).toBe(4);
  expect(step(rows, 4, 1)).toBe(4);
  expect(step(rows, 1, -1)).toBe(1);
  expect(step(rows, rows.length, -rows.length)).toBe(1);
});

test('a row is brought into view with as little movement as can be, and its line comes along', () => {
  expect(scrollTo(tops, rows, 4, 0, 100)).toBe(32);
  expect(scrollTo(tops, rows, 1, 60, 60)).toBe(0);
  expect(scrollTo(tops, rows, 2, 40, 60)).toBe(40);
});
