import { expect, test } from 'vitest';
import { transformOf } from './ground';
import { panned, type View, zoomed } from './projection';

const view: View = { lon: 117.2, lat: 39.12, zoom: 11, width: 800, height: 600 };

test('a picture slides by whole pixels with the hand', () => {
  expect(transformOf(view, view)).toBe('translate(0px, 0px)');
  expect(transformOf(view, panned(view, 30, -12))).toBe('translate(-30px, 12px)');
});

test('a picture grows about what the wheel holds', () => {
  const [, x, y, scale] = /translate\((.+)px, (.+)px\) scale\((.+)\)/.exec(transformOf(view, zoomed(view, 1, 500, 300))) ?? [];
  expect([Number(x), Number(y), Number(scale)].map((number) => Math.round(number * 1000) / 1000)).toEqual([-100, 0, 2]);
});

test('in a panel that was made wider the old picture keeps its place about the middle', () => {
  expect(transformOf(view, { ...view, width: 900 })).toBe('translate(50px, 0px)');
});
