/** A promise as it is typed: «14:40 回拨报警人», with or without «承诺» or «promise» before it. Pure. */

import { timeOfDay } from '../incident/timeOfDay';

const DAY_MS = 24 * 3_600_000;

export interface PromiseText {
  text: string;
  /** Null: whenever it can be done. */
  dueAtMs: number | null;
}

/** The words of a promise; a leading time is the next such moment, within a day. */
export function promiseText(line: string, nowMs: number): PromiseText {
  const match = /^@?(\d{1,2}[::]\d{2})[\s,,]+(\S[\s\S]*)$/.exec(line.trim());
  const dueAtMs = match?.[1] ? timeOfDay(match[1], nowMs + DAY_MS) : null;
  return dueAtMs === null ? { text: line.trim(), dueAtMs: null } : { text: match?.[2] ?? '', dueAtMs };
}

/** In the note line a promise says that it is one. Null for any other note. */
export function promiseNote(line: string, nowMs: number): PromiseText | null {
  const match = /^(?:承诺|promise)[\s::]+(\S[\s\S]*)$/i.exec(line.trim());
  return match?.[1] ? promiseText(match[1], nowMs) : null;
}
