/** Who sits at the desks: names for accounts, and whom something can be handed to. Asked for when it is first needed. */

import { useEffect, useSyncExternalStore } from 'react';
import { get } from './api';
import type { Role } from './documents';
import { ASKERS } from './documents.generated';
import type { Speak } from './i18n';
import { hasRole, signIn } from './session';

export interface Colleague {
  account: string;
  zh: string;
  en: string;
  seat: string;
  roles: Role[];
}

// Whoever is new at a desk is found within so long.
const OLD_MS = 60_000;

let known: readonly Colleague[] = [];
let asked_ms = Number.NEGATIVE_INFINITY;
const listeners = new Set<() => void>();

function ask(): void {
  // Who may not ask sees accounts by their codes.
  if (!hasRole(signIn().session, ...ASKERS.colleagues)) return;
  if (performance.now() - asked_ms < OLD_MS) return;
  asked_ms = performance.now();
  get<{ colleagues: Colleague[] }>('/api/colleagues')
    .then(({ colleagues }) => {
      known = colleagues;
      for (const listener of [...listeners]) listener();
    })
    // Until it is known, accounts are seen by their codes.
    .catch(() => {});
}

export function useColleagues(isWanted = true): readonly Colleague[] {
  useEffect(() => {
    if (isWanted) ask();
  }, [isWanted]);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => known,
  );
}

/** «周凯»: an account by its name; one that is not at a desk by its code. */
export const nameOf = (account: string, colleagues: readonly Colleague[], L: Speak): string =>
  L.of(
    colleagues.find((one) => one.account === account),
    account,
  );
