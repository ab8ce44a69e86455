/**
 * Which moment the screen shows: null is now. Small, since every screen carries it; what moves it is `machine.ts`, fetched when the time
 * machine is first entered.
 */

import { useSyncExternalStore } from 'react';

/** `recorded`: what was known then. `occurred`: what was true then, as far as is known by now. */
export type TimeClock = 'recorded' | 'occurred';

export const SPEEDS = [1, 2, 5, 10, 30, 60, 100] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Told {
  zh: string;
  en: string;
}

export interface Moment {
  /** The moment that is shown. */
  at_ms: number;
  clock: TimeClock;
  speed: Speed;
  isPlaying: boolean;
  /** A picture is on its way. */
  isBusy: boolean;
  /** Why the last wish was not met. */
  problem: Told | null;
  /** The event at which it stands, in sentences; how many more facts were in it. */
  event: (Told & { at_ms: number; by: string; more: number }) | null;
  isComparing: boolean;
  /** When the present was left. */
  entered_ms: number;
}

/** Said at every act, and shown on the screen. */
export const NOT_NOW = {
  zh: '时间机内不能下达命令。按 Esc 回到现在。',
  en: 'Nothing can be commanded in the time machine. Esc returns to now.',
};

let current: Moment | null = null;
const listeners = new Set<() => void>();

export const moment = (): Moment | null => current;
export const isThen = (): boolean => current !== null;

export function setMoment(next: Moment | null): void {
  current = next;
  for (const listener of [...listeners]) listener();
}

/** Changes what is shown; nothing where the screen shows now. */
export function changeMoment(changed: Partial<Moment>): void {
  if (current) setMoment({ ...current, ...changed });
}

export function onMoment(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useMoment = (): Moment | null => useSyncExternalStore(onMoment, moment);

/** Whether another time is shown: rendered anew only when that changes. */
export const useIsThen = (): boolean => useSyncExternalStore(onMoment, isThen);

export const useIsComparing = (): boolean => useSyncExternalStore(onMoment, () => current?.isComparing ?? false);

/** Enters at a moment; null: where the present is. */
export const enter = (at_ms: number | null): void => void import('./machine').then(({ begin }) => begin(at_ms));
