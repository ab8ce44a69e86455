/** Times as the operator reads them. */

import { afterEach, expect, test, vi } from 'vitest';
import { correct, day, hm, hms, mmss, now, onSecond, setZone } from './clock';

afterEach(() => {
  vi.useRealTimers();
  setZone('Asia/Shanghai');
});

test('a time is told in the agency’s zone, whatever the zone of the browser', () => {
  expect(hms('2026-11-23T06:32:07.123456Z')).toBe('14:32:07');
  expect(hm('2026-11-23T16:00:00Z')).toBe('00:00');
  expect(day('2026-11-23T16:00:00Z')).toBe('2026-11-24');
  setZone('Europe/Berlin');
  expect(hms('2026-11-23T06:32:07Z')).toBe('07:32:07');
});

test('an unknown zone leaves the old one', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  setZone('Nowhere/Land');
  expect(hms('2026-11-23T06:32:07Z')).toBe('14:32:07');
});

test('no time, or none that can be read, is told as nothing', () => {
  expect(hms(null)).toBe('');
  expect(hms('yesterday')).toBe('');
});

test.each([
  [0, '00:00'],
  [-3, '00:00'],
  [59.9, '00:59'],
  [60, '01:00'],
  [5_999, '99:59'],
  [6_000, '1h40'],
])('%d s is %s', (seconds, text) => {
  expect(mmss(seconds)).toBe(text);
});

test('the clock follows the server, half the journey taken off, and not for a slow answer', () => {
  const heard_ms = Date.parse('2026-11-23T06:00:00Z');
  vi.useFakeTimers({ now: heard_ms });
  correct('2026-11-23T06:00:10Z', heard_ms, 200);
  expect(now() - heard_ms).toBe(10_100);
  correct('2026-11-23T09:00:00Z', heard_ms, 5_000);
  expect(now() - heard_ms).toBe(10_100);
  correct('2026-11-23T06:00:00Z', heard_ms, 0);
  expect(now() - heard_ms).toBe(0);
});

test('a second is told at the full second, until nobody listens', () => {
  vi.useFakeTimers({ now: 1_000_000_000_400 });
  const told: number[] = [];
  const stop = onSecond((at_ms) => told.push(at_ms));
  vi.advanceTimersByTime(1_600);
  expect(told).toEqual([1_000_000_001_000, 1_000_000_002_000]);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});
