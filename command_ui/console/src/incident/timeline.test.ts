import { expect, it } from 'vitest';
import type { TimelineEntry } from '../documents';
import { spoken, timelineRows } from './timeline';

const at = (hour: number, minute: number, day = 23) => new Date(Date.UTC(2026, 10, day, hour - 8, minute)).toISOString();
const NOW = Date.UTC(2026, 10, 23, 14 - 8, 32);
const entry = (position: number, more: Partial<TimelineEntry>): TimelineEntry => ({
  position,
  topic: 'incident.note_added',
  recorded_at: at(14, 30),
  occurred_at: at(14, 30),
  is_late: false,
  by: 'limin',
  by_zh: '李敏',
  kind: 'person',
  zh: '意识清楚',
  en: 'Conscious',
  note: 1,
  is_struck: false,
  struck_reason: '',
  data: {},
  ...more,
});

it('a late entry stands where it happened and shows both times', () => {
  const rows = timelineRows([entry(1, {}), entry(2, { occurred_at: at(14, 20), is_late: true })], 'zh', NOW);
  expect(rows.map(({ key, time, recordedTime }) => [key, time, recordedTime])).toEqual([
    [2, '14:20:00', '14:30:00'],
    [1, '14:30:00', null],
  ]);
});
it('what happened at one moment stays in the order of the log', () => {
  expect(timelineRows([entry(9, {}), entry(3, {})], 'zh', NOW).map(({ key }) => key)).toEqual([3, 9]);
});
it('an entry of another day names its day', () => {
  expect(timelineRows([entry(1, { occurred_at: at(23, 50, 22) })], 'zh', NOW)[0]?.time).toBe('11-22 23:50:00');
});
it('a text that exists in one language only is shown in that one', () => {
  expect(timelineRows([entry(1, { en: '' })], 'en', NOW)[0]?.text).toBe('意识清楚');
});
it('a person is named aloud, the system is not', () => {
  const [person, system] = timelineRows([entry(1, {}), entry(2, { kind: 'system', zh: '派出 E0703' })], 'zh', NOW, (account) =>
    account === 'limin' ? '李敏' : account,
  );
  expect(person && spoken(person)).toBe('14:30:00 李敏 意识清楚');
  expect(system && spoken(system)).toBe('14:30:00 派出 E0703');
});
