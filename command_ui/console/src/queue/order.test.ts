/** The order of the queue, and what a list that holds still must tell. */

import { expect, test } from 'vitest';
import type { IncidentBoard } from '../documents';
import { ageOf, counted, newsOf, ordered, type QueueFilter, rowsOf } from './order';

const ALL: QueueFilter = { scope: '', priority: 0, isPendingOnly: false, text: '' };
const words = ({ number, address }: IncidentBoard) => `${number} ${address}`;

function incident(number: string, changed: Partial<IncidentBoard> = {}): IncidentBoard {
  return {
    number,
    short: number,
    incident_type: 'fall',
    category: 'public_health',
    priority: 3,
    level: 4,
    phase: 'pending',
    address: '',
    district: 'heping',
    lon: 117.2,
    lat: 39.1,
    description: '',
    agency: 'ems',
    opened_at: '2026-11-23T06:00:00Z',
    phase_at: '2026-11-23T06:00:00Z',
    first_dispatch_at: null,
    first_arrival_at: null,
    opened_by: 'limin',
    responsible: '',
    handed_by: '',
    assignments: [],
    calls: [],
    alarms: [],
    merged: [],
    merged_into: '',
    is_closed: false,
    closed_at: null,
    disposition: null,
    remark: '',
    version: 1,
    notes: 0,
    recommended: [],
    ...changed,
  };
}

test('priority comes first, then who waits, then who has waited longest', () => {
  const incidents = [
    incident('late', { opened_at: '2026-11-23T06:05:00Z' }),
    incident('early'),
    incident('there', { phase: 'on_scene', opened_at: '2026-11-23T05:00:00Z' }),
    incident('grave', { priority: 1, phase: 'on_scene' }),
    incident('sent', { phase: 'dispatched' }),
  ];
  expect(ordered(incidents, ALL, words).map(({ number }) => number)).toEqual(['grave', 'early', 'late', 'sent', 'there']);
});

test('«mine» is what the one who sits here answers for', () => {
  const incidents = [incident('1'), incident('2', { responsible: 'zhou' }), incident('3', { responsible: 'li' })];
  expect(ordered(incidents, { ...ALL, owner: 'zhou' }, words).map(({ number }) => number)).toEqual(['2']);
});

test('the filter keeps what meets all of it: district, priority, waiting, and every word', () => {
  const incidents = [
    incident('1', { address: '南京路148号' }),
    incident('2', { address: '南京路5号', district: 'hexi' }),
    incident('3', { address: '南京路7号', phase: 'dispatched' }),
  ];
  const shown = (filter: Partial<QueueFilter>) => ordered(incidents, { ...ALL, ...filter }, words).map(({ number }) => number);
  expect(shown({ scope: 'hexi' })).toEqual(['2']);
  expect(shown({ isPendingOnly: true })).toEqual(['1', '2']);
  expect(shown({ text: ' 南京 148 ' })).toEqual(['1']);
  expect(shown({ priority: 1 })).toEqual([]);
});

test('a line stands above each group', () => {
  const placed = [
    { number: '1', priority: 1 },
    { number: '2', priority: 3 },
    { number: '3', priority: 3 },
  ] as const;
  expect(rowsOf(placed, 28, 24).map(({ id }) => id)).toEqual(['line:1', '1', 'line:3', '2', '3']);
});

test('the counts are those of the scope, whatever else is filtered', () => {
  const counts = counted([incident('1'), incident('2', { phase: 'on_scene' }), incident('3', { district: 'hexi' })], 'heping');
  expect([counts.open, counts.pending, counts.byPriority[3]]).toEqual([2, 1, { open: 2, pending: 1 }]);
});

test('a list that holds still tells what is new, and gives a waiting priority 1 a place of its own', () => {
  const held = [
    { number: 'old', priority: 2 },
    { number: 'worse', priority: 3 },
  ] as const;
  const now = [
    { number: 'worse', priority: 1 },
    { number: 'first', priority: 1 },
    { number: 'taken', priority: 1 },
    { number: 'old', priority: 2 },
    { number: 'late', priority: 4 },
  ] as const;
  const news = newsOf(held, now, (number) => number !== 'taken');
  expect(news.fresh.map(({ number }) => number)).toEqual(['first', 'taken', 'late']);
  expect(news.pinned).toEqual(['worse', 'first']);
});

test('red is for what waits and must not: priorities 1 to 3 before their dispatch', () => {
  const targets = { dispatch_s: 60, arrival_s: 480 };
  expect(ageOf(incident('1', { priority: 3 }), targets)).toEqual({ target_s: 60, isGrave: true });
  expect(ageOf(incident('1', { priority: 4 }), targets)).toEqual({ target_s: 60, isGrave: false });
  expect(ageOf(incident('1', { priority: 1, phase: 'dispatched' }), targets)).toEqual({ target_s: 480, isGrave: false });
  expect(ageOf(incident('1', { priority: 1, phase: 'on_scene' }), targets)).toEqual({ target_s: undefined, isGrave: false });
});
