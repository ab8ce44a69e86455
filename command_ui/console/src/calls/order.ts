/** Which calls wait for somebody, and in which order. Pure. */

import type { CallBoard } from '../documents';

/** A call is to be worked off within 60 s for 90 % (NFPA 1225-2022, call processing). */
export const PROCESSING_S_TARGET = 60;

/** Neither linked nor ended, in this scope or without a district; the longest waiting first. */
export function waitingCalls(calls: Iterable<CallBoard>, scope: string): CallBoard[] {
  return [...calls]
    .filter(({ state, district }) => state === 'taken' && (scope === '' || district === scope || district === ''))
    .sort((a, b) => (a.received_at === b.received_at ? (a.call < b.call ? -1 : 1) : a.received_at < b.received_at ? -1 : 1));
}
