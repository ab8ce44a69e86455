/** Times of day as people type them, in the agency's zone. The moment «now» is an argument. */

import { hms } from '../live/clock';

// A console's clock and the writer's watch differ by less; «14:33» typed at 14:32:50 means today, not yesterday.
const CLOCKS_DIFFER_MS_MAX = 2 * 60_000;
const DAY_MS = 24 * 3_600_000;

/**
 * «14:20» or «14:20:05» (also with full-width colon) as the most recent such moment, in the console's zone: never in the future, so
 * that «23:50» typed after midnight means yesterday. Null when it is not a time of day.
 */
export function timeOfDay(text: string, nowMs: number): number | null {
  const match = /^(\d{1,2})[::](\d{2})(?:[::](\d{2}))?$/.exec(text.trim());
  if (!match) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  // Counted back from the zone's own time of day: on the night of a change of summer time it may be an hour off, which the console shows.
  const ago = secondsOfDay(hms(nowMs)) - (hour * 3600 + minute * 60 + second);
  const at = nowMs - (nowMs % 1000) - ago * 1000;
  return at > nowMs + CLOCKS_DIFFER_MS_MAX ? at - DAY_MS : Math.min(at, nowMs);
}

function secondsOfDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

export interface NoteText {
  text: string;
  occurredAtMs: number | null;
}

/** A note line. A leading time, with or without «补录» or «late», makes it a late entry: «补录 14:20 消防通道被占用». */
export function noteText(line: string, nowMs: number): NoteText {
  const match = /^(?:补录|late)?\s*@?(\d{1,2}[::]\d{2}(?:[::]\d{2})?)[\s,,]+(\S[\s\S]*)$/i.exec(line.trim());
  const occurredAtMs = match?.[1] ? timeOfDay(match[1], nowMs) : null;
  return occurredAtMs === null ? { text: line.trim(), occurredAtMs: null } : { text: match?.[2] ?? '', occurredAtMs };
}
