/**
 * A moment as people type it: «14:05», «14:05:10», «11-23 14:05», «2026-11-23 14:05», «昨天 14:05», «yesterday 14:05», «-30m», «30 分钟前»,
 * «2 h ago», «现在». Never in the future: «23:50» typed after midnight is yesterday's, «12-30 08:00» typed in January is last year's.
 */

import type { Told } from './moment';
import { daysOn, momentOf, type Wall, wallAt } from './zoned';

export type TypedTime = { at_ms: number } | { problem: Told };

const UNITS_S: readonly (readonly [RegExp, number])[] = [
  [/^(s|sec|secs|second|seconds|秒|秒钟)$/, 1],
  [/^(m|min|mins|minute|minutes|分|分钟)$/, 60],
  [/^(h|hr|hrs|hour|hours|时|小时|个小时)$/, 3_600],
  [/^(d|day|days|天|日)$/, 86_400],
  [/^(w|week|weeks|周|星期|个星期)$/, 604_800],
];

const DAYS: Readonly<Record<string, number>> = { 今天: 0, 今日: 0, today: 0, 昨天: -1, 昨日: -1, yesterday: -1, 前天: -2 };
const NOW = ['now', '现在', '此刻'];

const UNCLEAR: Told = {
  zh: '看不懂这个时间。例如:14:05、11-23 14:05、昨天 14:05、-30m。',
  en: 'That is no time that is understood. For example: 14:05, 11-23 14:05, yesterday 14:05, -30m.',
};
const FUTURE: Told = { zh: '这个时间还没有到。', en: 'That time has not come yet.' };

/** Reads what was typed. `from_ms` is the moment that is shown: where none is named, a time of day is the last one before now. */
export function typedTime(line: string, now_ms: number, zone: string): TypedTime {
  const text = line.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
  if (NOW.includes(text)) return { at_ms: now_ms };
  const ago = /^-\s?(\d{1,5}) ?(\D+)$/.exec(text) ?? /^(\d{1,5}) ?(\D+?) ?(?:前|之前|以前|ago)$/.exec(text);
  if (ago) {
    const unit_s = UNITS_S.find(([name]) => name.test((ago[2] ?? '').trim()))?.[1];
    return unit_s === undefined ? { problem: UNCLEAR } : { at_ms: now_ms - Number(ago[1]) * unit_s * 1000 };
  }
  const match = /^(.*?)[ t]?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!match) return { problem: UNCLEAR };
  const today = wallAt(now_ms, zone);
  const time = { hour: Number(match[2]), minute: Number(match[3]), second: Number(match[4] ?? 0) };
  const found = onDay((match[1] ?? '').trim(), { ...today, ...time }, now_ms, zone);
  if (found === null) return { problem: UNCLEAR };
  return found > now_ms ? { problem: FUTURE } : { at_ms: found };
}

/** The moment on the day that was named; without a day, or without a year, the last such before now. */
function onDay(day: string, wall: Wall, now_ms: number, zone: string): number | null {
  if (day === '') {
    const at_ms = momentOf(wall, zone);
    return at_ms !== null && at_ms > now_ms ? momentOf(daysOn(wall, -1), zone) : at_ms;
  }
  const days = DAYS[day];
  if (days !== undefined) return momentOf(daysOn(wall, days), zone);
  const date = /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(day);
  if (!date) return null;
  const dated = { ...wall, month: Number(date[2]), day: Number(date[3]) };
  if (date[1]) return momentOf({ ...dated, year: Number(date[1]) }, zone);
  const at_ms = momentOf(dated, zone);
  return at_ms === null || at_ms > now_ms ? momentOf({ ...dated, year: wall.year - 1 }, zone) : at_ms;
}
