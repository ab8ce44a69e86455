/**
 * Commands on their way, by what they ask for. The same one again while the first has no answer is the first; and where the page was loaded
 * again meanwhile, it goes out under the key of then: a hand that doubts, or a key that bounces, does nothing twice.
 */

import { here } from './kept';

const KEPT_KEY = 'drumtower.underway';
// Longer than a command is asked for again, and than anybody doubts whether it was done; after that the same words are meant anew.
const KEPT_MS_MAX = 5 * 60_000;

interface Kept {
  key: string;
  at_ms: number;
}

const promised = new Map<string, Promise<unknown>>();

function kept(): Record<string, Kept> {
  try {
    const found = JSON.parse(here.read(KEPT_KEY) ?? '{}') as Record<string, Kept>;
    return Object.fromEntries(Object.entries(found).filter(([, { at_ms }]) => Date.now() - at_ms < KEPT_MS_MAX));
  } catch {
    return {};
  }
}

function keep(all: Record<string, Kept>): void {
  here.write(KEPT_KEY, Object.keys(all).length > 0 ? JSON.stringify(all) : null);
}

/** The answer that is on its way already, or that of `send`, which is given the key to send under. */
export async function once<Result>(asked: string, newKey: () => string, send: (key: string) => Promise<Result>): Promise<Result> {
  const before = promised.get(asked);
  if (before) return before as Promise<Result>;
  const key = kept()[asked]?.key ?? newKey();
  keep({ ...kept(), [asked]: { key, at_ms: Date.now() } });
  const sent = send(key);
  promised.set(asked, sent);
  try {
    return await sent;
  } finally {
    promised.delete(asked);
  }
}

/** What became of it is known: the same words are a new command from now on. */
export function settled(asked: string): void {
  const { [asked]: _, ...others } = kept();
  keep(others);
}

/** How many commands of the page as it was before have no answer. */
export const leftBehind = (): number => Object.keys(kept()).length - promised.size;
