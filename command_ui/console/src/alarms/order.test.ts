/** Which alarms stand first, and when it is a flood. */

import { expect, test } from 'vitest';
import type { AlarmBoard } from '../documents';
import { countedAlarms, listed, rateOf } from './order';

const alarm = (id: string, changed: Partial<AlarmBoard> = {}): AlarmBoard => ({
  alarm: id,
  sensor: 'TJ-GAS-014',
  zh: '燃气浓度高',
  en: 'Gas high',
  condition: 'high',
  priority: 2,
  state: 'raised',
  value: 22,
  limit: 20,
  unit_of_measure: '%LEL',
  raised_at: '2026-11-23T06:00:00Z',
  last_at: '2026-11-23T06:00:00Z',
  count: 1,
  acknowledged_by: '',
  shelved_until: null,
  shelved_by: '',
  shelve_reason: '',
  is_returned: false,
  incident: '',
  lon: null,
  lat: null,
  district: 'heping',
  agency: 'fire',
  version: 1,
  ...changed,
});

test('unacknowledged stand first, then by priority, the newest first; what went back by itself comes after what still is', () => {
  const alarms = [
    alarm('acknowledged', { state: 'acknowledged', priority: 1 }),
    alarm('returned', { state: 'returned', priority: 1 }),
    alarm('raised'),
    alarm('newer', { raised_at: '2026-11-23T06:01:00Z' }),
    alarm('grave', { priority: 1 }),
    alarm('shelved', { state: 'shelved' }),
  ];
  expect(listed(alarms, 'active', '').map((one) => one.alarm)).toEqual(['grave', 'newer', 'raised', 'returned', 'acknowledged']);
  expect(listed(alarms, 'shelved', '').map((one) => one.alarm)).toEqual(['shelved']);
});

test('an alarm without a district belongs to every scope', () => {
  const alarms = [alarm('here'), alarm('there', { district: 'hexi' }), alarm('system', { district: '' })];
  expect(listed(alarms, 'active', 'hexi').map((one) => one.alarm)).toEqual(['system', 'there']);
});

test('what went back to normal unacknowledged still counts as unacknowledged', () => {
  const counts = countedAlarms([alarm('1'), alarm('2', { state: 'returned', priority: 1 }), alarm('3', { state: 'acknowledged' })]);
  expect([counts.unacknowledged, counts.raised, counts.gravest]).toEqual([2, 1, 1]);
});

test('more than ten in ten minutes is a flood, ten are not', () => {
  const minutes = (count: number) => Array.from({ length: count }, (_, index) => 3_600_000 - index * 50_000);
  expect(rateOf(minutes(10), 3_600_000).isFlood).toBe(false);
  expect(rateOf(minutes(11), 3_600_000).isFlood).toBe(true);
  expect(rateOf([0, 1, 3_599_999], 3_600_000)).toEqual({ last_hour: 2, last_ten_minutes: 1, isFlood: false });
});
