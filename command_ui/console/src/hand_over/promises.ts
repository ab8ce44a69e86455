/** The acts on promises and what of them is due, the same from the note line, the bar and the hand-over. */

import { command } from '../api';
import type { PromiseBoard } from '../documents';
import { hm, ms } from '../live/clock';
import { say } from '../ui';
import type { PromiseText } from './promise';

export async function makePromise({ text, dueAtMs }: PromiseText, incident = ''): Promise<void> {
  await command('make_promise', {
    text,
    ...(incident ? { incident } : {}),
    ...(dueAtMs === null ? {} : { due_at: new Date(dueAtMs).toISOString() }),
  });
  const when = dueAtMs === null ? ['', ''] : [`,${hm(dueAtMs)} 到期`, `, due at ${hm(dueAtMs)}`];
  say(`已记承诺「${text}」${when[0]}`, `Promise kept in mind: «${text}»${when[1]}`);
}

export const isDue = ({ due_at }: PromiseBoard, nowMs: number): boolean => due_at !== null && ms(due_at) <= nowMs;

/** What is due first; what has no time last. */
export function byDue(a: PromiseBoard, b: PromiseBoard): number {
  const [due_a, due_b] = [a.due_at, b.due_at].map((at) => (at === null ? Number.POSITIVE_INFINITY : ms(at)));
  return (due_a ?? 0) - (due_b ?? 0) || a.promise.localeCompare(b.promise);
}
