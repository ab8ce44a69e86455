/** How the entries of an incident's timeline read: order, weight, both times of a late one. Pure. */
import type { TimelineEntry } from '../documents';
import { day, hms, type Time } from '../live/clock';
import { accountsNamed } from './accountsNamed';

export interface TimelineRow {
  key: number;
  /** When it happened: the time that the row stands by. */
  time: string;
  /** When a late entry was recorded; null for what was recorded as it happened. */
  recordedTime: string | null;
  who: string;
  text: string;
  /** People's words are prominent, the system's are quiet. */
  isPerson: boolean;
  note: number | null;
  isStruck: boolean;
  struckReason: string;
}

/**
 * In the order in which things happened; what happened at one moment stays in the order of the log, so that a late entry stands where it
 * belongs and says so. `nameOf` calls an account by its name.
 */
export function timelineRows(
  entries: readonly TimelineEntry[],
  lang: 'zh' | 'en',
  nowMs: number,
  nameOf: (account: string) => string = (account) => account,
): TimelineRow[] {
  return [...entries]
    .sort((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at) || a.position - b.position)
    .map((entry) => ({
      key: entry.position,
      time: timeOn(entry.occurred_at, nowMs),
      recordedTime: entry.is_late ? timeOn(entry.recorded_at, nowMs) : null,
      who: nameOf(entry.by),
      text: accountsNamed(lang === 'zh' ? entry.zh || entry.en : entry.en || entry.zh, entry, nameOf),
      isPerson: entry.kind === 'person',
      note: entry.note,
      isStruck: entry.is_struck,
      struckReason: entry.struck_reason ?? '',
    }));
}

/** What a screen reader hears when the newest entry arrives. */
export function spoken(row: TimelineRow): string {
  return [row.time, row.isPerson ? row.who : '', row.text].filter(Boolean).join(' ');
}

/** «14:20:05», or «11-22 14:20:05» for another day: a bare time of yesterday would read as today's. */
export function timeOn(at: Time, nowMs: number): string {
  return day(at) === day(nowMs) ? hms(at) : `${day(at).slice(5)} ${hms(at)}`;
}
