import { describe, expect, it } from 'vitest';
import type { WallAlarm, WallIncident } from '../documents';
import { barOf, countedAlarms, countedIncidents, type WallRow, waiting } from './figures';

const incident = (given: Partial<WallIncident>): WallIncident => ({
  kind: 'incident',
  short: '0001',
  incident_type: 'house_fire',
  priority: 2,
  level: 4,
  phase: 'pending',
  agency: 'fire',
  district: 'heping',
  street: '南京路',
  lon: 117.2,
  lat: 39.1,
  opened_at: '2026-11-23T06:00:00Z',
  phase_at: '2026-11-23T06:00:00Z',
  units: {},
  assisting: [],
  is_worked: false,
  is_closed: false,
  is_merged: false,
  ...given,
});
const alarm = (given: Partial<WallAlarm>): WallAlarm => ({
  kind: 'alarm',
  priority: 1,
  raised_at: '2026-11-23T06:00:00Z',
  district: '',
  agency: '',
  is_acknowledged: false,
  is_returned: false,
  is_shelved: false,
  ...given,
});

describe('who waits', () => {
  it('is told by priority, then by how long; whoever was sent to does not wait', () => {
    const rows = new Map<string, WallRow>([
      ['late P2', incident({ opened_at: '2026-11-23T06:00:05Z' })],
      ['early P2', incident({ opened_at: '2026-11-23T06:00:01Z' })],
      ['new P1', incident({ priority: 1, opened_at: '2026-11-23T06:10:00Z' })],
      ['sent', incident({ priority: 1, phase: 'dispatched' })],
      ['alarm', alarm({})],
    ]);
    expect(waiting(rows)).toEqual(['new P1', 'early P2', 'late P2']);
  });
});

describe('counts', () => {
  it('are by priority and by district, also where no district is known', () => {
    const counts = countedIncidents([incident({}), incident({ phase: 'on_scene', district: '' }), incident({ priority: 5 }), alarm({})]);
    expect(counts.all).toEqual({ open: 3, pending: 2 });
    expect(counts.byPriority[2]).toEqual({ open: 2, pending: 1 });
    expect(counts.byPriority[1]).toEqual({ open: 0, pending: 0 });
    expect(counts.byDistrict.get('')).toEqual({ open: 1, pending: 0 });
  });

  it('of alarms leave out what is shelved', () => {
    const counts = countedAlarms([
      alarm({}),
      alarm({ is_acknowledged: true }),
      alarm({ is_shelved: true }),
      alarm({ priority: 3 }),
      incident({}),
    ]);
    expect(counts).toEqual({ 1: { open: 2, unacknowledged: 1 }, 2: { open: 0, unacknowledged: 0 }, 3: { open: 1, unacknowledged: 1 } });
  });
});

describe('a bar', () => {
  it.each([
    [null, 0, false],
    [0, 0, false],
    [60, 50, false],
    [61, 50.8, true],
    [500, 100, true],
  ])('of %s seconds against 60 ends at %s %%', (seconds, bar, isOver) => {
    const found = barOf(seconds, 60);
    expect([Math.round(found.bar * 10) / 10, found.isOver, found.target]).toEqual([bar, isOver, 50]);
  });
});
