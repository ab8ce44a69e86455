/** Of a large fleet only what is near the eye is in the page. */

import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clearViews, flush, replaceView } from '../live/store';
import { Portion, portionsOf } from './Portion';

const units = Array.from({ length: 300 }, (_, index) => `E${String(index).padStart(4, '0')}`);
let root: Root;
let see: (isIntersecting: boolean) => void;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(tell: (seen: { isIntersecting: boolean }[]) => void) {
        see = (isIntersecting) => act(() => tell([{ isIntersecting }]));
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  clearViews();
  replaceView(
    'unit_status',
    units.map((unit) => [unit, 1, { unit, status: 'available', since: '', capabilities: [] }]),
  );
  flush();
  root = createRoot(document.body.appendChild(document.createElement('div')));
});
afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const draw = (current: string | null, isFirst = false) =>
  act(() =>
    root.render(
      <Portion units={units.slice(0, 20)} rows={2} isFirst={isFirst} current={current} selected={null} capability="" isFreeOnly={false} />,
    ),
  );
const cells = () => document.querySelectorAll('[data-unit]').length;
const height = () => document.querySelector<HTMLElement>('.b-grid')?.style.height;

test('portions are whole rows, hold every unit once, and stay the same for the same block', () => {
  const block = { agency: 'fire', units, columns: 21 };
  const portions = portionsOf(block);
  expect(portions.flat()).toEqual(units);
  expect(portions.slice(0, -1).every((portion) => portion.length % 21 === 0)).toBe(true);
  expect(portionsOf(block)).toBe(portions);
});

test('a portion far away is as high as its rows, and has its cells when it comes near', () => {
  draw(null);
  expect([cells(), height()]).toEqual([0, 'calc(var(--cell) * 2)']);
  see(true);
  expect([cells(), height()]).toEqual([20, '']);
  see(false);
  expect(cells()).toBe(0);
});

test('the first portions are there at once, and the tab stop’s wherever it is', () => {
  draw(null, true);
  expect(cells()).toBe(20);
  see(false);
  expect(cells()).toBe(0);
  draw('E0003');
  expect(cells()).toBe(20);
  expect(document.querySelector('[tabindex="0"]')?.getAttribute('data-unit')).toBe('E0003');
});
