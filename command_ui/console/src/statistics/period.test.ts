import { describe, expect, it } from 'vitest';
import { dayBegin, momentOf, type PeriodName, spanOf } from './period';

const SHANGHAI = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-23T06:32:07.4Z'); // 14:32:07 in Shanghai
const told = (name: PeriodName, from = '', to = '', now = NOW, zone = SHANGHAI) => {
  const span = spanOf({ name, from, to }, now, zone);
  return span && [new Date(span.since_ms).toISOString(), new Date(span.until_ms).toISOString()];
};
const UNTIL = '2026-11-23T06:32:08.000Z';

describe('a period', () => {
  it.each([
    ['today', '2026-11-22T16:00:00.000Z'],
    ['shift', '2026-11-23T00:00:00.000Z'],
    ['day', '2026-11-22T06:32:08.000Z'],
    ['week', '2026-11-16T06:32:08.000Z'],
    ['month', '2026-10-31T16:00:00.000Z'],
  ] as const)('%s began at %s', (name, since) => {
    expect(told(name)).toEqual([since, UNTIL]);
  });

  it('of a night shift began yesterday', () => {
    expect(told('shift', '', '', Date.parse('2026-11-22T19:00:00Z'))?.[0]).toBe('2026-11-22T12:00:00.000Z');
  });

  it('of days has its last day in it', () => {
    expect(told('free', '2026-11-01', '2026-11-02')).toEqual(['2026-10-31T16:00:00.000Z', '2026-11-02T16:00:00.000Z']);
  });

  it.each([
    ['', ''],
    ['2026-11-02', '2026-11-01'],
    ['2026-13-40', '2026-11-01'],
    ['yesterday', 'today'],
  ])('from %j to %j is none', (from, to) => {
    expect(told('free', from, to)).toBeNull();
  });
});

describe('a day', () => {
  it.each([
    ['2026-03-08', '2026-03-08T05:00:00.000Z', 23], // the clock goes forward
    ['2026-11-01', '2026-11-01T04:00:00.000Z', 25], // and back
    ['2026-07-01', '2026-07-01T04:00:00.000Z', 24],
  ])('%s in New York begins at %s and has %d hours', (day, begin, hours) => {
    const zone = 'America/New_York';
    const since = momentOf(day, zone) ?? 0;
    expect(new Date(since).toISOString()).toBe(begin);
    const span = spanOf({ name: 'free', from: day, to: day }, NOW, zone);
    expect(span && (span.until_ms - span.since_ms) / 3_600_000).toBe(hours);
    expect(dayBegin(since, zone)).toBe(since);
    expect(dayBegin(since - 1, zone)).toBeLessThan(since);
  });
});
