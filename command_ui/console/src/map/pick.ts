/** Choosing a point on the map, for call intake: one question at a time; a newer one withdraws the older. */
import { useSyncExternalStore } from 'react';
import type { LonLat } from './projection';

type Question = { readonly answer: (place: LonLat | null) => void };

let question: Question | null = null;
const listeners = new Set<() => void>();
const told = () => {
  for (const listener of listeners) listener();
};

/** Asks the operator to press a place on the map. Null when they back out with Esc, or when somebody asks anew. */
export function pickPoint(): Promise<LonLat | null> {
  question?.answer(null);
  return new Promise((resolve) => {
    question = { answer: resolve };
    told();
  });
}

export const isPicking = (): boolean => question !== null;

/** The operator pressed there, or (null) backed out. */
export function answerPick(place: LonLat | null): void {
  const asked = question;
  question = null;
  asked?.answer(place && { lon: Math.round(place.lon * 1e6) / 1e6, lat: Math.round(place.lat * 1e6) / 1e6 });
  told();
}

export function onPick(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useIsPicking = (): boolean => useSyncExternalStore(onPick, isPicking);
