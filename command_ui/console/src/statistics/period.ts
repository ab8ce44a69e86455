/** The period that is asked about: seven ways to name it, two moments in the end. Days are those of the agency's zone. Pure. */

export const PERIODS = ['today', 'shift', 'day', 'week', 'month', 'free'] as const;
export type PeriodName = (typeof PERIODS)[number];

export const PERIOD_NAMES: Record<PeriodName, { zh: string; en: string }> = {
  today: { zh: '今天', en: 'Today' },
  shift: { zh: '本班', en: 'Shift' },
  day: { zh: '24 小时', en: '24 h' },
  week: { zh: '7 天', en: '7 days' },
  month: { zh: '本月', en: 'Month' },
  free: { zh: '自定', en: 'From–to' },
};

// Day and night shifts hand over at eight; an agency of other hours names its period by its days.
const SHIFT_HOURS = [8, 20];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Period {
  name: PeriodName;
  /** Days of the agency's zone (2026-11-23), both included; for `free` only. */
  from: string;
  to: string;
}

export interface Span {
  since_ms: number;
  until_ms: number;
}

/** Null where a free period has no days yet, or ends before it begins. */
export function spanOf({ name, from, to }: Period, now_ms: number, zone: string): Span | null {
  const until_ms = Math.ceil(now_ms / 1000) * 1000;
  switch (name) {
    case 'today':
      return { since_ms: dayBegin(now_ms, zone), until_ms };
    case 'shift': {
      const midnight = dayBegin(now_ms, zone);
      const begins = [midnight - DAY_MS, midnight].flatMap((day) => SHIFT_HOURS.map((hour) => day + hour * HOUR_MS));
      return { since_ms: Math.max(...begins.filter((begin) => begin <= now_ms)), until_ms };
    }
    case 'day':
      return { since_ms: until_ms - DAY_MS, until_ms };
    case 'week':
      return { since_ms: until_ms - 7 * DAY_MS, until_ms };
    case 'month': {
      const [year = 0, month = 1] = partsOf(now_ms, zone);
      return { since_ms: momentOf(`${year}-${two(month)}-01`, zone) ?? now_ms, until_ms };
    }
    case 'free': {
      const since_ms = momentOf(from, zone);
      const last = momentOf(to, zone);
      // The last day is part of the period: it ends where the next one begins, also on a day of 23 or 25 hours.
      const end_ms = last === null ? null : dayBegin(last + DAY_MS + 2 * HOUR_MS, zone);
      return since_ms === null || end_ms === null || end_ms <= since_ms ? null : { since_ms, until_ms: end_ms };
    }
  }
}

/** The midnight before the moment. */
export function dayBegin(at_ms: number, zone: string): number {
  const [year = 0, month = 1, day = 1] = partsOf(at_ms, zone);
  return momentOf(`${year}-${two(month)}-${two(day)}`, zone) ?? at_ms;
}

/** Midnight of a day as `2026-11-23`; null for what is no day. */
export function momentOf(day: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const utc_ms = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(utc_ms)) return null;
  // The zone's offset at about that moment, and once more at the moment found: the clock may change in between.
  const first = utc_ms - offsetAt(utc_ms, zone);
  return utc_ms - offsetAt(first, zone);
}

function offsetAt(at_ms: number, zone: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = partsOf(at_ms, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at_ms / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(at_ms: number, zone: string): number[] {
  let format = formats.get(zone);
  if (!format) {
    const number = '2-digit' as const;
    const shown = { year: 'numeric', month: number, day: number, hour: number, minute: number, second: number } as const;
    format = new Intl.DateTimeFormat('en-GB', { ...shown, hourCycle: 'h23', timeZone: zone });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at_ms).map(({ type, value }) => [type, Number(value)]));
  return [parts.year ?? 0, parts.month ?? 1, parts.day ?? 1, parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0];
}

const two = (n: number): string => String(n).padStart(2, '0');
