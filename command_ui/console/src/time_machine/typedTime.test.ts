import { describe, expect, it } from 'vitest';
import { typedTime } from './typedTime';
import { momentOf, wallAt } from './zoned';

const ZONE = 'Asia/Shanghai';
const at = (text: string) => Date.parse(`${text}+08:00`);
const NOW = at('2026-11-23T14:32:07');

describe('a time as it is typed', () => {
  it.each([
    ['14:05', '2026-11-23T14:05:00'],
    ['14:05:10', '2026-11-23T14:05:10'],
    ['9:30', '2026-11-23T09:30:00'],
    ['23:50', '2026-11-22T23:50:00'],
    ['11-23 14:05', '2026-11-23T14:05:00'],
    ['11/22 14:05', '2026-11-22T14:05:00'],
    ['11月22日 14:05', '2026-11-22T14:05:00'],
    ['11月22日14:05', '2026-11-22T14:05:00'],
    ['12-30 08:00', '2025-12-30T08:00:00'],
    ['2026-10-01 00:00', '2026-10-01T00:00:00'],
    ['2026-10-01T00:00:07', '2026-10-01T00:00:07'],
    ['2025年12月31日 23:59', '2025-12-31T23:59:00'],
    ['昨天 14:05', '2026-11-22T14:05:00'],
    ['昨天14:40', '2026-11-22T14:40:00'],
    ['前天 14:05', '2026-11-21T14:05:00'],
    ['今天 08:00', '2026-11-23T08:00:00'],
    ['Yesterday 14:05', '2026-11-22T14:05:00'],
    ['today 08:00', '2026-11-23T08:00:00'],
    ['-30m', '2026-11-23T14:02:07'],
    ['- 30 min', '2026-11-23T14:02:07'],
    ['-2h', '2026-11-23T12:32:07'],
    ['-1d', '2026-11-22T14:32:07'],
    ['-90s', '2026-11-23T14:30:37'],
    ['-1周', '2026-11-16T14:32:07'],
    ['30分钟前', '2026-11-23T14:02:07'],
    ['2 小时前', '2026-11-23T12:32:07'],
    ['2 hours ago', '2026-11-23T12:32:07'],
    ['3 days ago', '2026-11-20T14:32:07'],
    ['now', '2026-11-23T14:32:07'],
    ['现在', '2026-11-23T14:32:07'],
  ])('%s', (typed, meant) => {
    expect(typedTime(typed, NOW, ZONE)).toEqual({ at_ms: at(meant) });
  });

  it.each(['', 'x', '25:00', '14:60', '14:05:99', '11-31 14:05', '13-01 10:00', '-30 parsecs', '30', '明天 10:00', '14.05'])(
    '«%s» is refused with a sentence',
    (typed) => {
      expect(typedTime(typed, NOW, ZONE)).toHaveProperty('problem.zh');
    },
  );

  it.each(['今天 23:50', '2027-01-01 00:00', 'today 14:33'])('«%s» has not come yet', (typed) => {
    expect(typedTime(typed, NOW, ZONE)).toEqual({ problem: { zh: '这个时间还没有到。', en: 'That time has not come yet.' } });
  });

  it('is a time of the agency, whatever the change of summer time', () => {
    const zone = 'America/New_York';
    const night = momentOf({ year: 2026, month: 3, day: 8, hour: 6, minute: 0, second: 0 }, zone) ?? 0;
    expect(night).toBe(Date.parse('2026-03-08T06:00:00-04:00'));
    expect(typedTime('1:30', night, zone)).toEqual({ at_ms: Date.parse('2026-03-08T01:30:00-05:00') });
    expect(typedTime('2:30', night, zone)).toEqual({ at_ms: Date.parse('2026-03-08T01:30:00-05:00') });
    expect(wallAt(night, zone)).toEqual({ year: 2026, month: 3, day: 8, hour: 6, minute: 0, second: 0 });
  });
});
