/**
 * When the figures are asked for: now, when somebody asks; in the time machine the moment that it stands at, after it has come to rest. Played, a
 * new question every few seconds: figures are read, not watched.
 */

import { useCallback, useEffect, useState } from 'react';
import { present } from '../live/clock';
import { moment, onMoment, type TimeClock } from '../time_machine/moment';

// A jump moves the moment several times at once.
const SETTLED_MS = 250;
const PLAYED_MS = 3_000;

export interface Asking {
  at_ms: number;
  /** Null: the present. */
  clock: TimeClock | null;
}

function asking(): Asking {
  const then = moment();
  return then ? { at_ms: then.at_ms, clock: then.clock } : { at_ms: present(), clock: null };
}

/** The moment of the question, and how to ask anew. */
export function useAsking(): readonly [Asking, () => void] {
  const [asked, set] = useState(asking);
  const ask = useCallback(() => set(asking()), []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          set((before) => {
            const next = asking();
            const isSame = next.clock === before.clock && (next.clock === null || next.at_ms === before.at_ms);
            return isSame ? before : next;
          });
        },
        moment()?.isPlaying ? PLAYED_MS : SETTLED_MS,
      );
    };
    // It may have been moved on another screen.
    follow();
    const stop = onMoment(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return [asked, ask];
}
