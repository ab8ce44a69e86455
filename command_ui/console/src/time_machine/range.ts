/** The span that the time bar shows, and its marks. */

import { daysOn, momentOf, wallAt } from './zoned';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const SPANS = [
  { name: 'hour', zh: '1 小时', en: '1 h', length_ms: HOUR_MS },
  { name: 'shift', zh: '一班', en: 'Shift', length_ms: 8 * HOUR_MS },
  { name: 'day', zh: '一日', en: 'Day', length_ms: DAY_MS },
  { name: 'week', zh: '一周', en: 'Week', length_ms: 7 * DAY_MS },
  { name: 'month', zh: '一月', en: 'Month', length_ms: 30 * DAY_MS },
] as const;
export type SpanName = (typeof SPANS)[number]['name'];

export interface Range {
  since_ms: number;
  until_ms: number;
}

export const lengthOf = (name: SpanName): number => SPANS.find((span) => span.name === name)?.length_ms ?? HOUR_MS;

/** A span of this length around a moment, that ends no later than now. */
export function around(at_ms: number, length_ms: number, now_ms: number): Range {
  const until_ms = Math.min(now_ms, at_ms + length_ms / 2);
  return { since_ms: until_ms - length_ms, until_ms };
}

// From here on the cursor is too near to the edge to see what comes.
const EDGE_PART = 0.04;

/** The span, moved on by as much as keeps the moment in it; the same one while it is. */
export function following(range: Range, at_ms: number, now_ms: number): Range {
  const length_ms = range.until_ms - range.since_ms;
  const edge_ms = length_ms * EDGE_PART;
  const isIn = at_ms >= range.since_ms + edge_ms && (at_ms <= range.until_ms - edge_ms || range.until_ms >= now_ms - edge_ms);
  return isIn && at_ms <= range.until_ms ? range : around(at_ms, length_ms, now_ms);
}

export const partOf = (range: Range, at_ms: number): number => (at_ms - range.since_ms) / (range.until_ms - range.since_ms);
export const momentAt = (range: Range, part: number): number =>
  Math.round(range.since_ms + Math.min(1, Math.max(0, part)) * (range.until_ms - range.since_ms));

export interface Tick {
  at_ms: number;
  text: string;
  /** A day begins here. */
  isDay: boolean;
}

const STEPS_MS = [5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE_MS);
const DAY_STEPS = [1, 2, 5, 10];

const two = (n: number): string => String(n).padStart(2, '0');

/** Marks at round times of the zone, at most so many. */
export function ticksOf({ since_ms, until_ms }: Range, zone: string, count_max: number): Tick[] {
  const length_ms = until_ms - since_ms;
  const step_ms = STEPS_MS.find((step) => length_ms / step <= count_max);
  const first = { ...wallAt(since_ms, zone), hour: 0, minute: 0, second: 0 };
  const days = Math.ceil(length_ms / DAY_MS) + 1;
  const dayStep = DAY_STEPS.find((step) => days / step <= count_max) ?? 15;
  const found: Tick[] = [];
  for (let day = 0; day <= days; day += step_ms ? 1 : dayStep) {
    const wall = daysOn(first, day);
    const starts = step_ms ? Math.floor(DAY_MS / step_ms) : 1;
    for (let part = 0; part < starts; part += 1) {
      const minutes = step_ms ? (part * step_ms) / MINUTE_MS : 0;
      const at_ms = momentOf({ ...wall, hour: Math.floor(minutes / 60), minute: minutes % 60 }, zone);
      if (at_ms === null || at_ms < since_ms || at_ms > until_ms) continue;
      const isDay = minutes === 0;
      const text = isDay ? `${two(wall.month)}-${two(wall.day)}` : `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
      found.push({ at_ms, text, isDay });
    }
  }
  return found;
}
