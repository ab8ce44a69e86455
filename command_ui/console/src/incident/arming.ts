/** The step that one more press carries out: a digit or the first F10 arms it, Enter or the second F10 does it, Escape or time lets it go. */
import { useSyncExternalStore } from 'react';
import type { Step } from './steps';

export interface Armed {
  assignment: string;
  step: Step;
}

// Long enough for a second press, too short to be forgotten and carried out by a later one.
const ARMED_MS_MAX = 5_000;

let current: Armed | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(armed: Armed | null): void {
  clearTimeout(timer);
  current = armed;
  if (armed) timer = setTimeout(() => set(null), ARMED_MS_MAX);
  for (const listener of [...listeners]) listener();
}

export const armed = (): Armed | null => current;
export const arm = (assignment: string, step: Step): void => set({ assignment, step });
export const disarm = (): void => set(null);
export const isArmed = (assignment: string, step: Step): boolean => current?.assignment === assignment && current.step === step;

export const useArmed = (): Armed | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => current,
  );
