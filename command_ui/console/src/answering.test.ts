/** A key has its frame before the picture is brought up to date. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { afterAnswer, answer, isAnswering } from './answering';
import { applyDelta, clearViews, documents, flush, onChange } from './live/store';

let frame: FrameRequestCallback | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    frame = callback;
    return 1;
  });
});
afterEach(() => {
  vi.runAllTimers();
  clearViews();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The browser draws: the frame's callbacks, then the tasks after it. */
const draw = () => {
  frame?.(performance.now());
  frame = null;
  vi.advanceTimersByTime(0);
};

test('what waits runs once, when the frame after the key is drawn', () => {
  const run = vi.fn();
  answer();
  afterAnswer(run);
  expect([isAnswering(), run.mock.calls.length]).toEqual([true, 0]);
  draw();
  expect([isAnswering(), run.mock.calls.length]).toEqual([false, 1]);
  draw();
  expect(run).toHaveBeenCalledTimes(1);
});

test('with no key under way it runs at once', () => {
  const run = vi.fn();
  afterAnswer(run);
  expect(run).toHaveBeenCalledTimes(1);
});

test('what was called off does not run', () => {
  const run = vi.fn();
  answer();
  afterAnswer(run)();
  draw();
  expect(run).not.toHaveBeenCalled();
});

test('a page that draws no frame does not hold its data back for ever', () => {
  const run = vi.fn();
  answer();
  afterAnswer(run);
  vi.advanceTimersByTime(300);
  expect(run).toHaveBeenCalledTimes(1);
});

test('a delta that comes between a key and its frame is told after the frame, whole', () => {
  const told: string[][] = [];
  const stop = onChange('unit_status', (keys) => told.push([...keys]));
  flush();
  answer();
  applyDelta('unit_status', [['E0101', 2, { unit: 'E0101' }]], []);
  vi.advanceTimersByTime(150);
  expect([documents('unit_status').has('E0101'), told]).toEqual([true, []]);
  draw();
  expect(told).toEqual([['E0101']]);
  stop();
});
