/** The ground's last picture keeps its place while the camera moves on. */

import { expect, test } from 'vitest';
import { placed } from './ground';
import { frameOf, panned, screenX, type View, zoomed } from './projection';

const view: View = { lon: 117.2, lat: 39.12, zoom: 11, width: 800, height: 600 };
const MARGIN_PX = 96;

test('a picture slides by whole pixels with the hand, its margin about the panel', () => {
  expect(placed(view, view, 1)).toEqual({ x: -MARGIN_PX, y: -MARGIN_PX, scale: 1 });
  expect(placed(view, panned(view, 30, -12), 1)).toEqual({ x: -MARGIN_PX - 30, y: -MARGIN_PX + 12, scale: 1 });
  expect(placed(view, panned(view, 30, -12), 2)).toEqual({ x: 2 * (-MARGIN_PX - 30), y: 2 * (-MARGIN_PX + 12), scale: 1 });
});

test('a picture grows about what the wheel holds', () => {
  const near = zoomed(view, 1, 500, 300);
  const { x, scale } = placed(view, near, 1);
  expect(scale).toBe(2);
  // The place at 500 px stands there in the larger picture, too.
  expect(x + (MARGIN_PX + 500) * scale).toBeCloseTo(500);
  expect(screenX(frameOf(near), 117.2)).toBeCloseTo(x + (MARGIN_PX + 400) * scale);
});

test('in a panel that was made wider the old picture keeps its place about the middle', () => {
  expect(placed(view, { ...view, width: 900 }, 1).x).toBe(-MARGIN_PX + 50);
});
